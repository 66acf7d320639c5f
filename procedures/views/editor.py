"""What the editor of a procedure asks for while it is open."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from procedures.editing.panels import missing_context
from procedures.models import ProcedurePage


def missing(request: HttpRequest, page_id: int) -> HttpResponse:
    """The list "Còn thiếu" of the draft as it was last saved."""
    page = get_object_or_404(ProcedurePage, pk=page_id)
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    draft = page.get_latest_revision_as_object()
    return render(
        request,
        "procedures/admin/missing_list.html",
        missing_context(draft, has_basis=bool(draft.basis.all())),
    )
