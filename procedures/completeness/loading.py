"""Rows of the database as the values that the rules of completeness work on: duties and who owes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache

from django.db.models import Q
from django.utils import timezone

from home.desk_hours import portal_calendar
from home.enums import COMMUNE_KINDS
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
    """Every unit there is or was, with those that carry it on. Two queries."""
    links = Unit.successors.through.objects.order_by("pk").values_list("from_unit", "to_unit__slug")
    successors: defaultdict[int, list[str]] = defaultdict(list)
    for unit, successor in links:
        successors[unit].append(successor)
    columns = ("pk", "slug", "kind", "active_from", "active_until")
    return [
        UnitFacts(pk, slug, kind, kind in COMMUNE_KINDS, begun, ended, tuple(successors.get(pk, ())))
        for pk, slug, kind, begun, ended in Unit.objects.order_by("pk").values_list(*columns)
    ]


_LINE_COLUMNS = (
    "decision", "procedure", "action", "level", "pk", "part", "ordinal_text", "field", "code_text", "effective_on",
)  # fmt: skip


def load_decisions(as_of: date, calendar: WorkingCalendar | None = None) -> list[Decision]:
    """Applied decisions up to that day with their lines and repeals. Three queries, and one for the calendar if not given."""
    calendar = calendar or portal_calendar()
    applied = Q(applied_at__isnull=False, signed_on__lte=as_of)
    of_applied = Q(decision__applied_at__isnull=False, decision__signed_on__lte=as_of)
    held: defaultdict[int, list[Line]] = defaultdict(list)
    rows = DecisionLine.objects.filter(of_applied).order_by("decision", "ordinal").values_list(*_LINE_COLUMNS)
    for decision, procedure, action, level, pk, part, ordinal, field, code, effective in rows:
        held[decision].append(Line(procedure, action, level, pk, part, ordinal, field, code, effective))
    repeals: defaultdict[int, list[Repeal]] = defaultdict(list)
    columns = ("decision", "number", "signed_on", "part", "field", "ordinals")
    articles = DecisionRepeal.objects.filter(of_applied).order_by("pk").values_list(*columns)
    for decision, number, signed, part, field, ordinals in articles:
        repeals[decision].append(Repeal(number, signed, part, field, tuple(map(str, ordinals))))
    columns = ("pk", "kind", "number", "signed_on", "effective_on", "due_days")
    return [
        Decision(
            pk,
            signed,
            calendar.add_working_days(signed, due_days),
            tuple(held[pk]),
            due_days,
            number,
            kind == DecisionKind.OPENING,
            effective,
            tuple(repeals[pk]),
        )
        for pk, kind, number, signed, effective, due_days in AnnouncementDecision.objects.filter(applied)
        .order_by("signed_on", "pk")
        .values_list(*columns)
    ]


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
