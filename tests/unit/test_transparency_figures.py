"""Shares, order and months of the public table."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.transparency.figures import (
    Column,
    Measured,
    NamedMeasure,
    Order,
    in_all,
    line,
    month_ends,
    ordered,
    share,
)


def measured(listed: int, *, owed: int = 10, day: date = date(2026, 3, 1), unit: int = 1) -> Measured:
    return Measured(unit, day, owed, listed, listed, listed)


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (0, 0, None),
        (0, 3, "0.0"),
        (1, 3, "33.3"),
        (2, 3, "66.7"),
        (1999, 2000, "99.9"),
        (2000, 2000, "100.0"),
    ],
)
def test_share(part: int, whole: int, expected: str | None) -> None:
    assert share(part, whole) == (Decimal(expected) if expected else None)


@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_only_what_is_whole_is_a_hundred(part: int, whole: int) -> None:
    part = min(part, whole)
    assert (share(part, whole) == 100) == (part == whole)


def test_all_together_weighs_by_what_is_owed() -> None:
    everybody = in_all([measured(10), measured(0, owed=90, unit=2)])
    assert everybody is not None
    assert everybody.listed_share == 10
    assert in_all([]) is None


ROWS = [
    NamedMeasure("Xã Đức Thọ", measured(5)),
    NamedMeasure("Xã Can Lộc", measured(10)),
    NamedMeasure("Sở Nội vụ", measured(0, owed=0)),
    NamedMeasure("Xã Ân Phú", measured(10)),
]


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("", ["Xã Ân Phú", "Xã Can Lộc", "Xã Đức Thọ", "Sở Nội vụ"]),
        ("niem-yet-tang", ["Xã Đức Thọ", "Xã Ân Phú", "Xã Can Lộc", "Sở Nội vụ"]),
        ("ten", ["Sở Nội vụ", "Xã Ân Phú", "Xã Can Lộc", "Xã Đức Thọ"]),
        ("ten-giam", ["Xã Đức Thọ", "Xã Can Lộc", "Xã Ân Phú", "Sở Nội vụ"]),
        ("'; drop", ["Xã Ân Phú", "Xã Can Lộc", "Xã Đức Thọ", "Sở Nội vụ"]),
    ],
)
def test_order(asked: str, names: list[str]) -> None:
    assert [row.name for row in ordered(ROWS, Order.parse(asked))] == names


@pytest.mark.parametrize("column", list(Column))
def test_a_second_click_turns_round(column: Column) -> None:
    once = Order.parse("").clicked(column)
    assert Order.parse(once.value) == once
    twice = once.clicked(column)
    assert twice != once
    assert Order.parse(twice.value) == twice


def test_months_show_their_last_measure() -> None:
    rows = [
        measured(n, day=day)
        for n, day in enumerate([date(2026, 1, 3), date(2026, 1, 31), date(2025, 12, 31), date(2026, 2, 1)])
    ]
    assert [row.day for row in month_ends(rows)] == [date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 1)]


def test_a_line_stays_in_its_box() -> None:
    drawn = line([Decimal(0), Decimal(50), Decimal(100)])
    assert drawn is not None
    assert (drawn.path, drawn.end_x, drawn.end_y) == ("M0 26L50 15L100 4", "100", "4")
    assert line([Decimal(50)]) is None
    flat = line([Decimal(100), Decimal(100)])
    assert flat is not None
    assert flat.path == "M0 4L100 4"
