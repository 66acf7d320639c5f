"""Who publishes what: the kinds of document, and where their content comes from.

Each app says it in its `search_documents.py`, found by autodiscovery when somebody asks:

    register(
        Kind("thu-tuc", api_name="procedure", label=_("Thủ tục"), order=1, pages=("procedures.ProcedurePage",)),
        ProcedureSource(),
    )
    register_facet("linh-vuc", _("Lĩnh vực"), names_of_fields)
    register_place_finder(place_in_query)
    exclude("procedures.CatalogueIndexPage")

A page type that nobody registers nor excludes fails `manage.py check`. `search` imports no other app: everything it knows
of them stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from inspect import getsourcefile
from pathlib import Path
from typing import Any, Protocol

from django.utils.module_loading import autodiscover_modules

from search import documents, passages
from search.documents import SearchDocument
from search.query import Hint


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    """Value of `?loai=`, and first half of a `DocumentId`."""
    api_name: str
    """English, for the API: "procedure"."""
    label: Any
    """Lazy, Vietnamese, as a facet shows it: "Thủ tục"."""
    order: int = 100
    pages: tuple[str, ...] = ()
    """Page types ("app.Model") whose pages are documents of this kind."""
    version: int = 1
    """Raised when its source makes other documents of the same content: indexes are then built anew."""
    files: tuple[Path, ...] = ()
    """What else decides what its documents say, besides the module of its source: data, rules. A change counts as a version."""


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
    """As it was typed, accents and all."""
    slug: str
    name: str
    url: str


class PlaceFinder(Protocol):
    def __call__(self, text: str) -> Placed | None: ...


Words = Callable[[Sequence[str]], Mapping[str, str]]
"""Values of a facet → what readers see; a value that doesn't exist is left out. At most one query."""

_kinds: dict[str, tuple[Kind, Source]] = {}
_excluded: set[str] = set()
_facets: dict[str, tuple[Any, Words]] = {}
_place_finders: list[PlaceFinder] = []
_shortcuts: dict[tuple[str, Hint], tuple[str, Any]] = {}
_found: list[bool] = []


# Saying ---------------------------------------------------------------------------------------------------------------


def register(kind: Kind, source: Source) -> None:
    held = _kinds.get(kind.name)
    if held is not None and type(held[1]) is not type(source):
        raise ValueError(f"Two sources are called {kind.name}.")
    _kinds[kind.name] = (kind, source)


def exclude(*page_types: str) -> None:
    """Page types ("app.Model") whose pages are no documents: what they show is found otherwise."""
    _excluded.update(page_types)


def register_facet(name: str, label: Any, words: Words) -> None:
    """`name`: the parameter of the address. `label`: lazy."""
    _facets[name] = (label, words)


def register_place_finder(finder: PlaceFinder) -> None:
    if finder not in _place_finders:
        _place_finders.append(finder)


def register_shortcut(kind: str, hint: Hint, anchor: str, label: Any) -> None:
    """Where a document of this kind answers such a question ("bao nhiêu tiền"): an anchor of its page, and lazy words."""
    _shortcuts[kind, hint] = (anchor, label)


# Asking ---------------------------------------------------------------------------------------------------------------


def kinds() -> list[Kind]:
    """By order."""
    discover()
    return sorted((kind for kind, _source in _kinds.values()), key=lambda kind: (kind.order, kind.name))


def source(kind: str) -> Source:
    """Raises KeyError."""
    discover()
    return _kinds[kind][1]


def total() -> int:
    """How many documents there are to be indexed, ended ones too. One query for each kind."""
    return sum(source(kind.name).count() for kind in kinds())


def all_documents() -> Iterator[SearchDocument]:
    """Everything that is published now, read in batches while it is asked for."""
    for kind in kinds():
        yield from source(kind.name).all()


def version() -> str:
    """Of the documents' shape: an index of another version is built anew. Files are read once in a process."""
    discover()
    held = sorted(_kinds.values(), key=lambda pair: pair[0].name)
    return _version(
        tuple(f"{kind.name}.{kind.version}" for kind, _source in held),
        tuple(file for kind, made in held for file in (*_files_of(made), *kind.files)),
    )


def _files_of(made: Source) -> list[Path]:
    return [Path(file)] if (file := getsourcefile(type(made))) else []


@lru_cache(maxsize=8)
def _version(names: tuple[str, ...], files: tuple[Path, ...]) -> str:
    digest = sha256(" ".join(names).encode())
    for file in (*files, Path(documents.__file__), Path(passages.__file__)):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def excluded() -> frozenset[str]:
    discover()
    return frozenset(_excluded)


def facet_label(name: str) -> Any:
    """What a facet is called; its parameter where nobody has said it."""
    discover()
    return _facets[name][0] if name in _facets else name


def facet_words(name: str, values: Sequence[str]) -> Mapping[str, str]:
    """What readers see for these values; a value without words of its own (a year) is missing."""
    discover()
    return _facets[name][1](values) if name in _facets and values else {}


def find_place(text: str) -> Placed | None:
    """The unit that the text names beside something else: "kết hôn ở Cẩm Bình"."""
    discover()
    return next((placed for finder in _place_finders if (placed := finder(text)) is not None), None)


def shortcut(kind: str, hint: Hint) -> tuple[str, Any] | None:
    """Anchor and words."""
    discover()
    return _shortcuts.get((kind, hint))


def discover() -> None:
    """Looked for once: an app without the module would be looked for again at every question."""
    if not _found:
        autodiscover_modules("search_documents")
        _found.append(True)
