"""The fold over announcing decisions: repeals, endings by level and by day, and that no order of input matters."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.completeness.standing import (
    ABOLISHED,
    AMENDED,
    NEW,
    REPLACED,
    Announced,
    Decision,
    Duty,
    Ending,
    Line,
    OpenSuperseded,
    Repeal,
    Standing,
    UnheldRepeal,
    repealed_lines,
    standing,
)

FIRST = date(2026, 3, 2)
LAST = FIRST + timedelta(days=60)


def decision(pk: int, day: int, *lines: Line, number: str = "", **more: object) -> Decision:
    signed = FIRST + timedelta(days=day)
    return Decision(pk, signed, signed + timedelta(days=7), lines, 5, number, **more)  # type: ignore[arg-type] # of the case


def line(procedure: int, action: str = NEW, level: str = "", *, pk: int = 0, **more: str) -> Line:
    return Line(procedure, action, level, pk or procedure, **more)  # type: ignore[arg-type] # words of the case


def keys(found: Standing) -> set[tuple[int, str]]:
    return set(found.announced)


# The opening catalogue ------------------------------------------------------------------------------------------------


def test_nothing_is_owed_from_before_the_opening_catalogue() -> None:
    """What was announced before the portal's first day stands by the catalogue of that day, if it stands at all."""
    before = decision(1, 0, line(7, NEW, "commune", pk=1), line(8, ABOLISHED, pk=2), line(9, pk=3))
    opening = decision(2, 10, line(7, pk=4), line(8, pk=5), opening=True)
    found = standing([before, opening], LAST)
    assert keys(found) == {(7, ""), (8, ""), (9, "")}
    assert {key[0]: held.duty.since for key, held in found.announced.items()} == {
        7: opening.signed_on,
        8: opening.signed_on,
        9: before.signed_on,
    }


# Endings --------------------------------------------------------------------------------------------------------------


def test_ended_at_one_level_it_goes_on_at_the_other() -> None:
    found = standing([decision(1, 0, line(7)), decision(2, 3, line(7, ABOLISHED, "commune", pk=9))], LAST)
    duty = Duty(7, FIRST, FIRST + timedelta(days=7), 1, 7)
    ending = Ending(FIRST + timedelta(days=3), 2, 9)
    assert found.announced == {(7, ""): Announced(duty, {"commune": ending})}
    assert not found.endings


def test_announced_again_at_that_level_the_duty_there_is_new() -> None:
    again = decision(3, 9, line(7, NEW, "commune", pk=11))
    found = standing(
        [decision(1, 0, line(7)), decision(2, 3, line(7, ABOLISHED, "commune", pk=9)), again], LAST
    )
    assert found.announced[7, ""].duty.decision == 1
    assert found.announced[7, "commune"].duty.decision == 3


def test_ended_at_the_only_level_it_has_ended() -> None:
    found = standing(
        [decision(1, 0, line(7, NEW, "commune")), decision(2, 3, line(7, ABOLISHED, "commune", pk=9))], LAST
    )
    assert not found.announced
    assert found.endings == {7: Ending(FIRST + timedelta(days=3), 2, 9)}


@pytest.mark.parametrize(("day", "stands"), [(3, True), (19, True), (20, False)])
@pytest.mark.parametrize("of_line", [False, True])
def test_an_ending_has_effect_from_its_own_day(day: int, *, stands: bool, of_line: bool) -> None:
    effect = FIRST + timedelta(days=20)
    ends = line(7, ABOLISHED)
    if of_line:
        later = decision(2, 3, replace(ends, effective_on=effect))
    else:
        later = decision(2, 3, ends, effective_on=effect)
    found = standing([decision(1, 0, line(7)), later], FIRST + timedelta(days=day))
    assert bool(found.announced) is stands


def test_announced_again_before_the_ending_has_effect_it_stays() -> None:
    held = [
        decision(1, 0, line(7)),
        decision(2, 3, line(7, ABOLISHED), effective_on=FIRST + timedelta(days=20)),
        decision(3, 10, line(7)),
    ]
    assert standing(held, FIRST + timedelta(days=19)).announced[7, ""].duty.decision == 1
    assert standing(held, FIRST + timedelta(days=20)).announced[7, ""].duty.decision == 3


