"""/tim-kiem/: what was asked, answered; without JavaScript, every state of it at an address of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from search import registry, usage
from search.documents import UNIT
from search.nothing import counted_fields, field_links, nothing_found
from search.parameters import FACETS, SearchParameters, only_known, parse, without_effect
from search.presenting import (
    Link,
    ListView,
    counted_words,
    did_you_mean,
    exact_views,
    facet_views,
    hit_views,
    ignored_words,
    kind_words,
    known_values,
    pages_of,
    sort_links,
    words_of,
)
from search.promotions import promoted
from search.results import SearchResult
from search.service import find
from search.views.away import says_when_away
from search.views.opened import address_of

PER_PAGE: Final = 20
START_FIELDS: Final = 10
EXPLAIN: Final = "search.change_vocabularyentry"
"""Who may add words to the search may ask why it answers so."""


@require_safe
@says_when_away
def index(request: HttpRequest) -> HttpResponse:
    address = dict(request.GET.lists())
    asked = parse(address, [kind.name for kind in registry.kinds()])
    parameters = only_known(asked, known_values(asked)) if asked.chosen else asked
    if parameters.asks_nothing:
        return _start(request)
    explain = "explain" in request.GET and may_explain(request)
    result, is_widened = _answer(parameters, explain=explain)
    usage.count(result, headers=request.headers, address=address_of(request))
    view = replace(
        _view(parameters, result, is_widened=is_widened),
        promotions=promoted(result.query) if result.page == 1 else (),
        ignored=ignored_words(without_effect(address, parameters)),
    )
    unit = words_of(UNIT, [parameters.unit]).get(parameters.unit, "") if parameters.unit else ""
    title = _("%(words)s – Tìm kiếm") % {"words": parameters.q} if parameters.q else _("Tìm kiếm")
    if view.nothing and parameters.q:
        title = _("Không tìm thấy: %(words)s – Tìm kiếm") % {"words": parameters.q}
    context: dict[str, Any] = {
        "page_title": title,
        "noindex": True,
        "view": view,
        "canonical_query": replace(parameters, page=result.page).own_query(),
        "unit": unit,
        "without_unit": parameters.with_facet(UNIT).query(),
        "explain": explain,
        "result": result,
    }
    response = render(request, "search/page.html", context)
    if explain:
        # Only for whoever asked: no proxy on the way may keep it.
        patch_cache_control(response, private=True, no_store=True)
    return response


def may_explain(request: HttpRequest) -> bool:
    """Why a result stands where it stands: for those who tend the search. Asks who it is only when that is asked for."""
    return settings.DEBUG or request.user.has_perm(EXPLAIN)


def _start(request: HttpRequest) -> HttpResponse:
    fields = field_links(counted_fields(), limit=START_FIELDS)
    return render(
        request, "search/start.html", {"page_title": _("Tìm kiếm"), "noindex": True, "fields": fields}
    )


def _answer(parameters: SearchParameters, *, explain: bool) -> tuple[SearchResult, bool]:
    """Where the reader's unit has nothing to the words, the whole province is asked at once; the second says so."""
    result = _asked(parameters, explain=explain)
    if result.total or not parameters.unit or not parameters.q:
        return result, False
    wider = _asked(parameters.with_facet(UNIT), unit=parameters.unit, explain=explain)
    return (wider, True) if wider.total else (result, False)


def _asked(parameters: SearchParameters, *, unit: str = "", explain: bool = False) -> SearchResult:
    """A page behind the last one is the last one."""

    def ask(page: int) -> SearchResult:
        return find(
            parameters.q,
            filters=parameters.filters,
            unit=unit or parameters.unit,
            page=page,
            per_page=PER_PAGE,
            sort=parameters.sort,
            facets=FACETS,
            repair=not parameters.verbatim,
            explain=explain,
        )

    result = ask(parameters.page)
    return ask(result.pages) if result.page > max(result.pages, 1) else result


def _view(parameters: SearchParameters, result: SearchResult, *, is_widened: bool) -> ListView:
    # What is shown for the whole province is filtered further there, and its pages are pages of that list.
    shown = parameters.with_facet(UNIT) if is_widened else parameters
    shown = replace(shown, page=result.page)
    page, pages = pages_of(result, per_page=PER_PAGE)
    unit = words_of(UNIT, [parameters.unit]).get(parameters.unit, "") if parameters.unit else ""
    return ListView(
        q=parameters.q,
        heading=counted_words(result.total, kind_words(shown, result)),
        total=result.total,
        hits=hit_views(result, per_page=PER_PAGE),
        exact=exact_views(result, unit=unit or (result.place.name if result.place else "")),
        page=page,
        pages=pages,
        query=f"{query}&" if (query := shown.query()) else "",
        facets=facet_views(
            result, lambda name, value: shown.with_facet(name, *((value,) if value else ())).query()
        ),
        on=shown.narrowing,
        clear=shown.without_facets().query(),
        sorts=sort_links(shown) if result.total > 1 else (),
        suggestion=did_you_mean(
            result.suggestion,
            parameters.q,
            lambda words, verbatim: shown.asking(words, verbatim=verbatim).query(),
        ),
        place=Link(result.place.name, result.place.url) if result.place else None,
        widened=unit if is_widened else "",
        nothing=None
        if result.total
        else nothing_found(
            result,
            parameters.q,
            clear=shown.without_facets().query(),
            is_filtered=bool(shown.narrowing),
        ),
        is_cut=result.total > page.paginator.count,
        normal=result.query.normal,
        keep=tuple((name, value) for name, value in parameters.pairs() if name == UNIT),
    )
