"""Three real servers, killed one and all, while people search, editors save and the index is rebuilt.

No search fails, what stands on a page is found, every document is in the index once, and when the servers are back
everything catches up by itself: with the circuit, the keeper and the outbox as they run in earnest.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction

from portal.search_keeper import SearchKeeper
from search import engines, indexing, outbox, registry
from search.documents import DocumentId, SearchDocument
from search.engines import choosing
from search.engines.contract import Alternative, Concept, Engine, EngineUnavailable, Plan, Request
from search.registry import Kind
from search.text import words
from tests.search.conftest import Corner

pytestmark = [pytest.mark.cluster, pytest.mark.slow]

KIND = "thu-tuc"
DOCUMENTS = 1_500
SEARCHERS = 2
SOON = 60.0
"""Seconds for what takes two or three alone, on a machine that is busy with other tests."""


class Content:
    """What the portal publishes: titles by key. Written with its note in the outbox, as an editor's save is."""

    def __init__(self) -> None:
        self.titles = {f"k{number}": f"Thủ tục số {number} bản 0" for number in range(DOCUMENTS)}
        self.lock = threading.Lock()

    def document(self, key: str) -> SearchDocument:
        title = self.titles[key]
        return SearchDocument(DocumentId(KIND, key), title, f"/{key}/", (f"{title} {key}",))

    def save(self, key: str, title: str | None) -> None:
        with self.lock, transaction.atomic():
            if title is None:
                self.titles.pop(key, None)
            else:
                self.titles[key] = title
            outbox.record([DocumentId(KIND, key)])

    # As search.registry.Source.

    def count(self) -> int:
        return len(self.titles)

    def all(self) -> Iterator[SearchDocument]:
        for key in list(self.titles):
            with suppress(KeyError):
                yield self.document(key)

    def some(self, keys: Sequence[str]) -> Iterable[SearchDocument]:
        with self.lock:
            return [self.document(key) for key in keys if key in self.titles]


