"""What is lacking, whose it is, since when and until when: duties against what is public. Pure: no Django.

A unit's findings come from its duties, its listings and the versions of procedures; a controller's from facts about the
official texts. A finding whose last day has not passed costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from home.working_days import WorkingCalendar
from procedures.completeness.obligations import Duty, Obligations


class FindingKind(StrEnum):
    MISSING = "missing"
    """Owed and not public, still within its deadline: costs nothing."""
    LATE = "late"
    OUTDATED = "outdated"
    SHOULD_BE_GONE = "should_be_gone"
    UNIT_DETAIL = "unit_detail"

    PART_NOT_ENTERED = "part_not_entered"
    FORM_FILE = "form_file"
    ONLINE_REASON = "online_reason"
    UNMAPPED = "unmapped"
    UNPUBLISHED = "unpublished"
    DIVERGENCE = "divergence"
    DEAD_LINK = "dead_link"


UNIT_KINDS: Final = frozenset(
    {
        FindingKind.MISSING,
        FindingKind.LATE,
        FindingKind.OUTDATED,
        FindingKind.SHOULD_BE_GONE,
        FindingKind.UNIT_DETAIL,
    }
)
CONTROLLER_KINDS: Final = frozenset(FindingKind) - UNIT_KINDS

# Why a listing should be gone: the first of a finding's details.
UNIT_ENDED, PROCEDURE_ENDED, NOT_THEIRS = "unit_ended", "procedure_ended", "not_theirs"

# Why an owed one is not public, where that is known: a detail of MISSING and LATE.
WITHDRAWN, DRAFT = "withdrawn", "draft"

DESK, HOURS, PHONE = "desk", "hours", "phone"

CONFIRM_DAYS, REMOVE_DAYS, DETAIL_DAYS = 5, 3, 10
"""Working days where no scheme says otherwise."""


@dataclass(frozen=True, slots=True)
class ListedFacts:
    """One listing of one unit at the end of a day."""

    procedure: int
    live: bool
    confirmed_version: int
    confirmed_on: date | None = None
    lacks: tuple[str, ...] = ()
    """Of `DESK`, `HOURS`, `PHONE`."""
    since: date | None = None
    """The first day on which it was public; coming down in between does not begin it anew."""
    listing: int | None = None
    withdrawn: bool = False
    """Taken down on purpose."""
    draft: bool = False
    """Something waits to be published, whatever the public sees."""


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """Of one procedure at the end of a day."""

    procedure: int
    current: int
    material: int = 0
    """Number of the last version with a change that units have to confirm."""
    material_on: date | None = None
    parts: tuple[str, ...] = ()
    """The material sections of that change."""


@dataclass(frozen=True, slots=True)
class Finding:
    kind: FindingKind
    unit: int | None
    procedure: int | None
    since: date
    due: date | None
    """The last day to mend it free of charge; None: there is no deadline."""
    decision: int | None = None
    line: int | None = None
    """The line why the unit owes the procedure; None: it does not owe it."""
    details: tuple[str, ...] = ()
    overdue: bool = False
    """Its last day has passed: only then it costs."""
    cost: Decimal = Decimal(0)
    """Its share of the points that are lost now; all costs of a unit add up to what it can win back. Filled by `score`."""
    gain: Decimal = Decimal(0)
    """What mending this one alone brings now: nothing where a band or a cap still holds. Filled by `score`."""

    @property
    def key(self) -> str:
        """Names it among all findings of a day, and again on the next day as long as it is the same gap."""
        parts = (self.kind, self.unit or "", self.procedure or "", ".".join(self.details))
        return ":".join(str(part) for part in parts)[:120]

    @property
    def is_units(self) -> bool:
        return self.kind in UNIT_KINDS


def findings(
    obligations: Obligations,
    listings: Mapping[int, Mapping[int, ListedFacts]],
    versions: Mapping[int, VersionFacts],
    as_of: date,
    *,
    calendar: WorkingCalendar,
    confirm_days: int = CONFIRM_DAYS,
    remove_days: int = REMOVE_DAYS,
    detail_days: int = DETAIL_DAYS,
) -> tuple[Finding, ...]:
    """All findings of the units in `obligations` and `listings` at the end of `as_of`; costs are not filled yet.

    By unit, then procedure, then kind, whatever the order of what is given.
    """
    raise NotImplementedError
