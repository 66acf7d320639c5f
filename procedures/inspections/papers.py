"""A unit's report (biên bản), written from what is stored and drawn by `exports`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from procedures.inspections.board import finding_groups, person_name
from procedures.inspections.concluding import reckonings
from procedures.inspections.explaining import may_still_explain
from procedures.inspections.explanation_rows import explanation_rows
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
from procedures.inspections.points import HUNDREDTH
from procedures.inspections.sealing import seal_of_unit
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


def example_words(is_example: bool) -> str:
    """What follows the name of criteria that are nobody's yet."""
    return f" ({_('ví dụ, không phải bộ tiêu chí chính thức')})" if is_example else ""


def in_hundredths(value: Decimal) -> Decimal:
    return value.quantize(HUNDREDTH, ROUND_HALF_UP)


def moment_words(at: Any) -> str:
    return f"{timezone.localtime(at):%d/%m/%Y %H:%M}" if at else ""


# One unit -------------------------------------------------------------------------------------------------------------


def unit_paper(inspected: InspectedUnit, *, with_draft_conclusion: bool = True) -> Paper:
    """The report of one unit. Seven queries.

    `with_draft_conclusion`: points and words that the council may still change. Not for the unit itself: it reads them
    when the round is concluded.
    """
    round_, unit = inspected.round, inspected.unit
    blocks: list[Block] = [
        Heading(_("1. Căn cứ và số liệu đã chốt")),
        _basis(inspected),
        *_score(inspected),
        *_findings(inspected),
        *_items(inspected),
        *_explanations(inspected),
        Heading(_("5. Kết luận")),
    ]
    if with_draft_conclusion or round_.state == RoundState.CONCLUDED:
        blocks.append(_conclusion(inspected))
        if inspected.conclusion:
            blocks.append(Words(inspected.conclusion))
    else:
        blocks.append(Words(_("Hội đồng chưa kết luận đợt kiểm tra.")))
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
        proof=proof_lines(
            (_("Mã băm biên bản"), inspected.concluded_hash),
            (_("Mã băm số liệu đã chốt"), inspected.frozen_hash),
            (_("Mã gốc của sổ niêm yết"), round_.ledger_root),
        ),
        title=_("Biên bản kiểm tra niêm yết: %(unit)s") % {"unit": unit.name},
        draft=draft_words(round_) or seal_of_unit(inspected).words,
    )


def proof_lines(*pairs: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(pair for pair in pairs if pair[1])


def _basis(inspected: InspectedUnit) -> Facts:
    round_ = inspected.round
    scheme = inspected.frozen["scheme"]
    people = ", ".join(sorted(person_name(person) for person in inspected.inspectors.all()))
    example = example_words(bool(scheme.get("example")))
    return Facts(
        (
            (_("Đơn vị"), inspected.frozen["unit"]["name"]),
            (_("Số liệu đến hết ngày"), day_words(round_.as_of)),
            (_("Chốt lúc"), moment_words(round_.opened_at)),
            (_("Bộ tiêu chí"), f"{scheme['title']} ({scheme['year']}){example}"),
            (
                _("Mẫu kiểm tra"),
                _("%(n)s thủ tục, hạt giống “%(seed)s”") % {"n": round_.sample_size, "seed": round_.seed},
            ),
            (_("Người kiểm tra"), people or _("chưa giao")),
            (_("Gửi đơn vị lúc"), moment_words(inspected.sent_at) or _("chưa gửi")),
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
            (_("Nội dung đã cũ"), score["outdated"]),
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
                in_hundredths(Decimal(row["of"])),
                (Decimal(row["share"]) * 100).quantize(Decimal("0.1")),
                in_hundredths(Decimal(row["lost"])),
                in_hundredths(Decimal(row["points"])),
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
            in_hundredths(Decimal(row["cost"])),
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
                in_hundredths(item.deduction),
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
                    [row.explanation.text, f"({moment_words(row.explanation.created_at)})"]
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
        _no_explanation(inspected),
    )


def _no_explanation(inspected: InspectedUnit) -> str:
    """Only what can no longer come is said to be missing."""
    if inspected.sent_at is None:
        return _("Kết quả chưa gửi đơn vị.")
    if inspected.answered_at is None and may_still_explain(inspected):
        return _("Đơn vị chưa giải trình (hạn đến hết ngày %(day)s).") % {
            "day": day_words(inspected.round.answer_until)
        }
    return _("Đơn vị không giải trình.")


def _conclusion(inspected: InspectedUnit) -> Facts:
    reckoning = reckonings([inspected])[inspected.pk]
    round_ = inspected.round
    rows: list[tuple[str, Any]] = [
        (_("Điểm máy tính"), in_hundredths(reckoning.computed)),
        (_("Trừ theo kết quả kiểm tra"), in_hundredths(reckoning.deducted)),
        (_("Trả lại theo giải trình được chấp nhận"), in_hundredths(reckoning.restored)),
        (_("Điểm đề nghị"), in_hundredths(reckoning.proposed)),
        (
            _("Điểm kết luận"),
            in_hundredths(inspected.final_points) if inspected.final_points is not None else _("chưa có"),
        ),
    ]
    if round_.concluded_at:
        rows.append(
            (
                _("Người ghi kết luận"),
                _("%(who)s, lúc %(at)s")
                % {
                    "who": person_name(round_.concluded_by) or _("hội đồng"),
                    "at": moment_words(round_.concluded_at),
                },
            )
        )
    return Facts(tuple(rows))
