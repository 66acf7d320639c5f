"""The listing board in a real browser: at the desk and on a phone, coming back by itself, with the network gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from home.models import HomePage
from procedures.models import ProcedurePage
from tests.e2e.watching import (
    FIRST_VIEW_LIMIT,
    View,
    assert_no_axe_violations,
    assert_no_sideways_scrolling,
)
from tests.factories.catalogue import make_listing, make_procedure
from tests.factories.records import make_record, monster_record, publish
from tests.factories.units import make_counter, make_desk, make_subject, make_unit

pytestmark = pytest.mark.browser

BOARD = "/don-vi/xa-cam-thu/bang-niem-yet/"
PAGES = {
    "board": BOARD,
    "board-fields": f"{BOARD}?xem=linh-vuc",
    "board-field": f"{BOARD}?linh-vuc=ho-tich",
    "board-search": f"{BOARD}?xem=tim",
    "board-found": f"{BOARD}?q=dang+ky",
    "board-nothing": f"{BOARD}?q=tha+dieu",
    "board-procedure": f"{BOARD}1.000001/",
    "board-monster": f"{BOARD}1.000002/",
    "board-offline": f"{BOARD}mat-mang/",
    "board-large": f"{BOARD}?chu=to",
    "board-bare": "/don-vi/xa-trong/bang-niem-yet/",
}
DESK: ViewportSize = {"width": 1080, "height": 1920}


@pytest.fixture
def world(live_database: None) -> dict[str, ProcedurePage]:
    usual, monster = publish(
        make_record(code="1.000001", name="Thủ tục đăng ký hôn lễ thử"), monster_record(code="1.000002")
    )
    unit = make_unit("Xã Cẩm Thử", slug="xa-cam-thu")
    desk = make_desk(unit, name="Trung tâm Phục vụ hành chính công xã Cẩm Thử")
    assert usual.subject is not None
    make_counter(desk, name="Quầy 1: Hộ tịch", place="Tầng 1", subjects=(usual.subject,))
    listed = [usual, monster]
    for n in range(24):
        subject = usual.subject if n < 8 else make_subject(f"Lĩnh vực thử số {n % 14}")
        listed.append(make_procedure(f"Thủ tục đăng ký việc thứ {n}", subject=subject))
    for page in listed:
        make_listing(unit, page)
    make_unit("Xã Trống", slug="xa-trong")
    home = HomePage.objects.get()
    home.most_needed = [
        {"type": "procedure", "value": {"page": page.pk, "label": label}}
        for page, label in zip(
            listed[:7], ("Kết hôn", "", "Khai sinh", "Chứng thực giấy tờ", "", "", ""), strict=True
        )
    ]
    home.save()
    return {"usual": usual, "monster": monster}


@pytest.fixture
def at_desk(browser: Browser, server: str, world: Any) -> Iterator[BrowserContext]:
    context = browser.new_context(
        viewport=DESK,
        base_url=server,
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
        reduced_motion="reduce",
    )
    yield context
    context.close()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_page(
    world: dict[str, ProcedurePage], visit: Callable[..., View], screenshots: Path, name: str, *, dark: bool
) -> None:
    for width in (360, 1080):
        view = visit(PAGES[name], width=width, dark=dark)
        assert view.status == 200
        assert view.bytes_on_wire <= FIRST_VIEW_LIMIT, view.bytes_on_wire
        if width == DESK["width"]:
            view.page.set_viewport_size(DESK)
        mode = "-dark" if dark else ""
        view.page.screenshot(path=screenshots / f"{name}-{width}{mode}.png", full_page=width == 360)
        # At the desk the controls lie over what is scrolled under them; sizes are measured below, far more strictly.
        without = ("target-size",) if width == DESK["width"] else ()
        assert_no_axe_violations(view, without=without)
        assert_no_sideways_scrolling(view)
        view.page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        assert_no_axe_violations(view, without=without)
        assert_no_sideways_scrolling(view)
        assert not view.page.context.cookies()


@pytest.mark.parametrize("name", ["board", "board-procedure", "board-monster", "board-found"])
def test_no_sideways_scrolling_at_320(
    world: dict[str, ProcedurePage], visit: Callable[..., View], name: str
) -> None:
    assert_no_sideways_scrolling(visit(PAGES[name], width=320))


MEASURES = """
() => {
  const shown = [...document.querySelectorAll("body *")].filter((e) => e.checkVisibility() && !e.closest(".vh, .skip, svg"));
  const touch = shown.filter((e) => e.matches("a, button, summary, input:not([type=hidden])"))
    .map((e) => [e.textContent.trim().slice(0, 40), Math.round(e.getBoundingClientRect().height)]);
  const type = shown.filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
    .map((e) => [e.textContent.trim().slice(0, 40), parseFloat(getComputedStyle(e).fontSize)]);
  return { touch, type };
}
"""


@pytest.mark.parametrize(
    "name", ["board", "board-fields", "board-field", "board-found", "board-procedure", "board-monster"]
)
def test_large_enough_for_the_hall(
    world: dict[str, ProcedurePage], visit: Callable[..., View], name: str
) -> None:
    """Touch from 80 px, type from 28 px; nothing to touch in the top fifth of the first page."""
    view = visit(PAGES[name], width=1080)
    view.page.set_viewport_size(DESK)
    found = view.page.evaluate(MEASURES)
    assert found["touch"]
    assert [item for item in found["touch"] if item[1] < 80] == []
    assert [item for item in found["type"] if item[1] < 28] == []


def test_the_first_page_fits_the_screen(at_desk: BrowserContext) -> None:
    page = at_desk.new_page()
    page.goto(BOARD)
    tops = page.locator("main a").evaluate_all("all => all.map((e) => e.getBoundingClientRect().top)")
    assert min(tops) > DESK["height"] / 5 - 60
    expect(page.locator("main ul.kiosk__top6 li")).to_have_count(6)
    expect(page.get_by_role("link", name="Kết hôn")).to_be_visible()
    expect(page.locator("ul.kiosk__fields li")).to_have_count(10)
    bottom = page.locator("aside.kiosk__qr").bounding_box()
    assert bottom is not None
    assert bottom["y"] < DESK["height"], "the code can't be seen without scrolling"


# Without a script ----------------------------------------------------------------------------------------------------


def test_all_of_it_works_without_a_script(
    world: dict[str, ProcedurePage], visit: Callable[..., View]
) -> None:
    view = visit(BOARD, width=360, javascript=False)
    view.page.get_by_role("link", name="Chữ to hơn").click()
    view.page.get_by_role("link", name="Hộ tịch").click()
    view.page.get_by_role("link", name="Đăng ký hôn lễ thử").click()
    assert "chu=to" in view.page.url
    assert view.page.locator("body.kiosk--large").count() == 1
    assert view.page.get_by_role("heading", name="Nộp ở đâu").is_visible()
    view.page.get_by_role("link", name="Quay lại").click()
    assert "linh-vuc=ho-tich" in view.page.url
    view.page.get_by_role("link", name="Chữ như cũ").click()
    view.page.get_by_role("link", name="Tìm").click()
    view.page.get_by_label("Tên thủ tục hoặc mã").fill("hon le")
    view.page.get_by_role("button", name="Tìm").click()
    assert view.page.get_by_role("link", name="Đăng ký hôn lễ thử").is_visible()
    view.page.get_by_role("link", name="Về đầu").click()
    assert view.page.url.endswith(BOARD)


# Letters, clock, coming back -----------------------------------------------------------------------------------------


def test_larger_letters_last_for_the_visit(at_desk: BrowserContext) -> None:
    page = at_desk.new_page()
    page.goto(BOARD)
    size = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
    before = page.evaluate(size)
    page.get_by_role("link", name="Chữ to hơn").click()
    assert page.evaluate(size) == before * 1.25
    page.get_by_role("link", name="Kết hôn").click()
    expect(page.get_by_role("link", name="Chữ như cũ")).to_be_visible()
    assert page.evaluate(size) == before * 1.25
    assert "chu=" not in page.url
    page.get_by_role("link", name="Chữ như cũ").click()
    assert page.evaluate(size) == before


def test_clock_and_opening_hours(at_desk: BrowserContext) -> None:
    page = at_desk.new_page()
    page.clock.install(time="2026-03-24T01:42:00Z")
    page.goto(BOARD)
    expect(page.locator("[data-now]")).to_have_text("8:42Thứ Ba, 24/3")


def left_alone(context: BrowserContext, address: str) -> Page:
    """Time stands still unless the test moves it on."""
    page = context.new_page()
    page.clock.install(time="2026-03-24T01:00:00Z")
    page.goto(address)
    page.clock.pause_at("2026-03-24T01:01:00Z")
    page.mouse.move(5, 5)
    page.mouse.click(5, 900)
    return page


def test_it_comes_back_by_itself_and_any_touch_stays(at_desk: BrowserContext, server: str) -> None:
    page = left_alone(at_desk, f"{BOARD}1.000001/")
    notice = page.locator("[data-idle]")
    page.clock.run_for(68_000)
    expect(notice).to_be_hidden()
    page.clock.run_for(4_000)
    expect(notice).to_be_visible()
    expect(page.locator("[role=status]")).to_have_text(
        "Bảng sẽ về đầu sau 20 giây. Chạm vào màn hình hoặc bấm một phím để ở lại."
    )
    count = notice.locator("b")
    first = int(count.inner_text())
    page.clock.run_for(5_000)
    assert int(count.inner_text()) == first - 5
    page.mouse.click(5, 900)
    expect(notice).to_be_hidden()
    page.clock.run_for(80_000)
    assert page.url.endswith("/1.000001/")
    page.clock.run_for(11_000)
    page.wait_for_url(server + BOARD)


def test_the_countdown_can_be_read(at_desk: BrowserContext) -> None:
    """With the clock running: axe waits by timers of the page."""
    page = at_desk.new_page()
    page.goto(f"{BOARD}1.000001/")
    page.evaluate("document.querySelector('[data-idle]').hidden = false")
    assert_no_axe_violations(page, without=("target-size",))  # see test_page


def test_the_first_page_does_not_count_down(at_desk: BrowserContext) -> None:
    page = left_alone(at_desk, BOARD)
    page.clock.run_for(200_000)
    expect(page.locator("[data-idle]")).to_be_hidden()


def test_a_phone_is_left_in_peace(browser: Browser, server: str, world: Any) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, base_url=server)
    page = left_alone(context, f"{BOARD}1.000001/")
    page.clock.run_for(200_000)
    assert page.url.endswith("/1.000001/")
    context.close()


# The network gone ----------------------------------------------------------------------------------------------------

KEPT = """
async () => {
  const [name] = (await caches.keys()).filter((key) => key.startsWith("bang-niem-yet"));
  return name ? (await (await caches.open(name)).keys()).map((request) => new URL(request.url).pathname) : [];
}
"""


def until(page: Page, script: str, wanted: object) -> None:
    """The page's policy allows no `eval`, which Playwright's own waiting needs."""
    for _round in range(300):
        if page.evaluate(script) == wanted:
            return
        page.wait_for_timeout(100)
    pytest.fail(f"{page.evaluate(script)!r} instead of {wanted!r}: {script}")


CONTROLLED = "navigator.serviceWorker.controller !== null"


def keep_all(page: Page) -> list[str]:
    """Opens the board and lets the worker fetch everything that it keeps."""
    page.goto(BOARD)
    until(page, CONTROLLED, wanted=True)
    procedures = f"async () => (await ({KEPT})()).filter((path) => /[.][0-9]+[/]$/.test(path)).length"
    for most in (20, 26):
        page.evaluate("navigator.serviceWorker.controller.postMessage('giu-them')")
        until(page, f"async () => (await ({procedures})()) >= {most}", wanted=True)
    return list(page.evaluate(KEPT))


def test_it_goes_on_without_the_network(at_desk: BrowserContext, world: Any) -> None:
    page = at_desk.new_page()
    kept = keep_all(page)
    assert not [path for path in kept if "/so-tay/" in path or path.endswith("sw.js")]
    at_desk.set_offline(True)
    page.goto(BOARD)
    expect(page.get_by_role("heading", name="Chạm vào việc bạn cần làm")).to_be_visible()
    page.get_by_role("link", name="Hộ tịch").click()
    page.get_by_role("link", name="Đăng ký hôn lễ thử").click()
    expect(page.get_by_role("heading", name="Nộp ở đâu")).to_be_visible()
    assert page.evaluate("document.fonts.check('16px \"Hong La Sans\"')")
    page.get_by_role("link", name="Tìm").click()
    page.get_by_label("Tên thủ tục hoặc mã").fill("hon le")
    page.get_by_role("button", name="Tìm").click()
    expect(page.get_by_role("heading", name="Đang mất mạng")).to_be_visible()
    page.get_by_role("link", name="Về trang đầu").click()
    expect(page.get_by_role("heading", name="Chạm vào việc bạn cần làm")).to_be_visible()
    at_desk.set_offline(False)
    page.goto(f"{BOARD}?q=hon+le")
    expect(page.get_by_role("link", name="Đăng ký hôn lễ thử")).to_be_visible()


def test_the_worker_holds_only_its_own_board(at_desk: BrowserContext, server: str) -> None:
    page = at_desk.new_page()
    page.goto(BOARD)
    until(page, CONTROLLED, wanted=True)
    scope = page.evaluate("navigator.serviceWorker.ready.then((worker) => worker.scope)")
    assert scope == server + BOARD
    page.goto("/don-vi/xa-cam-thu/")
    assert not page.evaluate(CONTROLLED)
