"""The forms of desks, counters, listings and people: what is refused, and in which words."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from home.enums import Role
from home.models import Counter
from procedures.models import Listing
from tests.factories.catalogue import make_listing
from tests.factories.people import make_member
from tests.factories.units import make_counter, make_desk, make_unit

pytestmark = pytest.mark.django_db

HOW_TO_WRITE_A_NUMBER = "Ghi một số gọi được, có cả mã vùng"
NO_ROWS = {
    f"{part}-{key}": value
    for part in ("hours", "exceptions")
    for key, value in (
        ("TOTAL_FORMS", "0"),
        ("INITIAL_FORMS", "0"),
        ("MIN_NUM_FORMS", "0"),
        ("MAX_NUM_FORMS", "1000"),
    )
}


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def desk_form(**fields: str) -> dict[str, str]:
    names = ("name", "address", "latitude", "longitude", "phone", "email", "accessible", "accessible_note")
    return dict.fromkeys(names, "") | {"name": "Một cửa"} | NO_ROWS | fields


@pytest.mark.parametrize(
    ("phone", "kept"), [("abc", False), ("3855 123", False), ("0239 3855 123", True), ("", True)]
)
def test_a_desk_needs_a_number_that_can_be_dialled(phone: str, *, kept: bool) -> None:
    unit = make_unit()
    desk = make_desk(unit, hours=False, phone="1022")
    address = reverse("wagtailsnippets_home_desk:edit", args=[desk.pk])
    response = signed_in(make_member(unit)).post(address, desk_form(phone=phone))
    desk.refresh_from_db()
    assert desk.phone == (phone if kept else "1022")
    assert (HOW_TO_WRITE_A_NUMBER in response.content.decode()) is not kept


def test_a_counter_too() -> None:
    unit = make_unit()
    counter = make_counter(make_desk(unit))
    address = reverse("wagtailsnippets_home_counter:edit", args=[counter.pk])
    data = {"desk": counter.desk_id, "name": "Quầy 1", "place": "", "phone": "gọi Lan"}
    assert HOW_TO_WRITE_A_NUMBER in signed_in(make_member(unit)).post(address, data).content.decode()
    assert Counter.objects.get(pk=counter.pk).phone == ""


@pytest.mark.parametrize("action", [{}, {"action-publish": "1"}])
def test_a_listing_too_as_draft_and_in_public(action: dict[str, str]) -> None:
    unit = make_unit()
    listing = make_listing(unit)
    address = reverse("wagtailsnippets_procedures_listing:edit", args=[listing.pk])
    data = {"desk": "", "counter": "", "phone": "abc", "hours_note": "", "notes": ""} | action
    response = signed_in(make_member(unit, Role.APPROVER)).post(address, data)
    assert HOW_TO_WRITE_A_NUMBER in response.content.decode()
    assert Listing.objects.get(pk=listing.pk).phone == ""


def test_where_vietnam_lies_in_words() -> None:
    unit = make_unit()
    desk = make_desk(unit, hours=False)
    address = reverse("wagtailsnippets_home_desk:edit", args=[desk.pk])
    page = (
        signed_in(make_member(unit)).post(address, desk_form(latitude="999", longitude="1")).content.decode()
    )
    assert "Vĩ độ ở Việt Nam từ 8 đến 24" in page
    assert "Kinh độ ở Việt Nam từ 102 đến 118" in page
