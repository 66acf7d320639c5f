"""The outbox: written with the content, read in an order that loses nothing, applied whole or again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import psycopg
import pytest
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from search import jobs, outbox, registry
from search.documents import DocumentId
from search.engines.contract import Engine, Place
from search.indexing import Done, Wrong, bring_up_to_date, differences, must_be_built
from search.models import OutboxChange
from tests.search.memory_engine import KIND, MemoryEngine, MemorySource
from tests.servers.own_process import empty_postgres, run_script

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> MemorySource:
    """The only kind there is."""
    registry.discover()
    held = MemorySource(a="Một", b="Hai", c="Ba")
    monkeypatch.setattr(registry, "_kinds", {KIND: (registry.Kind(KIND, "test", "Thử"), held)})
    OutboxChange.objects.all().delete()
    return held


@pytest.fixture
def built(source: MemorySource) -> MemoryEngine:
    engine = MemoryEngine()
    bring_up_to_date(as_engine(engine))
    return engine


def as_engine(engine: MemoryEngine) -> Engine:
    return cast("Engine", engine)


def note(*keys: str) -> None:
    outbox.record(DocumentId(KIND, key) for key in keys)


def many(source: MemorySource, number: int) -> list[str]:
    keys = [f"k{n:03}" for n in range(number)]
    source.held |= dict.fromkeys(keys, "Nhiều")
    return keys


# Writing and reading ------------------------------------------------------------------------------------------------------


def test_changes_are_noted_once_each_in_one_statement(
    source: MemorySource, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        assert outbox.record(DocumentId(KIND, key) for key in "abcab") == 3
    with django_assert_num_queries(0):
        assert outbox.record([]) == 0
    changes = outbox.waiting(Place(), 10)
    assert [change.id.key for change in changes] == ["a", "b", "c"]
    assert changes[-1].place == outbox.latest()
    assert outbox.waiting(changes[0].place, 1) == changes[1:2]
    assert outbox.waiting(changes[-1].place, 10) == []


def test_what_is_rolled_back_was_never_noted(source: MemorySource) -> None:
    with transaction.atomic():
        note("a")
        transaction.set_rollback(True)
    assert outbox.waiting(Place(), 10) == []


# Applying ---------------------------------------------------------------------------------------------------------------


def test_a_document_is_read_once_and_one_that_is_gone_is_taken_out(
    source: MemorySource, built: MemoryEngine
) -> None:
    source.asked.clear()
    note("a", "b")
    note("a")
    note("x")
    source.held["a"] = "Một mới"
    del source.held["b"]
    report = outbox.apply(as_engine(built))
    assert built.titles() == {"a": "Một mới", "c": "Ba"}
    assert (report.indexed, report.deleted) == (1, 1)
    assert source.asked == [["a", "b", "x"]]
    assert built.at == outbox.latest()


def test_killed_anywhere_it_is_done_again(
    source: MemorySource, built: MemoryEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "BATCH", 10)
    note(*many(source, 35))
    before = built.at
    for calls in range(4):
        built.fails_after = calls
        with pytest.raises(KeyboardInterrupt):
            outbox.apply(as_engine(built))
        assert built.at == before, "the place is noted with the last documents"
    built.fails_after = None
    outbox.apply(as_engine(built))
    assert built.titles() == source.held
    assert built.at == outbox.latest()


def test_a_limit_leaves_the_rest(source: MemorySource, built: MemoryEngine) -> None:
    note("a", "b", "c")
    source.held = dict.fromkeys("abc", "Khác")
    outbox.apply(as_engine(built), limit=2)
    assert built.titles() == {"a": "Khác", "b": "Khác", "c": "Ba"}
    outbox.apply(as_engine(built), limit=2)
    assert built.titles() == source.held


def test_a_whole_kind_is_one_change(source: MemorySource, built: MemoryEngine) -> None:
    source.held = {"c": "Ba khác", "d": "Bốn"}
    outbox.record_kind(KIND)
    assert not outbox.catch_up(as_engine(built)), "any number of documents: the worker's"
    outbox.apply(as_engine(built))
    assert built.titles() == source.held
    assert built.at == outbox.latest()


def test_a_kind_that_is_no_longer_there_is_taken_out(source: MemorySource, built: MemoryEngine) -> None:
    outbox.record([DocumentId("cu", "1"), DocumentId(KIND, "a")])
    source.held["a"] = "Khác"
    outbox.apply(as_engine(built))
    assert built.titles()["a"] == "Khác"


# Before a search ----------------------------------------------------------------------------------------------------------


def test_a_search_asks_once_when_nothing_waits(
    source: MemorySource, built: MemoryEngine, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        assert outbox.catch_up(as_engine(built))


def test_an_edit_is_found_at_the_next_search(source: MemorySource, built: MemoryEngine) -> None:
    source.held["a"] = "Một mới"
    note("a")
    assert outbox.catch_up(as_engine(built))
    assert built.titles()["a"] == "Một mới"


@pytest.mark.parametrize(("number", "applied"), [(50, True), (51, False)])
def test_a_search_applies_fifty_documents_and_leaves_more(
    source: MemorySource, built: MemoryEngine, number: int, applied: bool
) -> None:
    keys = many(source, number)
    note(*keys)
    note(*keys)
    assert outbox.catch_up(as_engine(built)) is applied
    assert (built.at == outbox.latest()) is applied


def test_a_search_does_not_build_an_index_nor_fail_without_one(source: MemorySource) -> None:
    engine = MemoryEngine()
    assert not outbox.catch_up(as_engine(engine))
    engine.away = True
    assert not outbox.catch_up(as_engine(engine))
    assert engine.rebuilt == 0


def test_an_index_that_was_made_empty_takes_everything_over(source: MemorySource) -> None:
    engine = MemoryEngine(Place())
    note(*many(source, 80))
    assert outbox.catch_up(as_engine(engine))
    assert len(engine.documents) == 80


def test_nothing_is_applied_inside_a_transaction_of_somebody(
    source: MemorySource, built: MemoryEngine
) -> None:
    with transaction.atomic():
        note("a")
        assert not outbox.catch_up(as_engine(built))
        with pytest.raises(outbox.InTransaction):
            outbox.apply(as_engine(built))
        with pytest.raises(outbox.InTransaction):
            bring_up_to_date(as_engine(built), rebuild=True)


# Indexes that must be built -----------------------------------------------------------------------------------------------


def test_the_first_index_is_built_and_then_only_brought_up_to_date(source: MemorySource) -> None:
    engine = MemoryEngine()
    assert bring_up_to_date(as_engine(engine)).done is Done.REBUILT
    assert engine.titles() == source.held
    assert outbox.knows(engine.at or Place())
    assert bring_up_to_date(as_engine(engine)).done is Done.NOTHING
    note("a")
    outcome = bring_up_to_date(as_engine(engine))
    assert (outcome.done, outcome.report.indexed, engine.rebuilt) == (Done.APPLIED, 1, 1)


def test_what_changes_while_an_index_is_built_is_in_it(
    source: MemorySource, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = MemoryEngine()
    read = source.all

    def read_and_change() -> Iterator[Any]:
        yield from list(read())
        source.held |= {"a": "Một mới", "neu": "Mới"}
        del source.held["b"]
        note("a", "b", "neu")

    monkeypatch.setattr(source, "all", read_and_change)
    bring_up_to_date(as_engine(engine))
    assert engine.titles() == source.held


@pytest.mark.parametrize(
    "place",
    [None, Place(0, 10**9), Place(7, 1)],
    ids=["never built", "ahead: the database is an older copy", "of another database"],
)
def test_an_index_of_another_past_is_built_anew(source: MemorySource, place: Place | None) -> None:
    note("a")
    engine = MemoryEngine(place)
    assert must_be_built(as_engine(engine))
    assert bring_up_to_date(as_engine(engine)).done is Done.REBUILT


def test_a_search_leaves_an_index_of_which_changes_were_lost(source: MemorySource) -> None:
    note("a", "b")
    first, second = OutboxChange.objects.order_by("pk")
    engine = MemoryEngine(Place(second.transaction, first.pk))
    first.delete()
    assert not outbox.catch_up(as_engine(engine))


def test_old_changes_that_all_have_passed_are_pruned(source: MemorySource, built: MemoryEngine) -> None:
    behind = MemoryEngine(built.at)
    note("a", "b", "c")
    outbox.apply(as_engine(built))
    outbox.apply(as_engine(behind), limit=1)
    OutboxChange.objects.update(at=timezone.now() - timedelta(days=40))
    note("a")
    outbox.apply(as_engine(built))
    outbox.prune(timezone.now() - jobs.KEEP, [built.at or Place(), behind.at or Place()])
    assert not must_be_built(as_engine(behind)), "what it lacks is still there"
    assert outbox.prune(timezone.now() - jobs.KEEP, [built.at or Place()]) > 0
    assert not must_be_built(as_engine(built))
    assert must_be_built(as_engine(behind)), "what it lacks is gone"
    assert must_be_built(as_engine(MemoryEngine(Place()))), "so is what an empty index would need"


def test_the_last_change_is_never_pruned(source: MemorySource, built: MemoryEngine) -> None:
    OutboxChange.objects.update(at=timezone.now() - timedelta(days=400))
    outbox.prune(timezone.now(), [built.at or Place()])
    assert not must_be_built(as_engine(built))


# The worker -----------------------------------------------------------------------------------------------------------------


def test_the_worker_applies_what_waits_and_rests_from_an_engine_that_is_away(
    source: MemorySource, built: MemoryEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = MemoryEngine()
    away.away, away.name = True, "away"
    monkeypatch.setattr(jobs, "known_engines", lambda: [as_engine(built), as_engine(away)])
    monkeypatch.setattr(away, "status", away.place)
    monkeypatch.setattr(jobs, "_resting", {})
    assert not jobs.changes_wait()
    note(*many(source, 60))
    assert jobs.changes_wait()
    assert "away" in jobs.apply_changes()
    assert built.titles() == source.held
    assert not jobs.changes_wait()
    away.away, away.at = False, Place()
    assert not jobs.changes_wait(), "it failed a moment ago"
    monkeypatch.setattr(jobs, "_resting", {})
    assert jobs.changes_wait()


# Comparing ----------------------------------------------------------------------------------------------------------------


def test_index_and_database_are_compared(source: MemorySource, built: MemoryEngine) -> None:
    assert list(differences(as_engine(built))) == []
    source.held = {"a": "Một khác", "b": "Hai", "d": "Bốn"}
    found = {(d.id.key, d.wrong, d.fields) for d in differences(as_engine(built))}
    assert found == {
        ("a", Wrong.DIFFERENT, ("title", "names")),
        ("d", Wrong.MISSING, ()),
        ("c", Wrong.LEFT, ()),
    }


# Several writers ------------------------------------------------------------------------------------------------------------

WRITERS, TURNS = 4, 25
SET_UP = """
import threading
import django; django.setup()
from django.db import connection, connections, transaction
from search import outbox
from search.documents import DocumentId
from search.engines.contract import Place
from search.models import OutboxChange

