"""Every way in which the public comes to see something else leads here, within the transaction that changes it.

A receiver that raises undoes the change: entry and change stand together or not at all.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.apps import AppConfig
from django.db import transaction
from django.db.models.signals import (
    m2m_changed,
    post_delete,
    post_migrate,
    post_save,
    pre_delete,
    pre_migrate,
    pre_save,
)
from django.dispatch import receiver
from wagtail.actions.publish_revision import PublishRevisionAction
from wagtail.actions.unpublish import UnpublishAction
from wagtail.log_actions import get_active_log_context
from wagtail.models import ReferenceIndex
from wagtail.signals import page_published, page_unpublished

from guidance.models import LegalReference
from home.models import Counter, Desk, DeskException, DeskHours, Subject, Unit
from home.unit_details import touch, unit_details_changed
from home.unit_ends import unit_ended
from procedures.importing.citations import bases_of
from procedures.importing.merging import content_hash
from procedures.ledger import triggers
from procedures.ledger.bodies import listing_body, listing_subject
from procedures.ledger.recording import Record, append, is_open
from procedures.ledger.standing import unit_records
from procedures.ledger.versions import record_versions
from procedures.listings.changes import ListingChange, listings_changed
from procedures.mapping import record_of
from procedures.models import FormVersion, LedgerKind, Listing, ProcedurePage


def person_at_work() -> Any:
    """Who works in the admin now, where Wagtail's signals do not say it."""
    user = get_active_log_context().user
    return user if user is not None and user.pk else None


# Listings --------------------------------------------------------------------------------------------------------------

ACTIONS = {
    ListingChange.LIST: "list",
    ListingChange.CONFIRM: "confirm",
    ListingChange.WITHDRAW: "withdraw",
    ListingChange.RELIST: "relist",
    ListingChange.EDIT: "edit",
}


@receiver(listings_changed, sender=Listing)
def record_listings(
    sender: type[Listing],
    unit: Unit,
    change: ListingChange,
    listings: Sequence[Listing],
    user: Any,
    at: datetime,
    **_kwargs: Any,
) -> None:
    codes = _codes(listings)
    shared: dict[tuple[Any, ...], dict[str, Any]] = {}
    records = []
    for listing in listings:
        body = listing_body(listing, action=ACTIONS[change])
        body = shared.setdefault(tuple(body.values()), body)
        subject = listing_subject(unit.slug, codes[listing.procedure_id])
        always = change is not ListingChange.EDIT
        records.append(Record(LedgerKind.LISTING, subject, body, user, at, always=always))
    if any(listing.desk_id or listing.counter_id for listing in listings) and is_open():
        # A desk that only a listing names is one of the unit's from now on.
        records = [*unit_records([unit.pk], user=user), *records]
    append(records)


def _codes(listings: Sequence[Listing]) -> dict[int, str]:
    ids = [listing.procedure_id for listing in listings]
    return dict(ProcedurePage.objects.filter(pk__in=ids).order_by().values_list("pk", "code"))


# Procedures ------------------------------------------------------------------------------------------------------------


@receiver(page_published, sender=ProcedurePage)
def record_publication(
    sender: type[ProcedurePage], instance: ProcedurePage, revision: Any = None, **_kwargs: Any
) -> None:
    """Also sent for what is only scheduled: that is not public, and nothing is written."""
    record_versions(
        [instance], user=instance.published_by or (revision.user if revision is not None else None)
    )


@receiver(page_unpublished, sender=ProcedurePage)
def record_unpublication(sender: type[ProcedurePage], instance: ProcedurePage, **_kwargs: Any) -> None:
    # Deleting a public page sends it too, with the row still as it was.
    instance.live = False
    record_versions([instance], user=person_at_work())


@receiver(post_save, sender=FormVersion)
def record_form(sender: type[FormVersion], instance: FormVersion, raw: bool = False, **_kwargs: Any) -> None:
    """Readers of every procedure that asks for the form get the new file from now on."""
    if not raw:
        _record_citing(instance.form)


@receiver(post_save, sender=LegalReference)
def record_reference(
    sender: type[LegalReference], instance: LegalReference, created: bool, raw: bool = False, **_kwargs: Any
) -> None:
    """The title of a document stands in every procedure that cites it."""
    if not raw and not created:
        _record(ProcedurePage.objects.filter(basis__reference=instance).values_list("pk", flat=True))


def _record_citing(thing: Any) -> None:
    pages = ReferenceIndex.get_references_to(thing).values_list("object_id", "base_content_type__model")
    _record(int(pk) for pk, model in pages if model == "page")


