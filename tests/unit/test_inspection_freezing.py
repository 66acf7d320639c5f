"""What is frozen has one hash, whatever the order it came in; any change has another."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from procedures.completeness.findings import Finding, FindingKind, ListedFacts
from procedures.completeness.obligations import Duty
from procedures.completeness.scheme import Criterion, Measure
from procedures.completeness.scoring import CriterionScore, Score
from procedures.inspections.freezing import (
    Names,
    codes_to_draw_from,
    digest,
    exact,
    freeze,
    is_unchanged,
    kept,
    together,
)

DAY = date(2025, 12, 31)
NAMES = Names(
    {n: (f"1.{n:06}", f"Thủ tục {n}") for n in range(1, 6)},
    {7: "1599/QĐ-UBND"},
    {"late:1:1:": {"title": "Quá hạn"}},
)
SCHEME = {"title": "Bộ tiêu chí", "year": 2025, "content": {"a": 1.5, "b": ["x"]}}


def report(*, backwards: bool = False) -> Any:
    duties = [(n, Duty(n, date(2025, 11, 3), date(2025, 11, 10), 7)) for n in (1, 2, 3)]
    listed = [(n, ListedFacts(n, n != 4, 1, DAY, ("phone",), DAY)) for n in (2, 3, 4, 5)]
    findings = [
        Finding(
            FindingKind.LATE, 1, 1, date(2025, 11, 3), date(2025, 11, 10), overdue=True, cost=Decimal("2.50")
        ),
        Finding(FindingKind.UNIT_DETAIL, 1, 2, DAY, None, details=("phone",), cost=Decimal("0.5")),
        Finding(FindingKind.UNIT_DETAIL, 1, 3, DAY, None, details=("phone",), cost=Decimal("0.5")),
    ]
    if backwards:
        duties, listed, findings = duties[::-1], listed[::-1], findings[::-1]
    criterion = Criterion("du", "Niêm yết đủ", Measure.LISTED, Decimal(60))
    score = Score(
        points=Decimal("71.30"),
        possible=Decimal(100),
        maximum=Decimal(100),
        criteria=(CriterionScore(criterion, Decimal(2) / Decimal(3), Decimal("40.00"), Decimal(60)),),
        owed=3,
        listed=2,
    )
    unit = SimpleNamespace(slug="xa-thu", code="18001", name="Xã Thử")
    return SimpleNamespace(
        unit=unit,
        as_of=DAY,
        duties=dict(duties),
        listed=dict(listed),
        findings=tuple(findings),
        score=score,
    )


def test_order_never_matters() -> None:
    assert freeze(report(), NAMES, scheme=SCHEME) == freeze(report(backwards=True), NAMES, scheme=SCHEME)


def test_what_is_frozen_reads_back_unchanged() -> None:
    frozen, hashed = freeze(report(), NAMES, scheme=SCHEME)
    assert is_unchanged(json.loads(json.dumps(frozen)), hashed)
    assert is_unchanged(dict(reversed(list(frozen.items()))), hashed)
    assert frozen["duties"][0] == {
        "code": "1.000001",
        "title": "Thủ tục 1",
        "since": "2025-11-03",
        "due": "2025-11-10",
        "decision": "1599/QĐ-UBND",
    }
    assert frozen["findings"][0]["words"] == {"title": "Quá hạn"}
    assert frozen["scheme"]["content"]["a"] == "1.5"


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every value in the frozen record, by its way there."""
    if isinstance(value, dict):
        return [place for key, part in value.items() for place in _places(part, (*path, key))]
    if isinstance(value, list):
        return [place for n, part in enumerate(value) for place in _places(part, (*path, n))]
    return [path]


FROZEN, HASH = freeze(report(), NAMES, scheme=SCHEME)


@given(place=st.sampled_from(_places(FROZEN)), drop=st.booleans())
def test_any_change_changes_the_hash(place: tuple[Any, ...], *, drop: bool) -> None:
    changed = copy.deepcopy(FROZEN)
    inner = changed
    for step in place[:-1]:
        inner = inner[step]
    if drop:
        del inner[place[-1]]
    else:
        value = inner[place[-1]]
        inner[place[-1]] = (not value) if isinstance(value, bool) else f"{value}x"
    assert not is_unchanged(changed, HASH)


def test_each_input_counts() -> None:
    hashes = {HASH}
    changed = report()
    changed.findings = (replace(changed.findings[0], cost=Decimal("2.51")), *changed.findings[1:])
    hashes.add(freeze(changed, NAMES, scheme=SCHEME)[1])
    hashes.add(freeze(report(), NAMES, scheme={**SCHEME, "year": 2026})[1])
    changed = report()
    changed.duties = {1: changed.duties[1]}
    hashes.add(freeze(changed, NAMES, scheme=SCHEME)[1])
    assert len(hashes) == 4


def test_the_sample_is_drawn_from_what_is_owed_and_what_is_public() -> None:
    assert codes_to_draw_from(FROZEN) == {"1.000001", "1.000002", "1.000003", "1.000005"}


@given(
    st.recursive(
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(),
            st.text(st.characters(codec="utf-8")),
            st.dates(),
            st.decimals(allow_nan=False, allow_infinity=False, places=4),
            st.floats(allow_nan=False, allow_infinity=False),
        ),
        lambda inner: st.one_of(
            st.lists(inner), st.dictionaries(st.text(st.characters(codec="utf-8")), inner)
        ),
        max_leaves=12,
    )
)
def test_keeping_is_stable(value: Any) -> None:
    stored, hashed = kept(value)
    assert digest(stored) == hashed
    assert kept(stored) == (stored, hashed)
    assert json.loads(json.dumps(stored)) == stored


def test_equal_amounts_are_one_text() -> None:
    assert [exact(Decimal(text)) for text in ("1.50", "1.5", "0.00", "1E+2")] == ["1.5", "1.5", "0", "100"]


def test_the_rounds_hash_needs_every_unit() -> None:
    whole = together({"a": "1", "b": "2"})
    assert together({"b": "2", "a": "1"}) == whole
    assert together({"a": "2", "b": "1"}) != whole
    assert together({"a": "1"}) != whole


def test_a_moment_is_one_text_whatever_clock_it_came_from() -> None:
    """A round is hashed with the clock's moment and looked at with the database's, which is in UTC."""
    moment = datetime(2026, 2, 23, 2, 0, tzinfo=UTC)
    elsewhere = moment.astimezone(timezone(timedelta(hours=7)))
    assert kept({"at": elsewhere}) == kept({"at": moment})
    assert exact(elsewhere) == "2026-02-23T02:00:00+00:00"
