"""Hours of a desk as a reader sees them: the one place where Desk meets `home.opening_hours`, and where states are worded.

A page that may be stored never says "open" or "closed" by itself: it shows the week and the days that differ, and hands
the same facts to the script (static/home/portal.js), which marks today and words the state as `state_words` does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from home.enums import DayKind, Weekday
from home.models import CalendarDay, Desk
from home.opening_hours import DatedException, DayHours, OpeningHours, OpeningState, Span, State, Why
from home.working_days import DayChange, WorkingCalendar, shipped_calendar

SHOWN_DAYS = 14
"""How far ahead unusual days are told in the page."""
SCRIPT_DAYS = 60
"""How far ahead the script may judge; a page stored for longer falls silent instead of guessing."""

STATE_WORDS = {
    "open": gettext_lazy("Đang mở cửa đến %s"),
    "break": gettext_lazy("Đang nghỉ trưa, mở lại lúc %s"),
    "shut": gettext_lazy("Đang nghỉ, mở lại lúc %s"),
    "off": gettext_lazy("Đang nghỉ"),
    "tomorrow": gettext_lazy("%s ngày mai"),
    "later": gettext_lazy("%s %s"),
    "today": gettext_lazy("(hôm nay)"),
}
"""The script gets them from the page. "later": hour, then weekday and date."""

_NOON = (time(10), time(15))


# From the database -----------------------------------------------------------------------------------------------


def portal_calendar() -> WorkingCalendar:
    """The shipped calendar with the administrator's days above it. One query; the years reckoned are kept."""
    return _calendar(
        tuple(
            DayChange(day, kind == DayKind.WORKING, note, source)
            for day, kind, note, source in CalendarDay.objects.order_by("day").values_list(
                "day", "kind", "note", "source"
            )
        )
    )


@lru_cache(maxsize=8)
def _calendar(changes: tuple[DayChange, ...]) -> WorkingCalendar:
    return shipped_calendar(changes)


def opening_hours(desk: Desk, calendar: WorkingCalendar | None = None) -> OpeningHours:
    """Of a desk whose `hours` and `exceptions` are prefetched. Spans that overlap by mistake are joined, never an error."""
    dated: dict[tuple[date, date, str], list[Span]] = {}
    for exception in desk.exceptions.all():
        key = (exception.first_day, exception.last_day, exception.note)
        dated.setdefault(key, [])
        if exception.opens and exception.closes:
            dated[key].append(Span(exception.opens, exception.closes))
    return OpeningHours(
        weekly=_week_of(desk),
        exceptions=tuple(
            DatedException(first, last, _merged(spans), note) for (first, last, note), spans in dated.items()
        ),
        calendar=calendar,
    )


def _week_of(desk: Desk) -> dict[int, tuple[Span, ...]]:
    week: dict[int, list[Span]] = {}
    for hours in desk.hours.all():
        week.setdefault(hours.weekday, []).append(Span(hours.opens, hours.closes))
    return {weekday: _merged(spans) for weekday, spans in week.items()}


def _merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    result: list[Span] = []
    for span in sorted(spans):
        if result and span.opens <= result[-1].closes:
            result[-1] = Span(result[-1].opens, max(result[-1].closes, span.closes))
        else:
            result.append(span)
    return tuple(result)


# For pages -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HoursRow:
    """One line of the table. `weekdays` for the week ("0 1 2 3 4"), `first` and `last` for dated days."""

    label: str
    spans: tuple[str, ...]
    weekdays: str = ""
    first: date | None = None
    last: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class HoursView:
    """What `components/hours.html` and the script need. Not `is_known`: nobody has entered any hours."""

    is_known: bool
    rows: tuple[HoursRow, ...] = ()
    for_script: dict[str, Any] | None = None


def hours_view(
    desk: Desk, *, calendar: WorkingCalendar | None = None, today: date | None = None
) -> HoursView:
    hours = opening_hours(desk, calendar)
    if not hours.is_known:
        return HoursView(is_known=False)
    first = today or timezone.localdate()
    week = tuple(
        HoursRow(_weekday_words(group.days), _span_words(group.spans), " ".join(map(str, group.days)))
        for group in hours.grouped_week()
    )
    unusual = hours.unusual_days(first, SCRIPT_DAYS)
    shown = [day for day in unusual if day.day < first + timedelta(days=SHOWN_DAYS)]
    return HoursView(
        is_known=True, rows=week + tuple(_dated_rows(shown)), for_script=_for_script(hours, unusual, first)
    )


