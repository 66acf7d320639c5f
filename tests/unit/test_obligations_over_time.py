"""Who owes what as units come and go, pages come late, endings come by level: cases, and any history at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from home.working_days import WorkingCalendar
from procedures.competence.rules import COMMUNES, UNIT, CompetenceTable, Facts, Row
from procedures.completeness.obligations import (
    Decision,
    Duty,
    Ending,
    Line,
    Obligations,
    OwedProcedure,
    UnitFacts,
    owed,
)

CALENDAR = WorkingCalendar()
MERGER = date(2025, 7, 1)
LAST_DAY = date(2025, 6, 30)
SIGNED = date(2025, 3, 3)
"""A Monday."""
DUE = date(2025, 3, 10)

TABLE = CompetenceTable(
    (
        Row(COMMUNES, body="*cấp xã"),
        Row(UNIT, "so-noi-vu", body="sở nội vụ"),
        Row(UNIT, "so-lao-dong", body="sở lao động"),
        Row(UNIT, "so-moi", body="sở mới"),
        Row(COMMUNES, level="commune"),
        Row(UNIT, "so-noi-vu", level="province"),
    )
)
LABOUR = UnitFacts(
    1,
    "so-lao-dong",
    "department",
    is_commune=False,
    active_until=LAST_DAY,
    successors=("so-noi-vu", "so-y-te"),
)
INTERIOR = UnitFacts(2, "so-noi-vu", "department", is_commune=False)
HEALTH = UnitFacts(3, "so-y-te", "department", is_commune=False)
OLD = UnitFacts(4, "xa-cu", "commune", is_commune=True, active_until=LAST_DAY, successors=("xa-moi",))
YOUNG = UnitFacts(5, "xa-moi", "commune", is_commune=True, active_from=MERGER)
UNITS = (LABOUR, INTERIOR, HEALTH, OLD, YOUNG)

PROCEDURES = {
    10: OwedProcedure(Facts(("UBND cấp xã",), "", "", ())),
    11: OwedProcedure(Facts(("Sở Lao động",), "", "", ())),
    12: OwedProcedure(Facts((), "", "", ("province", "commune"))),
}
OPEN = Decision(1, SIGNED, DUE, tuple(Line(pk, id=pk) for pk in PROCEDURES), 5, opening=True)


def reckon(day: date, *more: Decision, **changes: Any) -> Obligations:
    procedures = PROCEDURES | {int(key[1:]): value for key, value in changes.items()}
    return owed([OPEN, *more], procedures, TABLE, UNITS, day, calendar=CALENDAR)


# Units ----------------------------------------------------------------------------------------------------------------


def test_successors_owe_what_the_table_still_gives_to_the_ended_unit() -> None:
    before, after = reckon(LAST_DAY), reckon(MERGER)
    assert set(before.of(LABOUR.id)) == {11}
    assert LABOUR.id not in after.by_unit
    assert set(before.of(INTERIOR.id)) == {12}
    assert set(after.of(INTERIOR.id)) == {11, 12}
    assert set(after.of(HEALTH.id)) == {11}
    assert after.ownerless == frozenset()


def test_a_successor_has_the_whole_period_from_its_own_first_day() -> None:
    assert reckon(MERGER).of(HEALTH.id)[11] == Duty(11, MERGER, date(2025, 7, 8), 1, 11)
    assert reckon(MERGER).of(YOUNG.id)[10] == Duty(10, MERGER, date(2025, 7, 8), 1, 10)


def test_what_it_owed_itself_it_owes_since_then() -> None:
    both = replace(PROCEDURES[11], facts=Facts(("Sở Lao động", "Sở Nội vụ"), "", "", ()))
    assert reckon(MERGER, _11=both).of(INTERIOR.id)[11] == Duty(11, SIGNED, DUE, 1, 11)


def test_successors_of_successors() -> None:
    chain = (
        UnitFacts(1, "a", "department", is_commune=False, active_until=date(2025, 3, 31), successors=("b",)),
        UnitFacts(
            2, "b", "department", is_commune=False, active_from=date(2025, 4, 1), active_until=LAST_DAY,
            successors=("c", "a"),
        ),
        UnitFacts(3, "c", "department", is_commune=False),
    )  # fmt: skip
    table = CompetenceTable((Row(UNIT, "a", body="a"),))
    procedures = {1: OwedProcedure(Facts(("A",), "", "", ()))}
    opening = Decision(1, SIGNED, DUE, (Line(1),), 5)
    for day, owing in ((date(2025, 3, 31), 1), (date(2025, 4, 1), 2), (LAST_DAY, 2), (MERGER, 3)):
        found = owed([opening], procedures, table, chain, day, calendar=CALENDAR)
        assert [unit for unit, duties in found.by_unit.items() if duties] == [owing]
    assert found.of(3)[1].since == MERGER


def test_before_its_first_day_those_answer_that_it_will_carry_on() -> None:
    """The table is changed ahead of a merger, or the past is asked about with today's table."""
    young = UnitFacts(9, "so-moi", "department", is_commune=False, active_from=MERGER)
    old = UnitFacts(8, "so-cu", "department", is_commune=False, active_until=LAST_DAY, successors=("so-moi",))
    procedures = {1: OwedProcedure(Facts(("Sở Mới",), "", "", ()))}
    opening = Decision(1, SIGNED, DUE, (Line(1),), 5)
    for day, owing in ((SIGNED, 8), (LAST_DAY, 8), (MERGER, 9)):
        found = owed([opening], procedures, TABLE, (young, old), day, calendar=CALENDAR)
        assert [unit for unit, duties in found.by_unit.items() if duties] == [owing]


