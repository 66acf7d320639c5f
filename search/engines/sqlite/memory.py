"""Sets of documents that were read from the file, kept for the next questions until the index changes."""

from __future__ import annotations

import sqlite3
from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from typing import Final

from search.engines.sqlite.sets import joined
from search.engines.wording import FACETS, storable

MOST_BYTES: Final = 16 * 1024 * 1024
"""Of sets kept in one thread; the rarest asked go first."""
_LAST: Final = "\U0010ffff"


class Memory:
    def __init__(self) -> None:
        self._generation: object = None
        self._sets: OrderedDict[tuple[Sequence[int], str, bool], tuple[int, ...]] = OrderedDict()
        self._facets: dict[str, dict[str, int]] = {}
        self._bytes = 0

    def for_generation(self, generation: object) -> None:
        """Everything read before belongs to an index that has changed since."""
        if generation != self._generation:
            self._generation = generation
            self._sets.clear()
            self._facets.clear()
            self._bytes = 0

    def sets(
        self, connection: sqlite3.Connection, spaces: tuple[int, ...], word: str, *, is_open: bool = False
    ) -> tuple[int, ...]:
        """The documents that hold the word (`is_open`: one that begins so), for each of the spaces."""
        key = (spaces, word, is_open)
        found = self._sets.get(key)
        if found is not None:
            self._sets.move_to_end(key)
            return found
        found = _read(connection, spaces, word, is_open=is_open) if storable(word) else (0,) * len(spaces)
        self._sets[key] = found
        self._bytes += _size(found)
        while self._bytes > MOST_BYTES:
            self._bytes -= _size(self._sets.popitem(last=False)[1])
        return found

    def facet(self, connection: sqlite3.Connection, facet: str) -> dict[str, int]:
        """Documents of each value."""
        held = self._facets.get(facet)
        if held is None:
            chunks: defaultdict[str, list[tuple[int, bytes]]] = defaultdict(list)
            if storable(facet):
                for word, chunk, documents in connection.execute(
                    "SELECT word, chunk, documents FROM sets WHERE space=? AND word>=? AND word<?",
                    (FACETS, f"{facet}=", f"{facet}>"),
                ):
                    chunks[word[len(facet) + 1 :]].append((chunk, documents))
            held = self._facets[facet] = {value: joined(rows) for value, rows in chunks.items()}
        return held


def _read(
    connection: sqlite3.Connection, spaces: tuple[int, ...], word: str, *, is_open: bool
) -> tuple[int, ...]:
    chunks: dict[int, list[tuple[int, bytes]]] = {space: [] for space in spaces}
    marks = ",".join(map(str, spaces))
    condition = "word>=? AND word<?" if is_open else "word=?"
    parameters = (word, word + _LAST) if is_open else (word,)
    for space, chunk, documents in connection.execute(
        f"SELECT space, chunk, documents FROM sets WHERE space IN ({marks}) AND {condition}",  # noqa: S608 -- our own numbers
        parameters,
    ):
        chunks[space].append((chunk, documents))
    return tuple(joined(chunks[space]) for space in spaces)


def _size(found: tuple[int, ...]) -> int:
    return sum(documents.bit_length() // 8 + 64 for documents in found) + 256
