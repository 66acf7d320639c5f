"""The tables of an index file, and by what its version is known."""

from __future__ import annotations

import hashlib
import sqlite3
import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

import search.text
from search import registry
from search.engines import storing, wording
from search.engines.sqlite import sets

LAYOUT: Final = 3
"""Raised with the tables below, or when the same tables come to hold something else."""

TABLES: Final = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value) WITHOUT ROWID;

CREATE TABLE documents (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    ended INTEGER NOT NULL,
    dated TEXT,
    title_key TEXT NOT NULL,
    card BLOB NOT NULL,
    units BLOB NOT NULL
);
CREATE UNIQUE INDEX documents_by_key ON documents (kind, key);
CREATE INDEX documents_by_date ON documents (dated DESC, title_key, kind, key);
CREATE INDEX documents_by_title ON documents (title_key, kind, key);

-- Apart from the documents, so that reading two hundred of those passes over no text; in pieces that fill a page well.
-- Row: document << 16 | piece.
CREATE TABLE bodies (id INTEGER PRIMARY KEY, piece BLOB NOT NULL);

CREATE TABLE codes (code TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (code, id)) WITHOUT ROWID;

-- Documents that changed since the lexicon was made, in their turn.
CREATE TABLE changed (turn INTEGER PRIMARY KEY AUTOINCREMENT, id INTEGER NOT NULL UNIQUE);

-- Which documents hold a word, a facet's value … (wording.Key), in chunks of sets.CHUNK documents.
CREATE TABLE sets (
    space INTEGER NOT NULL, word TEXT NOT NULL, chunk INTEGER NOT NULL, documents BLOB NOT NULL,
    PRIMARY KEY (space, word, chunk)
) WITHOUT ROWID;
"""
PAGE_SIZE: Final = 8192
"""A chunk of a set (1 kB) fits into a page of the tree eight times; in the usual 4 kB each would spill over."""

PIECE: Final = 1_000
"""Bytes of a compressed text in one row."""


@cache
def version() -> str:
    """Changes with everything that decides what lies in the file: layout, what the apps' documents say, how words are made,
    Unicode's tables."""
    digest = hashlib.sha256(f"{LAYOUT} {registry.version()} {unicodedata.unidata_version}".encode())
    for module in (search.text, sets, storing, wording):
        assert module.__file__ is not None  # modules of this tree
        file = Path(module.__file__)
        for source in sorted(file.parent.glob("*.py")) if file.stem == "__init__" else [file]:
            digest.update(source.read_bytes())
    return f"{LAYOUT}-{digest.hexdigest()[:12]}"


def create(connection: sqlite3.Connection) -> None:
    """In a new, empty file; the caller has no transaction open."""
    connection.execute(f"PRAGMA page_size={PAGE_SIZE}")
    connection.execute("PRAGMA auto_vacuum=NONE")
    connection.executescript(TABLES)
    set_fact(connection, "version", version())
    set_fact(connection, "generation", 0)
    set_fact(connection, "documents", 0)
    set_fact(connection, "lexicon_made", 0)


def fact(connection: sqlite3.Connection, name: str) -> object:
    row = connection.execute("SELECT value FROM facts WHERE name=?", (name,)).fetchone()
    return row[0] if row else None


def number_fact(connection: sqlite3.Connection, name: str) -> int:
    value = fact(connection, name)
    if not isinstance(value, int):
        raise storing.Damaged(f"{name} is missing")
    return value


def set_fact(connection: sqlite3.Connection, name: str, value: object) -> None:
    connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))


def next_generation(connection: sqlite3.Connection) -> None:
    """Whoever has read something of the index before must forget it."""
    set_fact(connection, "generation", number_fact(connection, "generation") + 1)


def body(connection: sqlite3.Connection, number: int) -> bytes:
    """What `storing.whole` made of document `number`."""
    rows = connection.execute(
        "SELECT piece FROM bodies WHERE id BETWEEN ? AND ? ORDER BY id", (number << 16, number << 16 | 0xFFFF)
    )
    return b"".join(piece for (piece,) in rows)


def set_body(connection: sqlite3.Connection, number: int, content: bytes) -> None:
    connection.execute("DELETE FROM bodies WHERE id BETWEEN ? AND ?", (number << 16, number << 16 | 0xFFFF))
    # However long, there are never more pieces than numbers for them.
    size = max(PIECE, -(-len(content) // 0xFFFF))
    connection.executemany(
        "INSERT INTO bodies VALUES (?, ?)",
        ((number << 16 | n, content[at : at + size]) for n, at in enumerate(range(0, len(content), size))),
    )
