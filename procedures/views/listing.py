"""A unit's listing of one procedure: its desk above the official content."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from home.models import Unit
from home.succession import for_living_unit
from procedures.models import Listing
from procedures.presenters.procedure import description, procedure_view
from procedures.views.procedure import canonical_code, moved, public_procedure


@require_safe
@for_living_unit
def detail(request: HttpRequest, unit: Unit, code: str) -> HttpResponse:
    """/don-vi/<slug>/thu-tuc/<code>/"""
    canonical = canonical_code(code)
    if canonical != code:
        return moved(request, reverse("listing", args=[unit.slug, canonical]))
    listing = (
        Listing.objects.filter(unit=unit, procedure__code=code).select_related("procedure__subject").first()
    )
    if listing is None or not listing.live or not listing.procedure.is_public:
        return _absent(request, unit, code, listing=listing)
    listing.unit = unit
    return render_listing(request, listing)


def render_listing(request: HttpRequest, listing: Listing, *, preview: bool = False) -> HttpResponse:
    """Also of an unsaved listing, for its preview."""
    unit, page = listing.unit, listing.procedure
    view = procedure_view(
        page,
        unit=unit,
        listing=listing,
        is_listing_page=True,
        all_open="in" in request.GET,
    )
    own = reverse("listing", args=[unit.slug, page.code])
    context = {
        "page_title": f"{view.title} – {unit.name}",
        "page_description": description(view),
        "canonical": f"{settings.PORTAL_BASE_URL}{own}",
        "noindex": preview or view.ended is not None or "in" in request.GET,
        "view": view,
        "crumbs": [
            (_("Đơn vị"), reverse("units")),
            (unit.name, unit.get_absolute_url()),
            (_("Thủ tục"), reverse("unit_catalogue", args=[unit.slug])),
        ],
    }
    return render(request, "procedures/listing.html", context)


def _absent(request: HttpRequest, unit: Unit, code: str, *, listing: Listing | None) -> HttpResponse:
    """410 where it once was listed, 404 where it never was; both lead to the procedure, which holds everywhere."""
    page = public_procedure(code)
    was_listed = listing is not None and not listing.live and listing.withdrawn_at is not None
    context = {
        "page_title": page.title,
        "noindex": True,
        "unit": unit,
        "procedure": page,
        "procedure_url": f"{reverse('procedure', args=[page.code])}?don-vi={unit.slug}",
        "listing": listing if was_listed else None,
        "crumbs": [(_("Đơn vị"), reverse("units")), (unit.name, unit.get_absolute_url())],
    }
    return render(request, "procedures/listing_absent.html", context, status=410 if was_listed else 404)
