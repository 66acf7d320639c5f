"""Public pages of units: the list with its search, and one unit."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from home.desk_hours import hours_view, portal_calendar
from home.enums import COMMUNE_KINDS, UnitKind
from home.models import Counter, Desk, Unit
from home.sections import sections_for
from home.structured_data import government_office
from home.succession import for_living_unit
from home.unit_lists import areas, find_units
from home.unit_names import merged_words
from home.vietnamese_order import vietnamese_key
from search.text import fold

MAX_QUERY = 120


def index(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "").strip()[:MAX_QUERY]
    if query:
        found = find_units(query)
        if len(found) == 1:
            return HttpResponseRedirect(found[0].unit.get_absolute_url())
        context: dict[str, Any] = {"query": query, "found": found, "noindex": True}
    else:
        context = _all_units()
    return render(
        request,
        "home/units.html",
        {
            "page_title": _("Xã, phường và sở, ban, ngành"),
            "page_description": _(
                "Xã, phường, sở, ban, ngành của tỉnh: nơi nộp hồ sơ, giờ làm việc, điện thoại và thủ tục của từng đơn vị. Tìm được bằng tên cũ."
            ),
            **context,
        },
    )


def _all_units() -> dict[str, Any]:
    units = sorted(Unit.objects.active().listing_units(), key=lambda unit: vietnamese_key(unit.name))
    communes = [unit for unit in units if unit.kind in COMMUNE_KINDS]
    return {
        "areas": areas(communes),
        "communes": communes,
        "departments": [unit for unit in units if unit.kind == UnitKind.DEPARTMENT],
        "central": [unit for unit in units if unit.kind == UnitKind.CENTRAL],
        "centres": [unit for unit in units if unit.kind == UnitKind.SERVICE_CENTRE],
    }


@for_living_unit
def detail(request: HttpRequest, unit: Unit) -> HttpResponse:
    desks = desks_of(unit)
    calendar = portal_calendar() if desks else None
    places = [
        {"desk": desk, "hours": hours_view(desk, calendar=calendar), "anchor": f"noi-nop-{number}"}
        for number, desk in enumerate(desks, start=1)
    ]
    return render(
        request,
        "home/unit.html",
        {
            "page_title": unit.name,
            "page_description": _(
                "%(unit)s: nơi nộp hồ sơ, giờ làm việc, điện thoại và các thủ tục hành chính."
            )
            % {"unit": unit.name},
            "crumbs": [(_("Đơn vị"), reverse("units"))],
            "unit": unit,
            "merged_from": _merged_from(unit),
            "places": places,
            "counters": [_counter_row(counter) for desk in desks for counter in desk.counters.all()],
            "structured": government_office(unit, desks),
            **sections_for("unit", request=request, unit=unit),
        },
    )


def _merged_from(unit: Unit) -> str:
    """ "các xã Cẩm Bình, Thạch Bình và Cẩm Vịnh": what a commune of 2025 was made of."""
    if not unit.is_commune or unit.active_from is None:
        return ""
    return merged_words(unit.old_name_list)


def _counter_row(counter: Counter) -> dict[str, Any]:
    """Its fields only where its name doesn't say them already."""
    said = fold(counter.name)
    subjects = [subject.name for subject in counter.subjects.all() if fold(subject.name) not in said]
    return {"counter": counter, "subjects": sorted(subjects, key=vietnamese_key)}


def desks_of(unit: Unit) -> list[Desk]:
    """Where one hands in for this unit: its own desks first, then those it shares. Five queries, none without a desk."""
    found = (
        Desk.objects.filter(Q(unit=unit) | Q(serves=unit))
        .distinct()
        .select_related("unit")
        .prefetch_related(
            "hours",
            "exceptions",
            Prefetch("counters", Counter.objects.order_by("name").prefetch_related("subjects")),
        )
    )
    return sorted(found, key=lambda desk: (desk.unit_id != unit.pk, desk.name))
