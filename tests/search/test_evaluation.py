"""Judged queries are read row by row, and earn the figures of ir-measures."""

from __future__ import annotations

import importlib.util

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.evaluation import (
    ALL,
    DEPTH,
    BadRow,
    Judged,
    Outcome,
    below,
    evaluate,
    figures,
    misses,
    read_queries,
    same_first,
)
from tests.conftest import missing

ONE = "1.000001"
TWO = "1.000002"


def judged(*codes: str, stratum: str = "keyword", query: str = "kết hôn") -> Judged:
    return Judged(1, stratum, query, codes)


# Reading --------------------------------------------------------------------------------------------------------------


def test_rows_blank_lines_and_notes() -> None:
    rows, bad = read_queries(
        [
            "\ufeffstratum\tquery\tcodes\n",
            "# a note\n",
            "\n",
            "keyword\tkết hôn\t1.000894\r\n",
            "life\t mới sinh con \t1.001193, 2.000986,1.001193\n",
        ]
    )
    assert not bad
    assert rows == [
        Judged(4, "keyword", "kết hôn", ("1.000894",)),
        Judged(5, "life", "mới sinh con", ("1.001193", "2.000986")),
    ]


def test_the_first_row_may_be_a_query() -> None:
    rows, bad = read_queries(["keyword\tkết hôn\t1.000894"])
    assert [row.line for row in rows] == [1]
    assert not bad


def test_queries_are_read_in_nfc() -> None:
    (row,), _bad = read_queries(["keyword\tkê\u0301t hôn\t1.000894"])
    assert row.query == "kết hôn"


@pytest.mark.parametrize(
    ("line", "field", "reason"),
    [
        ("keyword\tkết hôn", "codes", "cần đúng 3 cột"),
        ("keyword", "query", "cần đúng 3 cột"),
        ("keyword\tkết hôn\t1.000894\tnote", "codes", "cần đúng 3 cột"),
        ("\tkết hôn\t1.000894", "stratum", "còn trống"),
        ("keyword\t \t1.000894", "query", "còn trống"),
        ("keyword\tkết hôn\t", "codes", "còn trống"),
        ("keyword\tkết hôn\t, ,", "codes", "còn trống"),
        ("keyword\tkết hôn\t1.00894", "codes", "“1.00894” không phải mã thủ tục"),
        (f"{ALL}\tkết hôn\t1.000894", "stratum", "là tên dành cho"),
    ],
)
def test_a_bad_row_is_named_and_the_others_are_kept(line: str, field: str, reason: str) -> None:
    rows, bad = read_queries(["life\tcưới\t1.000894", line])
    assert [row.query for row in rows] == ["cưới"]
    (found,) = bad
    assert (found.line, found.field) == (2, field)
    assert reason in found.reason


def test_a_row_twice_counts_once() -> None:
    rows, bad = read_queries(["keyword\tsinh\t1.000894", "life\tsinh\t1.000894", "keyword\tsinh\t1.001193"])
    assert [row.stratum for row in rows] == ["keyword", "life"]
    assert bad == [BadRow(3, "query", "trùng với dòng 1")]


# Measuring ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ranked", "first", "five", "ndcg"),
    [
        ((), 0, 0, 0.0),
        ((ONE,), 1, 1, 1.0),
        (("9.999999", ONE), 0, 1, 0.6309),
        (("9.999999",) * 5 + (ONE,), 0, 0, 0.3562),
        (("9.999999",) * 10 + (ONE,), 0, 0, 0.0),
    ],
)
def test_figures_of_one_query(ranked: tuple[str, ...], first: int, five: int, ndcg: float) -> None:
    found = figures([Outcome(judged(ONE), ranked)])
    assert found["keyword"] == {"n": 1, "success@1": first, "success@5": five, "ndcg@10": ndcg}


def test_any_right_code_will_do_at_the_first_place() -> None:
    found = figures([Outcome(judged(ONE, TWO), (TWO,))])["keyword"]
    assert found["success@1"] == 1
    assert found["ndcg@10"] == 0.6131, "the other right one is not there"


def test_strata_in_their_order_then_all() -> None:
    outcomes = [
        Outcome(judged(ONE, stratum="life"), (ONE,)),
        Outcome(judged(ONE, stratum="code"), ()),
        Outcome(judged(ONE, stratum="life"), (TWO, ONE)),
    ]
    found = figures(outcomes)
    assert list(found) == ["life", "code", ALL]
    assert [one["n"] for one in found.values()] == [2, 1, 3]
    assert found["life"]["success@1"] == 0.5
    assert found[ALL]["success@5"] == 0.6667
    assert figures([]) == {}


def test_every_query_is_asked_once_and_cut() -> None:
    asked: list[str] = []
    turns: list[int] = []

    def rank(text: str) -> list[str]:
        asked.append(text)
        return [f"1.{n:06d}" for n in range(30)]

    outcomes = evaluate(
        [judged(ONE, query="a"), judged(ONE, query="b")], rank, advance=lambda: turns.append(1)
    )
    assert asked == ["a", "b"]
    assert len(turns) == 2
    assert len(outcomes[0].ranked) == DEPTH


def test_misses_and_runs_side_by_side() -> None:
    right, wrong, nothing = (Outcome(judged(ONE), ranked) for ranked in ((ONE,), (TWO, ONE), ()))
    assert misses([right, wrong, nothing]) == [wrong, nothing]
    assert same_first([right, wrong], [right, right]) == 0.5
    assert same_first([nothing], [nothing]) == 1
    assert same_first([], []) == 1


def test_floors() -> None:
    found = figures([Outcome(judged(ONE), (TWO, ONE))])
    assert below(found, {"keyword": {"success@1": 0, "success@5": 1}, ALL: {"ndcg@10": 0.6}}) == []
    assert below(found, {"keyword": {"success@1": 0.9}, "life": {"success@5": 0.5}}) == [
        ("keyword", "success@1", 0.0, 0.9),
        ("life", "success@5", 0.0, 0.5),
    ]


codes = st.integers(1, 15).map(lambda n: f"1.{n:06d}")
answers = st.lists(
    st.tuples(
        st.lists(codes, min_size=1, max_size=6, unique=True), st.lists(codes, max_size=15, unique=True)
    ),
    min_size=1,
    max_size=12,
)


@given(answers)
def test_the_figures_are_those_of_ir_measures(pairs: list[tuple[list[str], list[str]]]) -> None:
    if importlib.util.find_spec("ir_measures") is None:
        missing("needs ir-measures, which has wheels for x86-64 only: requirements-dev.txt")
    import ir_measures
    from ir_measures import Success, nDCG

    outcomes = [
        Outcome(judged(*right, query=str(n)), tuple(ranked[:DEPTH]))
        for n, (right, ranked) in enumerate(pairs)
    ]
    qrels = {str(n): dict.fromkeys(right, 1) for n, (right, _ranked) in enumerate(pairs)}
    # One that finds nothing has to be in the run to count at all.
    run = {
        str(n): {code: float(-place) for place, code in enumerate(ranked)} or {"0.000000": 0.0}
        for n, (_right, ranked) in enumerate(pairs)
    }
    expected = ir_measures.calc_aggregate([Success @ 1, Success @ 5, nDCG @ 10], qrels, run)
    found = figures(outcomes)[ALL]
    assert found["success@1"] == pytest.approx(expected[Success @ 1], abs=1e-4)
    assert found["success@5"] == pytest.approx(expected[Success @ 5], abs=1e-4)
    assert found["ndcg@10"] == pytest.approx(expected[nDCG @ 10], abs=1e-4)
