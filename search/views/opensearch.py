"""/opensearch.xml: so that a browser can add the portal's search to its own."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe


@require_safe
@cache_control(public=True, max_age=86400)
def description(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "search/opensearch.xml",
        {"base_url": settings.PORTAL_BASE_URL, "province": settings.PORTAL_PROVINCE_NAME},
        content_type="application/opensearchdescription+xml; charset=utf-8",
    )
