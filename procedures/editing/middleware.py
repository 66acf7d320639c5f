"""A refused publishing becomes a message and the way to the editor, whichever admin view asked for it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin import messages

from procedures.editing.publishing import PublishRefused


class PublishRefusedMiddleware:
    """What the view began has been rolled back by its transaction; nothing else is caught here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, PublishRefused):
            return None
        messages.error(
            request,
            _("Chưa đăng được “%(title)s”: %(missing)s")
            % {
                "title": exception.page.title,
                "missing": " ".join(_(rule.message) for rule in exception.missing),
            },
        )
        address = reverse("wagtailadmin_pages:edit", args=[exception.page.pk])
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            # The dialogue of a workflow step follows this.
            return JsonResponse({"step": "success", "redirect": address})
        return redirect(address)