with connection.schema_editor() as editor:
    editor.create_model(OutboxChange)

def note(*keys):
    outbox.record(DocumentId("thu", key) for key in keys)

def waiting(place=Place()):
    return [change.id.key for change in outbox.waiting(place, 1000)]

def in_thread(work):
    def run():
        try:
            work()
        finally:
            connections.close_all()
    thread = threading.Thread(target=run)
    thread.start()
    return thread
"""
# The first writer has the lower number and commits last; a third one gives up.
OUT_OF_ORDER = (
    SET_UP
    + """
has_written, may_commit = threading.Event(), threading.Event()

def first():
    with transaction.atomic():
        note("early")
        has_written.set()
        may_commit.wait(60)

thread = in_thread(first)
has_written.wait(60)
with transaction.atomic():
    note("late")
    transaction.on_commit(lambda: None)
with transaction.atomic():
    note("never")
    transaction.set_rollback(True)
between = waiting(), outbox.latest()
may_commit.set()
thread.join()
after = waiting()
print(between, after)
raise SystemExit(between != ([], Place()) or after != ["early", "late"] or outbox.latest() == Place())
"""
)
RACE = (
    SET_UP
    + f"""
import random
stop, seen, errors = threading.Event(), [], []

def write(writer):
    dice = random.Random(writer)
    try:
        for turn in range({TURNS}):
            with transaction.atomic():
                note(f"{{writer}}/{{turn}}")
                if dice.random() < 0.5:
                    OutboxChange.objects.count()
                note(f"{{writer}}/{{turn}}/2")
    except Exception as error:
        errors.append(repr(error))

