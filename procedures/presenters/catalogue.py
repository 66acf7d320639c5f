"""Lists of procedures: the catalogue, what a unit lists, and the search page. One place that asks the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from home.desk_hours import HoursView, hours_view, portal_calendar
from home.models import Desk, Subject, Unit
from home.unit_lists import Found, find_units, place_in
from procedures.catalogue_filters import CatalogueFilters
from procedures.finding import Words, code_in, fewer_words, found, nearest_subjects, ranked, words_of
from procedures.home_sections import most_needed
from procedures.models import Listing, ProcedurePage
from procedures.models.catalogue import ProcedureQuerySet
from procedures.presenters.facets import Facet, FacetLink, facets, narrowed
from procedures.presenters.hits import Hit, hit, hits

PER_PAGE = 25
UNITS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class UnitHit:
    name: str
    url: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class NearestField:
    label: str
    url: str
    count: int


@dataclass(frozen=True, slots=True)
class NothingFound:
    """What helps where nothing was found."""

    fields: tuple[NearestField, ...]
    fewer_words: str = ""
    desk: Desk | None = None
    hours: HoursView | None = None


@dataclass(frozen=True, slots=True)
class CatalogueView:
    filters: CatalogueFilters
    hits: tuple[Hit, ...]
    best: Hit | None
    """The procedure whose code was typed; it may no longer be in force, then the link leads to its page all the same."""
    total: int
    page: Page[Any]
    pages: Sequence[int | str]
    query: str
    """All parameters but the page, ending in "&" where there are some: for the pager."""
    facets: tuple[Facet, ...]
    unit: Unit | None = None
    units: tuple[UnitHit, ...] = ()
    number_of_units: int = 0
    units_first: bool = False
    """Units whose own name was typed stand above the procedures."""
    place: Unit | None = None
    """The unit that was named beside the procedure: "kết hôn Cẩm Bình"."""
    units_query: str = ""
    """The query string that shows all units found."""
    nothing: NothingFound | None = None
    ignored: tuple[str, ...] = ()
    """Filters that were asked for and that don't exist: "lĩnh vực “x”"."""
    subject: str = ""
    """The name of the field that is chosen, for titles."""
    keep: tuple[tuple[str, str], ...] = field(default=())
    """Parameters that the search form carries along."""


def catalogue_view(
    filters: CatalogueFilters,
    *,
    unit: Unit | None = None,
    help_desk: Desk | None = None,
    with_units: bool = False,
    form_keeps: Sequence[str] = (),
) -> CatalogueView:
    """`unit`: only what this unit lists, linked to its listings. `with_units`: units are searched for as well."""
    subject = Subject.objects.filter(slug=filters.subject).first() if filters.subject else None
    if subject is None:
        filters = filters.without("subject")
    public = ProcedurePage.objects.listed_publicly()
    if unit is not None:
        listed = Listing.objects.live().filter(unit=unit, procedure=OuterRef("pk"))
        public = public.filter(Exists(listed))
    candidates, words = found(public, filters.q)
    units = find_units(filters.q) if with_units and filters.q else []
    place: Unit | None = None
    if with_units and not unit and not units and not words.is_empty and candidates.query.is_empty():
        candidates, words, units = _of_place(public, filters.q) or (candidates, words, units)
        place = units[0].unit if len(units) == 1 else None
    shown = narrowed(candidates, filters)
    paginator = Paginator(ranked(shown, words, needed=most_needed() if filters.q else ()), PER_PAGE)
    page = paginator.get_page(filters.page)
    best = _by_code(filters.q, unit=unit, words=words) if page.number == 1 else None
    rows = [] if filters.kind == "don-vi" else _pages(list(page.object_list))
    listed_there = (
        Listing.objects.live().filter(unit=place, procedure__in=rows).values_list("procedure", flat=True)
        if place
        else ()
    )
    has_nothing = not rows and not best and not units
    on = (
        facets(candidates, filters)
        if filters.kind != "don-vi" and (paginator.count or filters.narrowing)
        else ()
    )
    if units and paginator.count:
        on = (_kinds(filters, paginator.count, len(units)), *on)
    return CatalogueView(
        filters=filters,
        hits=hits(
            [row for row in rows if not best or row.code != best.code],
            words,
            unit=unit,
            place=place,
            listed=set(listed_there),
        ),
        best=best,
        total=paginator.count,
        page=page,
        pages=list(paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)),
        query=f"{query}&" if (query := filters.query()) else "",
        facets=on,
        unit=unit,
        units=_unit_hits(units[: None if filters.kind == "don-vi" else UNITS_SHOWN])
        if filters.kind != "thu-tuc"
        else (),
        number_of_units=len(units),
        units_first=any(item.is_named for item in units),
        place=place,
        units_query=filters.query(kind="don-vi"),
        nothing=_nothing(public, filters, words, help_desk=help_desk) if has_nothing else None,
        subject=subject.name if subject else "",
        keep=tuple((name, value) for name, value in filters.pairs() if name in form_keeps),
    )