def test_some_units_asked_about_owe_what_they_owe_among_all() -> None:
    everyone = reckon(MERGER)
    some = owed([OPEN], PROCEDURES, TABLE, [HEALTH, LABOUR], MERGER, all_units=UNITS, calendar=CALENDAR)
    assert dict(some.by_unit) == {HEALTH.id: everyone.of(HEALTH.id)}
    assert some.ended_units == {LABOUR.id: MERGER}
    assert (some.owned, some.ownerless) == (everyone.owned, everyone.ownerless)


# Pages and days -------------------------------------------------------------------------------------------------------

LATER = Decision(2, date(2025, 5, 5), date(2025, 5, 12), (Line(20, id=20),), 5, "1/QĐ-UBND")
COMMUNE_ONLY = Facts(("UBND cấp xã",), "", "", ())


@pytest.mark.parametrize(
    ("procedure", "day", "expected"),
    [
        (OwedProcedure(COMMUNE_ONLY), date(2025, 5, 5), (date(2025, 5, 5), date(2025, 5, 12))),
        # Its page came later: the days count from then.
        (
            OwedProcedure(COMMUNE_ONLY, published_from=date(2025, 5, 19)),
            date(2025, 5, 19),
            (date(2025, 5, 19), date(2025, 5, 26)),
        ),
        (
            OwedProcedure(COMMUNE_ONLY, published_from=date(2025, 1, 6)),
            date(2025, 5, 19),
            (date(2025, 5, 5), date(2025, 5, 12)),
        ),
        # In force later: the same.
        (
            OwedProcedure(COMMUNE_ONLY, in_force_from=date(2025, 5, 19)),
            date(2025, 5, 20),
            (date(2025, 5, 19), date(2025, 5, 26)),
        ),
        # Its last day is one of its days.
        (
            OwedProcedure(COMMUNE_ONLY, in_force_until=date(2025, 5, 19)),
            date(2025, 5, 19),
            (date(2025, 5, 5), date(2025, 5, 12)),
        ),
    ],
)
def test_since_and_until(procedure: OwedProcedure, day: date, expected: tuple[date, date]) -> None:
    duty = reckon(day, LATER, _20=procedure).of(OLD.id)[20]
    assert (duty.since, duty.due, duty.line) == (*expected, 20)


