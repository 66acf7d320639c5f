"""Changes of the catalogue, noted for the search in the transaction that makes them. Imported when the app starts.

A procedure is one document with the units that list it: what many listings change of it is one change. Whoever writes
official texts in bulk (import, decisions, records of versions) passes `record_procedures`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Q
from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import receiver

from guidance.models import LegalReference
from home.models import Subject, Unit
from home.search_changes import LOOK_BACK
from home.unit_ends import unit_ended
from procedures.listings.changes import ListingChange, listings_changed
from procedures.models import Competence, Listing, ProcedurePage
from search.documents import DocumentId
from search.outbox import record, record_kind

KIND = "thu-tuc"
BOOKKEEPING = frozenset(
    {"latest_revision", "latest_revision_created_at", "has_unpublished_changes", "draft_title", "locked",
     "locked_at", "locked_by", "go_live_at", "expire_at", "version", "material_version", "content_hash", "search_key"}
)  # fmt: skip
"""Columns of which no document says anything: a draft that is saved changes no more."""


def record_procedures(pages: Sequence[ProcedurePage]) -> None:
    """These, and ended ones that name them as their successor. One query."""
    if pages:
        codes = [page.code for page in pages]
        naming = ProcedurePage.objects.filter(replaced_by__in=[page.pk for page in pages])
        _record([*codes, *naming.order_by().values_list("code", flat=True)])


def _record(codes: Iterable[str]) -> None:
    record(DocumentId(KIND, code) for code in sorted(set(codes)))


def _record_found(procedures: Any) -> None:
    _record(procedures.order_by().values_list("code", flat=True))


# Texts ----------------------------------------------------------------------------------------------------------------


@receiver(post_save, sender=ProcedurePage)
def page_saved(instance: ProcedurePage, update_fields: Collection[str] | None = None, **_kwargs: Any) -> None:
    """Publishing and everything else that goes by rows one at a time."""
    if update_fields is None or set(update_fields) - BOOKKEEPING:
        record_procedures([instance])


@receiver(post_delete, sender=ProcedurePage)
def page_deleted(instance: ProcedurePage, **_kwargs: Any) -> None:
    _record([instance.code])


@receiver(post_save, sender=Subject)
def subject_saved(instance: Subject, created: bool, **_kwargs: Any) -> None:
    if not created:
        _record_found(ProcedurePage.objects.public().filter(subject=instance))


@receiver(post_save, sender=LegalReference)
def reference_saved(instance: LegalReference, created: bool, **_kwargs: Any) -> None:
    if not created:
        _record_found(ProcedurePage.objects.public().filter(basis__reference=instance))


@receiver([post_save, post_delete], sender=Competence)
def competence_changed(**_kwargs: Any) -> None:
    """The table says who decides, in the words of this province: any procedure's passage about that may be another."""
    record_kind(KIND)


# Units that list it -----------------------------------------------------------------------------------------------------

_SEEN = frozenset({ListingChange.LIST, ListingChange.RELIST, ListingChange.WITHDRAW})
"""Confirming and editing a listing changes nothing of the procedure's document."""


@receiver(listings_changed, sender=Listing)
def listing_changed(change: ListingChange, listings: Sequence[Listing], **_kwargs: Any) -> None:
    if change in _SEEN:
        _record_found(ProcedurePage.objects.filter(pk__in={listing.procedure_id for listing in listings}))


@receiver(post_save, sender=Listing)
def listing_made(instance: Listing, created: bool, **_kwargs: Any) -> None:
    """By a row of its own, past the services."""
    if created and instance.live:
        _record_found(ProcedurePage.objects.filter(pk=instance.procedure_id))


@receiver(post_delete, sender=Listing)
def listing_deleted(instance: Listing, **_kwargs: Any) -> None:
    if instance.live:
        _record_found(ProcedurePage.objects.filter(pk=instance.procedure_id))


@receiver(pre_save, sender=Unit)
def unit_saved(instance: Unit, raw: bool = False, **_kwargs: Any) -> None:
    """Only living units stand among those that list a procedure; a unit's name stands where it decides."""
    if raw or instance.pk is None:
        return
    before = Unit.objects.filter(pk=instance.pk).values_list("name", "active_from", "active_until").first()
    if before is None:
        return
    name, *days = before
    if days != [instance.active_from, instance.active_until]:
        record_listed([instance.pk])
    if name != instance.name and Competence.objects.filter(unit=instance.pk).exists():
        competence_changed()


@receiver(unit_ended)
def unit_has_ended(unit: Unit, **_kwargs: Any) -> None:
    record_listed([unit.pk])


def record_listed(units: Collection[int]) -> None:
    """Everything that these units list."""
    listed = Listing.objects.live().filter(unit__in=units)
    _record_found(ProcedurePage.objects.filter(pk__in=listed.values("procedure")))


# Days -----------------------------------------------------------------------------------------------------------------


def record_turned(today: date) -> int:
    """Procedures and units whose first or last day has come without anybody saving them. Doing it again does no harm."""
    since = today - LOOK_BACK
    turned = ProcedurePage.objects.public().filter(
        Q(in_force_from__gt=since, in_force_from__lte=today)
        | Q(in_force_until__gte=since, in_force_until__lt=today)
    )
    codes = list(turned.values_list("code", flat=True))
    _record(codes)
    units = Unit.objects.filter(
        Q(active_from__gt=since, active_from__lte=today) | Q(active_until__gte=since, active_until__lt=today)
    )
    record_listed(list(units.values_list("pk", flat=True)))
    return len(codes)
