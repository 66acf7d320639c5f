"""Sets of documents as bits, held against Python's own sets."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.engines.sqlite.sets import CHUNK, Bits, Chosen, Scores, changed, encode, joined, numbers
from search.engines.storing import Damaged

DOCUMENTS = st.sets(st.integers(0, 3 * CHUNK - 1), max_size=400)
OFFSETS = st.sets(st.integers(0, CHUNK - 1), max_size=300) | st.integers(1, 9).map(
    lambda step: set(range(0, CHUNK, step))
)


def whole(documents: set[int]) -> int:
    return sum(1 << number for number in documents)


def chunks(documents: set[int]) -> list[tuple[int, bytes]]:
    return [
        (chunk, encode(number % CHUNK for number in documents if number // CHUNK == chunk))
        for chunk in range(3)
    ]


@settings(max_examples=25)
@given(DOCUMENTS)
def test_a_set_is_stored_in_chunks(documents: set[int]) -> None:
    assert joined(reversed(chunks(documents))) == whole(documents)
    assert numbers(whole(documents)) == sorted(documents)


@settings(max_examples=25)
@given(DOCUMENTS, DOCUMENTS)
def test_chunks_of_several_words_add_up(one: set[int], other: set[int]) -> None:
    assert joined([*chunks(one), *chunks(other)]) == whole(one | other)


@settings(max_examples=25)
@given(OFFSETS, OFFSETS, OFFSETS)
def test_a_chunk_is_changed(held: set[int], add: set[int], remove: set[int]) -> None:
    expected = (held - remove) | add
    content = changed(encode(held), add=add, remove=remove)
    assert content == encode(expected)
    assert joined([(0, content)]) == whole(expected)


@pytest.mark.parametrize("content", [b"x", b"xx" * 300, b"\xff\xff", b"x" * 1023])
def test_a_damaged_chunk_is_no_set(content: bytes) -> None:
    with pytest.raises(Damaged):
        joined([(0, content)])


@settings(max_examples=25)
@given(st.lists(st.tuples(DOCUMENTS, st.integers(0, 500)), max_size=6), DOCUMENTS, st.integers(0, 50))
def test_scores_add_up_and_the_best_come_first(
    points: list[tuple[set[int], int]], among: set[int], limit: int
) -> None:
    scores = Scores()
    for documents, more in points:
        scores.add(whole(documents), more)
    total = {number: sum(more for documents, more in points if number in documents) for number in among}
    expected = sorted(among, key=lambda number: (-total[number], number))
    assert scores.best(whole(among), limit) == expected[:limit]
    assert scores.of(expected) == [total[number] for number in expected]


@settings(max_examples=25)
@given(DOCUMENTS, st.lists(st.integers(0, 4 * CHUNK), max_size=20))
def test_asking_for_single_documents(documents: set[int], asked: list[int]) -> None:
    bits = Bits(whole(documents))
    assert [number in bits for number in asked] == [number in documents for number in asked]
    within = Chosen(asked).within(whole(documents))
    assert within == [index for index, number in enumerate(asked) if number in documents]
