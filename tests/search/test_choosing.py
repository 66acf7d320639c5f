"""Which engine answers: the one that is set, or the embedded one in its place."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from search import engines, outbox
from search.documents import DocumentId, Part, Passage
from search.engines import choosing
from search.engines.choosing import MOST_BEHIND, RETRY_SECONDS, Chosen, Circuit
from search.engines.contract import (
    Candidate,
    EngineUnavailable,
    Found,
    Place,
    Plan,
    Request,
    Suggestion,
)


class Fake:
    """An engine that answers with its name, or not at all."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.away = ""
        self.asked = 0

    def _answer(self) -> None:
        self.asked += 1
        if self.away:
            raise EngineUnavailable(self.away)

    def search(self, request: Request) -> Found:
        self._answer()
        return Found((), 0, {"by": {self.name: 1}})

    def passages(
        self, wanted: Mapping[DocumentId, Collection[Part]]
    ) -> Mapping[DocumentId, tuple[Passage, ...]]:
        self._answer()
        return {DocumentId("by", self.name): ()}

    def suggest(
        self, words: tuple[str, ...], *, kinds: Collection[str] = (), limit: int = 20
    ) -> tuple[Suggestion, ...]:
        self._answer()
        return (Suggestion(DocumentId("by", self.name), "", "", (), (), 0.0),)

    def by_code(self, codes: Sequence[str]) -> tuple[Candidate, ...]:
        self._answer()
        return (Candidate(DocumentId("by", self.name), "", "", (), (), (), 0.0, {}),)


class World:
    """Two engines, a clock that only moves when told, and how far the cluster is behind."""

    def __init__(self) -> None:
        self.now = 100.0
        self.behind: timedelta | EngineUnavailable = timedelta(0)
        self.looks = 0
        self.cluster, self.embedded = Fake("elasticsearch"), Fake("sqlite")
        self.circuit = Circuit(self._behind, clock=lambda: self.now)

    def _behind(self) -> timedelta:
        self.looks += 1
        if isinstance(self.behind, EngineUnavailable):
            raise self.behind
        return self.behind

    def chosen(self) -> Chosen:
        return Chosen(self.cluster, self.embedded, self.circuit)

    def answers(self) -> str:
        found = self.chosen().search(Request(Plan()))
        return next(iter(found.facets["by"]))


@pytest.fixture
def world() -> World:
    return World()


def test_the_engine_that_is_set_answers(world: World) -> None:
    chosen = world.chosen()
    assert world.answers() == "elasticsearch"
    assert (chosen.name, chosen.stood_in, world.embedded.asked) == ("elasticsearch", False, 0)


QUESTIONS = {
    "search": lambda engine: next(iter(engine.search(Request(Plan())).facets["by"])),
    "passages": lambda engine: next(iter(engine.passages({}))).key,
    "suggest": lambda engine: engine.suggest(("a",))[0].id.key,
    "by_code": lambda engine: engine.by_code(["1"])[0].id.key,
}


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_every_question_is_answered_by_the_stand_in(world: World, question: Any) -> None:
    assert question(world.chosen()) == "elasticsearch"
    world.cluster.away = "away"
    chosen = world.chosen()
    assert question(chosen) == "sqlite"
    assert (chosen.name, chosen.stood_in) == ("sqlite", True)


def test_one_request_has_one_engine_from_the_failure_on(world: World) -> None:
    chosen = world.chosen()
    world.cluster.away = "slow"
    chosen.search(Request(Plan()))
    world.cluster.away = ""
    assert QUESTIONS["passages"](chosen) == "sqlite"


def test_after_a_failure_the_embedded_engine_answers_at_once_for_a_while(world: World) -> None:
    world.cluster.away = "away"
    assert world.answers() == "sqlite"
    asked = world.cluster.asked
    world.now += RETRY_SECONDS - 0.1
    assert world.answers() == "sqlite"
    assert world.cluster.asked == asked


def test_when_it_returns_it_answers_again(world: World) -> None:
    world.cluster.away = "away"
    world.answers()
    world.cluster.away = ""
    world.now += RETRY_SECONDS
    assert world.answers() == "elasticsearch"
    assert world.circuit.outage is None


