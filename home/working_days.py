"""Working days of Vietnamese state bodies: Saturdays, Sundays and public holidays are off, swapped days change places.

Public holidays are those of the Labour Code (Bộ luật Lao động 2019, art. 112) as the `holidays` library knows them.
What the Government decides from year to year (swapped days, which day beside 2 September is off) stands in a table
above it: `home/data/swapped_days.yaml`, and what the administrator adds. Nothing here reads a clock.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import holidays
import yaml

SHIPPED_DAYS: Final = Path(__file__).parent / "data" / "swapped_days.yaml"

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class DayChange:
    """One day that is not what weekday and holiday make of it.

    `swapped_with`: the other day of a swap. A Saturday worked in the place of a Friday is worked with Friday's hours.
    """

    day: date
    is_working: bool
    note: str = ""
    source: str = ""
    swapped_with: date | None = None


@dataclass(frozen=True, slots=True)
class HolidayNotice:
    """An official notice: from one day to another, both inclusive, nobody works, and on the days around them they do."""

    occasion: str
    first_day: date
    last_day: date
    source: str


class DayTableError(ValueError):
    """What is wrong in a table of days, and where."""


@dataclass(frozen=True, slots=True)
class DayTable:
    changes: tuple[DayChange, ...] = ()
    notices: tuple[HolidayNotice, ...] = ()


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days are worked. `changes` override holidays and weekends; of two for one day the last one holds.

    Keep one and use it again: it remembers the years it was asked about. After 2100, where the library ends, there are
    weekends only.
    """

    changes: tuple[DayChange, ...] = ()

    def is_working_day(self, day: date) -> bool:
        if (change := self._changes.get(day)) is not None:
            return change.is_working
        national = _national(day.year)
        return day in national.worked_weekends or (day.weekday() < _SATURDAY and day not in national.names)

    def holiday_name(self, day: date) -> str:
        """Why this day is off, if more than its weekday makes it so: "Quốc khánh", "Nghỉ hoán đổi". Else empty."""
        if (change := self._changes.get(day)) is not None:
            return "" if change.is_working else change.note or _national(day.year).names.get(day, "Ngày nghỉ")
        return _national(day.year).names.get(day, "")

    def stands_in_for(self, day: date) -> date | None:
        """The day off that is made up for on this working day at a weekend, where the table says it."""
        change = self._changes.get(day)
        return change.swapped_with if change and change.is_working else None

    def add_working_days(self, start: date, days: int) -> date:
        """The last day of a period of working days. They count from the day after `start`; 0 gives `start` itself."""
        if days < 0:
            raise ValueError("a period of working days can't be negative")
        if days == 0:
            return start
        year, worked = start.year, self._worked(start.year)
        index = bisect_right(worked, start) + days - 1
        while index >= len(worked):
            index -= len(worked)
            year += 1
            worked = self._worked(year)
        return worked[index]

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative if `end` comes first.

        So `working_days_between(start, add_working_days(start, n)) == n`.
        """
        if end < start:
            return -self.working_days_between(end, start)
        before = bisect_right(self._worked(start.year), start)
        whole = sum(len(self._worked(year)) for year in range(start.year, end.year))
        return whole + bisect_right(self._worked(end.year), end) - before

    def next_working_day(self, day: date) -> date:
        """`day` itself if it is worked, else the first worked one after it."""
        worked = self._worked(day.year)
        index = bisect_left(worked, day)
        return worked[index] if index < len(worked) else self._worked(day.year + 1)[0]

    @cached_property
    def _changes(self) -> Mapping[date, DayChange]:
        return {change.day: change for change in self.changes}

    @cached_property
    def _years(self) -> dict[int, tuple[date, ...]]:
        return {}

    def _worked(self, year: int) -> tuple[date, ...]:
        """All working days of a year, in order."""
        if (known := self._years.get(year)) is None:
            first = date(year, 1, 1)
            days = (first + timedelta(days=n) for n in range(366))
            known = tuple(day for day in days if day.year == year and self.is_working_day(day))
            self._years[year] = known
        return known


@dataclass(frozen=True, slots=True)
class _NationalYear:
    names: Mapping[date, str]
    worked_weekends: frozenset[date]


@lru_cache(maxsize=64)
def _national(year: int) -> _NationalYear:
    """The library's year. The neighbours are asked too: a holiday may be made up for across New Year."""
    found = holidays.country_holidays("VN", years=range(year - 1, year + 2), language="vi")
    names = {day: name.replace("; ", ", ") for day, name in found.items() if day.year == year}
    worked = frozenset(day for day in found.weekend_workdays if day.year == year)
    return _NationalYear(MappingProxyType(names), worked)


def swap(day_off: date, worked: date, *, note: str = "", source: str = "") -> tuple[DayChange, DayChange]:
    """The two changes of one swap."""
    return (
        DayChange(day_off, False, note or "Nghỉ hoán đổi", source, worked),
        DayChange(worked, True, f"Làm bù ngày {day_off:%d/%m/%Y}", source, day_off),
    )


def read_day_table(path: str | Path) -> DayTable:
    """`swapped_days.yaml`. Raises DayTableError, with the place in the file, for whatever is not as it should be."""
    content = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    if not isinstance(content, dict) or (unknown := set(content) - {"swaps", "days", "notices"}):
        raise DayTableError(
            f"{path}: expected swaps, days, notices" + (f", found {unknown}" if content else "")
        )
    changes: list[DayChange] = []
    for where, row in _rows(content, "swaps"):
        off, worked = _day(where, row, "day_off"), _day(where, row, "worked")
        if off.weekday() >= _SATURDAY or worked.weekday() < _SATURDAY:
            raise DayTableError(f"{where}: a swap gives a weekday off for a weekend day worked")
        changes += swap(off, worked, note=_text(where, row, "note"), source=_text(where, row, "source"))
    for where, row in _rows(content, "days"):
        if not isinstance(row.get("working"), bool):
            raise DayTableError(f"{where}: working must be true or false")
        day, source = _day(where, row, "day"), _text(where, row, "source")
        changes.append(DayChange(day, row["working"], _text(where, row, "note"), source))
    if len({c.day for c in changes}) < len(changes):
        raise DayTableError(f"{path}: a day stands in it twice")
    notices = []
    for where, row in _rows(content, "notices"):
        first, last = _day(where, row, "first_day"), _day(where, row, "last_day")
        if last < first:
            raise DayTableError(f"{where}: last_day comes before first_day")
        notices.append(HolidayNotice(_text(where, row, "occasion"), first, last, _text(where, row, "source")))
    return DayTable(tuple(changes), tuple(notices))


def shipped_calendar(more: Iterable[DayChange] = ()) -> WorkingCalendar:
    """The calendar of the shipped table, with what the administrator has added above it."""
    return WorkingCalendar((*read_day_table(SHIPPED_DAYS).changes, *more))


def _rows(content: dict[str, Any], part: str) -> Iterable[tuple[str, dict[str, Any]]]:
    rows = content.get(part) or []
    if not isinstance(rows, list):
        raise DayTableError(f"{part}: expected a list")
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            raise DayTableError(f"{part} {number}: expected fields")
        yield f"{part} {number}", row


def _day(where: str, row: dict[str, Any], field: str) -> date:
    value = row.get(field)
    if type(value) is not date:  # a datetime is a date too
        raise DayTableError(f"{where}: {field} must be a date such as 2025-05-02, not {value!r}")
    return value


def _text(where: str, row: dict[str, Any], field: str) -> str:
    value = row.get(field)
    if not isinstance(value, str) or not value.strip():
        raise DayTableError(f"{where}: {field} is missing")
    return value.strip()