def _pages(keys: Sequence[int]) -> list[ProcedurePage]:
    """In the order of the keys. One query."""
    pages = (
        ProcedurePage.objects.select_related("subject")
        .defer("steps", "cases", "results", "conditions", "search_description")
        .in_bulk(keys)
    )
    return [pages[key] for key in keys if key in pages]


def _of_place(public: ProcedureQuerySet, text: str) -> tuple[ProcedureQuerySet, Words, list[Found]] | None:
    """A procedure and a place typed together; None where the words are not that."""
    split = place_in(text)
    if split is None:
        return None
    rest, units = split
    candidates, words = found(public, rest)
    return (candidates, words, units) if not words.is_empty and not candidates.query.is_empty() else None


def _kinds(filters: CatalogueFilters, procedures: int, units: int) -> Facet:
    counted = (("thu-tuc", _("Thủ tục"), procedures), ("don-vi", _("Đơn vị"), units))
    links = (
        FacetLink(
            label, filters.query(kind="" if filters.kind == kind else kind), number, filters.kind == kind
        )
        for kind, label, number in counted
    )
    return Facet(_("Loại nội dung"), tuple(links))


def _by_code(text: str, *, unit: Unit | None, words: Words) -> Hit | None:
    """Ended procedures answer to their code too: whoever has it on paper must see what took its place."""
    code = code_in(text) if text else None
    if code is None:
        return None
    page = ProcedurePage.objects.public().filter(code=code).select_related("subject").first()
    if page is None:
        return None
    listed = unit if unit and Listing.objects.live().filter(unit=unit, procedure=page).exists() else None
    return hit(page, words, unit=listed, with_fee=True)


def _unit_hits(units: Sequence[Found]) -> tuple[UnitHit, ...]:
    return tuple(UnitHit(item.unit.name, item.unit.get_absolute_url(), item.why) for item in units)


def _nothing(
    public: ProcedureQuerySet, filters: CatalogueFilters, words: Words, *, help_desk: Desk | None
) -> NothingFound:
    address = reverse("catalogue")
    fields = nearest_subjects(public, words)
    return NothingFound(
        fields=tuple(NearestField(name, f"{address}?linh-vuc={slug}", n) for name, slug, n in fields),
        fewer_words=fewer_words(public, filters.q),
        desk=help_desk,
        hours=hours_view(help_desk, calendar=portal_calendar(), today=timezone.localdate())
        if help_desk
        else None,
    )


def start_fields(limit: int = 10) -> tuple[NearestField, ...]:
    """The fullest fields, for a search page without a question."""
    address = reverse("catalogue")
    rows = nearest_subjects(ProcedurePage.objects.listed_publicly(), words_of(""), limit=limit)
    return tuple(NearestField(name, f"{address}?linh-vuc={slug}", n) for name, slug, n in rows)
