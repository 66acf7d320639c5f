"""What a reader asked of a list: every value is known or falls away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.catalogue_filters import (
    AUDIENCES,
    LEVELS,
    MAX_PAGE,
    MAX_QUERY,
    ONLINE,
    CatalogueFilters,
    parse_filters,
)
from procedures.enums import Audience, Level, OnlineLevel


def test_words_of_addresses_stand_for_stored_values() -> None:
    assert set(LEVELS.values()) == set(Level.values)
    assert set(AUDIENCES.values()) == set(Audience.values)
    assert set(ONLINE.values()) == set(OnlineLevel.values) - {OnlineLevel.UNKNOWN}


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, CatalogueFilters()),
        ({"q": "  kết\x00\thôn "}, CatalogueFilters(q="kết hôn")),
        ({"cap": "xa"}, CatalogueFilters(level="xa")),
        ({"cap": "commune"}, CatalogueFilters(level="xa")),
        ({"cap": "huyen"}, CatalogueFilters()),
        ({"linh-vuc": "ho-tich"}, CatalogueFilters(subject="ho-tich")),
        ({"linh-vuc": "Hộ tịch"}, CatalogueFilters()),
        ({"linh-vuc": "a" * 121}, CatalogueFilters()),
        ({"trang": "3"}, CatalogueFilters(page=3)),
        ({"trang": "0"}, CatalogueFilters()),
        ({"trang": "-3"}, CatalogueFilters()),
        ({"trang": "٣"}, CatalogueFilters()),
        ({"trang": "9" * 30}, CatalogueFilters()),
        ({"trang": "99999"}, CatalogueFilters(page=MAX_PAGE)),
        ({"nguyen-van": "1"}, CatalogueFilters(exact="1")),
        ({"nguyen-van": "co"}, CatalogueFilters()),
    ],
)
def test_parsing(params: dict[str, str], expected: CatalogueFilters) -> None:
    assert parse_filters(params) == expected


@given(
    st.dictionaries(
        st.sampled_from(["q", "linh-vuc", "cap", "doi-tuong", "don-vi", "truc-tuyen", "nguyen-van", "trang"]),
        st.text(),
    )
)
def test_anything_may_come(params: dict[str, str]) -> None:
    filters = parse_filters(params)
    assert len(filters.q) <= MAX_QUERY
    assert 1 <= filters.page <= MAX_PAGE
    # What was understood means the same when it is written into an address again.
    again = parse_filters(dict(filters.pairs()))
    assert again == CatalogueFilters(
        **{**{f: getattr(filters, f) for f in CatalogueFilters.__slots__}, "page": 1}
    )


def test_the_query_of_a_link_starts_at_the_first_page() -> None:
    filters = CatalogueFilters(q="kết hôn", level="xa", page=7)
    assert filters.query(level="") == "q=k%E1%BA%BFt+h%C3%B4n"
    assert filters.query(online="khong") == "q=k%E1%BA%BFt+h%C3%B4n&cap=xa&truc-tuyen=khong"
