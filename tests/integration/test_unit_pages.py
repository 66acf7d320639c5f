"""Public pages of units: the list, the search by old names, one unit, and where ended units lead."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from home.enums import UnitKind
from home.models import Unit
from tests.factories.catalogue import make_listing, make_procedure
from tests.factories.units import make_counter, make_desk, make_subject, make_unit

pytestmark = pytest.mark.django_db

LAST_DAY = date(2025, 6, 30)


def carry_on(old: Unit, *heirs: Unit) -> None:
    old.successors.set(heirs)
    old.save()


@pytest.fixture
def province() -> dict[str, Unit]:
    """One former district of three communes: two made one commune, the third was split between it and another."""
    district = make_unit(
        "Huyện Thạch Hà", kind=UnitKind.DISTRICT, slug="huyen-thach-ha", active_until=LAST_DAY
    )
    new = {
        "a": make_unit("Xã Đồng Tiến", slug="xa-dong-tien", active_from=date(2025, 7, 1), old_names="Xã Thạch Trị\nXã Thạch Văn"),
        "b": make_unit("Phường Trần Phú", slug="phuong-tran-phu", kind=UnitKind.WARD, old_names="Xã Thạch Văn"),
    }  # fmt: skip
    for name, slug, heirs in (
        ("Xã Thạch Trị", "xa-thach-tri-thach-ha-cu", [new["a"]]),
        ("Xã Thạch Văn", "xa-thach-van-thach-ha-cu", [new["a"], new["b"]]),
    ):
        old = make_unit(name, slug=slug, parent=district, active_until=LAST_DAY)
        carry_on(old, *heirs)
    carry_on(district, *new.values())
    return new


def words(html: bytes) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.decode()).split())


# The list ------------------------------------------------------------------------------------------------------------


def test_the_list_groups_communes_by_former_district(client: Client, province: dict[str, Unit]) -> None:
    make_unit("Sở Tư pháp", slug="so-tu-phap", kind=UnitKind.DEPARTMENT)
    make_unit("Công an tỉnh", slug="cong-an-tinh", kind=UnitKind.CENTRAL)
    page = words(client.get("/don-vi/").content)
    assert "2 xã, phường" in page
    assert "Huyện Thạch Hà (cũ)" in page
    assert "Xã Đồng Tiến Thạch Trị, Thạch Văn" in page
    assert "1 sở, ban, ngành cấp tỉnh" in page
    assert "1 cơ quan trung ương tại tỉnh" in page


def test_the_list_costs_the_same_for_many_units(
    client: Client, province: dict[str, Unit], django_assert_num_queries: Any
) -> None:
    for number in range(30):
        heir = make_unit(f"Xã Mới {number}")
        carry_on(make_unit(f"Xã Cũ {number}", active_until=LAST_DAY), heir)
    with django_assert_num_queries(3):  # units, their predecessors, the foot
        client.get("/don-vi/")


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("thach tri", "/don-vi/xa-dong-tien/"),
        ("Thạch Trị", "/don-vi/xa-dong-tien/"),
        ("xã đồng tiến", "/don-vi/xa-dong-tien/"),
        ("dong tien", "/don-vi/xa-dong-tien/"),
        ("tran phu", "/don-vi/phuong-tran-phu/"),
    ],
)
def test_one_answer_opens_at_once(
    client: Client, province: dict[str, Unit], typed: str, address: str
) -> None:
    response = client.get("/don-vi/", {"q": typed})
    assert (response.status_code, response.headers.get("Location")) == (302, address)


def test_several_answers_say_why(
    client: Client, province: dict[str, Unit], django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(3):  # units, successors, the foot
        page = words(client.get("/don-vi/", {"q": "huyen thach ha"}).content)
    assert "2 đơn vị" in page
    assert page.count("Có địa bàn huyện Thạch Hà cũ") == 2


def test_no_answer_says_what_next(client: Client, province: dict[str, Unit]) -> None:
    response = client.get("/don-vi/", {"q": "Tân Sơn Nhất <script>"})
    assert response.status_code == 200
    assert "Không có đơn vị nào" in words(response.content)
    assert b"<script>" not in response.content.split(b"<main")[1]
    assert b"noindex" in response.content


# Ended units ---------------------------------------------------------------------------------------------------------


def test_one_successor_is_a_permanent_redirect(client: Client, province: dict[str, Unit]) -> None:
    response = client.get("/don-vi/xa-thach-tri-thach-ha-cu/?tu=qr")
    assert (response.status_code, response.headers["Location"]) == (301, "/don-vi/xa-dong-tien/?tu=qr")


def test_several_successors_are_a_choice(client: Client, province: dict[str, Unit]) -> None:
    response = client.get("/don-vi/xa-thach-van-thach-ha-cu/")
    assert response.status_code == 200
    assert b"noindex" in response.content
    page = words(response.content)
    assert "30/6/2025" in page
    assert "Gồm các xã Thạch Trị và Thạch Văn" in page
    assert b'href="/don-vi/phuong-tran-phu/"' in response.content


def test_the_plain_slug_of_a_former_commune_leads_on(client: Client, province: dict[str, Unit]) -> None:
    response = client.get("/don-vi/xa-thach-tri/?tu=qr")
    assert (response.status_code, response.headers["Location"]) == (301, "/don-vi/xa-dong-tien/?tu=qr")
    assert b'href="/don-vi/phuong-tran-phu/"' in client.get("/don-vi/xa-thach-van/").content
    # Not by a beginning only, and not where a unit has the slug.
    assert client.get("/don-vi/xa-thach/").status_code == 404
    make_unit("Xã Thạch Trị", slug="xa-thach-tri")
    assert client.get("/don-vi/xa-thach-tri/").status_code == 200


def test_former_communes_of_one_name_are_a_choice(client: Client, province: dict[str, Unit]) -> None:
    carry_on(make_unit("Xã Thạch Trị", slug="xa-thach-tri-noi-khac-cu", active_until=LAST_DAY), province["b"])
    page = client.get("/don-vi/xa-thach-tri/").content
    assert b'href="/don-vi/phuong-tran-phu/"' in page
    assert b'href="/don-vi/xa-dong-tien/"' in page


def test_successors_of_successors_count(client: Client, province: dict[str, Unit]) -> None:
    first = make_unit("Xã Cổ", slug="xa-co", active_until=date(2019, 12, 31))
    carry_on(first, Unit.objects.get(slug="xa-thach-tri-thach-ha-cu"))
    assert client.get("/don-vi/xa-co/").headers["Location"] == "/don-vi/xa-dong-tien/"


def test_a_circle_ends(client: Client) -> None:
    one = make_unit(slug="mot", active_until=LAST_DAY)
    two = make_unit(slug="hai", active_until=LAST_DAY)
    carry_on(one, two)
    carry_on(two, one)
    assert client.get("/don-vi/mot/").status_code == 410


def test_unknown_and_future_units_are_not_there(client: Client) -> None:
    make_unit(slug="xa-nam-sau", active_from=date(2999, 1, 1))
    assert client.get("/don-vi/khong-co/").status_code == 404
    assert client.get("/don-vi/xa-nam-sau/").status_code == 404


def test_a_unit_ends_with_its_last_day(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    heir = make_unit(slug="xa-sau")
    carry_on(make_unit(slug="xa-truoc", active_until=LAST_DAY), heir)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: LAST_DAY)
    assert client.get("/don-vi/xa-truoc/").status_code == 200
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: date(2025, 7, 1))
    assert client.get("/don-vi/xa-truoc/").status_code == 301


# One unit ------------------------------------------------------------------------------------------------------------


def test_a_unit_says_where_to_go_and_what_it_lists(client: Client) -> None:
    unit = make_unit(
        "Xã Cẩm Bình", slug="xa-cam-binh", website="https://cambinh.example/", complaints_address="Thôn 2"
    )
    desk = make_desk(unit, name="Trung tâm xã", address="Thôn 1", phone="0239 3000 111")
    subject = make_subject("Hộ tịch")
    make_counter(desk, name="Quầy 1", subjects=(subject,))
    for number in range(7):
        make_listing(unit, make_procedure(f"Việc {number}", subject=subject))
    make_listing(unit, make_procedure("Gỡ rồi"), live=False)
    response = client.get("/don-vi/xa-cam-binh/")
    page = words(response.content)
    for said in (
        "Trung tâm xã",
        "Thôn 1",
        "0239\u00a03000\u00a0111",
        "Quầy 1 Hộ tịch",
        "7 thủ tục làm tại xã Cẩm Bình",
    ):
        assert said.replace("\u00a0", " ") in page
    assert "Xem đủ 7" in page
    assert "Gỡ rồi" not in page
    assert b'href="tel:+842393000111"' in response.content
    assert "Đang mở cửa" not in page.split("Giờ làm việc")[0], (
        "a page that may be stored says neither open nor closed"
    )
    assert not response.cookies


def test_a_shared_desk_is_a_departments_desk(client: Client) -> None:
    department = make_unit("Sở Tư pháp", slug="so-tu-phap", kind=UnitKind.DEPARTMENT)
    desk = make_desk(name="Trung tâm tỉnh")
    desk.serves.set([department])
    desk.save()
    assert "Trung tâm tỉnh" in words(client.get("/don-vi/so-tu-phap/").content)


def test_a_unit_without_anything_says_so(client: Client) -> None:
    make_unit("Xã Trống", slug="xa-trong")
    page = words(client.get("/don-vi/xa-trong/").content)
    assert "Nơi nộp hồ sơ Chưa có thông tin" in page
    assert "Xã Trống chưa niêm yết thủ tục nào" in page


def test_a_unit_costs_the_same_for_many_listings(client: Client, django_assert_num_queries: Any) -> None:
    unit = make_unit(slug="xa-nhieu")
    for desk in (make_desk(unit), make_desk(unit, name="Nơi thứ hai")):
        make_counter(desk, subjects=(make_subject(),))
    for number in range(20):
        make_listing(unit, make_procedure(subject=make_subject(f"Lĩnh vực {number}")))
    # unit; desks, hours, exceptions, counters, their fields; days; home page's choice, listings; foot
    with django_assert_num_queries(12):
        client.get("/don-vi/xa-nhieu/")


def test_structured_data_of_an_office(client: Client) -> None:
    unit = make_unit('Xã "Cẩm </script> Bình"', slug="xa-cam-binh", old_names="Xã Thạch Bình")
    make_desk(unit, name="Trung tâm xã", latitude="18.31", longitude="105.95")
    html = client.get("/don-vi/xa-cam-binh/").content.decode()
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    office = json.loads(block)
    assert office["@type"] == "GovernmentOffice"
    assert office["name"] == unit.name
    assert office["alternateName"] == ["Xã Thạch Bình"]
    desk = office["department"][0]
    assert desk["geo"] == {"@type": "GeoCoordinates", "latitude": 18.31, "longitude": 105.95}
    assert desk["openingHoursSpecification"][0] == {
        "@type": "OpeningHoursSpecification",
        "dayOfWeek": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"],
        "opens": "07:00",
        "closes": "11:30",
    }
