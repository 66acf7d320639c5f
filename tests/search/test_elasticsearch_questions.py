"""What the engine on a cluster makes of its address and of what is asked, without a cluster."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.documents import DocumentId, Part
from search.engines.contract import Alternative, Concept, Plan, Request, Sort
from search.engines.elasticsearch import entries, queries
from search.engines.elasticsearch.connection import Address, WrongAddress, connect, read_address
from search.engines.elasticsearch.queries import suffices


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


@pytest.mark.parametrize("sign", ["/", "#", "?", ",", "[", "]", "@", "\u2100", " ", "/x?", "://", "\uff0f"])
@pytest.mark.parametrize("password", ["S3c{}ret", "12{}ret", "{}S3cret", "S3cret{}"])
def test_a_password_that_was_not_escaped_is_in_no_message(password: str, sign: str) -> None:
    url = f"https://elastic:{password.format(sign)}@es.vn:9200"
    with pytest.raises(WrongAddress) as caught:
        connect(read_address(url))
    assert not [piece for piece in ("S3c", "ret", "es.vn") if piece in str(caught.value)]
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_an_unknown_option_is_not_quoted() -> None:
    with pytest.raises(WrongAddress) as caught:
        read_address("https://a.vn?S3cret=x")
    assert "S3cret" not in str(caught.value)


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
