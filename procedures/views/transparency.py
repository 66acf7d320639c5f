"""Public pages on how completely units list: the table, one unit's history, open data."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from home.models import Unit
from procedures.completeness.yearly_schemes import scheme_for
from procedures.models import UnitMeasure
from procedures.transparency.figures import Measured
from procedures.transparency.measuring import last_day, monthly
from procedures.transparency.screen import TableFilters, build_history, build_table

CSV_COLUMNS = (
    "ngay",
    "ma_don_vi",
    "don_vi",
    "phai_niem_yet",
    "da_niem_yet",
    "dung_han",
    "day_du",
    "ty_le_da_niem_yet",
    "ty_le_dung_han",
    "ty_le_day_du",
)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """/minh-bach/"""
    table = build_table(TableFilters.parse(request.GET))
    return render(
        request,
        "procedures/transparency.html",
        {
            "page_title": _("Đơn vị nào đã niêm yết đủ thủ tục?"),
            "page_description": _(
                "Tỷ lệ thủ tục mà từng sở, xã, phường của tỉnh đã niêm yết công khai, đúng hạn và đầy đủ."
            ),
            "table": table,
            "deadlines": scheme_for(table.day if table else None).scheme.deadlines,
        },
    )


@require_safe
def of_unit(request: HttpRequest, slug: str) -> HttpResponse:
    """/minh-bach/<slug>/: ended units keep their history."""
    unit = get_object_or_404(Unit, slug=slug)
    history = build_history(unit)
    if history is None:
        raise Http404
    return render(
        request,
        "procedures/transparency_unit.html",
        {
            "page_title": _("%(unit)s: mức độ niêm yết thủ tục") % {"unit": unit.name},
            "page_description": _("Tỷ lệ thủ tục mà %(unit)s đã niêm yết công khai, theo từng tháng.")
            % {"unit": unit.label},
            "crumbs": [(_("Minh bạch"), reverse("transparency"))],
            "history": history,
        },
    )


@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    """/du-lieu/"""
    return render(
        request,
        "procedures/open_data.html",
        {
            "page_title": _("Dữ liệu mở"),
            "page_description": _(
                "Số liệu niêm yết thủ tục hành chính của các đơn vị trong tỉnh, tải về dùng lại."
            ),
            "day": last_day(),
            "months": len(UnitMeasure.objects.order_by().values_list("day__year", "day__month").distinct()),
        },
    )


class _Echo:
    def write(self, row: str) -> str:
        return row


@require_safe
def measures_csv(request: HttpRequest) -> StreamingHttpResponse:
    """/du-lieu/niem-yet.csv: every unit at the end of every month."""
    units = {unit.pk: unit for unit in Unit.objects.order_by("name").only("code", "name", "slug")}
    held = monthly()

    def rows() -> Iterator[str]:
        # Excel takes UTF-8 for what it is only with this mark.
        yield "\ufeff"
        writer = csv.writer(_Echo(), lineterminator="\r\n")
        yield writer.writerow(CSV_COLUMNS)
        for pk, unit in units.items():
            for month in held.get(pk, ()):
                yield writer.writerow(_csv_row(unit, month))

    return StreamingHttpResponse(
        rows(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="niem-yet-theo-thang.csv"'},
    )


def _csv_row(unit: Unit, month: Measured) -> list[Any]:
    numbers = [month.owed, month.listed, month.on_time, month.complete]
    parts = [month.listed_share, month.on_time_share, month.complete_share]
    return [month.day.isoformat(), unit.code, unit.name, *numbers, *("" if p is None else p for p in parts)]
