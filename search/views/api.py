"""The read API's part of searching: /api/v1/search, /api/v1/suggest, and its description /api/v1/openapi.json.

Anybody's pages and programs may ask; answers say for how long they may be kept. What can't be understood is refused with a
problem document (RFC 9457) in English and Vietnamese; words are never refused, only cut.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.csrf import csrf_exempt

from search import registry
from search.documents import FIELD, KIND, UNIT
from search.engines.contract import EngineUnavailable, Suggestion
from search.openapi import PROBLEM, SUGGESTIONS, description
from search.parameters import FACETS, MAX_PAGE, MAX_SLUG
from search.presenting import words_of
from search.query import MAX_TEXT
from search.results import SearchResult
from search.service import MOST_PAGES, find
from search.suggesting import QUERY, suggest
from search.text import clean

PER_PAGE: Final = 20
SUGGESTED: Final = 8
KEPT_SECONDS: Final = 60
FACET_NAMES: Final = {
    KIND: "type",
    FIELD: "field",
    "cap": "level",
    "doi-tuong": "audience",
    UNIT: "unit",
    "truc-tuyen": "online",
    "nam": "year",
}
"""Parameters of addresses → English names."""
FORMATS: Final = ("json", "opensearch")

View = Callable[..., HttpResponse]


class Problem(Exception):
    """What the asker can mend."""

    def __init__(self, status: int, title: str, detail: str, chi_tiet: str) -> None:
        super().__init__(detail)
        self.status, self.title, self.detail, self.chi_tiet = status, title, detail, chi_tiet


def public(view: View) -> View:
    """GET only, from any origin, kept for a while; problems as documents."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = (view if request.method in ("GET", "HEAD") else _refused)(request, *args, **kwargs)
            response.setdefault("Cache-Control", f"public, max-age={KEPT_SECONDS}")
        except Problem as problem:
            response = _problem(problem)
        except EngineUnavailable:
            response = _problem(
                Problem(
                    503,
                    "Search unavailable",
                    "The search does not answer now. Ask again in a minute.",
                    "Tìm kiếm đang tạm ngừng. Hãy thử lại sau một phút.",
                )
            )
            response["Retry-After"] = "60"
        response["Access-Control-Allow-Origin"] = "*"
        return response

    # Nothing is written: whoever posts is told so in a document, not by the check of forms.
    return csrf_exempt(answer)


