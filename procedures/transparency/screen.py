"""What the pages of /minh-bach/ show: parameters parsed once, rows ready to be drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext_lazy as _

from home.enums import COMMUNE_KINDS
from home.models import Unit
from procedures.ledger.reading import Root, root_of
from procedures.models import UnitMeasure
from procedures.transparency.figures import (
    MONTHS_SHOWN,
    THRESHOLD,
    Column,
    Line,
    Measured,
    NamedMeasure,
    Order,
    in_all,
    line,
    ordered,
)
from procedures.transparency.measuring import last_day, measured, monthly, of_day
from search.text import fold

PER_PAGE = 20
LONGEST_QUERY = 100
COMMUNES, OTHERS = "xa", "so"
DEFAULT_ORDER = Order()

COLUMN_LABELS = {
    Column.NAME: _("Đơn vị"),
    Column.OWED: _("Phải niêm yết"),
    Column.LISTED: _("Đã niêm yết"),
    Column.ON_TIME: _("Đúng hạn"),
    Column.COMPLETE: _("Đầy đủ"),
}


@dataclass(frozen=True, slots=True)
class TableFilters:
    """What the address asks for; what is unknown or absurd is as if not asked."""

    kind: str = ""
    order: Order = DEFAULT_ORDER
    page: int = 1
    whole: bool = False
    q: str = ""
    """Words of a unit's name, marks or not."""

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> TableFilters:
        kind, page = query.get("l", ""), query.get("trang", "")
        return cls(
            kind=kind if kind in (COMMUNES, OTHERS) else "",
            order=Order.parse(query.get("sx", "")),
            page=int(page) if page.isascii() and page.isdigit() and len(page) < 4 else 1,
            whole=query.get("trang") == "tat-ca",
            q=" ".join(query.get("q", "").replace("\x00", " ").split())[:LONGEST_QUERY],
        )

    def query(self, **changes: str) -> str:
        """The parameters, encoded, ending in "&" where there are any."""
        order = "" if self.order == DEFAULT_ORDER else self.order.value
        values = {"l": self.kind, "sx": order, "q": self.q} | changes
        text = urlencode({name: value for name, value in values.items() if value})
        return f"{text}&" if text else ""


@dataclass(frozen=True, slots=True)
class Share:
    """A share as it is drawn: words beside a bar."""

    label: Any
    value: Decimal | None

    @property
    def is_low(self) -> bool:
        return self.value is not None and self.value < THRESHOLD


@dataclass(frozen=True, slots=True)
class Head:
    label: Any
    query: str
    direction: str
    """As `aria-sort` says it; empty: not sorted by this."""
    is_number: bool


@dataclass(frozen=True, slots=True)
class UnitRow:
    name: str
    slug: str
    owed: int
    shares: tuple[Share, ...]
    line: Line | None
    first: Measured | None
    last: Measured | None


@dataclass(frozen=True)
class Table:
    day: date
    filters: TableFilters
    totals: tuple[Share, ...]
    heads: list[Head]
    page: Page[Any]
    rows: list[UnitRow]
    communes: int
    others: int
    root: Root | None

    @property
    def page_range(self) -> Any:
        return self.page.paginator.get_elided_page_range(self.page.number)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What travels along with a search for a name."""
        order = "" if self.filters.order == DEFAULT_ORDER else self.filters.order.value
        return [(name, value) for name, value in (("l", self.filters.kind), ("sx", order)) if value]

    @property
    def all_query(self) -> str:
        return self.filters.query(l="").rstrip("&")

    @property
    def communes_query(self) -> str:
        return self.filters.query(l=COMMUNES).rstrip("&")

    @property
    def others_query(self) -> str:
        return self.filters.query(l=OTHERS).rstrip("&")

    @property
    def count(self) -> int:
        return self.communes + self.others


def shares(row: Measured | None) -> tuple[Share, ...]:
    return (
        Share(COLUMN_LABELS[Column.LISTED], row.listed_share if row else None),
        Share(COLUMN_LABELS[Column.ON_TIME], row.on_time_share if row else None),
        Share(COLUMN_LABELS[Column.COMPLETE], row.complete_share if row else None),
    )


def build_table(filters: TableFilters) -> Table | None:
    """None where nothing has been measured yet. A fixed number of queries."""
    day = last_day()
    if day is None:
        return None
    found = list(of_day(day))
    communes = [row for row in found if row.unit.kind in COMMUNE_KINDS]
    others = [row for row in found if row.unit.kind not in COMMUNE_KINDS]
    chosen: Sequence[UnitMeasure] = {COMMUNES: communes, OTHERS: others}.get(filters.kind, found)
    sought = fold(filters.q).split()
    chosen = [row for row in chosen if all(word in fold(row.unit.name) for word in sought)]
    slugs = {row.unit_id: row.unit.slug for row in chosen}
    rows = ordered((NamedMeasure(row.unit.name, measured(row)) for row in chosen), filters.order)
    pages = Paginator(rows, max(len(rows), 1) if filters.whole else PER_PAGE)
    page = pages.get_page(filters.page)
    shown = list(page.object_list)
    history = monthly(_units(found, shown), since=_year_before(day))
    return Table(
        day=day,
        filters=filters,
        totals=shares(in_all(measured(row) for row in found)),
        heads=_heads(filters),
        page=page,
        rows=[_row(row, slugs[row.now.unit], history.get(row.now.unit, [])) for row in shown],
        communes=len(communes),
        others=len(others),
        root=root_of(day),
    )


def _units(found: Sequence[UnitMeasure], shown: Sequence[NamedMeasure]) -> list[Unit]:
    wanted = {row.now.unit for row in shown}
    return [row.unit for row in found if row.unit_id in wanted]


def _year_before(day: date) -> date:
    return date(day.year - 1, day.month, 1)


def _heads(filters: TableFilters) -> list[Head]:
    def direction(column: Column) -> str:
        if column is not filters.order.column:
            return ""
        return "ascending" if filters.order.ascending else "descending"

    return [
        Head(
            label,
            filters.query(sx=filters.order.clicked(column).value).rstrip("&"),
            direction(column),
            column is Column.OWED,
        )
        for column, label in COLUMN_LABELS.items()
    ]


def _row(row: NamedMeasure, slug: str, history: Sequence[Measured]) -> UnitRow:
    months = [month for month in history if month.listed_share is not None][-MONTHS_SHOWN:]
    drawn = line([month.listed_share for month in months if month.listed_share is not None])
    ends = (months[0], months[-1]) if drawn else (None, None)
    return UnitRow(row.name, slug, row.now.owed, shares(row.now), drawn, *ends)


# One unit ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class UnitHistory:
    unit: Unit
    now: Measured
    waiting: int
    """Not listed yet, and still within their deadline: on time, which is why more may be on time than are listed."""
    shares: tuple[Share, ...]
    months: list[Measured]
    """Newest first: what the table beside the drawing reads."""
    line: Line | None
    root: Root | None


def build_history(unit: Unit) -> UnitHistory | None:
    row = UnitMeasure.objects.filter(unit=unit).order_by("-day").first()
    if row is None:
        return None
    now = measured(row)
    months = monthly([unit]).get(unit.pk, [])
    drawn = [month.listed_share for month in months if month.listed_share is not None]
    return UnitHistory(
        unit=unit,
        now=now,
        waiting=max(0, row.owed - row.listed - row.late),
        shares=shares(now),
        months=months[::-1],
        line=line(drawn, width=600, height=160, margin=12),
        root=root_of(now.day),
    )
