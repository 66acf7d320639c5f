"""What is lacking, whose it is, since when and until when: duties against what is public. Pure: no Django.

A unit's findings come from its duties, its listings and the versions of procedures; a controller's from facts about the
official texts. A finding whose last day has not passed costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from home.working_days import WorkingCalendar
from procedures.completeness.obligations import Duty, Ending, Obligations


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
    """Something waits to be published: of a public listing a change, else one that never was public."""


@dataclass(frozen=True, slots=True)
class MaterialChange:
    """A version with parts that units have to confirm, and the day on which they could know."""

    number: int
    on: date | None = None
    parts: tuple[str, ...] = ()


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
    earlier: tuple[MaterialChange, ...] = ()
    """Material changes before the last one, oldest first: who confirmed none of them is behind since the first."""

    def unconfirmed(self, version: int) -> tuple[MaterialChange, ...]:
        """What came after the version that was confirmed, oldest first."""
        last = MaterialChange(self.material, self.material_on, self.parts)
        return tuple(change for change in (*self.earlier, last) if change.number > version)


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
        public = self.kind not in (FindingKind.MISSING, FindingKind.LATE)
        details = ".".join(self.details) if public and self.details else ""
        return f"{self.kind.value}:{self.unit or ''}:{self.procedure or ''}:{details}"[:120]

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
    reckoning = _Reckoning(obligations, versions, as_of, calendar, confirm_days, remove_days, detail_days)
    found: list[Finding] = []
    for unit in sorted({*obligations.by_unit, *listings}):
        of_unit = list(reckoning.of_unit(unit, obligations.of(unit), listings.get(unit, {})))
        of_unit.sort(key=lambda f: (f.procedure or 0, f.kind))
        found += of_unit
    return tuple(found)


class _Reckoning:
    """One day's findings; last days are remembered, since many gaps began on one day."""

    def __init__(
        self,
        obligations: Obligations,
        versions: Mapping[int, VersionFacts],
        as_of: date,
        calendar: WorkingCalendar,
        *days: int,
    ) -> None:
        self.obligations = obligations
        self.versions = versions
        self.as_of = as_of
        self.calendar = calendar
        self.confirm_days, self.remove_days, self.detail_days = days
        self._last_days: dict[tuple[date, int], date] = {}

    def of_unit(
        self, unit: int, duties: Mapping[int, Duty], listed: Mapping[int, ListedFacts]
    ) -> Iterator[Finding]:
        for procedure, duty in duties.items():
            held = listed.get(procedure)
            if held is None or not held.live:
                yield self._missing(unit, duty, held)
        for procedure, held in listed.items():
            if not held.live:
                continue
            duty_or_none = duties.get(procedure)
            if duty_or_none is None and (gone := self._gone(unit, held)) is not None:
                yield gone
                continue
            version = self.versions.get(procedure)
            if version is not None and held.confirmed_version < version.material:
                yield self._outdated(unit, held, version, duty_or_none)
            if held.lacks:
                yield self._lacking(unit, held, duty_or_none)

    def _missing(self, unit: int, duty: Duty, held: ListedFacts | None) -> Finding:
        late = duty.is_late(self.as_of)
        return Finding(
            FindingKind.LATE if late else FindingKind.MISSING,
            unit,
            duty.procedure,
            duty.since,
            duty.due,
            duty.decision,
            duty.line,
            _NOTHING if held is None else _waiting(held),
            late,
        )

    def _gone(self, unit: int, held: ListedFacts) -> Finding | None:
        """What is public and should not be. Where it is not known whose it is, it is nobody's fault here."""
        obligations = self.obligations
        ending: Ending | None
        if (end := obligations.ended_units.get(unit)) is not None:
            why, ending = UNIT_ENDED, Ending(end)
        elif (ending := obligations.ending_for(unit, held.procedure)) is not None:
            why = PROCEDURE_ENDED
        elif held.procedure in obligations.owned or held.procedure in obligations.nobody:
            why, ending = NOT_THEIRS, Ending(None)
        else:
            return None
        # It can't be too much before it was there.
        since = max(filter(None, (ending.since, held.since)), default=self.as_of)
        due = self._last_day(since, self.remove_days)
        return Finding(
            FindingKind.SHOULD_BE_GONE,
            unit,
            held.procedure,
            since,
            due,
            ending.decision,
            ending.line,
            (why,),
            self.as_of > due,
        )

    def _outdated(self, unit: int, held: ListedFacts, version: VersionFacts, duty: Duty | None) -> Finding:
        changes = version.unconfirmed(held.confirmed_version)
        known = [change.on for change in changes if change.on is not None]
        since = min(known) if known else held.confirmed_on or held.since or self.as_of
        # What a unit brings up without confirming it is behind from its own first day, not from before.
        since = max(since, held.since or since)
        parts = tuple(dict.fromkeys(part for change in changes for part in change.parts))
        return self._listed(FindingKind.OUTDATED, unit, held, duty, since, self.confirm_days, parts)

    def _lacking(self, unit: int, held: ListedFacts, duty: Duty | None) -> Finding:
        since = held.since or self.as_of
        return self._listed(FindingKind.UNIT_DETAIL, unit, held, duty, since, self.detail_days, held.lacks)

    def _listed(
        self,
        kind: FindingKind,
        unit: int,
        held: ListedFacts,
        duty: Duty | None,
        since: date,
        days: int,
        details: tuple[str, ...],
    ) -> Finding:
        due = self._last_day(since, days)
        return Finding(
            kind,
            unit,
            held.procedure,
            since,
            due,
            duty.decision if duty else None,
            duty.line if duty else None,
            details,
            self.as_of > due,
        )

    def _last_day(self, since: date, days: int) -> date:
        key = (since, days)
        if (known := self._last_days.get(key)) is None:
            known = self._last_days[key] = self.calendar.add_working_days(*key)
        return known


_NOTHING: Final[tuple[str, ...]] = ()


def _waiting(held: ListedFacts) -> tuple[str, ...]:
    if held.withdrawn:
        return (WITHDRAWN,)
    return (DRAFT,) if held.draft else ()
