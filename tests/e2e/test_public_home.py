"""The frame, the home page, units, components and error pages in a real browser: phones and desks, light and dark."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import override_settings

from home.desk_hours import opening_hours, portal_calendar, state_words
from home.models import Desk, DeskException, HomePage, PortalSettings, Unit
from home.unit_csv import shipped_units
from tests.e2e.watching import (
    FIRST_VIEW_LIMIT,
    View,
    assert_no_axe_violations,
    assert_no_sideways_scrolling,
)
from tests.factories.catalogue import make_listing, make_procedure
from tests.factories.units import make_counter, make_desk, make_subject

pytestmark = pytest.mark.browser

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
LONG_NAME = (
    "Cấp giấy phép xây dựng mới đối với công trình cấp III, cấp IV và nhà ở riêng lẻ, công trình không theo tuyến, theo tuyến"
    " trong đô thị, tín ngưỡng, tôn giáo, tượng đài"
)

PAGES = {
    "home": ("/", 200),
    "units": ("/don-vi/", 200),
    "units-found": ("/don-vi/?q=ky+anh", 200),
    "units-none": ("/don-vi/?q=khong+dau+co", 200),
    "unit": ("/don-vi/xa-cam-binh/", 200),
    "unit-department": ("/don-vi/so-tu-phap/", 200),
    "unit-bare": ("/don-vi/xa-thach-ha/", 200),
    "unit-choice": ("/don-vi/huyen-can-loc/", 200),
    "error-404": ("/thu-tuc/khong-co/", 404),
}

DUPLICATE_IDS = (
    "[...document.querySelectorAll('[id]')].map((e) => e.id).filter((id, n, all) => all.indexOf(id) !== n)"
)


@pytest.fixture
def province(live_database: None) -> None:
    """The portal's own units, one commune with everything, a department at the shared desk, long names."""
    records = shipped_units()
    units = {
        r.slug: Unit(
            code=r.code,
            kind=r.kind,
            name=r.name,
            short_name=r.short_name,
            old_names="\n".join(r.old_names),
            slug=r.slug,
            active_from=r.active_from,
            active_until=r.active_until,
            website=r.website,
            email=r.email,
            complaints_address=r.complaints_address,
        )
        for r in records
    }
    for unit in units.values():
        unit.search_key = unit.folded_names()
    Unit.objects.bulk_create(units.values())
    by_code = {(r.code, r.kind): units[r.slug] for r in records if r.kind == "district"}
    for r in records:
        parent = next((u for (code, _kind), u in by_code.items() if code == r.parent), None)
        if parent is not None:
            Unit.objects.filter(pk=units[r.slug].pk).update(parent=parent)
    link = Unit.successors.through
    link.objects.bulk_create(
        link(from_unit=units[r.slug], to_unit=units[heir]) for r in records for heir in r.successors
    )

    centre = make_desk(
        units["trung-tam-phuc-vu-hanh-chinh-cong-tinh"],
        name="Trung tâm Phục vụ hành chính công tỉnh",
        address="Số 1, đường Thử, phường Thành Sen",
        phone="0239 3000 100",
    )
    centre.serves.set([units["so-tu-phap"]])
    centre.save()
    commune = Unit.objects.get(slug="xa-cam-binh")
    Unit.objects.filter(pk=commune.pk).update(
        website="https://cambinh.example/",
        email="xa@cambinh.example",
        complaints_address="Thôn 1, xã Cẩm Bình",
    )
    desk = make_desk(
        commune,
        name="Trung tâm Phục vụ hành chính công xã Cẩm Bình",
        accessible="yes",
        latitude="18.31",
        longitude="105.95",
        email="motcua@cambinh.example",
    )
    DeskException.objects.create(
        desk=desk, first_day=date(2026, 3, 26), last_day=date(2026, 3, 26), opens=time(7), closes=time(11, 30), note="Họp toàn xã"
    )  # fmt: skip
    subjects = [make_subject(f"Lĩnh vực số {n} với một cái tên khá dài") for n in range(9)]
    make_counter(desk, name="Quầy 1", subjects=tuple(subjects[:3]), place="Tầng 1")
    make_counter(desk, name="Quầy 2", subjects=tuple(subjects[3:]), phone="0239 3000 112")
    pages = [
        make_procedure(LONG_NAME if n % 5 == 0 else f"Đăng ký việc thứ {n}", subject=subjects[n % 9], audiences=("citizen", "enterprise"))
        for n in range(20)
    ]  # fmt: skip
    for page in pages:
        make_listing(commune, page)
    home = HomePage.objects.get()
    home.most_needed = json.dumps(
        [{"type": "procedure", "value": {"label": "", "page": p.pk}} for p in pages[:12]]
    )
    home.life_events = json.dumps(
        [
            {
                "type": "event",
                "value": {
                    "title": title,
                    "slug": f"viec-{n}",
                    "items": [
                        {"type": "item", "value": {"label": "", "page": p.pk}} for p in pages[n : n + 3]
                    ],
                },
            }
            for n, title in enumerate(("Sinh con", "Kết hôn", "Nhà và đất", "Chỗ ở", "Làm ăn, buôn bán"))
        ]
    )
    home.save()
    PortalSettings.objects.update_or_create(
        site=home.get_site(),
        defaults={"help_desk": centre, "complaints_address": "Văn phòng Ủy ban nhân dân tỉnh"},
    )


