"""What each role can do: the portal is guarded, not closed."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from wagtail.admin.menu import admin_menu
from wagtail.models import TaskState

from home.enums import PortalGroup, Role
from home.models import Counter, Desk, Unit
from procedures.listings.rights import LISTING_POLICY, may_publish
from procedures.models import Listing
from tests.factories.catalogue import make_listing, make_procedure
from tests.factories.decisions import make_draft, proposal
from tests.factories.people import make_member, make_membership, make_user
from tests.factories.units import make_counter, make_desk, make_subject, make_unit

pytestmark = pytest.mark.django_db

LISTING = "wagtailsnippets_procedures_listing"
EMPTY_FORMSETS = {
    f"{formset}-{field}": 0
    for formset in ("hours", "exceptions")
    for field in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
}


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def words(**fields: str) -> dict[str, str]:
    return {"desk": "", "counter": "", "phone": "", "hours_note": "", "notes": ""} | fields


def edit(client: Client, listing: Listing, **fields: str) -> Any:
    return client.post(reverse(f"{LISTING}:edit", args=[listing.pk]), words(**fields))


# Listings ------------------------------------------------------------------------------------------------------------


def test_editor_submits_and_own_approver_approves() -> None:
    unit = make_unit()
    listing = make_listing(unit, notes="Cũ")
    editor, approver = signed_in(make_member(unit)), signed_in(make_member(unit, Role.APPROVER))
    assert edit(editor, listing, notes="Mới", **{"action-submit": "1"}).status_code == 302
    listing.refresh_from_db()
    assert listing.notes == "Cũ"
    state = TaskState.objects.get(status=TaskState.STATUS_IN_PROGRESS)
    assert "Mới" in approver.get(reverse(f"{LISTING}:edit", args=[listing.pk])).content.decode()
    assert str(listing.procedure) in approver.get("/admin/").content.decode()
    url = reverse(f"{LISTING}:workflow_action", args=[listing.pk, "approve", state.pk])
    assert approver.post(url, {"comment": ""}).status_code == 302
    listing.refresh_from_db()
    assert (listing.live, listing.notes) == (True, "Mới")


def test_approvers_of_the_unit_are_told(django_capture_on_commit_callbacks: Any) -> None:
    unit = make_unit("Xã Chờ Duyệt")
    approver = make_member(unit, Role.APPROVER)
    make_member(make_unit(), Role.APPROVER)
    with django_capture_on_commit_callbacks(execute=True):
        edit(signed_in(make_member(unit)), make_listing(unit), notes="Mới", **{"action-submit": "1"})
    told = [message for message in mail.outbox if message.subject == "Có ghi chú chờ duyệt của Xã Chờ Duyệt"]
    assert [message.to for message in told] == [[approver.email]]


def test_editor_cannot_approve_own_words() -> None:
    unit = make_unit()
    listing = make_listing(unit)
    editor = signed_in(make_member(unit))
    edit(editor, listing, notes="Mới", **{"action-submit": "1"})
    state = TaskState.objects.get(status=TaskState.STATUS_IN_PROGRESS)
    editor.post(
        reverse(f"{LISTING}:workflow_action", args=[listing.pk, "approve", state.pk]), {"comment": ""}
    )
    state.refresh_from_db()
    assert state.status == TaskState.STATUS_IN_PROGRESS


@pytest.mark.parametrize(
    ("role", "needs_approval", "notes", "published"),
    [
        (Role.EDITOR, True, "", True),
        (Role.EDITOR, True, "Chữ mới", False),
        (Role.EDITOR, False, "Chữ mới", True),
        (Role.APPROVER, True, "Chữ mới", True),
    ],
)
def test_publishing_depends_on_own_words(
    role: Role, *, needs_approval: bool, notes: str, published: bool
) -> None:
    unit = make_unit(notes_need_approval=needs_approval)
    listing = make_listing(unit, live=False, confirmed_version=0)
    person = make_member(unit, role)
    response = edit(signed_in(person), listing, phone="0239 3000 001", notes=notes, **{"action-publish": "1"})
    assert response.status_code == 302
    listing.refresh_from_db()
    assert listing.live is published
    assert TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS).exists() is not published
    if published:
        assert (listing.phone, listing.confirmed_by) == ("0239 3000 001", person)
        assert listing.confirmed_version == listing.procedure.version


def test_editor_lists_a_procedure() -> None:
    unit = make_unit()
    procedure = make_procedure()
    editor = make_member(unit)
    data = words(unit=str(unit.pk), procedure=str(procedure.pk), **{"action-publish": "1"})
    assert signed_in(editor).post(reverse(f"{LISTING}:add"), data).status_code == 302
    listing = Listing.objects.get(unit=unit, procedure=procedure)
    assert listing.live
    assert listing.confirmed_by == editor


def test_words_of_a_new_listing_wait_too() -> None:
    unit = make_unit()
    data = words(
        unit=str(unit.pk), procedure=str(make_procedure().pk), notes="Chữ mới", **{"action-publish": "1"}
    )
    signed_in(make_member(unit)).post(reverse(f"{LISTING}:add"), data)
    assert not Listing.objects.get(unit=unit).live
    assert TaskState.objects.get().status == TaskState.STATUS_IN_PROGRESS


def test_approver_of_another_unit_publishes_no_words_where_only_editor() -> None:
    here, there = make_unit(), make_unit()
    person = make_member(there, Role.APPROVER)
    make_membership(person, here, Role.EDITOR)
    listing = make_listing(here, live=False)
    assert may_publish(person, listing, {"notes": ""})
    assert not may_publish(person, listing, {"notes": "Chữ mới"})
    assert LISTING_POLICY.user_has_permission(person, "publish")
    assert not LISTING_POLICY.user_has_permission_for_instance(person, "publish", listing)
    data = words(
        unit=str(here.pk), procedure=str(make_procedure().pk), notes="Chữ mới", **{"action-publish": "1"}
    )
    signed_in(person).post(reverse(f"{LISTING}:add"), data)
    assert not Listing.objects.filter(unit=here, live=True).exists()


def test_a_first_edit_keeps_what_was_before() -> None:
    unit = make_unit()
    listing = make_listing(unit, notes="Trước")
    edit(signed_in(make_member(unit, Role.APPROVER)), listing, notes="Sau", **{"action-publish": "1"})
    notes = [revision.as_object().notes for revision in listing.revisions.order_by("pk")]
    assert notes == ["Trước", "Sau"]


def test_approver_withdraws_and_lists_again() -> None:
    unit = make_unit()
    listing = make_listing(unit)
    approver = signed_in(make_member(unit, Role.APPROVER))
    down = {"viec": "withdraw-now", "muc": listing.procedure_id, "ly-do": "Chuyển về sở"}
    assert approver.post(reverse("unit_listings", args=[unit.slug]), down).status_code == 302
    listing.refresh_from_db()
    assert not listing.live
    assert listing.withdrawn_at
    edit(approver, listing, **{"action-publish": "1"})
    listing.refresh_from_db()
    assert listing.live
    assert listing.withdrawn_at is None


@pytest.mark.parametrize("superuser", [False, True])
def test_what_was_public_is_never_deleted(*, superuser: bool) -> None:
    unit = make_unit()
    person = make_user(is_superuser=True) if superuser else make_member(unit, Role.APPROVER)
    public, draft = make_listing(unit), make_listing(unit, live=False)
    client = signed_in(person)
    for listing in (public, draft):
        client.post(reverse(f"{LISTING}:delete", args=[listing.pk]))
    bulk = reverse("wagtail_bulk_action", args=["procedures", "listing", "delete"])
    client.post(f"{bulk}?id={public.pk}")
    assert list(Listing.objects.filter(unit=unit)) == [public]


def test_form_shows_what_it_falls_back_on() -> None:
    unit = make_unit()
    subject = make_subject()
    desk = make_desk(unit)
    counter = make_counter(desk, subjects=(subject,), name="Quầy hộ tịch", phone="0239 777 777")
    listing = make_listing(unit, make_procedure(subject=subject))
    page = signed_in(make_member(unit)).get(reverse(f"{LISTING}:edit", args=[listing.pk])).content.decode()
    assert f"Mặc định: {desk.name}" in page
    assert f"Mặc định theo lĩnh vực: {counter.name}" in page
    assert 'placeholder="0239 777 777"' in page
    assert "Thứ Hai đến Thứ Sáu 07:00–11:30, 13:30–17:00" in page


def test_desk_must_serve_the_unit() -> None:
    unit = make_unit()
    foreign = make_desk(make_unit())
    shared = make_desk(make_unit())
    shared.serves.add(unit)
    shared.save()
    listing = make_listing(unit, live=False)
    editor = signed_in(make_member(unit))
    assert edit(editor, listing, desk=str(foreign.pk)).status_code == 200
    assert edit(editor, listing, desk=str(shared.pk)).status_code == 302
    listing.refresh_from_db()
    assert listing.desk == shared


def test_list_of_listings_stays_cheap(django_assert_max_num_queries: Any) -> None:
    unit = make_unit()
    client = signed_in(make_member(unit))
    for _number in range(3):
        make_listing(unit)
    client.get(reverse(f"{LISTING}:list"))
    with django_assert_max_num_queries(32):
        client.get(reverse(f"{LISTING}:list"))
    for _number in range(12):
        make_listing(unit)
    with django_assert_max_num_queries(32):
        client.get(reverse(f"{LISTING}:list"))


# Units, desks, counters ----------------------------------------------------------------------------------------------


def test_unit_staff_edit_contacts_only() -> None:
    unit = make_unit("Xã Giữ Tên", notes_need_approval=True)
    url = reverse("wagtailsnippets_home_unit:edit", args=[unit.pk])
    data = {"email": "moi@mau.example", "website": "", "complaints_address": "Phòng 1", "name": "Xã Đổi Tên"}
    assert signed_in(make_member(unit)).post(url, data).status_code == 302
    unit.refresh_from_db()
    assert (unit.email, unit.name, unit.notes_need_approval) == ("moi@mau.example", "Xã Giữ Tên", True)
    signed_in(make_member(unit, Role.APPROVER)).post(url, data)
    unit.refresh_from_db()
    assert (unit.name, unit.notes_need_approval) == ("Xã Giữ Tên", False)


def test_editor_makes_a_desk_with_hours_and_a_counter() -> None:
    unit = make_unit()
    client = signed_in(make_member(unit))
    data = {
        **EMPTY_FORMSETS,
        "unit": unit.pk,
        "name": "Bộ phận mới",
        "address": "",
        "phone": "",
        "email": "",
        "accessible": "yes",
        "accessible_note": "",
        "hours-TOTAL_FORMS": 1,
        "hours-0-weekday": 0,
        "hours-0-opens": "07:30",
        "hours-0-closes": "11:30",
        "hours-0-ORDER": 1,
    }
    response = client.post(reverse("wagtailsnippets_home_desk:add"), data)
    assert response.status_code == 302, response.context["form"].errors
    desk = Desk.objects.get(unit=unit)
    assert desk.hours.get().weekday == 0
    counter = {"desk": desk.pk, "name": "Quầy 1", "place": "", "phone": ""}
    assert client.post(reverse("wagtailsnippets_home_counter:add"), counter).status_code == 302
    assert Counter.objects.get().desk == desk


def test_administrator_manages_units_and_people() -> None:
    client = signed_in(make_user(PortalGroup.ADMINISTRATOR))
    data = {
        "kind": "commune",
        "code": "999999",
        "name": "Xã Mới",
        "slug": "xa-moi",
        "notes_need_approval": "on",
    }
    assert client.post(reverse("wagtailsnippets_home_unit:add"), data).status_code == 302
    assert Unit.objects.get(slug="xa-moi").name == "Xã Mới"


def test_controller_reads_listings_and_edits_procedures() -> None:
    procedure = make_procedure()
    listing = make_listing(procedure=procedure)
    client = signed_in(make_user(PortalGroup.CONTROLLER))
    assert client.get(reverse("wagtailadmin_pages:edit", args=[procedure.pk])).status_code == 200
    assert client.get(reverse(f"{LISTING}:inspect", args=[listing.pk])).status_code == 200
    assert client.get(reverse(f"{LISTING}:history", args=[listing.pk])).status_code == 200
    assert client.get(reverse(f"{LISTING}:edit", args=[listing.pk])).status_code == 302


@pytest.mark.parametrize(
    ("who", "menu"),
    [
        ("staff", ["Niêm yết", "Từng trang niêm yết", "Bộ phận một cửa", "Quầy", "Đơn vị"]),
        ("approver", ["Niêm yết", "Từng trang niêm yết", "Bộ phận một cửa", "Quầy", "Đơn vị", "Người"]),
        (
            PortalGroup.INSPECTOR,
            [
                "Niêm yết",
                "Từng trang niêm yết",
                "Bộ phận một cửa",
                "Quầy",
                "Đơn vị",
                "Đợt kiểm tra",
                "Bộ tiêu chí",
            ],
        ),
        (PortalGroup.CURATOR, ["Đợt kiểm tra", "Bộ tiêu chí", "Tìm kiếm"]),
    ],
)
def test_menu_shows_what_one_can_use(who: Any, menu: list[str], rf: Any) -> None:
    reverse("membership:index")  # viewsets enter the menu when the addresses are first read
    unit = make_unit()
    user = {"staff": lambda: make_member(unit), "approver": lambda: make_member(unit, Role.APPROVER)}.get(
        who, lambda: make_user(who)
    )()
    assert [str(item.label) for item in menu_of(user, rf)] == menu


def test_controller_finds_the_catalogue_after_the_units(rf: Any) -> None:
    reverse("membership:index")
    names = [item.name for item in menu_of(make_user(PortalGroup.CONTROLLER), rf)]
    assert names[:6] == ["controller-board", "unit-listings", "listings", "desks", "counters", "units"]
    assert names.index("units") < names.index("explorer")
    assert {"subjects", "competence", "opening-catalogue"} <= set(names)
    assert not {"people", "calendar", "snippets", "help", "settings"} & set(names)


def menu_of(user: Any, rf: Any) -> list[Any]:
    request = rf.get("/admin/")
    request.user = user
    return sorted(admin_menu.menu_items_for_request(request), key=lambda item: item.order)


# Screens of the province ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_may_not_is_not_told_what_there_is(method: str) -> None:
    """The right comes before the look-up: a draft that is there and one that isn't are answered alike."""
    draft = make_draft(proposal())
    addresses = [
        reverse("controller_board"),
        reverse("search_curation"),
        reverse("opening_catalogue"),
        reverse("unmapped_bodies"),
        reverse("decisions"),
        *(reverse("decision_draft", args=[pk]) for pk in (draft.pk, draft.pk + 1)),
        *(reverse("decision_draft_file", args=[pk]) for pk in (draft.pk, draft.pk + 1)),
        reverse("decision", args=[1]),
    ]
    outsider = signed_in(make_member(make_unit(), Role.APPROVER))
    answers = {
        (answer.status_code, answer.headers["Location"])
        for address in addresses
        if (answer := getattr(outsider, method)(address, headers={"accept": "text/html"}))
    }
    assert answers == {(302, reverse("wagtailadmin_home"))}
    controller = signed_in(make_user(PortalGroup.CONTROLLER))
    seen = {address: controller.get(address).status_code for address in addresses[:6]}
    assert set(seen.values()) == {200}, seen
    assert controller.get(addresses[6]).status_code == 404
