"""A finding in words: what is wrong, whose it is, why it is owed, since when, until when, what it costs, where to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from home.models import Unit
from procedures.completeness.findings import (
    DESK,
    DRAFT,
    HOURS,
    NOT_THEIRS,
    PHONE,
    PROCEDURE_ENDED,
    UNIT_ENDED,
    WITHDRAWN,
    Finding,
    FindingKind,
)
from procedures.completeness.official import OWNERLESS
from procedures.enums import Part
from procedures.importing.section_texts import SECTION_LABELS
from procedures.models import AnnouncementDecision, DecisionLine, Listing, ProcedurePage
from procedures.models.decisions import DecisionKind

KIND_LABELS: Mapping[FindingKind, Any] = {
    FindingKind.MISSING: gettext_lazy("Chưa niêm yết, còn trong hạn"),
    FindingKind.LATE: gettext_lazy("Quá hạn niêm yết"),
    FindingKind.OUTDATED: gettext_lazy("Nội dung đã cũ, chưa xác nhận lại"),
    FindingKind.SHOULD_BE_GONE: gettext_lazy("Phải gỡ"),
    FindingKind.UNIT_DETAIL: gettext_lazy("Thiếu thông tin của đơn vị"),
    FindingKind.PART_NOT_ENTERED: gettext_lazy("Nội dung chính thức còn thiếu phần"),
    FindingKind.FORM_FILE: gettext_lazy("Mẫu đơn không mở được"),
    FindingKind.ONLINE_REASON: gettext_lazy("Chưa nêu lý do trực tuyến một phần"),
    FindingKind.UNMAPPED: gettext_lazy("Chưa rõ cơ quan nào phải niêm yết"),
    FindingKind.UNPUBLISHED: gettext_lazy("Đã công bố mà chưa đưa lên cổng"),
    FindingKind.DIVERGENCE: gettext_lazy("Khác Cơ sở dữ liệu quốc gia"),
    FindingKind.DEAD_LINK: gettext_lazy("Liên kết không mở được"),
}
DETAIL_LABELS: Mapping[str, Any] = {
    DESK: gettext_lazy("nơi tiếp nhận hồ sơ"),
    HOURS: gettext_lazy("giờ làm việc"),
    PHONE: gettext_lazy("điện thoại"),
}
GONE_WORDS: Mapping[str, Any] = {
    UNIT_ENDED: gettext_lazy("đơn vị đã kết thúc hoạt động"),
    PROCEDURE_ENDED: gettext_lazy("thủ tục đã hết hiệu lực hoặc bị bãi bỏ"),
    NOT_THEIRS: gettext_lazy("thủ tục không thuộc thẩm quyền của đơn vị"),
}


@dataclass(frozen=True, slots=True)
class FindingWords:
    title: str
    whose: str
    why: str
    since: str
    until: str
    costs: str
    link: str
    """Where it is mended; empty where this person's address is not known."""
    link_label: str


@dataclass(frozen=True, slots=True)
class NamedUnit:
    name: str
    slug: str


@dataclass(frozen=True, slots=True)
class NamedProcedure:
    code: str
    title: str


@dataclass(frozen=True, slots=True)
class NamedDecision:
    number: str
    signed_on: date
    opening: bool = False


@dataclass(frozen=True, slots=True)
class NamedLine:
    ordinal: int
    ordinal_text: str = ""
    part: str = ""


@dataclass(frozen=True)
class Context:
    """Names of what findings speak of. `as_of`: what is late is late on that day."""

    as_of: date
    units: Mapping[int, NamedUnit] = field(default_factory=dict)
    procedures: Mapping[int, NamedProcedure] = field(default_factory=dict)
    decisions: Mapping[int, NamedDecision] = field(default_factory=dict)
    lines: Mapping[int, NamedLine] = field(default_factory=dict)
    listings: Mapping[tuple[int, int], int] = field(default_factory=dict)
    """(Unit, procedure) → key of the listing, where a single one is to be edited."""


