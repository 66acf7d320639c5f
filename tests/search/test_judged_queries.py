"""The judged queries are sound, and the embedded engine answers them at least as well as it once did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest
from django.db import connection

from search import engines
from search.engines.contract import Engine
from search.evaluation import ALL, Outcome, below, figures, misses, same_first
from search.indexing import bring_up_to_date
from search.text import fold
from tests.search.conftest import Corner
from tests.search.judging import KIND, fill_database, floors, judged_queries, outcomes_of

STRATA: Final = {
    "keyword": 25,
    "unaccented": 25,
    "abbreviation": 25,
    "typo": 25,
    "telex": 25,
    "everyday": 25,
    "question": 25,
    "life": 25,
    "code": 15,
    "unit": 15,
}
"""Way of asking → queries at least."""


MEASURES: Final = ("success@1", "success@5", "ndcg@10")
SAME_FIRST: Final = 0.97
"""Share of the queries for which both engines show the same first result, at least."""
APART: Final = 0.02
"""How far any figure of one engine may be from the other's."""


def test_every_way_of_asking_has_its_queries() -> None:
    counted = Counter(one.stratum for one in judged_queries())
    assert set(counted) == set(STRATA)
    assert not {name: counted[name] for name, least in STRATA.items() if counted[name] < least}
    assert counted.total() >= 240


def test_no_query_stands_twice() -> None:
    asked = Counter(one.query for one in judged_queries())
    assert not [query for query, times in asked.items() if times > 1]


def test_unaccented_queries_are_the_keywords_without_accents() -> None:
    judged = judged_queries()
    accented, bare = (
        [one for one in judged if one.stratum == stratum] for stratum in ("keyword", "unaccented")
    )
    assert [fold(one.query) for one in accented] == [one.query for one in bare]
    assert [one.codes for one in accented] == [one.codes for one in bare]


def test_there_is_a_floor_for_every_figure() -> None:
    held = floors()
    assert set(held) == {*STRATA, ALL}
    for stratum, measures in held.items():
        assert set(MEASURES) == set(measures), stratum
        assert all(0 < floor <= 1 for floor in measures.values()), stratum


def told(outcomes: Sequence[Outcome]) -> str:
    """What a reader of a red run wants to know: the figure, and every query whose first result is wrong."""
    wrong = (
        f"{miss.judged.stratum}: {miss.judged.query} → {miss.first or 'nothing'}" for miss in misses(outcomes)
    )
    return "\n".join([str(figures(outcomes)[ALL]), *wrong])


@pytest.mark.slow
@pytest.mark.real_data
@pytest.mark.django_db
def test_no_figure_falls_below_its_floor(real_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("what is found and ranked does not depend on the database: once is enough")
    fill_database(real_data, monkeypatch)
    engine = engines.embedded()
    bring_up_to_date(engine, rebuild=True)
    judged = judged_queries()
    assert {code for one in judged for code in one.codes} <= set(engine.keys(KIND))
    outcomes = outcomes_of(engine, judged)
    found = figures(outcomes)
    assert not below(found, floors()), told(outcomes)
    for measure in ("success@1", "success@5"):
        assert found["unaccented"][measure] == found["keyword"][measure], told(outcomes)


@pytest.mark.slow
@pytest.mark.cluster
@pytest.mark.real_data
@pytest.mark.django_db
def test_both_engines_answer_alike(real_data: Path, monkeypatch: pytest.MonkeyPatch, corner: Corner) -> None:
    fill_database(real_data, monkeypatch)
    both: list[Engine] = [engines.embedded(), corner.engine()]
    for engine in both:
        bring_up_to_date(engine, rebuild=True)
    embedded, cluster = (outcomes_of(engine, judged_queries()) for engine in both)
    apart = [
        f"{one.judged.query}: {one.first or 'nothing'} | {other.first or 'nothing'}"
        for one, other in zip(embedded, cluster, strict=True)
        if one.first != other.first
    ]
    assert same_first(embedded, cluster) >= SAME_FIRST, "\n".join(apart)
    # So near to the embedded engine, the cluster's needs no floors of its own.
    for stratum, one in figures(embedded).items():
        other = figures(cluster)[stratum]
        for measure in MEASURES:
            assert abs(one[measure] - other[measure]) <= APART, (stratum, measure, "\n".join(apart))
