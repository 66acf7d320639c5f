"""The outbox: every change of what is searched is written here in the transaction of the content itself.

An index is brought up to date from it, at the next search or by the worker, never inside an editor's save. What stands
here is only *which* document changed; its content is read when it is indexed, so the same change may be applied twice
and nothing is lost when a process is killed between.

**Places.** Each index keeps how far it has come (`Place`). A counter alone will not do: two writers on PostgreSQL take
their numbers in one order and commit in the other, and a reader that came between would pass the lower number for ever.
So a place is (transaction, number): `transaction` is `pg_current_xact_id()`, and only rows are read whose transaction lies
below every one of this database that is still open in `pg_current_snapshot()`: no row can still appear before one that was
read. A long writing transaction (an import) holds back what commits beside it until it ends; transactions
that only read hold back nothing. On SQLite there is one writer at a time, `transaction` is 0 and the number is the order.

**Who applies.** Two processes may apply to one index at once: each puts in what it read and then its place, and a later
change than that place is applied again. So an index must keep the place it is told, even a lower one.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import Func, Q

from search import registry
from search.documents import DocumentId, SearchDocument
from search.engines.contract import Engine, EngineUnavailable, IndexReport, Place, Progress
from search.models import OutboxChange

MAX_AT_ONCE = 50
"""Documents that a search brings up to date before it answers."""
BATCH = 200
"""Documents that are read and indexed together."""
ROWS = 50_000
"""Changes that are read together: 40,000 listings of 600 procedures are 600 documents, not eight times as many."""
ROWS_AT_ONCE = 1_000
"""Changes that a search reads to see how many documents they are."""


@dataclass(frozen=True, slots=True)
class Change:
    id: DocumentId
    place: Place


class InTransaction(RuntimeError):
    """An index would take over what may still be rolled back."""


# Writing ----------------------------------------------------------------------------------------------------------------


class _CurrentTransaction(Func):
    template = "pg_current_xact_id()::text::bigint"
    arity = 0


_PRUNED = "pruned"
"""Key of the mark that says: changes of before are gone."""


def record(ids: Iterable[DocumentId]) -> int:
    """These documents changed, or are gone. In the caller's transaction; one statement for some hundreds. How many."""
    found = list(dict.fromkeys(ids))
    if not found:
        return 0
    number: Any = _CurrentTransaction() if connection.vendor == "postgresql" else 0
    OutboxChange.objects.bulk_create(
        [OutboxChange(transaction=number, kind=kind, key=key) for kind, key in found], batch_size=1_000
    )
    return len(found)


def record_kind(kind: str) -> None:
    """Every document of a kind may have changed: one row, which the worker applies."""
    record([DocumentId(kind, "")])


# Reading ----------------------------------------------------------------------------------------------------------------

# Below every transaction of this database that is still open. Those of other databases of the server hold nothing back; one
# that can't be told (it has just ended, or belongs to another role) counts as ours. Then the rows of this connection's own
# open transaction: only tests have one here (`_is_in_transaction`).
_READABLE = (
    '("transaction" < coalesce('
    "(SELECT min(writer::text::bigint) FROM pg_snapshot_xip(pg_current_snapshot()) AS writer"
    " WHERE NOT EXISTS (SELECT FROM pg_stat_activity AS other"
    " WHERE other.backend_xid = writer::xid AND other.datname <> current_database())),"
    " pg_snapshot_xmax(pg_current_snapshot())::text::bigint)"
    ' OR "transaction" = pg_current_xact_id_if_assigned()::text::bigint)'
)


def waiting(place: Place, limit: int) -> list[Change]:
    """Changes behind `place` in their order, at most `limit`. One query."""
    sql = (
        f'SELECT "transaction", id, kind, key FROM {_table()} WHERE ("transaction", id) > (%s, %s) AND {_readable()}'  # noqa: S608 -- names of our own
        ' ORDER BY "transaction", id LIMIT %s'
    )
    return [
        Change(DocumentId(kind, key), Place(writer, number))
        for writer, number, kind, key in _rows(sql, [place.transaction, place.number, limit])
    ]


def latest() -> Place:
    """The last change that can be read; the zeroth before there was any."""
    sql = f'SELECT "transaction", id FROM {_table()} WHERE {_readable()} ORDER BY "transaction" DESC, id DESC LIMIT 1'  # noqa: S608 -- names of our own
    rows = _rows(sql, [])
    return Place(*rows[0]) if rows else Place()


def begin() -> Place:
    """Where an index stands that is built from now on; sees to it that there is such a place."""
    place = latest()
    if place == Place():
        record([DocumentId("", "")])
        place = latest()
    return place


def knows(place: Place) -> bool:
    """Whether every change behind `place` is still here. Not so when old ones were pruned, or the database is another."""
    if place == Place():
        return not OutboxChange.objects.filter(kind="", key=_PRUNED).exists()
    return OutboxChange.objects.filter(transaction=place.transaction, pk=place.number).exists()


def is_behind(engine: Engine) -> bool:
    """Whether something waits for this engine, or its index has to be built. One query for an engine with a cheap place."""
    place = place_of(engine)
    return place is None or bool(waiting(place, 1))


