"""`make run` and daily work: embedded everything, no account anywhere. Never for the open internet."""

import secrets

from .base import *  # noqa: F403 -- the idiom of layered Django settings
from .base import ALLOWED_HOSTS, DATA_DIR, VAR_DIR, env

DATA_DIR.mkdir(parents=True, exist_ok=True)
DEBUG = env.bool("PORTAL_DEBUG", default=False)
INTERNAL_IPS = ["127.0.0.1"]
ALLOWED_HOSTS = ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]", ".localhost"]


def _local_secret() -> str:
    """A key of this machine's own, made once: restarting must not log everybody out."""
    path = VAR_DIR / "secret.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50), encoding="ascii")
    return path.read_text(encoding="ascii").strip()


SECRET_KEY = env.str("PORTAL_SECRET_KEY", default="") or _local_secret()

if DEBUG:
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
