"""Lists of procedures: the catalogue and what a unit lists. Without words from the database; words are the search's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Case, Exists, IntegerField, OuterRef, When

from home.model_fields import needle
from home.models import Subject, Unit
from procedures.catalogue_filters import PARAMETERS, CatalogueFilters
from procedures.enums import Level, Scope
from procedures.models import Listing, ProcedurePage
from procedures.presenters.facets import facets, narrowed
from procedures.presenters.hits import hits
from search.nothing import counted_fields, field_links, nothing_found
from search.presenting import (
    ListView,
    NothingFound,
    counted_words,
    did_you_mean,
    exact_views,
    facet_views,
    hit_views,
    pages_of,
)
from search.results import SearchResult
from search.service import find

KIND = "thu-tuc"
PER_PAGE = 25
NEAREST = 4
FACETS = ("linh-vuc", "cap", "truc-tuyen", "doi-tuong")


@dataclass(frozen=True, slots=True)
class CatalogueView:
    filters: CatalogueFilters
    """Those that took effect."""
    found: ListView
    unit: Unit | None
    subject: str
    """The name of the field that is chosen, for titles."""


def catalogue_view(
    filters: CatalogueFilters, *, unit: Unit | None = None, form_keeps: Sequence[str] = ()
) -> CatalogueView:
    """`unit`: only what this unit lists, linked to its listings."""
    subject = Subject.objects.filter(slug=filters.subject).first() if filters.subject else None
    if subject is None:
        filters = filters.without("subject")
    keep = tuple((name, value) for name, value in filters.pairs() if name in form_keeps)
    found = _searched if filters.q else _browsed
    return CatalogueView(filters, found(filters, unit, keep), unit, subject.name if subject else "")


Pairs = tuple[tuple[str, str], ...]


def _browsed(filters: CatalogueFilters, unit: Unit | None, keep: Pairs) -> ListView:
    """By level, then by title."""
    public = ProcedurePage.objects.listed_publicly()
    if unit is not None:
        listed = Listing.objects.live().filter(unit=unit, procedure=OuterRef("pk"))
        public = public.filter(Exists(listed))
    ordered = narrowed(public, filters).alias(_level=_LEVEL).order_by("_level", "title", "code")
    # All keys at once cost less than counting them and asking for those of the page.
    paginator = Paginator(list(ordered.values_list("pk", flat=True)), PER_PAGE)
    page = paginator.get_page(filters.page)
    total = paginator.count
    nothing = None
    if not total:
        fields = field_links(counted_fields(), limit=NEAREST) if filters.narrowing else ()
        nothing = NothingFound(
            "", is_filtered=bool(filters.narrowing), clear=_cleared(filters), fields=fields
        )
    return ListView(
        q="",
        heading=counted_words(total, "thủ tục"),
        total=total,
        hits=hits(_pages(list(page.object_list)), unit=unit, start=page.start_index()),
        page=page,
        pages=list(paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)),
        query=f"{query}&" if (query := filters.query()) else "",
        facets=facets(public, filters) if total or filters.narrowing else (),
        on=filters.narrowing,
        clear=_cleared(filters),
        nothing=nothing,
        keep=keep,
    )


def _searched(filters: CatalogueFilters, unit: Unit | None, keep: Pairs) -> ListView:
    result = _asked(filters, unit, page=filters.page)
    if result.page > max(result.pages, 1):
        result = _asked(filters, unit, page=result.pages)
    page, pages = pages_of(result, per_page=PER_PAGE)
    nothing = None
    if not result.total:
        nothing = nothing_found(
            result, filters.q, clear=_cleared(filters), is_filtered=bool(filters.narrowing)
        )
    return ListView(
        q=filters.q,
        heading=counted_words(result.total, "thủ tục"),
        total=result.total,
        hits=hit_views(result, per_page=PER_PAGE),
        exact=exact_views(result),
        page=page,
        pages=pages,
        query=f"{filters.query()}&",
        facets=facet_views(result, lambda name, value: filters.query(**{PARAMETERS[name]: value})),
        on=filters.narrowing,
        clear=_cleared(filters),
        suggestion=did_you_mean(result.suggestion, filters.q, lambda words, verbatim: filters.query(q=words, exact="1" if verbatim else "")),
        nothing=nothing,
        is_cut=result.total > page.paginator.count,
        normal=result.query.normal,
        keep=keep,
    )  # fmt: skip


def _asked(filters: CatalogueFilters, unit: Unit | None, *, page: int) -> SearchResult:
    chosen = {name: (value,) for name, value in filters.pairs() if name in FACETS}
    if unit is not None:
        chosen["don-vi"] = (unit.slug,)
    return find(
        filters.q,
        kinds=(KIND,),
        filters=chosen,
        unit=unit.slug if unit else "",
        page=page,
        per_page=PER_PAGE,
        facets=FACETS,
        repair=not filters.exact,
    )


def _cleared(filters: CatalogueFilters) -> str:
    return filters.without("subject", "level", "audience", "online", "unit").query()


def _pages(keys: Sequence[int]) -> list[ProcedurePage]:
    """In the order of the keys. One query."""
    pages = (
        ProcedurePage.objects.select_related("subject")
        .defer("steps", "cases", "results", "conditions", "search_description")
        .in_bulk(keys)
    )
    return [pages[key] for key in keys if key in pages]


_LEVEL = Case(
    When(scope=Scope.CENTRAL, then=3),
    When(levels__contains=needle(Level.COMMUNE), then=0),
    When(levels__contains=needle(Level.PROVINCE), then=1),
    default=2,
    output_field=IntegerField(),
)
"""Most people come for what the commune does."""
