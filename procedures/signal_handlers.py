"""Derived columns of procedures follow every publish and save."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.utils import timezone
from wagtail.signals import unpublished

from procedures.models import Listing, ProcedurePage


@receiver(pre_save, sender=ProcedurePage)
def refresh_search_key(sender: type[ProcedurePage], instance: ProcedurePage, **_kwargs: Any) -> None:
    instance.search_key = instance.folded_names()


@receiver(unpublished, sender=Listing)
def note_withdrawal(sender: type[Listing], instance: Listing, **_kwargs: Any) -> None:
    """Every way of taking a listing down; the admin's does not pass `Listing.unpublish`."""
    now = timezone.now()
    if Listing.objects.filter(pk=instance.pk, withdrawn_at=None).update(withdrawn_at=now):
        instance.withdrawn_at = now
