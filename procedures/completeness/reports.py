"""What units owe, list and lack, with points: the one place where models meet the rules of completeness."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from home.models import Unit
from procedures.completeness.findings import Finding, ListedFacts
from procedures.completeness.obligations import Duty
from procedures.completeness.scoring import Score
from procedures.models import ScoringScheme


@dataclass(frozen=True)
class UnitReport:
    unit: Unit
    as_of: date
    duties: Mapping[int, Duty]
    listed: Mapping[int, ListedFacts]
    """By procedure; drafts and withdrawn ones too."""
    findings: tuple[Finding, ...]
    """Most costly first."""
    score: Score
    scheme: ScoringScheme | None
    """None: no scheme is in the database, the shipped example counts."""
    no_ledger: bool = False
    """Nothing is known of what was public on that day: never to be read as "nothing was listed"."""


def unit_reports(units: Iterable[Unit], as_of: date | None = None) -> list[UnitReport]:
    """In the order of `units`; a fixed number of queries however many there are.

    Today comes from the rows, the past from the ledger.
    """
    raise NotImplementedError


def unit_report(unit: Unit, as_of: date | None = None) -> UnitReport:
    return unit_reports([unit], as_of)[0]


def controller_findings(as_of: date | None = None) -> tuple[Finding, ...]:
    """What the controllers have to mend, all of the province."""
    raise NotImplementedError
