"""What follows when a unit's last day has passed: its history says so once, and higher apps are told."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone
from wagtail.log_actions import log

from home.memberships import sync_unit_staff
from home.models import Unit, UnitLogEntry

ACTION = "portal.unit.end"
LOOK_BACK = timedelta(days=366)
"""Units that ended earlier came into the portal as ended ones: nothing follows from that."""

unit_ended = Signal()
"""Sent once for each unit, within the transaction that notes it: `unit`."""


def note_ended_units() -> list[Unit]:
    """Units that ended since the last run. Doing it again changes nothing."""
    noted = set(
        UnitLogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(Unit, for_concrete_model=False), action=ACTION
        ).values_list("object_id", flat=True)
    )
    recent = Unit.objects.ended().filter(active_until__gte=timezone.localdate() - LOOK_BACK)
    waiting = [unit for unit in recent if str(unit.pk) not in noted]
    for unit in waiting:
        with transaction.atomic():
            log(unit, ACTION)
            if members := [m.user for m in unit.memberships.select_related("user")]:
                sync_unit_staff(*members)
            unit_ended.send(sender=Unit, unit=unit)
    return waiting