def week_line(desk: Desk) -> str:
    """The week in one line, closed days left out: "Thứ Hai – thứ Sáu, 7:00–11:30 và 13:30–17:00"."""
    hours = OpeningHours(weekly=_week_of(desk))
    parts = [
        _("%(days)s, %(hours)s")
        % {"days": _weekday_words(group.days), "hours": _(" và ").join(_span_words(group.spans))}
        for group in hours.grouped_week()
        if group.spans
    ]
    return "; ".join(parts)


def _dated_rows(days: Iterable[DayHours]) -> Iterable[HoursRow]:
    """Neighbouring days with the same hours for the same reason in one line."""
    run: list[DayHours] = []
    for day in days:
        if run and (
            day.day - run[-1].day != timedelta(days=1)
            or (day.spans, day.note) != (run[-1].spans, run[-1].note)
        ):
            yield _dated_row(run)
            run = []
        run.append(day)
    if run:
        yield _dated_row(run)


def _dated_row(run: list[DayHours]) -> HoursRow:
    first, last = run[0].day, run[-1].day
    label = day_words(first) if first == last else f"{day_words(first)} – {day_words(last, lower=True)}"
    note = run[0].note or (_("Làm bù") if run[0].why is Why.MAKE_UP else "")
    return HoursRow(label, _span_words(run[0].spans), first=first, last=last, note=note)


def _for_script(hours: OpeningHours, unusual: Iterable[DayHours], first: date) -> dict[str, Any]:
    return {
        "week": [_minutes(hours.weekly.get(weekday, ())) for weekday in range(7)],
        "days": {day.day.isoformat(): [_minutes(day.spans), day.note] for day in unusual},
        "until": (first + timedelta(days=SCRIPT_DAYS)).isoformat(),
        "words": {key: str(words) for key, words in STATE_WORDS.items()},
        "weekdays": [_weekday(n, lower=True) for n in range(7)],
    }


# Words -----------------------------------------------------------------------------------------------------------


def state_words(state: OpeningState, now: datetime) -> str:
    """ "Đang mở cửa đến 11:30", "Đang nghỉ trưa, mở lại lúc 13:30", "Đang nghỉ (Quốc khánh), mở lại lúc 7:00 thứ Năm 03/9"."""
    if state.closes_at is not None:
        return str(STATE_WORDS["open"]) % clock(state.closes_at)
    if state.opens_at is None:
        return _with_note(str(STATE_WORDS["off"]), state.note)
    opens = clock(state.opens_at)
    if state.state is State.BREAK and _NOON[0] <= now.time() < _NOON[1]:
        return str(STATE_WORDS["break"]) % opens
    days = (state.opens_at.date() - now.date()).days
    if days == 1:
        opens = str(STATE_WORDS["tomorrow"]) % opens
    elif days > 1:
        opens = str(STATE_WORDS["later"]) % (opens, day_words(state.opens_at.date(), lower=True))
    return _with_note(str(STATE_WORDS["shut"]) % opens, state.note)


def _with_note(words: str, note: str) -> str:
    off = str(STATE_WORDS["off"])
    return words.replace(off, f"{off} ({note})", 1) if note else words


def clock(moment: time | datetime) -> str:
    """7:00, 13:30"""
    return f"{moment.hour}:{moment.minute:02}"


def day_words(day: date, *, lower: bool = False) -> str:
    """ "Thứ Năm 26/3"; without the year, for days that are near."""
    return f"{_weekday(day.weekday(), lower=lower)} {day.day:02}/{day.month:{'02' if day.month <= 2 else ''}}"


def _weekday(number: int, *, lower: bool = False) -> str:
    words = str(Weekday(number).label).replace(" ", "\u00a0")
    return words[0].lower() + words[1:] if lower else words


def _weekday_words(days: tuple[int, ...]) -> str:
    if len(days) == 7:
        return _("Hằng ngày")
    if len(days) > 2:
        return f"{_weekday(days[0])} – {_weekday(days[-1], lower=True)}"
    return ", ".join(_weekday(day, lower=n > 0) for n, day in enumerate(days))


def _span_words(spans: Iterable[Span]) -> tuple[str, ...]:
    return tuple(f"{clock(span.opens)}–{clock(span.closes)}" for span in spans)


def _minutes(spans: Iterable[Span]) -> list[list[int]]:
    return [[s.opens.hour * 60 + s.opens.minute, s.closes.hour * 60 + s.closes.minute] for s in spans]
