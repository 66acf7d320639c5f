"""What a unit's findings cost under a year's scheme, and what mending each of them brings. Pure: no Django.

Points of a criterion follow from a share of what the unit owes: one less the procedures with an overdue finding of the
criterion's kind. A duty within its deadline loses nothing. Then deductions for single findings are taken off, within
their caps, never below nothing. Each criterion is rounded to hundredths.

Two numbers stand at a finding, both before rounding:

- its *gain*: points if this one alone were mended, less points now. Under bands and caps that may be nothing, as long as
  others hold the unit in the band;
- its *cost*: its part of what the unit has lost and can win back. What a share or a band costs is divided among the
  procedures that cause it, what a deduction costs among the findings of its kind. Costs of all findings add up to
  `possible - points`, so they tell what to mend first even where single gains are nothing.

What was listed after its last day stays late for the criterion "on time", whatever is mended: it counts neither as cost
nor as gain, and `possible` leaves it out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from procedures.completeness.findings import Finding, FindingKind
from procedures.completeness.scheme import (
    HUNDRED,
    ZERO,
    Band,
    Criterion,
    Deadline,
    Deadlines,
    Deduction,
    Measure,
    Method,
    Scheme,
    SchemeError,
    read_scheme,
)

__all__ = [
    "Band",
    "Criterion",
    "CriterionScore",
    "Deadline",
    "Deadlines",
    "Deduction",
    "Measure",
    "Method",
    "Scheme",
    "SchemeError",
    "Score",
    "gain_of",
    "priced",
    "read_scheme",
    "score",
]

LATE, MISSING, OUTDATED = FindingKind.LATE, FindingKind.MISSING, FindingKind.OUTDATED
GONE, DETAIL = FindingKind.SHOULD_BE_GONE, FindingKind.UNIT_DETAIL

SPOILS: Final[Mapping[Measure, frozenset[FindingKind]]] = {
    Measure.LISTED: frozenset({LATE}),
    Measure.ON_TIME: frozenset(),  # lateness is history: mending it wins nothing back here
    Measure.CURRENT: frozenset({OUTDATED}),
    Measure.DETAILS: frozenset({DETAIL}),
    Measure.COMPLETE: frozenset({LATE, OUTDATED, DETAIL}),
    Measure.CLEAN: frozenset({GONE}),
}
"""Overdue findings of these kinds spoil a procedure for the measure."""

HUNDREDTH: Final = Decimal("0.01")
SHARE: Final = Decimal("0.0001")
ONE: Final = Decimal(1)


@dataclass(frozen=True, slots=True)
class CriterionScore:
    criterion: Criterion
    share: Decimal
    """0 to 1."""
    points: Decimal
    """Rounded to hundredths, as it counts."""
    possible: Decimal
    """What can still be reached."""

    @property
    def lost(self) -> Decimal:
        return self.criterion.points - self.points


@dataclass(frozen=True, slots=True)
class Score:
    points: Decimal
    possible: Decimal
    """What the unit can still reach: all points of the scheme less what was lost for good (listed too late)."""
    maximum: Decimal
    """All points of the scheme."""
    criteria: tuple[CriterionScore, ...] = ()
    costs: Mapping[str, Decimal] = field(default_factory=dict)
    """Key of a finding → its part of what can be won back. Only what costs anything."""
    gains: Mapping[str, Decimal] = field(default_factory=dict)
    """Key of a finding → what mending this one alone brings now. Only what brings anything."""
    owed: int = 0
    listed: int = 0
    """Of those owed."""
    on_time: int = 0
    """Owed, and listed within the deadline or still within it."""
    complete: int = 0
    """Owed, listed, with the official version confirmed and the unit's own details entered."""
    missing: int = 0
    """Owed and not public, within the deadline."""
    late: int = 0
    outdated: int = 0
    should_be_gone: int = 0
    lacking: int = 0
    """Listings that lack a detail of the unit's."""
    share_listed: Decimal = ONE
    share_on_time: Decimal = ONE
    share_complete: Decimal = ONE

    @property
    def lost(self) -> Decimal:
        return self.maximum - self.points

    @property
    def lost_for_good(self) -> Decimal:
        return self.maximum - self.possible


