"""What a unit lacks on a day: each kind, its last day, whose it is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from home.working_days import WorkingCalendar
from procedures.competence.rules import Resolution
from procedures.completeness.findings import (
    CONTROLLER_KINDS,
    NOT_THEIRS,
    PROCEDURE_ENDED,
    UNIT_ENDED,
    UNIT_KINDS,
    Finding,
    FindingKind,
    ListedFacts,
    MaterialChange,
    VersionFacts,
    findings,
)
from procedures.completeness.obligations import Duty, Ending, Obligations
from procedures.completeness.official import OWNERLESS, OfficialFacts, official_findings

CALENDAR = WorkingCalendar()
UNIT = 1
SIGNED, DUE = date(2026, 3, 2), date(2026, 3, 9)
DUTY = Duty(10, SIGNED, DUE, 7, 70)
OWED = Obligations({UNIT: {10: DUTY}}, owned=frozenset({10}))
LIVE = ListedFacts(10, True, 1, SIGNED, since=SIGNED)


def found(
    listed: ListedFacts | None = None,
    version: VersionFacts | None = None,
    on: date = DUE,
    obligations: Obligations = OWED,
    **days: int,
) -> tuple[Finding, ...]:
    return findings(
        obligations,
        {UNIT: {listed.procedure: listed} if listed else {}},
        {version.procedure: version} if version else {},
        on,
        calendar=CALENDAR,
        **days,
    )


def test_every_kind_is_the_units_or_the_controllers() -> None:
    assert set(FindingKind) == UNIT_KINDS | CONTROLLER_KINDS
    assert not UNIT_KINDS & CONTROLLER_KINDS


@pytest.mark.parametrize(
    ("on", "kind", "overdue"),
    [
        (DUE, FindingKind.MISSING, False),
        (date(2026, 3, 10), FindingKind.LATE, True),
    ],
)
@pytest.mark.parametrize(
    ("listed", "details"),
    [
        (None, ()),
        (ListedFacts(10, False, 0, withdrawn=True), ("withdrawn",)),
        (ListedFacts(10, False, 0, draft=True), ("draft",)),
    ],
)
def test_owed_and_not_public(
    listed: ListedFacts | None, details: tuple[str, ...], on: date, kind: FindingKind, *, overdue: bool
) -> None:
    assert found(listed, on=on) == (Finding(kind, UNIT, 10, SIGNED, DUE, 7, 70, details, overdue),)


def test_owed_and_public_lacks_nothing() -> None:
    assert found(LIVE, VersionFacts(10, 5, 1, SIGNED)) == ()


CHANGED = VersionFacts(10, 4, 3, date(2026, 4, 6), ("steps",))


@pytest.mark.parametrize(("on", "overdue"), [(date(2026, 4, 13), False), (date(2026, 4, 14), True)])
def test_outdated_with_five_working_days_to_confirm(on: date, *, overdue: bool) -> None:
    assert found(LIVE, CHANGED, on) == (
        Finding(
            FindingKind.OUTDATED, UNIT, 10, date(2026, 4, 6), date(2026, 4, 13), 7, 70, ("steps",), overdue
        ),
    )


def test_behind_since_the_first_change_that_was_not_confirmed() -> None:
    """A second change gives no new time for the first one."""
    twice = replace(
        CHANGED,
        earlier=(MaterialChange(1, SIGNED, ("name",)), MaterialChange(2, date(2026, 4, 1), ("channels",))),
    )
    (finding,) = found(LIVE, twice, date(2026, 4, 20))
    assert (finding.since, finding.details) == (date(2026, 4, 1), ("channels", "steps"))
    (finding,) = found(replace(LIVE, confirmed_version=2), twice, date(2026, 4, 20))
    assert (finding.since, finding.details) == (date(2026, 4, 6), ("steps",))


def test_a_public_listing_that_confirmed_nothing_is_behind_from_its_own_day() -> None:
    (finding,) = found(replace(LIVE, confirmed_version=0, since=date(2026, 5, 4)), CHANGED, date(2026, 5, 5))
    assert finding.since == date(2026, 5, 4)


def test_details_that_readers_miss() -> None:
    lacking = replace(LIVE, lacks=("desk", "phone"))
    (finding,) = found(lacking, on=date(2026, 3, 16))
    assert (finding.kind, finding.details) == (FindingKind.UNIT_DETAIL, ("desk", "phone"))
    assert (finding.since, finding.due, finding.overdue) == (SIGNED, date(2026, 3, 16), False)
    (finding,) = found(lacking, on=date(2026, 3, 17))
    assert finding.overdue
    assert not found(replace(lacking, live=False), on=SIGNED)[0].details


ENDED_ON = date(2026, 4, 6)


@pytest.mark.parametrize(
    ("obligations", "why", "since"),
    [
        (Obligations({}, ended_units={UNIT: ENDED_ON}, owned=frozenset({10})), UNIT_ENDED, ENDED_ON),
        (Obligations({UNIT: {}}, gone={10: Ending(ENDED_ON, 8, 80)}), PROCEDURE_ENDED, ENDED_ON),
        (Obligations({UNIT: {}}, gone={10: Ending(None)}), PROCEDURE_ENDED, SIGNED),
        (
            Obligations({UNIT: {}}, owned=frozenset({10}), gone_for={UNIT: {10: Ending(ENDED_ON, 8, 80)}}),
            PROCEDURE_ENDED,
            ENDED_ON,
        ),
        (Obligations({UNIT: {}}, owned=frozenset({10})), NOT_THEIRS, SIGNED),
        (Obligations({UNIT: {}}, nobody=frozenset({10})), NOT_THEIRS, SIGNED),
    ],
)
def test_what_should_be_gone(obligations: Obligations, why: str, since: date) -> None:
    (finding,) = found(replace(LIVE, lacks=("desk",)), CHANGED, date(2026, 4, 8), obligations)
    assert (finding.kind, finding.details, finding.since) == (FindingKind.SHOULD_BE_GONE, (why,), since)
    assert finding.due == CALENDAR.add_working_days(since, 3)
    assert finding.overdue is (finding.due < date(2026, 4, 8))
    assert not found(replace(LIVE, live=False), on=ENDED_ON, obligations=obligations)


@pytest.mark.parametrize(
    "obligations",
    [
        Obligations({UNIT: {}}, unmapped={10: Resolution(unmapped=("Hội đồng lạ",))}),
        Obligations({UNIT: {}}, ownerless=frozenset({10})),
        Obligations({UNIT: {}}),
    ],
)
def test_where_nobody_knows_whose_it_is_the_unit_is_not_to_blame(obligations: Obligations) -> None:
    assert found(LIVE, obligations=obligations) == ()


def test_days_are_the_schemes() -> None:
    (finding,) = found(LIVE, CHANGED, date(2026, 4, 8), confirm_days=1)
    assert finding.due == date(2026, 4, 7)
    assert finding.overdue


def test_keys_name_the_same_gap_again_and_tell_others_apart() -> None:
    late = found(on=date(2026, 3, 20))[0]
    assert late.key == replace(late, details=("draft",), since=SIGNED).key
    lacking = found(replace(LIVE, lacks=("desk",)))[0]
    assert lacking.key != found(replace(LIVE, lacks=("phone",)))[0].key
    assert len(replace(late, kind=FindingKind.DEAD_LINK, details=("https://" + "a" * 300,)).key) <= 120


def test_no_order_of_input_matters() -> None:
    duties = {pk: replace(DUTY, procedure=pk) for pk in range(20)}
    listed = {pk: replace(LIVE, procedure=pk, lacks=("desk",)) for pk in range(0, 40, 2)}
    versions = {pk: replace(CHANGED, procedure=pk) for pk in range(0, 40, 4)}

    def reckon(turn: Any) -> tuple[Finding, ...]:
        units = turn({2: turn(duties), 1: turn(duties)})
        return findings(
            Obligations(units, owned=frozenset(range(40))),
            turn({1: turn(listed), 2: turn(listed)}),
            turn(versions),
            date(2026, 5, 4),
            calendar=CALENDAR,
        )

    assert reckon(dict) == reckon(lambda held: dict(reversed(held.items())))


# The controllers' -----------------------------------------------------------------------------------------------------


def test_what_controllers_have_to_mend() -> None:
    obligations = Obligations(
        unmapped={3: Resolution(unmapped=("Hội đồng lạ",))},
        ownerless=frozenset({4}),
        unpublished={5: Duty(5, SIGNED, DUE, 7, 70)},
        announced={3: replace(DUTY, procedure=3)},
    )
    facts = [
        OfficialFacts(
            2,
            SIGNED,
            parts=("fee", "time"),
            forms=("to-khai.docx",),
            lacks_online_reason=True,
            divergent=(("steps", date(2026, 3, 5)), ("basis", date(2026, 3, 4))),
            dead_links=(("https://example.vn/a", date(2026, 3, 6)),),
        ),
        OfficialFacts(1, None),
    ]
    told = official_findings(facts, obligations, DUE)
    assert {(f.kind, f.procedure, f.since, f.details) for f in told} == {
        (FindingKind.PART_NOT_ENTERED, 2, SIGNED, ("fee", "time")),
        (FindingKind.FORM_FILE, 2, SIGNED, ("to-khai.docx",)),
        (FindingKind.ONLINE_REASON, 2, SIGNED, ()),
        (FindingKind.DIVERGENCE, 2, date(2026, 3, 4), ("basis", "steps")),
        (FindingKind.DEAD_LINK, 2, date(2026, 3, 6), ("https://example.vn/a",)),
        (FindingKind.UNMAPPED, 3, SIGNED, ("Hội đồng lạ",)),
        (FindingKind.UNMAPPED, 4, DUE, (OWNERLESS,)),
        (FindingKind.UNPUBLISHED, 5, SIGNED, ()),
    }
    assert all(f.unit is None and f.due is None and not f.overdue for f in told)
    assert told == official_findings(list(reversed(facts)), obligations, DUE)
    assert [f.line for f in told if f.kind is FindingKind.UNPUBLISHED] == [70]
