"""The judged queries are sound, and the embedded engine answers them at least as well as it once did."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from django.db import connection

from search import engines
from search.evaluation import ALL, below, figures, misses
from search.indexing import bring_up_to_date
from search.text import fold
from tests.search.judging import KIND, fill_database, floors, judged_queries, outcomes_of

STRATA = {
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
        assert {"success@1", "success@5", "ndcg@10"} == set(measures), stratum
        assert all(0 < floor <= 1 for floor in measures.values()), stratum


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
    wrong = [
        f"{miss.judged.stratum}: {miss.judged.query} → {miss.first or 'nothing'}" for miss in misses(outcomes)
    ]
    assert not below(found, floors()), "\n".join([f"{found[ALL]}", *wrong])
    for measure in ("success@1", "success@5"):
        assert found["unaccented"][measure] == found["keyword"][measure]
