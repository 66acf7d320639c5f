"""Where the address of an ended unit leads: permanently to its one successor, or to a choice among several.

Former communes of one name bear their district's name in the slug (xa-cam-vinh-tp-ha-tinh-cu). The plain slug that people
try (xa-cam-vinh) leads on as well, as long as no unit has it.

Holds for every address below a unit. A view that takes a unit's slug stands under `for_living_unit`:

    @for_living_unit
    def detail(request: HttpRequest, unit: Unit, code: str) -> HttpResponse: ...
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from home.models import Unit
from home.slugs import slugify_vi
from home.unit_names import merged_words

View = Callable[..., HttpResponse]
MAX_STEPS = 8
"""Successors of successors: more steps than this is a circle."""


@dataclass(frozen=True, slots=True)
class Choice:
    unit: Unit
    url: str
    made_of: str
    """Of a commune: "các xã A, B và phường C", so that readers find themselves."""


def living_heirs(unit: Unit) -> list[Unit]:
    """Units of today that carry on an ended one, the main one first. One query for each generation (one, as a rule)."""
    heirs: dict[int, Unit] = {}
    seen = {unit.pk}
    generation = [unit.pk]
    for _step in range(MAX_STEPS):
        links = Unit.successors.through.objects.filter(from_unit__in=generation).order_by("pk")
        units = [link.to_unit for link in links.select_related("to_unit") if link.to_unit_id not in seen]
        seen |= {heir.pk for heir in units}
        heirs |= {heir.pk: heir for heir in units if heir.is_active()}
        generation = [heir.pk for heir in units if not heir.is_active()]
        if not generation:
            break
    return list(heirs.values())


def namesakes(slug: str) -> list[Unit]:
    """Ended units whose name gives this slug, though theirs is longer. One query."""
    today = timezone.localdate()
    longer = Unit.objects.filter(slug__startswith=f"{slug}-", active_until__lt=today).order_by("slug")
    return [unit for unit in longer if slugify_vi(unit.name) == slug]


def successor_response(request: HttpRequest, *units: Unit) -> HttpResponse:
    """What the address that was asked for gives for ended units of one name; the rest of the address is kept."""
    unit = units[0]
    match = request.resolver_match
    if match is None:
        raise Http404
    kwargs: dict[str, Any] = dict(match.kwargs)
    query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""

    def address(heir: Unit) -> str:
        return reverse(match.view_name, kwargs={**kwargs, "slug": heir.slug}) + query

    heirs = list({heir.pk: heir for ended in units for heir in living_heirs(ended)}.values())
    if len(heirs) == 1:
        return HttpResponsePermanentRedirect(address(heirs[0]))
    choices = [
        Choice(heir, address(heir), merged_words(heir.old_name_list) if heir.is_commune else "")
        for heir in heirs
    ]
    return render(
        request,
        "home/unit_choice.html",
        {
            "page_title": _("%(unit)s nay thuộc nơi nào") % {"unit": unit.name} if heirs else unit.name,
            "noindex": True,
            "crumbs": [(_("Đơn vị"), reverse("units"))],
            "unit": unit,
            "choices": choices,
        },
        status=200 if heirs else 410,
    )


def for_living_unit(view: View) -> View:
    """Gives the view the unit of the address's `slug`; ended units never reach it, unknown and future ones are 404."""

    @wraps(view)
    def found(request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
        unit = Unit.objects.filter(slug=slug).first()
        if unit is None:
            if ended := namesakes(slug):
                return successor_response(request, *ended)
            raise Http404
        if unit.is_active():
            return view(request, unit, **kwargs)
        if unit.active_until is not None and unit.active_until < timezone.localdate():
            return successor_response(request, unit)
        raise Http404

    return found
