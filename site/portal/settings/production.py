"""Production: the same portal, and it refuses to start insecure (portal.checks, and at once below for what Django needs first)."""

from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403 -- the idiom of layered Django settings
from .base import ALLOWED_HOSTS, PORTAL_BASE_URL, PORTAL_DEMO, env

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

PROBLEMS = [
    message
    for wrong, message in [
        (DEBUG, "PORTAL_DEBUG is on"),
        (PORTAL_DEMO, "PORTAL_DEMO is on: demo logins have known passwords"),
        (
            len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 8,
            "PORTAL_SECRET_KEY is missing, a default or too short (50 characters)",
        ),
        (not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS, "PORTAL_ALLOWED_HOSTS names no host, or every host"),
        (not PORTAL_BASE_URL.startswith("https://"), "PORTAL_BASE_URL is not https://"),
        (not SESSION_COOKIE_SECURE, "PORTAL_SECURE_COOKIES is off"),
    ]
    if wrong
]
if PROBLEMS:
    raise ImproperlyConfigured("The portal refuses to start in production: " + "; ".join(PROBLEMS) + ".")
