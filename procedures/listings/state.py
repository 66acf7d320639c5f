"""What units owe and what they list, for the screen "Niêm yết": duties beside the rows of now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from django.utils import timezone

from home.models import Unit
from procedures.completeness.loading import load_obligations
from procedures.completeness.obligations import Duty
from procedures.models import Listing


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
    def current(self) -> frozenset[int]:
        """Owed, public, and what readers see is what the unit confirmed."""
        return self._in(ListingState.LIVE) & frozenset(self.owed)

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


# From the database ----------------------------------------------------------------------------------------------------


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