def load_context(findings: Iterable[Finding], as_of: date) -> Context:
    """Five queries, however many findings."""
    found = list(findings)
    procedures = {f.procedure for f in found if f.procedure is not None}
    edited = [f for f in found if f.kind is FindingKind.UNIT_DETAIL]
    columns = ("pk", "unit", "procedure")
    listings = Listing.objects.filter(unit__in={f.unit for f in edited}, procedure__in=procedures).order_by()
    return Context(
        as_of,
        {
            pk: NamedUnit(name, slug)
            for pk, name, slug in Unit.objects.filter(pk__in={f.unit for f in found if f.unit is not None})
            .order_by()
            .values_list("pk", "name", "slug")
        },
        {
            pk: NamedProcedure(code, title)
            for pk, code, title in ProcedurePage.objects.filter(pk__in=procedures)
            .order_by()
            .values_list("pk", "code", "title")
        },
        {
            pk: NamedDecision(number, signed, kind == DecisionKind.OPENING)
            for pk, number, signed, kind in AnnouncementDecision.objects.filter(
                pk__in={f.decision for f in found if f.decision is not None}
            )
            .order_by()
            .values_list("pk", "number", "signed_on", "kind")
        },
        {
            pk: NamedLine(ordinal, text, part)
            for pk, ordinal, text, part in DecisionLine.objects.filter(
                pk__in={f.line for f in found if f.line}
            )
            .order_by()
            .values_list("pk", "ordinal", "ordinal_text", "part")
        },
        {(unit, procedure): pk for pk, unit, procedure in listings.values_list(*columns)} if edited else {},
    )


def describe(finding: Finding, context: Context) -> FindingWords:
    link, label = _link(finding, context)
    return FindingWords(
        title=_title(finding, context),
        whose=_whose(finding, context),
        why=_why(finding, context),
        since=day_words(finding.since),
        until=_until(finding, context),
        costs=_costs(finding),
        link=link,
        link_label=label,
    )


