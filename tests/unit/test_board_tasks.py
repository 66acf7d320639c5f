"""Findings as tasks, deadlines, the ring, and what is told by mail: pure."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from home.working_days import WorkingCalendar
from procedures.boards.drawing import ring
from procedures.boards.notices import Event, event_of, key_of, what_to_tell
from procedures.boards.tasks import Task, TaskKind, Work, next_deadlines, task_kind, tasks
from procedures.completeness.findings import UNIT_KINDS, WITHDRAWN, Finding, FindingKind

TODAY = date(2026, 3, 24)
CALENDAR = WorkingCalendar()


def finding(
    kind: FindingKind = FindingKind.LATE,
    procedure: int = 1,
    *,
    due: date | None = None,
    cost: str = "0",
    details: tuple[str, ...] = (),
    decision: int = 1,
) -> Finding:
    last = due or (TODAY - timedelta(days=9) if kind is FindingKind.LATE else TODAY + timedelta(days=7))
    return Finding(
        kind,
        1,
        procedure,
        TODAY - timedelta(days=20),
        last,
        decision,
        None,
        details,
        last < TODAY,
        Decimal(cost),
    )


@pytest.mark.parametrize("kind", sorted(UNIT_KINDS))
def test_every_finding_of_a_unit_is_some_work(kind: FindingKind) -> None:
    assert Task(task_kind(finding(kind)), ()).work in Work


def test_same_work_is_one_task_and_most_costly_first() -> None:
    found = tasks(
        [
            finding(FindingKind.MISSING, 1),
            finding(FindingKind.LATE, 2, cost="0.10"),
            finding(FindingKind.LATE, 3, cost="0.15"),
            finding(FindingKind.OUTDATED, 4, cost="0.3"),
            finding(FindingKind.LATE, 5, cost="0.05", details=(WITHDRAWN,)),
            finding(FindingKind.PART_NOT_ENTERED, 6, cost="9"),
        ]
    )
    assert [(task.kind, task.count, task.cost) for task in found] == [
        (TaskKind.OUTDATED, 1, Decimal("0.3")),
        (TaskKind.LATE, 2, Decimal("0.25")),
        (TaskKind.RELIST, 1, Decimal("0.05")),
        (TaskKind.MISSING, 1, Decimal(0)),
    ]
    assert found[1].overdue_days(TODAY) == 9
    assert found[3].overdue_days(TODAY) == 0


def test_the_nearest_deadlines_by_day_and_kind() -> None:
    soon, later = TODAY + timedelta(days=2), TODAY + timedelta(days=9)
    found = next_deadlines(
        [
            finding(FindingKind.MISSING, 1, due=later),
            finding(FindingKind.MISSING, 2, due=soon),
            finding(FindingKind.MISSING, 3, due=soon),
            finding(FindingKind.OUTDATED, 4, due=TODAY),
            finding(FindingKind.LATE, 5),
        ],
        TODAY,
    )
    assert [(d.due, d.kind, len(d.findings)) for d in found] == [
        (TODAY, TaskKind.OUTDATED, 1),
        (soon, TaskKind.MISSING, 2),
        (later, TaskKind.MISSING, 1),
    ]


@given(counts=st.lists(st.integers(0, 500), min_size=1, max_size=4))
def test_the_ring_is_whole(counts: list[int]) -> None:
    arcs = ring((str(n), count) for n, count in enumerate(counts))
    assert len(arcs) == sum(count > 0 for count in counts)
    lengths = [float(arc.dash.split()[0]) for arc in arcs]
    assert all(length > 0 for length in lengths)
    assert sum(lengths) <= 100.01 + 0.7 * len(arcs)
    for arc in arcs:
        assert sum(map(float, arc.dash.split())) == pytest.approx(100, abs=0.02)
        assert 0 <= float(arc.offset) <= 100


def test_one_part_is_the_whole_ring() -> None:
    assert [(arc.dash, arc.offset) for arc in ring([("ok", 12), ("late", 0)])] == [("100.00 0.00", "25.00")]


# Notices --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due", "event"),
    [
        (date(2026, 3, 23), Event.PASSED),
        (date(2026, 3, 24), Event.NEAR),
        (date(2026, 3, 26), Event.NEAR),
        (date(2026, 3, 27), Event.NEW),
    ],
)
def test_two_working_days_before_is_near(due: date, event: Event) -> None:
    assert event_of(finding(FindingKind.MISSING, due=due), TODAY, CALENDAR) is event


def test_a_weekend_does_not_count() -> None:
    friday, tuesday = date(2026, 3, 27), date(2026, 3, 31)
    assert event_of(finding(FindingKind.MISSING, due=tuesday), friday, CALENDAR) is Event.NEAR


def test_what_is_missing_stays_the_same_gap_when_it_becomes_late() -> None:
    due = TODAY - timedelta(days=1)
    missing, late = (finding(kind, due=due) for kind in (FindingKind.MISSING, FindingKind.LATE))
    assert key_of(Event.NEW, missing) == key_of(Event.NEW, late)


def test_each_event_is_told_once_and_in_its_turn() -> None:
    gap = finding(FindingKind.MISSING, due=date(2026, 4, 2))
    told: tuple[str, ...] = ()
    heard: list[Event] = []
    day = date(2026, 3, 16)
    while day < date(2026, 4, 20):
        late = day > date(2026, 4, 2)
        now = finding(FindingKind.LATE if late else FindingKind.MISSING, due=gap.due)
        now = Finding(now.kind, 1, 1, gap.since, gap.due, 1, None, (), late)
        telling = what_to_tell([now], told, day, CALENDAR)
        heard += [notice.event for notice in telling.notices]
        told = telling.told if telling.notices else told
        day += timedelta(days=1)
    assert heard == [Event.NEW, Event.NEAR, Event.PASSED]


FINDINGS = st.lists(
    st.builds(
        lambda kind, pk, days: finding(kind, pk, due=TODAY + timedelta(days=days)),
        st.sampled_from(sorted(UNIT_KINDS)),
        st.integers(1, 6),
        st.integers(-5, 9),
    ),
    max_size=12,
)


@given(found=FINDINGS, seed=st.integers())
def test_telling_twice_tells_once_and_order_never_matters(found: list[Finding], seed: int) -> None:
    first = what_to_tell(found, (), TODAY, CALENDAR)
    assert what_to_tell(found, first.told, TODAY, CALENDAR).notices == ()
    shuffled = list(found)
    Random(seed).shuffle(shuffled)
    again = what_to_tell(shuffled, (), TODAY, CALENDAR)
    assert again.told == first.told
    assert sorted(n.event for n in again.notices) == sorted(n.event for n in first.notices)
