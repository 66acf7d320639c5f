"""The embedded engine under several threads and processes at once, and under kill -9."""

from __future__ import annotations

import signal
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from search.documents import Part, Passage, SearchDocument
from search.engines.contract import EngineUnavailable, Place
from search.engines.sqlite import engine as module
from search.engines.sqlite.engine import SqliteEngine
from tests.search.contract_cases import keys, simple
from tests.search.index_files import DOCUMENTS, EVERYTHING, die, dying, files, in_child, used, whole


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "search.sqlite3"


@pytest.fixture
def engine(path: Path) -> SqliteEngine:
    """With three documents."""
    engine = SqliteEngine(path)
    engine.rebuild(lambda: [simple("a"), simple("b"), simple("c")], place=lambda: Place(0, 1))
    return engine


# Several at once ------------------------------------------------------------------------------------------------------


def test_one_state_of_the_index_throughout_while_another_writes(engine: SqliteEngine) -> None:
    """Each write takes one document out and puts one in; whoever sees two or four saw half of it."""
    done = threading.Event()
    seen: list[tuple[int, int, int]] = []
    failed: list[BaseException] = []

    def read() -> None:
        try:
            while not done.is_set():
                found = engine.search(replace(EVERYTHING, facets=("loai",)))
                seen.append((found.total, len(found.candidates), found.facets["loai"]["thu-tuc"]))
        except BaseException as error:
            failed.append(error)
        finally:
            engine.close()

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(40):
        engine.index([simple(f"n{number}")], delete=[simple(f"n{number - 1}" if number else "a").id])
        if number % 13 == 12:
            held = engine.fetch([candidate.id for candidate in engine.search(EVERYTHING).candidates])
            engine.rebuild(held.__iter__, place=Place)
    done.set()
    for reader in readers:
        reader.join()
    assert not failed
    assert set(seen) == {(3, 3, 3)}
    whole(engine)


def test_another_process_sees_what_was_written_and_what_was_swapped_in(
    engine: SqliteEngine, path: Path
) -> None:
    other = SqliteEngine(path)
    assert other.search(EVERYTHING).total == 3
    engine.index([simple("d")])
    assert other.search(EVERYTHING).total == 4
    engine.rebuild(lambda: [simple("e")], place=Place)
    assert keys(other.search(EVERYTHING)) == {"e"}
    path.unlink()
    with pytest.raises(EngineUnavailable):
        other.search(EVERYTHING)


def test_a_forked_process_opens_the_index_itself(engine: SqliteEngine) -> None:
    assert engine.search(EVERYTHING).total == 3

    def work() -> None:
        engine.index([simple("d")])
        assert engine.search(EVERYTHING).total == 4

    assert in_child(work) == 0
    assert engine.search(EVERYTHING).total == 4
    whole(engine)


def test_only_one_rebuild_at_a_time(engine: SqliteEngine, path: Path) -> None:
    def content() -> Iterator[SearchDocument]:
        with pytest.raises(EngineUnavailable, match="being rebuilt"):
            SqliteEngine(path).rebuild(lambda: (), place=Place)
        yield simple("d")

    engine.rebuild(content, place=Place)
    assert keys(engine.search(EVERYTHING)) == {"d"}


def test_a_writer_waits_for_another_only_so_long(engine: SqliteEngine, path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.01)
    other = SqliteEngine(path)

    def content() -> Iterator[SearchDocument]:
        yield simple("d")
        with pytest.raises(EngineUnavailable, match="locked"):
            other.index([simple("e")])
        assert other.search(EVERYTHING).total == 3

    engine.index(content())
    assert other.search(EVERYTHING).total == 4


def test_a_place_of_the_old_index_is_not_noted_in_a_new_one(engine: SqliteEngine, path: Path) -> None:
    """Changes between the new index's own place and the one that this caller began from would be lost."""
    assert engine.place() == Place(0, 1)
    SqliteEngine(path).rebuild(lambda: [simple("z")], place=lambda: Place(0, 3))
    with pytest.raises(EngineUnavailable, match="rebuilt meanwhile"):
        engine.index([simple("d")], place=Place(0, 9))
    assert engine.place() == Place(0, 3)
    engine.index([simple("d")], place=Place(0, 9))
    assert (engine.place(), keys(engine.search(EVERYTHING))) == (Place(0, 9), {"z", "d"})


