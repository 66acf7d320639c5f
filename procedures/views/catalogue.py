"""Lists of procedures: the catalogue, what a unit lists, the search page. Thin: parse, ask the presenter, render."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from home.furniture import Furniture
from home.models import Desk, PortalSettings, Unit
from home.succession import for_living_unit
from home.templatetags.portal_tags import in_text
from procedures.catalogue_filters import CatalogueFilters, parse_filters, without_effect
from procedures.presenters.catalogue import CatalogueView, catalogue_view, start_fields
from procedures.reader_unit import reader_unit


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """/thu-tuc/"""
    filters = parse_filters(request.GET).without("kind")
    unit = reader_unit(filters.unit)
    view = catalogue_view(
        filters if unit else filters.without("unit"),
        unit=unit,
        help_desk=_help_desk(request, filters),
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
@for_living_unit
def of_unit(request: HttpRequest, unit: Unit) -> HttpResponse:
    """/don-vi/<slug>/thu-tuc/"""
    filters = parse_filters(request.GET).without("kind", "unit")
    view = catalogue_view(
        filters,
        unit=unit,
        help_desk=_help_desk(request, filters),
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


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """/tim-kiem/"""
    filters = parse_filters(request.GET)
    unit = reader_unit(filters.unit)
    filters = filters if unit else filters.without("unit")
    if not filters.q:
        context = {"page_title": _("Tìm kiếm"), "noindex": True, "fields": start_fields(), "filters": filters}
        return render(request, "procedures/search_start.html", context)
    view = catalogue_view(
        filters,
        unit=unit,
        help_desk=_help_desk(request, filters),
        with_units=True,
        form_keeps=("don-vi",),
    )
    title = _("%(words)s – Tìm kiếm") % {"words": filters.q}
    if view.nothing:
        title = _("Không tìm thấy: %(words)s – Tìm kiếm") % {"words": filters.q}
    return _render(request, "procedures/search.html", view, title=title, noindex=True)


def _render(
    request: HttpRequest,
    template: str,
    view: CatalogueView,
    *,
    title: str,
    description: str = "",
    noindex: bool = False,
) -> HttpResponse:
    """A list under a question has no place in a search engine; its pages and fields have."""
    view = replace(view, ignored=_ignored(request, view))
    cleared = view.filters.without("subject", "level", "audience", "online", "unit", "kind")
    context: dict[str, Any] = {
        "page_title": title,
        "page_description": description,
        "noindex": noindex or bool(view.filters.q) or view.filters.narrowing > bool(view.subject),
        "view": view,
        "clear": f"?{cleared.query()}",
        "without_unit": view.filters.query(unit=""),
        # A field has a page of its own in search engines; every other question leads to the plain list.
        "canonical_query": view.filters.without("q", "level", "audience", "unit", "online", "kind").query(),
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


def _help_desk(request: HttpRequest, filters: CatalogueFilters) -> Desk | None:
    """Only asked for where nothing may be found."""
    if not (filters.q or filters.narrowing):
        return None
    return portal_settings(request).help_desk


def portal_settings(request: HttpRequest) -> PortalSettings:
    return Furniture(request).settings
