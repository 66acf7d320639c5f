"""Rows of the database as the values that the rules of completeness work on: duties and who owes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache

from django.db.models import Q, QuerySet
from django.utils import timezone

from home.desk_hours import portal_calendar
from home.enums import COMMUNE_KINDS, UnitKind
from home.model_fields import lines
from home.models import Unit
from home.working_days import WorkingCalendar
from procedures.competence.rules import Facts
from procedures.competence.table import current_table
from procedures.completeness.obligations import (
    Decision,
    Line,
    Obligations,
    OwedProcedure,
    Repeal,
    UnitFacts,
    owed,
)
from procedures.enums import ProcedureState, Scope
from procedures.models import AnnouncementDecision, DecisionLine, DecisionRepeal, Listing, ProcedurePage
from procedures.models.decisions import DecisionKind


@lru_cache(maxsize=4_096)
def day_of(at: datetime | None) -> date | None:
    """Here, not in UTC. Remembered: listings made in bulk share their time."""
    return None if at is None else timezone.localtime(at).date()


def unit_facts(unit: Unit, successors: Sequence[str] = ()) -> UnitFacts:
    return UnitFacts(
        unit.pk,
        unit.slug,
        unit.kind,
        unit.kind in COMMUNE_KINDS,
        unit.active_from,
        unit.active_until,
        tuple(successors),
    )


def load_units() -> list[UnitFacts]:
    """Every unit that owes listings or once did, with those that carry it on. One query."""
    columns = ("pk", "slug", "kind", "active_from", "active_until", "successors__slug")
    found: dict[int, UnitFacts] = {}
    rows = Unit.objects.exclude(kind=UnitKind.PROVINCE).order_by("pk", "successors__slug")
    for pk, slug, kind, begun, ended, successor in rows.values_list(*columns):
        held = found.get(pk) or UnitFacts(pk, slug, kind, kind in COMMUNE_KINDS, begun, ended)
        found[pk] = replace(held, successors=(*held.successors, successor)) if successor else held
    return list(found.values())


_LINE_COLUMNS = (
    "decision", "procedure", "action", "level", "pk", "part", "ordinal_text", "field", "code_text", "effective_on",
)  # fmt: skip


def load_decisions(as_of: date, calendar: WorkingCalendar | None = None) -> list[Decision]:
    """Applied decisions up to that day with their lines and repeals. At most three queries, and one for the calendar."""
    calendar = calendar or portal_calendar()
    columns = ("pk", "kind", "number", "signed_on", "effective_on", "due_days")
    applied = AnnouncementDecision.objects.filter(applied_at__isnull=False, signed_on__lte=as_of)
    decisions = list(applied.order_by("signed_on", "pk").values_list(*columns))
    if not decisions:
        return []
    held = _lines_of(applied)
    # The opening catalogue repeals nothing.
    repeals = _repeals_of(applied) if any(row[1] != DecisionKind.OPENING for row in decisions) else {}
    return [
        Decision(
            pk,
            signed,
            calendar.add_working_days(signed, due_days),
            tuple(held.get(pk, ())),
            due_days,
            number,
            kind == DecisionKind.OPENING,
            effective,
            tuple(repeals.get(pk, ())),
        )
        for pk, kind, number, signed, effective, due_days in decisions
    ]


def _lines_of(decisions: QuerySet[AnnouncementDecision]) -> dict[int, list[Line]]:
    found: defaultdict[int, list[Line]] = defaultdict(list)
    rows = DecisionLine.objects.filter(decision__in=decisions.order_by()).order_by("decision", "ordinal")
    for decision, procedure, action, level, pk, part, ordinal, field, code, effective in rows.values_list(
        *_LINE_COLUMNS
    ):
        found[decision].append(Line(procedure, action, level, pk, part, ordinal, field, code, effective))
    return found


def _repeals_of(decisions: QuerySet[AnnouncementDecision]) -> dict[int, list[Repeal]]:
    found: defaultdict[int, list[Repeal]] = defaultdict(list)
    columns = ("decision", "number", "signed_on", "part", "field", "ordinals")
    rows = DecisionRepeal.objects.filter(decision__in=decisions.order_by()).order_by("pk")
    for decision, number, signed, part, field, ordinals in rows.values_list(*columns):
        found[decision].append(Repeal(number, signed, part, field, tuple(map(str, ordinals))))
    return found


_PROCEDURE_COLUMNS = (
    "pk", "bodies", "issuing_body", "subject__name", "levels", "live", "state", "in_force_from", "in_force_until",
    "first_published_at",
)  # fmt: skip


def load_procedures(ids: Iterable[int] | None = None) -> dict[int, OwedProcedure]:
    """One query, without the long texts. `ids` None: all that stand in a line of a decision, or that somebody lists."""
    chosen = (
        ProcedurePage.objects.filter(
            Q(pk__in=DecisionLine.objects.values("procedure"))
            | Q(pk__in=Listing.objects.live().values("procedure"))
        )
        if ids is None
        else ProcedurePage.objects.filter(pk__in=ids)
    )
    rows = chosen.exclude(scope=Scope.OTHER_PROVINCE).order_by().values_list(*_PROCEDURE_COLUMNS)
    return {
        pk: OwedProcedure(
            Facts(lines(bodies), issuing, subject or "", tuple(levels)),
            published=live,
            in_force_from=begun,
            in_force_until=until,
            published_from=day_of(first),
            ended=state == ProcedureState.ENDED,
        )
        for pk, bodies, issuing, subject, levels, live, state, begun, until, first in rows
    }


def load_obligations(
    units: Iterable[Unit], as_of: date | None = None, *, calendar: WorkingCalendar | None = None
) -> Obligations:
    """What these units owe; a fixed number of queries however many units there are."""
    day = as_of or timezone.localdate()
    calendar = calendar or portal_calendar()
    known = load_units()
    wanted = {unit.pk for unit in units}
    decisions = load_decisions(day, calendar)
    return owed(
        decisions,
        load_procedures() if decisions else {},
        current_table(),
        [unit for unit in known if unit.id in wanted],
        day,
        all_units=known,
        calendar=calendar,
    )
