"""Who has to list what a decision announces: before it is applied, and who still owes it afterwards.

Only the procedures of the decision are folded, with all lines that speak of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from home.desk_hours import portal_calendar
from home.models import Unit
from procedures.competence.table import current_table
from procedures.completeness.loading import load_decisions, load_procedures, load_units
from procedures.completeness.obligations import Decision, Line, Obligations, owed
from procedures.decisions.checking import Check
from procedures.models import AnnouncementDecision, Listing
from procedures.models.decisions import LineAction


@dataclass(frozen=True, slots=True)
class UnitOwing:
    unit: Unit
    procedures: int
    due: date | None = None
    is_late: bool = False


def owing_after(found: Check, *, today: date | None = None) -> tuple[UnitOwing, ...]:
    """Units that would owe more than now, most first. Procedures without a public page count once they have one."""
    day = max(today or timezone.localdate(), found.proposal.signed_on or date.min)
    known = {item.procedure.pk for item in found.taken if item.procedure and item.procedure.live}
    if found.is_reference or not known or found.proposal.signed_on is None:
        return ()
    lines = tuple(
        Line(item.procedure.pk, item.line.action, item.line.level, -item.line.position)
        for item in found.taken
        if item.procedure and item.procedure.pk in known
    )
    coming = Decision(
        -1,
        found.proposal.signed_on,
        found.due or day,
        lines,
        due_days=found.deadline.days,
        effective_on=found.proposal.effective_on,
    )
    units = _units(day)
    before, after = (_obligations(known, units, day, extra) for extra in ((), (coming,)))
    counted = []
    for unit in units:
        more = after.of(unit.pk).keys() - before.of(unit.pk).keys()
        if more:
            counted.append(UnitOwing(unit, len(more)))
    return tuple(sorted(counted, key=lambda o: (-o.procedures, o.unit.name)))


def still_owing(decision: AnnouncementDecision, *, today: date | None = None) -> tuple[UnitOwing, ...]:
    """Units that have not listed what they owe by this decision, those that are late first. A fixed number of queries.

    What it only amends is owed by an earlier decision, with that one's deadline: no debt of this one.
    """
    day = today or timezone.localdate()
    known = set(
        decision.lines.exclude(action=LineAction.ABOLISHED).values_list("procedure", flat=True).distinct()
    )
    if not known:
        return ()
    units = _units(day)
    obligations = _obligations(known, units, day)
    listed = set(Listing.objects.live().filter(procedure__in=known).values_list("unit", "procedure"))
    found = []
    for unit in units:
        missing = [
            duty
            for pk, duty in obligations.of(unit.pk).items()
            if duty.decision == decision.pk and (unit.pk, pk) not in listed
        ]
        if missing:
            due = min(duty.due for duty in missing)
            found.append(UnitOwing(unit, len(missing), due, any(duty.is_late(day) for duty in missing)))
    return tuple(sorted(found, key=lambda o: (not o.is_late, o.due, -o.procedures, o.unit.name)))


def _units(day: date) -> list[Unit]:
    return list(Unit.objects.active(day).listing_units().order_by("name"))


def _obligations(
    known: set[int], units: Iterable[Unit], day: date, extra: tuple[Decision, ...] = ()
) -> Obligations:
    calendar = portal_calendar()
    everyone = load_units()
    wanted = {unit.pk for unit in units}
    return owed(
        [*load_decisions(day, calendar), *extra],
        load_procedures(known),
        current_table(),
        [unit for unit in everyone if unit.id in wanted],
        day,
        all_units=everyone,
        calendar=calendar,
    )
