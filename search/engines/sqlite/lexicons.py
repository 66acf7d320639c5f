"""The lexicon of an index: made with it, kept in its file and in the memory of each process.

It takes seconds to make, so single edits don't make it anew: what they bring is laid over it, and only where they bring a word
that it lacks, since whoever repairs queries prepares a lot for each lexicon.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from search.documents import DocumentId, SearchDocument
from search.engines import storing
from search.engines.sqlite import schema
from search.engines.storing import Damaged
from search.lexicon import Lexicon
from search.text import words

_SMALL: Final = 300
"""Documents of which a lexicon is made while somebody waits."""
LATELY: Final = 200
"""Edited documents that are looked at for words of their own; with more, a new lexicon is due."""


@dataclass(frozen=True, eq=False)
class Grown(Lexicon):
    """A lexicon, and what was edited since. The same words are counted in both, so the higher count holds."""

    base: Lexicon = field(default_factory=Lexicon)
    lately: Lexicon = field(default_factory=Lexicon)

    @classmethod
    def over(cls, base: Lexicon, lately: Lexicon) -> Grown:
        return cls(documents=max(base.documents, lately.documents), base=base, lately=lately)

    def words(self) -> Iterator[str]:
        return iter(dict.fromkeys((*self.base.words(), *self.lately.words())))

    def known_words(self) -> Iterator[str]:
        return iter(dict.fromkeys((*self.base.known_words(), *self.lately.known_words())))

    def is_word(self, word: str) -> bool:
        return self.base.is_word(word) or self.lately.is_word(word)

    def frequency(self, word: str) -> int:
        return max(self.base.frequency(word), self.lately.frequency(word))

    def pair(self, first: str, second: str) -> int:
        return max(self.base.pair(first, second), self.lately.pair(first, second))

    def keeps_company(self, first: str, second: str) -> bool:
        return self.base.keeps_company(first, second) or self.lately.keeps_company(first, second)

    def is_written(self, word: str, text: str) -> bool:
        return self.base.is_written(word, text) or self.lately.is_written(word, text)

    def accented(self, words: Sequence[str], given: Sequence[str] = ()) -> str:
        """As the lexicon writes them; words that only the edits know as those write them."""
        fixed = list(given) if given else [""] * len(words)
        for place, word in enumerate(words):
            if not fixed[place] and word not in self.base:
                fixed[place] = self.lately.accented((word,))
        return self.base.accented(words, fixed)

    def to_bytes(self) -> bytes:
        raise TypeError("a lexicon is kept when it is made, not when it has grown")


class Lexicons:
    """One for a process: of the state of the index that was asked for last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._state: object = None
        self._base_state: object = None
        self._base = Lexicon()
        self._lexicon = Lexicon()

    def get(self, name: str, connection: sqlite3.Connection) -> Lexicon:
        state = (name, schema.number_fact(connection, "generation"))
        with self._lock:
            if state != self._state:
                self._lexicon = self._read(name, connection)
                self._state = state
            return self._lexicon

    def _read(self, name: str, connection: sqlite3.Connection) -> Lexicon:
        if schema.number_fact(connection, "documents") <= _SMALL:
            return Lexicon.of(_documents(connection))
        base_state = (name, schema.number_fact(connection, "lexicon_made"))
        if base_state != self._base_state:
            self._base = _kept(connection)
            self._base_state = base_state
        telling = [
            document
            for document in _documents(connection, lately=True)
            if not all(
                word in self._base for name in (*document.names, *document.everyday) for word in words(name)
            )
        ]
        return Grown.over(self._base, Lexicon.of(telling)) if telling else self._base


def changed(connection: sqlite3.Connection) -> tuple[int, int]:
    """How many documents changed since the lexicon was made, and the turn of the last."""
    count, last = connection.execute("SELECT count(*), coalesce(max(turn), 0) FROM changed").fetchone()
    return int(count), int(last)


def made(connection: sqlite3.Connection) -> Lexicon:
    """Of all documents, as they are now. Takes seconds: not while others wait to write."""
    return Lexicon.of(_documents(connection))


def keep(connection: sqlite3.Connection, lexicon: Lexicon, *, until: int = 0) -> None:
    """`until`: the turn of the last change that is in it."""
    schema.next_generation(connection)
    schema.set_fact(connection, "lexicon", lexicon.to_bytes())
    schema.set_fact(connection, "lexicon_made", schema.number_fact(connection, "generation"))
    connection.execute("DELETE FROM changed WHERE turn<=?", (until,))


def _kept(connection: sqlite3.Connection) -> Lexicon:
    stored = schema.fact(connection, "lexicon")
    try:
        return Lexicon.from_bytes(stored) if isinstance(stored, bytes) else Lexicon()
    except (ValueError, EOFError) as error:
        raise Damaged(str(error)) from error


def _documents(connection: sqlite3.Connection, *, lately: bool = False) -> Iterator[SearchDocument]:
    """What is found by words; `lately`: of the last that changed."""
    which = "AND id IN (SELECT id FROM changed ORDER BY turn DESC LIMIT ?)" if lately else ""
    parameters: tuple[Any, ...] = (LATELY,) if lately else ()
    for number, kind, key, card in connection.execute(
        f"SELECT id, kind, key, card FROM documents WHERE NOT ended {which} ORDER BY id",  # noqa: S608 -- one of two
        parameters,
    ):
        yield storing.document(DocumentId(kind, key), card, schema.body(connection, number))
