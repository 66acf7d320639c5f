"""Shares, months and lines of a chart from daily measures. Pure: no Django."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from home.vietnamese_order import vietnamese_key

THRESHOLD = Decimal(95)
"""Per cent below which a bar is drawn in the other colour."""
MONTHS_SHOWN = 12
TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Measured:
    """One unit at the end of one day: numbers of procedures."""

    unit: int
    day: date
    owed: int
    listed: int
    on_time: int
    complete: int

    @property
    def listed_share(self) -> Decimal | None:
        return share(self.listed, self.owed)

    @property
    def on_time_share(self) -> Decimal | None:
        return share(self.on_time, self.owed)

    @property
    def complete_share(self) -> Decimal | None:
        return share(self.complete, self.owed)


def share(part: int, whole: int) -> Decimal | None:
    """Per cent with one decimal; None where there is nothing to share. Only what is whole is 100,0: 1,999 of 2,000 isn't."""
    if whole <= 0:
        return None
    found = (Decimal(100) * part / whole).quantize(TENTH, ROUND_HALF_UP)
    return min(found, Decimal("99.9")) if part < whole else found


def in_all(measures: Iterable[Measured]) -> Measured | None:
    """All units together; None for none."""
    rows = list(measures)
    if not rows:
        return None
    return Measured(
        unit=0,
        day=max(row.day for row in rows),
        owed=sum(row.owed for row in rows),
        listed=sum(row.listed for row in rows),
        on_time=sum(row.on_time for row in rows),
        complete=sum(row.complete for row in rows),
    )


class Column(StrEnum):
    """What the table may be sorted by. Values stand in addresses."""

    NAME = "ten"
    OWED = "phai"
    LISTED = "niem-yet"
    ON_TIME = "dung-han"
    COMPLETE = "day-du"


@dataclass(frozen=True, slots=True)
class Order:
    column: Column = Column.LISTED
    ascending: bool = False

    @classmethod
    def parse(cls, text: str) -> Order:
        """ "niem-yet", "niem-yet-tang", "ten-giam"; what is unknown is the default."""
        name, turned = text, False
        for ending in ("-tang", "-giam"):
            if text.endswith(ending):
                name, turned = text.removesuffix(ending), True
        if name not in set(Column):
            return cls()
        # Names are read from A, numbers from the highest.
        return cls(Column(name), (Column(name) is Column.NAME) != turned)

    @property
    def value(self) -> str:
        if self.column is Column.NAME:
            return str(self.column) if self.ascending else f"{self.column}-giam"
        return f"{self.column}-tang" if self.ascending else str(self.column)

    def clicked(self, column: Column) -> Order:
        """The order after a click on a head: the same column turns round."""
        if column is self.column:
            return Order(column, not self.ascending)
        return Order(column, column is Column.NAME)


@dataclass(frozen=True, slots=True)
class NamedMeasure:
    name: str
    now: Measured


def ordered(rows: Iterable[NamedMeasure], order: Order) -> list[NamedMeasure]:
    """Equal ones by name; units that owe nothing come last, whichever way."""
    by_name = sorted(rows, key=lambda row: vietnamese_key(row.name))
    if order.column is Column.NAME:
        return by_name if order.ascending else by_name[::-1]
    if order.column is Column.OWED:
        return sorted(by_name, key=lambda row: row.now.owed if order.ascending else -row.now.owed)
    with_share = [(row, _share_of(row, order.column)) for row in by_name]
    known = sorted(
        ((row, value) for row, value in with_share if value is not None),
        key=lambda pair: pair[1] if order.ascending else -pair[1],
    )
    return [row for row, _value in known] + [row for row, value in with_share if value is None]


def _share_of(row: NamedMeasure, column: Column) -> Decimal | None:
    return {
        Column.LISTED: row.now.listed_share,
        Column.ON_TIME: row.now.on_time_share,
        Column.COMPLETE: row.now.complete_share,
    }[column]


# Months -----------------------------------------------------------------------------------------------------------------


def month_ends(measures: Iterable[Measured]) -> list[Measured]:
    """The last measure of each month, oldest first: of the running month, the newest there is."""
    last: dict[tuple[int, int], Measured] = {}
    for row in measures:
        key = (row.day.year, row.day.month)
        if key not in last or last[key].day < row.day:
            last[key] = row
    return [last[key] for key in sorted(last)]


@dataclass(frozen=True, slots=True)
class Line:
    """A line in a box; `path` and the end point as SVG writes them."""

    path: str
    end_x: str
    end_y: str
    low: Decimal
    """Per cent at the bottom of the box; 100 is on top."""


def line(shares: Sequence[Decimal], *, width: int = 100, height: int = 30, margin: int = 4) -> Line | None:
    """Shares from left to right, 100 on top; the bottom is the lowest of them, at most 90, so that a rise is seen.

    None where there are fewer than two: one point is no line.
    """
    if len(shares) < 2:
        return None
    low = min(*shares, Decimal(90))
    inner = height - 2 * margin
    points = [
        (
            Decimal(width) * i / (len(shares) - 1),
            margin + inner * (Decimal(100) - value) / (Decimal(100) - low),
        )
        for i, value in enumerate(shares)
    ]
    written = [(_short(x), _short(y)) for x, y in points]
    path = "M" + "L".join(f"{x} {y}" for x, y in written)
    return Line(path, *written[-1], low=low)


def _short(number: Decimal) -> str:
    text = format(number.quantize(TENTH), "f")
    return text.removesuffix(".0")
