"""The engine on a cluster: addresses, the questions it composes, and what only it has to get right."""

from __future__ import annotations

import contextlib
import random
import threading
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.documents import DocumentId, Part, Passage, SearchDocument
from search.engines.contract import (
    Alternative,
    Concept,
    Engine,
    EngineUnavailable,
    Place,
    Plan,
    Request,
    Sort,
)
from search.engines.elasticsearch import entries, indexes, queries
from search.engines.elasticsearch.connection import Address, WrongAddress, connect, read_address
from search.engines.elasticsearch.engine import ElasticsearchEngine, NotBuilt
from search.engines.elasticsearch.indexes import Rebuilding
from search.engines.elasticsearch.queries import suffices
from tests.search.conftest import Corner, make_corner
from tests.search.engine_contract import EngineContract
from tests.servers.elasticsearch.cluster import Cluster


def document(key: str, name: str = "", **named: Any) -> SearchDocument:
    title = name or f"Tài liệu {key}"
    return SearchDocument(DocumentId("thu-tuc", key), title, f"/{key}/", (title,), **named)


def concept(*ways: str, is_open: bool = False) -> Concept:
    return Concept(tuple(Alternative(tuple(way.split())) for way in ways), is_open=is_open)


# Addresses ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://tim.example.vn", Address(("https://tim.example.vn:443",))),
        ("https://tim.example.vn:9200/", Address(("https://tim.example.vn:9200",))),
        ("https://tim.example.vn/es?index=ha-tinh", Address(("https://tim.example.vn:443/es",), "ha-tinh")),
        ("https://a.vn:9200,https://b.vn:9200", Address(("https://a.vn:9200", "https://b.vn:9200"))),
        ("https://nguoi:mat%40khau@a.vn", Address(("https://a.vn:443",), user=("nguoi", "mat@khau"))),
        ("http://localhost", Address(("http://localhost:9200",))),
        ("http://[::1]:9201", Address(("http://[::1]:9201",))),
        ("http://127.0.0.2:9200?index=x", Address(("http://127.0.0.2:9200",), "x")),
    ],
)
def test_addresses(url: str, address: Address) -> None:
    assert read_address(url) == address
    connect(address).close()


@pytest.mark.parametrize(
    "url",
    [
        "http://tim.example.vn:9200",
        "http://10.0.0.5:9200",
        "https://",
        "https://a.vn:port",
        "https://a.vn,http://localhost",
        "https://a.vn?index=Portal",
        "https://a.vn?index=-x",
        "https://a.vn?index=x-",
        "https://a.vn?index=*",
        "https://a.vn?indx=x",
        "ftp://a.vn",
        "",
    ],
)
def test_wrong_addresses_are_refused(url: str) -> None:
    with pytest.raises(WrongAddress):
        read_address(url)


def test_a_ca_file_that_is_not_there_is_a_wrong_address() -> None:
    with pytest.raises(WrongAddress):
        connect(read_address("https://a.vn"), ca_file="/nowhere/ca.pem")


# Composing ------------------------------------------------------------------------------------------------------------


def holds(clause: dict[str, Any], met: frozenset[int]) -> bool:
    """What a composed clause says of a document in which the concepts `met` stand."""
    (kind, about), *rest = clause.items()
    assert not rest
    if kind == "match_none":
        return False
    if kind == "met":
        return about in met
    assert set(about) in ({"filter"}, {"should", "minimum_should_match"})
    if "filter" in about:
        return all(holds(one, met) for one in about["filter"])
    return any(holds(one, met) for one in about["should"])


@given(st.lists(st.frozensets(st.integers(0, 7), max_size=5), max_size=12), st.frozensets(st.integers(0, 7)))
@example([frozenset(range(20)) - {number} for number in range(20)], frozenset(range(19)))
def test_sets_of_concepts_keep_their_meaning(sets: list[frozenset[int]], met: frozenset[int]) -> None:
    clause = suffices(sets, [{"met": number} for number in range(20)])
    assert holds(clause, met) == any(chosen <= met for chosen in sets if chosen)


