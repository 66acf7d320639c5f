"""A year's scheme of points and what a unit's findings cost under it. Pure: no Django.

A scheme is data: criteria with their points, how points follow from a share (in proportion, or by bands), what is taken
off for each finding of a kind and how much at most, and the deadlines where no decision sets one. `read_scheme` checks it
and tells in Vietnamese, field by field, what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from procedures.completeness.findings import Finding, FindingKind


class Measure(StrEnum):
    """What a criterion looks at. Each is a share of what the unit owes."""

    LISTED = "listed"
    ON_TIME = "on_time"
    CURRENT = "current"
    DETAILS = "details"
    COMPLETE = "complete"
    CLEAN = "clean"


class Method(StrEnum):
    SHARE = "share"
    BANDS = "bands"


@dataclass(frozen=True, slots=True)
class Band:
    """From this share on (per cent), so many points."""

    at_least: Decimal
    points: Decimal


@dataclass(frozen=True, slots=True)
class Deduction:
    """Taken off for each overdue finding of the kind, altogether at most `cap`."""

    kind: FindingKind
    each: Decimal
    cap: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    key: str
    label: str
    measure: Measure
    points: Decimal
    method: Method = Method.SHARE
    bands: tuple[Band, ...] = ()
    """Highest first."""
    deductions: tuple[Deduction, ...] = ()
    cap: Decimal | None = None
    """At most so much is taken off by all deductions together."""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Deadline:
    """Working days, and where they are written."""

    days: int
    source: str = ""


@dataclass(frozen=True, slots=True)
class Deadlines:
    list: Deadline
    confirm: Deadline
    remove: Deadline
    details: Deadline


@dataclass(frozen=True, slots=True)
class Scheme:
    criteria: tuple[Criterion, ...]
    deadlines: Deadlines

    @property
    def possible(self) -> Decimal:
        return sum((criterion.points for criterion in self.criteria), Decimal(0))


class SchemeError(ValueError):
    """`errors`: place in the data ("criteria.0.points") → what is wrong there, in Vietnamese."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("\n".join(errors.values()))
        self.errors = dict(errors)


def read_scheme(data: Mapping[str, Any]) -> Scheme:
    """The scheme that stands in `ScoringScheme.content`. Raises SchemeError."""
    raise NotImplementedError


@dataclass(frozen=True, slots=True)
class CriterionScore:
    criterion: Criterion
    share: Decimal
    """0 to 1."""
    points: Decimal
    """Rounded to hundredths, as it counts."""
    lost: Decimal
    deducted: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Score:
    points: Decimal
    possible: Decimal
    """What the unit can still reach: all points of the scheme less what was lost for good (listed too late)."""
    maximum: Decimal
    """All points of the scheme."""
    criteria: tuple[CriterionScore, ...] = ()
    costs: Mapping[str, Decimal] = field(default_factory=dict)
    """Key of a finding → its share of what is lost. Only what costs anything."""
    gains: Mapping[str, Decimal] = field(default_factory=dict)
    """Key of a finding → what mending this one alone brings now."""
    owed: int = 0
    listed: int = 0
    on_time: int = 0
    complete: int = 0
    missing: int = 0
    late: int = 0
    outdated: int = 0
    should_be_gone: int = 0
    lacking: int = 0
    share_listed: Decimal = Decimal(1)
    share_on_time: Decimal = Decimal(1)
    share_complete: Decimal = Decimal(1)

    @property
    def lost(self) -> Decimal:
        return self.maximum - self.points


def score(
    findings: Iterable[Finding], scheme: Scheme, *, owed: int, listed: int, listed_late: int = 0
) -> Score:
    """Points of one unit from its findings.

    `owed`: how many procedures; `listed`: how many of them are public; `listed_late`: how many of those came up after
    their last day, which nothing mends any more.
    """
    raise NotImplementedError
