"""An opening catalogue without the table of competence that ships: every commune owes what is of level commune."""

from __future__ import annotations

from datetime import date
from typing import Any

from procedures.listings.opening import confirm_opening
from procedures.models import AnnouncementDecision, Competence

OPENING_DAY = date(2026, 3, 2)


def make_row(target: str = "communes", **fields: Any) -> Competence:
    return Competence.objects.create(target=target, **fields)


def make_opening(*, day: date = OPENING_DAY, due_days: int = 5) -> AnnouncementDecision:
    """Of every procedure that stands; with the one row that gives them to the communes, unless rows are there."""
    if not Competence.objects.exists():
        make_row(level="commune")
    return confirm_opening(user=None, day=day, due_days=due_days)