class Crowd:
    """People who search, an editor, and the worker's keeper: threads that go on until the test is over."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.stopping = threading.Event()
        self.wrong: list[BaseException] = []
        self.answered: Counter[str] = Counter()
        self.slowest: dict[str, float] = {}
        self.saved = 0

    @contextmanager
    def at_work(self) -> Iterator[None]:
        keeper = SearchKeeper(self.stopping)
        tasks = [*[self._search] * SEARCHERS, self._edit, keeper.run]
        threads = [threading.Thread(target=self._guarded, args=(task,)) for task in tasks]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.stopping.set()
            for thread in threads:
                thread.join(timeout=SOON)
        assert not any(thread.is_alive() for thread in threads)
        assert not self.wrong, self.wrong

    def _guarded(self, task: Callable[[], None]) -> None:
        try:
            task()
        except BaseException as error:
            self.wrong.append(error)
            self.stopping.set()
        finally:
            connection.close()

    def _search(self) -> None:
        chance = random.Random(7)
        while not self.stopping.wait(0.005):
            # The first thousand are never taken away.
            key = f"k{chance.randrange(1_000)}"
            outbox.catch_up(engines.embedded())
            engine = engines.current()
            began = time.monotonic()
            found = engine.search(Request(plan_for(key)))
            took = time.monotonic() - began
            assert [candidate.id.key for candidate in found.candidates] == [key], engine.name
            self.answered[engine.name] += 1
            self.slowest[engine.name] = max(took, self.slowest.get(engine.name, 0.0))

    def _edit(self) -> None:
        chance = random.Random(8)
        while not self.stopping.wait(0.1):
            number = chance.randrange(DOCUMENTS)
            self.saved += 1
            gone = number >= 1_000 and chance.random() < 0.5
            self.content.save(f"k{number}", None if gone else f"Thủ tục số {number} bản {self.saved}")

    def until_answered_by(self, name: str, times: int = 20) -> None:
        """So many more answers in a row of this kind; the crowd goes on meanwhile."""
        wanted = self.answered[name] + times
        until(lambda: self.answered[name] >= wanted or bool(self.wrong))
        assert not self.wrong, self.wrong


def plan_for(key: str) -> Plan:
    return Plan((Concept((Alternative(words(key)),)),), (frozenset({0}),))


def until(holds: Callable[[], bool], seconds: float = SOON) -> None:
    deadline = time.monotonic() + seconds
    waiting = threading.Event()
    while not holds():
        assert time.monotonic() < deadline, "it never came"
        waiting.wait(0.05)


def same_as_database(engine: Engine) -> bool:
    with suppress(EngineUnavailable):
        return not outbox.is_behind(engine) and not list(indexing.differences(engine))
    return False


@pytest.fixture
def content(monkeypatch: pytest.MonkeyPatch) -> Content:
    made = Content()
    registry.discover()
    monkeypatch.setattr(registry, "_kinds", {KIND: (Kind(KIND, "procedure", "Thủ tục"), made)})
    return made


@pytest.fixture
def cluster_engine(corner: Corner, content: Content, settings: Any) -> Iterator[Engine]:
    settings.PORTAL_SEARCH_URL = corner.url
    choosing.forget()
    yield engines.engine_named("elasticsearch")
    choosing.forget()
    # Whatever a test that failed left dead.
    corner.cluster.start()


@pytest.mark.django_db(transaction=True)
def test_servers_die_and_nobody_notices(
    corner: Corner, content: Content, cluster_engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    cluster = corner.cluster
    for engine in engines.kept():
        indexing.build(engine)
    crowd = Crowd(content)
    with crowd.at_work():
        crowd.until_answered_by("elasticsearch")

        # One server dies while the index is rebuilt, and everybody goes on.
        reached = threading.Event()

        def progress(done: int, total: int | None) -> None:
            if done > DOCUMENTS / 3 and not reached.is_set():
                reached.set()
                cluster.nodes[0].kill()

        rebuilt = indexing.build(cluster_engine, progress)
        assert reached.is_set()
        assert rebuilt.report.refused == ()
        crowd.until_answered_by("elasticsearch")
        cluster.nodes[0].start()
        cluster.wait()
        until(lambda: all_is_in(cluster_engine, content))

        # All die: the embedded engine answers, at once and up to date.
        stood_in = crowd.answered["sqlite"]
        cluster.stop()
        crowd.until_answered_by("sqlite", times=100)
        assert choosing.circuit().outage is not None
        saved = crowd.saved
        until(lambda: crowd.saved > saved + 10)

        # They come back, and nobody has to do anything.
        cluster.start()
        crowd.until_answered_by("elasticsearch")
        assert choosing.circuit().outage is None
        assert crowd.answered["sqlite"] > stood_in

    for engine in engines.kept():
        outbox.apply(engine)
        assert same_as_database(engine), engine.name
        keys = list(engine.keys(KIND))
        assert len(keys) == len(set(keys)) == len(content.titles)
    assert len(corner.indexes()) == 1
    with capsys.disabled():
        slowest = {name: f"{seconds:.2f} s" for name, seconds in crowd.slowest.items()}
        print(f"\n{dict(crowd.answered)} searches, {crowd.saved} saves, slowest {slowest}")


def all_is_in(engine: Engine, content: Content) -> bool:
    """While editors go on the two are never quite the same; the number of documents comes close."""
    with suppress(EngineUnavailable):
        return abs(engine.status().documents - len(content.titles)) <= 10
    return False


@pytest.mark.django_db(transaction=True)
def test_a_server_that_hangs_costs_half_a_second_once(
    corner: Corner, content: Content, cluster_engine: Engine
) -> None:
    """Stopped, it takes connections and answers nobody."""
    for engine in engines.kept():
        indexing.build(engine)
    until(lambda: asked_now("k1") == "elasticsearch")
    for node in corner.cluster.nodes:
        node.pause()
    try:
        began = time.monotonic()
        assert asked_now("k1") == "sqlite"
        first = time.monotonic() - began
        began = time.monotonic()
        assert {asked_now(f"k{number}") for number in range(20)} == {"sqlite"}
        rest = time.monotonic() - began
    finally:
        for node in corner.cluster.nodes:
            node.resume()
    corner.cluster.wait()
    assert first < 5, "the half second, and what a busy machine adds"
    assert rest < 5
    until(lambda: asked_now("k1") == "elasticsearch")


def asked_now(key: str) -> str:
    engine = engines.current()
    found = engine.search(Request(plan_for(key)))
    assert [candidate.id.key for candidate in found.candidates] == [key]
    return engine.name


def is_found(engine: Engine, plan: Plan) -> bool:
    return engine.search(Request(plan)).total == 1


@pytest.mark.django_db(transaction=True)
def test_the_keeper_brings_an_edit_within_two_seconds(
    corner: Corner, content: Content, cluster_engine: Engine
) -> None:
    for engine in engines.kept():
        indexing.build(engine)
    stopping = threading.Event()
    thread = threading.Thread(target=SearchKeeper(stopping).run)
    thread.start()
    try:
        took = []
        for number in range(5):
            content.save(f"k{number}", f"Thủ tục đổi tên lần{number}xyz")
            began = time.monotonic()
            wanted = Plan((Concept((Alternative((f"lan{number}xyz",)),)),), (frozenset({0}),))
            until(partial(is_found, cluster_engine, wanted))
            took.append(time.monotonic() - began)
    finally:
        stopping.set()
        thread.join()
    assert sorted(took)[2] < 2, took


@pytest.mark.django_db(transaction=True)
def test_an_index_that_is_not_built_is_the_jobs(
    corner: Corner, content: Content, cluster_engine: Engine
) -> None:
    """The keeper leaves it alone; the worker's job builds it, and until then the embedded engine answers."""
    from search.jobs import apply_changes

    indexing.build(engines.embedded())
    keeper = SearchKeeper(threading.Event())
    assert keeper.look(cluster_engine) is False
    assert asked_now("k1") == "sqlite"
    assert "elasticsearch" in apply_changes()
    assert keeper.look(cluster_engine) is True
    choosing.forget()
    assert asked_now("k1") == "elasticsearch"
    assert same_as_database(cluster_engine)
