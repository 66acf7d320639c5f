"""The public table of how completely units list, its history and its open data."""

from __future__ import annotations

import csv
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.test import Client

from home.models import Unit
from procedures.models import UnitMeasure
from procedures.transparency import measuring
from tests.factories.units import make_unit

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 24)


def measured(unit: Unit, listed: int, *, owed: int = 10, day: date = DAY) -> UnitMeasure:
    return UnitMeasure.objects.create(
        unit=unit, day=day, owed=owed, listed=listed, on_time=listed, complete=listed, late=0, outdated=0
    )


@pytest.fixture
def two() -> tuple[Unit, Unit]:
    communes = make_unit(name="Xã Thử Một"), make_unit(name="Xã Thử Hai")
    measured(communes[0], 10)
    measured(communes[1], 6)
    measured(communes[1], 2, day=date(2026, 2, 28))
    measured(communes[1], 1, day=date(2026, 2, 3))
    return communes


def text(client: Client, address: str, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_before_the_first_measure_it_says_so(client: Client) -> None:
    assert "Chưa có số liệu" in text(client, "/minh-bach/")
    assert "listed_share" not in client.get("/").context


def test_the_table(client: Client, two: tuple[Unit, Unit]) -> None:
    page = text(client, "/minh-bach/")
    assert "80,0%" in page
    assert "24/3/2026" in page
    assert page.index("Xã Thử Một") < page.index("Xã Thử Hai")
    page = text(client, "/minh-bach/", sx="niem-yet-tang")
    assert page.index("Xã Thử Hai") < page.index("Xã Thử Một")
    assert 'aria-sort="ascending"' in page


def test_the_line_has_words(client: Client, two: tuple[Unit, Unit]) -> None:
    assert "Xã Thử Hai: từ 20,0% (tháng 2/2026) đến 60,0% (tháng 3/2026)" in text(client, "/minh-bach/")


@pytest.mark.parametrize(
    "query",
    [
        {"trang": "99999999"},
        {"trang": "-1"},
        {"sx": "\x00"},
        {"l": "' OR 1=1"},
        {"trang": "tat-ca"},
        {"l": "so"},
        {"q": "\x00" * 300},
    ],
)
def test_absurd_addresses_are_pages(client: Client, two: tuple[Unit, Unit], query: dict[str, str]) -> None:
    text(client, "/minh-bach/", **query)


def test_a_unit_is_found_by_its_name_without_marks(client: Client, two: tuple[Unit, Unit]) -> None:
    page = text(client, "/minh-bach/", q="thu hai", sx="ten")
    assert "Xã Thử Hai" in page
    assert "Xã Thử Một" not in page
    assert '<input type="hidden" name="sx" value="ten">' in page
    assert "80,0%" in page, "the figures on top stay those of the province"
    assert "Không có đơn vị nào tên “&lt;b&gt;”" in text(client, "/minh-bach/", q="<b>")


def test_why_more_may_be_on_time_than_are_listed(client: Client, two: tuple[Unit, Unit]) -> None:
    row = UnitMeasure.objects.get(unit=two[1], day=DAY)
    row.on_time, row.late = 9, 1
    row.save()
    words = "gồm cả 3 thủ tục chưa niêm yết nhưng còn trong hạn"
    assert words in text(client, f"/minh-bach/{two[1].slug}/")
    assert "còn trong hạn" not in text(client, f"/minh-bach/{two[0].slug}/")


def test_one_unit_month_by_month(client: Client, two: tuple[Unit, Unit]) -> None:
    page = text(client, f"/minh-bach/{two[1].slug}/")
    assert "28/02/2026" in page
    assert "03/02/2026" not in page
    assert client.get("/minh-bach/khong-co/").status_code == 404
    assert client.get(f"/minh-bach/{make_unit().slug}/").status_code == 404


def test_home_and_unit_show_the_share(client: Client, two: tuple[Unit, Unit]) -> None:
    assert "80,0%" in text(client, "/")
    assert "6/10" in text(client, f"/don-vi/{two[1].slug}/")


def test_open_data(client: Client, two: tuple[Unit, Unit]) -> None:
    assert "niem-yet.csv" in text(client, "/du-lieu/")
    answer = client.get("/du-lieu/niem-yet.csv")
    content = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined] # a stream
    rows = list(csv.DictReader(StringIO(content)))
    assert [(r["don_vi"], r["ngay"], r["ty_le_da_niem_yet"]) for r in rows] == [
        ("Xã Thử Hai", "2026-02-28", "20.0"),
        ("Xã Thử Hai", "2026-03-24", "60.0"),
        ("Xã Thử Một", "2026-03-24", "100.0"),
    ]


def test_lists_do_not_query_per_unit(client: Client, django_assert_max_num_queries: Any) -> None:
    for number in range(30):
        unit = make_unit(name=f"Xã Thử {number}")
        for month in range(1, 13):
            measured(unit, number % 11, day=date(2025, month, 28))
    with django_assert_max_num_queries(10):
        text(client, "/minh-bach/", trang="tat-ca")
    with django_assert_max_num_queries(6):
        client.get("/du-lieu/niem-yet.csv").getvalue()


@pytest.mark.parametrize(
    ("opened", "last", "expected"),
    [
        (None, None, []),
        (date(2026, 3, 22), None, [date(2026, 3, 22), date(2026, 3, 23)]),
        (date(2026, 3, 1), date(2026, 3, 22), [date(2026, 3, 23)]),
        (date(2026, 3, 1), date(2026, 3, 23), []),
        (DAY, None, []),
    ],
)
def test_which_days_are_to_be_measured(
    monkeypatch: pytest.MonkeyPatch, opened: date | None, last: date | None, expected: list[date]
) -> None:
    monkeypatch.setattr(measuring, "first_day", lambda: opened)
    if last:
        measured(make_unit(), 1, day=last)
    assert measuring.days_to_measure(DAY) == expected


def test_a_long_rest_is_made_up_for_in_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "first_day", lambda: date(2020, 1, 1))
    assert len(measuring.days_to_measure(DAY)) == measuring.CAUGHT_UP
