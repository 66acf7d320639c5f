"""Each day's figures in the ledger: one entry a day holds those of all units, so that a figure of a report can be proved later.

Figures follow from decisions, listings and the scheme of the year, of which only listings stand in the ledger: they can't be reckoned
again from it alone. That they are the ones that were published then is what the entry shows. A day measured again with another
outcome gets another entry, and the last one holds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from procedures.ledger.reading import load_texts
from procedures.ledger.recording import Record
from procedures.models import LedgerEntry, LedgerKind, UnitMeasure

COLUMNS = (
    "owed",
    "listed",
    "on_time",
    "complete",
    "late",
    "outdated",
    "should_be_gone",
    "points",
    "possible",
)
PREFIX = "measure/"


def measure_subject(day: date) -> str:
    return f"{PREFIX}{day.isoformat()}"


def measure_records(day: date, rows: Sequence[UnitMeasure]) -> list[Record]:
    """Nothing of a day without figures."""
    if not rows:
        return []
    body = {
        "columns": list(COLUMNS),
        "ledger": rows[0].sequence,
        "units": {row.unit.slug: _figures(getattr(row, name) for name in COLUMNS) for row in rows},
    }
    return [Record(LedgerKind.MEASURE, measure_subject(day), body)]


def _figures(values: Iterable[Any]) -> list[int | str | None]:
    """As they read back from any database: points with two digits, as text."""
    return [value if value is None or isinstance(value, int) else f"{value:.2f}" for value in values]


def measures_unlike_ledger() -> list[str]:
    """Days ("2025-12-31") whose figures are others than the ledger has. Days from before it took them are not asked."""
    last: dict[str, str] = dict(
        LedgerEntry.objects.filter(kind=LedgerKind.MEASURE)
        .order_by("sequence")
        .values_list("subject", "body_hash")
    )
    if not last:
        return []
    held: dict[str, dict[str, list[int | str | None]]] = {}
    rows = UnitMeasure.objects.values_list("day", "unit__slug", *COLUMNS)
    for day, slug, *values in rows.iterator(chunk_size=2_000):
        subject = measure_subject(day)
        if subject in last:
            held.setdefault(subject, {})[slug] = _figures(values)
    found = []
    for subject, name in sorted(last.items()):
        # One at a time: a year of figures is some megabytes.
        written = json.loads(load_texts([name])[name])
        if written["columns"] != list(COLUMNS) or written["units"] != held.get(subject, {}):
            found.append(subject.removeprefix(PREFIX))
    return found
