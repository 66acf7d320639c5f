"""Who publishes what: the kinds of document, and where their content comes from.

Each app says it in its `search_documents.py`, found by autodiscovery when the apps are ready:

    register(Kind("thu-tuc", api_name="procedure", label=_("Thủ tục"), order=1), ProcedureSource())

`search` imports no other app: everything it knows of them stands here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.module_loading import autodiscover_modules

from search.documents import SearchDocument


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    """Value of `?loai=`, and first half of a `DocumentId`."""
    api_name: str
    """English, for the API: "procedure"."""
    label: Any
    """Lazy, Vietnamese, as a facet shows it: "Thủ tục"."""
    order: int = 100


class Source(Protocol):
    """Content of one kind, read from the database; a fixed number of queries for each batch."""

    def count(self) -> int: ...

    def all(self) -> Iterator[SearchDocument]:
        """Everything that is published now, in batches read lazily."""

    def some(self, keys: Sequence[str]) -> Iterable[SearchDocument]:
        """Those of `keys` that are published now; whoever is missing is taken out of the index."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A unit that was named in a query, and what is left of the query without it."""

    rest: str
    slug: str
    name: str
    url: str


class PlaceFinder(Protocol):
    def __call__(self, text: str) -> Placed | None: ...


_kinds: dict[str, tuple[Kind, Source]] = {}
_excluded: set[str] = set()
_facet_labels: dict[str, tuple[Any, Any]] = {}
_place_finders: list[PlaceFinder] = []


def register(kind: Kind, source: Source) -> None:
    held = _kinds.get(kind.name)
    if held is not None and type(held[1]) is not type(source):
        raise ValueError(f"Two sources are called {kind.name}.")
    _kinds[kind.name] = (kind, source)


def kinds() -> list[Kind]:
    """By order."""
    discover()
    return sorted((kind for kind, _source in _kinds.values()), key=lambda kind: (kind.order, kind.name))


def source(kind: str) -> Source:
    discover()
    return _kinds[kind][1]


def discover() -> None:
    autodiscover_modules("search_documents")