def test_many_sets_stay_a_short_question() -> None:
    """Forty sets over eight concepts, as the longest questions have, each concept asked for as seldom as can be."""
    sets = [
        frozenset(number for number in range(8) if mask >> number & 1)
        for mask in range(256)
        if mask.bit_count() == 5
    ][:40]
    asked = str(suffices(sets, [{"met": number} for number in range(8)])).count("met")
    assert asked < sum(map(len, sets)) / 2


def test_the_exact_question() -> None:
    plan = Plan(
        (Concept((Alternative(("ket", "hon"), accented=("kết", "hôn")), Alternative(("cuoi",), 0.5))),),
        head=(frozenset({0}),),
        codes=("1.000894",),
    )
    asked = queries.search(Request(plan, {"cap": ("commune",)}, facets=("cap",), limit=20))
    either = lambda field: {  # noqa: E731 -- the same in several fields
        "bool": {
            "should": [
                {"bool": {"filter": [{"term": {field: "ket"}}, {"term": {field: "hon"}}]}},
                {"term": {field: "cuoi"}},
            ],
            "minimum_should_match": 1,
        }
    }
    coded = {"terms": {"codes": ["1.000894"]}}
    masks = asked["query"]["bool"]["filter"].pop()
    assert asked == {
        "query": {
            "bool": {
                "filter": [
                    {"term": {"listed": True}},
                    {"bool": {"should": [either("head"), coded], "minimum_should_match": 1}},
                ],
                "should": [
                    queries._STANDING,
                    {"constant_score": {"filter": either("all"), "boost": 3}},
                    {"constant_score": {"filter": either("head"), "boost": 9}},
                    {
                        "constant_score": {
                            "filter": {
                                "bool": {
                                    "filter": [
                                        either("head"),
                                        {"term": {"accented": "kết"}},
                                        {"term": {"accented": "hôn"}},
                                    ]
                                }
                            },
                            "boost": 8,
                        }
                    },
                    {"constant_score": {"filter": either("head"), "boost": 8192}},
                    {"constant_score": {"filter": coded, "boost": 16384}},
                ],
            }
        },
        "post_filter": {"terms": {"facets.cap": ["commune"]}},
        "aggs": {
            "facet-0": {
                "filter": {"match_all": {}},
                "aggs": {"values": {"terms": {"field": "facets.cap", "size": queries.MOST_VALUES}}},
            }
        },
        "sort": [{"_score": {"order": "desc"}}, "kind", "key"],
        "docvalue_fields": list(entries.CARD_FIELDS),
        "stored_fields": "_none_",
        "track_total_hits": True,
        "size": 20,
        "from": 0,
    }
    named = masks["bool"]["should"]
    assert masks["bool"]["filter"] == [{"match_all": {}}]
    assert [about["bool"]["_name"] for about in named] == [f"{part.value}:0" for part in Part]
    assert named[0]["bool"]["filter"] == [either("parts.field")]


def test_only_the_core_of_the_server_is_used() -> None:
    """No plugin, no script: an operator's own cluster needs nothing."""
    asked = str(
        [
            entries.mapping(),
            queries.search(Request(Plan((concept("a b", "c"),), (frozenset({0}),)), sort=Sort.DATE)),
            queries.suggest(("a", "b"), ("x",), 3),
        ]
    )
    for foreign in ("script", "asciifolding", "synonym", "ngram", "rank_feature", "scaled_float"):
        assert foreign not in asked


def test_the_version_follows_the_documents_shape() -> None:
    assert entries.version("thu-tuc.1") != entries.version("thu-tuc.2")
    assert entries.version("x") == entries.version("x")


def test_long_keys_have_short_names_and_stay_apart() -> None:
    one, other = (DocumentId("trang", "đ" * 254 + end) for end in "ab")
    assert len(entries.entry_id(one).encode()) < 512
    assert entries.entry_id(one) != entries.entry_id(other)
    assert entries.entry_id(DocumentId("trang", "12")) == "trang/12"


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
            lambda: engine.passages([DocumentId("a", "b")], Plan((concept("a"),))),
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
