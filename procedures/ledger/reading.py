"""What the public saw at the end of a day, out of the ledger. A fixed number of queries, however many units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from home.models import Unit

if TYPE_CHECKING:
    from procedures.completeness.findings import ListedFacts, VersionFacts

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Root:
    """The last entry of a day: its hash stands for everything before it."""

    day: date
    sequence: int
    hash: str


@dataclass(frozen=True, slots=True)
class ListedItem:
    """One procedure that a unit listed: the texts as they stood."""

    code: str
    procedure_body: Body
    listing_body: Body
    since: datetime
    """Public at this unit without a break since then."""
    actor: str = ""
    """Pseudonymous key of who wrote the listing's last entry."""


@dataclass(frozen=True, slots=True)
class UnitAsOf:
    """What one unit listed at the end of `day`. `no_ledger`: the day lies before the first entry, nothing is known."""

    unit: Unit
    day: date
    no_ledger: bool
    unit_body: Body | None
    items: tuple[ListedItem, ...]
    """In the order of their codes."""
    sequence: int
    root: Root | None


def listings_at(units: Iterable[Unit], day: date) -> dict[int, dict[int, ListedFacts]]:
    """Unit id → procedure id → what stood at the end of that day."""
    raise NotImplementedError


def listed(unit: Unit, day: date) -> UnitAsOf:
    raise NotImplementedError


def versions_at(day: date) -> dict[int, VersionFacts]:
    """Procedure id → its versions as they stood at the end of that day."""
    raise NotImplementedError


def first_day() -> date | None:
    """The day on which the ledger was opened; None: there is none yet."""
    raise NotImplementedError


def root_of(day: date) -> Root | None:
    raise NotImplementedError


def current_root() -> Root | None:
    raise NotImplementedError
