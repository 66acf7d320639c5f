"""The page for the case that not even the embedded engine answers: said in words, with ways on, and never an error of ours."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from search.engines.contract import EngineUnavailable

logger = logging.getLogger(__name__)

AGAIN_SECONDS: Final = 60

View = Callable[..., HttpResponse]


def says_when_away(view: View) -> View:
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except EngineUnavailable:
            logger.exception("No engine of the search answers")
            context = {"page_title": _("Tìm kiếm đang tạm ngừng"), "noindex": True}
            response = render(request, "search/away.html", context, status=503)
            response["Retry-After"] = str(AGAIN_SECONDS)
            return response

    return answer
