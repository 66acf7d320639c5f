"""Derived columns of procedures follow every publish and save."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import pre_save
from django.dispatch import receiver

from procedures.models import ProcedurePage


@receiver(pre_save, sender=ProcedurePage)
def refresh_search_key(sender: type[ProcedurePage], instance: ProcedurePage, **_kwargs: Any) -> None:
    instance.search_key = instance.folded_names()
