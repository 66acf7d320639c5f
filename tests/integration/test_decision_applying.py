"""Announcing decisions against the database: what is asked, what applying writes, what undoing takes back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import Page

from home.models import Unit
from procedures.completeness.loading import load_obligations
from procedures.completeness.yearly_schemes import scheme_for
from procedures.decisions import applying
from procedures.decisions.applying import DecisionNotApplied, apply_decision
from procedures.decisions.checking import Check, check
from procedures.decisions.concluding import conclude, open_rows
from procedures.decisions.page_states import OfficialState
from procedures.decisions.undoing import DecisionStands, rests_on, undo_decision
from procedures.enums import ProcedureState
from procedures.importing.bulk import import_records
from procedures.models import (
    AnnouncementDecision,
    DecisionDraft,
    DecisionLine,
    InspectionRound,
    ProcedurePage,
    ScoringScheme,
)
from procedures.models.decisions import DraftState
from tests.conftest import Kept
from tests.factories.catalogue import make_listing, make_procedure
from tests.factories.decisions import (
    SIGNED,
    TODAY,
    line,
    make_decision,
    make_draft,
    proposal,
    repeal,
    task,
)
from tests.factories.opening import OPENING_DAY, make_opening
from tests.factories.people import make_user
from tests.factories.records import make_record
from tests.factories.units import make_unit

pytestmark = pytest.mark.usefixtures("rolled_back")

LONG_PUBLIC = datetime(2026, 1, 1, tzinfo=UTC)
EFFECT_ENDS = date(2026, 3, 31)
"""The day before `SIGNED`: decisions here have effect from their signing."""


def build_held() -> list[ProcedurePage]:
    """Three procedures of the opening catalogue, owed by every commune."""
    pages = [
        make_procedure(name, code=f"7.10000{n}") for n, name in enumerate(("Kết hôn", "Khai sinh", "Khai tử"))
    ]
    ProcedurePage.objects.update(first_published_at=LONG_PUBLIC)
    make_opening()
    return pages


@pytest.fixture
def held(kept: Kept) -> list[ProcedurePage]:
    pages: list[ProcedurePage] = kept(build_held)
    return pages


@pytest.fixture
def commune(request: pytest.FixtureRequest) -> Unit:
    if "held" in request.fixturenames:
        request.getfixturevalue("held")
    return make_unit("Xã Một")


def checked(given: Any, **answers: str) -> Check:
    return check(given, answers, today=TODAY)


def kinds(found: Check) -> list[str]:
    return [question.kind for question in found.open]


def owed(unit: Unit, day: date = TODAY) -> dict[str, Any]:
    duties = load_obligations([unit], day).of(unit.pk)
    codes = dict(ProcedurePage.objects.values_list("pk", "code"))
    return {codes[pk]: duty for pk, duty in duties.items()}


def state(code: str) -> tuple[str, date | None]:
    page = ProcedurePage.objects.get(code=code)
    return page.state, page.in_force_until


# What applying writes -------------------------------------------------------------------------------------------------


def test_lines_tasks_and_repeals_are_kept(held: list[ProcedurePage], commune: Unit) -> None:
    department = make_unit("Sở Mẫu", kind="department")
    decision = make_decision(
        line(
            "7.100000",
            action="amended",
            name="Kết hôn",
            part="Phần I › A. Cấp xã",
            level="commune",
            ordinal="01",
        ),
        line("7.100001", action="replaced", name="Khai sinh", time="3 ngày", fee="Không", note="Ghi chú"),
        number="12/QĐ-UBND",
        tasks=(task(), task(who="UBND các xã, phường", days=None)),
        repeals=(repeal("9/QĐ-UBND", part="II", ordinals=("1", "2"), replaces=True),),
        user=make_user(),
    )
    first, second = decision.lines.all()
    assert (first.procedure.code, first.action, first.part, first.level) == (
        "7.100000",
        "amended",
        "Phần I › A. Cấp xã",
        "commune",
    )
    assert (first.ordinal, first.ordinal_text) == (1, "01")
    assert (second.time, second.fee, second.note) == ("3 ngày", "Không", "Ghi chú")
    tasks = list(decision.tasks.all())
    assert (tasks[0].unit, tasks[0].days, tasks[0].due) == (department, 3, date(2026, 4, 6))
    assert (tasks[1].unit, tasks[1].due) == (None, None)
    kept = decision.repeals.get()
    assert (kept.number, kept.part, kept.ordinals, kept.replaces) == ("9/QĐ-UBND", "II", ["1", "2"], True)
    assert DecisionDraft.objects.get().state == DraftState.APPLIED


def test_the_deadline_is_ordered_by_an_article_or_the_default(held: list[ProcedurePage]) -> None:
    decision = make_decision(
        line("7.100000", name="Kết hôn"),
        tasks=(task(), task(days=7, orders_listing=True, sentence="niêm yết")),
    )
    assert decision.due_days == 7
    assert "niêm yết" in decision.due_source
    by_default = make_decision(line("7.100001", name="Khai sinh"))
    expected = scheme_for(SIGNED).scheme.deadlines.list
    assert by_default.due_days == expected.days
    assert expected.source in by_default.due_source


def test_amending_withdraws_and_adds_nothing(held: list[ProcedurePage], commune: Unit) -> None:
    before = owed(commune)
    make_decision(*(line(page.code, action="amended", name=page.title) for page in held))
    assert owed(commune) == before
    assert {page.code for page in ProcedurePage.objects.in_force(TODAY)} == {page.code for page in held}


def test_a_procedure_outside_the_opening_becomes_owed(held: list[ProcedurePage], commune: Unit) -> None:
    page = make_procedure("Tách hộ", code="7.100009", first_published_at=LONG_PUBLIC)
    assert "7.100009" not in owed(commune)
    make_decision(line(page.code, name="Tách hộ"))
    duty = owed(commune)["7.100009"]
    assert (duty.since, duty.due) == (SIGNED, date(2026, 4, 8))


def test_an_unknown_code_becomes_an_unpublished_page(held: list[ProcedurePage], commune: Unit) -> None:
    new = line(
        "7.900001",
        name="CẤP GIẤY PHÉP BÁO CHÍ",
        field="Báo chí",
        level="commune",
        time="05 ngày làm việc",
        fee="Không",
        place="- Trung tâm Phục vụ hành chính công; - Bưu chính",
        basis="- Nghị định số 146/2025/NĐ-CP ngày 12/6/2025; - Thông tư số 21/2025/TT- BYT.",
    )
    given = proposal(new)
    found = checked(given)
    assert kinds(found) == ["code-unknown"]
    assert not found.blocking
    decision = apply_decision(draft=make_draft(given), user=make_user(), today=TODAY)
    page = ProcedurePage.objects.get(code="7.900001")
    assert (page.live, page.first_published_at, page.has_unpublished_changes) == (False, None, True)
    assert (page.full_name, page.decision_number, page.subject.name) == (
        "Cấp giấy phép báo chí",
        decision.number,
        "Báo chí",
    )
    channel = page.channels.raw_data[0]["value"]
    assert (channel["kind"], channel["duration_amount"], channel["duration_unit"]) == (
        "in_person",
        "5",
        "working_day",
    )
    assert [row.reference.number for row in page.basis.all()] == ["146/2025/NĐ-CP", "21/2025/TT-BYT"]
    assert page.latest_revision.as_object().full_name == page.full_name
    assert "7.900001" not in owed(commune)
    assert page.pk in load_obligations([commune], TODAY).unpublished
    assert Page.find_problems() == ([], [], [], [], [])


def test_publishing_it_makes_it_owed_from_then_on(held: list[ProcedurePage], commune: Unit) -> None:
    make_decision(line("7.900001", level="commune"))
    page = ProcedurePage.objects.get(code="7.900001")
    page.live, page.first_published_at = True, timezone.now()
    page.save()
    today = timezone.localdate()
    assert owed(commune, today)["7.900001"].since == today


def test_one_new_code_on_two_levels_makes_one_page() -> None:
    make_decision(line("7.900001", level="commune"), line("7.900001", level="province"))
    assert ProcedurePage.objects.filter(code="7.900001").count() == 1
    assert DecisionLine.objects.filter(procedure__code="7.900001").count() == 2


def test_abolishing_ends_the_day_before_it_has_effect(held: list[ProcedurePage], commune: Unit) -> None:
    decision = make_decision(line("7.100000", action="abolished", name="Kết hôn"), number="12/QĐ-UBND")
    page = ProcedurePage.objects.get(code="7.100000")
    assert (page.state, page.in_force_until) == (ProcedureState.ENDED, EFFECT_ENDS)
    assert page.end_reason == "Bị bãi bỏ theo Quyết định số 12/QĐ-UBND ngày 01/04/2026."
    assert page.live
    assert page.latest_revision.as_object().in_force_until == EFFECT_ENDS
    assert "7.100000" not in owed(commune)
    assert "7.100000" in owed(commune, EFFECT_ENDS)
    assert decision.before["states"].keys() == {"7.100000"}


def test_abolishing_from_a_later_day_ends_nothing_before(held: list[ProcedurePage], commune: Unit) -> None:
    make_decision(
        line("7.100000", action="abolished", name="Kết hôn"), effective_on=date(2026, 7, 1), today=TODAY
    )
    assert state("7.100000") == (ProcedureState.IN_FORCE, date(2026, 6, 30))
    assert "7.100000" in owed(commune, date(2026, 6, 30))
    assert "7.100000" not in owed(commune, date(2026, 7, 1))


def test_abolishing_at_one_of_two_levels_ends_nothing(commune: Unit) -> None:
    make_procedure("Hai cấp", code="7.100005", levels=("province", "commune"))
    make_opening()
    make_decision(line("7.100005", action="abolished", name="Hai cấp", level="commune"))
    assert state("7.100005") == (ProcedureState.IN_FORCE, None)
    assert "7.100005" not in owed(commune)
    make_decision(
        line("7.100005", action="abolished", name="Hai cấp", level="province"), signed_on=date(2026, 5, 4)
    )
    assert state("7.100005") == (ProcedureState.ENDED, date(2026, 5, 3))


def test_announcing_again_brings_it_back(held: list[ProcedurePage], commune: Unit) -> None:
    make_decision(line("7.100000", action="abolished", name="Kết hôn"))
    given = proposal(line("7.100000", name="Kết hôn"), signed_on=date(2026, 5, 4))
    assert kinds(checked(given)) == ["ended"]
    apply_decision(draft=make_draft(given), user=None, today=TODAY)
    assert state("7.100000") == (ProcedureState.IN_FORCE, None)
    assert owed(commune)["7.100000"].since == date(2026, 5, 4)


def test_the_order_of_entering_does_not_matter(held: list[ProcedurePage]) -> None:
    make_decision(line("7.100000", action="amended", name="Kết hôn"), signed_on=date(2026, 5, 4))
    make_decision(line("7.100000", action="abolished", name="Kết hôn"), signed_on=SIGNED)
    assert state("7.100000") == (ProcedureState.IN_FORCE, None)


def test_an_abolished_procedure_that_nobody_knew_is_kept_as_ended() -> None:
    make_decision(line("7.900001", action="abolished"))
    page = ProcedurePage.objects.get(code="7.900001")
    assert (page.live, page.state, page.in_force_until) == (False, ProcedureState.ENDED, EFFECT_ENDS)
    assert page.latest_revision.as_object().state == ProcedureState.ENDED


def test_a_waiting_draft_keeps_its_words(held: list[ProcedurePage]) -> None:
    page = held[0]
    page.full_name = "Kết hôn, bản đang sửa"
    page.save_revision()
    make_decision(line(page.code, action="abolished", name="Kết hôn"))
    page = ProcedurePage.objects.get(pk=page.pk)
    draft = page.latest_revision.as_object()
    assert (page.full_name, page.in_force_until) == ("Kết hôn", EFFECT_ENDS)
    assert (draft.full_name, draft.in_force_until) == ("Kết hôn, bản đang sửa", EFFECT_ENDS)
    assert page.has_unpublished_changes


def test_older_than_the_opening_changes_nothing(held: list[ProcedurePage], commune: Unit) -> None:
    before = owed(commune)
    given = proposal(
        line("7.100000", action="abolished", name="Kết hôn"),
        line("7.100001", name="Khai sinh"),
        signed_on=date(2026, 1, 5),
    )
    assert checked(given).is_reference
    apply_decision(draft=make_draft(given), user=None, today=TODAY)
    assert state("7.100000") == (ProcedureState.IN_FORCE, None)
    assert owed(commune) == before


# What is asked --------------------------------------------------------------------------------------------------------


def test_a_number_is_applied_once_a_year(held: list[ProcedurePage]) -> None:
    make_decision(line("7.100000", name="Kết hôn"), number="12/QĐ-UBND")
    again = checked(proposal(line("7.100001", name="Khai sinh"), number="12 / QĐ- UBND"))
    assert [q.kind for q in again.blocking] == ["already-applied"]
    next_year = proposal(line("7.100001", name="Khai sinh"), number="12/QĐ-UBND", signed_on=date(2027, 4, 1))
    assert not check(next_year, {}, today=date(2027, 6, 1)).blocking


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"number": ""}, "no-number"),
        ({"signed_on": None}, "no-date"),
        ({"signed_on": date(2026, 6, 2)}, "in-future"),
    ],
)
def test_a_header_that_stops(held: list[ProcedurePage], fields: dict[str, Any], kind: str) -> None:
    given = proposal(line("7.100000", name="Kết hôn"), **fields)
    assert kind in [q.kind for q in checked(given).blocking]
    with pytest.raises(DecisionNotApplied):
        apply_decision(draft=make_draft(given), user=None, today=TODAY)
    assert not AnnouncementDecision.objects.filter(kind="announcement").exists()


def test_without_an_opening_it_is_said() -> None:
    assert "no-opening" in kinds(checked(proposal(line())))


def test_an_unknown_code_may_be_a_slip_for_a_known_one(held: list[ProcedurePage]) -> None:
    given = proposal(line("7.100010", name="Khai sinh"))
    question = next(q for q in checked(given).open if q.kind == "code-unknown")
    assert "7.100001" in [choice.value for choice in question.choices]
    found = checked(given, **{question.key: "7.100001"})
    assert [item.procedure.code for item in found.taken if item.procedure] == ["7.100001"]
    assert not found.creates
    assert checked(given, **{question.key: "skip"}).taken == ()


def test_a_line_without_a_code_stops_until_it_is_answered(held: list[ProcedurePage]) -> None:
    given = proposal(line("", code_text="", name="Khai sinh"))
    (question,) = (q for q in checked(given).blocking)
    assert not checked(given, **{question.key: "7.100001"}).blocking
    assert checked(given, **{question.key: "mã nào đó"}).blocking


def test_a_name_that_is_hardly_alike_stops(held: list[ProcedurePage]) -> None:
    given = proposal(line("7.100000", name="Cấp giấy phép xây dựng nhà ở riêng lẻ"))
    found = checked(given)
    assert [q.kind for q in found.blocking] == ["name-differs"]
    key = found.blocking[0].key
    assert checked(given, **{key: "keep"}).may_apply
    assert checked(given, **{key: "skip"}).taken == ()


def test_a_level_that_disagrees_is_asked(held: list[ProcedurePage], commune: Unit) -> None:
    given = proposal(line("7.100000", name="Kết hôn", level="province"))
    (question,) = checked(given).open
    assert (question.kind, question.blocking) == ("level-differs", False)
    found = checked(given, **{question.key: "ours"})
    assert found.lines[0].line.level == ""


def test_a_reference_to_a_decision_not_held_stops_nothing(held: list[ProcedurePage]) -> None:
    given = proposal(line("7.100000", name="Kết hôn"), repeals=(repeal("9/QĐ-UBND"),))
    found = checked(given)
    assert kinds(found) == ["not-held"]
    assert found.may_apply


def test_queries_do_not_grow_with_the_lines(
    held: list[ProcedurePage], django_assert_num_queries: Any
) -> None:
    pages = [make_procedure(code=f"7.2000{n:02}") for n in range(30)]
    few = proposal(line("7.100000", name="Kết hôn"), tasks=(task(),))
    many = proposal(*(line(page.code, name=page.title) for page in pages), tasks=(task(),) * 9)
    with django_assert_num_queries(6):
        checked(few)
    with django_assert_num_queries(6):
        checked(many)


# Superseded rows ------------------------------------------------------------------------------------------------------


def earlier(**fields: Any) -> AnnouncementDecision:
    """Two lines in two parts, signed a month before."""
    return make_decision(
        line("7.100000", name="Kết hôn", part="I. Hộ tịch"),
        line("7.100001", name="Khai sinh", part="II. Khác"),
        number="9/QĐ-UBND",
        signed_on=date(2026, 3, 9),
        **fields,
    )


def test_a_list_announced_again_withdraws_nothing(held: list[ProcedurePage], commune: Unit) -> None:
    earlier()
    before = owed(commune)
    given = proposal(
        line("7.100000", action="amended", name="Kết hôn"),
        line("7.100001", action="amended", name="Khai sinh"),
        repeals=(repeal("9/QĐ-UBND"),),
    )
    assert kinds(checked(given)) == []
    apply_decision(draft=make_draft(given), user=None, today=TODAY)
    assert owed(commune) == before


def test_a_superseded_row_not_announced_again_is_asked_and_stays(
    held: list[ProcedurePage], commune: Unit
) -> None:
    earlier()
    given = proposal(line("7.100002", name="Khai tử"), repeals=(repeal("9/QĐ-UBND", part="II"),))
    (question,) = checked(given).open
    assert (question.kind, question.key, question.blocking) == ("superseded", "superseded:7.100001", False)
    apply_decision(draft=make_draft(given), user=None, today=TODAY)
    assert "7.100001" in owed(commune)
    assert state("7.100001") == (ProcedureState.IN_FORCE, None)


@pytest.mark.parametrize(
    ("answer", "last"),
    [("end", EFFECT_ENDS), ("15/5/2026", date(2026, 5, 14)), ("2026-05-15", date(2026, 5, 14))],
)
def test_a_person_says_that_it_ended(
    held: list[ProcedurePage], commune: Unit, answer: str, last: date
) -> None:
    earlier()
    decision = make_decision(
        line("7.100002", name="Khai tử"),
        repeals=(repeal("9/QĐ-UBND", part="II"),),
        answers={"superseded:7.100001": answer},
    )
    added = decision.lines.get(by_person=True)
    assert (added.procedure.code, added.action) == ("7.100001", "abolished")
    assert state("7.100001") == (ProcedureState.ENDED, last)
    assert "7.100001" in owed(commune, last)
    assert "7.100001" not in owed(commune, TODAY)


def test_a_day_that_cannot_be_read_is_no_answer(held: list[ProcedurePage]) -> None:
    earlier()
    given = proposal(line("7.100002", name="Khai tử"), repeals=(repeal("9/QĐ-UBND", part="II"),))
    for answer in ("32/13/2026", "hôm qua", "1/1/2020"):
        assert checked(given, **{"superseded:7.100001": answer}).blocking


def test_announced_meanwhile_by_another_decision(held: list[ProcedurePage]) -> None:
    earlier()
    make_decision(line("7.100001", name="Khai sinh"), signed_on=date(2026, 3, 20))
    given = proposal(line("7.100002", name="Khai tử"), repeals=(repeal("9/QĐ-UBND"),))
    assert [q.key for q in checked(given).open] == ["superseded:7.100000"]


def test_an_earlier_decision_entered_later_meets_the_repeal(held: list[ProcedurePage], commune: Unit) -> None:
    later = make_decision(
        line("7.100000", action="amended", name="Kết hôn"),
        repeals=(repeal("9/QĐ-UBND"),),
        number="12/QĐ-UBND",
    )
    given = proposal(
        line("7.100000", name="Kết hôn"),
        line("7.100001", name="Khai sinh"),
        number="9/QĐ-UBND",
        signed_on=date(2026, 3, 9),
    )
    (question,) = checked(given).open
    assert question.key == "superseded:7.100001"
    assert "12/QĐ-UBND" in question.text
    draft = make_draft(given, **{question.key: "end"})
    decision = apply_decision(draft=draft, user=None, today=TODAY)
    assert later.lines.get(by_person=True).procedure.code == "7.100001"
    assert state("7.100001") == (ProcedureState.ENDED, EFFECT_ENDS)
    assert "7.100001" not in owed(commune)
    undo_decision(decision=decision, user=None)
    assert not later.lines.filter(by_person=True).exists()
    assert state("7.100001") == (ProcedureState.IN_FORCE, None)


@pytest.mark.parametrize("later", [False, True])
@pytest.mark.parametrize(("answer", "stands"), [("keep", True), ("end", False)])
def test_a_superseded_row_is_settled_when_applying_or_later(
    held: list[ProcedurePage], commune: Unit, answer: str, stands: bool, later: bool
) -> None:
    earlier()
    before = owed(commune)
    answers = {"superseded:7.100001": answer}
    decision = make_decision(
        line("7.100002", name="Khai tử"),
        repeals=(repeal("9/QĐ-UBND", part="II"),),
        answers={} if later else answers,
    )
    if later:
        assert [q.key for q in open_rows(decision)[1]] == ["superseded:7.100001"]
        assert load_obligations([commune], TODAY).open_superseded
        assert conclude(decision=decision, answers={"superseded:7.100001": "hôm qua"}, user=None) == 0
        assert conclude(decision=decision, answers=answers, user=make_user()) == 1
    assert open_rows(decision)[1] == ()
    assert not load_obligations([commune], TODAY).open_superseded
    after = owed(commune)
    assert after == (before if stands else {code: d for code, d in before.items() if code != "7.100001"})
    assert (state("7.100001") == (ProcedureState.IN_FORCE, None)) is stands
    decision.refresh_from_db()
    undo_decision(decision=decision, user=None)
    assert owed(commune) == before
    assert state("7.100001") == (ProcedureState.IN_FORCE, None)


# Undoing --------------------------------------------------------------------------------------------------------------


def facts() -> dict[str, Any]:
    return {page.code: OfficialState.of(page) for page in ProcedurePage.objects.order_by("code")}


def test_apply_undo_apply_again(held: list[ProcedurePage], commune: Unit) -> None:
    user = make_user()
    before, owed_before = facts(), owed(commune)
    given = proposal(
        line("7.100000", action="abolished", name="Kết hôn"),
        line("7.900001", level="commune"),
        tasks=(task(),),
        repeals=(repeal("9/QĐ-UBND"),),
    )
    draft = make_draft(given, **{"not-held:9/QĐ-UBND": "later"})
    first = apply_decision(draft=draft, user=user, today=TODAY)
    applied = facts()
    assert applied != before
    undo_decision(decision=first, user=user)
    draft.refresh_from_db()
    assert (draft.state, draft.decision, bool(draft.answers)) == (DraftState.UNDONE, None, True)
    assert (facts(), owed(commune)) == (before, owed_before)
    assert not DecisionLine.objects.filter(decision__kind="announcement").exists()
    apply_decision(draft=draft, user=user, today=TODAY)
    assert facts() == applied
    assert Page.find_problems() == ([], [], [], [], [])


def test_undoing_keeps_what_a_person_changed_since(held: list[ProcedurePage]) -> None:
    decision = make_decision(line("7.100000", action="abolished", name="Kết hôn"), line("7.900001"))
    page = ProcedurePage.objects.get(code="7.100000")
    page.end_reason = "Lý do do người kiểm soát viết."
    page.save()
    made = ProcedurePage.objects.get(code="7.900001")
    made.purpose = "Đã soạn thêm."
    made.save_revision()
    undo_decision(decision=decision, user=None)
    page.refresh_from_db()
    assert page.end_reason == "Lý do do người kiểm soát viết."
    assert not ProcedurePage.objects.get(code="7.900001").live


def test_a_later_decision_on_the_same_procedures_stands_in_the_way(held: list[ProcedurePage]) -> None:
    first = make_decision(line("7.100000", action="abolished", name="Kết hôn"))
    second = make_decision(line("7.100000", name="Kết hôn"), number="77/QĐ-UBND", signed_on=date(2026, 5, 4))
    with pytest.raises(DecisionStands, match="77/QĐ-UBND"):
        undo_decision(decision=first, user=None)
    undo_decision(decision=second, user=None)
    assert state("7.100000") == (ProcedureState.ENDED, EFFECT_ENDS)
    undo_decision(decision=first, user=None)
    assert state("7.100000") == (ProcedureState.IN_FORCE, None)


def test_a_later_repeal_of_its_lines_stands_in_the_way(held: list[ProcedurePage]) -> None:
    first = earlier()
    make_decision(line("7.100002", name="Khai tử"), repeals=(repeal("9/QĐ-UBND"),), number="77/QĐ-UBND")
    assert any("77/QĐ-UBND" in reason for reason in rests_on(first))


def test_a_page_that_was_published_or_listed_stands_in_the_way(
    held: list[ProcedurePage], commune: Unit
) -> None:
    decision = make_decision(line("7.900001", level="commune"))
    page = ProcedurePage.objects.get(code="7.900001")
    page.live, page.first_published_at = True, timezone.now()
    page.save()
    assert [reason for reason in rests_on(decision) if "7.900001" in reason]
    make_listing(commune, page)
    with pytest.raises(DecisionStands, match="niêm yết"):
        undo_decision(decision=decision, user=None)


def test_an_opened_inspection_stands_in_the_way(held: list[ProcedurePage]) -> None:
    decision = make_decision(line("7.100000", action="amended", name="Kết hôn"))
    scheme = ScoringScheme.objects.create(year=2099, title="Thử")
    fields = {"year": 2026, "scheme": scheme, "seed": "x", "opened_at": timezone.now()}
    InspectionRound.objects.create(title="Đợt trước", as_of=OPENING_DAY, **fields)
    assert rests_on(decision) == []
    InspectionRound.objects.create(title="Đợt sau", as_of=SIGNED, **fields)
    with pytest.raises(DecisionStands, match="Đợt sau"):
        undo_decision(decision=decision, user=None)


# All or nothing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["_write_lines", "_write_tasks", "_write_repeals", "write_states", "log"])
def test_failing_half_way_leaves_nothing(
    held: list[ProcedurePage], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def fail(*_args: Any, **_named: Any) -> None:
        raise RuntimeError("half-way")

    draft = make_draft(
        proposal(
            line("7.100000", action="abolished", name="Kết hôn"),
            line("7.900001"),
            tasks=(task(),),
            repeals=(repeal("9/QĐ-UBND"),),
        )
    )
    before = facts()
    monkeypatch.setattr(applying, step, fail)
    with pytest.raises(RuntimeError):
        apply_decision(draft=draft, user=None, today=TODAY)
    draft.refresh_from_db()
    assert draft.state == DraftState.OPEN
    assert facts() == before
    assert not AnnouncementDecision.objects.filter(kind="announcement").exists()


def test_whoever_comes_second_finds_it_applied(held: list[ProcedurePage]) -> None:
    draft = make_draft(proposal(line("7.100000", name="Kết hôn")))
    stale = DecisionDraft.objects.get(pk=draft.pk)
    apply_decision(draft=draft, user=None, today=TODAY)
    with pytest.raises(DecisionNotApplied, match="đã được áp dụng"):
        apply_decision(draft=stale, user=None, today=TODAY)
    assert AnnouncementDecision.objects.filter(kind="announcement").count() == 1


def test_the_next_catalogue_fills_a_page_made_from_a_line(held: list[ProcedurePage]) -> None:
    """What the line said counts as taken from outside; publishing stays the controller's."""
    decision = make_decision(line("7.900001", name="Tên trong quyết định", time="5 ngày"))
    record = make_record(code="7.900001", name="Tên trong danh mục quốc gia")
    report = import_records([("dòng 1", record)])
    assert (report.changed, report.kept) == (["7.900001"], [])
    page = ProcedurePage.objects.get(code="7.900001")
    draft = page.latest_revision.as_object()
    assert (draft.full_name, draft.channels_absence, page.live) == (record.name, "", False)
    assert [step["value"]["title"] for step in draft.steps.raw_data] == [step.title for step in record.steps]
    undo_decision(decision=decision, user=None)
    assert ProcedurePage.objects.filter(code="7.900001").exists()
