"""The electronic listing board of a unit."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from home.models import Unit
from home.succession import for_living_unit


@require_safe
@for_living_unit
def index(request: HttpRequest, unit: Unit) -> HttpResponse:
    return HttpResponse(unit.name)


service_worker = offline = index


@require_safe
@for_living_unit
def detail(request: HttpRequest, unit: Unit, code: str) -> HttpResponse:
    return HttpResponse(code)
