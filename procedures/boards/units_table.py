"""All units with shares and points: sortable, searchable, as CSV. Of those who see every unit it is kept for minutes."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from io import StringIO
from typing import Any

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from home.models import Unit
from home.permissions import sees_everything
from home.vietnamese_order import vietnamese_key
from procedures.boards import figures
from procedures.completeness.reports import UnitReport, unit_reports
from search.lists import wanted

KEY = "units-table"
SECONDS = 120


@dataclass(frozen=True, slots=True)
class UnitRow:
    name: str
    slug: str
    code: str
    search_key: str
    owed: int
    listed: int
    missing: int
    late: int
    outdated: int
    gone: int
    lacking: int
    share: Decimal
    on_time: Decimal
    complete: Decimal
    points: Decimal
    maximum: Decimal

    @property
    def share_words(self) -> str:
        return figures.percent(self.share)

    @property
    def on_time_words(self) -> str:
        return figures.percent(self.on_time)

    @property
    def complete_words(self) -> str:
        return figures.percent(self.complete)

    @property
    def points_words(self) -> str:
        return figures.points(self.points)


@dataclass(frozen=True, slots=True)
class UnitsTable:
    at: datetime
    rows: tuple[UnitRow, ...]
    is_kept: bool
    """The figures may be as old as `SECONDS`."""


@dataclass(frozen=True, slots=True)
class Column:
    key: str
    label: Any
    value: Callable[[UnitRow], Any]
    text: Callable[[UnitRow], str]
    first_down: bool = True
    """Whether one wants the largest first."""


COLUMNS = (
    Column("ten", _("Đơn vị"), lambda r: vietnamese_key(r.name), lambda r: r.name, first_down=False),
    Column("phai", _("Phải niêm yết"), lambda r: r.owed, lambda r: figures.number(r.owed)),
    Column("da", _("Đã niêm yết"), lambda r: r.share, lambda r: r.share_words, first_down=False),
    Column("dung-han", _("Đúng hạn"), lambda r: r.on_time, lambda r: r.on_time_words, first_down=False),
    Column("dung-ban", _("Đúng và đủ"), lambda r: r.complete, lambda r: r.complete_words, first_down=False),
    Column("thieu", _("Còn thiếu"), lambda r: r.missing, lambda r: figures.number(r.missing)),
    Column("qua-han", _("Quá hạn"), lambda r: r.late, lambda r: figures.number(r.late)),
    Column("cu", _("Đã cũ"), lambda r: r.outdated, lambda r: figures.number(r.outdated)),
    Column("diem", _("Điểm"), lambda r: r.points, lambda r: r.points_words, first_down=False),
)
BY_KEY = {column.key: column for column in COLUMNS}
DEFAULT = "diem"


@dataclass(frozen=True, slots=True)
class Order:
    """By which column, and whether the largest stand first."""

    column: str = DEFAULT
    down: bool = False

    @classmethod
    def parse(cls, asked: str) -> Order:
        """ "qua-han", "-qua-han"; what is unknown is as if not asked."""
        key = asked.removeprefix("-")
        return cls(key, asked.startswith("-")) if key in BY_KEY else cls()

    def __str__(self) -> str:
        return f"-{self.column}" if self.down else self.column

    def clicked(self, column: Column) -> Order:
        """What the head of a column leads to: the other way round where it is the order already."""
        return Order(column.key, not self.down if column.key == self.column else column.first_down)


def units_table(user: Any, units: Sequence[Unit]) -> UnitsTable:
    """`units`: those that this person may see. Who sees all of them shares the kept figures."""
    if not sees_everything(user):
        return UnitsTable(timezone.now(), rows_of(unit_reports(units)), is_kept=False)
    held: UnitsTable | None = cache.get(KEY)
    if held is None:
        held = UnitsTable(timezone.now(), rows_of(unit_reports(units)), is_kept=True)
        cache.set(KEY, held, SECONDS)
    return held


def rows_of(reports: Iterable[UnitReport]) -> tuple[UnitRow, ...]:
    return tuple(
        UnitRow(
            name=report.unit.name,
            slug=report.unit.slug,
            code=report.unit.code,
            search_key=report.unit.search_key,
            owed=report.score.owed,
            listed=report.score.listed,
            missing=report.score.missing + report.score.late,
            late=report.score.late,
            outdated=report.score.outdated,
            gone=report.score.should_be_gone,
            lacking=report.score.lacking,
            share=report.score.share_listed,
            on_time=report.score.share_on_time,
            complete=report.score.share_complete,
            points=report.score.points,
            maximum=report.score.maximum,
        )
        for report in reports
    )


def arranged(rows: Iterable[UnitRow], *, q: str = "", order: Order | None = None) -> list[UnitRow]:
    asked = wanted(q, kind="don-vi") if q.strip() else None
    found = [row for row in rows if asked is None or asked.fits(row.slug, row.search_key)]
    found.sort(key=lambda row: vietnamese_key(row.name))
    chosen = order or Order()
    found.sort(key=BY_KEY[chosen.column].value, reverse=chosen.down)
    return found


CSV_HEADS = (
    _("Mã"), _("Đơn vị"), _("Phải niêm yết"), _("Đã niêm yết"), _("Tỷ lệ niêm yết"), _("Tỷ lệ đúng hạn"),
    _("Tỷ lệ đúng và đủ"), _("Còn thiếu"), _("Quá hạn"), _("Đã cũ"), _("Phải gỡ"), _("Thiếu nơi nộp"), _("Điểm"),
    _("Điểm tối đa"),
)  # fmt: skip


FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def _as_text(value: str) -> str:
    """A leading apostrophe says "text" to spreadsheets: a name stays a name."""
    return f"'{value}" if value.lstrip(" ").startswith(FORMULA_STARTS) else value


def as_csv(rows: Iterable[UnitRow]) -> str:
    """With a byte order mark, so that spreadsheets read the accents."""
    out = StringIO()
    out.write("\N{ZERO WIDTH NO-BREAK SPACE}")
    writer = csv.writer(out)
    writer.writerow([str(head) for head in CSV_HEADS])
    for row in rows:
        shares = [f"{100 * share:.2f}" for share in (row.share, row.on_time, row.complete)]
        values = [
            _as_text(row.code), _as_text(row.name), row.owed, row.listed, *shares, row.missing, row.late, row.outdated,
            row.gone, row.lacking, row.points, row.maximum,
        ]  # fmt: skip
        writer.writerow(values)
    return out.getvalue()
