"""What the public sees of a unit and where one goes there: told once per transaction to whoever records it.

Units, desks, hours, exceptions and counters change one row after the other. `changing_units` makes one transaction of
a piece of work and sends `unit_details_changed` at its end, before the commit, with all units that were touched. A
receiver that raises undoes the work. Without it a single save is such a piece of work (`RecordedDetails`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import models, transaction
from django.dispatch import Signal

unit_details_changed = Signal()
"""Keyword arguments: `units` (set of keys), `user` (or None)."""

_touched: ContextVar[set[int] | None] = ContextVar("touched_units", default=None)


@contextmanager
def changing_units(*, user: Any = None) -> Iterator[None]:
    """One transaction; inside another such block it only belongs to that one."""
    if _touched.get() is not None:
        with transaction.atomic():
            yield
        return
    units: set[int] = set()
    token = _touched.set(units)
    try:
        with transaction.atomic():
            yield
            # What is about to be rolled back (a trial run) leaves nothing to tell.
            if units and not transaction.get_rollback():
                unit_details_changed.send(sender=None, units=frozenset(units), user=user)
    finally:
        _touched.reset(token)


def touch(units: Iterable[int | None]) -> None:
    """These units' details changed, or may have."""
    found = {pk for pk in units if pk is not None}
    collected = _touched.get()
    if collected is not None:
        collected |= found
    elif found:
        unit_details_changed.send(sender=None, units=frozenset(found), user=None)


class RecordedDetails(models.Model):
    """Of models whose rows are details of units: saving or deleting one is recorded with it, or does not happen."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        with changing_units():
            super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        with changing_units():
            return super().delete(*args, **kwargs)
