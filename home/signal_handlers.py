"""Derived columns of units follow every save."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import pre_save
from django.dispatch import receiver

from home.models import Unit


@receiver(pre_save, sender=Unit)
def refresh_search_key(sender: type[Unit], instance: Unit, **_kwargs: Any) -> None:
    instance.search_key = instance.folded_names()
