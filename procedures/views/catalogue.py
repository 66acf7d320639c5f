"""Lists of procedures: the catalogue, what a unit lists. Thin: parse, ask the presenter, render."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from home.models import Unit
from home.succession import for_living_unit
from home.templatetags.portal_tags import in_text
from procedures.catalogue_filters import parse_filters, without_effect
from procedures.presenters.catalogue import CatalogueView, catalogue_view
from procedures.reader_unit import reader_unit
from search.views.away import says_when_away


@require_safe
@says_when_away
def index(request: HttpRequest) -> HttpResponse:
    """/thu-tuc/"""
    filters = parse_filters(request.GET)
    unit = reader_unit(filters.unit)
    view = catalogue_view(
        filters if unit else filters.without("unit"),
        unit=unit,
        form_keeps=("linh-vuc", "cap", "doi-tuong", "don-vi", "truc-tuyen"),
    )
    title = _("Thủ tục lĩnh vực %(field)s") % {"field": view.subject} if view.subject else _("Tất cả thủ tục")
    return _render(
        request,
        "procedures/catalogue.html",
        view,
        title=title,
        description=_(
            "Danh mục thủ tục hành chính giải quyết tại tỉnh: tìm theo tên, mã, lĩnh vực, cấp thực hiện và người làm thủ tục."
        ),
    )


@require_safe
@says_when_away
@for_living_unit
def of_unit(request: HttpRequest, unit: Unit) -> HttpResponse:
    """/don-vi/<slug>/thu-tuc/"""
    view = catalogue_view(
        parse_filters(request.GET).without("unit"),
        unit=unit,
        form_keeps=("linh-vuc", "cap", "doi-tuong", "truc-tuyen"),
    )
    title = _("Thủ tục làm tại %(unit)s") % {"unit": in_text(unit)}
    if view.subject:
        title = _("Thủ tục lĩnh vực %(field)s tại %(unit)s") % {"field": view.subject, "unit": in_text(unit)}
    return _render(
        request,
        "procedures/unit_catalogue.html",
        view,
        title=title,
        description=_("Các thủ tục hành chính mà %(unit)s niêm yết công khai.") % {"unit": unit.label},
    )


def _render(
    request: HttpRequest, template: str, view: CatalogueView, *, title: str, description: str
) -> HttpResponse:
    """A list under a question has no place in a search engine; its pages and fields have."""
    filters, found = view.filters, replace(view.found, ignored=_ignored(request, view))
    context: dict[str, Any] = {
        "page_title": title,
        "page_description": description,
        "noindex": bool(filters.q) or filters.narrowing > bool(view.subject),
        "view": view,
        "found": found,
        "without_unit": filters.query(unit=""),
        # A field has a page of its own in search engines; every other question leads to the plain list.
        "canonical_query": filters.without("q", "level", "audience", "unit", "online", "exact").query(),
        "crumbs": [(_("Đơn vị"), reverse("units")), (view.unit.name, view.unit.get_absolute_url())]
        if view.unit
        else [],
    }
    return render(request, template, context)


def _ignored(request: HttpRequest, view: CatalogueView) -> tuple[str, ...]:
    """A filter that doesn't exist is named, so that nobody takes the whole list for the filtered one."""
    said = {
        "linh-vuc": _("lĩnh vực"),
        "cap": _("cấp thực hiện"),
        "doi-tuong": _("người làm thủ tục"),
        "don-vi": _("đơn vị"),
        "truc-tuyen": _("dịch vụ trực tuyến"),
    }
    if view.unit:
        said.pop("don-vi")
    return tuple(
        f"{said[name]} “{value}”" for name, value in without_effect(request.GET, view.filters) if name in said
    )