def test_ended_and_announced_by_one_decision_it_goes_on() -> None:
    both = decision(2, 3, line(7, ABOLISHED, pk=20), line(7, REPLACED, pk=21))
    assert standing([decision(1, 0, line(7)), both], LAST).announced[7, ""].duty == Duty(
        7, FIRST + timedelta(days=3), FIRST + timedelta(days=10), 2, 21
    )


# Repeals --------------------------------------------------------------------------------------------------------------

LIST = decision(
    1,
    0,
    line(1, part="Phần I › A. Cấp tỉnh", ordinal_text="1", field="Hộ tịch"),
    line(2, part="Phần I › B. Cấp xã", ordinal_text="01", field="Hộ tịch"),
    line(3, part="Phần II. Thủ tục hành chính sửa đổi › A. Cấp tỉnh", ordinal_text="1", field="Đất đai"),
    line(4, part="Phần II › A", ordinal_text="02.", field="Đất đai"),
    number="1599/QĐ-UBND",
)


@pytest.mark.parametrize(
    ("repeal", "meant"),
    [
        (Repeal("1599/QĐ-UBND"), {1, 2, 3, 4}),
        (Repeal(" 1599 / qđ-ubnd"), {1, 2, 3, 4}),
        (Repeal("1599/QĐ-UBND", date(2026, 12, 1)), {1, 2, 3, 4}),
        (Repeal("1599/QĐ-UBND", date(2025, 3, 2)), set()),
        (Repeal("1600/QĐ-UBND"), set()),
        (Repeal("1599/QĐ-UBND", part="II"), {3, 4}),
        (Repeal("1599/QĐ-UBND", part="phần II"), {3, 4}),
        (Repeal("1599/QĐ-UBND", part="mục A, Phần I"), {1}),
        (Repeal("1599/QĐ-UBND", part="mục A phần I"), {1}),
        (Repeal("1599/QĐ-UBND", part="III"), set()),
        (Repeal("1599/QĐ-UBND", ordinals=("01", "02")), {1, 2, 3, 4}),
        (Repeal("1599/QĐ-UBND", part="II", ordinals=("2",)), {4}),
        (Repeal("1599/QĐ-UBND", field="đất đai"), {3, 4}),
        (Repeal("1599/QĐ-UBND", field="Thủy sản"), set()),
    ],
)
def test_which_rows_an_article_means(repeal: Repeal, meant: set[int]) -> None:
    assert {found.procedure for found in repealed_lines(repeal, LIST)} == meant


@pytest.mark.parametrize(
    ("part", "named", "meant"),
    [
        ("DANH MỤC THỦ TỤC, LĨNH VỰC CHỨNG THỰC › II. THỦ TỤC BỊ BÃI BỎ (01 TTHC)", "II", True),
        ("DANH MỤC THỦ TỤC, LĨNH VỰC CHỨNG THỰC › II. THỦ TỤC BỊ BÃI BỎ (01 TTHC)", "I", False),
        ("PHẦN I. DANH MỤC › A – CẤP TỈNH", "phần I", True),
        ("Phần III Danh mục sửa đổi › B) Cấp xã", "mục B, phần III", True),
        ("Phần I › 1.2. Lĩnh vực đất đai", "1.2", True),
        ("Vi phạm hành chính", "VI", False),
        ("Danh mục di tích", "D", False),
    ],
)
def test_headings_of_real_decisions(part: str, named: str, *, meant: bool) -> None:
    held = decision(1, 0, line(1, part=part), number="1599/QĐ-UBND")
    assert bool(repealed_lines(Repeal("1599/QĐ-UBND", part=named), held)) is meant


def test_superseded_alone_withdraws_nothing_and_asks() -> None:
    found = standing([LIST, decision(2, 5, repeals=(Repeal("1599/QĐ-UBND", part="II"),))], LAST)
    assert {pk for pk, _level in found.announced} == {1, 2, 3, 4}
    assert found.open_superseded == (OpenSuperseded(3, 1, 3, 2), OpenSuperseded(4, 1, 4, 2))
    assert not found.unheld


