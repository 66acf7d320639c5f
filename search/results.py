"""The answer to a search as pages and the API show it. Pure; made by `search.service`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from search.documents import DocumentId, Part
from search.engines.contract import Sort
from search.query import Hint, Query

Spans = tuple[tuple[int, int], ...]
"""Begin and end (in characters of the text beside it) of what is marked; in order, never overlapping."""


@dataclass(frozen=True, slots=True)
class Marked:
    text: str
    spans: Spans = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """The passage that answers, where the title alone doesn't tell why a document was found."""

    part: Part
    heading: str
    text: Marked
    url: str
    """The document's address with the passage's anchor."""


@dataclass(frozen=True, slots=True)
class Hit:
    id: DocumentId
    title: Marked
    url: str
    """With the reader's unit where it lists the document or the document can keep it."""
    meta: tuple[str, ...]
    code: str
    """The first of its codes, or ""."""
    also: Marked | None = None
    """An everyday or old name that was met where the title was not."""
    quote: Quote | None = None
    at_unit: bool = False
    """Whether the reader's unit lists it."""
    dated: date | None = None
    ended: str = ""
    score: float = 0.0
    why: tuple[tuple[str, float], ...] = ()
    """Component of the ranking → its share of the score; only when asked to explain."""


@dataclass(frozen=True, slots=True)
class FacetCount:
    value: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class DidYouMean:
    text: str
    """The repaired query, with accents where they are known."""
    applied: bool
    """Nothing was found for what was typed, so this is what was searched."""


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A unit named beside what was asked for: "kết hôn ở Cẩm Bình"."""

    slug: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class SearchResult:
    query: Query
    hits: tuple[Hit, ...]
    total: int
    page: int
    pages: int
    sort: Sort = Sort.RELEVANCE
    exact: tuple[Hit, ...] = ()
    """Documents whose code was typed; they stand above `hits` (on page 1) and not in them. Ended ones too."""
    facets: Mapping[str, tuple[FacetCount, ...]] = field(default_factory=dict)
    suggestion: DidYouMean | None = None
    place: NamedPlace | None = None
    hint: Hint = Hint.NONE
    nearest: Mapping[str, int] = field(default_factory=dict)
    """Nothing found: values of the facet "linh-vuc" that the words point to → documents, best first."""
    engine: str = ""
    stood_in: bool = False
    """The engine that was set did not answer; another did."""
