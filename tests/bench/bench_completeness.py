"""How long the rules of completeness take for the whole province, and how much memory: 1×, 3× and 10× the content.

The limits hold for 1×: 85 units with 60,000 duties in 2 s and 500 MB, one unit in 50 ms. Larger content may take as many
times longer. Run by `make bench`. Time of the process, not of the wall: a busy machine is no regression.
"""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from home.enums import UnitKind
from home.models import Unit
from home.working_days import WorkingCalendar
from procedures.competence.rules import COMMUNES, UNIT, CompetenceTable, Facts, Row
from procedures.completeness.findings import Finding, ListedFacts, VersionFacts, findings
from procedures.completeness.obligations import (
    Decision,
    Line,
    Obligations,
    OwedProcedure,
    Repeal,
    UnitFacts,
    owed,
)
from procedures.completeness.reports import unit_report, unit_reports
from procedures.completeness.scoring import Score, priced, score
from procedures.completeness.yearly_schemes import example
from procedures.importing.bulk import import_records
from procedures.listings.opening import confirm_opening
from procedures.models import Competence, Listing, ProcedurePage
from procedures.record import ProcedureRecord, Step

COMMUNE_UNITS, DEPARTMENTS = 69, 16
COMMUNE_PROCEDURES, DEPARTMENT_PROCEDURES = 850, 90
"""69 × 850 + 16 × 90 = 60,090 duties."""

OPENING, TODAY = date(2026, 3, 2), date(2026, 9, 14)
CALENDAR = WorkingCalendar()
TABLE = CompetenceTable(
    (
        *(Row(UNIT, f"so-{n}", body=f"sở số {n}") for n in range(DEPARTMENTS)),
        Row(COMMUNES, body="ủy ban nhân dân cấp xã"),
    )
)
UNITS = tuple(
    [UnitFacts(n, f"xa-{n}", "commune", is_commune=True) for n in range(COMMUNE_UNITS)]
    + [UnitFacts(COMMUNE_UNITS + n, f"so-{n}", "department", is_commune=False) for n in range(DEPARTMENTS)]
)


class Province:
    """Made-up content: an opening catalogue, forty decisions over it, listings with gaps of every kind."""

    def __init__(self, times: int) -> None:
        communal = COMMUNE_PROCEDURES * times
        self.procedures = {
            pk: OwedProcedure(Facts(("Ủy ban nhân dân cấp xã",), "", f"Lĩnh vực {pk % 40}", ("commune",)))
            for pk in range(communal)
        } | {
            communal + n: OwedProcedure(
                Facts((f"Sở số {n % DEPARTMENTS}",), "", f"Lĩnh vực {n % 40}", ("province",))
            )
            for n in range(DEPARTMENTS * DEPARTMENT_PROCEDURES * times)
        }
        total = len(self.procedures)
        due = CALENDAR.add_working_days(OPENING, 5)
        self.decisions = [
            Decision(
                1, OPENING, due, tuple(Line(pk, id=pk) for pk in range(total)), 5, "Đầu kỳ", opening=True
            )
        ]
        for n in range(40):
            signed = OPENING + timedelta(days=4 * n + 3)
            lines = tuple(
                Line(
                    (n * 97 + k) % total,
                    "amended",
                    id=total * (n + 1) + k,
                    part="Phần I",
                    ordinal_text=str(k),
                )
                for k in range(30 * times)
            )
            repeals = (Repeal(f"{n - 1}/QĐ-UBND", part="I"),) if n else ()
            self.decisions.append(
                Decision(
                    n + 2,
                    signed,
                    CALENDAR.add_working_days(signed, 5),
                    lines,
                    5,
                    f"{n}/QĐ-UBND",
                    repeals=repeals,
                )
            )
        self.listings = {unit.id: self._listed(unit) for unit in UNITS}
        self.versions = {
            pk: VersionFacts(pk, 3, 3, TODAY - timedelta(days=pk % 60), ("steps",))
            for pk in range(0, total, 9)
        }

    def _listed(self, unit: UnitFacts) -> dict[int, ListedFacts]:
        """Of those it may owe: one in twenty missing, one in ten lacks a detail."""
        found = {}
        for pk, procedure in self.procedures.items():
            if (procedure.facts.levels == ("commune",)) is not unit.is_commune or (pk + unit.id) % 20 == 0:
                continue
            if not unit.is_commune and f"so-{pk % DEPARTMENTS}" != unit.key and pk % 50:
                continue
            lacks = ("phone",) if pk % 10 == 0 else ()
            found[pk] = ListedFacts(pk, True, 1 + pk % 3, OPENING, lacks, OPENING + timedelta(days=pk % 12))
        return found

    def reckon(self, units: tuple[UnitFacts, ...] = UNITS) -> tuple[Obligations, list[Score], int]:
        obligations = owed(
            self.decisions, self.procedures, TABLE, units, TODAY, all_units=UNITS, calendar=CALENDAR
        )
        listings = {unit.id: self.listings[unit.id] for unit in units}
        found = findings(obligations, listings, self.versions, TODAY, calendar=CALENDAR)
        by_unit: dict[int, list[Finding]] = {unit.id: [] for unit in units}
        for finding in found:
            by_unit[finding.unit or 0].append(finding)
        scores = []
        for unit, held in by_unit.items():
            duties, listed = obligations.of(unit), listings[unit]
            result = score(
                held, example()[2], owed=len(duties), listed=sum(1 for pk in duties if pk in listed)
            )
            priced(held, result)
            scores.append(result)
        return obligations, scores, len(found)