@pytest.mark.parametrize(
    ("others", "open_rows"),
    [
        ([decision(2, 5, line(3, AMENDED, pk=30), repeals=(Repeal("1599/QĐ-UBND", part="II"),))], {4}),
        ([decision(2, 5, line(4, ABOLISHED, pk=30), repeals=(Repeal("1599/QĐ-UBND", part="II"),))], {3}),
        # By a later decision.
        (
            [
                decision(2, 5, repeals=(Repeal("1599/QĐ-UBND", part="II"),)),
                decision(3, 9, line(3, AMENDED, pk=30), line(4, ABOLISHED, pk=31)),
            ],
            set(),
        ),
        # Announced meanwhile by a decision that nobody superseded.
        (
            [
                decision(2, 3, line(3, AMENDED, pk=30), number="1700/QĐ-UBND"),
                decision(3, 5, repeals=(Repeal("1599/QĐ-UBND", part="II"),)),
            ],
            {4},
        ),
        # That one is superseded too.
        (
            [
                decision(2, 3, line(3, AMENDED, pk=30), number="1700/QĐ-UBND"),
                decision(3, 5, repeals=(Repeal("1599/QĐ-UBND", part="II"), Repeal("1700/QĐ-UBND"))),
            ],
            {3, 4},
        ),
        # The opening catalogue says what stood on its day, not what stands after a later repeal.
        (
            [
                decision(2, 3, line(3, pk=30), line(4, pk=31), opening=True),
                decision(3, 5, repeals=(Repeal("1599/QĐ-UBND", part="II"),)),
            ],
            {3, 4},
        ),
        (
            [
                decision(2, 3, repeals=(Repeal("1599/QĐ-UBND", part="II"),)),
                decision(3, 5, line(3, pk=30), line(4, pk=31), opening=True),
            ],
            set(),
        ),
    ],
)
def test_what_answers_the_question(others: list[Decision], open_rows: set[int]) -> None:
    found = standing([LIST, *others], LAST)
    assert {row.procedure for row in found.open_superseded} == open_rows
    assert {pk for pk, _level in found.announced} >= open_rows, "what is asked about stays owed"


def test_a_decision_that_is_not_held_stays_a_question() -> None:
    repeal = Repeal("99/QĐ-UBND")
    assert standing([LIST, decision(2, 5, repeals=(repeal,))], LAST).unheld == (UnheldRepeal(2, repeal),)


def test_a_decision_entered_late_is_met_by_the_repeal() -> None:
    later = decision(1, 5, line(3, pk=30), repeals=(Repeal("1599/QĐ-UBND"),))
    earlier = replace(LIST, id=2)
    assert {row.procedure for row in standing([later, earlier], LAST).open_superseded} == {1, 2, 4}


# Any decisions --------------------------------------------------------------------------------------------------------

NUMBERS = ("1599/QĐ-UBND", "1809/QĐ-UBND", "2873/QĐ-UBND")
any_line = st.builds(
    Line,
    procedure=st.integers(1, 4),
    action=st.sampled_from((NEW, AMENDED, REPLACED, ABOLISHED)),
    level=st.sampled_from(("", "province", "commune")),
    part=st.sampled_from(("", "I", "Phần II › A")),
    ordinal_text=st.sampled_from(("", "1", "02")),
    effective_on=st.none() | st.integers(0, 40).map(lambda n: FIRST + timedelta(days=n)),
)
any_repeal = st.builds(
    Repeal,
    number=st.sampled_from(NUMBERS),
    part=st.sampled_from(("", "II")),
    ordinals=st.sampled_from(((), ("1",), ("02",))),
)


@st.composite
def any_decisions(draw: st.DrawFn) -> list[Decision]:
    found = []
    for pk in range(1, draw(st.integers(1, 6)) + 1):
        lines = draw(st.lists(any_line, max_size=5))
        found.append(
            decision(
                pk,
                draw(st.integers(0, 30)),
                *(replace(held, id=pk * 100 + n) for n, held in enumerate(lines)),
                number=draw(st.sampled_from(NUMBERS)),
                repeals=tuple(draw(st.lists(any_repeal, max_size=2))),
            )
        )
    return found


