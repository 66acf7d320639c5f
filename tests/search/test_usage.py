"""Counting what is asked and opened: per day, by nobody in particular, without slowing or breaking a search."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from search import engines, usage, vocabulary
from search.documents import DocumentId
from search.engines.contract import Sort
from search.models import LearnedQuery, QueryDay, QueryOpened
from search.reading import read
from search.results import SearchResult
from search.views import opened as beacon
from tests.factories.search import documents

pytestmark = pytest.mark.django_db

PERSON = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) Chrome/130"}
WEDDING = DocumentId("thu-tuc", "1.000894")


@pytest.fixture(autouse=True)
def _nothing_waits() -> Iterator[None]:
    beacon.THROTTLE.forget()
    usage.THROTTLE.forget()
    yield
    usage._asked.clear()
    usage._opened.clear()


def result(text: str, *, total: int = 7, page: int = 1) -> SearchResult:
    return SearchResult(read(text, vocabulary.current()), (), total, page, 1, Sort.RELEVANCE)


def rows(model: type[Any]) -> list[dict[str, Any]]:
    return list(model.objects.order_by("normal", "day").values())


# Counting ---------------------------------------------------------------------------------------------------------------


def test_the_same_question_is_one_row_a_day() -> None:
    for text in ("đăng ký kết hôn", "dang ky ket hon", "DANG KY KET HON"):
        usage.count(result(text), headers=PERSON)
    usage.count(result("đăng kí kết hôn", total=0), headers=PERSON)
    assert usage.flush() == 1
    usage.count(result("dang ky ket hon", total=9), headers=PERSON)
    usage.flush()
    (row,) = rows(QueryDay)
    assert row["day"] == timezone.localdate()
    assert (row["asked"], row["unfound"], row["results"], row["opened"]) == (5, 1, 9, 0)


def test_counting_asks_the_database_nothing(django_assert_num_queries: Any) -> None:
    found = result("đăng ký kết hôn")
    with django_assert_num_queries(0):
        usage.count(found, headers=PERSON)
        usage.opened(found.query.normal, WEDDING, 1)


@pytest.mark.parametrize(
    ("text", "page", "headers"),
    [
        ("dang ky ket hon", 2, PERSON),
        ("dang ky ket hon", 1, {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}),
        ("dang ky ket hon", 1, {"User-Agent": "python-requests/2.32"}),
        ("dang ky ket hon", 1, {"User-Agent": ""}),
        ("dang ky ket hon", 1, {}),
        ("dang ky ket hon", 1, {**PERSON, "Sec-Purpose": "prefetch;prerender"}),
        ("", 1, PERSON),
        ("ông Nguyễn Văn A", 1, PERSON),
        ("khai sinh 0912345678", 1, PERSON),
    ],
)
def test_what_is_not_counted(text: str, page: int, headers: dict[str, str]) -> None:
    usage.count(result(text, page=page), headers=headers)
    assert usage.flush() == 0
    assert not QueryDay.objects.exists()


def test_a_database_that_fails_loses_the_counts_only(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_args: Any) -> int:
        raise DatabaseError("locked")

    usage.count(result("dang ky ket hon"), headers=PERSON)
    with monkeypatch.context() as patched:
        patched.setattr(usage, "_write", fail)
        assert usage.flush() == 0
    assert "lost" in caplog.text
    assert usage.flush() == 0


def test_what_waits_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage, "MOST_WAITING", 3)
    for text in ("khai sinh", "khai tử", "kết hôn", "ly hôn", "khai sinh"):
        usage.count(result(text), headers=PERSON)
    assert usage.flush() == 3
    assert sum(row["asked"] for row in rows(QueryDay)) == 4


def test_one_asker_counts_no_more_than_a_person_asks() -> None:
    for _ in range(usage.THROTTLE.each + 5):
        usage.count(result("kết hôn"), headers=PERSON, address="2001:db8::1")
    usage.count(result("kết hôn"), headers=PERSON, address="2001:db8::2")
    usage.count(result("kết hôn"), headers=PERSON, address="192.0.2.7")
    usage.flush()
    assert QueryDay.objects.get().asked == usage.THROTTLE.each + 1


def test_rows_of_a_day_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage, "MOST_ROWS_A_DAY", 3)
    for text in ("khai sinh", "khai tử"):
        usage.count(result(text), headers=PERSON)
    usage.flush()
    for text in ("khai sinh", "kết hôn", "ly hôn", "tạm trú"):
        usage.count(result(text), headers=PERSON)
    usage.flush()
    assert {row["normal"]: row["asked"] for row in rows(QueryDay)} == {
        "ket hon": 1,
        "khai sinh": 2,
        "khai tu": 1,
    }


def test_no_field_tells_who() -> None:
    """Whoever adds one has to think of this test."""
    assert {field.name for field in QueryDay._meta.get_fields()} == {
        "id", "normal", "day", "asked", "unfound", "results", "opened",
    }  # fmt: skip
    assert {field.name for field in QueryOpened._meta.get_fields()} == {
        "id", "normal", "kind", "key", "day", "times", "positions",
    }  # fmt: skip


# Opening ----------------------------------------------------------------------------------------------------------------


def test_opened_adds_up_with_its_places() -> None:
    normal = result("kết hôn").query.normal
    usage.count(result("kết hôn"), headers=PERSON)
    for position in (1, 3):
        usage.opened(normal, WEDDING, position)
    usage.flush()
    usage.opened(normal, WEDDING, 2)
    usage.flush()
    (row,) = rows(QueryOpened)
    assert (row["kind"], row["key"], row["times"], row["positions"]) == (*WEDDING, 3, 6)
    assert QueryDay.objects.get().opened == 3


def test_what_nobody_asked_is_not_opened() -> None:
    """So nothing can be written into the counts by inventing queries."""
    usage.opened("bat ky chu gi", WEDDING, 1)
    usage.flush()
    assert not QueryOpened.objects.exists()


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, DocumentId, int]]:
    """What reaches the counts; the index holds the wedding only."""
    noted: list[tuple[str, DocumentId, int]] = []
    monkeypatch.setattr(beacon, "_is_there", lambda document: document == WEDDING)
    monkeypatch.setattr(usage, "opened", lambda *told: noted.append(told))
    return noted


def post(data: Any, **headers: str) -> Any:
    sent = {"Sec-Fetch-Site": "same-origin", **PERSON} | headers
    client = Client(enforce_csrf_checks=True)
    return client.post(
        reverse("search_opened"),
        data,
        content_type="application/x-www-form-urlencoded;charset=UTF-8",
        headers={name: value for name, value in sent.items() if value},
    )


GOOD = "q=ket+hon&opened=thu-tuc%2F1.000894&position=2"


def test_the_beacon_is_taken_without_token_and_cookie(told: list[Any]) -> None:
    response = post(GOOD)
    assert response.status_code == 204
    assert not response.cookies
    assert "no-store" in response.headers["Cache-Control"]
    assert told == [("ket hon", WEDDING, 2)]


def test_older_browsers_say_only_the_origin(told: list[Any]) -> None:
    assert post(GOOD, **{"Sec-Fetch-Site": "", "Origin": "http://testserver"}).status_code == 204
    assert len(told) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": ""},
        {"Sec-Fetch-Site": "", "Origin": "https://elsewhere.example"},
        {"Sec-Fetch-Site": "", "Origin": "null"},
    ],
)
def test_other_sites_are_refused(told: list[Any], headers: dict[str, str]) -> None:
    assert post(GOOD, **headers).status_code == 403
    assert not told


@pytest.mark.parametrize(
    "data",
    [
        "",
        "q=ket+hon",
        GOOD.replace("position=2", "position=0"),
        GOOD.replace("position=2", "position=101"),
        GOOD.replace("position=2", "position=-1"),
        GOOD.replace("position=2", "position=%D9%A2"),
        GOOD.replace("1.000894", "9.999999"),
        GOOD.replace("thu-tuc%2F", ""),
        GOOD.replace("ket+hon", "K%E1%BA%BFt+h%C3%B4n"),
        GOOD.replace("ket+hon", "ket++hon"),
        GOOD.replace("ket+hon", "x" * 101),
        GOOD.replace("ket+hon", "ket%00hon"),
        b"\xff\xfe" + GOOD.encode(),
    ],
)
def test_what_is_not_right_is_passed_over(told: list[Any], data: Any) -> None:
    assert post(data).status_code == 204
    assert not told


def test_methods_size_and_number_are_bounded(told: list[Any]) -> None:
    assert Client().get(reverse("search_opened")).status_code == 405
    assert post(GOOD + "&x=" + "x" * 3_000).status_code == 413
    answers = [post(GOOD).status_code for _ in range(beacon.THROTTLE.each + 1)]
    assert answers[-1] == 429
    assert len(told) < beacon.THROTTLE.each
    assert post(GOOD, **{"X-Forwarded-For": "203.0.113.9"}).status_code == 204


def test_machines_open_nothing(told: list[Any]) -> None:
    assert post(GOOD, **{"User-Agent": "curl/8"}).status_code == 204
    assert not told


# Learning ---------------------------------------------------------------------------------------------------------------

TODAY = date(2026, 11, 20)


def used(
    normal: str, *, days: int = 6, asked: int = 4, clicks: int = 3, document: DocumentId = WEDDING
) -> None:
    for ago in range(days):
        day = TODAY - timedelta(days=ago)
        QueryDay.objects.update_or_create(
            normal=normal, day=day, defaults={"asked": asked, "results": 5, "opened": clicks}
        )
        if clicks:
            QueryOpened.objects.create(
                normal=normal,
                kind=document.kind,
                key=document.key,
                day=day,
                times=clicks,
                positions=2 * clicks,
            )


def test_what_people_open_becomes_popular(django_assert_num_queries: Any) -> None:
    used("ket hon")
    used("ket hon", clicks=1, document=DocumentId("thu-tuc", "2.000806"))
    used("khai sinh", days=2)
    assert usage.learn(TODAY) == 1
    with django_assert_num_queries(1):
        found = usage.popularity("ket hon", [WEDDING, DocumentId("thu-tuc", "1.004194")])
    assert set(found) == {WEDDING}
    assert 0.4 < found[WEDDING] < 1
    assert usage.popularity("khai sinh", [WEDDING]) == {}
    assert usage.popularity("x" * 300, [WEDDING]) == {}


def test_learning_anew_forgets_what_is_over() -> None:
    used("ket hon")
    usage.learn(TODAY)
    assert usage.popularity("ket hon", [WEDDING])
    usage.learn(TODAY + timedelta(days=usage.LEARNED_DAYS))
    assert not LearnedQuery.objects.exists()


def test_past_queries_that_led_somewhere_are_suggested(django_assert_num_queries: Any) -> None:
    engines.embedded().index(documents())
    used("dang ki ket hon")
    used("dang ki khai sinh", asked=8, clicks=6)
    used("dang ki khai sinh lai", clicks=0)
    used("dang ki mot lan", days=1)
    usage.learn(TODAY)
    with django_assert_num_queries(1):
        assert usage.successful("đăng ký", limit=5) == ("đăng ký khai sinh", "đăng ký kết hôn")
    assert usage.successful("dang ki ket hon") == ()
    assert usage.successful("đ") == usage.successful("") == ()
    assert usage.successful("%") == usage.successful("'") == ()


def test_only_what_documents_say_is_suggested() -> None:
    """However often it is asked, and whatever is opened after it."""
    engines.embedded().index(documents())
    told = ("dang ki ket hon", "dang ki khai sinh")
    untold = (
        "dang ki ket hon voi thang chu tich ngu",
        "dang ki ket hon zalo mau",
        "le quang binh",
        "dang ki khai sinh ket hon nguoi cao tuoi",
        "1.900601",
    )
    for normal in (*told, *untold):
        used(normal, asked=20, clicks=20)
    usage.learn(TODAY)
    suggested = LearnedQuery.objects.filter(suggested=True).values_list("normal", flat=True)
    assert set(suggested) == set(told)
    assert not usage.successful("le qu")


def test_a_document_that_is_no_result_is_not_learned() -> None:
    engines.embedded().index(documents())
    used("dang ki ket hon", document=DocumentId("thu-tuc", "1.900601"))
    usage.learn(TODAY)
    assert not LearnedQuery.objects.exclude(shares={}).exists()


def test_counts_are_kept_four_hundred_days(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage, "PRUNED_TOGETHER", 2)
    for ago in (0, 400, 401, 402, 500):
        day = TODAY - timedelta(days=ago)
        QueryDay.objects.create(normal="ket hon", day=day, asked=1)
        QueryOpened.objects.create(normal="ket hon", kind="thu-tuc", key="1", day=day, times=1, positions=1)
    assert usage.forget(TODAY) == 6
    assert QueryDay.objects.count() == QueryOpened.objects.count() == 2
