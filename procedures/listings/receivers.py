"""Listings published or taken down one at a time pass through Wagtail: recorded in the same transaction as bulk work."""

from __future__ import annotations

from typing import Any

from django.db.models import ProtectedError
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.utils.translation import gettext as _
from wagtail.log_actions import get_active_log_context
from wagtail.signals import published, unpublished

from procedures.ledger.clock import now
from procedures.listings.changes import ListingChange, listings_changed
from procedures.models import Listing


@receiver(published, sender=Listing)
def record_publication(sender: type[Listing], instance: Listing, revision: Any, **_kwargs: Any) -> None:
    """Whoever brings a listing up confirms it; what a schedule publishes is its author's.

    Wagtail sends the signal for what is only scheduled too: that confirms, and is nobody's business until its day.
    """
    user = instance.published_by or revision.user
    if not _is_confirmed(instance):
        instance.confirmed_version = instance.procedure.version
        instance.confirmed_at = now()
        instance.confirmed_by = user
    if instance.live:
        instance.withdrawn_at, instance.withdrawn_reason = None, ""
    Listing.objects.filter(pk=instance.pk).update(
        confirmed_version=instance.confirmed_version,
        confirmed_at=instance.confirmed_at,
        confirmed_by=instance.confirmed_by,
        withdrawn_at=instance.withdrawn_at,
        withdrawn_reason=instance.withdrawn_reason,
    )
    if instance.live:
        _send(instance, _change_of(instance), user=user)


def _is_confirmed(listing: Listing) -> bool:
    """An edit of a public one confirms nothing; what was confirmed before it was taken down is not for its return."""
    if listing.confirmed_at is None:
        return False
    if listing.was_live:
        return True
    return bool(listing.confirmed_version) and (
        listing.withdrawn_at is None or listing.confirmed_at > listing.withdrawn_at
    )


def _change_of(instance: Listing) -> ListingChange:
    if instance.was_live:
        return ListingChange.EDIT
    first = instance.first_published_at == instance.last_published_at
    return ListingChange.LIST if first else ListingChange.RELIST


@receiver(unpublished, sender=Listing)
def record_withdrawal(sender: type[Listing], instance: Listing, **_kwargs: Any) -> None:
    """The admin's unpublishing does not pass `Listing.unpublish`; it asks for no reason and names nobody."""
    if instance.withdrawn_at is None:
        instance.withdrawn_at = now()
        Listing.objects.filter(pk=instance.pk).update(withdrawn_at=instance.withdrawn_at)
    _send(instance, ListingChange.WITHDRAW, user=get_active_log_context().user)


def _send(instance: Listing, change: ListingChange, *, user: Any) -> None:
    listings_changed.send(
        sender=Listing,
        unit=instance.unit,
        change=change,
        listings=[instance],
        user=user,
        reason=instance.withdrawn_reason,
        at=now(),
    )


@receiver(pre_delete, sender=Listing)
def refuse_deletion(sender: type[Listing], instance: Listing, **_kwargs: Any) -> None:
    """What the public has seen is withdrawn, never deleted: log and ledger speak of it."""
    if instance.first_published_at is not None:
        raise ProtectedError(
            _("Niêm yết đã từng công khai thì chỉ gỡ, không xóa được: %(listing)s") % {"listing": instance},
            {instance},
        )
