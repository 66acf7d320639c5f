"""Evidence: only for those who may see the unit in its round, never public."""

from __future__ import annotations

import logging

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from home.scoped_views import object_or_404
from procedures.inspections.rights import visible_files
from procedures.models import InspectionFile

logger = logging.getLogger(__name__)

_SHOWN = ("image/jpeg", "image/png")
"""Drawn anew by the portal itself, so a browser may show them; everything else is handed over as a download."""


@require_safe
def evidence_file(request: HttpRequest, file_id: int) -> HttpResponseBase:
    file: InspectionFile = object_or_404(visible_files(request.user), file_id)
    try:
        content = file.file.open("rb")
    except FileNotFoundError:
        logger.exception("Evidence is missing from storage: %s", file.file.name)
        raise Http404 from None
    response = FileResponse(
        content,
        as_attachment=file.content_type not in _SHOWN,
        filename=file.name,
        content_type=file.content_type,
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
