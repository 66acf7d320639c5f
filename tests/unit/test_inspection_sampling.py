"""Samples that anybody can draw again, and points that follow from verdicts."""

from __future__ import annotations

import random
import subprocess
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.inspections.points import ranks, reckon
from procedures.inspections.sampling import draw, lot

CODES = st.sets(st.from_regex(r"[0-9]\.[0-9]{6}", fullmatch=True), max_size=60)
SEEDS = st.text(st.characters(exclude_characters="\n", codec="utf-8"), min_size=1, max_size=30)


@given(codes=CODES, seed=SEEDS, size=st.integers(0, 70), shuffler=st.randoms(use_true_random=False))
def test_order_never_matters(codes: set[str], seed: str, size: int, shuffler: random.Random) -> None:
    given_order = sorted(codes)
    other_order = [*given_order, *given_order]
    shuffler.shuffle(other_order)
    drawn = draw(seed, "xa-thu", given_order, size)
    assert draw(seed, "xa-thu", other_order, size) == drawn
    assert len(drawn) == min(size, len(codes))
    assert set(drawn) <= codes
    assert list(drawn) == sorted(drawn)


@given(codes=CODES, seed=SEEDS, size=st.integers(0, 60))
def test_a_larger_sample_holds_the_smaller(codes: set[str], seed: str, size: int) -> None:
    assert set(draw(seed, "xa", codes, size)) <= set(draw(seed, "xa", codes, size + 1))


def test_other_seeds_and_other_units_draw_otherwise() -> None:
    codes = [f"1.{n:06}" for n in range(300)]
    base = draw("a", "xa-mot", codes, 10)
    assert draw("b", "xa-mot", codes, 10) != base
    assert draw("a", "xa-hai", codes, 10) != base


def test_draws_are_fair() -> None:
    """Over many seeds every procedure comes up about equally often."""
    codes = [f"1.{n:06}" for n in range(20)]
    hits = dict.fromkeys(codes, 0)
    for seed in range(2_000):
        for code in draw(str(seed), "xa", codes, 5):
            hits[code] += 1
    assert all(400 < count < 600 for count in hits.values()), hits


def test_known_draw_stays_for_ever() -> None:
    """Published samples must be drawn again in years to come."""
    assert draw("2025", "xa-cam-binh", [f"1.00{n:04}" for n in range(1, 100)], 3) == KNOWN


KNOWN = ("1.000038", "1.000070", "1.000081")
"""Drawn by sha256sum and sort, not by this program."""


def test_a_shell_draws_the_same_lot() -> None:
    done = subprocess.run(
        ["sh", "-c", r"printf 'h%s\nxa\n1.000001' ạt | sha256sum"], capture_output=True, text=True, check=True
    )
    assert done.stdout.split()[0] == lot("hạt", "xa", "1.000001")


# Points -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("computed", "deductions", "restored", "proposed"),
    [
        ("80", (), (), "80.00"),
        ("80", ("1.5", "2"), (), "76.50"),
        ("80", ("1.5",), ("4.25",), "82.75"),
        ("1", ("3",), (), "0.00"),
        ("99", (), ("5",), "100.00"),
        ("80", (), ("0.0833333333333", "0.0833333333333"), "80.17"),
    ],
)
def test_reckoning(
    computed: str, deductions: tuple[str, ...], restored: tuple[str, ...], proposed: str
) -> None:
    found = reckon(Decimal(computed), Decimal(100), map(Decimal, deductions), map(Decimal, restored))
    assert found.proposed == Decimal(proposed)


@pytest.mark.parametrize(
    ("points", "places"),
    [((), []), ((5,), [1]), ((3, 9, 3, 1), [2, 1, 2, 4]), ((7, 7, 7), [1, 1, 1])],
)
def test_ranks(points: tuple[int, ...], places: list[int]) -> None:
    assert ranks([Decimal(p) for p in points]) == places
