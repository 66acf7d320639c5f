"""One procedure under its code. Every way of writing the code leads to the one address."""

from __future__ import annotations

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from home.models import Unit
from home.unit_lists import find_units
from procedures.catalogue_filters import clean_query
from procedures.models import Listing, ProcedurePage
from procedures.presenters.procedure import description, procedure_view
from procedures.reader_unit import reader_unit
from procedures.text.codes import normalise_code


@require_safe
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """/thu-tuc/<code>/; `?don-vi=` holds a unit's slug, or words for one."""
    canonical = canonical_code(code)
    if canonical != code:
        return moved(request, reverse("procedure", args=[canonical]))
    page = public_procedure(code)
    asked = clean_query(request.GET.get("don-vi", ""))
    unit = reader_unit(asked)
    if asked and unit is None:
        found = find_units(asked)
        if len(found) == 1:
            return HttpResponseRedirect(f"{request.path}?don-vi={found[0].unit.slug}#nop-o-dau")
    return render_procedure(request, page, unit=unit, asked_unit="" if unit else asked)


def render_procedure(
    request: HttpRequest,
    page: ProcedurePage,
    *,
    unit: Unit | None = None,
    asked_unit: str = "",
    preview: bool = False,
) -> HttpResponse:
    """Also of an unsaved page, for its preview."""
    listing = Listing.objects.live().filter(unit=unit, procedure=page).first() if unit and page.pk else None
    view = procedure_view(
        page,
        unit=unit,
        listing=listing,
        asked_unit=asked_unit,
        all_open="in" in request.GET,
    )
    context = {
        "page_title": view.title,
        "page_description": description(view),
        "noindex": preview or view.ended is not None or bool(asked_unit) or "in" in request.GET,
        "view": view,
        "crumbs": [(_("Thủ tục"), reverse("catalogue"))]
        + ([(view.subject, view.subject_url)] if view.subject else []),
    }
    return render(request, "procedures/procedure.html", context)


def canonical_code(written: str) -> str:
    code = normalise_code(written)
    if code is None:
        raise Http404
    return code


def moved(request: HttpRequest, address: str) -> HttpResponse:
    """To the one address, parameters kept."""
    query = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)


def public_procedure(code: str) -> ProcedurePage:
    page = ProcedurePage.objects.public().filter(code=code).select_related("subject").first()
    if page is None:
        raise Http404
    return page
