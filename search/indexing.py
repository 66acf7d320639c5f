"""Whole indexes: built, brought up to date, compared with the database. What commands and the worker do with every engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice

from search import outbox, registry
from search.documents import DocumentId, SearchDocument
from search.engines.contract import Engine, IndexReport, Place, Progress

BATCH = 200


class Done(StrEnum):
    NOTHING = "nothing"
    """It was up to date."""
    APPLIED = "applied"
    REBUILT = "rebuilt"


@dataclass(frozen=True, slots=True)
class Outcome:
    done: Done
    report: IndexReport = field(default_factory=IndexReport)


def known_engines() -> list[Engine]:
    """Every engine whose index this portal keeps, the embedded one first."""
    from search import engines

    return list(engines.kept())


def must_be_built(engine: Engine) -> bool:
    """It never was, or only made empty; another version made it; changes that it lacks are no longer in the outbox."""
    status = engine.status()
    return not status.ready or status.place in (None, Place()) or not outbox.knows(status.place or Place())


def build(engine: Engine, progress: Progress | None = None) -> Outcome:
    """A new index beside the one in use, then what changed meanwhile. Raises EngineUnavailable, InTransaction."""
    if outbox.is_in_transaction():
        raise outbox.InTransaction
    report = engine.rebuild(
        registry.all_documents, place=outbox.begin, total=registry.total(), progress=progress
    )
    since = outbox.apply(engine)
    return Outcome(Done.REBUILT, outbox.added(report, since))


def bring_up_to_date(engine: Engine, *, rebuild: bool = False, progress: Progress | None = None) -> Outcome:
    """Applies what waits, or builds the index where that can't be done. Raises EngineUnavailable, InTransaction."""
    if rebuild or must_be_built(engine):
        return build(engine, progress)
    if not outbox.is_behind(engine):
        return Outcome(Done.NOTHING)
    return Outcome(Done.APPLIED, outbox.apply(engine, progress=progress))


# Comparing ------------------------------------------------------------------------------------------------------------


class Wrong(StrEnum):
    MISSING = "missing"
    """Published, and not in the index."""
    DIFFERENT = "different"
    LEFT = "left"
    """In the index, and no longer published."""


@dataclass(frozen=True, slots=True)
class Difference:
    id: DocumentId
    wrong: Wrong
    fields: tuple[str, ...] = ()
    """What is different."""


def differences(engine: Engine, progress: Progress | None = None) -> Iterator[Difference]:
    """Index and database, document by document. Changes that wait count as differences: bring the index up to date first."""
    done, total = 0, registry.total()
    for kind in registry.kinds():
        left = set(engine.keys(kind.name))
        documents = iter(registry.source(kind.name).all())
        while batch := list(islice(documents, BATCH)):
            left.difference_update(document.id.key for document in batch)
            yield from _compared(engine, batch)
            done += len(batch)
            if progress is not None:
                progress(done, total)
        yield from (Difference(DocumentId(kind.name, key), Wrong.LEFT) for key in sorted(left))


def still_different(engine: Engine, ids: Sequence[DocumentId]) -> list[DocumentId]:
    """Of what differed a moment ago, on a portal where people work: what no change that was made meanwhile explains."""
    bring_up_to_date(engine)
    wrong: list[DocumentId] = []
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        documents, gone = outbox.load(batch)
        wrong += [difference.id for difference in _compared(engine, documents)]
        wrong += [held.id for held in engine.fetch(gone)]
    return wrong


def _compared(engine: Engine, documents: Sequence[SearchDocument]) -> Iterator[Difference]:
    held = {document.id: document for document in engine.fetch([document.id for document in documents])}
    for document in documents:
        indexed = held.get(document.id)
        if indexed is None:
            yield Difference(document.id, Wrong.MISSING)
        elif indexed != document:
            yield Difference(document.id, Wrong.DIFFERENT, _different_fields(indexed, document))


def _different_fields(one: SearchDocument, other: SearchDocument) -> tuple[str, ...]:
    names = SearchDocument.__dataclass_fields__
    return tuple(name for name in names if getattr(one, name) != getattr(other, name))