def day_words(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def points_words(points: Decimal) -> str:
    """ "0,25"; what is less than a hundredth, but something, says so."""
    rounded = points.quantize(Decimal("0.01"), ROUND_HALF_UP)
    if not rounded and points:
        return _("dưới 0,01")
    return f"{rounded}".replace(".", ",")


# What is wrong --------------------------------------------------------------------------------------------------------


TITLES: Mapping[FindingKind, Any] = {
    FindingKind.MISSING: gettext_lazy("Chưa niêm yết %(procedure)s"),
    FindingKind.LATE: gettext_lazy("Quá hạn niêm yết %(procedure)s"),
    FindingKind.OUTDATED: gettext_lazy("Nội dung gốc của %(procedure)s đã đổi, đơn vị chưa xác nhận lại"),
    FindingKind.SHOULD_BE_GONE: gettext_lazy("Phải gỡ %(procedure)s"),
    FindingKind.UNIT_DETAIL: gettext_lazy("Trang niêm yết %(procedure)s còn thiếu thông tin của đơn vị"),
    FindingKind.PART_NOT_ENTERED: gettext_lazy("Nội dung chính thức của %(procedure)s còn thiếu"),
    FindingKind.FORM_FILE: gettext_lazy("Mẫu đơn của %(procedure)s không mở được"),
    FindingKind.ONLINE_REASON: gettext_lazy("%(procedure)s trực tuyến một phần mà chưa nêu lý do"),
    FindingKind.UNMAPPED: gettext_lazy("Chưa rõ cơ quan nào phải niêm yết %(procedure)s"),
    FindingKind.UNPUBLISHED: gettext_lazy("%(procedure)s đã công bố mà chưa đưa lên cổng"),
    FindingKind.DIVERGENCE: gettext_lazy("%(procedure)s khác Cơ sở dữ liệu quốc gia"),
    FindingKind.DEAD_LINK: gettext_lazy("Liên kết trong %(procedure)s không mở được"),
}


def _title(finding: Finding, context: Context) -> str:
    """The gap, then what exactly: "Phải gỡ thủ tục “…” (1.000001): thủ tục đã hết hiệu lực …"."""
    said = str(TITLES[finding.kind]) % {"procedure": _procedure(finding, context)}
    what = _listed(_details(finding))
    said = f"{said}: {what}" if what else said
    return said[:1].upper() + said[1:]


def _procedure(finding: Finding, context: Context) -> str:
    named = context.procedures.get(finding.procedure or 0)
    if named is None:
        return _("thủ tục")
    return _("thủ tục “%(title)s” (%(code)s)") % {"title": named.title, "code": named.code}


def _details(finding: Finding) -> list[str]:
    match finding.kind:
        case FindingKind.OUTDATED | FindingKind.DIVERGENCE:
            return [_small(SECTION_LABELS.get(name, name)) for name in finding.details]
        case FindingKind.PART_NOT_ENTERED:
            return [_small(Part(name).label if name in Part.values else name) for name in finding.details]
        case FindingKind.UNIT_DETAIL:
            return [str(DETAIL_LABELS.get(name, name)) for name in finding.details]
        case FindingKind.SHOULD_BE_GONE:
            return [str(GONE_WORDS.get(name, name)) for name in finding.details]
        case FindingKind.MISSING | FindingKind.LATE:
            return []
        case FindingKind.UNMAPPED if finding.details == (OWNERLESS,):
            return [_("bảng thẩm quyền chỉ tới đơn vị không còn hoạt động")]
        case FindingKind.UNMAPPED:
            return [f"“{words}”" for words in finding.details]
    return list(finding.details)


def _small(label: Any) -> str:
    text = str(label)
    return text[:1].lower() + text[1:]


def _listed(words: list[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    if any("," in word for word in words):
        return "; ".join(words)
    return _("%(first)s và %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


# Whose, why, until when, how much -------------------------------------------------------------------------------------


def _whose(finding: Finding, context: Context) -> str:
    if not finding.is_units:
        return _("Bộ phận kiểm soát thủ tục hành chính")
    named = context.units.get(finding.unit or 0)
    return named.name if named else _("đơn vị")


def line_words(decision: NamedDecision, line: NamedLine | None) -> str:
    """ "Quyết định số 1599/QĐ-UBND ngày 09/03/2026, Phần I › A, số thứ tự 03"."""
    words = {"number": decision.number, "day": day_words(decision.signed_on)}
    if decision.opening:
        said = _("Danh mục đầu kỳ ngày %(day)s") % words
        return _("%(list)s, dòng %(n)s") % {"list": said, "n": line.ordinal} if line else said
    parts = [_("Quyết định số %(number)s ngày %(day)s") % words]
    if line and line.part:
        parts.append(line.part)
    if line:
        parts.append(
            _("số thứ tự %(n)s") % {"n": line.ordinal_text}
            if line.ordinal_text
            else _("dòng %(n)s") % {"n": line.ordinal}
        )
    return ", ".join(parts)


def _why(finding: Finding, context: Context) -> str:
    decision = context.decisions.get(finding.decision or 0)
    source = line_words(decision, context.lines.get(finding.line or 0)) if decision else ""
    match finding.kind:
        case FindingKind.SHOULD_BE_GONE if source:
            return _("Bị bãi bỏ theo %(source)s") % {"source": _small(source)}
        case FindingKind.SHOULD_BE_GONE:
            return _listed(_details(finding)).capitalize()
        case FindingKind.MISSING | FindingKind.LATE if finding.details == (WITHDRAWN,):
            return _("%(source)s; đơn vị đã niêm yết rồi gỡ") % {"source": source}
        case FindingKind.MISSING | FindingKind.LATE if finding.details == (DRAFT,):
            return _("%(source)s; đang có bản nháp chưa công khai") % {"source": source}
        case FindingKind.PART_NOT_ENTERED:
            return _("Nghị định 63/2010/NĐ-CP, Điều 8: thủ tục phải đủ các bộ phận tạo thành")
        case FindingKind.DIVERGENCE:
            return _("Nghị định 224/2026/NĐ-CP: một nguồn dữ liệu thủ tục hành chính")
    return source


def _until(finding: Finding, context: Context) -> str:
    if finding.due is None:
        return _("không có hạn")
    day = day_words(finding.due)
    if finding.overdue:
        n = (context.as_of - finding.due).days
        return _("hết ngày %(day)s, đã quá %(n)s ngày") % {"day": day, "n": n}
    left = (finding.due - context.as_of).days
    if left == 0:
        return _("hết hôm nay, %(day)s") % {"day": day}
    return _("hết ngày %(day)s, còn %(n)s ngày") % {"day": day, "n": left}


def _costs(finding: Finding) -> str:
    if not finding.is_units:
        return _("Không trừ điểm của đơn vị nào")
    if not finding.overdue:
        return _("Chưa mất điểm: còn trong hạn")
    if not finding.cost:
        return _("Không mất điểm theo bộ tiêu chí đang dùng")
    cost = _("Đang mất %(points)s điểm") % {"points": points_words(finding.cost)}
    if finding.gain:
        return _("%(cost)s; xử lý riêng việc này được lại %(gain)s điểm") % {
            "cost": cost,
            "gain": points_words(finding.gain),
        }
    return _("%(cost)s; điểm chỉ tăng khi xử lý cùng các việc khác") % {"cost": cost}


# Where it is mended ---------------------------------------------------------------------------------------------------

_TABS = {
    FindingKind.MISSING: ("con-thieu", gettext_lazy("Niêm yết")),
    FindingKind.LATE: ("con-thieu", gettext_lazy("Niêm yết")),
}
_WORKS = {
    FindingKind.OUTDATED: ("unit_board_confirm", gettext_lazy("So và xác nhận")),
    FindingKind.SHOULD_BE_GONE: ("unit_board_withdraw", gettext_lazy("Gỡ niêm yết")),
}
"""Pages of a unit's board (procedures.boards) that show what is done before it is done."""


def _link(finding: Finding, context: Context) -> tuple[str, str]:
    named = context.procedures.get(finding.procedure or 0)
    code = named.code if named else ""
    unit = context.units.get(finding.unit or 0)
    if unit is not None and finding.kind in _WORKS:
        name, label = _WORKS[finding.kind]
        query = f"?muc={finding.procedure}" if finding.kind is FindingKind.OUTDATED else ""
        return f"{reverse(name, args=[unit.slug])}{query}", str(label)
    if unit is not None and finding.kind in _TABS:
        tab, label = _TABS[finding.kind]
        if finding.details == (WITHDRAWN,):
            tab, label = "da-go", gettext_lazy("Niêm yết lại")
        address = reverse("unit_listings", args=[unit.slug])
        return f"{address}?{urlencode({'loc': tab, 'q': code})}", str(label)
    match finding.kind:
        case FindingKind.UNIT_DETAIL:
            listing = context.listings.get((finding.unit or 0, finding.procedure or 0))
            if listing is not None:
                return reverse("wagtailsnippets_procedures_listing:edit", args=[listing]), _("Ghi thông tin")
            return "", ""
        case FindingKind.UNMAPPED:
            return reverse("unmapped_bodies"), _("Bổ sung bảng thẩm quyền")
        case FindingKind.DIVERGENCE:
            return reverse("divergence_procedure", args=[finding.procedure]), _("So với bản quốc gia")
    if finding.procedure is None:
        return "", ""
    return reverse("wagtailadmin_pages:edit", args=[finding.procedure]), _("Sửa nội dung chính thức")