def read():
    place = Place()
    while True:
        last = stop.is_set()
        for change in outbox.waiting(place, 7):
            seen.append(change.id.key)
            place = change.place
            last = False
        if last:
            return

reader = in_thread(read)
writers = [in_thread(lambda writer=writer: write(writer)) for writer in range({WRITERS})]
for thread in writers:
    thread.join()
stop.set()
reader.join()
wanted = {{f"{{w}}/{{t}}{{end}}" for w in range({WRITERS}) for t in range({TURNS}) for end in ("", "/2")}}
print(errors, len(seen), sorted(wanted - set(seen)))
raise SystemExit(bool(errors) or len(seen) != len(wanted) or set(seen) != wanted)
"""
)


def test_a_reader_beside_writers_on_sqlite_misses_nothing(tmp_path: Path) -> None:
    run_script(RACE, f"sqlite:///{tmp_path / 'outbox.sqlite3'}")


@pytest.mark.postgres
@pytest.mark.parametrize("script", [OUT_OF_ORDER, RACE], ids=["out of order", "race"])
def test_a_reader_beside_writers_on_postgresql_misses_nothing(script: str) -> None:
    settings = connection.settings_dict
    with (
        empty_postgres("outbox") as database,
        # A writer in another database of the same server holds nothing back.
        psycopg.connect(host=settings["HOST"], user=settings["USER"], dbname="postgres") as other,
    ):
        other.execute("SELECT pg_current_xact_id()")
        run_script(script, database)
