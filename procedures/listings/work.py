"""Listing everything that is missing, unit by unit: what `publish_listings` does, for tests and other callers too."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from home.models import Unit
from procedures.listings.services import Skip, publish_listings
from procedures.listings.state import unit_states


@dataclass(slots=True)
class ListingRun:
    units: int = 0
    """Units of which something was listed."""
    listings: int = 0
    withdrawn: int = 0
    """Missing because they were taken down: left down."""
    skipped: int = 0
    seconds: float = 0.0


def list_missing(
    units: Iterable[Unit],
    *,
    user: Any = None,
    dry_run: bool = False,
    advance: Callable[[int], None] = lambda _n: None,
) -> ListingRun:
    """One transaction per unit: an interrupted run keeps what it did, and run again it does the rest."""
    began = time.perf_counter()
    run = ListingRun()
    for state in unit_states(list(units)):
        missing = sorted(state.never_listed)
        run.withdrawn += len(state.missing & state.withdrawn)
        if missing and dry_run:
            run.units += 1
            run.listings += len(missing)
        elif missing:
            outcome = publish_listings(unit=state.unit, procedures=missing, user=user)
            run.units += bool(outcome.count)
            run.listings += outcome.count
            run.skipped += len(outcome.skipped or {}) - outcome.skipped_for(Skip.ALREADY)
        advance(1)
    run.seconds = time.perf_counter() - began
    return run
