"""Measuring every unit at the end of a day, and reading the measures back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from home.models import Unit
from procedures.completeness.reports import UnitReport, unit_reports
from procedures.ledger.reading import first_day, root_of
from procedures.ledger.recording import append
from procedures.models import UnitMeasure
from procedures.transparency.figures import Measured, month_ends
from procedures.transparency.in_ledger import COLUMNS, measure_records

CAUGHT_UP = 31
"""Days that one run makes up for at most, when nothing ran for a while."""
FIELDS = (*COLUMNS, "sequence")


def measure(day: date) -> int:
    """Measure all units as they stood at the end of a past day; done again it gives the same. How many units."""
    units = Unit.objects.active(day).listing_units().order_by("pk")
    reports = [report for report in unit_reports(units, day) if not report.no_ledger]
    root = root_of(day)
    rows = [_measure_of(report, day, root.sequence if root else 0) for report in reports]
    with transaction.atomic():
        append(measure_records(day, rows))
        UnitMeasure.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["unit", "day"],
            update_fields=FIELDS,
            batch_size=500,
        )
    return len(reports)


def _measure_of(report: UnitReport, day: date, sequence: int) -> UnitMeasure:
    found = report.score
    return UnitMeasure(
        unit=report.unit,
        day=day,
        owed=found.owed,
        listed=found.listed,
        on_time=found.on_time,
        complete=found.complete,
        late=found.late,
        outdated=found.outdated,
        should_be_gone=found.should_be_gone,
        points=found.points,
        possible=found.maximum,
        sequence=sequence,
    )


def days_to_measure(today: date | None = None) -> list[date]:
    """Closed days since the last one that was measured, oldest first; none before the ledger was opened."""
    opened = first_day()
    if opened is None:
        return []
    yesterday = (today or timezone.localdate()) - timedelta(days=1)
    last = UnitMeasure.objects.aggregate(last=Max("day"))["last"]
    first = max(
        opened, last + timedelta(days=1) if last else opened, yesterday - timedelta(days=CAUGHT_UP - 1)
    )
    return [first + timedelta(days=n) for n in range((yesterday - first).days + 1)]


# Reading ----------------------------------------------------------------------------------------------------------------


def measured(row: UnitMeasure) -> Measured:
    return Measured(row.unit_id, row.day, row.owed, row.listed, row.on_time, row.complete)


def last_day() -> date | None:
    return UnitMeasure.objects.aggregate(last=Max("day"))["last"]


def of_day(day: date) -> QuerySet[UnitMeasure]:
    return UnitMeasure.objects.filter(day=day).select_related("unit")


def monthly(units: Iterable[Unit] | None = None, *, since: date | None = None) -> dict[int, list[Measured]]:
    """Unit id → its last measure of each month, oldest first. Two queries."""
    rows = UnitMeasure.objects.all()
    if units is not None:
        rows = rows.filter(unit__in=list(units))
    if since is not None:
        rows = rows.filter(day__gte=since)
    # The last measured day of each month is one for the whole province: the job measures all units at once.
    days = [
        row["last"]
        for row in UnitMeasure.objects.order_by().values("day__year", "day__month").annotate(last=Max("day"))
    ]
    found: defaultdict[int, list[Measured]] = defaultdict(list)
    for row in rows.filter(day__in=days).order_by("unit", "day"):
        found[row.unit_id].append(measured(row))
    return {unit: month_ends(held) for unit, held in found.items()}
