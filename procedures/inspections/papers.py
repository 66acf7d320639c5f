"""The two papers of a round: a unit's report (biên bản) and the ranking. Written from what is stored, drawn by `exports`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from procedures.inspections.board import UnitLine, finding_groups, person_name, unit_lines
from procedures.inspections.concluding import reckonings
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
from procedures.inspections.points import HUNDREDTH, ranks
from procedures.models import InspectedUnit, InspectionFile, InspectionRound, RoundState, Verdict


def day_words(day: date | None) -> str:
    """ "05/01/2026"; nothing for nothing."""
    return f"{day:%d/%m/%Y}" if day else ""


def place_and_day(round_: InspectionRound) -> str:
    """Of the conclusion; before it, room to write the day by hand."""
    if round_.concluded_at is None:
        return _("%(place)s, ngày …… tháng …… năm 20……") % {"place": round_.place}
    day = timezone.localdate(round_.concluded_at)
    # Days below ten and the months 1 and 2 carry a nought (NĐ 30/2020/NĐ-CP).
    return _("%(place)s, ngày %(day)s tháng %(month)s năm %(year)s") % {
        "place": round_.place,
        "day": f"{day.day:02}",
        "month": f"{day.month:02}" if day.month <= 2 else str(day.month),
        "year": day.year,
    }


def draft_words(round_: InspectionRound) -> str:
    return "" if round_.state == RoundState.CONCLUDED else _("DỰ THẢO – đợt kiểm tra chưa kết luận")


def _points(value: Decimal) -> Decimal:
    return value.quantize(HUNDREDTH, ROUND_HALF_UP)


def _moment(at: Any) -> str:
    return f"{timezone.localtime(at):%d/%m/%Y %H:%M}" if at else ""


# One unit -------------------------------------------------------------------------------------------------------------


def unit_paper(inspected: InspectedUnit) -> Paper:
    """The report of one unit. Seven queries."""
    round_, unit = inspected.round, inspected.unit
    blocks: list[Block] = [
        Heading(_("1. Căn cứ và số liệu đã chốt")),
        _basis(inspected),
        *_score(inspected),
        *_findings(inspected),
        *_items(inspected),
        *_explanations(inspected),
        Heading(_("5. Kết luận")),
        _conclusion(inspected),
    ]
    if inspected.conclusion:
        blocks.append(Words(inspected.conclusion))
    return Paper(
        authority=round_.authority,
        council=round_.council,
        number=_("Số: ……/BB-HĐTĐ"),
        place_and_day=place_and_day(round_),
        kind=_("BIÊN BẢN"),
        about=_("Kiểm tra việc niêm yết thủ tục hành chính của %(unit)s (%(round)s)")
        % {"unit": unit.name, "round": round_.title},
        blocks=tuple(blocks),
        signatures=(
            Signature(_("ĐẠI DIỆN ĐƠN VỊ"), _("(Ký, ghi rõ họ tên, đóng dấu)")),
            Signature(_("NGƯỜI KIỂM TRA")),
            Signature(_("TM. HỘI ĐỒNG"), _("(Ký, ghi rõ họ tên, đóng dấu)")),
        ),
        proof=_proof(
            (_("Mã băm biên bản"), inspected.concluded_hash),
            (_("Mã băm số liệu đã chốt"), inspected.frozen_hash),
            (_("Mã gốc của sổ niêm yết"), round_.ledger_root),
        ),
        title=_("Biên bản kiểm tra niêm yết: %(unit)s") % {"unit": unit.name},
        draft=draft_words(round_),
    )


def _proof(*pairs: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(pair for pair in pairs if pair[1])


def _basis(inspected: InspectedUnit) -> Facts:
    round_ = inspected.round
    scheme = inspected.frozen["scheme"]
    people = ", ".join(sorted(person_name(person) for person in inspected.inspectors.all()))
    example = f" ({_('ví dụ, không phải bộ tiêu chí chính thức')})" if scheme.get("example") else ""
    return Facts(
        (
            (_("Đơn vị"), inspected.frozen["unit"]["name"]),
            (_("Số liệu đến hết ngày"), day_words(round_.as_of)),
            (_("Chốt lúc"), _moment(round_.opened_at)),
            (_("Bộ tiêu chí"), f"{scheme['title']} ({scheme['year']}){example}"),
            (
                _("Mẫu kiểm tra"),
                _("%(n)s thủ tục, hạt giống “%(seed)s”") % {"n": round_.sample_size, "seed": round_.seed},
            ),
            (_("Người kiểm tra"), people or _("chưa giao")),
            (_("Gửi đơn vị lúc"), _moment(inspected.sent_at) or _("chưa gửi")),
            (_("Giải trình đến hết ngày"), day_words(round_.answer_until) or _("chưa định")),
        )
    )


def _score(inspected: InspectedUnit) -> Iterable[Block]:
    score = inspected.frozen["score"]
    yield Facts(
        (
            (_("Phải niêm yết"), score["owed"]),
            (_("Đã niêm yết"), score["listed"]),
            (_("Đúng hạn"), score["on_time"]),
            (_("Đầy đủ, đúng bản"), score["complete"]),
            (_("Quá hạn"), score["late"]),
            (_("Chưa xác nhận bản mới"), score["outdated"]),
            (_("Phải gỡ"), score["should_be_gone"]),
        )
    )
    yield Grid(
        _("Điểm máy tính"),
        (
            Column(_("Tiêu chí"), 50),
            Column(_("Tối đa"), 12, number=True),
            Column(_("Tỷ lệ (%)"), 14, number=True),
            Column(_("Mất"), 12, number=True),
            Column(_("Điểm"), 12, number=True),
        ),
        tuple(
            (
                row["label"],
                _points(Decimal(row["of"])),
                (Decimal(row["share"]) * 100).quantize(Decimal("0.1")),
                _points(Decimal(row["lost"])),
                _points(Decimal(row["points"])),
            )
            for row in score["criteria"]
        ),
        _("Không có tiêu chí."),
    )


def _findings(inspected: InspectedUnit) -> Iterable[Block]:
    yield Heading(_("2. Phát hiện từ số liệu"))
    rows = [
        (
            str(group.label),
            row["code"],
            row["procedure"],
            day_words(date.fromisoformat(row["since"])) if row["since"] else "",
            day_words(date.fromisoformat(row["due"])) if row["due"] else "",
            _points(Decimal(row["cost"])),
        )
        for group in finding_groups(inspected.frozen)
        for row in group.findings
    ]
    yield Grid(
        _("Phát hiện"),
        (
            Column(_("Loại"), 30),
            Column(_("Mã"), 13),
            Column(_("Thủ tục"), 42),
            Column(_("Từ ngày"), 14),
            Column(_("Hạn"), 14),
            Column(_("Mất"), 9, number=True),
        ),
        tuple(rows),
        _("Không có phát hiện nào."),
    )


def _files_by(inspected: InspectedUnit) -> Mapping[tuple[str, int], list[str]]:
    found: dict[tuple[str, int], list[str]] = {}
    for file in InspectionFile.objects.filter(inspected=inspected).order_by("pk"):
        key = (
            ("item", file.item_id)
            if file.item_id
            else ("explanation", file.explanation_id)
            if file.explanation_id
            else ("unit", 0)
        )
        found.setdefault(key, []).append(f"{file.name} (SHA-256 {file.sha256[:12]}…)")
    return found


def _items(inspected: InspectedUnit) -> Iterable[Block]:
    files = _files_by(inspected)
    yield Heading(_("3. Kết quả kiểm tra từng mục"))
    rows = []
    for item in inspected.items.order_by("place"):
        said = [item.note] if item.note else []
        if held := files.get(("item", item.pk)):
            said.append(_("Tệp kèm: %(names)s") % {"names": ", ".join(held)})
        if item.added_by_id:
            said.append(_("(mục thêm ngoài mẫu)"))
        rows.append(
            (
                item.place,
                item.code,
                item.title,
                str(Verdict(item.verdict).label) if item.verdict else _("chưa có"),
                "\n".join(said),
                _points(item.deduction),
            )
        )
    yield Grid(
        _("Mục kiểm tra"),
        (
            Column(_("TT"), 6, number=True),
            Column(_("Mã"), 13),
            Column(_("Nội dung kiểm tra"), 40),
            Column(_("Kết quả"), 14),
            Column(_("Nhận xét, minh chứng"), 38),
            Column(_("Trừ"), 9, number=True),
        ),
        tuple(rows),
        _("Không có mục nào."),
    )
    if held := files.get(("unit", 0)):
        yield Words(_("Tệp chung của đơn vị: %(names)s") % {"names": ", ".join(held)})


def _explanations(inspected: InspectedUnit) -> Iterable[Block]:
    from procedures.inspections.explanation_rows import explanation_rows

    yield Heading(_("4. Giải trình của đơn vị"))
    yield Grid(
        _("Giải trình"),
        (
            Column(_("Về"), 34),
            Column(_("Đơn vị giải trình"), 44),
            Column(_("Hội đồng"), 14),
            Column(_("Ý kiến"), 30),
        ),
        tuple(
            (
                row.about,
                "\n".join(
                    [row.explanation.text, f"({_moment(row.explanation.created_at)})"]
                    + (
                        [_("Tệp kèm: %(names)s") % {"names": ", ".join(f.name for f in row.files)}]
                        if row.files
                        else []
                    )
                ),
                {True: _("Chấp nhận"), False: _("Không chấp nhận"), None: _("Chưa trả lời")}[
                    row.explanation.accepted
                ],
                row.explanation.answer,
            )
            for row in explanation_rows(inspected)
        ),
        _("Đơn vị không giải trình."),
    )


def _conclusion(inspected: InspectedUnit) -> Facts:
    reckoning = reckonings([inspected])[inspected.pk]
    round_ = inspected.round
    rows: list[tuple[str, Any]] = [
        (_("Điểm máy tính"), _points(reckoning.computed)),
        (_("Trừ theo kết quả kiểm tra"), _points(reckoning.deducted)),
        (_("Trả lại theo giải trình được chấp nhận"), _points(reckoning.restored)),
        (_("Điểm đề nghị"), _points(reckoning.proposed)),
        (
            _("Điểm kết luận"),
            _points(inspected.final_points) if inspected.final_points is not None else _("chưa có"),
        ),
    ]
    if round_.concluded_at:
        rows.append(
            (
                _("Kết luận"),
                _("%(who)s ghi lúc %(at)s")
                % {
                    "who": person_name(round_.concluded_by) or _("hội đồng"),
                    "at": _moment(round_.concluded_at),
                },
            )
        )
    return Facts(tuple(rows))


# The whole round ------------------------------------------------------------------------------------------------------


def ranking_paper(round_: InspectionRound) -> Paper:
    """All units by their final points (before the conclusion: by the reckoned), departments and communes apart."""
    lines = unit_lines(round_.units.all())
    blocks: list[Block] = [
        Facts(
            (
                (_("Số liệu đến hết ngày"), day_words(round_.as_of)),
                (_("Bộ tiêu chí"), str(round_.scheme)),
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
        (True, _("Xã, phường, thị trấn")),
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
                        _("Kết luận"),
                        _("%(who)s ghi lúc %(at)s")
                        % {
                            "who": person_name(round_.concluded_by) or _("hội đồng"),
                            "at": _moment(round_.concluded_at),
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
        proof=_proof(
            (_("Mã băm kết luận"), round_.concluded_hash),
            (_("Mã băm số liệu đã chốt"), round_.frozen_hash),
            (_("Mã gốc của sổ niêm yết"), round_.ledger_root),
        ),
        title=_("Bảng xếp hạng: %(round)s") % {"round": round_.title},
        draft=draft_words(round_),
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
                _points(reckoning.computed) if reckoning else None,
                line.items,
                line.failed,
                _points(reckoning.deducted) if reckoning else None,
                _points(reckoning.restored) if reckoning else None,
                _points(reckoning.proposed) if reckoning else None,
                _points(counted_points(line)),
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
