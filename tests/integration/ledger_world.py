"""The world of the ledger's tests, and every way by which the public comes to see something else in it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, Revision

from guidance.models import LegalReference
from home.enums import PortalGroup, Role
from home.models import Counter, Desk, DeskException, DeskHours, Subject, Unit
from home.unit_csv import shipped_units
from home.unit_ends import note_ended_units
from home.unit_import import import_unit_records
from portal.jobs import publish_scheduled
from procedures.editing.form_versions import add_version
from procedures.editing.upload_rules import AcceptedFile
from procedures.importing.bulk import import_records
from procedures.ledger.versions import mark_material
from procedures.listings.services import confirm_listings, publish_listings, withdraw_listings
from procedures.models import (
    ControlledForm,
    Listing,
    ProcedurePage,
    ProcedureVersion,
)
from procedures.record import ProcedureRecord, Result
from tests.factories.editor import editor_data
from tests.factories.people import make_member, make_user
from tests.factories.records import make_record, publish
from tests.factories.units import make_counter, make_desk, make_subject, make_unit


@dataclass
class World:
    unit: Unit
    other: Unit
    desk: Desk
    counter: Counter
    record: ProcedureRecord
    page: ProcedurePage
    draft: ProcedurePage
    """Public, with a newer draft."""
    loose: ProcedurePage
    """Public, listed by nobody."""
    listing: Listing
    form: ControlledForm
    client: Client
    approver: Client

    @property
    def ids(self) -> list[int]:
        return [self.page.pk]


def make_world() -> World:
    unit, other = make_unit(), make_unit()
    desk = make_desk(unit)
    desk.serves.add(other)
    desk.save()
    counter = make_counter(desk, subjects=(make_subject("Hộ tịch"),))
    record, second, third = make_record(), make_record(), make_record()
    form = ControlledForm.objects.create(title="Tờ khai", number="TK01")
    page, draft, loose = publish(record, second, third)
    attach(page, form)
    text = draft.get_latest_revision_as_object()
    text.full_name = "Tên mới đang soạn"
    text.save_revision(clean=False)
    publish_listings(unit=unit, procedures=[page.pk, draft.pk])
    client, approver = Client(), Client()
    backend = "home.authentication.MembershipBackend"
    client.force_login(make_user(PortalGroup.CONTROLLER, is_superuser=True), backend=backend)
    approver.force_login(make_member(unit, Role.APPROVER), backend=backend)
    listing = Listing.objects.get(procedure=page)
    page, draft, loose = (ProcedurePage.objects.get(pk=item.pk) for item in (page, draft, loose))
    return World(unit, other, desk, counter, record, page, draft, loose, listing, form, client, approver)


def attach(page: ProcedurePage, form: ControlledForm) -> None:
    page = ProcedurePage.objects.get(pk=page.pk)
    raw = [dict(block) for block in page.cases.raw_data]
    raw[0]["value"]["papers"][0]["value"]["form"] = form.pk
    page.cases = page._meta.get_field("cases").stream_block.to_python(raw)
    page.save_revision(clean=False).publish()


# The ways ----------------------------------------------------------------------------------------------------------------

Way = Callable[[World], Any]


def changed_record(world: World) -> ProcedureRecord:
    return replace(world.record, results=(Result("Kết quả khác", "KQ.1"),))


def list_loose(world: World) -> None:
    publish_listings(unit=world.unit, procedures=[world.loose.pk])


def confirm(world: World) -> None:
    Listing.objects.update(confirmed_version=0)
    confirm_listings(unit=world.unit, procedures=world.ids)


def withdraw(world: World) -> None:
    withdraw_listings(unit=world.unit, procedures=world.ids, reason="Sai cơ quan")


def edit_listing(world: World) -> None:
    world.listing.phone = "0239 000 999"
    world.listing.save_revision().publish()


def name_a_desk(world: World) -> None:
    world.listing.desk = make_desk(world.other, name="Nơi khác")
    world.listing.save_revision().publish()


def edit_listing_in_the_admin(world: World) -> None:
    address = reverse("wagtailsnippets_procedures_listing:edit", args=[world.listing.pk])
    data = {"desk": "", "counter": "", "phone": "0239 000 998", "hours_note": "", "notes": ""}
    world.approver.post(address, data | {"action-publish": "1"})


def withdraw_in_the_admin(world: World) -> None:
    form = {"viec": "withdraw-now", "muc": world.page.pk, "ly-do": "Chuyển về sở"}
    world.approver.post(reverse("unit_listings", args=[world.unit.slug]), form)


def unpublish_listing(world: World) -> None:
    world.listing.unpublish()


def schedule_listing(world: World) -> None:
    world.listing.phone = "0239 000 997"
    revision = world.listing.save_revision()
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=timezone.now() - timedelta(minutes=1))
    with suppress(RuntimeError):
        publish_scheduled()


def expire_listing(world: World) -> None:
    Listing.objects.filter(pk=world.listing.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    with suppress(RuntimeError):
        publish_scheduled()


def publish_page(world: World) -> None:
    world.draft.get_latest_revision().publish()


def publish_page_in_the_admin(world: World) -> None:
    draft = world.draft.get_latest_revision_as_object()
    address = reverse("wagtailadmin_pages:edit", args=[draft.pk])
    world.client.post(address, editor_data(draft) | {"action-publish": "1"})


def publish_pages_in_bulk(world: World) -> None:
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    world.client.post(f"{address}?id={world.draft.pk}&next=/admin/")


def schedule_page(world: World) -> None:
    revision = world.draft.get_latest_revision()
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=timezone.now() - timedelta(minutes=1))
    with suppress(RuntimeError):
        publish_scheduled()


def expire_page(world: World) -> None:
    Page.objects.filter(pk=world.page.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    with suppress(RuntimeError):
        publish_scheduled()


def unpublish_page(world: World) -> None:
    world.page.unpublish()


def unpublish_page_in_the_admin(world: World) -> None:
    world.client.post(reverse("wagtailadmin_pages:unpublish", args=[world.page.pk]))


def unpublish_pages_in_bulk(world: World) -> None:
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"])
    world.client.post(f"{address}?id={world.page.pk}&next=/admin/")


def delete_page(world: World) -> None:
    ProcedurePage.objects.get(pk=world.loose.pk).delete()


def import_new(_world: World) -> None:
    import_records([("thử", make_record(code="8.999999"))])


def import_changed(world: World) -> None:
    import_records([("thử", replace(changed_record(world), code=world.loose.code))])


def import_beside_a_draft(world: World) -> None:
    import_records([("thử", replace(changed_record(world), code=world.draft.code))])


def new_form(world: World) -> None:
    accepted = AcceptedFile("docx", "application/x", "ab" * 32, 3)
    add_version(form=world.form, file=ContentFile(b"abc", name="to-khai.docx"), accepted=accepted)


def rename_field(_world: World) -> None:
    subject = Subject.objects.get(name="Hộ tịch")
    subject.name = "Hộ tịch và quốc tịch"
    subject.save()


def rename_document(_world: World) -> None:
    reference = LegalReference.objects.filter(cited_by__isnull=False)[0]
    reference.title = "Luật có tên khác"
    reference.save()


def edit_unit(world: World) -> None:
    world.unit.complaints_address = "Số 1"
    world.unit.save()


def edit_unit_in_the_admin(world: World) -> None:
    address = reverse("wagtailsnippets_home_unit:edit", args=[world.unit.pk])
    data = {"email": "xa@mau.example", "website": "", "complaints_address": "Số 2"}
    world.approver.post(address, data)


def end_unit(world: World) -> None:
    # As time passes: nobody saves anything.
    Unit.objects.filter(pk=world.unit.pk).update(active_until=timezone.localdate() - timedelta(days=1))
    note_ended_units()


def edit_desk(world: World) -> None:
    desk = Desk.objects.get(pk=world.desk.pk)
    desk.phone = "0239 000 555"
    desk.hours.add(DeskHours(weekday=5, opens=time(8), closes=time(11)))
    desk.exceptions.add(DeskException(first_day=date(2026, 9, 1), last_day=date(2026, 9, 2), note="Lễ"))
    desk.save()


def edit_hours(world: World) -> None:
    hours = DeskHours.objects.filter(desk=world.desk)[0]
    hours.closes = time(11)
    hours.save()


def drop_hours(world: World) -> None:
    DeskHours.objects.filter(desk=world.desk).delete()


def close_a_day(world: World) -> None:
    DeskException.objects.create(desk=world.desk, first_day=date(2026, 5, 4), last_day=date(2026, 5, 5))


def edit_counter(world: World) -> None:
    world.counter.place = "Tầng 2"
    world.counter.save()


def drop_counter(world: World) -> None:
    world.counter.delete()


def serve_nobody_else(world: World) -> None:
    desk = Desk.objects.get(pk=world.desk.pk)
    desk.serves.clear()
    desk.save()


def move_desk(world: World) -> None:
    desk = Desk.objects.get(pk=world.desk.pk)
    desk.unit = make_unit(slug="noi-moi", code="99991")
    desk.save()


def import_units(_world: World) -> None:
    import_unit_records(shipped_units()[:3])


def mark(world: World) -> None:
    publish_page(world)
    mark_material(ProcedureVersion.objects.get(procedure=world.draft, number=2), [], None)


WAYS: dict[str, tuple[Way, tuple[str, ...]]] = {
    "list": (list_loose, ("listing/{unit}/{loose}",)),
    "confirm": (confirm, ("listing/{unit}/{page}",)),
    "withdraw": (withdraw, ("listing/{unit}/{page}",)),
    "edit of a listing": (edit_listing, ("listing/{unit}/{page}",)),
    "edit that names a foreign desk": (
        name_a_desk,
        ("unit/{unit}", "listing/{unit}/{page}"),
    ),
    "edit of a listing in the admin": (edit_listing_in_the_admin, ("listing/{unit}/{page}",)),
    "withdrawing in the admin": (withdraw_in_the_admin, ("listing/{unit}/{page}",)),
    "unpublishing a listing": (unpublish_listing, ("listing/{unit}/{page}",)),
    "listing by schedule": (schedule_listing, ("listing/{unit}/{page}",)),
    "listing expires": (expire_listing, ("listing/{unit}/{page}",)),
    "publishing": (publish_page, ("procedure/{draft}",)),
    "publishing in the admin": (publish_page_in_the_admin, ("procedure/{draft}",)),
    "publishing in bulk": (publish_pages_in_bulk, ("procedure/{draft}",)),
    "publishing by schedule": (schedule_page, ("procedure/{draft}",)),
    "page expires": (expire_page, ("procedure/{page}",)),
    "unpublishing": (unpublish_page, ("procedure/{page}",)),
    "unpublishing in the admin": (unpublish_page_in_the_admin, ("procedure/{page}",)),
    "unpublishing in bulk": (unpublish_pages_in_bulk, ("procedure/{page}",)),
    "deleting": (delete_page, ("procedure/{loose}",)),
    "import of a new one": (import_new, ("procedure/8.999999",)),
    "import of a changed one": (import_changed, ("procedure/{loose}",)),
    "import beside a draft": (import_beside_a_draft, ("procedure/{draft}",)),
    "new version of a form": (new_form, ("procedure/{page}",)),
    "renaming a field": (
        rename_field,
        ("unit/{unit}", "unit/{other}", "procedure/{page}", "procedure/{draft}", "procedure/{loose}"),
    ),
    "renaming a document": (
        rename_document,
        ("procedure/{page}", "procedure/{draft}", "procedure/{loose}"),
    ),
    "unit": (edit_unit, ("unit/{unit}",)),
    "unit in the admin": (edit_unit_in_the_admin, ("unit/{unit}",)),
    "unit ends": (end_unit, ("unit/{unit}",)),
    "desk": (edit_desk, ("unit/{unit}", "unit/{other}")),
    "hours": (edit_hours, ("unit/{unit}", "unit/{other}")),
    "no hours": (drop_hours, ("unit/{unit}", "unit/{other}")),
    "closed day": (close_a_day, ("unit/{unit}", "unit/{other}")),
    "counter": (edit_counter, ("unit/{unit}", "unit/{other}")),
    "no counter": (drop_counter, ("unit/{unit}", "unit/{other}")),
    "serving": (serve_nobody_else, ("unit/{other}",)),
    "moving a desk": (move_desk, ("unit/{unit}", "unit/noi-moi", "unit/{other}")),
    "import of units": (import_units, ()),
    "marking": (mark, ("procedure/{draft}",)),
}


def run_schedule(_world: World) -> None:
    with suppress(RuntimeError):
        publish_scheduled()


def in_a_savepoint(way: Way, world: World) -> None:
    with transaction.atomic():
        way(world)


def to_confirm(_world: World) -> Way:
    Listing.objects.update(confirmed_version=0)
    return lambda w: confirm_listings(unit=w.unit, procedures=w.ids)


def to_name_a_desk(world: World) -> Way:
    desk = make_desk(world.other, name="Nơi khác")

    def name_it(w: World) -> None:
        w.listing.desk = desk
        w.listing.save_revision().publish()

    return name_it


def to_expire_a_listing(world: World) -> Way:
    Listing.objects.filter(pk=world.listing.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    return run_schedule


def to_expire_a_page(world: World) -> Way:
    Page.objects.filter(pk=world.page.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    return run_schedule


def to_schedule_a_listing(world: World) -> Way:
    world.listing.save_revision()
    return schedule_listing


def to_end(world: World) -> Way:
    Unit.objects.filter(pk=world.unit.pk).update(active_until=timezone.localdate() - timedelta(days=1))
    return lambda _w: note_ended_units()


def to_move(_world: World) -> Way:
    target = make_unit(slug="noi-moi", code="99991")

    def move(w: World) -> None:
        desk = Desk.objects.get(pk=w.desk.pk)
        desk.unit = target
        desk.save()

    return move


def to_mark(world: World) -> Way:
    publish_page(world)
    version = ProcedureVersion.objects.get(procedure=world.draft, number=2)
    return lambda _w: mark_material(version, [], None)


PREPARED: dict[str, Callable[[World], Way]] = {
    "confirm": to_confirm,
    "edit that names a foreign desk": to_name_a_desk,
    "listing by schedule": to_schedule_a_listing,
    "listing expires": to_expire_a_listing,
    "page expires": to_expire_a_page,
    # Django deletes in one transaction of its own, and only a savepoint lets a test look at what is left.
    "deleting": lambda _world: lambda w: in_a_savepoint(delete_page, w),
    "no hours": lambda _world: lambda w: in_a_savepoint(drop_hours, w),
    "unit ends": to_end,
    "moving a desk": to_move,
    "marking": to_mark,
}
"""Everything that goes before the change itself is done first."""