def _record(ids: Any) -> None:
    found = sorted(set(ids))
    if not found or not is_open():
        return
    with transaction.atomic():
        for start in range(0, len(found), 500):
            rows = ProcedurePage.objects.public().filter(pk__in=found[start : start + 500])
            pages = list(rows.select_related("subject").order_by("pk"))
            bases = bases_of([page.pk for page in pages])
            for page in pages:
                page.content_hash = content_hash(record_of(page, basis=bases.get(page.pk, ())))
            ProcedurePage.objects.bulk_update(pages, ["content_hash"], batch_size=500)
            record_versions(pages, user=person_at_work())


# Details of units -------------------------------------------------------------------------------------------------------


@receiver(unit_details_changed)
def record_units(units: Collection[int], user: Any, **_kwargs: Any) -> None:
    """Until the ledger is opened there is nothing to prove: it begins with every unit as it then stands."""
    if not is_open():
        return
    with transaction.atomic():
        append(unit_records(units, user=user or person_at_work()))


@receiver(unit_ended)
def record_end(sender: type[Unit], unit: Unit, **_kwargs: Any) -> None:
    record_units([unit.pk], None)


@receiver([post_save, post_delete], sender=Unit)
def touch_unit(sender: type[Unit], instance: Unit, raw: bool = False, **_kwargs: Any) -> None:
    if not raw:
        # Whose successor or parent it is: their details name it by its address.
        touch([instance.pk])


@receiver([pre_save, post_save, pre_delete], sender=Desk)
def touch_desk(sender: type[Desk], instance: Desk, raw: bool = False, **_kwargs: Any) -> None:
    """Before too: it may be leaving a unit."""
    if not raw:
        _touch_desks([instance.pk])
        touch([instance.unit_id])


@receiver([pre_save, post_save, post_delete], sender=DeskHours)
@receiver([pre_save, post_save, post_delete], sender=DeskException)
def touch_hours(sender: Any, instance: Any, raw: bool = False, **_kwargs: Any) -> None:
    if not raw:
        _touch_desks([instance.desk_id])


@receiver([pre_save, post_save, post_delete], sender=Counter)
def touch_counter(sender: type[Counter], instance: Counter, raw: bool = False, **_kwargs: Any) -> None:
    if raw:
        return
    before = Counter.objects.filter(pk=instance.pk).values_list("desk", flat=True) if instance.pk else ()
    _touch_desks([instance.desk_id, *before])


@receiver(m2m_changed, sender=Desk.serves.through)
def touch_served(sender: Any, instance: Any, pk_set: set[int] | None, reverse: bool, **_kwargs: Any) -> None:
    if reverse:
        touch([instance.pk])
    else:
        _touch_desks([instance.pk])
        touch(pk_set or ())


@receiver(m2m_changed, sender=Unit.successors.through)
def touch_successors(sender: Any, instance: Any, pk_set: set[int] | None, reverse: bool, **_kw: Any) -> None:
    touch((pk_set or ()) if reverse else [instance.pk])


@receiver(m2m_changed, sender=Counter.subjects.through)
def touch_fields(sender: Any, instance: Any, pk_set: set[int] | None, reverse: bool, **_kwargs: Any) -> None:
    counters = Counter.objects.filter(pk__in=(pk_set or ()) if reverse else [instance.pk])
    _touch_desks(counters.values_list("desk", flat=True))


@receiver(post_save, sender=Subject)
def rename_subject(
    sender: type[Subject], instance: Subject, created: bool, raw: bool = False, **_kwargs: Any
) -> None:
    """Its name stands at counters and in the text of procedures."""
    if raw or created:
        return
    _touch_desks(Counter.objects.filter(subjects=instance).values_list("desk", flat=True))
    _record(ProcedurePage.objects.filter(subject=instance).values_list("pk", flat=True))


def _touch_desks(desks: Any) -> None:
    """Units whose desks these are, that they serve, or whose listings name them."""
    ids = {pk for pk in desks if pk is not None}
    if not ids:
        return
    touch(Desk.objects.filter(pk__in=ids).values_list("unit", flat=True))
    touch(Desk.serves.through.objects.filter(desk__in=ids).values_list("unit", flat=True))
    listings = Listing.objects.filter(live=True).order_by()
    touch(listings.filter(desk__in=ids).values_list("unit", flat=True).distinct())
    touch(listings.filter(counter__desk__in=ids).values_list("unit", flat=True).distinct())


# Set-up ----------------------------------------------------------------------------------------------------------------


def install(app: AppConfig) -> None:
    pre_migrate.connect(triggers.give_way, sender=app, dispatch_uid="ledger_gives_way")
    post_migrate.connect(triggers.keep_after_migrate, sender=app, dispatch_uid="ledger_triggers")
    # Wagtail saves first and tells afterwards, in no transaction: whoever asks, the two are one from here on.
    UnpublishAction._unpublish_object = transaction.atomic(UnpublishAction._unpublish_object)
    PublishRevisionAction._publish_revision = transaction.atomic(PublishRevisionAction._publish_revision)
