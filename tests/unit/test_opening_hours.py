"""When a desk is open, why not, and when next."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from home.opening_hours import (
    HORIZON,
    DatedException,
    OpeningHours,
    OpeningState,
    Span,
    State,
    WeekGroup,
    Why,
    joined,
)
from home.working_days import DayChange, WorkingCalendar, shipped_calendar

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
MORNING, AFTERNOON = Span(time(7), time(11, 30)), Span(time(13, 30), time(17))
OFFICE = (MORNING, AFTERNOON)
WEEK = dict.fromkeys(range(5), OFFICE)
CALENDAR = shipped_calendar()
DESK = OpeningHours(WEEK, calendar=CALENDAR)

THURSDAY, FRIDAY, SATURDAY, MONDAY = (date(2026, 3, day) for day in (26, 27, 28, 30))


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), VIETNAM)


@pytest.mark.parametrize(
    ("moment", "state", "closes", "opens"),
    [
        (at(THURSDAY, 6, 59), State.BEFORE, None, at(THURSDAY, 7)),
        (at(THURSDAY, 7), State.OPEN, at(THURSDAY, 11, 30), None),
        (at(THURSDAY, 11, 29), State.OPEN, at(THURSDAY, 11, 30), None),
        (at(THURSDAY, 11, 30), State.BREAK, None, at(THURSDAY, 13, 30)),
        (at(THURSDAY, 13, 30), State.OPEN, at(THURSDAY, 17), None),
        (at(THURSDAY, 17), State.AFTER, None, at(FRIDAY, 7)),
        (at(FRIDAY, 17), State.AFTER, None, at(MONDAY, 7)),
        (at(SATURDAY, 9), State.DAY_OFF, None, at(MONDAY, 7)),
        # Before Tết: nine days.
        (at(date(2026, 2, 13), 17), State.AFTER, None, at(date(2026, 2, 23), 7)),
        (at(date(2026, 2, 17), 9), State.HOLIDAY, None, at(date(2026, 2, 23), 7)),
        # A Saturday worked for a Friday off.
        (at(date(2026, 1, 10), 9), State.OPEN, at(date(2026, 1, 10), 11, 30), None),
        (at(date(2026, 1, 2), 9), State.HOLIDAY, None, at(date(2026, 1, 5), 7)),
    ],
)
def test_state_at(moment: datetime, state: State, closes: datetime | None, opens: datetime | None) -> None:
    found = DESK.state_at(moment)
    assert (found.state, found.closes_at, found.opens_at) == (state, closes, opens)
    assert found.is_open == (state is State.OPEN)
    assert found.opens_today == (opens is not None and opens.date() == moment.date())


def test_the_time_zone_is_that_of_the_question() -> None:
    naive = datetime(2026, 3, 26, 12)  # noqa: DTZ001  # a naive question is what is tested
    assert DESK.state_at(naive) == OpeningState(State.BREAK, opens_at=datetime(2026, 3, 26, 13, 30))  # noqa: DTZ001  # see above


def test_an_exception_says_why() -> None:
    meeting = DatedException(THURSDAY, THURSDAY, (MORNING,), "họp toàn xã")
    flood = DatedException(FRIDAY, MONDAY, note="lũ")
    desk = OpeningHours(WEEK, (meeting, flood), CALENDAR)
    assert desk.state_at(at(THURSDAY, 14)) == OpeningState(
        State.AFTER, opens_at=at(date(2026, 3, 31), 7), note="họp toàn xã"
    )
    assert desk.state_at(at(FRIDAY, 9)).state is State.EXCEPTION
    assert desk.state_at(at(FRIDAY, 9)).note == "lũ"
    # Saturday stays as in the plain week, so nobody has to be told.
    assert [(h.day, h.why) for h in desk.unusual_days(THURSDAY, 7)] == [
        (THURSDAY, Why.EXCEPTION),
        (FRIDAY, Why.EXCEPTION),
        (MONDAY, Why.EXCEPTION),
    ]


def test_an_exception_goes_before_a_holiday() -> None:
    day = date(2026, 9, 2)
    desk = OpeningHours(WEEK, (DatedException(day, day, (MORNING,), "trực lễ"),), CALENDAR)
    assert DESK.hours_on(day).why is Why.HOLIDAY
    assert DESK.hours_on(day).note == "Quốc khánh"
    assert desk.state_at(at(day, 8)).is_open


def test_of_two_exceptions_the_shorter_holds_then_the_later() -> None:
    summer = DatedException(date(2026, 6, 1), date(2026, 8, 31), (Span(time(6, 30), time(11)),), "giờ mùa hè")
    day = date(2026, 7, 1)
    closed, other = (
        DatedException(day, day, note="kiểm kê"),
        DatedException(day, day, (AFTERNOON,), "sửa điện"),
    )
    assert OpeningHours(WEEK, (closed, summer)).hours_on(day).note == "kiểm kê"
    assert OpeningHours(WEEK, (closed, summer, other)).hours_on(day).note == "sửa điện"
    assert OpeningHours(WEEK, (closed, summer)).hours_on(day + timedelta(days=1)).note == "giờ mùa hè"


def test_make_up_days_take_the_hours_of_the_day_they_replace() -> None:
    week = {0: OFFICE, 4: (MORNING,), 5: (Span(time(8), time(9)),)}
    saturday = date(2026, 1, 10)
    known = OpeningHours(week, calendar=CALENDAR).hours_on(saturday)
    assert (known.spans, known.why) == ((MORNING,), Why.MAKE_UP)
    # Where the administrator has not said which day: a Monday's.
    unknown = WorkingCalendar((DayChange(SATURDAY, True),))
    assert OpeningHours(week, calendar=unknown).hours_on(SATURDAY).spans == OFFICE
    # A desk that doesn't open on the day replaced keeps its Saturday.
    assert OpeningHours({5: (MORNING,)}, calendar=CALENDAR).hours_on(saturday).spans == (MORNING,)
    assert OpeningHours(week, calendar=CALENDAR).hours_on(SATURDAY).spans == (Span(time(8), time(9)),)


def test_without_a_calendar_holidays_are_worked() -> None:
    assert OpeningHours(WEEK).state_at(at(date(2026, 9, 2), 8)).is_open


def test_no_hours_are_not_known_hours() -> None:
    desk = OpeningHours({}, calendar=CALENDAR)
    assert not desk.is_known
    assert DESK.is_known
    assert desk.state_at(at(THURSDAY, 9)) == OpeningState(State.DAY_OFF)


def test_closed_for_longer_than_the_horizon() -> None:
    closed = DatedException(THURSDAY, THURSDAY + HORIZON + timedelta(days=30), note="sửa trụ sở")
    assert OpeningHours(WEEK, (closed,)).state_at(at(THURSDAY, 9)) == OpeningState(
        State.EXCEPTION, note="sửa trụ sở"
    )


@pytest.mark.parametrize(
    ("weekly", "groups"),
    [
        (WEEK, (WeekGroup((0, 1, 2, 3, 4), OFFICE), WeekGroup((5, 6), ()))),
        (
            WEEK | {5: (MORNING,)},
            (WeekGroup((0, 1, 2, 3, 4), OFFICE), WeekGroup((5,), (MORNING,)), WeekGroup((6,), ())),
        ),
        (
            WEEK | {2: (MORNING,)},
            (
                WeekGroup((0, 1), OFFICE),
                WeekGroup((2,), (MORNING,)),
                WeekGroup((3, 4), OFFICE),
                WeekGroup((5, 6), ()),
            ),
        ),
        ({}, (WeekGroup(tuple(range(7)), ()),)),
        # Entered in another order, and in touching spans.
        (
            {0: (AFTERNOON, MORNING), 1: (Span(time(7), time(9)), Span(time(9), time(11, 30)), AFTERNOON)},
            (WeekGroup((0, 1), OFFICE), WeekGroup((2, 3, 4, 5, 6), ())),
        ),
    ],
)
def test_grouped_week(weekly: dict[int, tuple[Span, ...]], groups: tuple[WeekGroup, ...]) -> None:
    assert OpeningHours(weekly).grouped_week() == groups


def test_groups_know_how_they_are_said() -> None:
    week, weekend = DESK.grouped_week()
    assert (week.first, week.last, week.is_range) == (0, 4, True)
    assert (weekend.first, weekend.last, weekend.is_range) == (5, 6, False)
    assert 3 in week
    assert 3 not in weekend


def test_wrong_hours_are_refused() -> None:
    with pytest.raises(ValueError, match="can't close"):
        Span(time(9), time(9))
    with pytest.raises(ValueError, match="overlap"):
        OpeningHours({0: (Span(time(7), time(12)), Span(time(11), time(17)))})
    with pytest.raises(ValueError, match="overlap"):
        OpeningHours({}, (DatedException(FRIDAY, FRIDAY, (MORNING, MORNING)),))
    with pytest.raises(ValueError, match="0 to 6"):
        OpeningHours({7: OFFICE})
    with pytest.raises(ValueError, match="before it begins"):
        DatedException(FRIDAY, THURSDAY)


# Properties

TIMES = st.integers(0, 24 * 60 - 1).map(lambda m: time(m // 60, m % 60))
DAYS = st.dates(date(2025, 1, 1), date(2026, 12, 31))


@st.composite
def spans(draw: st.DrawFn) -> tuple[Span, ...]:
    bounds = sorted(draw(st.sets(TIMES, max_size=6)))
    pairs = list(zip(bounds[::2], bounds[1::2], strict=False))
    return tuple(draw(st.permutations([Span(a, b) for a, b in pairs])))


@st.composite
def desks(draw: st.DrawFn) -> OpeningHours:
    weekly = draw(st.dictionaries(st.integers(0, 6), spans()))
    exceptions = []
    for first in draw(st.lists(DAYS, max_size=3)):
        last = first + timedelta(days=draw(st.integers(0, 5)))
        exceptions.append(DatedException(first, last, draw(spans())))
    return OpeningHours(weekly, tuple(exceptions), draw(st.sampled_from([None, CALENDAR])))


MOMENTS = st.builds(lambda day, moment: datetime.combine(day, moment, VIETNAM), DAYS, TIMES)


@given(desks(), MOMENTS)
def test_a_state_says_what_the_day_says(desk: OpeningHours, moment: datetime) -> None:
    found = desk.state_at(moment)
    inside = [s for s in desk.hours_on(moment.date()).spans if s.opens <= moment.time() < s.closes]
    assert found.is_open == bool(inside)
    assert (found.closes_at is not None) == found.is_open
    if found.closes_at is not None:
        assert found.closes_at > moment
        assert not desk.state_at(found.closes_at).is_open
        assert desk.state_at(found.closes_at - timedelta(minutes=1)).is_open


@given(desks(), MOMENTS)
def test_it_opens_next_when_it_says_and_not_before(desk: OpeningHours, moment: datetime) -> None:
    found = desk.state_at(moment)
    if found.is_open:
        return
    if found.opens_at is None:
        assert not any(
            desk.hours_on(moment.date() + timedelta(days=n)).spans for n in range(1, HORIZON.days + 1)
        )
        return
    assert found.opens_at > moment
    assert desk.state_at(found.opens_at).is_open
    before = desk.state_at(found.opens_at - timedelta(minutes=1))
    assert not before.is_open
    assert before.opens_at == found.opens_at


@given(desks())
def test_groups_are_the_week(desk: OpeningHours) -> None:
    groups = desk.grouped_week()
    assert [weekday for group in groups for weekday in group.days] == list(range(7))
    assert all(a.spans != b.spans for a, b in pairwise(groups))
    for group in groups:
        for weekday in group.days:
            assert group.spans == joined(desk.weekly.get(weekday, ()))
