"""What units owe and what they list: the one place where models meet `procedures.completeness.obligations`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from django.utils import timezone

from home.desk_hours import portal_calendar
from home.enums import COMMUNE_KINDS
from home.model_fields import lines
from home.models import Unit
from procedures.competence.rules import Facts
from procedures.competence.table import current_table
from procedures.completeness.obligations import (
    Decision,
    Duty,
    Line,
    Obligations,
    OwedProcedure,
    UnitFacts,
    owed,
)
from procedures.enums import ProcedureState, Scope
from procedures.models import DecisionLine, Listing, ProcedurePage


class ListingState(StrEnum):
    """What a unit's listing of one procedure is. Values stand in addresses."""

    LIVE = "dang-niem-yet"
    OUTDATED = "can-xac-nhan"
    DRAFT = "ban-nhap"
    WITHDRAWN = "da-go"


@dataclass(frozen=True, slots=True)
class Listed:
    """One listing row as far as its state goes."""

    id: int
    procedure: int
    state: ListingState
    has_draft: bool
    """Something waits to be published, whatever the public sees now."""
    confirmed_at: datetime | None = None
    official_since: datetime | None = None
    """When the official version in force was published."""
    withdrawn_at: datetime | None = None
    withdrawn_reason: str = ""

    @property
    def is_live(self) -> bool:
        return self.state in (ListingState.LIVE, ListingState.OUTDATED)


def state_of(*, live: bool, withdrawn: bool, current: bool) -> ListingState:
    if live:
        return ListingState.LIVE if current else ListingState.OUTDATED
    return ListingState.WITHDRAWN if withdrawn else ListingState.DRAFT


@dataclass(frozen=True)
class UnitListingState:
    """Of one unit, at the end of one day."""

    unit: Unit
    day: date
    owed: Mapping[int, Duty] = field(default_factory=dict)
    listings: Mapping[int, Listed] = field(default_factory=dict)
    """By procedure."""

    def _in(self, *states: ListingState) -> frozenset[int]:
        return frozenset(pk for pk, listed in self.listings.items() if listed.state in states)

    @property
    def live(self) -> frozenset[int]:
        return self._in(ListingState.LIVE, ListingState.OUTDATED)

    @property
    def outdated(self) -> frozenset[int]:
        return self._in(ListingState.OUTDATED)

    @property
    def withdrawn(self) -> frozenset[int]:
        return self._in(ListingState.WITHDRAWN)

    @property
    def drafts(self) -> frozenset[int]:
        return frozenset(
            pk
            for pk, listed in self.listings.items()
            if listed.state == ListingState.DRAFT or (listed.is_live and listed.has_draft)
        )

    @property
    def missing(self) -> frozenset[int]:
        """Owed and not public, for whatever reason."""
        return frozenset(self.owed) - self.live

    @property
    def never_listed(self) -> frozenset[int]:
        """Missing, and not taken down on purpose: what listing "everything that is missing" lists."""
        return self.missing - self.withdrawn

    @property
    def late(self) -> frozenset[int]:
        return frozenset(pk for pk in self.missing if self.owed[pk].is_late(self.day))

    @property
    def owed_and_listed(self) -> frozenset[int]:
        return frozenset(self.owed) & self.live


# Models → pure dataclasses ---------------------------------------------------------------------------------------------


def unit_facts(unit: Unit) -> UnitFacts:
    return UnitFacts(
        unit.pk, unit.slug, unit.kind, unit.kind in COMMUNE_KINDS, unit.active_from, unit.active_until
    )


def load_decisions(as_of: date) -> list[Decision]:
    """Applied decisions up to that day, with their lines: two queries."""
    calendar = portal_calendar()
    rows = (
        DecisionLine.objects.filter(decision__applied_at__isnull=False, decision__signed_on__lte=as_of)
        .order_by("decision", "ordinal")
        .values_list("decision", "decision__signed_on", "decision__due_days", "procedure", "action", "level")
    )
    found: defaultdict[tuple[int, date, int], list[Line]] = defaultdict(list)
    for pk, day, due_days, procedure, action, level in rows:
        found[pk, day, due_days].append(Line(procedure, action, level))
    return [
        Decision(pk, day, calendar.add_working_days(day, due_days), tuple(lines_))
        for (pk, day, due_days), lines_ in found.items()
    ]


_PROCEDURE_COLUMNS = (
    "pk", "bodies", "issuing_body", "subject__name", "levels", "live", "state", "scope", "in_force_from",
    "in_force_until",
)  # fmt: skip


def load_procedures(ids: Iterable[int] | None = None) -> dict[int, OwedProcedure]:
    """One query, without the long texts. `ids` None: all that stand in a line of a decision."""
    chosen = (
        ProcedurePage.objects.filter(pk__in=DecisionLine.objects.values("procedure"))
        if ids is None
        else ProcedurePage.objects.filter(pk__in=ids)
    )
    return {
        row[0]: OwedProcedure(
            Facts(lines(row[1]), row[2], row[3] or "", tuple(row[4])),
            published=row[5] and row[6] == ProcedureState.IN_FORCE and row[7] != Scope.OTHER_PROVINCE,
            in_force_from=row[8],
            in_force_until=row[9],
        )
        for row in chosen.order_by().values_list(*_PROCEDURE_COLUMNS)
    }


def load_obligations(units: Iterable[Unit], as_of: date | None = None) -> Obligations:
    """What these units owe; a fixed number of queries however many units there are."""
    day = as_of or timezone.localdate()
    decisions = load_decisions(day)
    procedures = load_procedures() if decisions else {}
    return owed(decisions, procedures, current_table(), [unit_facts(unit) for unit in units], day)


def load_listings(units: Iterable[Unit]) -> dict[int, dict[int, Listed]]:
    """Unit id → procedure id → listing: one query."""
    found: dict[int, dict[int, Listed]] = {unit.pk: {} for unit in units}
    columns = ("unit", "procedure", "live", "withdrawn_at", "has_unpublished_changes", "confirmed_version")
    rows = (
        Listing.objects.filter(unit__in=list(found))
        .order_by()
        .values_list(
            "pk",
            *columns,
            "procedure__material_version",
            "confirmed_at",
            "procedure__last_published_at",
            "withdrawn_reason",
        )
    )
    for (
        pk,
        unit,
        procedure,
        live,
        withdrawn_at,
        has_draft,
        confirmed,
        material,
        confirmed_at,
        since,
        why,
    ) in rows:
        state = state_of(live=live, withdrawn=withdrawn_at is not None, current=confirmed >= material)
        found[unit][procedure] = Listed(
            pk, procedure, state, has_draft, confirmed_at, since, withdrawn_at, why
        )
    return found


def unit_states(units: Iterable[Unit], as_of: date | None = None) -> list[UnitListingState]:
    """Duties at the end of that day (default today) beside the listings of now, in the order of `units`."""
    chosen = list(units)
    day = as_of or timezone.localdate()
    duties = load_obligations(chosen, day)
    listings = load_listings(chosen)
    return [UnitListingState(unit, day, duties.of(unit.pk), listings[unit.pk]) for unit in chosen]


def unit_state(unit: Unit, as_of: date | None = None) -> UnitListingState:
    return unit_states([unit], as_of)[0]
