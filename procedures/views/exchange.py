"""The catalogue as XLSX, out and in, for the controller."""

from __future__ import annotations

import tempfile
from typing import IO, Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from home.enums import PortalGroup
from home.permissions import in_group, is_administrator
from procedures.importing.exporting import catalogue_records
from procedures.importing.runs import apply, receive
from procedures.models import ImportPurpose, ImportRun, ImportState
from procedures.sources.xlsx import write_template, write_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_UPLOAD = 200 * 1024 * 1024
SHOWN_RUNS = 20


def may_exchange(user: Any) -> bool:
    return bool(user.is_active and (is_administrator(user) or in_group(user, PortalGroup.CONTROLLER)))


def _ensure(request: HttpRequest) -> None:
    if not may_exchange(request.user):
        raise PermissionDenied


class UploadForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("Tệp .xlsx"), widget=forms.FileInput(attrs={"accept": ".xlsx"}))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if not file.name.lower().endswith(".xlsx"):
            raise ValidationError(_("Cần tệp .xlsx theo mẫu tải về từ trang này."))
        if file.size > MAX_UPLOAD:
            raise ValidationError(_("Tệp lớn hơn 200 MB."))
        return file


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    _ensure(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        run = receive(file=file, name=file.name, user=request.user)
        return redirect("catalogue_import", run.pk)
    return render(
        request,
        "procedures/admin/exchange.html",
        {
            "page_title": _("Nhập, xuất danh mục"),
            "header_icon": "download",
            "form": form,
            "runs": ImportRun.objects.filter(purpose=ImportPurpose.IMPORT)
            .select_related("created_by")
            .defer("preview", "result")[:SHOWN_RUNS],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    _ensure(request)
    item = get_object_or_404(ImportRun, pk=run_id)
    if request.method == "POST":
        if not apply(run=item):
            messages.error(request, _("Lần nhập này đã được áp dụng hoặc chưa xem trước xong."))
        return redirect("catalogue_import", item.pk)
    response = render(
        request,
        "procedures/admin/import_run.html",
        {
            "page_title": item.name,
            "header_icon": "upload",
            "run": item,
            "may_apply": item.state == ImportState.PREVIEWED,
            "breadcrumbs_items": [
                {"url": reverse("catalogue_exchange"), "label": _("Nhập, xuất danh mục")},
                {"url": "", "label": item.name},
            ],
        },
    )
    if item.is_busy:
        # Progress without a script of its own.
        response["Refresh"] = "3"
    return response


@require_safe
def download(request: HttpRequest) -> HttpResponseBase:
    _ensure(request)
    file = tempfile.TemporaryFile()  # noqa: SIM115 -- the response closes it
    write_xlsx(catalogue_records(), file)
    return _as_file(file, f"danh-muc-thu-tuc-{timezone.localdate():%Y-%m-%d}.xlsx")


@require_safe
def template(request: HttpRequest) -> HttpResponseBase:
    _ensure(request)
    file = tempfile.TemporaryFile()  # noqa: SIM115 -- the response closes it
    write_template(file)
    return _as_file(file, "mau-danh-muc-thu-tuc.xlsx")


def _as_file(file: IO[bytes], name: str) -> FileResponse:
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
