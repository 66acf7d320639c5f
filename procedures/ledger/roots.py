"""The root of each day: the hash that stands for everything up to its end, written down once and published."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from procedures.ledger.clock import now
from procedures.ledger.moments import day_of, end_of_day
from procedures.ledger.recording import locked_head
from procedures.models import LedgerEntry, LedgerRoot


def write_roots() -> list[LedgerRoot]:
    """Roots of all days that are over and have none. From then on nothing can be entered into these days."""
    with transaction.atomic():
        head = locked_head()
        first = LedgerEntry.objects.filter(pk=1).values_list("at", flat=True).first()
        if first is None:
            return []
        zone = timezone.get_current_timezone()
        yesterday = timezone.localdate(now()) - timedelta(days=1)
        last = LedgerRoot.objects.order_by("-day").values_list("day", flat=True).first()
        day = last + timedelta(days=1) if last else day_of(first, zone)
        written = [_root(day + timedelta(days=n)) for n in range((yesterday - day).days + 1)]
        LedgerRoot.objects.bulk_create(written)
        if written and (end := end_of_day(yesterday, zone)) > head.at:
            head.at = end
            head.save(update_fields=["at"])
    return written


def _root(day: date) -> LedgerRoot:
    end = end_of_day(day, timezone.get_current_timezone())
    sequence, name = (
        LedgerEntry.objects.filter(at__lt=end).order_by("-sequence").values_list("sequence", "hash")[0]
    )
    return LedgerRoot(day=day, sequence=sequence, hash=name)
