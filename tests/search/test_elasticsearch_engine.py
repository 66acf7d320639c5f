"""The engine on a cluster against the contract, and what only it has to get right."""

from __future__ import annotations

import contextlib
import random
import threading
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from search.documents import DocumentId, Part, Passage, SearchDocument
from search.engines.contract import (
    Alternative,
    Concept,
    Engine,
    EngineUnavailable,
    Place,
    Plan,
    Request,
)
from search.engines.elasticsearch import indexes
from search.engines.elasticsearch.engine import ElasticsearchEngine, NotBuilt
from search.engines.elasticsearch.indexes import Rebuilding
from tests.search.conftest import Corner, make_corner
from tests.search.engine_contract import EngineContract
from tests.servers.elasticsearch.cluster import Cluster


def document(key: str, name: str = "", **named: Any) -> SearchDocument:
    title = name or f"Tài liệu {key}"
    return SearchDocument(DocumentId("thu-tuc", key), title, f"/{key}/", (title,), **named)


def concept(*ways: str, is_open: bool = False) -> Concept:
    return Concept(tuple(Alternative(tuple(way.split())) for way in ways), is_open=is_open)


@pytest.mark.cluster
class TestContract(EngineContract):
    """What every engine has to do."""

    @pytest.fixture(scope="class")
    @classmethod
    def new_engine(cls, cluster: Cluster) -> Iterator[Callable[[], Engine]]:
        with contextlib.ExitStack() as corners:
            yield lambda: corners.enter_context(make_corner(cluster)).engine()


# On the cluster -------------------------------------------------------------------------------------------------------


@pytest.fixture
def engine(corner: Corner) -> ElasticsearchEngine:
    made = corner.engine()
    made.rebuild(lambda: (), place=Place)
    return made


def found(engine: ElasticsearchEngine, *words: str) -> list[str]:
    plan = Plan((concept(" ".join(words)),), (frozenset({0}),), (frozenset({0}),)) if words else Plan()
    return [candidate.id.key for candidate in engine.search(Request(plan)).candidates]


