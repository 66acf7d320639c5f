"""What the curator's page reads: queries of a period, and their trend. A fixed number of questions to the database.

A query is shown once it was asked `SHOWN_TIMES` times on `SHOWN_DAYS` days: what one person asked once is nobody's to read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Count, F, Q, QuerySet, Sum

from search import usage
from search.curation.drawing import Bars, Spark, bars, spark
from search.curation.periods import MOST_PAGES, Choice, Tab, spans
from search.models import QueryDay

SHOWN_TIMES: Final = 3
SHOWN_DAYS: Final = 2
PER_PAGE: Final = 50
SPARK_POINTS: Final = 30


@dataclass(frozen=True, slots=True)
class Line:
    """One query in the period."""

    normal: str
    shown: str
    """With the accents that its words usually have."""
    asked: int
    days: int
    unfound: int
    opened: int
    results: int
    """How many results the last who asked was shown."""
    spark: Spark | None

    @property
    def is_mended(self) -> bool:
        """Not found before, found now."""
        return bool(self.unfound and self.results)


@dataclass(frozen=True, slots=True)
class Span:
    first: date
    last: date
    asked: int
    unfound: int
    opened: int


@dataclass(frozen=True)
class Board:
    choice: Choice
    since: date
    until: date
    lines: tuple[Line, ...]
    has_more: bool
    spans: tuple[Span, ...]
    """Oldest first."""
    bars: Bars

    @property
    def asked(self) -> int:
        return sum(span.asked for span in self.spans)

    @property
    def unfound(self) -> int:
        return sum(span.unfound for span in self.spans)

    @property
    def opened(self) -> int:
        return sum(span.opened for span in self.spans)

    @property
    def latest_first(self) -> tuple[Span, ...]:
        return self.spans[::-1]

    @property
    def is_weekly(self) -> bool:
        return any(span.first != span.last for span in self.spans)


def build_board(choice: Choice, today: date) -> Board:
    """Three questions to the database."""
    since = choice.since(today)
    start = (choice.page - 1) * PER_PAGE
    rows = list(queries(choice.tab, since, today)[start : start + PER_PAGE + 1])
    shown = rows[:PER_PAGE]
    histories = _histories([row["normal"] for row in shown], since, today)
    trend = _trend(since, today)
    return Board(
        choice=choice,
        since=since,
        until=today,
        lines=tuple(_line(row, histories.get(row["normal"], []), since, today) for row in shown),
        has_more=len(rows) > PER_PAGE and choice.page < MOST_PAGES,
        spans=trend,
        bars=bars([(span.asked, span.unfound) for span in trend]),
    )


def queries(tab: Tab, since: date, until: date) -> QuerySet[Any, Any]:
    """Dictionaries of `normal`, `times`, `days`, `lost`, `clicks`, in the order of the list."""
    found = (
        QueryDay.objects.filter(day__gte=since, day__lte=until)
        .order_by()
        .values("normal")
        .annotate(times=Sum("asked"), days=Count("pk"), lost=Sum("unfound"), clicks=Sum("opened"))
        .filter(times__gte=SHOWN_TIMES, days__gte=SHOWN_DAYS)
    )
    if tab is Tab.UNFOUND:
        return found.filter(lost__gt=0).order_by("-lost", "-times", "normal")
    if tab is Tab.UNOPENED:
        # Found, but hardly anybody wanted what was shown.
        return found.filter(Q(clicks=0) | Q(times__gte=F("clicks") * 10), times__gt=F("lost")).order_by(
            "-times", "normal"
        )
    return found.order_by("-times", "normal")


def most_asked(today: date, *, days: int = 90, limit: int = 300) -> list[tuple[str, int]]:
    """(normal form, times), most first."""
    rows = queries(Tab.ASKED, today - timedelta(days=days - 1), today)[:limit]
    return [(row["normal"], row["times"]) for row in rows]


def _trend(since: date, until: date) -> tuple[Span, ...]:
    rows = (
        QueryDay.objects.filter(day__gte=since, day__lte=until)
        .order_by()
        .values_list("day")
        .annotate(Sum("asked"), Sum("unfound"), Sum("opened"))
    )
    counts = {day: values for day, *values in rows}
    found = []
    for first, last in spans(since, until):
        days = [
            counts[day]
            for day in (first + timedelta(n) for n in range((last - first).days + 1))
            if day in counts
        ]
        found.append(Span(first, last, *(sum(day[place] for day in days) for place in range(3))))
    return tuple(found)


def _histories(normals: list[str], since: date, until: date) -> dict[str, list[tuple[date, int, int]]]:
    """Day, times asked and results of each, oldest first."""
    rows = QueryDay.objects.filter(normal__in=normals, day__gte=since, day__lte=until).order_by("day")
    found: dict[str, list[tuple[date, int, int]]] = {}
    for normal, day, asked, results in rows.values_list("normal", "day", "asked", "results"):
        found.setdefault(normal, []).append((day, asked, results))
    return found


def _line(row: dict[str, Any], history: list[tuple[date, int, int]], since: date, until: date) -> Line:
    length = (until - since).days + 1
    points = [0] * min(length, SPARK_POINTS)
    for day, asked, _results in history:
        points[(day - since).days * len(points) // length] += asked
    return Line(
        normal=row["normal"],
        shown=usage.shown(row["normal"]),
        asked=row["times"],
        days=row["days"],
        unfound=row["lost"],
        opened=row["clicks"],
        results=history[-1][2] if history else 0,
        spark=spark(points),
    )
