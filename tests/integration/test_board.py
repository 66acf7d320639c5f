"""The listing board at the desk: pages, words, queries, nothing that leads out, its worker."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from home.models import HomePage, Unit
from procedures.models import Listing, ProcedurePage
from procedures.presenters.board import board_title, desk_words
from tests.conftest import Kept
from tests.factories.catalogue import make_listing, make_procedure
from tests.factories.records import make_record, monster_record, publish
from tests.factories.units import make_counter, make_desk, make_subject, make_unit

pytestmark = pytest.mark.usefixtures("rolled_back")

BOARD = "/don-vi/xa-cam-thu/bang-niem-yet/"


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()


def build() -> tuple[Unit, list[ProcedurePage]]:
    pages = publish(
        make_record(code="1.000001", name="Thủ tục đăng ký hôn lễ thử"),
        monster_record(code="1.000002"),
        make_record(code="1.000003", name="Cấp giấy ăn uống thử", field="An toàn thực phẩm"),
    )
    unit = make_unit("Xã Cẩm Thử", slug="xa-cam-thu")
    desk = make_desk(unit, name="Trung tâm xã Cẩm Thử", phone="0239 000 001")
    assert pages[0].subject is not None
    make_counter(desk, name="Quầy 1: Hộ tịch", subjects=(pages[0].subject,))
    for page in pages:
        make_listing(unit, page, notes="Xem <b>https://ngoai.example</b>")
    return unit, pages


@pytest.fixture
def world(kept: Kept) -> tuple[Unit, list[ProcedurePage]]:
    made: tuple[Unit, list[ProcedurePage]] = kept(build)
    return made


@pytest.fixture
def unit(world: tuple[Unit, list[ProcedurePage]]) -> Unit:
    return world[0]


@pytest.fixture
def pages(world: tuple[Unit, list[ProcedurePage]]) -> list[ProcedurePage]:
    return world[1]


def choose(*pages: ProcedurePage, label: str = "") -> None:
    home = HomePage.objects.get()
    home.most_needed = [{"type": "procedure", "value": {"page": page.pk, "label": label}} for page in pages]
    home.save()


def words(html: bytes) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.decode()).split())


# First page ----------------------------------------------------------------------------------------------------------


def test_the_first_page(unit: Unit, pages: list[ProcedurePage], client: Client) -> None:
    choose(pages[0])
    page = words(client.get(BOARD).content)
    assert "Xã Cẩm Thử Trung tâm" in page
    assert "3 thủ tục giải quyết tại xã Cẩm Thử" in page
    assert "Đăng ký hôn lễ thử Quầy 1 · 1 ngày, 10.000 đồng" in page
    assert "An toàn thực phẩm 1" in page
    assert "Cần người giúp: hỏi bàn hướng dẫn hoặc gọi 0239 000 001" in page


def test_the_editors_words_go_first(unit: Unit, pages: list[ProcedurePage], client: Client) -> None:
    choose(pages[1], pages[0], label="Việc cần nhất")
    assert "Việc cần nhất" in words(client.get(BOARD).content)


def test_life_events_fill_up_under_the_procedures_own_names(
    unit: Unit, pages: list[ProcedurePage], client: Client
) -> None:
    choose(pages[1])
    home = HomePage.objects.get()
    item = {"type": "item", "value": {"page": pages[0].pk, "label": "Cho hai người"}}
    home.life_events = [{"type": "event", "value": {"title": "Cưới", "slug": "cuoi", "items": [item]}}]
    home.save()
    html = client.get(BOARD).content
    assert "Đăng ký hôn lễ thử Quầy 1" in words(html)
    assert "Cho hai người" not in words(html)
    assert html.index(b"bang-niem-yet/1.000002/") < html.index(b"bang-niem-yet/1.000001/")


def test_a_board_without_anything_listed(client: Client) -> None:
    make_unit("Xã Trống", slug="xa-trong")
    page = words(client.get("/don-vi/xa-trong/bang-niem-yet/").content)
    assert "Xã Trống chưa niêm yết thủ tục nào" in page


def test_ten_fields_then_all(unit: Unit, client: Client) -> None:
    for n in range(12):
        make_listing(unit, make_procedure(subject=make_subject(f"Lĩnh vực số {n}")))
    first = client.get(BOARD).content.decode()
    assert first.count("?linh-vuc=") == 10
    assert re.search(r"Xem cả 1\d lĩnh vực", first)
    every = client.get(f"{BOARD}?xem=linh-vuc").content.decode()
    assert every.count("?linh-vuc=") >= 14


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Thủ tục đăng ký khai sinh", "Đăng ký khai sinh"),
        ("Cấp thẻ căn cước", "Cấp thẻ căn cước"),
        ("Thủ tục ", ""),
    ],
)
def test_titles(title: str, expected: str) -> None:
    assert board_title(title, 60) == expected


@pytest.mark.parametrize(
    ("desk", "expected"),
    [
        ("Trung tâm Phục vụ hành chính công xã Cẩm Thử", "Trung tâm Phục vụ hành chính công"),
        ("Bộ phận một cửa – Xã Cẩm Thử", "Bộ phận một cửa"),
        ("Trung tâm tỉnh", "Trung tâm tỉnh"),
        ("Xã Cẩm Thử", "Xã Cẩm Thử"),
    ],
)
def test_desk_words(desk: str, expected: str) -> None:
    unit = Unit(name="Xã Cẩm Thử")
    from home.models import Desk

    assert desk_words(unit, Desk(name=desk)) == expected


# Lists and search ----------------------------------------------------------------------------------------------------


def test_a_field(unit: Unit, pages: list[ProcedurePage], client: Client) -> None:
    assert pages[2].subject is not None
    page = client.get(f"{BOARD}?linh-vuc={pages[2].subject.slug}").content.decode()
    assert f"{BOARD}1.000003/" in page
    assert f"{BOARD}1.000001/" not in page
    make_listing(unit, make_procedure("Không lĩnh vực"))
    assert "Không lĩnh vực" in client.get(f"{BOARD}?linh-vuc=-").content.decode()


@pytest.mark.parametrize("slug", ["khong-co", "'", "../", "%00"])
def test_no_such_field(unit: Unit, client: Client, slug: str) -> None:
    assert client.get(f"{BOARD}?linh-vuc={slug}").status_code == 404


def test_search_finds_what_the_unit_lists(unit: Unit, client: Client) -> None:
    make_procedure("Đăng ký hôn lễ thử không niêm yết", code="1.000008")
    page = client.get(f"{BOARD}?q=hon+le").content.decode()
    assert f"{BOARD}1.000001/" in page
    assert "1.000008" not in page
    nothing = words(client.get(f"{BOARD}?q=zzz+kkk").content)
    assert "Tại xã Cẩm Thử không có thủ tục nào có chữ “zzz kkk”" in nothing
    assert "<script>" not in client.get(f"{BOARD}?q=<script>alert(1)</script>").content.decode()


def test_withdrawn_and_foreign_listings_are_not_there(unit: Unit, client: Client) -> None:
    Listing.objects.filter(procedure__code="1.000003").update(live=False, withdrawn_at=timezone.now())
    assert client.get(f"{BOARD}1.000003/").status_code == 404
    make_procedure(code="1.000008")
    assert client.get(f"{BOARD}1.000008/").status_code == 404
    assert "An toàn thực phẩm" not in client.get(BOARD).content.decode()


def test_every_way_of_writing_a_code(unit: Unit, client: Client) -> None:
    response = client.get(f"{BOARD}1000001/?chu=to")
    assert (response.status_code, response["Location"]) == (301, f"{BOARD}1.000001/?chu=to")


def test_an_ended_units_board_leads_on(unit: Unit, client: Client) -> None:
    from datetime import date

    old = make_unit("Xã Cũ", slug="xa-cu", active_until=date(2025, 6, 30))
    old.successors.set([unit])
    old.save()
    response = client.get("/don-vi/xa-cu/bang-niem-yet/")
    assert (response.status_code, response["Location"]) == (301, BOARD)


# Nothing leads out ---------------------------------------------------------------------------------------------------


ADDRESSES = [
    "",
    "?xem=linh-vuc",
    "?xem=tim",
    "?q=thu",
    "?linh-vuc=ho-tich",
    "1.000001/",
    "1.000002/",
    "mat-mang/",
    "?chu=to",
    "1.000001/?chu=to",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_link_leads_out_and_no_cookie_is_set(unit: Unit, client: Client, address: str) -> None:
    response = client.get(BOARD + address)
    assert response.status_code == 200
    page = response.content.decode()
    links = re.findall(r"<(?:a|form)\b[^>]*\b(?:href|action)=\"([^\"]*)\"", page)
    assert links
    assert [link for link in links if not link.startswith((BOARD, "#"))] == []
    assert not response.cookies
    assert "Set-Cookie" not in response
    assert "style=" not in page
    if "chu=to" in address:
        assert 'class="kiosk kiosk--large"' in page
        assert all("chu=to" in link for link in links if link.startswith(BOARD) and link not in _plain(page))


def _plain(page: str) -> set[str]:
    """The one link back to ordinary letters, and forms, which carry the size in a field."""
    return set(re.findall(r"href=\"([^\"]*)\" data-larger", page)) | {BOARD}


def test_the_listing_is_all_there(unit: Unit, client: Client) -> None:
    page = words(client.get(f"{BOARD}1.000001/").content)
    for said in (
        "Quầy 1",
        "Để hai người được công nhận là vợ chồng.",
        "Tờ khai theo mẫu",
        "Bạn làm",
        "10.000 đồng",
        "Giấy chứng nhận thử",
        "Nam từ đủ 20 tuổi",
        "60/2014/QH13",
        "163/QĐ-BTP",
        "https://ngoai.example",
        "quét mã ở cuối trang",
    ):
        assert said in page, said


@pytest.mark.parametrize(
    ("address", "queries"), [("", 14), ("?linh-vuc=ho-tich", 13), ("1.000001/", 25), ("sw.js", 14)]
)
def test_queries_do_not_grow(
    unit: Unit,
    pages: list[ProcedurePage],
    client: Client,
    django_assert_max_num_queries: Callable[..., Any],
    address: str,
    queries: int,
) -> None:
    choose(*pages)
    with django_assert_max_num_queries(queries) as few:
        client.get(BOARD + address)
    cache.clear()
    for page in publish(*(make_record(code=f"1.1000{n:02}", name=f"Thêm {n}") for n in range(40))):
        make_listing(unit, page)
    with django_assert_max_num_queries(queries) as many:
        client.get(BOARD + address)
    assert len(few) == len(many)


# The worker ----------------------------------------------------------------------------------------------------------


def facts_of(script: str) -> dict[str, Any]:
    found = re.search(r"const BOARD = (.*);\n", script)
    assert found
    facts: dict[str, Any] = json.loads(found[1])
    return facts


def test_the_worker_knows_its_board(unit: Unit, client: Client) -> None:
    response = client.get(f"{BOARD}sw.js")
    assert response["Content-Type"].startswith("text/javascript")
    assert response["Service-Worker-Allowed"] == BOARD
    assert "worker-src 'self'" in response["Content-Security-Policy"]
    facts = facts_of(response.content.decode())
    assert facts["home"] == BOARD
    assert BOARD in facts["core"]
    assert f"{BOARD}?linh-vuc=ho-tich" in facts["core"]
    assert f"{BOARD}mat-mang/" in facts["core"]
    assert set(facts["rest"]) == {f"{BOARD}1.00000{n}/" for n in (1, 2, 3)}
    for address in (*facts["core"], *facts["rest"]):
        if address.startswith(BOARD):
            assert client.get(address).status_code == 200, address


def test_other_content_is_another_worker(unit: Unit, client: Client) -> None:
    before = client.get(f"{BOARD}sw.js").content
    assert client.get(f"{BOARD}sw.js").content == before
    Listing.objects.filter(unit=unit).update(notes="Khác")
    cache.clear()
    after = client.get(f"{BOARD}sw.js").content
    assert facts_of(before.decode())["version"] != facts_of(after.decode())["version"]
