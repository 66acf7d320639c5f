"""The engines of the search: the embedded one, and the one that answers now."""

from __future__ import annotations

import threading
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings

from search.engines.contract import Engine
from search.engines.sqlite.engine import SqliteEngine

_lock = threading.Lock()
_embedded: SqliteEngine | None = None


def embedded() -> SqliteEngine:
    """The index file on this machine: always there, whatever else is set."""
    global _embedded  # noqa: PLW0603 -- one engine for a process
    if _embedded is None:
        with _lock:
            if _embedded is None:
                _embedded = SqliteEngine(_file(), starts_empty=settings.PORTAL_SEARCH_STARTS_EMPTY)
    return _embedded


def current() -> Engine:
    """The engine that answers now."""
    return embedded()


def kept() -> tuple[Engine, ...]:
    """Every engine whose index this portal keeps up to date, the embedded one first."""
    return (embedded(),)


def engine_named(name: str) -> Engine:
    """For commands: "sqlite"."""
    if name == "sqlite":
        return embedded()
    raise ValueError(f"There is no engine {name}.")


def forget() -> None:
    """For tests: the index is gone, and the next question finds an empty one."""
    global _embedded  # noqa: PLW0603 -- as above
    with _lock:
        if _embedded is not None:
            if not settings.PORTAL_SEARCH_STARTS_EMPTY:
                raise RuntimeError("The index of a portal is not for forgetting.")
            _embedded.close()
            _embedded.files.remove()
        _embedded = None


def _file() -> Path:
    """Where the embedded index lies, also where another engine is set."""
    address = urlsplit(settings.PORTAL_SEARCH_URL)
    return (
        Path("/" + unquote(address.path).lstrip("/"))
        if address.scheme == "sqlite"
        else Path(settings.PORTAL_SEARCH_FILE)
    )
