"""What is learned from counts stays within its bounds, whatever is counted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.documents import DocumentId
from search.learning import MOST_A_DAY, Asked, Opened, counted, effort, is_worth_suggesting, placed, shares

TODAY = date(2026, 11, 20)
WEDDING, BIRTH = DocumentId("thu-tuc", "1.000894"), DocumentId("thu-tuc", "1.001193")


def days(count: int) -> list[date]:
    return [TODAY - timedelta(days=ago) for ago in range(count)]


def opens(document: DocumentId, count: int, times: int, position: float = 1) -> list[Opened]:
    return [Opened(document, day, times, position) for day in days(count)]


ASKED = dict.fromkeys(days(40), 100)


def test_what_most_people_open_has_most() -> None:
    found = shares([*opens(WEDDING, 10, 3), *opens(BIRTH, 10, 1)], ASKED, TODAY)
    assert 0.5 < found[WEDDING] < 1
    assert found[WEDDING] > 2 * found[BIRTH]


@pytest.mark.parametrize(
    "clicks", [opens(WEDDING, 2, 50), opens(WEDDING, 3, 1), opens(WEDDING, 1, 10_000), []]
)
def test_few_opens_or_few_days_say_nothing(clicks: list[Opened]) -> None:
    assert shares(clicks, ASKED, TODAY) == {}


def test_a_flood_is_one_day() -> None:
    honest = [*opens(WEDDING, 20, 4)]
    flooded = [*honest, Opened(BIRTH, TODAY, 1_000_000, 1)]
    found = shares(flooded, ASKED, TODAY)
    assert found[BIRTH] < 0.18
    assert found[WEDDING] > 0.7


def test_places_are_not_believed() -> None:
    told = [*opens(WEDDING, 3, 3, 100), *opens(BIRTH, 3, 3, 100), *opens(BIRTH, 1, 3, 2)]
    assert [(item.id, item.position) for item in placed(told, {BIRTH: 4})] == [(BIRTH, 4)] * 3 + [(BIRTH, 2)]


def test_one_persons_zeal_is_less_than_many_peoples_habit() -> None:
    assert counted(8, 10) == 8
    assert counted(500, 10) < 11
    assert counted(3, 0) == 0
    assert counted(500, 600) > 2 * counted(8, 600)
    assert counted(10**6, 10**6) < 6 * MOST_A_DAY


def test_no_more_than_was_asked_counts() -> None:
    assert shares(opens(WEDDING, 10, 8), dict.fromkeys(days(10), 0), TODAY) == {}


def test_further_down_tells_more_within_bounds() -> None:
    assert effort(1) == 1
    assert effort(1) < effort(2) < effort(5) <= effort(100) <= 3
    found = shares([*opens(WEDDING, 10, 2, 1), *opens(BIRTH, 10, 2, 5)], ASKED, TODAY)
    assert found[BIRTH] > found[WEDDING]


def test_what_is_old_tells_less() -> None:
    old = [Opened(WEDDING, day - timedelta(days=180), 4, 1) for day in days(10)]
    asked = ASKED | {item.day: 100 for item in old}
    found = shares([*old, *opens(BIRTH, 10, 4)], asked, TODAY)
    assert found[BIRTH] > 5 * found.get(WEDDING, 0)


@given(
    st.lists(
        st.builds(
            Opened,
            st.sampled_from([WEDDING, BIRTH, DocumentId("trang", "7")]),
            st.dates(date(2026, 1, 1), TODAY),
            st.integers(0, 10**9),
            st.floats(0, 1000),
        )
    ),
    st.dictionaries(st.dates(date(2026, 1, 1), TODAY), st.integers(0, 10**6)),
)
def test_shares_stay_within_one(clicks: list[Opened], asked: dict[date, int]) -> None:
    found = shares(clicks, asked, TODAY)
    assert all(0 < share < 1 for share in found.values())
    assert sum(found.values()) < 1


@pytest.mark.parametrize(
    ("asked", "worth"),
    [
        ([Asked(day, 2, 0, 1) for day in days(4)], True),
        ([Asked(TODAY, 100, 0, 100)], False),
        ([Asked(day, 5, 5, 0) for day in days(10)], False),
        ([Asked(day, 5, 0, 0) for day in days(10)], False),
        ([Asked(day, 1, 0, 1) for day in days(4)], False),
        ([], False),
    ],
)
def test_what_is_suggested(asked: list[Asked], *, worth: bool) -> None:
    assert is_worth_suggesting(asked) is worth
    assert MOST_A_DAY < 10