def score(
    findings: Iterable[Finding], scheme: Scheme, *, owed: int, listed: int, listed_late: int = 0
) -> Score:
    """Points of one unit from its findings.

    `owed`: how many procedures; `listed`: how many of them are public; `listed_late`: how many of those came up after
    their last day. The order of findings never matters.
    """
    held = [finding for finding in findings if finding.is_units]
    kinds = Counter(finding.kind for finding in held)
    untimely = listed_late + kinds[LATE]
    overdue = [finding for finding in held if finding.overdue]
    costs: dict[str, Decimal] = {}
    gains: dict[str, Decimal] = {}
    criteria = []
    for criterion in scheme.criteria:
        tally = _Tally(criterion, overdue, owed, untimely)
        criteria.append(tally.score())
        tally.price(overdue, costs, gains)
    spoilt = {f.procedure for f in held if f.kind in (OUTDATED, DETAIL) and f.decision is not None}
    return Score(
        points=sum((c.points for c in criteria), ZERO),
        possible=sum((c.possible for c in criteria), ZERO),
        maximum=scheme.maximum,
        criteria=tuple(criteria),
        costs=costs,
        gains=gains,
        owed=owed,
        listed=listed,
        on_time=max(0, owed - untimely),
        complete=max(0, listed - len(spoilt)),
        missing=kinds[MISSING],
        late=kinds[LATE],
        outdated=kinds[OUTDATED],
        should_be_gone=kinds[GONE],
        lacking=kinds[DETAIL],
        share_listed=_share(listed, owed),
        share_on_time=_share(owed - untimely, owed),
        share_complete=_share(listed - len(spoilt), owed),
    )


def priced(findings: Iterable[Finding], found: Score) -> tuple[Finding, ...]:
    """The same findings with what they cost, most costly first; among equals what is due first."""
    filled = [
        replace(f, cost=found.costs.get(f.key, ZERO), gain=found.gains.get(f.key, ZERO)) if f.overdue else f
        for f in findings
    ]
    return tuple(sorted(filled, key=lambda f: (-f.cost, f.due is None, f.due or f.since, f.since, f.key)))


def gain_of(
    mended: Iterable[Finding],
    findings: Iterable[Finding],
    scheme: Scheme,
    *,
    owed: int,
    listed_late: int = 0,
) -> Decimal:
    """Points that mending these findings together brings now, before rounding: for a group of gaps behind one button."""
    keys = {finding.key for finding in mended}
    held = [finding for finding in findings if finding.is_units]
    untimely = listed_late + sum(1 for finding in held if finding.kind is LATE)
    now = [finding for finding in held if finding.overdue]
    then = [finding for finding in now if finding.key not in keys]
    return sum(
        (
            _Tally(criterion, then, owed, untimely).value() - _Tally(criterion, now, owed, untimely).value()
            for criterion in scheme.criteria
        ),
        ZERO,
    )


