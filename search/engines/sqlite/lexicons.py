"""The lexicon of an index: made with it, kept in its file, and in the memory of each process."""

from __future__ import annotations

import sqlite3
import threading
from typing import Final

from search.engines.sqlite import schema
from search.engines.sqlite.asking import documents_of
from search.lexicon import Lexicon

_SMALL: Final = 300
"""Documents of which a lexicon is made while somebody waits."""


class Lexicons:
    """One for a process: the last that was read."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: object = None
        self._lexicon = Lexicon()

    def get(self, name: str, connection: sqlite3.Connection) -> Lexicon:
        generation = schema.number_fact(connection, "generation")
        small = schema.number_fact(connection, "documents") <= _SMALL
        of = (name, generation if small else 0)
        with self._lock:
            if of != self._of:
                self._lexicon = _made(connection) if small else _kept(connection)
                self._of = of
            return self._lexicon


def keep_lexicon(connection: sqlite3.Connection, lexicon: Lexicon) -> None:
    schema.set_fact(connection, "lexicon", lexicon.to_bytes())


def _kept(connection: sqlite3.Connection) -> Lexicon:
    stored = schema.fact(connection, "lexicon")
    return Lexicon.from_bytes(stored) if isinstance(stored, bytes) else Lexicon()


def _made(connection: sqlite3.Connection) -> Lexicon:
    return Lexicon.of(documents_of(connection))