def _rows(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _table() -> str:
    return OutboxChange._meta.db_table


def _readable() -> str:
    return _READABLE if connection.vendor == "postgresql" else "1 = 1"


# Applying ---------------------------------------------------------------------------------------------------------------

_turn = threading.Lock()


def place_of(engine: Engine) -> Place | None:
    """How far its index is; None: it has to be built. Engines that know it cheaply have a `place`."""
    cheap = getattr(engine, "place", None)
    if cheap is None:
        return engine.status().place
    place: Place | None = cheap()
    return place


def apply(engine: Engine, limit: int | None = None, progress: Progress | None = None) -> IndexReport:
    """Brings a built index up to date, in batches of which each is whole. `limit`: at most so many changes.

    Raises InTransaction, EngineUnavailable.
    """
    if is_in_transaction():
        raise InTransaction
    place = place_of(engine) or Place()
    report, left, done = IndexReport(), limit, 0
    while left is None or left > 0:
        changes = waiting(place, ROWS if left is None else min(ROWS, left))
        if not changes:
            break
        report = added(report, _apply(engine, changes))
        place = changes[-1].place
        done += len(changes)
        left = None if left is None else left - len(changes)
        if progress is not None:
            progress(done, None)
    return report


def _apply(engine: Engine, changes: Sequence[Change]) -> IndexReport:
    """The place is noted with the last documents: killed between, all of it is done again."""
    wanted = dict.fromkeys(change.id for change in changes if change.id.kind)
    known = {kind.name for kind in registry.kinds()}
    whole = [kind for kind, key in wanted if not key and kind in known]
    ids = [found for found in wanted if found.key and found.kind not in whole]
    report = IndexReport()
    for kind in whole:
        report = added(report, _apply_kind(engine, kind))
    batches = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)] or [[]]
    for number, batch in enumerate(batches, 1):
        documents, gone = load(batch)
        place = changes[-1].place if number == len(batches) else None
        report = added(report, engine.index(documents, delete=gone, place=place))
    return report


def _apply_kind(engine: Engine, kind: str) -> IndexReport:
    """All of its documents anew, and nothing else of the kind left."""
    gone = set(engine.keys(kind))
    report = IndexReport()
    documents = iter(registry.source(kind).all())
    while batch := list(islice(documents, BATCH)):
        gone.difference_update(document.id.key for document in batch)
        report = added(report, engine.index(batch))
    return added(report, engine.index((), delete=[DocumentId(kind, key) for key in sorted(gone)]))


def load(ids: Sequence[DocumentId]) -> tuple[list[SearchDocument], list[DocumentId]]:
    """Content as it is now, and which of `ids` have none. A fixed number of queries for each kind."""
    keys: dict[str, list[str]] = {}
    for kind, key in ids:
        keys.setdefault(kind, []).append(key)
    known = {kind.name for kind in registry.kinds()}
    documents = [
        document
        for kind, wanted in keys.items()
        if kind in known
        for document in registry.source(kind).some(wanted)
    ]
    found = {document.id for document in documents}
    return documents, [wanted for wanted in ids if wanted not in found]


def catch_up(engine: Engine | None = None, limit: int = MAX_AT_ONCE) -> bool:
    """Before a search: what changed a moment ago is found. Whether the index is now up to date; never an exception of it.

    One query when nothing waits. More than `limit` documents, and an index that has to be built, are the worker's. An
    index that was made empty, with no place in the outbox yet, takes over whatever there is.
    """
    if is_in_transaction():
        return False
    if engine is None:
        from search.engines import embedded

        engine = embedded()
    try:
        place = place_of(engine)
        if place is None:
            return False
        if not waiting(place, 1):
            return True
        with _turn:
            return _caught_up(engine, limit)
    except EngineUnavailable:
        return False


def _caught_up(engine: Engine, limit: int) -> bool:
    place = place_of(engine)
    if place is None or not knows(place):
        return False
    most = ROWS if place == Place() else ROWS_AT_ONCE
    changes = waiting(place, most)
    documents = {change.id for change in changes}
    is_much = len(documents) > limit or any(not found.key for found in documents if found.kind)
    if place != Place() and (is_much or len(changes) == most):
        return False
    if changes:
        _apply(engine, changes)
    return len(changes) < most


def is_in_transaction() -> bool:
    """Of somebody's work, that is: the one in which a test runs doesn't count."""
    blocks: list[Any] = connection.atomic_blocks
    return any(not block._from_testcase for block in blocks)


def added(one: IndexReport, other: IndexReport) -> IndexReport:
    return IndexReport(
        one.indexed + other.indexed, one.deleted + other.deleted, (*one.refused, *other.refused)
    )


# Pruning ----------------------------------------------------------------------------------------------------------------


def prune(before: datetime, passed: Iterable[Place]) -> int:
    """Deletes changes older than `before` that lie before every place in `passed`; the last change always stays. How many."""
    places = [*passed, latest()]
    first = min(places, key=lambda place: (place.transaction, place.number))
    behind = Q(transaction__lt=first.transaction) | Q(transaction=first.transaction, pk__lt=first.number)
    with transaction.atomic():
        rows = OutboxChange.objects.filter(behind, at__lt=before).exclude(kind="", key=_PRUNED)
        deleted: int = rows.delete()[0]
        marks = OutboxChange.objects.filter(kind="", key=_PRUNED)
        if deleted and not marks.exists():
            record([DocumentId("", _PRUNED)])
    return deleted
