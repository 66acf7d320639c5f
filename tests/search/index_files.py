"""What tests of the embedded engine do to its file, and how they look into it."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from search.documents import SearchDocument
from search.engines.contract import Place, Plan, Request
from search.engines.sqlite import memory
from search.engines.sqlite.asking import Asking
from search.engines.sqlite.engine import SqliteEngine
from tests.factories.search import documents

DOCUMENTS = documents()
EVERYTHING = Request(Plan(), limit=1_000)


def files(path: Path) -> set[str]:
    return {file.name for file in path.parent.iterdir()}


def used(path: Path) -> Path:
    return path.parent / path.readlink()


def in_child(work: Callable[[], object]) -> int:
    """How a forked process ended that does only this: its signal below 0, else its exit code (1: an exception)."""
    child = os.fork()
    if not child:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def dying(content: Iterable[SearchDocument]) -> Iterator[SearchDocument]:
    """kill -9 when all of it was handed over."""
    yield from content
    die()


def whole(engine: SqliteEngine) -> None:
    """Every table agrees with every other, and nothing is torn."""
    connection = sqlite3.connect(used(engine.files.path))
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    found = engine.search(replace(EVERYTHING, facets=("loai",)))
    assert (
        found.total
        == len(found.candidates)
        == engine.status().documents
        == sum(found.facets["loai"].values())
    )
    held = engine.fetch([candidate.id for candidate in found.candidates])
    twin = SqliteEngine(engine.files.path.with_name("twin.sqlite3"))
    twin.rebuild(lambda: held, place=Place)
    assert _sets(engine) == _sets(twin)


def _sets(engine: SqliteEngine) -> dict[tuple[int, str], set[str]]:
    """Space and word → keys of documents, straight from the file."""
    connection = sqlite3.connect(used(engine.files.path))
    names = dict(connection.execute("SELECT id, kind || '/' || key FROM documents"))
    words = connection.execute("SELECT DISTINCT space, word FROM sets").fetchall()
    held = memory.Memory()
    made = {
        (space, word): {names[number] for number in Asking(connection, held).numbers(space, word)}
        for space, word in words
    }
    connection.close()
    return made
