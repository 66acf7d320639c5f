"""The engines of the search: the embedded one, and the one that answers now.

Django and the engines are imported where they are needed: the contract in this package is pure, and pure modules use it.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from search.engines.contract import Answering, Engine

if TYPE_CHECKING:
    from search.engines.sqlite.engine import SqliteEngine

_lock = threading.Lock()
_embedded: SqliteEngine | None = None


def embedded() -> SqliteEngine:
    """The index file on this machine: always there, whatever else is set."""
    global _embedded  # noqa: PLW0603 -- one engine for a process
    if _embedded is None:
        with _lock:
            if _embedded is None:
                from search.engines.sqlite.engine import SqliteEngine

                _embedded = SqliteEngine(_file(), starts_empty=_settings().PORTAL_SEARCH_STARTS_EMPTY)
    return _embedded


def current() -> Answering:
    """The engine that answers now, for one request of a reader."""
    if not _is_cluster():
        return embedded()
    from search.engines.choosing import chosen

    return chosen(embedded())


def kept() -> tuple[Engine, ...]:
    """Every engine whose index this portal keeps up to date, the embedded one first: it may have to stand in."""
    cluster = _cluster()
    return (embedded(),) if cluster is None else (embedded(), cluster)


def engine_named(name: str) -> Engine:
    """For commands: "sqlite", and "elasticsearch" where a cluster is set."""
    found = next((engine for engine in kept() if engine.name == name), None)
    if found is None:
        raise ValueError(f"There is no engine {name}.")
    return found


def _is_cluster() -> bool:
    """Asked before its client is loaded, for which only those pay who have one."""
    return bool(_settings().PORTAL_SEARCH_URL.startswith(("http://", "https://")))


def _cluster() -> Engine | None:
    if not _is_cluster():
        return None
    from search.engines.elasticsearch import configured
    from search.engines.elasticsearch.connection import WrongAddress

    try:
        return configured.working()
    except WrongAddress:
        # `manage.py check` and /readyz say so; the embedded engine answers.
        return None


def forget() -> None:
    """For tests: the index is gone, and the next question finds an empty one."""
    global _embedded  # noqa: PLW0603 -- as above
    with _lock:
        if _embedded is not None:
            if not _settings().PORTAL_SEARCH_STARTS_EMPTY:
                raise RuntimeError("The index of a portal is not for forgetting.")
            _embedded.close()
            _embedded.files.remove()
        _embedded = None


def _file() -> Path:
    """Where the embedded index lies, also where another engine is set."""
    address = urlsplit(_settings().PORTAL_SEARCH_URL)
    return (
        Path("/" + unquote(address.path).lstrip("/"))
        if address.scheme == "sqlite"
        else Path(_settings().PORTAL_SEARCH_FILE)
    )


def _settings() -> Any:
    from django.conf import settings

    return settings
