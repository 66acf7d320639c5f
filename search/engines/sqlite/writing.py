"""Putting documents into an index file and taking them out, inside a transaction of the caller."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable

from search.documents import DocumentId, SearchDocument
from search.engines import storing
from search.engines.contract import Refused
from search.engines.sqlite import schema
from search.engines.sqlite.sets import CHUNK, changed, encode
from search.engines.wording import Spread, spread, storable, title_key

_Changes = defaultdict[int, defaultdict[str, list[int]]]
"""Space → word → documents of one chunk."""


def _changes() -> _Changes:
    return defaultdict(lambda: defaultdict(list))


class Filing:
    """Gathers which sets a document enters and leaves, and writes each set once: `finish` must be called at the end.

    `fresh`: the file is empty so far, so that sets need not be read before they are written.
    """

    def __init__(self, connection: sqlite3.Connection, *, fresh: bool = False) -> None:
        self._connection = connection
        self._added: defaultdict[int, _Changes] = defaultdict(_changes)
        self._removed: defaultdict[int, _Changes] = defaultdict(_changes)
        self._waiting: set[int] = set()
        self._written: set[int] | None = set() if fresh else None
        self._next = 1 + self._highest()
        self._counted = 0
        self.indexed = 0
        self.deleted = 0
        self.refused: list[Refused] = []

    def _highest(self) -> int:
        (highest,) = self._connection.execute("SELECT coalesce(max(id), 0) FROM documents").fetchone()
        return int(highest)

    def put(self, document: SearchDocument) -> bool:
        """Replaces one with the same id. What can't be stored is refused (False), and an older version of it taken out."""
        try:
            filed = spread(document)
            card, units = storing.card(document), storing.units(document)
            body = storing.whole(document)
            reason = _unfit(document)
        except (TypeError, ValueError, KeyError, AttributeError, RecursionError) as error:
            reason = f"{type(error).__name__}: {error}"
        if reason:
            self.refused.append(Refused(document.id, reason))
            self._drop(document.id)
            return False
        number = self._number(document.id)
        if number is None:
            number = self._next
            self._next += 1
            before = Spread()
        else:
            if self._is_same(number, card, units, body):
                self.indexed += 1
                return True
            before = self._take_out(number)
        self._counted += not document.ended
        self._connection.execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                number,
                *document.id,
                bool(document.ended),
                document.dated.isoformat() if document.dated else None,
                title_key(document.title).encode("utf-8", "replace").decode(),
                card,
                units,
            ),
        )
        schema.set_body(self._connection, number, body)
        if self._written is None:
            self._connection.execute("INSERT OR REPLACE INTO changed (id) VALUES (?)", (number,))
        self._file(number, before, filed)
        self.indexed += 1
        return True

    def _is_same(self, number: int, card: bytes, units: bytes, body: bytes) -> bool:
        """Edits are noted generously: much of what comes is in already."""
        row = self._connection.execute("SELECT card, units FROM documents WHERE id=?", (number,)).fetchone()
        return row == (card, units) and schema.body(self._connection, number) == body

    def delete(self, identity: DocumentId) -> None:
        self.deleted += self._drop(identity)

    def _drop(self, identity: DocumentId) -> bool:
        number = self._number(identity)
        if number is not None:
            self._file(number, self._take_out(number), Spread())
        return number is not None

    def _number(self, identity: DocumentId) -> int | None:
        if not (storable(identity.kind) and storable(identity.key)):
            return None
        row = self._connection.execute("SELECT id FROM documents WHERE kind=? AND key=?", identity).fetchone()
        return int(row[0]) if row else None

    def _take_out(self, number: int) -> Spread:
        """Removes its rows; under what it was filed."""
        if number in self._waiting:
            self._write()
        kind, key, card = self._connection.execute(
            "SELECT kind, key, card FROM documents WHERE id=?", (number,)
        ).fetchone()
        held = storing.document(DocumentId(kind, key), card, schema.body(self._connection, number))
        self._counted -= not held.ended
        self._connection.execute("DELETE FROM documents WHERE id=?", (number,))
        schema.set_body(self._connection, number, b"")
        self._connection.execute("DELETE FROM changed WHERE id=?", (number,))
        return spread(held)

    def _file(self, number: int, before: Spread, after: Spread) -> None:
        chunk, offset = divmod(number, CHUNK)
        if self._written is not None and self._added and chunk not in self._added:
            self._write()
        _note(self._added[chunk], offset, after, before)
        _note(self._removed[chunk], offset, before, after)
        self._waiting.add(number)
        if len(self._waiting) >= CHUNK:
            self._write()
        for code in before.codes - after.codes:
            self._connection.execute("DELETE FROM codes WHERE code=? AND id=?", (code, number))
        self._connection.executemany(
            "INSERT INTO codes VALUES (?, ?)", [(code, number) for code in after.codes - before.codes]
        )

    def _write(self) -> None:
        for chunk in sorted({*self._added, *self._removed}):
            added, removed = self._added[chunk], self._removed[chunk]
            if self._written is not None and chunk not in self._written and not removed:
                self._connection.executemany(
                    "INSERT INTO sets VALUES (?, ?, ?, ?)",
                    (
                        (space, word, chunk, encode(offsets))
                        for space in sorted(added)
                        for word, offsets in sorted(added[space].items())
                    ),
                )
            else:
                for space in sorted({*added, *removed}):
                    more, less = added[space], removed[space]
                    for word in sorted({*more, *less}):
                        self._change((space, word, chunk), more.get(word, ()), less.get(word, ()))
            if self._written is not None:
                self._written.add(chunk)
        self._added.clear()
        self._removed.clear()
        self._waiting.clear()

    def _change(self, place: tuple[int, str, int], added: Iterable[int], removed: Iterable[int]) -> None:
        row = self._connection.execute(
            "SELECT documents FROM sets WHERE space=? AND word=? AND chunk=?", place
        ).fetchone()
        content = changed(row[0], add=added, remove=removed) if row else encode(added)
        if content:
            self._connection.execute("INSERT OR REPLACE INTO sets VALUES (?, ?, ?, ?)", (*place, content))
        elif row:
            self._connection.execute("DELETE FROM sets WHERE space=? AND word=? AND chunk=?", place)

    def finish(self) -> None:
        self._write()
        counted = schema.number_fact(self._connection, "documents") + self._counted
        schema.set_fact(self._connection, "documents", counted)
        schema.next_generation(self._connection)
        self._counted = 0


def _note(changes: _Changes, offset: int, one: Spread, other: Spread) -> None:
    """What stands in `one` and not in `other`."""
    for space, found in one.words.items():
        held = other.words.get(space)
        by_word = changes[space]
        for word in found if held is None else found - held:
            by_word[word].append(offset)


def _unfit(document: SearchDocument) -> str:
    if not document.names:
        return "a document without a name"
    if not all(map(storable, (document.id.kind, document.id.key, *document.facets))):
        return "half a surrogate pair in its id or facets"
    return ""
