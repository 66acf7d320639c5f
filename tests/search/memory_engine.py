"""An engine and a source in memory: what the outbox asks of an engine, and nothing of how one searches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from search.documents import DocumentId, SearchDocument
from search.engines.contract import (
    EngineStatus,
    EngineUnavailable,
    IndexReport,
    Place,
    Progress,
    Refused,
)

KIND = "thu"


def document(key: str, title: str = "") -> SearchDocument:
    return SearchDocument(DocumentId(KIND, key), title or f"Tài liệu {key}", f"/{key}/", (title or key,))


class MemorySource:
    """`held`: key → title of what is published."""

    def __init__(self, **held: str) -> None:
        self.held = dict(held)
        self.asked: list[list[str]] = []

    def count(self) -> int:
        return len(self.held)

    def all(self) -> Iterator[SearchDocument]:
        return (document(key, title) for key, title in self.held.items())

    def some(self, keys: Sequence[str]) -> Iterable[SearchDocument]:
        self.asked.append(list(keys))
        return [document(key, self.held[key]) for key in keys if key in self.held]


class MemoryEngine:
    name = "memory"

    def __init__(self, place: Place | None = None) -> None:
        self.documents: dict[DocumentId, SearchDocument] = {}
        self.at = place
        self.away = False
        self.fails_after: int | None = None
        """So many calls of `index` succeed, the next one dies before it wrote anything."""
        self.refuses: set[str] = set()
        self.rebuilt = 0

    def place(self) -> Place | None:
        if self.away:
            raise EngineUnavailable("away")
        return self.at

    def status(self) -> EngineStatus:
        return EngineStatus(self.name, self.at is not None, len(self.documents), self.at, "1")

    def index(
        self,
        documents: Iterable[SearchDocument],
        *,
        delete: Iterable[DocumentId] = (),
        place: Place | None = None,
    ) -> IndexReport:
        if self.fails_after is not None:
            if self.fails_after == 0:
                raise KeyboardInterrupt
            self.fails_after -= 1
        taken = list(documents)
        refused = tuple(Refused(d.id, "khó đọc") for d in taken if d.id.key in self.refuses)
        kept = {d.id: d for d in taken if d.id.key not in self.refuses}
        self.documents |= kept
        gone = [self.documents.pop(found) for found in list(delete) if found in self.documents]
        if place is not None:
            self.at = place
        return IndexReport(len(kept), len(gone), refused)

    def rebuild(
        self,
        documents: Callable[[], Iterable[SearchDocument]],
        *,
        place: Callable[[], Place],
        total: int | None = None,
        progress: Progress | None = None,
    ) -> IndexReport:
        at = place()
        self.documents = {d.id: d for d in documents()}
        self.at = at
        self.rebuilt += 1
        return IndexReport(len(self.documents))

    def fetch(self, ids: Iterable[DocumentId]) -> tuple[SearchDocument, ...]:
        return tuple(self.documents[found] for found in ids if found in self.documents)

    def keys(self, kind: str) -> Iterator[str]:
        return iter(sorted(found.key for found in self.documents if found.kind == kind))

    def titles(self) -> dict[str, str]:
        return {found.key: held.title for found, held in self.documents.items()}

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"the outbox asks nothing of the kind: {name}")
