"""Derived columns of units, and the group of unit staff, follow every save."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import receiver

from home.memberships import sync_unit_staff
from home.models import Membership, Unit


@receiver(pre_save, sender=Unit)
def refresh_search_key(sender: type[Unit], instance: Unit, **_kwargs: Any) -> None:
    instance.search_key = instance.folded_names()


@receiver([post_save, post_delete], sender=Membership)
def refresh_unit_staff(
    sender: type[Membership], instance: Membership, raw: bool = False, **_kwargs: Any
) -> None:
    if not raw:
        sync_unit_staff(instance.user)
