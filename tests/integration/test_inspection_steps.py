"""A round step by step: what each step does, what it refuses, what it logs, and that nothing moves after the end."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from home.enums import PortalGroup
from procedures.completeness.reports import unit_report
from procedures.inspections.checking import (
    Judgement,
    Typed,
    add_item,
    judgement_of,
    keep_files,
    record_verdicts,
)
from procedures.inspections.concluding import (
    conclude_round,
    reckonings,
    round_record,
    set_final,
    take_proposed,
    unit_records,
    why_not_yet,
)
from procedures.inspections.evidence_files import examine
from procedures.inspections.explaining import (
    answer_explanation,
    explain,
    extend_explaining,
    finish_explaining,
    may_still_explain,
    send_findings,
)
from procedures.inspections.freezing import codes_to_draw_from, is_unchanged, together
from procedures.inspections.freezing import kept as kept_rows
from procedures.inspections.opening import open_round, why_not
from procedures.inspections.preparing import assign_inspectors, save_round
from procedures.inspections.sampling import draw
from procedures.inspections.side_by_side import Change, compare, compare_unit
from procedures.inspections.steps import StepRefused, broken_step, step_hash
from procedures.ledger import clock, reading
from procedures.listings.services import publish_listings, withdraw_listings
from procedures.models import (
    InspectedUnit,
    InspectionItem,
    InspectionLogEntry,
    InspectionRound,
    RoundState,
    Verdict,
)
from tests.conftest import Kept, upon
from tests.factories.inspections import (
    AS_OF,
    BEGIN,
    InspectionWorld,
    make_inspections,
    make_round,
    make_scheme,
    photo,
)
from tests.factories.people import make_user
from tests.factories.units import make_unit

pytestmark = pytest.mark.usefixtures("rolled_back")

Assert = Callable[..., Any]
SOON = timezone.localdate() + timedelta(days=5)


@pytest.fixture(autouse=True)
def _media(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def judge(
    world: InspectionWorld, item: InspectionItem, verdict: str, *, note: str = "", deduction: str = "0"
) -> None:
    typed = Typed(Judgement(verdict, note, Decimal(deduction)), judgement_of(item).mark)
    recorded = record_verdicts(inspected=item.inspected, typed={item.pk: typed}, user=world.inspector)
    assert [row.pk for row in recorded.saved] == [item.pk]


def judge_all(world: InspectionWorld, inspected: InspectedUnit | None = None) -> None:
    for row in [inspected] if inspected else [world.inspected, world.other_inspected]:
        for item in row.items.order_by("place"):
            judge(world, item, Verdict.PASSED)


def steps(world: InspectionWorld) -> list[str]:
    return list(world.round.steps.order_by("pk").values_list("action", flat=True))


@upon(make_inspections)
def sent_world(world: InspectionWorld) -> InspectionWorld:
    judge_all(world)
    first = world.items()[0]
    judge(world, first, Verdict.FAILED, note="Không thấy ở bảng", deduction="1.5")
    send_findings(
        round_=world.round,
        inspected=[world.inspected, world.other_inspected],
        until=SOON,
        user=world.council,
    )
    world.round.refresh_from_db()
    return world


# Preparing ------------------------------------------------------------------------------------------------------------


def test_units_come_and_go_while_it_is_prepared() -> None:
    one, two, three = make_unit(), make_unit(), make_unit()
    round_ = make_round([one, two], seed="")
    assert len(round_.seed) == 16
    kept_row = round_.units.get(unit=two)
    save_round(values={"title": "Tên khác"}, units=[two, three], user=None, round_=round_)
    round_.refresh_from_db()
    assert round_.title == "Tên khác"
    assert set(round_.units.values_list("unit", flat=True)) == {two.pk, three.pk}
    assert round_.units.get(unit=two) == kept_row


def test_nobody_inspects_where_they_work() -> None:
    world = make_inspections(opened=False)
    world.editor.groups.add(*make_user(PortalGroup.INSPECTOR).groups.all())
    with pytest.raises(StepRefused, match="đang làm việc ở Xã Thanh Tra"):
        assign_inspectors(
            round_=world.round, inspected=[world.inspected], people=[world.editor], user=world.council
        )
    assert assign_inspectors(
        round_=world.round, inspected=[world.other_inspected], people=[world.editor], user=world.council
    )


def test_only_people_of_the_council_are_given_units() -> None:
    world = make_inspections(opened=False)
    stranger = make_user(PortalGroup.CONTROLLER)
    assert not assign_inspectors(
        round_=world.round, inspected=[world.inspected], people=[stranger], user=world.council
    )


def test_giving_and_taking_units() -> None:
    world = make_inspections(opened=False)
    other = make_user(PortalGroup.INSPECTOR)
    rows = [world.inspected, world.other_inspected]
    give = {
        "round_": world.round,
        "inspected": rows,
        "people": [world.inspector, other],
        "user": world.council,
    }
    assert assign_inspectors(**give) == 3
    assert assign_inspectors(**give) == 0
    assert assign_inspectors(**{**give, "people": [other]}, give=False) == 2
    assert list(world.inspected.inspectors.all()) == [world.inspector]
    assert steps(world)[-2:] == ["assign", "unassign"]


# Opening --------------------------------------------------------------------------------------------------------------


def test_opening_freezes_what_stood_then() -> None:
    world = make_inspections(opened=False)
    # What changed since is not seen: one withdrawn, one listed at last.
    withdraw_listings(unit=world.unit, procedures=[world.pages[0].pk], user=None, reason="Thử")
    publish_listings(unit=world.unit, procedures=[world.pages[-1].pk])
    then = unit_report(world.unit, AS_OF)
    round_ = open_round(round_=world.round, user=world.council)
    row = world.inspected
    assert round_.state == RoundState.OPEN
    assert row.points == then.score.points
    assert [d["code"] for d in row.frozen["duties"]] == sorted(page.code for page in world.pages)
    listed = {r["code"] for r in row.frozen["listed"] if r["live"]}
    assert listed == {page.code for page in world.pages[:-2]}
    assert {f["kind"] for f in row.frozen["findings"]} == {"late", "unit_detail"}
    assert all(f["words"]["title"] and f["words"]["why"] for f in row.frozen["findings"])
    assert is_unchanged(row.frozen, row.frozen_hash)
    root = reading.root_of(AS_OF)
    assert root is not None
    assert round_.ledger_root == root.hash
    assert round_.frozen_hash == together(
        {r.unit.slug: r.frozen_hash for r in (world.inspected, world.other_inspected)}
    )
    assert steps(world)[-1] == "open"


def test_the_sample_can_be_drawn_again(kept: Kept) -> None:
    world = kept(make_inspections)
    row = world.inspected
    codes = [item.code for item in world.items()]
    assert codes == list(draw(world.round.seed, world.unit.slug, codes_to_draw_from(row.frozen), 4))
    assert [item.place for item in world.items()] == [1, 2, 3, 4]


def test_what_is_frozen_stays_when_the_catalogue_moves_on(kept: Kept) -> None:
    world = kept(make_inspections)
    before = world.inspected.frozen
    page = world.pages[0]
    page.title = "Tên khác hẳn"
    page.save()
    assert world.inspected.frozen == before
    assert world.items()[0].title.startswith("Thủ tục thử")


@pytest.mark.parametrize("days", [0, 1, 30])
def test_a_day_that_is_not_over_is_refused(days: int) -> None:
    world = make_inspections(opened=False, as_of=timezone.localdate() + timedelta(days=days))
    with pytest.raises(StepRefused, match="chưa qua"):
        open_round(round_=world.round, user=world.council)
    assert InspectionRound.objects.get().state == RoundState.PREPARING


def test_a_day_before_the_ledger_is_refused() -> None:
    world = make_inspections(opened=False, as_of=BEGIN.date() - timedelta(days=1))
    with pytest.raises(StepRefused, match="Sổ niêm yết mở ngày 01/12/2025"):
        open_round(round_=world.round, user=world.council)


def test_without_a_ledger_nothing_is_opened() -> None:
    round_ = make_round([make_unit()])
    assert "chưa mở" in why_not(round_)


def test_a_broken_scheme_is_refused() -> None:
    world = make_inspections(opened=False, scheme=make_scheme(content={"criteria": []}))
    with pytest.raises(StepRefused, match="Bộ tiêu chí có lỗi"):
        open_round(round_=world.round, user=world.council)


def test_the_scheme_of_an_opened_round_is_locked() -> None:
    world = make_inspections(opened=False)
    scheme = world.round.scheme
    scheme.full_clean()
    open_round(round_=world.round, user=world.council)
    assert scheme.is_locked
    with pytest.raises(ValidationError):
        scheme.full_clean()


def test_a_round_opens_once_and_is_not_edited_afterwards(kept: Kept) -> None:
    world = kept(make_inspections)
    with pytest.raises(StepRefused):
        open_round(round_=world.round, user=world.council)
    with pytest.raises(StepRefused):
        save_round(values={"title": "x"}, units=[world.unit], user=None, round_=world.round)


def test_opening_all_units_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    world = make_inspections(opened=False)

    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("procedures.inspections.opening.log_step", fail)
    with pytest.raises(RuntimeError):
        open_round(round_=world.round, user=world.council)
    assert world.inspected.frozen == {}
    assert not InspectionItem.objects.exists()


def test_opening_takes_a_fixed_number_of_queries(django_assert_max_num_queries: Assert) -> None:
    world = make_inspections(opened=False, procedures=12)
    for _n in range(10):
        InspectedUnit.objects.create(round=world.round, unit=make_unit())
    with django_assert_max_num_queries(60):
        open_round(round_=world.round, user=world.council)


# Checking -------------------------------------------------------------------------------------------------------------


def test_verdicts_are_logged_one_by_one_with_what_stood_before(kept: Kept) -> None:
    world = kept(make_inspections)
    first = world.items()[0]
    judge(world, first, Verdict.FAILED, note="Thiếu giờ", deduction="2")
    judge(world, InspectionItem.objects.get(pk=first.pk), Verdict.PASSED)
    logged = list(world.round.steps.filter(action="verdict").order_by("pk"))
    assert logged[1].data["before"] == ["failed", "2", "Thiếu giờ"]
    assert logged[1].user == world.inspector
    first.refresh_from_db()
    assert (str(first.verdict), int(first.deduction), first.decided_by) == ("passed", 0, world.inspector)


def test_what_another_changed_is_not_written_over(kept: Kept) -> None:
    world = kept(make_inspections)
    first, second = world.items()[:2]
    seen = {item.pk: judgement_of(item).mark for item in (first, second)}
    judge(world, first, Verdict.FAILED, note="Của người khác", deduction="1")
    recorded = record_verdicts(
        inspected=world.inspected,
        typed={
            first.pk: Typed(Judgement(Verdict.PASSED), seen[first.pk]),
            second.pk: Typed(Judgement(Verdict.PASSED), seen[second.pk]),
        },
        user=world.council,
    )
    assert [item.pk for item in recorded.saved] == [second.pk]
    assert recorded.conflicts[first.pk].note == "Của người khác"
    first.refresh_from_db()
    assert first.verdict == Verdict.FAILED


def test_what_was_not_touched_is_left_to_the_other(kept: Kept) -> None:
    world = kept(make_inspections)
    first = world.items()[0]
    seen = judgement_of(first)
    judge(world, first, Verdict.FAILED, note="Thiếu", deduction="1")
    untouched = {first.pk: Typed(seen, seen.mark)}
    recorded = record_verdicts(inspected=world.inspected, typed=untouched, user=world.council)
    assert not recorded.saved
    assert not recorded.conflicts
    same = {first.pk: Typed(Judgement(Verdict.FAILED, "Thiếu", Decimal("1.00")), seen.mark)}
    assert not record_verdicts(inspected=world.inspected, typed=same, user=world.council).conflicts


def test_foreign_items_are_passed_over(kept: Kept) -> None:
    world = kept(make_inspections)
    foreign = world.other_inspected.items.first()
    assert foreign is not None
    typed = {foreign.pk: Typed(Judgement(Verdict.FAILED, "x", Decimal(9)), judgement_of(foreign).mark)}
    assert not record_verdicts(inspected=world.inspected, typed=typed, user=world.inspector).saved
    foreign.refresh_from_db()
    assert foreign.verdict == ""


@pytest.mark.parametrize(
    "judgement",
    [
        Judgement("maybe"),
        Judgement(Verdict.PASSED, "", Decimal(1)),
        Judgement(Verdict.FAILED, "", Decimal(-1)),
        Judgement(Verdict.FAILED, " ", Decimal(1)),
    ],
)
def test_senseless_judgements_are_refused(kept: Kept, judgement: Judgement) -> None:
    world = kept(make_inspections)
    first = world.items()[0]
    with pytest.raises(StepRefused):
        record_verdicts(
            inspected=world.inspected,
            typed={first.pk: Typed(judgement, judgement_of(first).mark)},
            user=world.inspector,
        )


def test_items_are_added(kept: Kept) -> None:
    world = kept(make_inspections)
    undrawn = next(page for page in world.pages if page.code not in {i.code for i in world.items()})
    added = add_item(inspected=world.inspected, title="", procedure=undrawn, user=world.inspector)
    free = add_item(inspected=world.inspected, title="Bảng tin ở sảnh", user=world.inspector)
    assert [(i.place, i.code) for i in (added, free)] == [(5, undrawn.code), (6, "")]
    with pytest.raises(StepRefused, match="đã có"):
        add_item(inspected=world.inspected, title="", procedure=undrawn, user=world.inspector)
    with pytest.raises(StepRefused):
        add_item(inspected=world.inspected, title="  ", user=world.inspector)


def test_evidence_is_kept_under_its_hash_outside_public_places(kept: Kept) -> None:
    world = kept(make_inspections)
    evidence = examine(io.BytesIO(photo()), "ảnh.jpg")
    item = world.items()[0]
    (row,) = keep_files(inspected=world.inspected, evidence=[evidence], user=world.inspector, item=item)
    assert row.file.name == f"kiem-tra/{evidence.sha256[:2]}/{evidence.sha256}"
    assert row.file.read() == evidence.content
    assert world.round.steps.order_by("-pk")[0].data["sha256"] == evidence.sha256
    (again,) = keep_files(inspected=world.inspected, evidence=[evidence], user=world.inspector)
    assert again.file.read() == evidence.content


# Explaining -----------------------------------------------------------------------------------------------------------


def test_units_are_sent_only_what_is_judged(kept: Kept) -> None:
    world = kept(make_inspections)
    judge_all(world, world.other_inspected)
    send: dict[str, Any] = {"round_": world.round, "until": SOON, "user": world.council}
    with pytest.raises(StepRefused, match="Xã Thanh Tra"):
        send_findings(inspected=[world.inspected, world.other_inspected], **send)
    assert send_findings(inspected=[world.other_inspected], **send) == 1
    world.round.refresh_from_db()
    assert world.round.state == RoundState.EXPLAINING
    # The other one is still being checked.
    judge_all(world, world.inspected)
    assert send_findings(inspected=[world.inspected], **send) == 1
    with pytest.raises(StepRefused, match="đã gửi đơn vị"):
        judge(world, world.items()[0], Verdict.FAILED)


def test_the_day_is_extended_never_shortened(kept: Kept) -> None:
    world = kept(sent_world)
    again: dict[str, Any] = {"round_": world.round, "inspected": [world.inspected], "user": world.council}
    with pytest.raises(StepRefused, match="không rút ngắn"):
        send_findings(until=SOON - timedelta(days=1), **again)
    extend_explaining(round_=world.round, until=SOON + timedelta(days=2), user=world.council)
    assert send_findings(until=SOON + timedelta(days=3), **again) == 0
    assert steps(world)[-2:] == ["extend", "extend"]
    assert InspectionRound.objects.get().answer_until == SOON + timedelta(days=3)
    with pytest.raises(StepRefused, match="đã qua"):
        send_findings(until=date(2025, 1, 1), **again)


def test_the_last_day_counts_and_the_next_does_not(kept: Kept) -> None:
    world = kept(sent_world)
    tz = timezone.get_current_timezone()
    last = datetime(SOON.year, SOON.month, SOON.day, 23, 59, 59, tzinfo=tz)
    with clock.ticking(last):
        assert may_still_explain(world.inspected)
        made = explain(inspected=world.inspected, text="Kịp giờ", user=world.editor)
        assert made.created_at == last
    with clock.ticking(last + timedelta(seconds=1)):
        assert not may_still_explain(world.inspected)
        with pytest.raises(StepRefused, match="hết hạn giải trình"):
            explain(inspected=world.inspected, text="Muộn", user=world.editor)
        with pytest.raises(StepRefused):
            finish_explaining(inspected=world.inspected, user=world.editor)


def test_an_explanation_with_its_files(kept: Kept) -> None:
    world = kept(sent_world)
    evidence = examine(io.BytesIO(photo(kind="PNG")), "bang.png")
    item = world.items()[0]
    made = explain(
        inspected=world.inspected, text=" Đã dán lại ", user=world.editor, item=item, evidence=[evidence]
    )
    assert made.text == "Đã dán lại"
    assert made.files.get().sha256 == evidence.sha256
    key = world.inspected.frozen["findings"][0]["key"]
    explain(inspected=world.inspected, text="Do mất điện", user=world.editor, finding_key=key)
    assert steps(world)[-3:] == ["explain", "upload", "explain"]


def test_senseless_explanations_are_refused(kept: Kept) -> None:
    world = kept(sent_world)
    foreign = world.other_inspected.items.first()
    for wrong in ({"text": " "}, {"text": "x", "item": foreign}, {"text": "x", "finding_key": "late:1:2:"}):
        with pytest.raises(StepRefused):
            explain(inspected=world.inspected, user=world.editor, **wrong)


def test_a_later_word_takes_back_that_all_is_said(kept: Kept) -> None:
    world = kept(sent_world)
    finish_explaining(inspected=world.inspected, user=world.editor)
    assert world.inspected.answered_at is not None
    explain(inspected=world.inspected, text="Còn điều này", user=world.editor)
    assert world.inspected.answered_at is None


def test_accepting_gives_points_back(kept: Kept) -> None:
    world = kept(sent_world)
    computed = world.inspected.points
    assert computed is not None
    row = world.inspected
    assert reckonings([row])[row.pk].proposed == computed - Decimal("1.5")
    finding = row.frozen["findings"][0]
    about_item = explain(inspected=row, text="a", user=world.editor, item=world.items()[0])
    about_finding = explain(inspected=row, text="b", user=world.editor, finding_key=finding["key"])
    answer_explanation(explanation=about_item, accepted=True, answer="", user=world.council)
    reckoned = reckonings([row])[row.pk]
    # As the paper lists the items: what was deducted stays, what is given back stands beside it.
    assert (reckoned.deducted, reckoned.restored) == (Decimal("1.5"), Decimal("1.5"))
    assert reckoned.proposed == computed
    answer_explanation(explanation=about_finding, accepted=True, answer="Đúng", user=world.council)
    assert reckonings([row])[row.pk].restored == Decimal("1.5") + Decimal(finding["cost"])
    answer_explanation(explanation=about_item, accepted=False, answer="Ảnh chụp sau", user=world.council)
    reckoned = reckonings([row])[row.pk]
    assert (reckoned.deducted, reckoned.restored) == (Decimal("1.5"), Decimal(finding["cost"]))
    with pytest.raises(StepRefused, match="lý do không chấp nhận"):
        answer_explanation(explanation=about_item, accepted=False, answer=" ", user=world.council)


# Concluding -----------------------------------------------------------------------------------------------------------


@upon(sent_world)
def concluded_world(world: InspectionWorld) -> InspectionWorld:
    explain(inspected=world.inspected, text="Đã dán lại", user=world.editor, item=world.items()[0])
    answer_explanation(
        explanation=world.inspected.explanations.get(), accepted=False, answer="Muộn", user=world.council
    )
    for row, person in ((world.inspected, world.editor), (world.other_inspected, world.other_editor)):
        finish_explaining(inspected=row, user=person)
    take_proposed(round_=world.round, inspected=[world.inspected, world.other_inspected], user=world.council)
    world.round = conclude_round(round_=world.round, conclusion="Đạt yêu cầu", user=world.council)
    return world


def test_what_a_conclusion_waits_for(kept: Kept) -> None:
    world = kept(make_inspections)
    judge_all(world)
    rows = [world.inspected, world.other_inspected]
    assert any("chưa được gửi" in reason for reason in why_not_yet(world.round, rows))
    send_findings(round_=world.round, inspected=rows, until=SOON, user=world.council)
    explain(inspected=world.inspected, text="x", user=world.editor)
    world.round.refresh_from_db()
    reasons = " ".join(why_not_yet(world.round, [world.inspected, world.other_inspected]))
    for part in ("Hạn giải trình còn", "1 giải trình chưa được trả lời", "2 đơn vị chưa có điểm"):
        assert part in reasons
    with pytest.raises(StepRefused):
        conclude_round(round_=world.round, conclusion="", user=world.council)


def test_after_the_last_day_silence_is_no_obstacle(kept: Kept) -> None:
    world = kept(sent_world)
    take_proposed(round_=world.round, inspected=[world.inspected, world.other_inspected], user=world.council)
    with clock.ticking(timezone.now() + timedelta(days=6)):
        assert conclude_round(round_=world.round, conclusion="", user=world.council).concluded_at


def test_other_points_need_a_reason(kept: Kept) -> None:
    world = kept(sent_world)
    row = world.inspected
    other = reckonings([row])[row.pk].proposed + 1
    with pytest.raises(StepRefused, match="ghi lý do"):
        set_final(inspected=row, points=other, conclusion=" ", user=world.council)
    assert (
        set_final(inspected=row, points=other, conclusion="Có sáng kiến", user=world.council).final_points
        == other
    )
    for wrong in (Decimal(-1), Decimal(101)):
        with pytest.raises(StepRefused, match="Điểm từ 0 đến"):
            set_final(inspected=row, points=wrong, conclusion="x", user=world.council)


def test_points_that_no_longer_follow_need_a_reason_before_the_end(kept: Kept) -> None:
    world = kept(sent_world)
    rows = [world.inspected, world.other_inspected]
    take_proposed(round_=world.round, inspected=rows, user=world.council)
    made = explain(inspected=world.inspected, text="x", user=world.editor, item=world.items()[0])
    answer_explanation(explanation=made, accepted=True, answer="", user=world.council)
    reasons = " ".join(why_not_yet(world.round, [world.inspected, world.other_inspected]))
    assert "khác điểm đề nghị mà chưa ghi lý do: Xã Thanh Tra" in reasons


def test_a_conclusion_is_sealed(kept: Kept) -> None:
    world = kept(concluded_world)
    round_ = world.round
    assert (round_.state, round_.concluded_by) == (RoundState.CONCLUDED, world.council)
    row = world.inspected
    assert row.final_points == reckonings([row])[row.pk].proposed
    record = unit_records([row])[row.pk]
    assert kept_rows(record)[1] == row.concluded_hash
    log = round_.steps.exclude(action="conclude").order_by("-pk")[0]
    assert round_.concluded_hash == together(
        {r.unit.slug: r.concluded_hash for r in (world.inspected, world.other_inspected)}
        | {"": step_hash(log), "#round": kept_rows(round_record(round_, by=world.council.pk))[1]}
    )
    # Whoever changes a word behind the portal's back is found out.
    InspectionItem.objects.filter(inspected=row, verdict=Verdict.FAILED).update(note="Đẹp lắm")
    assert kept_rows(unit_records([row])[row.pk])[1] != row.concluded_hash


def test_figures_changed_behind_the_portals_back_are_not_concluded(kept: Kept) -> None:
    world = kept(sent_world)
    row = world.inspected
    row.frozen["score"]["owed"] = 1
    row.save()
    take_proposed(round_=world.round, inspected=[row, world.other_inspected], user=world.council)
    with clock.ticking(timezone.now() + timedelta(days=6)), pytest.raises(StepRefused, match="mã băm"):
        conclude_round(round_=world.round, conclusion="", user=world.council)


def test_nothing_moves_after_the_end(kept: Kept) -> None:
    world = kept(concluded_world)
    row, item = world.inspected, world.items()[0]
    made = row.explanations.get()
    evidence = [examine(io.BytesIO(photo()), "a.jpg")]
    before = (len(steps(world)), unit_records([row]))
    tries: list[Callable[[], Any]] = [
        lambda: judge(world, item, Verdict.PASSED),
        lambda: add_item(inspected=row, title="x", user=world.inspector),
        lambda: keep_files(inspected=row, evidence=evidence, user=world.inspector),
        lambda: keep_files(inspected=row, evidence=evidence, user=world.editor, explanation=made),
        lambda: send_findings(round_=world.round, inspected=[row], until=SOON, user=world.council),
        lambda: explain(inspected=row, text="x", user=world.editor),
        lambda: finish_explaining(inspected=row, user=world.editor),
        lambda: answer_explanation(explanation=made, accepted=True, answer="", user=world.council),
        lambda: set_final(inspected=row, points=Decimal(1), conclusion="x", user=world.council),
        lambda: take_proposed(round_=world.round, inspected=[row], user=world.council),
        lambda: conclude_round(round_=world.round, conclusion="x", user=world.council),
        lambda: open_round(round_=world.round, user=world.council),
        lambda: save_round(values={"title": "x"}, units=[], user=None, round_=world.round),
        lambda: assign_inspectors(
            round_=world.round, inspected=[row], people=[world.inspector], user=world.council, give=False
        ),
    ]
    for attempt in tries:
        with pytest.raises(StepRefused, match="đã kết luận"):
            attempt()
    assert (len(steps(world)), unit_records([row])) == before


@pytest.mark.parametrize("how", ["words", "order", "drop", "add"])
def test_a_log_that_was_changed_shows(kept: Kept, how: str) -> None:
    world = kept(sent_world)
    assert broken_step(world.round) is None
    first, second = world.round.steps.order_by("pk")[1:3]
    following = second
    if how == "words":
        InspectionLogEntry.objects.filter(pk=first.pk).update(data={**first.data, "x": 1})
    elif how == "order":
        InspectionLogEntry.objects.filter(pk=first.pk).update(data=second.data)
        following = first
    elif how == "drop":
        first.delete()
    else:
        late = InspectionLogEntry.objects.create(round=world.round, action="verdict", data={})
        following = late
    broken = broken_step(world.round)
    assert broken is not None
    assert broken.pk == following.pk
    take_proposed(round_=world.round, inspected=[world.inspected, world.other_inspected], user=world.council)
    with clock.ticking(timezone.now() + timedelta(days=6)), pytest.raises(StepRefused, match="nguyên vẹn"):
        conclude_round(round_=world.round, conclusion="", user=world.council)


def test_an_account_may_go_and_the_log_stays_whole(kept: Kept) -> None:
    world = kept(sent_world)
    world.inspector.delete()
    assert broken_step(world.round) is None
    assert world.round.steps.filter(action="verdict", user=None).exists()


# Then and now ---------------------------------------------------------------------------------------------------------


def test_then_against_now(kept: Kept) -> None:
    world = kept(make_inspections)
    gone, changed, same = world.pages[0], world.pages[1], world.pages[2]
    late = world.pages[-1]
    withdraw_listings(unit=world.unit, procedures=[gone.pk], user=None, reason="Thử")
    publish_listings(unit=world.unit, procedures=[late.pk])
    listing = world.unit.listings.get(procedure=changed)
    listing.phone = "0239 3 000 111"
    listing.save_revision(user=world.editor, log_action=True).publish(user=world.approver)
    compared = compare_unit(world.unit, AS_OF, timezone.localdate())
    found = {row.code: row for row in compared.rows}
    assert found[gone.code].change is Change.GONE
    assert found[late.code].change is Change.ADDED
    assert found[same.code].change is Change.SAME
    assert found[changed.code].change is Change.CHANGED
    assert [str(part) for part in found[changed.code].parts] == ["điện thoại riêng"]
    assert found[late.code].then is None
    item = next(item for item in compared.now.items if item.code == same.code)
    anew = replace(item, listing_body={**item.listing_body, "confirmed_version": "khác"})
    assert compare([item], [anew])[0].change is Change.CONFIRMED, "readers see the same"
    assert next((str(label), n) for label, n in compared.counts) == ("Niêm yết sau ngày đó", 1)
