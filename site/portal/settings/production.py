"""Production: the same portal, and it refuses to start insecure (portal.checks, and at once below for what Django needs first)."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.http.request import validate_host

from .base import *  # noqa: F403 -- the idiom of layered Django settings
from .base import ALLOWED_HOSTS, EMAIL_BACKEND, PORTAL_BASE_URL, PORTAL_DEMO, PORTAL_METRICS_TOKEN, env

PORTAL_PRODUCTION = True
DEBUG = env.bool("PORTAL_DEBUG", default=False)
SECRET_KEY = env.str("PORTAL_SECRET_KEY", default="")

SESSION_COOKIE_SECURE = env.bool("PORTAL_SECURE_COOKIES", default=True)
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
SESSION_COOKIE_NAME = "__Host-phien" if SESSION_COOKIE_SECURE else "phien"
CSRF_COOKIE_NAME = "__Host-csrf" if SESSION_COOKIE_SECURE else "csrf"
CSRF_TRUSTED_ORIGINS = [PORTAL_BASE_URL]
SECURE_SSL_REDIRECT = env.bool("PORTAL_HTTPS_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = env.int("PORTAL_HSTS_SECONDS", default=60 * 60 * 24 * 365)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

PORTAL_METRICS_LOCALLY = False
"""A proxy on this machine may send no sign of itself: here only the token opens /metrics."""

KNOWN_KEYS = ("django-insecure", "only-for-")
"""How keys begin that stand in code everybody can read."""
_address = urlsplit(PORTAL_BASE_URL)


def _too_wide(host: str) -> bool:
    """Leave for every name below .vn or .gov.vn is leave for strangers' names."""
    return host.startswith(".") and host.strip(".").count(".") < 2


PROBLEMS = [
    message
    for wrong, message in [
        (DEBUG, "PORTAL_DEBUG is on"),
        (PORTAL_DEMO, "PORTAL_DEMO is on: demo logins have known passwords"),
        (
            len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 8 or SECRET_KEY.startswith(KNOWN_KEYS),
            "PORTAL_SECRET_KEY is missing, a default or too short (50 characters)",
        ),
        (not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS, "PORTAL_ALLOWED_HOSTS names no host, or every host"),
        (any(map(_too_wide, ALLOWED_HOSTS)), "PORTAL_ALLOWED_HOSTS is too wide: name the hosts"),
        (not PORTAL_BASE_URL.startswith("https://"), "PORTAL_BASE_URL is not https://"),
        (
            not validate_host(_address.hostname or "", ALLOWED_HOSTS),
            "PORTAL_BASE_URL names a host that PORTAL_ALLOWED_HOSTS does not: links in mail and QR codes would answer 400",
        ),
        (
            "@" in _address.netloc or bool(_address.path or _address.query or _address.fragment),
            "PORTAL_BASE_URL is more than https:// and a host",
        ),
        (not SESSION_COOKIE_SECURE, "PORTAL_SECURE_COOKIES is off"),
        (not SECURE_SSL_REDIRECT, "PORTAL_HTTPS_REDIRECT is off"),
        (SECURE_HSTS_SECONDS < 60 * 60, "PORTAL_HSTS_SECONDS is less than an hour"),
        (
            EMAIL_BACKEND.endswith((".console.EmailBackend", ".filebased.EmailBackend")),
            "PORTAL_EMAIL_URL is missing: links that set a password would be written to the log",
        ),
        (0 < len(PORTAL_METRICS_TOKEN) < 24, "PORTAL_METRICS_TOKEN is too short (24 characters)"),
    ]
    if wrong
]
if PROBLEMS:
    raise ImproperlyConfigured("The portal refuses to start in production: " + "; ".join(PROBLEMS) + ".")