@pytest.fixture
def demo() -> Iterator[None]:
    with override_settings(PORTAL_DEMO=True):
        yield


def open_folds(view: View) -> None:
    view.page.evaluate("for (const d of document.querySelectorAll('main details')) d.open = true")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_page(
    name: str, width: int, province: None, demo: None, visit: Callable[..., View], screenshots: Path
) -> None:
    address, status = PAGES[name]
    for dark in (False, True):
        view = visit(address, width=width, dark=dark)
        assert view.status == status
        assert view.bytes_on_wire <= FIRST_VIEW_LIMIT
        assert_no_sideways_scrolling(view)
        view.page.screenshot(
            path=screenshots / f"{name}-{width}{'-dark' if dark else ''}.png", full_page=True
        )
        open_folds(view)
        assert_no_axe_violations(view)
        for narrow in (width, 320):
            view.page.set_viewport_size({"width": narrow, "height": 740})
            assert_no_sideways_scrolling(view)


@pytest.mark.parametrize("width", [360, 1280])
def test_components(width: int, province: None, visit: Callable[..., View], screenshots: Path) -> None:
    with override_settings(DEBUG=True):
        for dark in (False, True):
            view = visit("/thanh-phan/", width=width, dark=dark)
            assert view.status == 200
            assert_no_sideways_scrolling(view)
            view.page.screenshot(
                path=screenshots / f"components-{width}{'-dark' if dark else ''}.png", full_page=True
            )
            open_folds(view)
            assert view.page.evaluate(DUPLICATE_IDS) == []
            # The same landmark stands there once for every state; on a page of a reader it stands once.
            assert_no_axe_violations(view, without=("landmark-unique",))
            view.page.set_viewport_size({"width": 320, "height": 740})
            assert_no_sideways_scrolling(view)


def test_an_error_of_the_server_wears_the_same_dress(
    province: None, visit: Callable[..., View], monkeypatch: pytest.MonkeyPatch, screenshots: Path
) -> None:
    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("a broken view")

    monkeypatch.setattr("home.views.units._all_units", broken)
    for width in (360, 1280):
        view = visit("/don-vi/", width=width)
        assert view.status == 500
        view.page.screenshot(path=screenshots / f"error-500-{width}.png")
        assert_no_axe_violations(view)
        assert_no_sideways_scrolling(view)


# Keyboard and script ------------------------------------------------------------------------------------------------


def test_the_skip_link_is_first_and_lands_in_main(province: None, visit: Callable[..., View]) -> None:
    page = visit("/don-vi/").page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "noi-dung"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_slash_goes_to_the_search_field(province: None, visit: Callable[..., View]) -> None:
    page = visit("/").page
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("a/b")
    assert page.input_value("#q") == "a/b", "in a field it is a letter"


def test_the_menu_opens_without_a_script_on_a_phone(province: None, visit: Callable[..., View]) -> None:
    page = visit("/don-vi/", width=360, javascript=False).page
    link = page.locator(".menu a", has_text="Thủ tục")
    assert not link.is_visible()
    page.locator(".menu summary").click()
    assert link.is_visible()


MOMENTS = (
    "2026-02-16T09:00", "2026-03-18T06:59", "2026-03-18T07:00", "2026-03-18T11:30", "2026-03-18T13:29", "2026-03-18T16:59",
    "2026-03-18T17:00", "2026-03-20T18:00", "2026-03-22T09:00", "2026-03-26T14:00", "2026-04-30T09:00",
)  # fmt: skip


def test_the_script_says_what_the_server_would(
    province: None, visit: Callable[..., View], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One desk, one moment, both ways of reckoning; the reader's own time zone plays no part."""
    desk = Desk.objects.prefetch_related("hours", "exceptions").get(unit__slug="xa-cam-binh")
    hours = opening_hours(desk, portal_calendar())
    page = visit("/don-vi/xa-cam-binh/").page
    said, expected = [], []
    for moment in MOMENTS:
        now = datetime.fromisoformat(moment).replace(tzinfo=HERE)
        monkeypatch.setattr("django.utils.timezone.localdate", now.date)
        page.clock.set_fixed_time(now)
        page.reload(wait_until="networkidle")
        state = page.locator(".desk [data-state]").first
        said.append(state.inner_text())
        expected.append(state_words(hours.state_at(now), now))
        assert ("state--open" in (state.get_attribute("class") or "")) is hours.state_at(now).is_open
        assert page.locator(".hours [aria-current=date]").count() == 1
    assert said == expected


def test_without_a_script_the_week_is_there_and_no_state(province: None, visit: Callable[..., View]) -> None:
    page = visit("/don-vi/xa-cam-binh/", javascript=False).page
    assert not page.locator(".desk [data-state]").first.is_visible()
    assert page.locator(".hours tr").count() >= 2


def test_no_cookie_for_readers(province: None, visit: Callable[..., View]) -> None:
    view = visit("/")
    view.page.goto(view.page.url + "don-vi/xa-cam-binh/")
    assert view.page.context.cookies() == []


def test_both_fonts_are_preloaded_under_the_names_of_the_style_sheet(
    province: None, visit: Callable[..., View]
) -> None:
    page = visit("/").page
    fonts = page.evaluate(
        "performance.getEntriesByType('resource').map(e => e.name).filter(n => n.endsWith('.woff2'))"
    )
    assert len(fonts) == len(set(fonts)) == 2, "one request each"
    assert settings.STATIC_URL in fonts[0]
