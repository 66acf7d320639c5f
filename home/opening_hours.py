"""When a desk is open: weekly hours, dated exceptions above them, public holidays between the two.

Times are local ones of the desk, spans are half-open: at the minute it closes it is closed. What is said to the reader
("Đang nghỉ trưa, mở lại lúc 13:30") is worded elsewhere; here are only facts. Nothing here reads a clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import Final, Protocol

_DAY: Final = timedelta(days=1)
_MONDAY: Final = 0

HORIZON: Final = timedelta(days=60)
"""How far ahead the next opening is looked for: longer than any Tết, short enough to be told."""


class DayCalendar(Protocol):
    """What the hours ask of a calendar; `home.working_days.WorkingCalendar` is one."""

    def holiday_name(self, day: date) -> str:
        """Why nobody works on this day, if more than its weekday makes it so; else empty."""

    def is_working_day(self, day: date) -> bool: ...

    def stands_in_for(self, day: date) -> date | None:
        """The day off that is made up for on this day at a weekend."""


@dataclass(frozen=True, order=True, slots=True)
class Span:
    """Open from one time to another of the same day."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.closes <= self.opens:
            raise ValueError(f"a desk can't close at {self.closes:%H:%M} when it opens at {self.opens:%H:%M}")


@dataclass(frozen=True, slots=True)
class DatedException:
    """Other hours, or none (closed), from one day to another, both inclusive."""

    first_day: date
    last_day: date
    spans: tuple[Span, ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        if self.last_day < self.first_day:
            raise ValueError("an exception can't end before it begins")


class Why(StrEnum):
    """What made the hours of a day what they are."""

    WEEKLY = "weekly"
    EXCEPTION = "exception"
    HOLIDAY = "holiday"
    MAKE_UP = "make_up"
    """A weekend day worked in the place of a day off."""


@dataclass(frozen=True, slots=True)
class DayHours:
    day: date
    spans: tuple[Span, ...]
    why: Why = Why.WEEKLY
    note: str = ""
    """The holiday's name or the exception's reason."""


class State(StrEnum):
    OPEN = "open"
    BREAK = "break"
    """Closed between two spans of the day (lunch)."""
    BEFORE = "before"
    """Not yet open today."""
    AFTER = "after"
    """Closed for the rest of the day."""
    DAY_OFF = "day_off"
    """No hours on this weekday."""
    HOLIDAY = "holiday"
    EXCEPTION = "exception"
    """Closed all day by a dated exception."""


@dataclass(frozen=True, slots=True)
class OpeningState:
    """At one moment: `closes_at` if open, `opens_at` if not (None: not within HORIZON); `note` says why, if something does."""

    state: State
    closes_at: datetime | None = None
    opens_at: datetime | None = None
    note: str = ""

    @property
    def is_open(self) -> bool:
        return self.state is State.OPEN

    @property
    def opens_today(self) -> bool:
        return self.state in (State.BREAK, State.BEFORE)


@dataclass(frozen=True, slots=True)
class WeekGroup:
    """Neighbouring weekdays (0 is Monday) with the same hours; no spans: closed."""

    days: tuple[int, ...]
    spans: tuple[Span, ...]

    @property
    def first(self) -> int:
        return self.days[0]

    @property
    def last(self) -> int:
        return self.days[-1]

    @property
    def is_range(self) -> bool:
        """Said as "Monday to Friday"; two days are said as "Saturday, Sunday"."""
        return len(self.days) > 2

    def __contains__(self, weekday: int) -> bool:
        return weekday in self.days


@dataclass(frozen=True)
class OpeningHours:
    """The hours of one desk. Of two exceptions for one day the shorter holds, then the later one of the tuple.

    `calendar` None: open on holidays too. Raises ValueError for spans of one day that overlap.
    """

    weekly: Mapping[int, Sequence[Span]]
    exceptions: tuple[DatedException, ...] = ()
    calendar: DayCalendar | None = None

    def __post_init__(self) -> None:
        if unknown := set(self.weekly) - set(range(7)):
            raise ValueError(f"weekdays are 0 to 6, not {sorted(unknown)}")
        for spans in (*self.weekly.values(), *(e.spans for e in self.exceptions)):
            joined(spans)

    @property
    def is_known(self) -> bool:
        """Whether there are any hours at all: no hours entered is not the same as closed."""
        return any(self._week)

    def hours_on(self, day: date) -> DayHours:
        """An exception goes before a holiday, a holiday before the weekday's hours."""
        if (exception := self._exception(day)) is not None:
            return DayHours(day, joined(exception.spans), Why.EXCEPTION, exception.note)
        weekday = day.weekday()
        if self.calendar is not None:
            if name := self.calendar.holiday_name(day):
                return DayHours(day, (), Why.HOLIDAY, name)
            if weekday > 4 and self.calendar.is_working_day(day):
                replaced = self.calendar.stands_in_for(day)
                as_weekday = replaced.weekday() if replaced else _MONDAY
                return DayHours(day, self._week[as_weekday] or self._week[weekday], Why.MAKE_UP)
        return DayHours(day, self._week[weekday])

    def state_at(self, moment: datetime) -> OpeningState:
        """`moment` in the desk's local time; the answer's times carry its time zone."""
        today = self.hours_on(moment.date())
        now = moment.time()
        for span in today.spans:
            if span.opens <= now < span.closes:
                closes = datetime.combine(today.day, span.closes, moment.tzinfo)
                return OpeningState(State.OPEN, closes_at=closes, note=today.note)
        return OpeningState(_closed_state(today, now), opens_at=self._next_opening(moment), note=today.note)

    def grouped_week(self) -> tuple[WeekGroup, ...]:
        """The plain week, Monday first, equal neighbours together."""
        groups: list[WeekGroup] = []
        for weekday, spans in enumerate(self._week):
            if groups and groups[-1].spans == spans:
                groups[-1] = WeekGroup((*groups[-1].days, weekday), spans)
            else:
                groups.append(WeekGroup((weekday,), spans))
        return tuple(groups)

    def unusual_days(self, first: date, days: int) -> tuple[DayHours, ...]:
        """Of the `days` days from `first`, those that differ from the plain week: what a reader must be told."""
        coming = (self.hours_on(first + n * _DAY) for n in range(days))
        return tuple(h for h in coming if h.why is not Why.WEEKLY and h.spans != self._week[h.day.weekday()])

    @cached_property
    def _week(self) -> tuple[tuple[Span, ...], ...]:
        return tuple(joined(self.weekly.get(weekday, ())) for weekday in range(7))

    def _exception(self, day: date) -> DatedException | None:
        found = [e for e in self.exceptions if e.first_day <= day <= e.last_day]
        return min(reversed(found), key=lambda e: e.last_day - e.first_day) if found else None

    def _next_opening(self, moment: datetime) -> datetime | None:
        for opening in self._openings(moment.date()):
            start = opening if moment.tzinfo is None else opening.replace(tzinfo=moment.tzinfo)
            if start > moment:
                return start
        return None

    def _openings(self, first: date) -> Iterator[datetime]:
        for n in range(HORIZON.days + 1):
            day = first + n * _DAY
            for span in self.hours_on(day).spans:
                yield datetime.combine(day, span.opens)


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """In order, those that touch made one. Raises ValueError if two overlap."""
    result: list[Span] = []
    ordered = sorted(spans)
    for before, after in pairwise(ordered):
        if after.opens < before.closes:
            raise ValueError(
                f"hours overlap: {before.opens:%H:%M}–{before.closes:%H:%M} and {after.opens:%H:%M}"
            )
    for span in ordered:
        if result and result[-1].closes == span.opens:
            result[-1] = Span(result[-1].opens, span.closes)
        else:
            result.append(span)
    return tuple(result)


def _closed_state(today: DayHours, now: time) -> State:
    if not today.spans:
        return {Why.HOLIDAY: State.HOLIDAY, Why.EXCEPTION: State.EXCEPTION}.get(today.why, State.DAY_OFF)
    if now < today.spans[0].opens:
        return State.BEFORE
    return State.BREAK if now < today.spans[-1].closes else State.AFTER
