"""Forms and documents: one version for ever under its SHA-256."""

from __future__ import annotations

import logging
import re

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from procedures.models import FormVersion

logger = logging.getLogger(__name__)

_SHA256 = re.compile(r"[0-9a-f]{64}")
_SERVED = re.compile(
    r"application/(?:pdf|msword|vnd\.(?:openxmlformats-officedocument\.[a-z.]+|oasis\.opendocument\.[a-z-]+|ms-excel)|zip)"
    r"|image/(?:png|jpeg)|text/plain"
)
YEAR = 31_536_000


@require_safe
def form_file(request: HttpRequest, sha256: str, name: str) -> HttpResponseBase:
    """/tep/<sha256>/<name>: always as a download, never shown inside the portal's origin."""
    if not _SHA256.fullmatch(sha256):
        raise Http404
    versions = list(FormVersion.objects.filter(sha256=sha256))
    if not versions:
        raise Http404
    version = next((v for v in versions if v.name == name), None)
    if version is None:
        return HttpResponsePermanentRedirect(versions[0].get_absolute_url())
    try:
        content = version.file.open("rb")
    except FileNotFoundError:
        logger.exception("A form's file is missing from storage: %s", version.file.name)
        raise Http404 from None
    response = FileResponse(
        content, as_attachment=True, filename=version.name, content_type=_content_type(version)
    )
    return _for_ever(response, sha256)


def _content_type(version: FormVersion) -> str:
    """What a browser could run is handed over as bytes."""
    return version.content_type if _SERVED.fullmatch(version.content_type) else "application/octet-stream"


def _for_ever(response: HttpResponse | FileResponse, sha256: str) -> HttpResponseBase:
    response["ETag"] = f'"{sha256}"'
    response["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    return response
