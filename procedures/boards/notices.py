"""What a unit's people have not been told yet: new duties, deadlines that near, deadlines that passed. Pure: no database.

Each event of a finding has a key. A key that was told is not told again as long as the finding stands; once it is mended
its keys are forgotten, so that the same gap tells of itself when it comes again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from home.working_days import WorkingCalendar
from procedures.completeness.findings import Finding, FindingKind

NEAR_DAYS = 2
"""Working days before a deadline from which it nears."""


class Event(StrEnum):
    """In the order of urgency."""

    PASSED = "passed"
    NEAR = "near"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Notice:
    event: Event
    finding: Finding


@dataclass(frozen=True, slots=True)
class Telling:
    notices: tuple[Notice, ...]
    """What is new since `told`; empty: no letter."""
    told: tuple[str, ...]
    """What will have been told when these are."""

    def of(self, event: Event) -> tuple[Finding, ...]:
        return tuple(notice.finding for notice in self.notices if notice.event is event)


def key_of(event: Event, finding: Finding) -> str:
    """What is missing stays the same gap when it becomes late."""
    kind = FindingKind.MISSING if finding.kind is FindingKind.LATE else finding.kind
    return f"{event}:{kind}:{finding.procedure or ''}:{finding.due or finding.since}"


def event_of(finding: Finding, today: date, calendar: WorkingCalendar) -> Event:
    if finding.overdue:
        return Event.PASSED
    if finding.due is not None and calendar.working_days_between(today, finding.due) <= NEAR_DAYS:
        return Event.NEAR
    return Event.NEW


_BEFORE: dict[Event, tuple[Event, ...]] = {
    Event.NEW: (Event.NEW,),
    Event.NEAR: (Event.NEAR, Event.NEW),
    Event.PASSED: (Event.PASSED, Event.NEAR, Event.NEW),
}
"""Whoever hears that a deadline passed need not hear afterwards that it nears."""


def what_to_tell(
    findings: Iterable[Finding], told: Collection[str], today: date, calendar: WorkingCalendar
) -> Telling:
    """Each finding at most once, with its most urgent event, the most urgent first."""
    known = set(told)
    notices: list[Notice] = []
    standing: set[str] = set()
    for finding in findings:
        if not finding.is_units:
            continue
        event = event_of(finding, today, calendar)
        standing.update(key_of(each, finding) for each in _BEFORE[event])
        if key_of(event, finding) not in known:
            notices.append(Notice(event, finding))
    order = list(Event)
    notices.sort(
        key=lambda n: (
            order.index(n.event),
            n.finding.due or date.max,
            n.finding.kind,
            n.finding.procedure or 0,
        )
    )
    return Telling(tuple(notices), tuple(sorted(standing)))
