"""/favicon.ico: asked for by old browsers and by whatever reads no page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseRedirect
from django.templatetags.static import static


def favicon(request: HttpRequest) -> HttpResponseRedirect:
    return HttpResponseRedirect(static("home/img/seal.svg"))
