"""What guards every request: known methods only, whose address a request comes from, the Content-Security-Policy."""

from __future__ import annotations

import logging
from collections.abc import Callable
from ipaddress import ip_address

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import reverse
from django.utils.functional import cached_property

from home.views.errors import page_not_found

logger = logging.getLogger(__name__)

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

PROXY_HEADERS = frozenset({"HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_REAL_IP"})
PROXY_HEADER_START = "HTTP_X_FORWARDED"


class KnownMethodsMiddleware:
    """The first of all: invented methods would each become a figure of their own in /metrics, without bound."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        return self.get_response(request)


class TooLargeMiddleware:
    """A number beyond what the database holds, where Wagtail asks for one: a wrong address, not an error of ours."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, OverflowError):
            logger.warning("Too large a number in %s %s", request.method, request.path[:200])
            return page_not_found(request, exception)
        return None


def is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def client_address(request: HttpRequest) -> str:
    """Who asks: what the own proxy says, and nobody else's word.

    Behind nginx every request comes from this machine: five wrong passwords of anybody would lock everybody out of an
    account. The last entry of X-Forwarded-For is what the nearest proxy saw; those before it, anyone may have written.
    """
    peer: str = request.META.get("REMOTE_ADDR", "")
    if is_loopback(peer) or peer in settings.PORTAL_TRUSTED_PROXIES:
        nearest = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        try:
            return str(ip_address(nearest))
        except ValueError:
            return peer
    return peer


def came_by_proxy(request: HttpRequest) -> bool:
    return any(name in PROXY_HEADERS or name.startswith(PROXY_HEADER_START) for name in request.META)


def from_this_machine(request: HttpRequest) -> bool:
    """Itself, not by way of a proxy on it."""
    return is_loopback(request.META.get("REMOTE_ADDR", "")) and not came_by_proxy(request)


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """Strict everywhere; the admin's own policy only below /admin/ (docs/decisions)."""

    @cached_property
    def admin_root(self) -> str:
        return reverse("wagtailadmin_home")

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.path.startswith(self.admin_root) and not hasattr(response, "_csp_replace"):
            setattr(response, "_csp_replace", settings.ADMIN_CONTENT_SECURITY_POLICY)  # noqa: B010 -- django-csp reads this undeclared attribute
        return super().process_response(request, response)
