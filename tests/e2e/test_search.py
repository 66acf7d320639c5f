"""The search in a real browser: every state of its page, the box while somebody types, and all of it without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect
from wagtail.models import Site

from home.enums import UnitKind
from home.models import PortalSettings
from procedures.models import ProcedurePage
from tests.e2e.watching import (
    FIRST_VIEW_LIMIT,
    View,
    assert_no_axe_violations,
    assert_no_sideways_scrolling,
)
from tests.factories.catalogue import make_listing, make_procedure
from tests.factories.units import make_desk, make_subject, make_unit

pytestmark = pytest.mark.browser

SCRIPT_LIMIT = 5_000

PAGES = {
    "found": "/tim-kiem/?q=dang+ky+cuoi",
    "exact": "/tim-kiem/?q=7900001&don-vi=xa-cam-thu",
    "ended": "/tim-kiem/?q=7.900004",
    "instead": "/tim-kiem/?q=ddawng+kys+cuwowsi",
    "place": "/tim-kiem/?q=cuoi+o+cam+thu",
    "question": "/tim-kiem/?q=dang+ky+cuoi+het+bao+nhieu+tien",
    "filtered": "/tim-kiem/?q=cuoi&cap=xa&sap-xep=ngay&trang=2",
    "nothing": "/tim-kiem/?q=zzz+kkk",
    "start": "/tim-kiem/",
}


@pytest.fixture
def world(live_database: None) -> dict[str, ProcedurePage]:
    family, land = make_subject("Hộ tịch"), make_subject("Đất đai")
    unit = make_unit("Xã Cẩm Thử", slug="xa-cam-thu", old_names="Xã Thạch Thử")
    make_desk(unit)
    pages = {
        "plain": make_procedure("Đăng ký cưới", code="7.900001", subject=family, audiences=("citizen",), online_level="full"),
        "far": make_procedure("Đăng ký cưới có người nước ngoài", code="7.900002", subject=family, levels=("province",), everyday_names="cưới Tây"),
        "land": make_procedure("Đăng ký đất", code="7.900003", subject=land, purpose="Để người mới cưới có tên trên giấy chứng nhận của gia đình."),
    }  # fmt: skip
    make_procedure(
        "Đăng ký cưới kiểu cũ",
        code="7.900004",
        state="ended",
        in_force_until=date(2026, 1, 31),
        replaced_by=pages["plain"],
    )
    for n in range(30):
        make_procedure(f"Đăng ký cưới theo trường hợp thứ {n} của phụ lục", subject=family)
    for page in pages.values():
        make_listing(unit, page)
    help_desk = make_desk(
        make_unit("Trung tâm tỉnh", kind=UnitKind.SERVICE_CENTRE), name="Trung tâm tỉnh thử"
    )
    PortalSettings.objects.create(site=Site.objects.get(), help_desk=help_desk)
    return pages


def open_folds(view: View) -> None:
    view.page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")


@pytest.mark.parametrize("name", PAGES)
def test_every_state_of_the_page(
    world: dict[str, ProcedurePage], visit: Callable[..., View], screenshots: Path, name: str
) -> None:
    both = name == "found"
    for width, dark in ((360, True), (1280, False), *(((360, False), (1280, True)) if both else ())):
        view = visit(PAGES[name], width=width, dark=dark)
        assert view.status == 200
        assert view.bytes_on_wire <= FIRST_VIEW_LIMIT, view.bytes_on_wire
        mode = "-dark" if dark else ""
        view.page.screenshot(path=screenshots / f"search-{name}-{width}{mode}.png", full_page=True)
        assert_no_axe_violations(view)
        assert_no_sideways_scrolling(view)
        open_folds(view)
        assert_no_sideways_scrolling(view)


def test_everything_without_a_script(world: dict[str, ProcedurePage], visit: Callable[..., View]) -> None:
    page = visit("/", javascript=False, width=360).page
    page.get_by_label("Tên thủ tục, việc cần làm hoặc mã").fill("dang ky cuoi")
    page.get_by_role("button", name="Tìm", exact=True).last.click()
    assert page.locator(".hits h3").first.inner_text() == "Đăng ký cưới"
    page.locator(".facets > summary").click()
    link = page.locator(".facets a", has_text="Cấp tỉnh")
    count = link.locator(".num").inner_text()
    link.click()
    assert page.locator("#ket-qua").inner_text() == f"{count} thủ tục"
    page.locator(".facets > summary").click()
    page.get_by_role("link", name="Bỏ mọi bộ lọc").click()
    page.get_by_role("link", name="Sau").click()
    assert "trang=2" in page.url
    page.get_by_role("link", name="mới thay đổi").click()
    assert "sap-xep=ngay" in page.url
    assert "trang" not in page.url


# The box ------------------------------------------------------------------------------------------------------------------


def box(page: Page) -> Any:
    return page.get_by_role("combobox")


def typed(page: Page, text: str) -> Any:
    """The list that opens."""
    box(page).press_sequentially(text)
    found = page.get_by_role("listbox")
    expect(found).to_be_visible()
    return found


def test_the_box_offers_and_the_keyboard_chooses(
    world: dict[str, ProcedurePage], visit: Callable[..., View], screenshots: Path
) -> None:
    view = visit("/")
    page = view.page
    page.keyboard.press("/")
    expect(box(page)).to_be_focused()
    found = typed(page, "dang ky cu")
    options = found.get_by_role("option")
    expect(options.first).to_contain_text("Đăng ký cưới")
    expect(box(page)).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("status").filter(has_text="gợi ý")).to_have_text(
        f"{options.count()} gợi ý, dùng phím mũi tên lên xuống để chọn"
    )
    assert_no_axe_violations(view)
    page.screenshot(path=screenshots / "search-box-1280.png")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(box(page)).to_have_attribute("aria-activedescendant", str(options.nth(1).get_attribute("id")))
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator("[aria-selected=true]")).to_have_count(0)
    expect(box(page)).to_have_value("dang ky cu")
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(found).to_be_hidden()
    expect(box(page)).to_have_value("dang ky cu")
    page.keyboard.press("ArrowDown")
    expect(found).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/thu-tuc/7.900001/")


def test_enter_without_a_choice_searches_what_was_typed(
    world: dict[str, ProcedurePage], visit: Callable[..., View]
) -> None:
    page = visit("/tim-kiem/", width=360).page
    typed(page, "cuoi")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tim-kiem/?q=cuoi")


def test_a_finger_chooses_and_leaving_closes(
    world: dict[str, ProcedurePage], visit: Callable[..., View], screenshots: Path
) -> None:
    view = visit("/tim-kiem/", width=360, dark=True)
    page = view.page
    found = typed(page, "cam thu")
    page.screenshot(path=screenshots / "search-box-360-dark.png")
    assert_no_axe_violations(view)
    assert_no_sideways_scrolling(view)
    height = found.get_by_role("option").first.bounding_box()
    assert height is not None
    assert height["height"] >= 44
    page.locator("h1").click()
    expect(found).to_be_hidden()
    box(page).fill("")
    found = typed(page, "cam thu")
    found.get_by_role("option", name="Xã Cẩm Thử").first.click()
    page.wait_for_url("**/don-vi/xa-cam-thu/")


def test_a_slow_or_broken_network_disturbs_nobody(
    world: dict[str, ProcedurePage], visit: Callable[..., View]
) -> None:
    """Answers that come too late are not shown; a failure leaves the form as it was."""
    view = visit("/tim-kiem/", problems_expected=True)
    page = view.page
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    page.route("**/api/v1/suggest*", hold)
    box(page).press_sequentially("dang")
    page.wait_for_timeout(400)
    box(page).press_sequentially(" ky cuoi")
    page.wait_for_timeout(400)
    assert len(waiting) == 2, "one question a pause, not one a letter"
    waiting[1].abort()
    page.unroute("**/api/v1/suggest*")
    expect(page.get_by_role("listbox")).to_have_count(0)
    page.keyboard.press("Enter")
    page.wait_for_url("**/tim-kiem/?q=dang+ky+cuoi")


def test_the_script_is_small_and_nothing_comes_from_elsewhere(
    world: dict[str, ProcedurePage], visit: Callable[..., View], server: str
) -> None:
    view = visit("/tim-kiem/")
    addresses: list[str] = view.page.evaluate(
        "performance.getEntriesByType('resource').map((entry) => entry.name)"
    )
    assert all(address.startswith(server) for address in addresses)
    (script,) = [address for address in addresses if "/search/search" in address]
    size = view.page.evaluate("(name) => performance.getEntriesByName(name)[0].encodedBodySize", script)
    assert 0 < size <= SCRIPT_LIMIT


def test_what_is_opened_is_told_without_anything_about_who(
    world: dict[str, ProcedurePage], visit: Callable[..., View]
) -> None:
    page = visit("/tim-kiem/?q=dang+ky+cuoi").page
    told: list[tuple[str, str | None, dict[str, str]]] = []

    def take(route: Route) -> None:
        told.append((route.request.method, route.request.post_data, route.request.headers))
        route.fulfill(status=204)

    page.route("**/tim-kiem/mo/", take)
    code = page.locator(".hits li").nth(1).locator(".num").first.inner_text()
    page.locator(".hits h3 a").nth(1).click()
    page.wait_for_url("**/thu-tuc/**")
    assert len(told) == 1
    method, body, headers = told[0]
    assert method == "POST"
    assert body == f"q=dang+ki+cuoi&opened=thu-tuc%2F{code}&position=2"
    assert "cookie" not in headers


def test_print_leaves_the_results(
    world: dict[str, ProcedurePage], visit: Callable[..., View], screenshots: Path
) -> None:
    view = visit(PAGES["found"], dark=True)
    view.page.emulate_media(media="print")
    view.page.screenshot(path=screenshots / "search-print.png", full_page=True)
    assert view.page.locator(".hits h3").first.is_visible()
    for gone in (".facets", ".pager", ".find", ".menu"):
        assert not view.page.locator(gone).first.is_visible(), gone
