"""Content-Security-Policy: strict everywhere; the admin's own policy only below /admin/ (docs/decisions)."""

from __future__ import annotations

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    @cached_property
    def admin_root(self) -> str:
        return reverse("wagtailadmin_home")

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.path.startswith(self.admin_root) and not hasattr(response, "_csp_replace"):
            setattr(response, "_csp_replace", settings.ADMIN_CONTENT_SECURITY_POLICY)  # noqa: B010 -- django-csp reads this undeclared attribute
        return super().process_response(request, response)
