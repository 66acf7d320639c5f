"""The controller's screens of differences from the national snapshot: the list, and one procedure side by side."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from procedures.boards.version_texts import section_paragraphs
from procedures.divergence.screen import DivergenceFilters, build_screen
from procedures.divergence.settling import (
    NothingToSettle,
    keep_ours,
    still_differing,
    take_into_draft,
    theirs_of,
)
from procedures.importing.merging import SECTIONS
from procedures.importing.runs import receive
from procedures.importing.section_texts import SECTION_LABELS
from procedures.mapping import record_of
from procedures.models import Divergence, ImportPurpose, ImportRun, ImportState, ProcedurePage
from procedures.views.exchange import MAX_UPLOAD, may_exchange

SUFFIXES = (".xlsx", ".jsonl", ".jsonl.gz")
TAKE, KEEP = "lay", "giu"
SHOWN_RUNS = 5


class SnapshotForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Bản chụp cơ sở dữ liệu quốc gia (.xlsx, .jsonl, .jsonl.gz)"),
        widget=forms.FileInput(attrs={"accept": ",".join((*SUFFIXES, ".gz"))}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if not file.name.lower().endswith(SUFFIXES):
            raise ValidationError(_("Cần tệp .xlsx, .jsonl hoặc .jsonl.gz."))
        if file.size > MAX_UPLOAD:
            raise ValidationError(_("Tệp lớn hơn 200 MB."))
        return file


def _ensure(request: HttpRequest) -> None:
    if not may_exchange(request.user):
        raise PermissionDenied


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    _ensure(request)
    form = SnapshotForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        run = receive(file=file, name=file.name, user=request.user, purpose=ImportPurpose.COMPARE)
        if run.state != ImportState.DONE or run.preview["refused"]:
            return redirect("catalogue_import", run.pk)
        messages.success(
            request,
            _("Đã so với %(name)s: %(summary)s") % {"name": run.name, "summary": run.preview["summary"]},
            buttons=[messages.button(reverse("catalogue_import", args=[run.pk]), _("Kết quả đầy đủ"))],
        )
        return redirect("divergence")
    runs = ImportRun.objects.filter(purpose=ImportPurpose.COMPARE).defer("preview", "result")
    return render(
        request,
        "procedures/admin/divergence.html",
        {
            "page_title": _("Khác với cơ sở dữ liệu quốc gia"),
            "header_icon": "resubmit",
            "form": form,
            "address": reverse("divergence"),
            "screen": build_screen(DivergenceFilters.parse(request.GET)),
            "runs": runs.select_related("created_by")[:SHOWN_RUNS],
        },
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def procedure(request: HttpRequest, page_id: int) -> HttpResponse:
    _ensure(request)
    page = get_object_or_404(ProcedurePage, pk=page_id)
    if request.method == "POST":
        return _settle(request, page)
    return _show(request, page)


def _settle(request: HttpRequest, page: ProcedurePage) -> HttpResponse:
    sections = [name for name in request.POST.getlist("phan") if name in SECTIONS]
    reason = " ".join(request.POST.get("ly-do", "").split())
    action = request.POST.get("viec")
    problem = ""
    if not sections:
        problem = _("Chưa chọn phần nào. Hãy đánh dấu ít nhất một phần.")
    elif action == KEEP and not reason:
        problem = _("Hãy ghi lý do giữ bản của cổng.")
    elif action not in (TAKE, KEEP):
        problem = _("Chưa rõ cần làm gì. Hãy dùng một trong hai nút ở cuối trang.")
    if problem:
        messages.error(request, problem)
        return _show(request, page, chosen=sections, reason=reason, status=422)
    try:
        if action == TAKE:
            take_into_draft(page=page, sections=sections, user=request.user)
            messages.success(
                request,
                ngettext(
                    "%(n)d phần đã vào bản nháp. Xem lại rồi xuất bản thì người dân mới thấy.",
                    "%(n)d phần đã vào bản nháp. Xem lại rồi xuất bản thì người dân mới thấy.",
                    len(sections),
                )
                % {"n": len(sections)},
                buttons=[
                    messages.button(reverse("wagtailadmin_pages:edit", args=[page.pk]), _("Mở bản nháp"))
                ],
            )
        else:
            keep_ours(page=page, sections=sections, reason=reason, user=request.user)
            messages.success(request, _("Đã ghi nhận giữ bản của cổng."))
    except NothingToSettle:
        messages.warning(request, _("Các phần này đã được xử lý rồi."))
    left = Divergence.objects.filter(procedure=page, settled_at=None).exists()
    return redirect("divergence_procedure", page.pk) if left else redirect("divergence")


def _show(
    request: HttpRequest,
    page: ProcedurePage,
    *,
    chosen: list[str] | None = None,
    reason: str = "",
    status: int = 200,
) -> HttpResponse:
    rows = list(Divergence.objects.filter(procedure=page))
    rows.sort(key=lambda row: list(SECTIONS).index(row.section))
    ours = record_of(page)
    theirs = theirs_of(ours, rows)
    differing = still_differing(page, rows)
    sections = [
        {
            "row": row,
            "label": SECTION_LABELS[row.section],
            "ours": "\n".join(section_paragraphs(ours, row.section)),
            "theirs": "\n".join(section_paragraphs(theirs, row.section)),
            "differs": row.section in differing,
            "chosen": chosen is None or row.section in chosen,
        }
        for row in rows
    ]
    return render(
        request,
        "procedures/admin/divergence_procedure.html",
        {
            "page_title": _("So với quốc gia: %(code)s") % {"code": page.code},
            "header_icon": "resubmit",
            "page": page,
            "sections": sections,
            "open": [section for section in sections if section["row"].settled_at is None],
            "reason": reason,
            "edit_url": reverse("wagtailadmin_pages:edit", args=[page.pk]),
            "breadcrumbs_items": [
                {"url": reverse("divergence"), "label": _("Khác với cơ sở dữ liệu quốc gia")},
                {"url": "", "label": page.code},
            ],
        },
        status=status,
    )
