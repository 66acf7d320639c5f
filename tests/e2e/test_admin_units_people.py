"""The admin screens of units and people in a real browser: what is typed, by keystrokes, is what is saved or refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time

import pytest
from django.urls import reverse

from home.enums import Role
from home.models import Membership
from tests.e2e.watching import View, assert_no_sideways_scrolling
from tests.factories.catalogue import make_listing, make_procedure
from tests.factories.opening import make_opening
from tests.factories.people import make_member, make_membership
from tests.factories.units import make_desk, make_subject, make_unit

pytestmark = pytest.mark.browser

Visit = Callable[..., View]


def submit(view: View) -> None:
    with view.page.expect_navigation(wait_until="networkidle"):
        view.page.locator(
            "form[data-edit-form] button[type=submit], main form[method=post] button[type=submit]"
        ).first.click()


def retype(view: View, selector: str, text: str) -> None:
    """Key by key, then on to the next field: what the picker does when it is left is what is at stake."""
    field = view.page.locator(selector)
    field.click()
    field.press("Control+A")
    field.press_sequentially(text)
    field.press("Tab")
    view.page.wait_for_timeout(150)
    assert field.input_value() == text


@pytest.fixture
def desk_edit(live_database: None, visit: Visit) -> tuple[View, int]:
    unit = make_unit()
    desk = make_desk(unit)
    address = reverse("wagtailsnippets_home_desk:edit", args=[desk.pk])
    return visit(address, user=make_member(unit), problems_expected=True), desk.pk


@pytest.mark.parametrize(
    ("typed", "kept"), [("7h30", time(7, 30)), ("8h", time(8)), ("07.15", time(7, 15)), ("6:45", time(6, 45))]
)
def test_hours_are_read_as_they_are_written(desk_edit: tuple[View, int], typed: str, kept: time) -> None:
    from home.models import DeskHours

    view, desk = desk_edit
    retype(view, "#id_hours-0-opens", typed)
    submit(view)
    assert DeskHours.objects.filter(desk=desk).order_by("sort_order").first().opens == kept  # type: ignore[union-attr]


@pytest.mark.parametrize("typed", ["25:99", "abc"])
def test_no_hour_stays_and_is_refused(desk_edit: tuple[View, int], typed: str) -> None:
    from home.models import DeskHours

    view, desk = desk_edit
    retype(view, "#id_hours-0-opens", typed)
    submit(view)
    assert view.page.locator("#id_hours-0-opens").input_value() == typed
    assert "Ghi giờ dạng 07:30 hoặc 7h30." in view.page.content()
    assert DeskHours.objects.filter(desk=desk).order_by("sort_order").first().opens == time(7)  # type: ignore[union-attr]


def test_days_are_shown_and_read_as_written_here(live_database: None, visit: Visit) -> None:
    unit = make_unit()
    member = make_membership(unit=unit, valid_from=date(2026, 1, 5))
    approver = make_member(unit, Role.APPROVER)
    address = reverse("membership:edit", args=[member.pk])
    view = visit(address, user=approver, problems_expected=True)
    assert view.page.locator("#id_valid_from").input_value() == "05/01/2026"
    retype(view, "#id_valid_until", "30/13/2026")
    submit(view)
    assert view.page.locator("#id_valid_until").input_value() == "30/13/2026"
    assert "Ghi ngày dạng 30/12/2026." in view.page.content()
    retype(view, "#id_valid_until", "30/12/2026")
    submit(view)
    assert Membership.objects.get(pk=member.pk).valid_until == date(2026, 12, 30)


@pytest.mark.parametrize("width", [360, 1280])
def test_the_screen_of_a_unit_fits(live_database: None, visit: Visit, width: int) -> None:
    unit = make_unit()
    subject = make_subject("Hoạt động xây dựng, quản lý đô thị và hạ tầng kỹ thuật")
    listing = make_listing(unit, make_procedure("Đăng ký khai sinh có yếu tố nước ngoài", subject=subject))
    make_procedure("Tách hộ")
    make_opening()
    address = f"{reverse('unit_listings', args=[unit.slug])}?loc=tat-ca"
    view = visit(address, user=make_member(unit, Role.APPROVER), width=width)
    assert_no_sideways_scrolling(view)
    query = view.page.locator("#nl-q").bounding_box()
    subjects = view.page.locator("#nl-subject").bounding_box()
    assert query is not None
    assert subjects is not None
    beside = query["x"] + query["width"] <= subjects["x"]
    above = query["y"] + query["height"] <= subjects["y"]
    assert beside or above
    assert query["x"] + query["width"] <= width
    edit = reverse("wagtailsnippets_procedures_listing:edit", args=[listing.pk])
    link = view.page.locator(f'.nl__do a[href="{edit}"]').bounding_box()
    assert link is not None
    assert link["height"] < link["width"] * 1.6, "the word stands on one line"