@pytest.mark.parametrize(
    ("procedure", "day", "unpublished"),
    [
        (OwedProcedure(COMMUNE_ONLY, published=False), date(2025, 5, 19), True),
        (OwedProcedure(COMMUNE_ONLY, published_from=date(2025, 5, 20)), date(2025, 5, 19), True),
        (OwedProcedure(COMMUNE_ONLY, in_force_from=date(2025, 5, 20)), date(2025, 5, 19), False),
        (OwedProcedure(COMMUNE_ONLY, in_force_until=date(2025, 5, 18)), date(2025, 5, 19), False),
        (OwedProcedure(COMMUNE_ONLY, ended=True), date(2025, 5, 19), False),
        (OwedProcedure(COMMUNE_ONLY), date(2025, 5, 4), False),
    ],
)
def test_what_nobody_can_list_is_not_owed(procedure: OwedProcedure, day: date, *, unpublished: bool) -> None:
    found = reckon(day, LATER, _20=procedure)
    assert 20 not in found.of(OLD.id)
    assert (20 in found.unpublished) is unpublished
    assert 20 not in found.unmapped


def test_the_opening_catalogue_takes_pages_as_given() -> None:
    """It is made of what is public; when its page came into this portal says nothing."""
    late = replace(PROCEDURES[10], published_from=date(2025, 6, 2))
    assert reckon(date(2025, 4, 1), _10=late).of(OLD.id)[10].due == DUE


def test_marked_as_ended_its_last_day_decides() -> None:
    ended = replace(PROCEDURES[10], ended=True, in_force_until=date(2025, 4, 14))
    assert 10 in reckon(date(2025, 4, 14), _10=ended).of(OLD.id)
    after = reckon(date(2025, 4, 15), _10=ended)
    assert 10 not in after.of(OLD.id)
    assert after.gone[10] == Ending(date(2025, 4, 15))


def test_ended_at_one_level_the_other_still_owes() -> None:
    ends = Decision(2, date(2025, 4, 1), date(2025, 4, 8), (Line(12, "abolished", "commune", 30),), 5)
    found = reckon(date(2025, 4, 1), ends)
    assert 12 in found.of(INTERIOR.id)
    assert 12 not in found.of(OLD.id)
    assert found.ending_for(OLD.id, 12) == Ending(date(2025, 4, 1), 2, 30)
    assert found.ending_for(INTERIOR.id, 12) is None
    other = replace(ends, id=3, lines=(Line(12, "abolished", "province", 31),))
    both = reckon(date(2025, 4, 1), ends, other)
    assert both.gone[12].decision == 3
    assert not both.unmapped
    assert not both.ownerless


# Any history ----------------------------------------------------------------------------------------------------------

FIRST = date(2025, 6, 2)
some_day = st.integers(0, 60).map(lambda n: FIRST + timedelta(days=n))
maybe_day = st.none() | some_day
BODIES = ((), ("UBND cấp xã",), ("Sở Lao động",), ("Sở Nội vụ", "UBND cấp xã"), ("Sở Mới",), ("Lạ",))


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Decision], dict[int, OwedProcedure], list[UnitFacts]]:
    procedures = {
        pk: OwedProcedure(
            Facts(
                draw(st.sampled_from(BODIES)),
                "",
                "",
                draw(st.sampled_from(((), ("commune",), ("province",)))),
            ),
            published=draw(st.booleans()),
            in_force_from=draw(maybe_day),
            in_force_until=draw(maybe_day),
            published_from=draw(maybe_day),
        )
        for pk in range(1, 5)
    }
    decisions = []
    for pk in range(1, draw(st.integers(1, 5)) + 1):
        signed = draw(some_day)
        lines = tuple(
            Line(
                draw(st.integers(1, 4)),
                draw(st.sampled_from(("new", "amended", "abolished"))),
                draw(st.sampled_from(("", "commune", "province"))),
                pk * 10 + n,
            )
            for n in range(draw(st.integers(0, 4)))
        )
        days = draw(st.integers(0, 5))
        decisions.append(Decision(pk, signed, CALENDAR.add_working_days(signed, days), lines, days))
    keys = ["so-lao-dong", "so-noi-vu", "so-moi", "xa-a", "xa-b"]
    units = [
        UnitFacts(
            n,
            key,
            "commune" if key.startswith("xa") else "department",
            is_commune=key.startswith("xa"),
            active_from=draw(maybe_day),
            active_until=draw(maybe_day),
            successors=tuple(draw(st.lists(st.sampled_from(keys), max_size=2))),
        )
        for n, key in enumerate(keys, start=1)
    ]
    return decisions, procedures, units


