"""Pages of procedures in a real browser: catalogue, procedure, listing, search; phones and desks, light and dark, print."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
from django.utils import timezone
from wagtail.models import Site

from home.enums import UnitKind
from home.models import PortalSettings, Unit
from procedures.enums import ProcedureState
from procedures.models import ProcedurePage
from tests.e2e.watching import (
    FIRST_VIEW_LIMIT,
    View,
    assert_no_axe_violations,
    assert_no_sideways_scrolling,
)
from tests.factories.catalogue import make_listing, make_procedure
from tests.factories.records import make_record, monster_record, publish
from tests.factories.units import make_counter, make_desk, make_unit

pytestmark = pytest.mark.browser

PAGES = {
    "catalogue": ("/thu-tuc/", 200),
    "catalogue-filtered": ("/thu-tuc/?cap=xa&q=thu", 200),
    "procedure": ("/thu-tuc/1.000001/", 200),
    "procedure-at-unit": ("/thu-tuc/1.000001/?don-vi=xa-cam-thu", 200),
    "procedure-unit-unknown": ("/thu-tuc/1.000001/?don-vi=khong+co", 200),
    "procedure-monster": ("/thu-tuc/1.000002/", 200),
    "procedure-empty": ("/thu-tuc/1.000003/", 200),
    "procedure-ended": ("/thu-tuc/1.000004/", 200),
    "listing": ("/don-vi/xa-cam-thu/thu-tuc/1.000001/", 200),
    "listing-monster": ("/don-vi/xa-cam-thu/thu-tuc/1.000002/", 200),
    "listing-bare": ("/don-vi/xa-khong-quay/thu-tuc/1.000001/", 200),
    "listing-gone": ("/don-vi/xa-cam-thu/thu-tuc/1.000003/", 410),
    "listing-never": ("/don-vi/xa-cam-thu/thu-tuc/1.000004/", 404),
    "unit-catalogue": ("/don-vi/xa-cam-thu/thu-tuc/", 200),
    "search": ("/tim-kiem/?q=dang+ky", 200),
    "search-code": ("/tim-kiem/?q=1.000001", 200),
    "search-units": ("/tim-kiem/?q=cam+thu", 200),
    "search-empty": ("/tim-kiem/?q=xin+giay+phep+tha+dieu", 200),
    "search-start": ("/tim-kiem/", 200),
}


@pytest.fixture
def world(live_database: None) -> dict[str, ProcedurePage]:
    """One usual procedure, one as long as they get, one empty, one ended; a commune with desk and counter; thirty more."""
    usual, monster = publish(
        make_record(code="1.000001", name="Thủ tục đăng ký hôn lễ thử"), monster_record(code="1.000002")
    )
    empty = make_procedure("Thủ tục chưa nhập gì", code="1.000003")
    ended = make_procedure(
        "Thủ tục đã bãi bỏ",
        code="1.000004",
        state=ProcedureState.ENDED,
        in_force_until=date(2026, 1, 31),
        end_reason="Bãi bỏ theo quyết định công bố mới.",
        replaced_by=usual,
    )
    unit = make_unit("Xã Cẩm Thử", slug="xa-cam-thu", old_names="Xã Thạch Thử\nXã Cẩm Cũ")
    desk = make_desk(unit, latitude="18.34200", longitude="105.90000", accessible="yes")
    assert usual.subject is not None
    make_counter(desk, name="Quầy 1: Hộ tịch", place="Tầng 1", subjects=(usual.subject,))
    for page in (usual, monster):
        make_listing(unit, page, notes="Thứ Sáu nhận hồ sơ đến 16 giờ.")
    make_listing(unit, empty, live=False, withdrawn_at=timezone.now(), withdrawn_reason="Niêm yết nhầm.")
    make_listing(make_unit("Xã Không Quầy", slug="xa-khong-quay"), usual)
    for n in range(30):
        page = make_procedure(f"Thủ tục đăng ký số {n}", subject=usual.subject, audiences=("citizen",))
        make_listing(unit, page)
    help_desk = make_desk(
        make_unit("Trung tâm tỉnh", kind=UnitKind.SERVICE_CENTRE), name="Trung tâm tỉnh thử"
    )
    PortalSettings.objects.create(
        site=Site.objects.get(), help_desk=help_desk, complaints_address="Văn phòng tỉnh, 0239 000 009"
    )
    return {"usual": usual, "monster": monster, "empty": empty, "ended": ended}


def open_folds(view: View) -> None:
    view.page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_page(
    world: dict[str, ProcedurePage], visit: Callable[..., View], screenshots: Path, name: str, *, dark: bool
) -> None:
    address, status = PAGES[name]
    for width in (360, 1280):
        view = visit(address, width=width, dark=dark)
        assert view.status == status
        assert view.bytes_on_wire <= FIRST_VIEW_LIMIT, view.bytes_on_wire
        mode = "-dark" if dark else ""
        view.page.screenshot(path=screenshots / f"{name}-{width}{mode}.png", full_page=True)
        assert_no_axe_violations(view)
        assert_no_sideways_scrolling(view)
        open_folds(view)
        assert_no_axe_violations(view)
        assert_no_sideways_scrolling(view)


@pytest.mark.parametrize(
    "name", ["listing", "listing-monster", "procedure-empty", "catalogue", "search-empty"]
)
def test_no_sideways_scrolling_at_320(
    world: dict[str, ProcedurePage], visit: Callable[..., View], name: str
) -> None:
    view = visit(PAGES[name][0], width=320)
    open_folds(view)
    assert_no_sideways_scrolling(view)


@pytest.mark.parametrize(("name", "most_pages"), [("listing", 3), ("listing-monster", 40)])
def test_print(
    world: dict[str, ProcedurePage], visit: Callable[..., View], screenshots: Path, name: str, most_pages: int
) -> None:
    """All folds are open on paper, controls are gone, the online button becomes its address."""
    view = visit(PAGES[name][0])
    target = screenshots / f"{name}.pdf"
    view.page.pdf(path=target, format="A4", prefer_css_page_size=True)
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(target)]
    text = "\n".join(pages)
    assert "dichvucong.gov.vn/thu-tuc-hanh-chinh/1" in text
    assert "In trang này" not in text
    assert "Trong trang này" not in text
    assert "29/2025/NĐ-CP" in text or name == "listing"
    assert len(pages) <= most_pages


def test_print_link_works_without_a_script(
    world: dict[str, ProcedurePage], visit: Callable[..., View]
) -> None:
    view = visit(PAGES["listing-monster"][0], javascript=False)
    view.page.get_by_role("link", name="In trang này").click()
    assert view.page.url.endswith("?in=1")
    assert view.page.locator("article details.fold:not([open])").count() == 0


def test_choosing_a_unit_without_a_script(
    world: dict[str, ProcedurePage], visit: Callable[..., View]
) -> None:
    view = visit(PAGES["procedure"][0], javascript=False, width=360)
    view.page.get_by_label("Chọn xã, phường của bạn").fill("thach thu")
    view.page.get_by_role("button", name="Xem nơi nộp").click()
    assert "don-vi=xa-cam-thu" in view.page.url
    assert view.page.get_by_role("heading", name="Bộ phận một cửa Xã Cẩm Thử").is_visible()


def test_searching_and_filtering_without_a_script(
    world: dict[str, ProcedurePage], visit: Callable[..., View]
) -> None:
    view = visit("/tim-kiem/", javascript=False)
    view.page.locator("main input[name=q]").fill("dang ky")
    view.page.locator("main button[type=submit]").click()
    count = view.page.locator(".facets a", has_text="Người nước ngoài").locator(".num").inner_text()
    view.page.locator(".facets a", has_text="Người nước ngoài").click()
    assert view.page.locator("#ket-qua").inner_text() == f"{count} thủ tục"


def test_a_listing_says_open_or_closed(world: dict[str, ProcedurePage], visit: Callable[..., View]) -> None:
    view = visit(PAGES["listing"][0])
    assert view.page.locator(".desk [data-state]").is_visible()
    assert view.page.locator(".hours tr[aria-current=date]").count() == 1


def test_one_filled_button_a_page(world: dict[str, ProcedurePage], visit: Callable[..., View]) -> None:
    """One clear action: in the article only "Nộp trực tuyến" is filled."""
    for name in ("listing", "procedure-at-unit", "procedure"):
        buttons = visit(PAGES[name][0]).page.locator("article .btn:not(.btn--2)")
        assert [b.strip()[:14] for b in buttons.all_inner_texts()] == ["Nộp trực tuyến"], name


def test_unit_is_known(world: dict[str, ProcedurePage]) -> None:
    """The fixture is what the pages rest on."""
    assert Unit.objects.get(slug="xa-cam-thu").listings.filter(live=True).count() == 32
