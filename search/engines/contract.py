"""What every engine does, and in which words it is asked. One set of tests runs against each (tests/search/).

An engine finds and counts; it does not rank: which documents meet a `Plan` is the plan's rule (`search.planning`), the
same in every engine, and what stands first is decided in one place (`search.ranking`) from what the engine hands over.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

from search.documents import DocumentId, Part, Passage, SearchDocument


class EngineUnavailable(Exception):
    """The engine is away, too slow or not ready: ask another."""


class Sort(StrEnum):
    RELEVANCE = ""
    DATE = "ngay"
    TITLE = "ten"


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way to say what is meant: its tokens must all stand in the document (order is for ranking)."""

    tokens: tuple[str, ...]
    """Folded, in one spelling, as `search.text.words` makes them."""
    weight: float = 1.0
    """1: what was typed; less for other words that mean it."""
    accented: tuple[str, ...] = ()
    """The same tokens with their accents, where they were typed so; else empty."""


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that was asked for, in all the ways to say it; the typed way first."""

    alternatives: tuple[Alternative, ...]
    weight: float = 1.0
    """How much it tells: rarer words tell more. Set by the plan from the lexicon."""
    is_open: bool = False
    """Its last token may go on ("ket ho" → "kết hôn"): only while typing, and for the last word."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Which documents answer. A document answers if

    - one of its codes is in `codes`, or
    - the concepts that stand in its head (names, everyday names) include one of `head` entirely, or
    - the concepts that stand anywhere in it (head and parts) include one of `anywhere` entirely.

    A concept stands somewhere if all tokens of one alternative do, in any order (head and parts counted together for
    "anywhere"). A plan without concepts and codes is answered by every document (lists: only filters and sorting).
    """

    concepts: tuple[Concept, ...] = ()
    head: tuple[frozenset[int], ...] = ()
    """Sets of indexes into `concepts`; any one is enough. Minimal: none holds another."""
    anywhere: tuple[frozenset[int], ...] = ()
    codes: tuple[str, ...] = ()

    @property
    def asks_nothing(self) -> bool:
        return not self.concepts and not self.codes


@dataclass(frozen=True, slots=True)
class Request:
    plan: Plan
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Facet → values, any of which suits; "loai" is the document's kind. Facets are and-ed."""
    facets: tuple[str, ...] = ()
    """Facets to count. Each is counted under all filters but its own, so that its counts stay true."""
    sort: Sort = Sort.RELEVANCE
    limit: int = 200
    """By relevance: how many candidates are handed over for ranking (the engine's own first guess, best first; those that
    meet `head` before the others). By date or title: the page itself, with `offset`."""
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document as the engine stored it, and where the plan's concepts stand in its parts."""

    id: DocumentId
    title: str
    url: str
    names: tuple[str, ...]
    everyday: tuple[str, ...]
    codes: tuple[str, ...]
    prior: float
    parts: Mapping[Part, int]
    """Part → bit mask over `Plan.concepts` (bit i: concept i stands in that part entirely). Parts without a hit absent."""
    meta: tuple[str, ...] = ()
    dated: date | None = None
    unit_url: str = ""
    reader_url: str = ""
    units: frozenset[str] = frozenset()
    """Values of the facet "don-vi"."""
    ended: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    candidates: tuple[Candidate, ...]
    total: int
    """How many documents answer under all filters."""
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Facet → value → documents; values without documents are absent. Ended documents are never counted nor found but
    by a code."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    id: DocumentId
    title: str
    url: str
    names: tuple[str, ...]
    everyday: tuple[str, ...]
    prior: float
    meta: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    id: DocumentId
    reason: str


@dataclass(frozen=True, slots=True)
class IndexReport:
    indexed: int = 0
    deleted: int = 0
    refused: tuple[Refused, ...] = ()
    """Documents that the engine would not take; the others are in."""


@dataclass(frozen=True, slots=True)
class Place:
    """How far in the outbox an index is: everything up to and with it is in."""

    transaction: int = 0
    number: int = 0


@dataclass(frozen=True, slots=True)
class EngineStatus:
    name: str
    ready: bool
    documents: int
    """Without ended ones and passages."""
    place: Place | None
    """None: the index was never built whole."""
    version: str
    """Of the index: another version of code or data makes another, which is built anew."""
    bytes: int | None = None
    note: str = ""
    """What an operator should know, in Vietnamese."""


class Progress(Protocol):
    def __call__(self, done: int, total: int | None) -> None: ...


class Answering(Protocol):
    """What readers ask. Every method raises `EngineUnavailable` when the engine can't answer, never an error of its own
    library."""

    name: str

    def search(self, request: Request) -> Found: ...

    def passages(
        self, wanted: Mapping[DocumentId, Collection[Part]]
    ) -> Mapping[DocumentId, tuple[Passage, ...]]:
        """The stored passages of these parts of each document, in their order; documents without any are absent. One
        question for all."""

    def suggest(
        self, words: tuple[str, ...], *, kinds: Collection[str] = (), limit: int = 20
    ) -> tuple[Suggestion, ...]:
        """Documents whose names or everyday names hold these folded words, the last of which may go on. First guess only."""

    def by_code(self, codes: Sequence[str]) -> tuple[Candidate, ...]:
        """Documents with one of these codes, ended ones too."""


class Engine(Answering, Protocol):
    """One with an index of its own, which is kept: by the outbox, the worker and commands."""

    def fetch(self, ids: Iterable[DocumentId]) -> tuple[SearchDocument, ...]:
        """Exactly what was indexed, for comparing an index with the database."""

    def keys(self, kind: str) -> Iterator[str]:
        """Keys of all documents of a kind that are in the index."""

    def index(
        self,
        documents: Iterable[SearchDocument],
        *,
        delete: Iterable[DocumentId] = (),
        place: Place | None = None,
    ) -> IndexReport:
        """Puts documents in (replacing those with the same id) and takes others out, then notes `place`: all of it
        becomes visible at once or, after a crash, not at all or can be done again without harm."""

    def rebuild(
        self,
        documents: Callable[[], Iterable[SearchDocument]],
        *,
        place: Callable[[], Place],
        total: int | None = None,
        progress: Progress | None = None,
    ) -> IndexReport:
        """A new index beside the one in use, swapped in when it is whole; `place` is asked before the first document is
        read. Searches go on meanwhile. Interrupted, it leaves the old index in use and nothing behind that stays."""

    def status(self) -> EngineStatus: ...
