"""Made-up units on which a scheme shows what it does: figures in, points out. Pure: no Django."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from procedures.completeness.findings import Finding, FindingKind
from procedures.completeness.scheme import DEDUCTIBLE, ZERO, Scheme
from procedures.completeness.scoring import Score, gain_of, score

_DAY = date(2026, 1, 5)


@dataclass(frozen=True, slots=True)
class Sample:
    """Overdue gaps of a unit that owes `owed` procedures; `listed_late`: public by now, but after their last day."""

    key: str
    owed: int
    late: int = 0
    listed_late: int = 0
    outdated: int = 0
    should_be_gone: int = 0
    unit_detail: int = 0


SAMPLES = (
    Sample("fair", owed=340, late=12, listed_late=20, outdated=15, should_be_gone=2, unit_detail=30),
    Sample("good", owed=340, listed_late=3, outdated=2),
    Sample("poor", owed=340, late=75, listed_late=60, outdated=60, should_be_gone=9, unit_detail=120),
)


@dataclass(frozen=True, slots=True)
class KindCost:
    """All findings of one kind together: their part of what is lost, and what mending all of them brings."""

    kind: FindingKind
    count: int
    cost: Decimal
    gain: Decimal


@dataclass(frozen=True, slots=True)
class Worked:
    sample: Sample
    score: Score
    kinds: tuple[KindCost, ...]
    """Most costly first; kinds without a finding are left out."""


def work(scheme: Scheme, sample: Sample) -> Worked:
    found = _findings(sample)
    listed = sample.owed - sample.late
    result = score(found, scheme, owed=sample.owed, listed=listed, listed_late=sample.listed_late)
    kinds = []
    for kind in DEDUCTIBLE:
        held = [finding for finding in found if finding.kind is kind]
        if held:
            cost = sum((result.costs.get(finding.key, ZERO) for finding in held), ZERO)
            gain = gain_of(held, found, scheme, owed=sample.owed, listed_late=sample.listed_late)
            kinds.append(KindCost(kind, len(held), cost, gain))
    return Worked(sample, result, tuple(sorted(kinds, key=lambda k: (-k.cost, k.kind))))


def _findings(sample: Sample) -> list[Finding]:
    """Each gap at another procedure, as far as there are enough."""
    found: list[Finding] = []
    for kind in DEDUCTIBLE:
        for _n in range(getattr(sample, kind.value)):
            found.append(Finding(kind, 1, len(found) + 1, _DAY, _DAY, 1, 1, overdue=True))
    return found
