"""The chain: one text for one value, and nothing changes unnoticed."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.ledger.chain import START, body_hash, canonical_json, verify
from tests.factories.ledger import chain

texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_order_and_composition_make_no_difference(value: object) -> None:
    text = canonical_json(value)
    assert unicodedata.is_normalized("NFC", text)
    assert canonical_json(json.loads(text)) == text


def test_keys_are_sorted_and_composed() -> None:
    apart = unicodedata.normalize("NFD", "Hộ tịch")
    assert canonical_json({"b": 1, "a": apart}) == '{"a":"Hộ tịch","b":1}'


@pytest.mark.parametrize("value", [1.5, {"a": 0.1}, [float("nan")], {1: "a"}, {"a": object()}, b"x"])
def test_what_is_not_exact_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"exact|key"):
        canonical_json(value)


def test_half_a_character_is_refused() -> None:
    with pytest.raises(UnicodeEncodeError):
        body_hash(canonical_json({"a": "\ud800"}))


def test_intact() -> None:
    headers, bodies = chain(50)
    verdict = verify(headers, bodies, needs=lambda _h: True, root=(50, headers[-1].hash))
    assert (verdict.intact, verdict.count, verdict.root) == (True, 50, headers[-1].hash)
    assert verify([]).intact


@pytest.mark.parametrize("field", ["kind", "subject", "body_hash", "actor", "at", "previous", "hash"])
def test_every_field_is_covered(field: str) -> None:
    headers, _bodies = chain(10)
    headers[4] = replace(headers[4], **{field: getattr(headers[4], field) + "0"})
    verdict = verify(headers)
    assert (verdict.intact, verdict.broken) == (False, 5)
    assert verdict.reason


def test_moved_dropped_added() -> None:
    headers, _bodies = chain(10)
    assert verify([*headers[:4], headers[5], headers[4], *headers[6:]]).broken == 5
    assert verify([*headers[:4], *headers[5:]]).broken == 5
    assert verify([*headers[:5], *headers[4:]]).broken == 6


def test_a_cut_tail_shows_against_a_published_root() -> None:
    headers, _bodies = chain(10)
    assert verify(headers[:7]).intact
    assert verify(headers[:7], root=(10, headers[-1].hash)).broken == 8
    assert verify(headers, root=(7, headers[6].hash)).intact
    assert verify(headers, root=(7, START)).broken == 7


def test_bodies() -> None:
    headers, bodies = chain(10)
    first = headers[2].body_hash
    assert verify(headers, bodies | {first: bodies[first] + " "}).broken == 3
    missing = {key: text for key, text in bodies.items() if key != first}
    assert verify(headers, missing).intact
    assert verify(headers, missing, needs=lambda header: header.body_hash == first).broken == 3


def test_a_long_chain_is_verified_whole() -> None:
    headers, bodies = chain(5_000)
    assert verify(headers, bodies).intact
