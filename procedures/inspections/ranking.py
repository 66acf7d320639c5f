"""The ranking of a whole round: the council's own table."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _

from procedures.inspections.board import UnitLine, person_name, unit_lines
from procedures.inspections.exports.paper import (
    Block,
    Column,
    Facts,
    Grid,
    Heading,
    Paper,
    Signature,
    Words,
)
from procedures.inspections.papers import (
    day_words,
    draft_words,
    example_words,
    in_hundredths,
    moment_words,
    place_and_day,
    proof_lines,
)
from procedures.inspections.points import ranks
from procedures.inspections.sealing import seal_of_round
from procedures.models import InspectionRound


def ranking_paper(round_: InspectionRound) -> Paper:
    """All units by their final points (before the conclusion: by the reckoned), departments and communes apart."""
    lines = unit_lines(round_.units.all())
    blocks: list[Block] = [
        Facts(
            (
                (_("Số liệu đến hết ngày"), day_words(round_.as_of)),
                (_("Bộ tiêu chí"), f"{round_.scheme}{example_words(round_.scheme.is_example)}"),
                (_("Số đơn vị"), len(lines)),
                (
                    _("Mẫu kiểm tra"),
                    _("%(n)s thủ tục mỗi đơn vị, hạt giống “%(seed)s”")
                    % {"n": round_.sample_size, "seed": round_.seed},
                ),
            )
        )
    ]
    for is_commune, label in (
        (False, _("Sở, ban, ngành và cơ quan khác")),
        (True, _("Xã, phường")),
    ):
        group = [line for line in lines if line.inspected.unit.is_commune is is_commune]
        if group:
            blocks += [Heading(label), _ranking(label, group)]
    if round_.conclusion:
        blocks += [Heading(_("Kết luận chung")), Words(round_.conclusion)]
    if round_.concluded_at:
        blocks.append(
            Facts(
                (
                    (
                        _("Người ghi kết luận"),
                        _("%(who)s, lúc %(at)s")
                        % {
                            "who": person_name(round_.concluded_by) or _("hội đồng"),
                            "at": moment_words(round_.concluded_at),
                        },
                    ),
                )
            )
        )
    return Paper(
        authority=round_.authority,
        council=round_.council,
        number=_("Số: ……/HĐTĐ"),
        place_and_day=place_and_day(round_),
        kind=_("BẢNG XẾP HẠNG"),
        about=_("Kết quả kiểm tra niêm yết thủ tục hành chính: %(round)s") % {"round": round_.title},
        blocks=tuple(blocks),
        signatures=(
            Signature(_("NGƯỜI LẬP BẢNG")),
            Signature(_("TM. HỘI ĐỒNG"), _("(Ký, ghi rõ họ tên, đóng dấu)")),
        ),
        proof=proof_lines(
            (_("Mã băm kết luận"), round_.concluded_hash),
            (_("Mã băm số liệu đã chốt"), round_.frozen_hash),
            (_("Mã gốc của sổ niêm yết"), round_.ledger_root),
        ),
        title=_("Bảng xếp hạng: %(round)s") % {"round": round_.title},
        draft=draft_words(round_) or seal_of_round(round_).words,
        landscape=True,
    )


def counted_points(line: UnitLine) -> Decimal:
    """What a unit is ranked by."""
    if line.inspected.final_points is not None:
        return line.inspected.final_points
    return line.reckoning.proposed if line.reckoning else Decimal(0)


def ranked(lines: Iterable[UnitLine]) -> list[tuple[int, UnitLine]]:
    """Best first; the same points share a place and stand in the order of their names."""
    lines = list(lines)
    places = ranks([counted_points(line) for line in lines])
    # `lines` come in the order of names, and sorting keeps it among equals.
    return sorted(zip(places, lines, strict=True), key=lambda pair: pair[0])


def _ranking(label: str, lines: list[UnitLine]) -> Grid:
    rows = []
    for place, line in ranked(lines):
        reckoning = line.reckoning
        row = line.inspected
        rows.append(
            (
                place,
                line.name,
                in_hundredths(reckoning.computed) if reckoning else None,
                line.items,
                line.failed,
                in_hundredths(reckoning.deducted) if reckoning else None,
                in_hundredths(reckoning.restored) if reckoning else None,
                in_hundredths(reckoning.proposed) if reckoning else None,
                in_hundredths(counted_points(line)),
                row.conclusion,
            )
        )
    return Grid(
        label,
        (
            Column(_("Hạng"), 8, number=True),
            Column(_("Đơn vị"), 40),
            Column(_("Điểm máy"), 12, number=True),
            Column(_("Số mục"), 10, number=True),
            Column(_("Không đạt"), 10, number=True),
            Column(_("Bị trừ"), 11, number=True),
            Column(_("Trả lại"), 11, number=True),
            Column(_("Đề nghị"), 12, number=True),
            Column(_("Kết luận"), 12, number=True),
            Column(_("Lý do, ghi chú"), 40),
        ),
        tuple(rows),
        _("Không có đơn vị nào."),
    )
