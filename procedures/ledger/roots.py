"""The root of each day: the hash that stands for everything up to its end, written down once and published."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from procedures.ledger.clock import now
from procedures.ledger.moments import day_of, end_of_day
from procedures.ledger.recording import LedgerRefused, locked_head
from procedures.models import LedgerEntry, LedgerRoot


def write_roots() -> list[LedgerRoot]:
    """Roots of all days that are over and have none. From then on nothing can be entered into these days.

    A root of a day that is not over is none of ours: the others are written, then it is told (LedgerRefused).
    """
    zone = timezone.get_current_timezone()
    yesterday = timezone.localdate(now()) - timedelta(days=1)
    with transaction.atomic():
        head = locked_head()
        first = LedgerEntry.objects.filter(pk=1).values_list("at", flat=True).first()
        if first is None:
            return []
        last = LedgerRoot.objects.filter(day__lte=yesterday).aggregate(Max("day"))["day__max"]
        day = last + timedelta(days=1) if last else day_of(first, zone)
        written = [_root(day + timedelta(days=n)) for n in range((yesterday - day).days + 1)]
        LedgerRoot.objects.bulk_create(written)
        if written and (end := end_of_day(yesterday, zone)) > head.at:
            head.at = end
            head.save(update_fields=["at"])
    if ahead := list(
        LedgerRoot.objects.filter(day__gt=yesterday).order_by("day").values_list("day", flat=True)
    ):
        raise LedgerRefused(
            _("Sổ niêm yết có mã gốc của ngày chưa qua: %(days)s. Hãy chạy verify_ledger.")
            % {"days": ", ".join(f"{day:%d/%m/%Y}" for day in ahead)}
        )
    return written


def _root(day: date) -> LedgerRoot:
    end = end_of_day(day, timezone.get_current_timezone())
    sequence, name = (
        LedgerEntry.objects.filter(at__lt=end).order_by("-sequence").values_list("sequence", "hash")[0]
    )
    return LedgerRoot(day=day, sequence=sequence, hash=name)