@pytest.mark.cluster
class TestBuilding:
    def test_before_it_is_built_every_question_says_so(self, corner: Corner) -> None:
        engine = corner.engine()
        assert engine.place() is None
        status = engine.status()
        assert (status.ready, status.place, status.note) == (False, None, "chưa có chỉ mục")
        for question in (
            lambda: engine.search(Request(Plan())),
            lambda: engine.suggest(("a",)),
            lambda: engine.by_code(["1"]),
            lambda: engine.fetch([DocumentId("a", "b")]),
            lambda: list(engine.keys("a")),
            lambda: engine.passages({DocumentId("a", "b"): (Part.TEXT,)}),
            lambda: engine.index([document("1")]),
        ):
            with pytest.raises(EngineUnavailable):
                question()
        assert corner.indexes() == set()

    def test_a_rebuild_leaves_one_index(self, corner: Corner, engine: ElasticsearchEngine) -> None:
        before = corner.indexes()
        report = engine.rebuild(lambda: [document("1"), document("2")], place=lambda: Place(3, 4))
        assert (report.indexed, engine.place()) == (2, Place(3, 4))
        (after,) = corner.indexes()
        assert after not in before

    def test_what_an_interrupted_rebuild_left_is_removed(
        self, corner: Corner, engine: ElasticsearchEngine
    ) -> None:
        """Killed with SIGKILL it leaves an index that nobody is led to."""
        left = engine.indexes.create()
        stranger = f"{corner.prefix}-other"
        corner.client.indices.create(index=stranger)
        assert engine.search(Request(Plan())).total == 0
        engine.rebuild(lambda: [document("1")], place=Place)
        assert left not in corner.indexes()
        assert stranger in corner.indexes(), "what is not ours stays"

    def test_a_rebuild_that_fails_leaves_the_old_index_in_use(
        self, corner: Corner, engine: ElasticsearchEngine
    ) -> None:
        engine.index([document("1")], place=Place(1, 1))
        before = corner.indexes()

        def breaks() -> Iterator[SearchDocument]:
            yield document("2")
            raise KeyError("the database is gone")

        with pytest.raises(KeyError):
            engine.rebuild(breaks, place=Place)
        assert (corner.indexes(), found(engine), engine.place()) == (before, ["1"], Place(1, 1))
        engine.rebuild(lambda: [document("3")], place=Place)
        assert found(engine) == ["3"], "and the next one is not locked out"

    def test_only_one_rebuild_at_a_time(self, corner: Corner, engine: ElasticsearchEngine) -> None:
        def documents() -> Iterator[SearchDocument]:
            with pytest.raises(Rebuilding):
                corner.engine().rebuild(lambda: [document("2")], place=Place)
            yield document("1")

        engine.rebuild(documents, place=Place)
        assert found(engine) == ["1"]

    def test_a_dead_rebuilds_lock_is_taken_over(
        self, corner: Corner, engine: ElasticsearchEngine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        dead = indexes.Lock(corner.client, f"{corner.prefix}-lock")
        monkeypatch.setattr(indexes, "LEASE_SECONDS", -1)
        dead.take()
        monkeypatch.undo()
        engine.rebuild(lambda: [document("1")], place=Place)
        assert found(engine) == ["1"]
        dead.leave()
        dead._renewed -= 1_000
        with pytest.raises(Rebuilding):
            dead.renew()

    def test_searches_go_on_during_a_rebuild(self, corner: Corner, engine: ElasticsearchEngine) -> None:
        engine.index([document(str(number)) for number in range(30)])
        stop, counted, wrong = threading.Event(), [0], list[BaseException]()

        def search() -> None:
            try:
                while not stop.is_set():
                    assert engine.search(Request(Plan())).total == 30
                    counted[0] += 1
            except BaseException as error:
                wrong.append(error)

        thread = threading.Thread(target=search)
        thread.start()
        for _ in range(3):
            engine.rebuild(lambda: [document(str(number)) for number in range(30)], place=Place)
        stop.set()
        thread.join()
        assert not wrong, wrong
        assert counted[0] > 3

    def test_another_version_has_an_index_of_its_own(
        self, corner: Corner, engine: ElasticsearchEngine
    ) -> None:
        """While servers are brought to a new version one by one, the old ones keep their index until the new one is whole."""
        engine.index([document("1")])
        newer = corner.engine(version="2")
        assert newer.place() is None
        assert found(engine) == ["1"]
        newer.rebuild(lambda: [document("2")], place=Place)
        assert found(newer) == ["2"]
        assert len(corner.indexes()) == 1
        with pytest.raises(NotBuilt):
            engine.search(Request(Plan()))


@pytest.mark.cluster
class TestWriting:
    def test_what_is_written_is_found_at_once(self, engine: ElasticsearchEngine) -> None:
        engine.index([document("1", "Đăng ký kết hôn")], place=Place(0, 1))
        assert found(engine, "ket", "hon") == ["1"]
        engine.index([document("1", "Đăng ký khai sinh"), document("2")], place=Place(0, 2))
        assert (found(engine, "ket"), found(engine, "khai")) == ([], ["1"])
        report = engine.index([], delete=[DocumentId("thu-tuc", "1"), DocumentId("thu-tuc", "no")])
        assert (report.deleted, found(engine)) == (1, ["2"])
        assert engine.place() == Place(0, 2)

    def test_refused_documents_are_listed_and_the_others_are_in(self, engine: ElasticsearchEngine) -> None:
        engine.index([document("3", "Bản cũ")])
        nameless = SearchDocument(DocumentId("thu-tuc", "2"), "x", "/", ())
        bad = [
            nameless,
            document("3", "Bản mới", facets={"cap": ("y" * 40_000,)}),
            document("\ud800"),
            document("5", facets={"c\udfff": ("a",)}),
        ]
        report = engine.index([document("1"), *bad, document("6")], place=Place(0, 9))
        assert report.indexed == 2
        assert {refused.id.key for refused in report.refused} == {"2", "3", "\ud800", "5"}
        reasons = {refused.id.key: refused.reason for refused in report.refused}
        assert "without a name" in reasons["2"]
        assert "32766" in reasons["3"]
        assert set(found(engine)) == {"1", "6"}, "nor is the older version of a refused one left"
        assert engine.place() == Place(0, 9)

    def test_half_surrogates_and_controls_come_back_as_they_were(self, engine: ElasticsearchEngine) -> None:
        odd = document(
            "1",
            "Tên \ud800 lạ \x00\x1b \U0001f389",
            passages=(Passage(Part.TEXT, "a", "\udfff", "chữ \udc00 và\u200b e\u0301"),),
            codes=("\ud800", "1.000894"),
            facets={"cap": ("\ud800", "commune")},
            dated=date(2024, 2, 29),
        )
        assert engine.index([odd]).refused == ()
        assert engine.fetch([odd.id]) == (odd,)
        assert [candidate.id for candidate in engine.by_code(["1.000894"])] == [odd.id]

    def test_a_long_key(self, engine: ElasticsearchEngine) -> None:
        long = document("Ấ" * 255)
        engine.index([long])
        assert engine.fetch([long.id]) == (long,)
        assert list(engine.keys("thu-tuc")) == [long.id.key]
        assert engine.index([], delete=[long.id]).deleted == 1

    def test_what_somebody_else_wrote_meanwhile_is_done_again(
        self, corner: Corner, engine: ElasticsearchEngine
    ) -> None:
        """The one reads, the other reads newer content and writes both, then the first writes: its old content lies over
        the new, so the index goes back to where that can't be."""
        engine.index([document("0")], place=Place(0, 5))
        other = corner.engine()

        def documents() -> Iterator[SearchDocument]:
            other.index([document("1", "Mới")], place=Place(0, 8))
            yield document("1", "Cũ")

        with pytest.raises(EngineUnavailable, match="somebody else"):
            engine.index(documents(), place=Place(0, 7))
        assert engine.place() == Place(0, 5)

    def test_an_index_rebuilt_meanwhile_does_not_take_an_old_place(
        self, corner: Corner, engine: ElasticsearchEngine
    ) -> None:
        assert engine.place() == Place()
        other = corner.engine()
        other.rebuild(lambda: [document("1")], place=lambda: Place(0, 3))
        with pytest.raises(EngineUnavailable, match="rebuilt"):
            engine.index([document("2")], place=Place(0, 9))
        assert engine.place() == Place(0, 3)
        engine.index([document("2")], place=Place(0, 4))
        assert engine.place() == Place(0, 4)

    def test_a_swap_between_content_and_place_is_noticed(
        self, corner: Corner, engine: ElasticsearchEngine
    ) -> None:
        engine.index([document("0")], place=Place(0, 2))
        other = corner.engine()

        def documents() -> Iterator[SearchDocument]:
            yield document("1")
            other.rebuild(lambda: [document("2")], place=lambda: Place(0, 6))

        with pytest.raises(EngineUnavailable):
            engine.index(documents(), place=Place(0, 9))
        assert engine.place() in {Place(0, 2), Place(0, 6)}
        assert len(corner.indexes()) == 1

    def test_keys_of_many(self, engine: ElasticsearchEngine, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("search.engines.elasticsearch.engine.KEYS", 7)
        keys = [f"{number:03}" for number in range(50)]
        engine.index([document(key) for key in random.sample(keys, 50)])
        assert list(engine.keys("thu-tuc")) == keys
        assert list(engine.keys("#state")) == [] or list(engine.keys("#state")) == [""]

    def test_status(self, engine: ElasticsearchEngine) -> None:
        engine.index([document("1"), document("2", ended="Hết hiệu lực")], place=Place(7, 8))
        status = engine.status()
        assert (status.ready, status.documents, status.place, status.note) == (True, 1, Place(7, 8), "")
        assert status.bytes
        assert status.version == engine.version