def _timed(what: Callable[[], Any]) -> tuple[Any, float]:
    gc.collect()
    began = time.process_time()
    result = what()
    return result, time.process_time() - began


def _report(what: str, value: float, limit: float, unit: str) -> None:
    print(f"\n{what:60} {value:8.3f} {unit} (limit {limit:g})")
    assert value <= limit


@pytest.mark.parametrize("times", [1, 3, 10])
def test_the_whole_province(times: int) -> None:
    province = Province(times)
    (obligations, scores, count), seconds = _timed(province.reckon)
    assert obligations.pairs >= 60_000 * times
    assert count > 10_000 * times
    assert all(0 < found.points < found.maximum for found in scores)
    _report(f"{times}×: {obligations.pairs} duties, {count} findings, priced", seconds, 2 * times, "s")

    _all, seconds = _timed(lambda: province.reckon(UNITS[:1]))
    _report(f"{times}×: one unit", 1_000 * seconds, 50 * times, "ms")

    gc.collect()
    tracemalloc.start()
    held = Province(times).reckon()
    peak = tracemalloc.get_traced_memory()[1] / 1_000_000
    tracemalloc.stop()
    assert held
    _report(f"{times}×: memory, the content included", peak, 500 * times, "MB")


# With the database ----------------------------------------------------------------------------------------------------

DATABASE_PROCEDURES, DATABASE_UNITS = 706, 85


@pytest.mark.django_db
def test_reports_out_of_the_database() -> None:
    """85 units with 706 listings each, all of it read, reckoned and priced."""
    import_records(
        (
            str(number),
            ProcedureRecord(
                code=f"8.{number:06d}",
                name=f"Thủ tục dựng để đo số {number}",
                field=f"Lĩnh vực {number % 20}",
                levels=("commune",),
                steps=(Step("Bước 1"),),
            ),
        )
        for number in range(DATABASE_PROCEDURES)
    )
    units = Unit.objects.bulk_create(
        Unit(kind=UnitKind.COMMUNE, code=f"8{n:04d}", name=f"Xã Đo {n:02d}", slug=f"xa-do-{n}")
        for n in range(DATABASE_UNITS)
    )
    Competence.objects.create(level="commune", target="communes")
    confirm_opening(user=None, day=OPENING)
    at = datetime(2026, 3, 4, tzinfo=UTC)
    versions = dict(ProcedurePage.objects.values_list("pk", "version"))
    Listing.objects.bulk_create(
        (
            Listing(unit=unit, procedure_id=pk, live=True, confirmed_version=number, first_published_at=at)
            for unit in units
            for pk, number in versions.items()
            if (pk + unit.pk) % 20
        ),
        batch_size=2_000,
    )
    ProcedurePage.objects.filter(code__endswith="7").update(version=2, material_version=2)
    unit_report(units[0])

    reports, seconds = _timed(lambda: unit_reports(units))
    assert sum(report.score.owed for report in reports) == DATABASE_PROCEDURES * DATABASE_UNITS
    assert all(report.findings for report in reports)
    _report(f"reports of {DATABASE_UNITS} units out of the database", seconds, 6, "s")
    _one, seconds = _timed(lambda: unit_report(units[0]))
    _report("report of one unit out of the database", 1_000 * seconds, 150, "ms")