def _refused(_request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
    raise Problem(
        405, "Method not allowed", "Only GET and HEAD are understood here.", "Chỉ nhận GET và HEAD."
    )


def _problem(problem: Problem) -> HttpResponse:
    response = JsonResponse(
        {
            "type": "about:blank",
            "title": problem.title,
            "status": problem.status,
            "detail": problem.detail,
            "detail_vi": problem.chi_tiet,
        },
        status=problem.status,
        content_type=PROBLEM,
        json_dumps_params={"ensure_ascii": False},
    )
    response["Cache-Control"] = "no-store"
    if problem.status == 405:
        response["Allow"] = "GET, HEAD"
    return response


@public
def search(request: HttpRequest) -> HttpResponse:
    """`type` and `unit` narrow; a page behind the last one has no results."""
    page = _page(request.GET.get("page", ""))
    kind = _kind(request.GET.get("type", ""))
    unit = _unit(request.GET.get("unit", ""))
    result = find(
        clean(request.GET.get("q", ""), MAX_TEXT),
        filters={UNIT: (unit,)} if unit else {},
        kinds=(kind,) if kind else (),
        unit=unit,
        page=page,
        per_page=PER_PAGE,
        facets=FACETS,
    )
    is_there = page == result.page and page <= result.pages
    suggestion = result.suggestion
    response = _json(
        {
            "total": result.total,
            "results": _results(result) if is_there else [],
            "facets": _facets(result),
            "suggestion": suggestion.text if suggestion else None,
        }
    )
    if suggestion and suggestion.applied:
        asked = {**request.GET.dict(), "q": suggestion.text}
        response["Content-Location"] = f"{request.path}?{urlencode(asked)}"
    return response


@public
def suggestions(request: HttpRequest) -> HttpResponse:
    """With `format=opensearch` in the shape that browsers expect of a search engine."""
    text = clean(request.GET.get("q", ""), MAX_TEXT)
    kind = _kind(request.GET.get("type", ""))
    offered = suggest(text, kinds=(kind,) if kind else (), limit=SUGGESTED)
    form = request.GET.get("format", "") or "json"
    if form not in FORMATS:
        raise Problem(
            400,
            "Bad request",
            "format must be json or opensearch.",
            "format phải là json hoặc opensearch.",
        )
    if form == "opensearch":
        base = settings.PORTAL_BASE_URL
        return JsonResponse(
            [
                text,
                [item.title for item in offered],
                [" · ".join(item.meta) for item in offered],
                # A browser opens them from outside of any page.
                [f"{base}{_address(item)}" for item in offered],
            ],
            safe=False,
            content_type=SUGGESTIONS,
            json_dumps_params={"ensure_ascii": False},
        )
    names = _api_names()
    return _json(
        {
            "suggestions": [
                {
                    "type": names.get(item.id.kind, "query"),
                    "title": item.title,
                    "url": _address(item),
                    "facts": list(item.meta),
                }
                for item in offered
            ]
        }
    )


@public
def openapi(_request: HttpRequest) -> HttpResponse:
    return _json(description(types=list(_api_names().values())))


@public
def unknown(_request: HttpRequest, rest: str = "") -> HttpResponse:
    raise Problem(
        404,
        "Not found",
        f"No such part of the API; see {reverse('api_openapi')}.",
        f"API không có phần này; xem {reverse('api_openapi')}.",
    )


def _json(data: dict[str, Any]) -> HttpResponse:
    return JsonResponse(data, json_dumps_params={"ensure_ascii": False})


def _results(result: SearchResult) -> list[dict[str, Any]]:
    names = _api_names()
    return [
        {
            "type": names[hit.id.kind],
            "code": hit.code or None,
            "title": hit.title.text,
            "url": hit.url,
            "score": hit.score,
        }
        for hit in (*result.exact, *result.hits)
    ]


def _facets(result: SearchResult) -> dict[str, list[dict[str, Any]]]:
    """Values as addresses write them; types as the API does."""
    names = _api_names()
    facets = {}
    for facet in FACETS:
        counted = result.facets.get(facet, ())
        labels = words_of(facet, [one.value for one in counted])
        facets[FACET_NAMES[facet]] = [
            {
                "value": names[one.value] if facet == KIND else one.value,
                "label": labels[one.value],
                "count": one.count,
            }
            for one in counted
            if one.value in labels
        ]
    return facets


def _address(item: Suggestion) -> str:
    if item.id.kind == QUERY:
        return f"{reverse('search')}?{urlencode({'q': item.title})}"
    return item.url


def _api_names() -> dict[str, str]:
    return {kind.name: kind.api_name for kind in registry.kinds()}


def _kind(value: str) -> str:
    names = {api_name: name for name, api_name in _api_names().items()}
    if value and value not in names:
        known = ", ".join(names)
        raise Problem(
            400, "Bad request", f"type must be one of: {known}.", f"type phải là một trong: {known}."
        )
    return names.get(value, "")


def _unit(value: str) -> str:
    if value and (len(value) > MAX_SLUG or not words_of(UNIT, [value])):
        raise Problem(
            400,
            "Bad request",
            "unit must be the short name of a unit, as in its address: xa-cam-binh.",
            "unit phải là tên ngắn của một đơn vị, như trong địa chỉ của đơn vị: xa-cam-binh.",
        )
    return value


def _page(value: str) -> int:
    if not value:
        return 1
    if (
        value.isascii()
        and value.isdecimal()
        and len(value) <= len(str(MAX_PAGE))
        and 1 <= int(value) <= MAX_PAGE
    ):
        return int(value)
    raise Problem(
        400,
        "Bad request",
        f"page must be a whole number from 1 to {MAX_PAGE}; pages after {MOST_PAGES} are empty.",
        f"page phải là số nguyên từ 1 đến {MAX_PAGE}; sau trang {MOST_PAGES} không còn kết quả.",
    )
