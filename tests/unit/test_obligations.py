"""The fold over decisions: who owes what, since when, until when."""

from __future__ import annotations

from datetime import date

import pytest

from procedures.competence.rules import COMMUNES, NOBODY, UNIT, CompetenceTable, Facts, Row
from procedures.completeness.obligations import Decision, Duty, Line, OwedProcedure, UnitFacts, owed, standing

OPENING = date(2026, 3, 2)
TODAY = date(2026, 3, 20)

TABLE = CompetenceTable(
    (
        Row(COMMUNES, body="*cấp xã"),
        Row(UNIT, "so-y-te", body="sở y tế"),
        Row(UNIT, "so-cu", body="sở cũ"),
        Row(NOBODY, body="bộ*"),
        Row(COMMUNES, level="commune"),
        Row(UNIT, "so-y-te", level="province"),
    )
)
XA_A = UnitFacts(1, "xa-a", "commune", is_commune=True)
XA_B = UnitFacts(2, "xa-b", "commune", is_commune=True, active_until=date(2026, 3, 10))
XA_C = UnitFacts(3, "xa-c", "commune", is_commune=True, active_from=date(2026, 3, 16))
Y_TE = UnitFacts(4, "so-y-te", "department", is_commune=False)
UNITS = (XA_A, XA_B, XA_C, Y_TE)


def procedure(*bodies: str, levels: tuple[str, ...] = (), **more: object) -> OwedProcedure:
    return OwedProcedure(Facts(bodies, "", "", levels), **more)  # type: ignore[arg-type] # dates and flags of the case


PROCEDURES = {
    10: procedure("UBND cấp xã"),
    11: procedure("Sở Y tế"),
    12: procedure("UBND cấp xã", "Sở Y tế"),
    13: procedure("Bộ Y tế"),
    14: procedure("Hội đồng lạ"),
    15: procedure("Sở Cũ"),
}
OPEN = Decision(1, OPENING, date(2026, 3, 9), tuple(Line(pk) for pk in PROCEDURES))


def by_unit(
    decisions: tuple[Decision, ...] = (OPEN,), on: date = TODAY, **changes: OwedProcedure
) -> dict[str, set[int]]:
    procedures = PROCEDURES | {int(key[1:]): value for key, value in changes.items()}
    result = owed(decisions, procedures, TABLE, UNITS, on)
    names = {unit.id: unit.key for unit in UNITS}
    return {names[unit]: set(duties) for unit, duties in result.by_unit.items()}


def test_each_owner_owes_its_own() -> None:
    assert by_unit() == {"xa-a": {10, 12}, "xa-c": {10, 12}, "so-y-te": {11, 12}}


def test_what_nobody_owes_is_told_apart() -> None:
    result = owed([OPEN], PROCEDURES, TABLE, UNITS, TODAY)
    assert result.nobody == {13}
    assert set(result.unmapped) == {14}
    assert result.ownerless == {15}, "its department has no unit that exists"


def test_nothing_is_owed_before_the_first_decision() -> None:
    assert by_unit(on=date(2026, 3, 1)) == {"xa-a": set(), "xa-b": set(), "so-y-te": set()}
    assert by_unit(()) == {"xa-a": set(), "xa-c": set(), "so-y-te": set()}


@pytest.mark.parametrize(
    ("day", "owes"), [(date(2026, 3, 10), True), (date(2026, 3, 11), False), (date(2026, 3, 2), True)]
)
def test_a_unit_that_ended_owes_nothing_after_its_last_day(day: date, *, owes: bool) -> None:
    assert bool(by_unit(on=day).get("xa-b")) is owes


def test_a_unit_that_came_later_owes_from_its_first_day() -> None:
    duties = owed([OPEN], PROCEDURES, TABLE, UNITS, TODAY).of(XA_C.id)
    assert duties[10] == Duty(10, since=date(2026, 3, 16), due=date(2026, 3, 16), decision=1)


def test_due_and_late() -> None:
    duty = owed([OPEN], PROCEDURES, TABLE, UNITS, TODAY).of(XA_A.id)[10]
    assert (duty.since, duty.due, duty.decision) == (OPENING, date(2026, 3, 9), 1)
    assert not duty.is_late(date(2026, 3, 9)), "a deadline ends with its day"
    assert duty.is_late(date(2026, 3, 10))


@pytest.mark.parametrize(
    "change",
    [
        procedure("UBND cấp xã", published=False),
        procedure("UBND cấp xã", in_force_until=date(2026, 3, 19)),
        procedure("UBND cấp xã", in_force_from=date(2026, 3, 21)),
    ],
)
def test_what_does_not_stand_is_not_owed(change: OwedProcedure) -> None:
    assert by_unit(_10=change)["xa-a"] == {12}


def later(*lines: Line, day: date = date(2026, 3, 12), pk: int = 2) -> Decision:
    return Decision(pk, day, date(2026, 3, 17), lines)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (Line(10, "abolished"), {12}),
        (Line(10, "abolished", "commune"), {12}),
        (Line(10, "abolished", "province"), {10, 12}),
        (Line(12, "abolished", "province"), {10, 12}),
        (Line(10, "amended"), {10, 12}),
        (Line(10, "replaced"), {10, 12}),
    ],
)
def test_later_decisions_fold_over_the_opening(line: Line, expected: set[int]) -> None:
    assert by_unit((later(line), OPEN))["xa-a"] == expected


def test_a_decision_counts_from_its_own_day() -> None:
    end = later(Line(10, "abolished"))
    assert 10 in by_unit((OPEN, end), on=date(2026, 3, 11))["xa-a"]
    assert 10 not in by_unit((OPEN, end), on=date(2026, 3, 12))["xa-a"]


def test_an_amendment_gives_a_missing_listing_no_more_time() -> None:
    found = standing([OPEN, later(Line(10, "amended"))], TODAY)
    assert found.announced[10, ""].duty.due == date(2026, 3, 9)


def test_announced_again_after_its_end_it_is_owed_anew() -> None:
    again = later(Line(10), day=date(2026, 3, 13), pk=3)
    found = standing([OPEN, later(Line(10, "abolished")), again], TODAY)
    assert found.announced[10, ""].duty == Duty(10, date(2026, 3, 13), date(2026, 3, 17), 3)


def test_the_section_of_a_line_decides_where_no_body_does() -> None:
    both = {20: procedure(levels=("province", "commune"))}
    sections = Decision(1, OPENING, OPENING, (Line(20, level="commune"),))
    result = owed([sections], both, TABLE, UNITS, TODAY)
    assert set(result.of(XA_A.id)) == {20}
    assert not result.of(Y_TE.id)


def test_order_of_the_decisions_given_does_not_matter() -> None:
    many = [OPEN, later(Line(10, "abolished")), later(Line(10), day=date(2026, 3, 13), pk=3)]
    assert standing(many, TODAY) == standing(list(reversed(many)), TODAY)


def test_the_whole_province_owes_what_each_unit_owes() -> None:
    procedures = {
        pk: procedure("UBND cấp xã" if pk % 7 == 0 else f"Sở Y tế {pk % 400}", levels=("province",))
        for pk in range(2_100)
    }
    units = [UnitFacts(pk, f"xa-{pk}", "commune", is_commune=True) for pk in range(85)]
    opening = Decision(1, OPENING, OPENING, tuple(Line(pk) for pk in procedures))
    result = owed([opening], procedures, TABLE, units, TODAY)
    assert result.pairs == 85 * 300
    assert owed([opening], procedures, TABLE, units[:1], TODAY).of(0) == result.of(0)