# kill -9 --------------------------------------------------------------------------------------------------------------


def test_killed_while_indexing_nothing_of_it_is_there(engine: SqliteEngine) -> None:
    for _ in range(3):
        more = [simple("d", passages=(Passage(Part.TEXT, "", "", "giấy tờ"),)), simple("a", "Khác")]
        work = partial(engine.index, dying(more), delete=[simple("b").id], place=Place(0, 5))
        killed = in_child(work)
        assert killed == -signal.SIGKILL
        assert keys(engine.search(EVERYTHING)) == {"a", "b", "c"}
        assert engine.place() == Place(0, 1)
    whole(engine)
    engine.index([simple("d")], delete=[simple("b").id], place=Place(0, 5))
    assert (keys(engine.search(EVERYTHING)), engine.place()) == ({"a", "c", "d"}, Place(0, 5))
    whole(engine)


def test_killed_after_a_write_all_of_it_is_there(engine: SqliteEngine) -> None:
    def work() -> None:
        engine.index([simple("d")], delete=[simple("b").id], place=Place(0, 5))
        die()

    assert in_child(work) == -signal.SIGKILL
    assert (keys(engine.search(EVERYTHING)), engine.place()) == ({"a", "c", "d"}, Place(0, 5))
    whole(engine)


@pytest.mark.parametrize("moment", ["reading", "before the swap", "after the swap"])
def test_killed_while_rebuilding(engine: SqliteEngine, path: Path, moment: str, monkeypatch: Any) -> None:
    content: Callable[[], Iterable[SearchDocument]] = lambda: DOCUMENTS  # noqa: E731 -- given to rebuild as it is
    if moment == "reading":
        content = lambda: dying(DOCUMENTS)  # noqa: E731 -- as above
    elif moment == "before the swap":
        monkeypatch.setattr(engine.files, "swap", die)
    else:
        swap = engine.files.swap

        def swap_and_die(made: Path) -> None:
            swap(made)
            die()

        monkeypatch.setattr(engine.files, "swap", swap_and_die)
    assert in_child(lambda: engine.rebuild(content, place=lambda: Place(0, 7))) == -signal.SIGKILL
    monkeypatch.undo()
    swapped = moment == "after the swap"
    assert engine.search(EVERYTHING).total == (len(DOCUMENTS) - 2 if swapped else 3)
    assert engine.place() == Place(0, 7 if swapped else 1)
    assert len(files(path)) > 3
    engine.rebuild(lambda: DOCUMENTS, place=Place)
    engine.close()
    assert len(files(path)) == 3
    whole(engine)


def test_the_sets_stay_true_through_many_changes(engine: SqliteEngine) -> None:
    """Replaced, ended, put in again, deleted: as if it had been built anew."""
    engine.index(DOCUMENTS)
    for step in range(1, 6):
        some = DOCUMENTS[step::5]
        engine.index(
            [
                replace(document, names=(document.url, f"Tên mới {step}"), everyday=())
                for document in some[::2]
            ]
        )
        engine.index([replace(document, ended="Hết") for document in some[1::3]], delete=[some[0].id])
    whole(engine)
    engine.index(DOCUMENTS)
    whole(engine)
    assert engine.search(EVERYTHING).total == len(DOCUMENTS) - 2 + 3


def test_what_is_in_already_is_not_written_again(engine: SqliteEngine) -> None:
    engine.index(DOCUMENTS)
    connection = sqlite3.connect(used(engine.files.path))
    before = connection.execute("SELECT max(turn) FROM changed").fetchone()
    assert engine.index(DOCUMENTS).indexed == len(DOCUMENTS)
    assert connection.execute("SELECT max(turn) FROM changed").fetchone() == before
    connection.close()
