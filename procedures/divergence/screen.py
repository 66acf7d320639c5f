"""What the controller's page of differences shows: filters parsed once, one row per procedure, heaviest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from procedures.importing.merging import SECTIONS
from procedures.importing.section_texts import SECTION_LABELS
from procedures.models import Divergence, Listing, ProcedurePage
from search.lists import narrowed

PER_PAGE = 50
LONGEST_QUERY = 200


@dataclass(frozen=True, slots=True)
class DivergenceFilters:
    """What the address asks for; what is unknown or absurd is as if not asked."""

    section: str = ""
    settled: bool = False
    q: str = ""
    page: int = 1

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> DivergenceFilters:
        section, page = query.get("phan", ""), query.get("p", "")
        return cls(
            section=section if section in SECTIONS else "",
            settled=query.get("loc") == "da-xu-ly",
            q=" ".join(query.get("q", "").replace("\x00", " ").split())[:LONGEST_QUERY],
            page=int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
        )

    def query(self, **changes: str) -> str:
        values = {"loc": "da-xu-ly" if self.settled else "", "phan": self.section, "q": self.q} | changes
        return urlencode({name: value for name, value in values.items() if value})


@dataclass(frozen=True, slots=True)
class DivergenceRow:
    procedure: int
    code: str
    title: str
    units: int
    """How many units list it: whom the difference touches."""
    sections: tuple[Any, ...]


@dataclass(frozen=True)
class DivergenceScreen:
    filters: DivergenceFilters
    page: Page[Any]
    rows: list[DivergenceRow]
    sections: list[tuple[str, Any, int]]
    """(key, label, open differences) of every section that differs somewhere."""
    open_count: int
    settled_count: int

    @property
    def page_range(self) -> Any:
        return self.page.paginator.get_elided_page_range(self.page.number)

    @property
    def tabs(self) -> list[tuple[str, Any, int, bool]]:
        return [
            ("", _("Chờ xử lý"), self.open_count, not self.filters.settled),
            ("da-xu-ly", _("Đã xử lý"), self.settled_count, self.filters.settled),
        ]


def build_screen(filters: DivergenceFilters) -> DivergenceScreen:
    """Four queries."""
    counted = dict(
        Divergence.objects.filter(settled_at=None).order_by().values_list("section").annotate(n=Count("pk"))
    )
    rows = Divergence.objects.filter(settled_at__isnull=not filters.settled)
    totals = Divergence.objects.aggregate(
        open=Count("procedure", filter=Q(settled_at=None), distinct=True),
        settled=Count("procedure", filter=~Q(settled_at=None), distinct=True),
    )
    if filters.section:
        rows = rows.filter(section=filters.section)
    pages = ProcedurePage.objects.filter(pk__in=rows.values("procedure"))
    if filters.q:
        pages = narrowed(pages, filters.q, kind="thu-tuc", key="code", names="search_key")
    listed = (
        Listing.objects.filter(procedure=OuterRef("pk"), live=True)
        .order_by()
        .values("procedure")
        .annotate(n=Count("pk"))
        .values("n")
    )
    found = (
        pages.annotate(listed_by=Subquery(listed))
        .order_by(Subquery(listed).desc(nulls_last=True), "code")
        .values_list("pk", "code", "title", "listed_by")
    )
    page = Paginator(found, PER_PAGE).get_page(filters.page)
    shown = list(page.object_list)
    sections: dict[int, list[Any]] = {}
    of_page = rows.filter(procedure__in=[pk for pk, *_rest in shown]).order_by("procedure", "section")
    for pk, name in of_page.values_list("procedure", "section"):
        sections.setdefault(pk, []).append(SECTION_LABELS[name])
    return DivergenceScreen(
        filters=filters,
        page=page,
        rows=[
            DivergenceRow(pk, code, title, units or 0, tuple(sections.get(pk, ())))
            for pk, code, title, units in shown
        ],
        sections=[(name, SECTION_LABELS[name], counted[name]) for name in SECTIONS if name in counted],
        open_count=totals["open"],
        settled_count=totals["settled"],
    )