History = tuple[list[Decision], dict[int, OwedProcedure], list[UnitFacts]]


@given(histories(), some_day, st.randoms())
def test_no_order_of_input_matters(history: History, day: date, random: Any) -> None:
    decisions, procedures, units = history
    before = owed(decisions, procedures, TABLE, units, day, calendar=CALENDAR)
    shuffled = list(decisions)
    random.shuffle(shuffled)
    mixed = list(units)
    random.shuffle(mixed)
    turned = [replace(held, lines=tuple(reversed(held.lines))) for held in shuffled]
    backwards = dict(reversed(procedures.items()))
    assert owed(turned, backwards, TABLE, mixed, day, calendar=CALENDAR) == before


@given(histories(), some_day)
def test_the_past_is_as_if_nothing_had_come_after(history: History, day: date) -> None:
    decisions, procedures, units = history
    known = [held for held in decisions if held.signed_on <= day]
    assert owed(decisions, procedures, TABLE, units, day, calendar=CALENDAR) == owed(
        known, procedures, TABLE, units, day, calendar=CALENDAR
    )


@given(histories(), some_day)
def test_a_unit_owes_nothing_outside_its_days(history: History, day: date) -> None:
    decisions, procedures, units = history
    found = owed(decisions, procedures, TABLE, units, day, calendar=CALENDAR)
    for unit in units:
        assert (unit.id in found.by_unit) is unit.is_active(day)
        for pk, duty in found.of(unit.id).items():
            assert procedures[pk].stands(day)
            assert max(unit.active_from or duty.since, duty.since) == duty.since <= day
            assert duty.due >= duty.since


@given(histories(), some_day)
def test_who_ends_hands_over_to_who_carries_on(history: History, day: date) -> None:
    """What a unit owed on its last day by its own name, its only and living successor owes on the next."""
    decisions, procedures, units = history
    heir = UnitFacts(50, "so-ke-tuc", "department", is_commune=False)
    ended = replace(units[0], active_from=None, active_until=day, successors=(heir.key,))
    everyone = [ended, heir, *units[1:]]
    held = [one for one in decisions if one.signed_on <= day]
    standing_on = {
        pk: p for pk, p in procedures.items() if p.stands(day) and p.stands(day + timedelta(days=1))
    }
    last = owed(held, standing_on, TABLE, everyone, day, calendar=CALENDAR)
    following = owed(held, standing_on, TABLE, everyone, day + timedelta(days=1), calendar=CALENDAR)
    assert set(last.of(ended.id)) <= set(following.of(heir.id))
    assert ended.id not in following.by_unit


@given(histories(), some_day)
def test_everything_announced_is_somebodys_or_a_question(history: History, day: date) -> None:
    decisions, procedures, units = history
    found = owed(decisions, procedures, TABLE, units, day, calendar=CALENDAR)
    asked = {*found.unmapped, *found.ownerless, *found.nobody, *found.gone}
    assert set(found.announced) <= found.owned | asked
    assert {pk for duties in found.by_unit.values() for pk in duties} == found.owned
