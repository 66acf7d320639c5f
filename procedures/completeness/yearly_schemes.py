"""Which scheme holds for a day: rows of the database, or the example that ships with the portal."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone

from procedures.completeness.scheme import Scheme, SchemeError, read_scheme, to_json
from procedures.models import ScoringScheme

logger = logging.getLogger(__name__)

EXAMPLE = Path(__file__).parent / "schemes" / "example.yaml"


@dataclass(frozen=True)
class ChosenScheme:
    row: ScoringScheme | None
    """None: nothing is in the database, the shipped example counts."""
    scheme: Scheme

    @property
    def is_example(self) -> bool:
        return self.row is None or self.row.is_example


@lru_cache(maxsize=1)
def example() -> tuple[str, str, Scheme]:
    """Title, source and scheme of the shipped file. Raises SchemeError, where it is not as it should be."""
    raw: Mapping[str, Any] = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    scheme = read_scheme({name: raw.get(name) for name in ("deadlines", "criteria")})
    return str(raw["title"]), str(raw["source"]), scheme


def scheme_for(day: date | None = None) -> ChosenScheme:
    """The one in use in that year, else in the newest year before it, else in the first after it. One query."""
    year = (day or timezone.localdate()).year
    rows = list(ScoringScheme.objects.filter(in_use=True).order_by("-year", "pk"))
    earlier = [row for row in rows if row.year <= year]
    row = earlier[0] if earlier else (rows[-1] if rows else None)
    return chosen(row)


def chosen(row: ScoringScheme | None) -> ChosenScheme:
    if row is not None:
        try:
            return ChosenScheme(row, read_scheme(row.content))
        except SchemeError as error:
            # Every way into the database checks it. If a row is broken all the same, boards must still open.
            logger.error("scoring scheme %s can't be read: %s", row.pk, error)  # noqa: TRY400 -- the place says it all
    return ChosenScheme(None, example()[2])


def ensure_example(year: int | None = None) -> ScoringScheme | None:
    """The example for this year, unless there is any scheme in use that holds for it. Safe to run again."""
    year = year or timezone.localdate().year
    if ScoringScheme.objects.filter(in_use=True, year__lte=year).exists():
        return None
    title, source, scheme = example()
    return ScoringScheme.objects.create(
        year=year, title=title, source=source, is_example=True, content=to_json(scheme)
    )
