"""The test suite: fast hashing, mail in memory, plain static names."""

import tempfile
from pathlib import Path

from .base import *  # noqa: F403 -- the idiom of layered Django settings

SECRET_KEY = "only-for-tests-" + "x" * 50
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MEDIA_ROOT = Path(tempfile.gettempdir()) / "portal-test-media"
_search = tempfile.TemporaryDirectory(prefix="portal-test-search-")
"""Gone with the process; each test has an empty index in it (tests/conftest.py)."""
PORTAL_SEARCH_FILE = Path(_search.name) / "search.sqlite3"
PORTAL_SEARCH_URL = f"sqlite:///{PORTAL_SEARCH_FILE}"
PORTAL_SEARCH_STARTS_EMPTY = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
AXES_ENABLED = False
"""Lockout has tests of its own, which switch it on."""
PORTAL_COUNT_SECONDS = 0
"""No thread of its own: tests write the counts themselves."""