any_day = st.integers(-1, 45).map(lambda n: FIRST + timedelta(days=n))


@given(any_decisions(), any_day, st.randoms())
def test_no_order_of_input_matters(decisions: list[Decision], day: date, random: object) -> None:
    shuffled = []
    for held in decisions:
        lines = list(held.lines)
        random.shuffle(lines)  # type: ignore[attr-defined] # hypothesis gives a Random
        shuffled.append(replace(held, lines=tuple(lines)))
    random.shuffle(shuffled)  # type: ignore[attr-defined] # as above
    assert standing(shuffled, day) == standing(decisions, day)


@given(any_decisions(), any_day)
def test_the_past_is_as_if_nothing_had_come_after(decisions: list[Decision], day: date) -> None:
    known = [held for held in decisions if held.signed_on <= day]
    assert standing(decisions, day) == standing(known, day)


@given(any_decisions(), any_day)
def test_without_levels_it_is_what_a_clerk_would_say(decisions: list[Decision], day: date) -> None:
    """Another way to reckon: the last ending that has effect, and the first announcement not before it."""
    plain = [replace(held, lines=tuple(replace(row, level="") for row in held.lines)) for held in decisions]
    found = standing(plain, day)
    ordered = sorted((held for held in plain if held.signed_on <= day), key=lambda d: (d.signed_on, d.id))
    for procedure in range(1, 5):
        rows = [
            (place, row, held)
            for place, held in enumerate(ordered)
            for row in sorted(held.lines, key=lambda row: row.id)
            if row.procedure == procedure
        ]
        announcing = [(place, row, held) for place, row, held in rows if row.action != ABOLISHED]
        # An ending before anything was announced ends nothing.
        ended = max(
            (place for place, row, held in rows if row.action == ABOLISHED and held.ends_on(row) <= day),
            default=-1,
        )
        standing_rows = [(row, held) for place, row, held in announcing if place >= ended]
        if standing_rows:
            row, held = standing_rows[0]
            assert found.announced[procedure, ""].duty == Duty(
                procedure, held.signed_on, held.due, held.id, row.id
            )
        else:
            assert (procedure, "") not in found.announced


@given(any_decisions())
def test_superseding_and_announcing_the_same_list_again_withdraws_nothing(decisions: list[Decision]) -> None:
    before = standing(decisions, LAST)
    for place, held in enumerate(decisions):
        rows = tuple(
            replace(row, id=9_000 + n) for n, row in enumerate(held.lines) if row.action != ABOLISHED
        )
        standing_rows = tuple(row for row in rows if row.procedure in {pk for pk, _level in before.announced})
        again = decision(99, 50, *standing_rows, repeals=(Repeal(held.number, held.signed_on),))
        after = standing([*decisions, again], LAST)
        assert keys(after) >= keys(before)
        assert all(after.announced[key].duty == before.announced[key].duty for key in keys(before))
        assert not {row for row in after.open_superseded if row.decision == held.id and row.by == 99}, (
            f"rows of decision {place} were announced again"
        )


@given(any_decisions())
def test_superseding_everything_withdraws_nothing(decisions: list[Decision]) -> None:
    before = standing(decisions, LAST)
    after = standing([*decisions, decision(99, 50, repeals=tuple(Repeal(n) for n in NUMBERS))], LAST)
    assert after.announced == before.announced
    asked = {row.procedure for row in after.open_superseded}
    assert asked == {pk for pk, _level in before.announced}, "each is asked about"


@given(any_decisions(), st.integers(1, 4))
def test_ended_and_announced_again_it_stands_anew(decisions: list[Decision], procedure: int) -> None:
    ends = decision(98, 50, line(procedure, ABOLISHED, pk=9_000))
    again = decision(99, 51, line(procedure, pk=9_001))
    assert not any(pk == procedure for pk, _level in keys(standing([*decisions, ends], LAST)))
    found = standing([*decisions, ends, again], LAST)
    assert {key for key in keys(found) if key[0] == procedure} == {(procedure, "")}
    assert found.announced[procedure, ""].duty.decision == 99
    assert procedure not in found.endings
