"""Which documents answer a query: the sets of concepts that are enough."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.documents import DocumentId, SearchDocument
from search.engines.contract import Alternative, Concept
from search.lexicon import Lexicon
from search.planning import Strictness, minimal_sets, plan_for
from search.query import Query

NAMES = (
    "Đăng ký kết hôn",
    "Đăng ký lại kết hôn",
    "Đăng ký khai sinh",
    "Đăng ký khai tử",
    "Đăng ký nhận cha, mẹ, con",
    "Cấp giấy phép xây dựng",
    "Cấp lại giấy phép lái tàu",
)
LEXICON = Lexicon.of(
    SearchDocument(DocumentId("thu-tuc", str(n)), name, f"/{n}", (name,)) for n, name in enumerate(NAMES)
)


def concept(*ways: str) -> Concept:
    return Concept(
        tuple(Alternative(tuple(way.split()), 1.0 if n == 0 else 0.9) for n, way in enumerate(ways))
    )


def query(*concepts: Concept) -> Query:
    return Query("", "", concepts)


def asked(plan_sets: tuple[frozenset[int], ...], *there: int) -> bool:
    return any(needed <= set(there) for needed in plan_sets)


def test_rare_words_decide() -> None:
    plan = plan_for(query(concept("dang"), concept("ki"), concept("ket"), concept("hon")), LEXICON)
    assert asked(plan.head, 2, 3)
    assert not asked(plan.head, 0, 1)


def test_a_word_that_no_name_holds_does_not_hide_the_others() -> None:
    plan = plan_for(query(concept("ket"), concept("hon"), concept("zzz")), LEXICON)
    assert asked(plan.head, 0, 1)


def test_other_words_for_the_same_count_as_much_as_the_best_of_them() -> None:
    plain = plan_for(query(concept("xay dung")), LEXICON).concepts[0]
    both = plan_for(query(concept("cat nha", "xay dung")), LEXICON).concepts[0]
    assert both.weight == plain.weight


@pytest.mark.parametrize("strictness", Strictness)
def test_one_word_is_always_needed(strictness: Strictness) -> None:
    plan = plan_for(query(concept("hon")), LEXICON, strictness=strictness)
    assert plan.head == (frozenset({0}),)
    assert plan.anywhere == (() if strictness is Strictness.NAMES else (frozenset({0}),))


def test_nothing_asked_is_answered_by_everything() -> None:
    assert plan_for(query(), LEXICON).asks_nothing


@given(
    st.lists(st.floats(0.01, 9, allow_nan=False), min_size=1, max_size=12),
    st.floats(0.05, 1, allow_nan=False),
)
def test_sets_are_enough_minimal_and_bounded(weights: list[float], share: float) -> None:
    concepts = [Concept((Alternative((f"w{n}",)),), weight) for n, weight in enumerate(weights)]
    sets = minimal_sets(concepts, share)
    judged = sorted(weights, reverse=True)[:8]
    assert 0 < len(sets) <= 60
    for chosen in sets:
        assert sum(weights[i] for i in chosen) >= share * sum(judged) - 1e-6
    assert not any(a < b for a, b in combinations(sets, 2))
