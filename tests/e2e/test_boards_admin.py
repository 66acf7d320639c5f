"""Boards in a real browser: a clerk clears forty findings, by counted clicks; nothing hidden from anybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from home.enums import PortalGroup, Role
from home.models import Unit
from procedures.boards import controller_board, units_table
from procedures.boards.tasks import Work
from procedures.boards.unit_board import board_url, work_url
from procedures.completeness.reports import unit_report
from procedures.listings.services import publish_listings
from procedures.mapping import record_of
from procedures.models import AnnouncementDecision, Listing, ProcedurePage
from tests.e2e.watching import View, assert_no_axe_violations, assert_no_sideways_scrolling
from tests.factories.opening import make_opening
from tests.factories.people import make_member, make_user
from tests.factories.records import make_record, publish
from tests.factories.units import make_unit

pytestmark = pytest.mark.browser

Visit = Callable[..., View]


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    cache.delete_many([controller_board.KEY, units_table.KEY])
    yield
    cache.delete_many([controller_board.KEY, units_table.KEY])


def world() -> tuple[Unit, list[ProcedurePage]]:
    """Forty findings of every kind: 22 late, 3 in time, 10 outdated, 5 to be gone; and no desk at all."""
    unit = make_unit("Xã Bốn Mươi")
    today = timezone.localdate()
    pages = publish(*(make_record(name=f"Thủ tục số {n:02}") for n in range(37)))
    make_opening(day=today - timedelta(days=60))
    publish_listings(unit=unit, procedures=[page.pk for page in pages[22:]])
    newer_text = "<ul><li>Nam từ đủ 22 tuổi trở lên</li></ul>"
    publish(*(replace(record_of(page), conditions_html=newer_text) for page in pages[22:32]))
    ending = AnnouncementDecision.objects.create(
        number="10/QĐ-UBND", signed_on=today - timedelta(days=20), applied_at=timezone.now()
    )
    for n, page in enumerate(pages[32:]):
        ending.lines.create(procedure=page, ordinal=n + 1, action="abolished")
    newer = publish(*(make_record(name=f"Thủ tục mới {n}") for n in range(3)))
    decision = AnnouncementDecision.objects.create(
        number="163/QĐ-UBND", signed_on=today, due_days=5, applied_at=timezone.now()
    )
    for n, page in enumerate(newer):
        decision.lines.create(procedure=page, ordinal=n + 1, level="commune", part="Phần B")
    return unit, pages


class Clerk:
    """Clicks, and counts them."""

    def __init__(self, view: View) -> None:
        self.page = view.page
        self.clicks = 0

    def click(self, role: Any, name: str) -> None:
        self.clicks += 1
        with self.page.expect_navigation(wait_until="networkidle"):
            self.page.get_by_role(role, name=name).first.click()

    def says(self, text: str) -> None:
        assert text in " ".join(self.page.locator("body").inner_text().split())


@pytest.mark.parametrize("javascript", [True, False])
def test_forty_findings_are_cleared_in_eight_clicks(
    live_database: None, visit: Visit, javascript: bool
) -> None:
    unit, _pages = world()
    assert len({f.key for f in unit_report(unit).findings if f.kind != "unit_detail"}) == 40
    approver = make_member(unit, Role.APPROVER)
    clerk = Clerk(visit(reverse("wagtailadmin_home"), user=approver, javascript=javascript))
    clerk.click("link", "Niêm yết tất cả 25 phần còn thiếu")
    clerk.click("button", "Niêm yết 25 thủ tục")
    clerk.says("Đã niêm yết 25 thủ tục. Điểm từ")
    clerk.click("link", "So và xác nhận")
    clerk.click("button", "Xác nhận 10 thủ tục")
    clerk.says("Đã xác nhận lại 10 thủ tục.")
    clerk.click("link", "Gỡ cả 5")
    clerk.click("button", "Gỡ 5 thủ tục")
    clerk.says("Đã gỡ 5 thủ tục.")
    clerk.click("link", "Điền nơi nộp")
    clerk.page.fill("#id_address", "Thôn 1, xã Bốn Mươi")
    clerk.page.fill("#id_phone", "0239 000 111")
    clerk.click("button", "Ghi nơi nộp hồ sơ")
    clerk.says("Không còn việc nào")
    assert clerk.clicks == 8
    assert unit_report(unit).findings == ()
    assert Listing.objects.live().filter(unit=unit).count() == 35


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (360, True)])
def test_everybody_can_read_the_boards(live_database: None, visit: Visit, width: int, dark: bool) -> None:
    unit, pages = world()
    approver, controller = make_member(unit, Role.APPROVER), make_user(PortalGroup.CONTROLLER)
    confirm = f"{work_url(unit, Work.CONFIRM)}?muc={pages[22].pk}"
    addresses = [
        (approver, reverse("wagtailadmin_home")),
        (approver, board_url(unit)),
        *((approver, work_url(unit, work)) for work in Work),
        (approver, confirm),
        (controller, reverse("wagtailadmin_home")),
        (controller, reverse("controller_board")),
        (controller, reverse("unit_listings_choice")),
        (controller, board_url(unit)),
        (controller, reverse("procedure_versions", args=[pages[22].pk])),
        (controller, reverse("procedure_version", args=[pages[22].pk, 2])),
    ]
    for user, address in addresses:
        view = visit(address, user=user, width=width, dark=dark)
        assert view.status == 200, address
        assert_no_sideways_scrolling(view)
        assert_no_axe_violations(view)


def test_old_and_new_stand_beside_each_other_or_one_below_the_other(
    live_database: None, visit: Visit
) -> None:
    unit, pages = world()
    approver = make_member(unit, Role.APPROVER)
    address = f"{work_url(unit, Work.CONFIRM)}?muc={pages[22].pk}"

    def places(width: int) -> tuple[Any, Any]:
        page = visit(address, user=approver, width=width).page
        row = page.locator(".df__row--changed").first
        old, new = (row.locator("td").nth(n).bounding_box() for n in (0, 1))
        assert old is not None
        assert new is not None
        return old, new

    old, new = places(1280)
    assert abs(old["y"] - new["y"]) < 1
    assert old["x"] + old["width"] <= new["x"] + 1
    old, new = places(360)
    assert old["y"] + old["height"] <= new["y"] + 1


def test_of_many_confirmed_at_once_the_first_are_unfolded_and_the_button_follows_them(
    live_database: None, visit: Visit
) -> None:
    unit, _pages = world()
    view = visit(work_url(unit, Work.CONFIRM), user=make_member(unit))
    folds = view.page.locator("details.df__fold")
    assert folds.count() == 10
    unfolded = [folds.nth(n).get_attribute("open") is not None for n in range(10)]
    assert unfolded == [True] * 3 + [False] * 7
    assert view.page.locator("del").first.is_visible()
    assert not view.page.locator("del").last.is_visible()
    buttons = view.page.get_by_role("button", name="Xác nhận 10 thủ tục")
    assert buttons.count() == 1
    last, button = folds.last.bounding_box(), buttons.bounding_box()
    assert last is not None
    assert button is not None
    assert button["y"] > last["y"]
