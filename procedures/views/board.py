"""The electronic listing board (bảng niêm yết điện tử): one unit's procedures on the touch screen at its desk.

Its pages lead to one another and nowhere else: who touches a screen in a hall must not end on another site, in a mail program or
in a download. What leads out stands as a code to be scanned.
"""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from home.models import Subject, Unit
from home.succession import for_living_unit
from home.templatetags.portal_tags import in_text
from procedures.booklets.loading import load_desks
from procedures.catalogue_filters import clean_query
from procedures.models import Listing
from procedures.presenters.board import (
    OTHER,
    BoardFound,
    BoardLinks,
    board_fields,
    board_frame,
    board_home,
    board_pages,
    board_version,
    counter_words,
    field_rows,
    search_rows,
)
from procedures.presenters.procedure import procedure_view
from procedures.views.procedure import canonical_code, moved

CACHED_STATIC = ("home/portal.css", "procedures/kiosk.css", "home/portal.js", "procedures/kiosk.js")
FONTS = ("home/fonts/hong-la-sans.woff2", "home/fonts/hong-la-serif.woff2", "home/img/seal.svg")


@require_safe
@for_living_unit
def index(request: HttpRequest, unit: Unit) -> HttpResponse:
    """/don-vi/<slug>/bang-niem-yet/: first page; `?linh-vuc=` one field, `?xem=linh-vuc` all, `?xem=tim` and `?q=` search."""
    links = _links(request, unit)
    if slug := request.GET.get("linh-vuc", ""):
        return _field(request, unit, slug)
    if request.GET.get("xem") == "tim" or "q" in request.GET:
        return _search(request, unit)
    desks = load_desks(unit)
    if request.GET.get("xem") == "linh-vuc":
        context: dict[str, Any] = {
            "page_title": _("Tất cả lĩnh vực"),
            "fields": board_fields(unit, links),
            "frame": board_frame(
                unit,
                desks,
                links,
                takes_to=unit.get_absolute_url(),
                larger=_larger(links).fields,
                back=links.home,
            ),
        }
        return _show(request, "procedures/board/fields.html", context)
    context = {
        "page_title": _("Bảng niêm yết điện tử – %(unit)s") % {"unit": unit.name},
        "page_description": _("Thủ tục hành chính niêm yết tại %(unit)s, cho màn hình cảm ứng đặt tại quầy.")
        % {"unit": in_text(unit)},
        "home": board_home(unit, desks, links),
        "frame": board_frame(
            unit, desks, links, takes_to=unit.get_absolute_url(), larger=_larger(links).home
        ),
        "is_first": True,
    }
    return _show(request, "procedures/board/home.html", context, noindex=False)


def _field(request: HttpRequest, unit: Unit, slug: str) -> HttpResponse:
    if "\x00" in slug:  # PostgreSQL holds none, and refuses to look
        raise Http404
    links = _links(request, unit)
    subject = None if slug == OTHER else Subject.objects.filter(slug=slug).first()
    if subject is None and slug != OTHER:
        raise Http404
    desks = load_desks(unit)
    rows = field_rows(unit, subject, desks, links)
    if not rows:
        raise Http404
    catalogue = reverse("unit_catalogue", args=[unit.slug])
    context = {
        "page_title": subject.name if subject else _("Lĩnh vực khác"),
        "rows": rows,
        "frame": board_frame(
            unit,
            desks,
            links,
            takes_to=f"{catalogue}?linh-vuc={slug}" if subject else catalogue,
            larger=_larger(links).field(slug),
            back=links.home,
        ),
    }
    return _show(request, "procedures/board/field.html", context)


def _search(request: HttpRequest, unit: Unit) -> HttpResponse:
    links = _links(request, unit)
    desks = load_desks(unit)
    text = clean_query(request.GET.get("q", ""))
    found = search_rows(unit, text, desks, links) if text else BoardFound()
    context = {
        "page_title": _("Gõ để tìm thủ tục"),
        "q": text,
        "found": found,
        "frame": board_frame(
            unit,
            desks,
            links,
            takes_to=reverse("unit_catalogue", args=[unit.slug]),
            larger=_larger(links).search,
            back=links.home,
        ),
    }
    return _show(request, "procedures/board/search.html", context)


@require_safe
@for_living_unit
def detail(request: HttpRequest, unit: Unit, code: str) -> HttpResponse:
    """/don-vi/<slug>/bang-niem-yet/<code>/: what the unit's listing shows, for the screen at the desk."""
    canonical = canonical_code(code)
    if canonical != code:
        return moved(request, reverse("board_procedure", args=[unit.slug, canonical]))
    listing = (
        Listing.objects.live()
        .filter(unit=unit, procedure__code=code)
        .select_related("procedure__subject")
        .first()
    )
    if listing is None or not listing.procedure.is_public:
        raise Http404
    listing.unit = unit
    links = _links(request, unit)
    view = procedure_view(listing.procedure, unit=unit, listing=listing, is_listing_page=True)
    subject = listing.procedure.subject
    context = {
        "page_title": view.title,
        "view": view,
        "counter": counter_words(view.desk.counter) if view.desk else "",
        "canonical": f"{settings.PORTAL_BASE_URL}{listing.get_absolute_url()}",
        "frame": board_frame(
            unit,
            load_desks(unit),
            links,
            takes_to=listing.get_absolute_url(),
            larger=_larger(links).procedure(code),
            back=links.field(subject.slug if subject else OTHER),
        ),
    }
    return _show(request, "procedures/board/procedure.html", context)


@require_safe
@for_living_unit
def offline(request: HttpRequest, unit: Unit) -> HttpResponse:
    """Shown by the worker for what it has not kept."""
    links = _links(request, unit)
    context = {
        "page_title": _("Đang mất mạng"),
        "frame": board_frame(
            unit,
            load_desks(unit),
            links,
            takes_to=unit.get_absolute_url(),
            larger=links.home,
            back=links.home,
        ),
    }
    return _show(request, "procedures/board/offline.html", context)


@require_safe
@for_living_unit
def service_worker(request: HttpRequest, unit: Unit) -> HttpResponse:
    """The worker's program with this board's addresses: another content, another program, another store of pages."""
    home = reverse("board", args=[unit.slug])
    core, rest = board_pages(unit)
    files = [static(name) for name in (*CACHED_STATIC, *FONTS)]
    facts = {
        "version": board_version(unit),
        "home": home,
        "statics": settings.STATIC_URL,
        "offline": reverse("board_offline", args=[unit.slug]),
        "core": [*core, *files],
        "rest": rest,
    }
    response = render(
        request,
        "procedures/board/sw.js",
        {"facts": json.dumps(facts, ensure_ascii=False, separators=(",", ":"))},
        content_type="text/javascript; charset=utf-8",
    )
    response["Service-Worker-Allowed"] = home
    response["Cache-Control"] = "no-cache"
    return response


# What all pages share ------------------------------------------------------------------------------------------------


def _links(request: HttpRequest, unit: Unit) -> BoardLinks:
    return BoardLinks(unit.slug, is_large=request.GET.get("chu") == "to")


def _larger(links: BoardLinks) -> BoardLinks:
    """The same page with the other size of letters."""
    return BoardLinks(links.slug, is_large=not links.is_large)


def _show(
    request: HttpRequest, template: str, context: dict[str, Any], *, noindex: bool = True
) -> HttpResponse:
    return render(request, template, {"noindex": noindex, **context})