class _Tally:
    """One criterion of one unit: counts, from which its points follow."""

    def __init__(self, criterion: Criterion, overdue: Iterable[Finding], owed: int, untimely: int) -> None:
        self.criterion = criterion
        self.owed = owed
        self.kinds = SPOILS[criterion.measure]
        self.history = untimely if criterion.measure is Measure.ON_TIME else 0
        deducted = {deduction.kind for deduction in criterion.deductions}
        self.spoilt: Counter[int | None] = Counter()
        self.counts: Counter[FindingKind] = Counter()
        if self.kinds or deducted:
            for finding in overdue:
                if finding.kind in self.kinds:
                    self.spoilt[finding.procedure] += 1
                if finding.kind in deducted:
                    self.counts[finding.kind] += 1

    # Points -----------------------------------------------------------------------------------------------------------

    def value(self) -> Decimal:
        return self._value(len(self.spoilt), self.counts)

    def score(self) -> CriterionScore:
        nothing: Counter[FindingKind] = Counter()
        return CriterionScore(
            self.criterion,
            _share(self.owed - self._bad(len(self.spoilt)), self.owed),
            _rounded(self.value()),
            _rounded(self._value(0, nothing)),
        )

    def _value(self, spoilt: int, counts: Mapping[FindingKind, int]) -> Decimal:
        taken = sum(self._deducted(counts).values(), ZERO)
        if self.criterion.cap is not None:
            taken = min(taken, self.criterion.cap)
        return max(ZERO, self._base(spoilt) - taken)

    def _bad(self, spoilt: int) -> int:
        return spoilt + self.history

    def _base(self, spoilt: int) -> Decimal:
        """By the share alone."""
        criterion = self.criterion
        if criterion.method is Method.DEDUCTIONS:
            return criterion.points
        bad = self._bad(spoilt)
        # Who owes nothing has listed all of it, but may have public what should be gone.
        good, whole = (max(0, self.owed - bad), self.owed) if self.owed else (0 if bad else 1, 1)
        if criterion.method is Method.SHARE:
            return criterion.points * good / whole
        reached = (band.points for band in criterion.bands if good * HUNDRED >= band.at_least * whole)
        return next(reached, ZERO)

    def _deducted(self, counts: Mapping[FindingKind, int]) -> dict[FindingKind, Decimal]:
        """By kind, each within its own cap; the criterion's cap lies over their sum."""
        found = {}
        for deduction in self.criterion.deductions:
            taken = deduction.each * counts.get(deduction.kind, 0)
            found[deduction.kind] = taken if deduction.cap is None else min(taken, deduction.cap)
        return found

    # Prices -----------------------------------------------------------------------------------------------------------

    def price(self, overdue: Iterable[Finding], costs: dict[str, Decimal], gains: dict[str, Decimal]) -> None:
        """Adds to both what each finding costs and brings in this criterion."""
        if not self.spoilt and not any(self.counts.values()):
            return
        now = self.value()
        parts = self._parts(now)
        if parts is None:
            return
        by_procedure, by_kind = parts
        known: dict[tuple[FindingKind, bool], Decimal] = {}
        for finding in overdue:
            spoils = finding.kind in self.kinds
            if not spoils and finding.kind not in by_kind:
                continue
            cost = by_kind.get(finding.kind, ZERO)
            alone = spoils and self.spoilt[finding.procedure] == 1
            if spoils:
                cost += by_procedure / self.spoilt[finding.procedure]
            gain = known.get((finding.kind, alone))
            if gain is None:
                gain = known[finding.kind, alone] = self._without(finding.kind, alone=alone) - now
            key = finding.key
            if cost:
                costs[key] = costs.get(key, ZERO) + cost
            if gain:
                gains[key] = gains.get(key, ZERO) + gain

    def _parts(self, now: Decimal) -> tuple[Decimal, dict[FindingKind, Decimal]] | None:
        """What one spoilt procedure costs, and one finding of each kind; None: nothing can be won back."""
        can_win = self._value(0, {}) - now
        base = self._base(0) - self._base(len(self.spoilt))
        deducted = self._deducted(self.counts)
        total = base + sum(deducted.values(), ZERO)
        if not can_win or not total:
            return None
        part = can_win / total  # below one where a cap or nothing left holds the loss
        return (
            part * base / len(self.spoilt) if self.spoilt else ZERO,
            {kind: part * taken / self.counts[kind] for kind, taken in deducted.items() if taken},
        )

    def _without(self, kind: FindingKind, *, alone: bool) -> Decimal:
        counts = self.counts.copy()
        if counts[kind]:
            counts[kind] -= 1
        return self._value(len(self.spoilt) - alone, counts)


def _rounded(points: Decimal) -> Decimal:
    return points.quantize(HUNDREDTH, ROUND_HALF_UP)


def _share(part: int, whole: int) -> Decimal:
    """Down to hundredths of a per cent; never "all of it" where something is left."""
    if whole <= 0:
        return ONE
    exact = Decimal(max(0, part)) / whole
    rounded = exact.quantize(SHARE, ROUND_HALF_UP)
    return min(rounded, ONE - SHARE) if part < whole else rounded
