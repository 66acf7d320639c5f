"""What stands around every page: menu, foot, notices, error pages; and the home page, robots and sitemap."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings
from django.test import Client, RequestFactory, override_settings
from wagtail.models import Site

from home.enums import UnitKind
from home.models import HomePage, PortalSettings
from home.views.errors import gone
from procedures.enums import Scope
from procedures.models import ProcedurePage
from tests.factories.catalogue import make_listing, make_procedure
from tests.factories.units import make_desk, make_subject, make_unit

pytestmark = pytest.mark.django_db

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def words(html: bytes) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.decode()).split())


def choose(*, most_needed: list[ProcedurePage], life_events: dict[str, list[ProcedurePage]]) -> HomePage:
    home = HomePage.objects.get()
    home.most_needed = json.dumps(
        [{"type": "procedure", "value": {"label": "", "page": page.pk}} for page in most_needed]
    )
    home.life_events = json.dumps(
        [
            {
                "type": "event",
                "value": {
                    "title": title,
                    "slug": "viec",
                    "items": [
                        {"type": "item", "value": {"label": f"Nhãn {p.pk}", "page": p.pk}} for p in pages
                    ],
                },
            }
            for title, pages in life_events.items()
        ]
    )
    home.save()
    return home


CHANNELS = json.dumps(
    [
        {
            "type": "channel",
            "value": {
                "kind": "in_person",
                "duration_amount": "3",
                "duration_unit": "working_day",
                "duration_text": "",
                "fees": [
                    {"type": "item", "value": {"label": "", "amount": "20000", "currency": "VND", "text": ""}}
                ],
                "note": "",
            },
        }
    ]
)

# The frame -----------------------------------------------------------------------------------------------------------


def test_frame_of_a_page(client: Client) -> None:
    site = Site.objects.get(is_default_site=True)
    desk = make_desk(name="Trung tâm tỉnh", phone="0239 3000 100")
    PortalSettings.objects.update_or_create(
        site=site, defaults={"help_desk": desk, "owner_line": "Chủ quản: tỉnh"}
    )
    response = client.get("/don-vi/")
    html = response.content.decode()
    assert '<html lang="vi">' in html
    assert html.count("<h1") == 1
    assert f'<link rel="canonical" href="{settings.PORTAL_BASE_URL}/don-vi/">' in html
    assert re.search(r'<a href="/don-vi/" aria-current="true">\s*Đơn vị</a>', html)
    assert not re.search(r'<a href="/thu-tuc/" aria-current', html)
    foot = words(html.split("<footer")[1].encode())
    assert "Trung tâm tỉnh 0239 3000 100 Thứ Hai – thứ Sáu, 7:00–11:30 và 13:30–17:00" in foot
    assert "Chủ quản: tỉnh" in foot
    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")


@pytest.mark.parametrize(
    ("demo", "real", "said"),
    [(False, False, ""), (True, False, "Dữ liệu mẫu."), (True, True, "Dữ liệu thật, đơn vị mẫu.")],
)
def test_demo_mode_says_so_on_every_page(client: Client, *, demo: bool, real: bool, said: str) -> None:
    with override_settings(PORTAL_DEMO=demo, PORTAL_REAL_DATA=real):
        for address in ("/", "/don-vi/", "/khong-co/"):
            page = client.get(address)
            assert (said in words(page.content)) if said else ("mẫu" not in words(page.content))
            assert (b'content="noindex"' in page.content) is (demo or page.status_code == 404)


def test_components_are_shown_only_in_debug_mode(client: Client) -> None:
    assert client.get("/thanh-phan/").status_code == 404
    with override_settings(DEBUG=True):
        assert client.get("/thanh-phan/").status_code == 200


def test_every_component_is_shown(client: Client) -> None:
    """Whoever adds a component adds its states: to the page itself or, below `procedures`, to its samples."""
    folder = settings.BASE_DIR / "templates"
    there = {path.relative_to(folder).as_posix() for path in (folder / "components").rglob("*.html")}
    with override_settings(DEBUG=True):
        shown = {template.name for template in client.get("/thanh-phan/").templates}
    assert there
    assert sorted(there - shown) == []


# Errors --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "way_on", "not_here"),
    [
        ("/don-vi/khong-co/", "Tất cả xã, phường, sở, ngành", "Tất cả thủ tục"),
        ("/thu-tuc/khong-co/", "Tất cả thủ tục", "Tất cả xã, phường, sở, ngành"),
        ("/khong-co/", "Tất cả thủ tục", ""),
    ],
)
def test_not_found_helps_on(client: Client, address: str, way_on: str, not_here: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    main = words(response.content.split(b"<main")[1].split(b"</main>")[0])
    assert "Không có trang này" in main
    assert way_on in main
    assert not not_here or not_here not in main
    assert b'role="search"' in response.content.split(b"<main")[1]


def test_gone_leads_on(rf: RequestFactory) -> None:
    request = rf.get("/don-vi/xa/thu-tuc/1.000001/")
    response = gone(
        request, heading="Đã gỡ", text="Xã đã gỡ trang này.", ways_on=[("Xem thủ tục", "/thu-tuc/1.000001/")]
    )
    assert response.status_code == 410
    assert b'href="/thu-tuc/1.000001/"' in response.content
    assert "Xã đã gỡ trang này." in words(response.content)


def test_an_error_page_asks_neither_database_nor_furniture(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("the database is down")

    monkeypatch.setattr("home.furniture.Furniture.__init__", broken)
    client.raise_request_exception = False
    response = client.get("/don-vi/")
    assert response.status_code == 500
    assert "Trang này đang gặp lỗi" in words(response.content)


def test_the_last_resort_needs_no_template(rf: RequestFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    from home.views.errors import server_error

    assert "Trang này đang gặp lỗi" in words(server_error(rf.get("/")).content)

    def missing(*_args: Any) -> None:
        raise ValueError("no manifest of static files")

    monkeypatch.setattr("home.views.errors.Engine.get_default", missing)
    response = server_error(rf.get("/"))
    assert response.status_code == 500
    assert "Trang này đang gặp lỗi" in words(response.content)


# The home page -------------------------------------------------------------------------------------------------------


def test_home_answers_at_once(client: Client) -> None:
    birth = make_procedure(
        "Đăng ký khai sinh",
        code="1.001193",
        channels=CHANNELS,
        audiences=("citizen",),
        subject=make_subject("Hộ tịch"),
    )
    ended = make_procedure("Đã bãi bỏ", state="ended")
    make_procedure("Tỉnh khác", scope=Scope.OTHER_PROVINCE, subject=make_subject("Lĩnh vực lạ"))
    make_unit("Sở Tư pháp", slug="so-tu-phap", kind=UnitKind.DEPARTMENT)
    make_unit("Phường Thành Sen", slug="phuong-thanh-sen", kind=UnitKind.WARD)
    choose(most_needed=[birth, ended], life_events={"Sinh con": [birth], "Rỗng": [ended]})
    response = client.get("/")
    page = words(response.content)
    assert "Bạn cần làm thủ tục gì?" in page
    assert "Đăng ký khai sinh 1.001193 3 ngày làm việc 20.000 đồng" in page
    assert f"Sinh con Nhãn {birth.pk}" in page
    assert "Rỗng" not in page
    assert "Đã bãi bỏ" not in page
    assert "Hộ tịch 1" in page
    assert "Lĩnh vực lạ" not in page
    assert "Xã, phường 1" in page
    assert "Sở, ban, ngành cấp tỉnh 1" in page
    assert "Công dân Việt Nam 1" in page
    assert "Cấp xã 1" in page
    assert b'href="/thu-tuc/1.001193/"' in response.content
    assert not response.cookies


def test_home_costs_the_same_for_many_procedures(client: Client, django_assert_max_num_queries: Any) -> None:
    pages = [make_procedure(subject=make_subject(f"Lĩnh vực {n}"), channels=CHANNELS) for n in range(14)]
    choose(most_needed=pages[:12], life_events={f"Việc {n}": pages[n : n + 3] for n in range(8)})
    # Wagtail's way to the page 5, counts 1, fields 1, chosen procedures 1, units 1, foot 1
    with django_assert_max_num_queries(10):
        client.get("/")


def test_an_empty_home_page_stands(client: Client) -> None:
    assert client.get("/").status_code == 200


# Robots and sitemap --------------------------------------------------------------------------------------------------


def test_robots(client: Client) -> None:
    with override_settings(PORTAL_DEMO=False):
        text = client.get("/robots.txt").content.decode()
    assert "Disallow: /admin/" in text
    assert f"Sitemap: {settings.PORTAL_BASE_URL}/sitemap.xml" in text
    with override_settings(PORTAL_DEMO=True):
        assert "Disallow: /\n" in client.get("/robots.txt").content.decode()


def addresses(client: Client, path: str) -> list[str]:
    root = ET.fromstring(client.get(path).content)
    return [(node.text or "").removeprefix(settings.PORTAL_BASE_URL) for node in root.iter(f"{SITEMAP}loc")]


def test_sitemap_names_what_is_public(client: Client) -> None:
    unit = make_unit(slug="xa-a")
    make_unit(slug="huyen-b", kind=UnitKind.DISTRICT)
    listed, other = make_procedure(code="1.000001"), make_procedure(code="1.000002")
    make_procedure(code="1.000003", state="ended")
    make_listing(unit, listed)
    make_listing(unit, other, live=False)
    assert addresses(client, "/sitemap.xml") == [
        "/sitemap-trang.xml",
        "/sitemap-don-vi.xml",
        "/sitemap-thu-tuc.xml",
        "/sitemap-niem-yet.xml",
    ]
    assert addresses(client, "/sitemap-trang.xml") == ["/", "/don-vi/", "/thu-tuc/"]
    assert addresses(client, "/sitemap-don-vi.xml") == ["/don-vi/xa-a/"]
    assert addresses(client, "/sitemap-thu-tuc.xml") == ["/thu-tuc/1.000001/", "/thu-tuc/1.000002/"]
    assert addresses(client, "/sitemap-niem-yet.xml") == ["/don-vi/xa-a/thu-tuc/1.000001/"]
    assert client.get("/sitemap-khac.xml").status_code == 404


def test_large_sitemaps_have_pages_of_two_queries(
    client: Client, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr("portal.sitemaps._Part.limit", 3)
    unit = make_unit(slug="xa-a")
    for _number in range(7):
        make_listing(unit)
    parts = [path for path in addresses(client, "/sitemap.xml") if "niem-yet" in path]
    assert parts == ["/sitemap-niem-yet.xml", "/sitemap-niem-yet.xml?p=2", "/sitemap-niem-yet.xml?p=3"]
    with django_assert_num_queries(2):
        assert len(addresses(client, parts[0])) == 3
    assert sum(len(addresses(client, part)) for part in parts) == 7
