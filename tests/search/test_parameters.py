"""What a reader asked of the search page: every value is known, has its shape, or falls away; one question, one address."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from search.engines.contract import Sort
from search.parameters import (
    FACETS,
    MAX_PAGE,
    MAX_VALUES,
    SearchParameters,
    only_known,
    parse,
    without_effect,
)
from search.query import MAX_TEXT

KINDS = ("thu-tuc", "don-vi")


def parsed(query: str) -> SearchParameters:
    return parse(dict(QueryDict(query).lists()), KINDS)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", SearchParameters()),
        ("q=++k%E1%BA%BFt%00%09h%C3%B4n+", SearchParameters(q="kết hôn")),
        ("q=%FF%FE", SearchParameters(q="��")),
        ("cap=xa", SearchParameters(chosen=(("cap", ("xa",)),))),
        ("cap=xa&cap=tinh&cap=xa", SearchParameters(chosen=(("cap", ("tinh", "xa")),))),
        ("don-vi=xa-a&linh-vuc=b", SearchParameters(chosen=(("linh-vuc", ("b",)), ("don-vi", ("xa-a",))))),
        ("linh-vuc=H%E1%BB%99+t%E1%BB%8Bch", SearchParameters()),
        ("linh-vuc=" + "a" * 121, SearchParameters()),
        ("linh-vuc=../../etc", SearchParameters()),
        ("loai=don-vi", SearchParameters(chosen=(("loai", ("don-vi",)),))),
        ("loai=van-ban", SearchParameters()),
        ("nam=2026", SearchParameters(chosen=(("nam", ("2026",)),))),
        ("nam=9999", SearchParameters()),
        ("nam=٢٠٢٦", SearchParameters()),
        ("trang=3", SearchParameters(page=3)),
        ("trang=0", SearchParameters()),
        ("trang=-3", SearchParameters()),
        ("trang=٣", SearchParameters()),
        ("trang=" + "9" * 30, SearchParameters()),
        ("trang=99999", SearchParameters(page=MAX_PAGE)),
        ("sap-xep=ngay", SearchParameters(sort=Sort.DATE)),
        ("sap-xep=gia", SearchParameters()),
        ("nguyen-van=1", SearchParameters(verbatim=True)),
        ("nguyen-van=co", SearchParameters()),
        ("cap[]=xa&q[]=1&utm_source=x", SearchParameters()),
    ],
)
def test_parsing(query: str, expected: SearchParameters) -> None:
    assert parsed(query) == expected


PARAMETERS = ["q", *FACETS, "trang", "sap-xep", "nguyen-van"]
VALUES = st.one_of(st.text(), st.sampled_from(["xa", "thu-tuc", "2026", "1", "ngay", "ten", "7", "dat-dai"]))


@given(st.lists(st.tuples(st.sampled_from(PARAMETERS), VALUES), max_size=12))
def test_anything_may_come_and_means_the_same_when_it_is_written_again(pairs: list[tuple[str, str]]) -> None:
    address = QueryDict(mutable=True)
    for name, value in pairs:
        address.appendlist(name, value)
    parameters = parse(dict(address.lists()), KINDS)
    assert len(parameters.q) <= MAX_TEXT
    assert 1 <= parameters.page <= MAX_PAGE
    assert all(0 < len(values) <= MAX_VALUES for _name, values in parameters.chosen)
    assert parsed(parameters.own_query()) == parameters
    # The order in which an address says things makes no other question of it.
    turned = parsed(urlencode(list(reversed(parameters.pairs()))))
    assert turned.query() == parameters.query()


def test_links_change_one_thing_and_lead_to_the_first_page() -> None:
    parameters = parsed("q=k%E1%BA%BFt+h%C3%B4n&cap=xa&trang=7&sap-xep=ngay")
    assert parameters.own_query().endswith("cap=xa&sap-xep=ngay&trang=7")
    assert parameters.with_facet("cap").query() == "q=k%E1%BA%BFt+h%C3%B4n&sap-xep=ngay"
    assert parameters.with_facet("cap", "tinh").query() == "q=k%E1%BA%BFt+h%C3%B4n&cap=tinh&sap-xep=ngay"
    assert parameters.without_facets().query() == "q=k%E1%BA%BFt+h%C3%B4n&sap-xep=ngay"
    assert parameters.sorted_by(Sort.RELEVANCE).query() == "q=k%E1%BA%BFt+h%C3%B4n&cap=xa"
    assert parameters.asking("ly hôn", verbatim=True).query() == (
        "q=ly+h%C3%B4n&cap=xa&sap-xep=ngay&nguyen-van=1"
    )


@pytest.mark.parametrize(
    ("query", "unit"),
    [("don-vi=xa-a", "xa-a"), ("don-vi=xa-a&don-vi=xa-b", ""), ("", "")],
)
def test_the_readers_unit(query: str, unit: str) -> None:
    assert parsed(query).unit == unit


def test_what_does_not_exist_is_left_out_and_can_be_named() -> None:
    query = "linh-vuc=dat-dai&linh-vuc=khong-co&cap=<b>&loai=la&don-vi=xa-mat"
    address = dict(QueryDict(query).lists())
    known = {"linh-vuc": ["dat-dai"], "don-vi": []}
    parameters = only_known(parse(address, KINDS), known)
    assert parameters.filters == {"linh-vuc": ("dat-dai",)}
    assert without_effect(address, parameters) == (
        ("loai", "la"),
        ("linh-vuc", "khong-co"),
        ("cap", "<b>"),
        ("don-vi", "xa-mat"),
    )
