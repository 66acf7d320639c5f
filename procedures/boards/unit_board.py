"""What stands on one unit's board: state, points, next deadlines, and what to do first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from home.desk_hours import clock, day_words
from home.models import Unit
from procedures.boards import figures, task_words
from procedures.boards.drawing import Arc, ring
from procedures.boards.naming import Names, load_names
from procedures.boards.tasks import Task, TaskKind, Work, next_deadlines, tasks
from procedures.completeness.findings import FindingKind
from procedures.completeness.reports import UnitReport
from procedures.ledger.clock import now
from procedures.listings.screen import Tab, Term
from procedures.listings.units import ListingRights
from procedures.models import DecisionTask, InspectedUnit, RoundState, UnitMeasure

MOST_DEADLINES = 4
SOON = 3
"""Days before a deadline from which it stands out."""
LONGEST_TASK = 160

ONLY_LATE, ONLY_IN_TIME = "qua-han", "con-han"
"""What the page of listing may be asked for: `?chi=`."""

_BY_LIST = frozenset({Work.LIST, Work.CONFIRM, Work.DETAILS})


@dataclass(frozen=True, slots=True)
class Figure:
    label: Any
    tone: str
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class TaskView:
    kind: str
    title: str
    note: str
    cost: str
    """Empty: it costs nothing yet."""
    url: str
    button: str
    """Empty: this person only looks."""
    is_main: bool
    waits_for_approver: bool


@dataclass(frozen=True, slots=True)
class DeadlineView:
    due: date
    day: str
    left: str
    is_soon: bool
    verb: str
    what: str
    url: str


@dataclass(frozen=True)
class UnitBoard:
    unit: Unit
    report: UnitReport
    at: datetime
    share: str
    arcs: tuple[Arc, ...]
    figures: tuple[Figure, ...]
    points: str
    maximum: str
    possible: str
    lost: str
    """Empty: nothing is lost."""
    lost_for_good: str
    """The part of it that no work wins back: procedures that were listed too late. Empty: none."""
    bar_now: str
    bar_possible: str
    tasks: tuple[TaskView, ...]
    deadlines: tuple[DeadlineView, ...]
    earlier: str
    province: str
    list_all: int
    """How many are listed by the one button for all that is missing; 0: no such button is needed."""
    list_all_url: str

    @property
    def moment(self) -> str:
        """ "8:40 thứ Ba 24/3/2026" """
        at = timezone.localtime(self.at)
        return f"{clock(at)} {day_words(at.date(), lower=True)}/{at.year}"

    @property
    def yesterday(self) -> str:
        """For the address of what the public saw then."""
        return (self.report.as_of - timedelta(days=1)).isoformat()

    @property
    def owed(self) -> int:
        return len(self.report.duties)

    @property
    def listed(self) -> int:
        return self.report.score.listed

    @property
    def is_done(self) -> bool:
        return not self.tasks


def board_url(unit: Unit) -> str:
    return reverse("unit_board", args=[unit.slug])


def work_url(unit: Unit, work: Work, only: str = "") -> str:
    url = reverse(f"unit_board_{work.name.lower()}", args=[unit.slug])
    return f"{url}?chi={only}" if only else url


def may_do(work: Work, rights: ListingRights) -> bool:
    return rights.list if work in _BY_LIST else rights.approve


def unit_board(report: UnitReport, rights: ListingRights) -> UnitBoard:
    """Seven queries of its own, however many findings there are."""
    names = load_names(report.findings)
    found = tasks(report.findings)
    score = report.score
    never = {p for t in found if t.kind in (TaskKind.LATE, TaskKind.MISSING) for p in t.procedures}
    kinds = {task.kind for task in found}
    maximum = score.maximum or Decimal(1)
    return UnitBoard(
        unit=report.unit,
        report=report,
        at=now(),
        share=figures.percent(score.share_listed),
        arcs=ring((figure.tone, figure.count) for figure in _figures(report)[:4]),
        figures=_figures(report),
        points=figures.points(score.points),
        maximum=figures.points(score.maximum),
        possible=figures.points(score.possible),
        lost=figures.points(score.lost) if score.lost else "",
        lost_for_good=figures.points(score.lost_for_good) if score.lost_for_good else "",
        bar_now=f"{100 * score.points / maximum:.2f}",
        bar_possible=f"{100 * score.possible / maximum:.2f}",
        tasks=tuple(_task(task, report, names, rights) for task in found),
        deadlines=_deadlines(report, names, rights),
        earlier=_earlier(report),
        province=_province(),
        list_all=len(never) if rights.list and {TaskKind.LATE, TaskKind.MISSING} <= kinds else 0,
        list_all_url=work_url(report.unit, Work.LIST),
    )


def _figures(report: UnitReport) -> tuple[Figure, ...]:
    """The first four add up to what is owed."""
    screen = reverse("unit_listings", args=[report.unit.slug])
    missed = f"{screen}?loc={Tab.MISSING}"
    by_kind: dict[FindingKind, set[int]] = {}
    for finding in report.findings:
        if finding.procedure is not None:
            by_kind.setdefault(finding.kind, set()).add(finding.procedure)
    owed = set(report.duties)
    late = by_kind.get(FindingKind.LATE, set()) & owed
    missing = by_kind.get(FindingKind.MISSING, set()) & owed - late
    old = by_kind.get(FindingKind.OUTDATED, set()) & owed - late - missing
    gone = by_kind.get(FindingKind.SHOULD_BE_GONE, set())
    rows = [
        Figure(_("Đúng và mới"), "ok", len(owed - late - missing - old), f"{screen}?loc={Tab.CURRENT}"),
        Figure(_("Nội dung đã cũ"), "old", len(old), f"{screen}?loc={Tab.OUTDATED}"),
        Figure(_("Thiếu, còn hạn"), "miss", len(missing), f"{missed}&han={Term.IN_TIME}"),
        Figure(_("Thiếu, đã quá hạn"), "late", len(late), f"{missed}&han={Term.OVER}"),
    ]
    if gone:
        rows.append(Figure(_("Phải gỡ"), "gone", len(gone), work_url(report.unit, Work.WITHDRAW)))
    return tuple(rows)


def _task(task: Task, report: UnitReport, names: Names, rights: ListingRights) -> TaskView:
    only = {TaskKind.LATE: ONLY_LATE, TaskKind.MISSING: ONLY_IN_TIME}.get(task.kind, "")
    may = may_do(task.work, rights)
    return TaskView(
        kind=task.kind.value,
        title=task_words.title(task, report.as_of),
        note=task_words.note(task, names, report.as_of),
        cost=figures.cost(task.cost) if task.cost else "",
        url=work_url(report.unit, task.work, only),
        button=task_words.button(task) if may else "",
        is_main=task.work in (Work.LIST, Work.CONFIRM),
        waits_for_approver=rights.any and not may,
    )


def _deadlines(report: UnitReport, names: Names, rights: ListingRights) -> tuple[DeadlineView, ...]:
    today = report.as_of
    found = [
        _deadline(
            group.due,
            today,
            str(task_words.DEADLINE_VERBS[group.kind]),
            task_words.what_falls_due(group.findings, names),
            work_url(report.unit, Task(group.kind, group.findings).work),
        )
        for group in next_deadlines(report.findings, today, most=MOST_DEADLINES)
    ]
    ordered = DecisionTask.objects.filter(unit=report.unit, orders_listing=False, due__gte=today)
    ordered = ordered.filter(decision__applied_at__isnull=False).order_by("due")
    for due, what, number in ordered.values_list("due", "what", "decision__number")[:MOST_DEADLINES]:
        short = what if len(what) <= LONGEST_TASK else what[:LONGEST_TASK].rsplit(" ", 1)[0] + "…"
        if due is not None:
            found.append(_deadline(due, today, f"{short} ({number})", "", ""))
    found += _explanations(report.unit, today, rights)
    return tuple(sorted(found, key=lambda d: d.due)[:MOST_DEADLINES])


def _explanations(unit: Unit, today: date, rights: ListingRights) -> list[DeadlineView]:
    """Results of inspections that were sent to the unit and that it may still answer; opened by its own people only."""
    sent = InspectedUnit.objects.filter(
        unit=unit,
        sent_at__isnull=False,
        answered_at=None,
        round__state=RoundState.EXPLAINING,
        round__answer_until__gte=today,
    ).order_by("round__answer_until")
    rows = sent.values_list("pk", "round__title", "round__answer_until")[:MOST_DEADLINES]
    return [
        _deadline(due, today, _("Giải trình"), title, reverse("inspection_explain", args=[pk]))
        if rights.any
        else _deadline(due, today, _("Giải trình: %(round)s") % {"round": title}, "", "")
        for pk, title, due in rows
        if due is not None
    ]


def _deadline(due: date, today: date, verb: str, what: str, url: str) -> DeadlineView:
    return DeadlineView(
        due=due,
        day=figures.day_month(due) if due.year == today.year else figures.full_day(due),
        left=figures.days_left(due, today),
        is_soon=(due - today).days <= SOON,
        verb=verb,
        what=what,
        url=url,
    )


_END_OF_MONTH = gettext_lazy("Cuối tháng %(month)s: %(share)s.")
_ON_A_DAY = gettext_lazy("Ngày %(day)s: %(share)s.")


def _earlier(report: UnitReport) -> str:
    """The share at the end of the month before, as it was measured then."""
    measures = UnitMeasure.objects.filter(unit=report.unit, day__lt=report.as_of.replace(day=1))
    last = measures.order_by("-day").values_list("day", "listed", "owed").first()
    if last is None or not last[2]:
        return ""
    day, listed, owed = last
    share = figures.percent(Decimal(listed) / owed)
    month = f"{day.month:{'02' if day.month <= 2 else ''}}/{day.year}"
    before = (report.as_of.year * 12 + report.as_of.month) - (day.year * 12 + day.month)
    if before == 1:
        return str(_END_OF_MONTH) % {"month": month, "share": share}
    return str(_ON_A_DAY) % {"day": figures.full_day(day), "share": share}


def _province() -> str:
    """All units together on the last day that was measured."""
    last = UnitMeasure.objects.order_by("-day").values("day")[:1]
    sums = UnitMeasure.objects.filter(day=last).aggregate(listed=Sum("listed"), owed=Sum("owed"))
    return figures.percent(Decimal(sums["listed"]) / sums["owed"]) if sums["owed"] else ""
