"""What keeps units from listing rightly, for the controller: each line leads to where it is mended.

The figures take seconds at full size, so they are kept for a few minutes; the board says from when they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from home.models import Unit
from procedures.boards import figures
from procedures.boards.naming import Named, NamedDecision, named_decisions, named_procedures
from procedures.competence.table import unmapped_words
from procedures.completeness.findings import Finding, FindingKind
from procedures.completeness.obligations import Obligations
from procedures.completeness.official import OWNERLESS
from procedures.completeness.reports import (
    UnitReport,
    controller_findings,
    province_obligations,
    unit_reports,
)
from procedures.decisions.answers import open_questions
from procedures.decisions.proposal import from_json
from procedures.enums import Part
from procedures.importing.section_texts import SECTION_LABELS
from procedures.listings.opening import opening_decision
from procedures.models import DecisionDraft, DecisionLine, ProcedurePage
from procedures.models.decisions import DraftState
from search.enums import NoteState
from search.models import SearchNote

MOST_LINES = 25
"""Of one section; the rest is counted, and comes up when these are done."""
KEY = "controller-board"
SECONDS = 300
GLANCE_SECONDS = 3_600
"""How old the figures may be on the first page, which nobody should wait for."""


@dataclass(frozen=True, slots=True)
class Line:
    title: str
    note: str
    weight: str
    """How much hangs on it, in words; empty where nothing is counted."""
    url: str


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    title: str
    count: int
    lines: tuple[Line, ...]
    url: str = ""
    """The screen where all of them stand."""
    is_urgent: bool = False

    @property
    def beyond(self) -> int:
        return self.count - len(self.lines)


@dataclass(frozen=True, slots=True)
class ControllerBoard:
    at: datetime
    sections: tuple[Section, ...]
    """Only those with something to do."""
    units: int
    late_units: int
    share: str
    owed: int
    listed: int


def controller_board(*, anew: bool = False, max_age: int = SECONDS) -> ControllerBoard:
    """Figures of at most `max_age` seconds ago; a fixed number of queries otherwise, whatever the number of findings."""
    held: ControllerBoard | None = None if anew else cache.get(KEY)
    if held is None or timezone.now() - held.at > timedelta(seconds=max_age):
        held = build_board()
        cache.set(KEY, held, GLANCE_SECONDS)
    return held


def build_board() -> ControllerBoard:
    units = list(Unit.objects.active().listing_units().order_by("name"))
    obligations = province_obligations()
    reports = unit_reports(units)
    found = controller_findings(obligations=obligations)
    owed, listed = sum(r.score.owed for r in reports), sum(r.score.listed for r in reports)
    sections = [
        _opening(),
        _drafts(),
        *_rows_of_decisions(obligations),
        *_texts(found, obligations),
        _owing(reports),
        _waiting_pages(),
        _search_notes(),
    ]
    return ControllerBoard(
        at=timezone.now(),
        sections=tuple(section for section in sections if section.count),
        units=len(units),
        late_units=sum(bool(report.score.late) for report in reports),
        share=figures.percent(figures.share(listed, owed)),
        owed=owed,
        listed=listed,
    )


# Decisions ------------------------------------------------------------------------------------------------------------


def _opening() -> Section:
    line = Line(_("Lập và xác nhận danh mục đầu kỳ"), "", "", reverse("opening_catalogue"))
    there = opening_decision() is not None
    title = _("Chưa có danh mục đầu kỳ: chưa đơn vị nào phải niêm yết gì")
    return Section("opening", title, 0 if there else 1, (line,), is_urgent=True)


def _drafts() -> Section:
    drafts = DecisionDraft.objects.filter(state=DraftState.OPEN)
    lines = []
    for draft in drafts[:MOST_LINES]:
        proposal = from_json(draft.proposal)
        open_ = open_questions(proposal, draft.answers)
        blocking = sum(question.blocking for question in open_)
        if blocking:
            note = _("%(n)s câu hỏi, %(blocking)s câu phải trả lời mới áp dụng được") % {
                "n": len(open_),
                "blocking": blocking,
            }
        elif open_:
            note = _("%(n)s câu hỏi, áp dụng được") % {"n": len(open_)}
        else:
            note = _("đã trả lời hết, chờ áp dụng")
        counted = _("%(n)s dòng") % {"n": len(proposal.lines)}
        lines.append(Line(str(draft), note, counted, draft.get_absolute_url()))
    count = drafts.count() if len(lines) == MOST_LINES else len(lines)
    return Section(
        "drafts", _("Quyết định chờ áp dụng"), count, tuple(lines), reverse("decisions"), is_urgent=True
    )


def _rows_of_decisions(obligations: Obligations) -> Iterable[Section]:
    superseded = obligations.open_superseded
    unheld = obligations.unheld
    shown = superseded[:MOST_LINES]
    names = named_procedures(row.procedure for row in shown)
    decisions = named_decisions(
        {d for row in shown for d in (row.decision, row.by)} | {u.decision for u in unheld[:MOST_LINES]}
    )
    ordinals = dict(DecisionLine.objects.filter(pk__in=[r.line for r in shown]).values_list("pk", "ordinal"))
    yield Section(
        "superseded",
        _("Dòng đã bị thay thế, bãi bỏ mà chưa được công bố lại"),
        len(superseded),
        tuple(
            Line(
                _title(names.get(row.procedure)),
                _("%(old)s, dòng %(n)s; bị %(new)s thay: còn hiệu lực hay đã hết?")
                % {
                    "old": _decision(decisions.get(row.decision)),
                    "n": ordinals.get(row.line, ""),
                    "new": _decision(decisions.get(row.by)),
                },
                "",
                reverse("decision", args=[row.by]),
            )
            for row in shown
        ),
        reverse("decisions"),
    )
    yield Section(
        "unheld",
        _("Viện dẫn quyết định, dòng chưa có trên cổng"),
        len(unheld),
        tuple(
            Line(
                item.repeal.number,
                _("%(by)s bãi bỏ hoặc thay thế; nhập quyết định ấy nếu còn dùng")
                % {"by": _decision(decisions.get(item.decision))},
                "",
                reverse("decision", args=[item.decision]),
            )
            for item in unheld[:MOST_LINES]
        ),
        reverse("decisions"),
    )


def _owing(reports: Sequence[UnitReport]) -> Section:
    """Decisions by the units that have not listed what they announce."""
    units: dict[int, set[int]] = {}
    late: dict[int, set[int]] = {}
    missing: Counter[int] = Counter()
    for report in reports:
        for finding in report.findings:
            if finding.kind not in (FindingKind.MISSING, FindingKind.LATE) or finding.decision is None:
                continue
            units.setdefault(finding.decision, set()).add(report.unit.pk)
            missing[finding.decision] += 1
            if finding.kind is FindingKind.LATE:
                late.setdefault(finding.decision, set()).add(report.unit.pk)
    order = sorted(units, key=lambda pk: (-len(late.get(pk, ())), -len(units[pk]), pk))
    names = named_decisions(order[:MOST_LINES])
    lines = tuple(
        Line(
            _decision(names.get(pk)),
            _owing_words(len(late.get(pk, ())), missing[pk]),
            _units(len(units[pk])),
            reverse("decision", args=[pk])
            if names[pk].is_opening is False
            else reverse("unit_listings_choice"),
        )
        for pk in order[:MOST_LINES]
        if pk in names
    )
    title = _("Quyết định mà đơn vị còn chưa niêm yết hết")
    return Section("owing", title, len(order), lines, reverse("unit_listings_choice"))


def _owing_words(late: int, missing: int) -> str:
    said = {"late": late, "n": figures.number(missing)}
    if not late:
        return _("Còn trong hạn; các đơn vị còn thiếu %(n)s mục") % said
    return _("%(late)s đơn vị đã quá hạn; các đơn vị còn thiếu %(n)s mục") % said


# Official texts -------------------------------------------------------------------------------------------------------

_PARTS: dict[str, Any] = dict(Part.choices)


def _texts(found: Sequence[Finding], obligations: Obligations) -> Iterable[Section]:
    touched: Counter[int] = Counter(pk for duties in obligations.by_unit.values() for pk in duties)
    by_kind: dict[FindingKind, list[Finding]] = {}
    for finding in found:
        by_kind.setdefault(finding.kind, []).append(finding)
    for findings in by_kind.values():
        # What most units list first: it stands on most pages of the public.
        findings.sort(key=lambda f: (-touched[f.procedure or 0], f.procedure or 0))
    shown = {f.procedure for fs in by_kind.values() for f in fs[:MOST_LINES] if f.procedure is not None}
    names = named_procedures(shown)

    def section(
        kind: FindingKind,
        title: str,
        note: Callable[[Finding], str],
        address: Callable[[Finding], str],
        url: str = "",
    ) -> Section:
        findings = by_kind.get(kind, [])
        lines = tuple(
            Line(
                _title(names.get(f.procedure or 0)),
                note(f),
                _units(touched[f.procedure]) if f.procedure and touched[f.procedure] else "",
                address(f),
            )
            for f in findings[:MOST_LINES]
        )
        return Section(kind.value, title, len(findings), lines, url)

    def edit(finding: Finding) -> str:
        return reverse("wagtailadmin_pages:edit", args=[finding.procedure])

    yield section(
        FindingKind.UNPUBLISHED,
        _("Đã công bố mà chưa công khai trên cổng"),
        lambda f: _("công bố ngày %(day)s") % {"day": figures.full_day(f.since)},
        edit,
    )
    yield _unmapped(obligations, by_kind.get(FindingKind.UNMAPPED, []))
    yield section(
        FindingKind.PART_NOT_ENTERED,
        _("Nội dung chính thức còn thiếu phần"),
        lambda f: _listed(str(_PARTS.get(part, part)) for part in f.details),
        edit,
    )
    yield section(
        FindingKind.FORM_FILE, _("Mẫu đơn thiếu hoặc không mở được"), lambda f: _listed(f.details), edit
    )
    yield section(FindingKind.ONLINE_REASON, _("Trực tuyến một phần mà chưa nêu lý do"), lambda _f: "", edit)
    yield section(
        FindingKind.DIVERGENCE,
        _("Khác Cơ sở dữ liệu quốc gia"),
        lambda f: _listed(str(SECTION_LABELS.get(name, name)) for name in f.details),
        lambda f: reverse("divergence_procedure", args=[f.procedure]),
        reverse("divergence"),
    )
    yield section(
        FindingKind.DEAD_LINK, _("Liên kết ngoài không mở được"), lambda f: _listed(f.details), edit
    )


def _unmapped(obligations: Obligations, findings: Sequence[Finding]) -> Section:
    """Bodies by how many procedures nobody lists because of them."""
    url = reverse("unmapped_bodies")
    lines = [
        Line(
            found.words.replace(" · ", ", "), "", _("%(n)s thủ tục") % {"n": figures.number(found.whole)}, url
        )
        for found in unmapped_words(obligations.unmapped)[:MOST_LINES]
    ]
    ownerless = sum(f.details == (OWNERLESS,) for f in findings)
    if ownerless:
        title = _("Bảng thẩm quyền chỉ tới đơn vị không còn hoạt động")
        table = reverse("wagtailsnippets_procedures_competence:list")
        lines.append(Line(title, "", _("%(n)s thủ tục") % {"n": figures.number(ownerless)}, table))
    title = _("Thủ tục chưa rõ đơn vị nào phải niêm yết")
    return Section(FindingKind.UNMAPPED.value, title, len(findings), tuple(lines), url)


def _waiting_pages() -> Section:
    """Drafts of texts that are public, and of those that never were."""
    waiting = ProcedurePage.objects.filter(Q(has_unpublished_changes=True, live=True))
    count = waiting.count()
    rows = waiting.order_by("-latest_revision_created_at", "pk").values_list("pk", "code", "title")
    lines = tuple(
        Line(f"{title} ({code})", "", "", reverse("wagtailadmin_pages:edit", args=[pk]))
        for pk, code, title in rows[: MOST_LINES if count else 0]
    )
    return Section("page_drafts", _("Bản nháp nội dung chính thức chưa công khai"), count, lines)


def _search_notes() -> Section:
    """What people ask for and a text lacks, as those who tend the search note it."""
    waiting = SearchNote.objects.filter(state=NoteState.OPEN)
    lines = tuple(
        Line(f"“{note.query}”", note.text, note.code, reverse("search_note:edit", args=[note.pk]))
        for note in waiting[:MOST_LINES]
    )
    count = waiting.count() if len(lines) == MOST_LINES else len(lines)
    url = reverse("search_note:index") + "?state=open"
    return Section("search_notes", _("Ghi chú từ tìm kiếm: người dân hỏi mà cổng thiếu"), count, lines, url)


def _title(named: Named | None) -> str:
    return f"{named.title} ({named.code})" if named else _("thủ tục")


def _decision(named: NamedDecision | None) -> str:
    return named.words if named else _("quyết định")


def _units(count: int) -> str:
    return _("%(n)s đơn vị") % {"n": figures.number(count)}


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)