def test_while_one_looks_whether_it_is_back_others_do_not_wait(world: World) -> None:
    world.cluster.away = "away"
    world.answers()
    world.now += RETRY_SECONDS
    looking = world.chosen()
    assert not looking.stood_in
    assert world.answers() == "sqlite"
    world.cluster.away = ""
    looking.search(Request(Plan()))
    assert world.answers() == "elasticsearch"


@pytest.mark.parametrize(
    ("behind", "answers"),
    [
        (timedelta(0), "elasticsearch"),
        (MOST_BEHIND, "elasticsearch"),
        (MOST_BEHIND + timedelta(seconds=1), "sqlite"),
        (EngineUnavailable("its index has to be built"), "sqlite"),
    ],
)
def test_an_index_that_is_behind_does_not_answer(world: World, behind: Any, answers: str) -> None:
    world.behind = behind
    assert world.answers() == answers
    assert world.cluster.asked == (answers == "elasticsearch")
    world.behind = timedelta(0)
    world.now += RETRY_SECONDS
    assert world.answers() == "elasticsearch"


def test_it_is_looked_at_now_and_then_only(world: World) -> None:
    for _ in range(100):
        world.answers()
    assert world.looks == 1
    world.now += RETRY_SECONDS
    world.answers()
    assert world.looks == 2


def test_an_outage_is_two_lines_in_the_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="search.engines.choosing")
    world.cluster.away = "ConnectionError"
    for _ in range(20):
        world.answers()
        world.now += RETRY_SECONDS / 2
    world.cluster.away = ""
    world.now += RETRY_SECONDS
    world.answers()
    world.answers()
    assert [record.getMessage() for record in caplog.records] == [
        "The embedded engine answers searches: ConnectionError",
        "Searches are answered by the engine that is set again, after ConnectionError",
    ]


def test_an_outage_remembers_since_when_and_the_last_reason(world: World) -> None:
    world.cluster.away = "one"
    world.answers()
    first = world.circuit.outage
    world.cluster.away = "two"
    world.now += RETRY_SECONDS
    world.answers()
    last = world.circuit.outage
    assert first
    assert last
    assert (first.since, first.reason, last.reason) == (last.since, "one", "two")


def test_when_neither_answers_it_is_said(world: World) -> None:
    world.cluster.away = world.embedded.away = "away"
    with pytest.raises(EngineUnavailable):
        world.answers()


# What is set ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def _fresh() -> Iterator[None]:
    choosing.forget()
    yield
    choosing.forget()


def test_without_a_cluster_the_embedded_engine_is_all_there_is() -> None:
    assert engines.current() is engines.embedded()
    assert engines.kept() == (engines.embedded(),)
    with pytest.raises(ValueError, match="no engine elasticsearch"):
        engines.engine_named("elasticsearch")


@pytest.mark.usefixtures("_fresh", "db")
@pytest.mark.parametrize(
    ("url", "reason"),
    [
        # Nobody listens there.
        ("http://127.0.0.1:9", "ConnectionError"),
        ("http://example.vn:9200", "PORTAL_SEARCH_URL: http:// is for this machine only"),
    ],
)
def test_with_a_cluster_that_is_not_there_the_embedded_engine_answers(
    settings: Any, url: str, reason: str
) -> None:
    settings.PORTAL_SEARCH_URL = url
    chosen = engines.current()
    assert chosen.search(Request(Plan())).total == 0
    assert chosen.name == "sqlite"
    outage = choosing.circuit().outage
    assert outage
    assert outage.reason.startswith(reason)


@pytest.mark.django_db
@pytest.mark.usefixtures("_fresh")
def test_how_far_behind_an_index_is(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PORTAL_SEARCH_URL = "http://127.0.0.1:9"
    place: list[Place | None] = [None]
    monkeypatch.setattr(choosing.configured, "searching", type("At", (), {"place": lambda _: place[0]}))
    with pytest.raises(EngineUnavailable, match="built"):
        choosing.how_far_behind()
    place[0] = outbox.begin()
    assert choosing.how_far_behind() == timedelta(0)
    outbox.record([DocumentId("trang", "1")])
    choosing.OutboxChange.objects.filter(key="1").update(at=choosing.timezone.now() - timedelta(minutes=3))
    assert choosing.how_far_behind() >= timedelta(minutes=3)
    place[0] = Place(0, 10**9)
    with pytest.raises(EngineUnavailable, match="another database"):
        choosing.how_far_behind()
