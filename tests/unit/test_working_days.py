"""Working days against the official notices, and the arithmetic of periods."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from home.working_days import (
    SHIPPED_DAYS,
    DayChange,
    DayTableError,
    HolidayNotice,
    WorkingCalendar,
    read_day_table,
    shipped_calendar,
    swap,
)

TABLE = read_day_table(SHIPPED_DAYS)
CALENDAR = shipped_calendar()
DAY = timedelta(days=1)

DAYS = st.dates(min_value=date(2024, 1, 1), max_value=date(2028, 12, 31))
PERIODS = st.integers(min_value=0, max_value=400)
CALENDARS = st.lists(st.builds(DayChange, day=DAYS, is_working=st.booleans()), max_size=12).map(
    lambda changes: WorkingCalendar(tuple(changes))
)


def days(first: date, last: date) -> list[date]:
    return [first + n * DAY for n in range((last - first).days + 1)]


@pytest.mark.parametrize("notice", TABLE.notices, ids=lambda n: n.occasion)
def test_calendar_agrees_with_the_official_notice(notice: HolidayNotice) -> None:
    assert not any(CALENDAR.is_working_day(day) for day in days(notice.first_day, notice.last_day))
    assert CALENDAR.is_working_day(notice.first_day - DAY)
    assert CALENDAR.is_working_day(notice.last_day + DAY)


def test_every_holiday_of_an_announced_year_stands_in_a_notice() -> None:
    announced = {day for n in TABLE.notices for day in days(n.first_day, n.last_day)}
    for year in {n.first_day.year for n in TABLE.notices}:
        year_days = days(date(year, 1, 1), date(year, 12, 31))
        assert {d for d in year_days if CALENDAR.holiday_name(d)} <= announced


def test_swaps_of_the_library_are_ours_too() -> None:
    """A swap that only the library knows has no document here."""
    first = min(c.day for c in TABLE.changes).year
    known = {c.day for c in TABLE.changes if c.is_working}
    found = holidays.country_holidays("VN", years=range(first, first + 10)).weekend_workdays
    assert {day for day in found if day.year >= first} <= known


def test_every_change_names_its_document() -> None:
    assert all(c.source and c.note for c in TABLE.changes)
    assert all(n.source for n in TABLE.notices)


@pytest.mark.parametrize(
    ("day", "works", "name"),
    [
        (date(2025, 5, 2), False, "Nghỉ hoán đổi dịp 30/4 và 01/5"),
        (date(2025, 4, 26), True, ""),
        (date(2026, 1, 2), False, "Nghỉ hoán đổi dịp Tết Dương lịch"),
        (date(2026, 1, 10), True, ""),
        (date(2026, 8, 31), False, "Nghỉ hoán đổi dịp Quốc khánh"),
        (date(2026, 8, 22), True, ""),
        (date(2026, 2, 17), False, "Tết Nguyên đán"),
        (date(2026, 4, 27), False, "Giỗ Tổ Hùng Vương"),
        (date(2025, 11, 22), False, ""),  # an ordinary Saturday
        (date(2025, 11, 24), True, ""),  # the day of culture is off from 2026 only
        (date(2024, 5, 4), True, ""),  # a swap that only the library knows
        (date(2023, 1, 2), False, "nghỉ bù"),  # made up for across New Year's weekend
    ],
)
def test_single_days(day: date, works: bool, name: str) -> None:
    assert CALENDAR.is_working_day(day) is works
    assert name.casefold() in CALENDAR.holiday_name(day).casefold()
    assert bool(CALENDAR.holiday_name(day)) == bool(name)


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        # Decision 2873 of 19/11/2025 (Wednesday): three working days.
        (date(2025, 11, 19), 3, date(2025, 11, 24)),
        # Signed on the last day before Tết: the first day that counts is the Monday after.
        (date(2026, 2, 13), 1, date(2026, 2, 23)),
        # The Saturday that makes up for a day off counts.
        (date(2025, 4, 25), 1, date(2025, 4, 26)),
        (date(2025, 4, 25), 4, date(2025, 5, 5)),
        # Over New Year, with the swapped 2 January.
        (date(2025, 12, 31), 1, date(2026, 1, 5)),
        # Signed on a Sunday.
        (date(2025, 11, 23), 1, date(2025, 11, 24)),
        (date(2025, 11, 23), 0, date(2025, 11, 23)),
    ],
)
def test_periods(start: date, n: int, end: date) -> None:
    assert CALENDAR.add_working_days(start, n) == end
    assert CALENDAR.working_days_between(start, end) == n


@given(CALENDARS, DAYS, PERIODS)
def test_a_period_ends_on_a_working_day_and_holds_as_many_as_it_says(
    calendar: WorkingCalendar, start: date, n: int
) -> None:
    end = calendar.add_working_days(start, n)
    passed = days(start + DAY, end)
    assert sum(map(calendar.is_working_day, passed)) == n
    assert n == 0 or calendar.is_working_day(end)
    assert calendar.working_days_between(start, end) == n


@given(CALENDARS, DAYS, PERIODS, PERIODS)
def test_periods_add_up(calendar: WorkingCalendar, start: date, first: int, second: int) -> None:
    halfway = calendar.add_working_days(start, first)
    assert calendar.add_working_days(halfway, second) == calendar.add_working_days(start, first + second)


@given(CALENDARS, DAYS, DAYS)
def test_days_between_are_counted(calendar: WorkingCalendar, one: date, other: date) -> None:
    first, last = min(one, other), max(one, other)
    counted = sum(map(calendar.is_working_day, days(first + DAY, last)))
    assert calendar.working_days_between(first, last) == counted
    assert calendar.working_days_between(last, first) == -counted


@given(CALENDARS, DAYS)
def test_next_working_day_is_the_first(calendar: WorkingCalendar, day: date) -> None:
    found = calendar.next_working_day(day)
    assert calendar.is_working_day(found)
    assert not any(calendar.is_working_day(d) for d in days(day, found - DAY))


@given(CALENDARS, DAYS)
def test_a_weekday_off_has_a_name(calendar: WorkingCalendar, day: date) -> None:
    if day.weekday() < 5:
        assert bool(calendar.holiday_name(day)) == (not calendar.is_working_day(day))
    elif calendar.is_working_day(day):
        assert calendar.holiday_name(day) == ""


def test_a_period_is_not_negative() -> None:
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.add_working_days(date(2025, 1, 1), -1)


def test_the_administrators_days_go_above_the_table() -> None:
    storm, tet_duty = date(2025, 9, 29), date(2025, 1, 27)
    calendar = shipped_calendar([DayChange(storm, False, "Nghỉ tránh bão"), DayChange(tet_duty, True)])
    assert CALENDAR.is_working_day(storm)
    assert not calendar.is_working_day(storm)
    assert calendar.holiday_name(storm) == "Nghỉ tránh bão"
    assert calendar.is_working_day(tet_duty)
    assert not calendar.is_working_day(date(2025, 5, 2))


def test_a_swap_remembers_what_it_makes_up_for() -> None:
    calendar = WorkingCalendar(swap(date(2025, 5, 2), date(2025, 4, 26)))
    assert calendar.stands_in_for(date(2025, 4, 26)) == date(2025, 5, 2)
    assert calendar.stands_in_for(date(2025, 5, 2)) is None
    assert calendar.stands_in_for(date(2025, 4, 28)) is None


def test_years_beyond_the_library_have_their_weekends() -> None:
    assert not CALENDAR.is_working_day(date(2101, 5, 7))
    assert CALENDAR.add_working_days(date(2101, 5, 6), 1) == date(2101, 5, 9)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "expected swaps"),
        ("holidays: []", "found"),
        ("swaps: {}", None),
        ("swaps: 3", "swaps: expected a list"),
        ("swaps: [2025-05-02]", "swaps 1: expected fields"),
        ("swaps: [{day_off: 2025-05-02, worked: 2025-04-26, note: a}]", "source is missing"),
        ("swaps: [{day_off: 2025-05-02, worked: 2025-04-28, note: a, source: b}]", "weekend day worked"),
        ("swaps: [{day_off: 2025-05-03, worked: 2025-04-26, note: a, source: b}]", "weekday off"),
        ("swaps: [{day_off: 02/05/2025, worked: 2025-04-26, note: a, source: b}]", "day_off must be a date"),
        ("days: [{day: 2025-05-02, working: 1, note: a, source: b}]", "true or false"),
        ("days: [{day: 2025-05-02 10:00:00, working: true, note: a, source: b}]", "must be a date"),
        (
            "days: [{day: 2025-05-02, working: true, note: a, source: b}, {day: 2025-05-02, working: false, note: a, source: b}]",
            "twice",
        ),
        (
            "notices: [{occasion: a, first_day: 2025-05-02, last_day: 2025-05-01, source: b}]",
            "before first_day",
        ),
    ],
)
def test_a_damaged_table_says_where(tmp_path: Path, content: str, words: str | None) -> None:
    file = tmp_path / "days.yaml"
    file.write_text(content, encoding="utf-8")
    if words is None:
        assert read_day_table(file).changes == ()
        return
    with pytest.raises(DayTableError, match=words):
        read_day_table(file)
