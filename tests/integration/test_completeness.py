"""Reports of units out of rows and out of the ledger, findings of controllers, words, the status command."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.utils import timezone

from home.enums import UnitKind
from home.models import Unit
from procedures.completeness.findings import Finding, FindingKind
from procedures.completeness.reports import (
    UnitReport,
    controller_findings,
    province_obligations,
    unit_report,
    unit_reports,
)
from procedures.completeness.words import describe, load_context
from procedures.completeness.yearly_schemes import ensure_example, example, scheme_for
from procedures.ledger import clock
from procedures.ledger.recording import open_ledger
from procedures.ledger.versions import record_versions
from procedures.listings.services import confirm_listings, publish_listings, withdraw_listings
from procedures.models import (
    AnnouncementDecision,
    ControlledForm,
    DecisionLine,
    DecisionRepeal,
    Divergence,
    FormVersion,
    LinkCheck,
    Listing,
    ProcedurePage,
    ScoringScheme,
)
from tests.factories.catalogue import make_listing, make_procedure
from tests.factories.opening import OPENING_DAY, make_opening, make_row
from tests.factories.units import make_counter, make_desk, make_subject, make_unit

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def at(day: date, hour: int = 9) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


def kinds(report: UnitReport) -> dict[FindingKind, set[int]]:
    found: dict[FindingKind, set[int]] = {}
    for finding in report.findings:
        assert finding.procedure is not None
        found.setdefault(finding.kind, set()).add(finding.procedure)
    return found


@pytest.fixture
def unit() -> Unit:
    unit = make_unit()
    make_desk(unit)
    return unit


@pytest.fixture
def pages(unit: Unit) -> list[ProcedurePage]:
    found = [make_procedure() for _n in range(4)]
    make_opening()
    return found


def decide(day: date, *lines: tuple[ProcedurePage, str], number: str = "1/QĐ-UBND") -> AnnouncementDecision:
    decision = AnnouncementDecision.objects.create(
        number=number, signed_on=day, applied_at=timezone.now(), due_days=5
    )
    for n, (page, action) in enumerate(lines, start=1):
        DecisionLine.objects.create(
            decision=decision,
            procedure=page,
            ordinal=n,
            ordinal_text=f"0{n}",
            part="Phần I › A. Cấp xã",
            action=action,
        )
    return decision


# Today ----------------------------------------------------------------------------------------------------------------


def test_a_unit_that_listed_nothing(unit: Unit, pages: list[ProcedurePage]) -> None:
    report = unit_report(unit)
    assert kinds(report) == {FindingKind.LATE: {page.pk for page in pages}}
    assert (report.score.owed, report.score.listed, report.score.late) == (4, 0, 4)
    assert report.score.points < report.score.possible < report.score.maximum
    assert sum(f.cost for f in report.findings) == pytest.approx(report.score.possible - report.score.points)
    assert not report.no_ledger


def test_each_kind_of_gap(unit: Unit, pages: list[ProcedurePage]) -> None:
    outdated, ended, fine, lacking = pages
    for page in (outdated, ended, fine):
        make_listing(unit, page)
    elsewhere = make_desk(make_unit(), hours=False, phone="")
    make_listing(unit, lacking, desk=elsewhere)
    ProcedurePage.objects.filter(pk=outdated.pk).update(version=2, material_version=2)
    decide(date(2026, 3, 16), (ended, "abolished"))
    report = unit_report(unit)
    assert kinds(report) == {
        FindingKind.OUTDATED: {outdated.pk},
        FindingKind.SHOULD_BE_GONE: {ended.pk},
        FindingKind.UNIT_DETAIL: {lacking.pk},
    }
    details = {f.kind: f.details for f in report.findings}
    assert details[FindingKind.UNIT_DETAIL] == ("hours", "phone")
    assert details[FindingKind.SHOULD_BE_GONE] == ("procedure_ended",)
    assert (report.score.listed, report.score.complete) == (3, 1)


def test_details_as_the_public_page_shows_them(unit: Unit) -> None:
    field = make_subject()
    page, other = make_procedure(subject=field), make_procedure()
    make_opening()
    bare = make_unit()
    desk = make_desk(bare, hours=False, phone="")
    make_counter(desk, subjects=(field,), phone="0239 1")
    for procedure in (page, other):
        make_listing(bare, procedure)
    lacks = {f.procedure: f.details for f in unit_report(bare).findings if f.kind is FindingKind.UNIT_DETAIL}
    assert lacks == {page.pk: ("hours",), other.pk: ("hours", "phone")}
    Listing.objects.filter(procedure=other).update(phone="0239 2", hours_note="Sáng thứ Bảy")
    assert unit_report(bare).listed[other.pk].lacks == ()
    nowhere = make_unit()
    make_listing(nowhere, page)
    assert unit_report(nowhere).listed[page.pk].lacks == ("desk", "hours", "phone")


def test_a_shared_desk_serves_too(unit: Unit, pages: list[ProcedurePage]) -> None:
    guest = make_unit()
    make_listing(guest, pages[0])
    desk = make_desk(make_unit())
    desk.serves.add(guest)
    desk.save()
    assert unit_report(guest).listed[pages[0].pk].lacks == ()


def test_what_came_by_a_later_decision_is_owed_once_its_page_stands(
    unit: Unit, pages: list[ProcedurePage]
) -> None:
    new = make_procedure(live=False)
    today = timezone.localdate()
    decision = decide(date(2026, 3, 16), (new, "new"))
    assert new.pk not in unit_report(unit).duties
    assert set(province_obligations().unpublished) == {new.pk}
    told = [f for f in controller_findings() if f.kind is FindingKind.UNPUBLISHED]
    assert [(f.procedure, f.decision, f.since) for f in told] == [(new.pk, decision.pk, decision.signed_on)]
    ProcedurePage.objects.filter(pk=new.pk).update(live=True, first_published_at=timezone.now())
    duty = unit_report(unit).duties[new.pk]
    assert (duty.since, duty.decision) == (today, decision.pk)
    assert duty.due > today
    assert kinds(unit_report(unit))[FindingKind.MISSING] == {new.pk}


def test_a_repealed_list_that_is_not_announced_again_stays_owed(
    unit: Unit, pages: list[ProcedurePage]
) -> None:
    new = make_procedure()
    decide(date(2026, 3, 16), (new, "new"))
    later = decide(date(2026, 3, 23), number="2/QĐ-UBND")
    DecisionRepeal.objects.create(decision=later, number="1/QĐ-UBND", part="I", ordinals=["01"])
    DecisionRepeal.objects.create(decision=later, number="77/QĐ-UBND")
    known = province_obligations()
    assert new.pk in known.of(unit.pk)
    assert [row.procedure for row in known.open_superseded] == [new.pk]
    assert [row.repeal.number for row in known.unheld] == ["77/QĐ-UBND"]


def test_the_successor_owes_what_the_table_gives_to_an_ended_unit() -> None:
    old = make_unit(kind=UnitKind.DEPARTMENT, active_until=date(2026, 6, 30))
    heir = make_unit(kind=UnitKind.DEPARTMENT)
    old.successors.add(heir)
    old.save()
    page = make_procedure(bodies="Sở Cũ")
    make_row("unit", body="sở cũ", unit=old)
    make_opening()
    listing = make_listing(old, page)
    report = unit_report(heir)
    assert report.duties[page.pk].since == date(2026, 7, 1)
    gone = unit_report(old)
    assert [(f.kind, f.details, f.since) for f in gone.findings] == [
        (FindingKind.SHOULD_BE_GONE, ("unit_ended",), gone.listed[page.pk].since)
    ]
    Listing.objects.filter(pk=listing.pk).update(live=False)
    assert not unit_report(old).findings


@pytest.mark.parametrize("units", [1, 5])
def test_queries_are_the_same_however_many_units(
    units: int, pages: list[ProcedurePage], django_assert_max_num_queries: Any
) -> None:
    everyone = [make_unit() for _n in range(units)]
    for one in everyone:
        make_listing(one, pages[0])
    ProcedurePage.objects.filter(pk=pages[0].pk).update(version=2, material_version=2)
    with django_assert_max_num_queries(15):
        reports = unit_reports(everyone)
    assert all(kinds(report)[FindingKind.OUTDATED] == {pages[0].pk} for report in reports)


# The past -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def past() -> tuple[Unit, list[ProcedurePage]]:
    """A unit and four procedures on the day on which the portal opened, ledger included."""
    with clock.ticking(at(OPENING_DAY)):
        unit = make_unit()
        make_desk(unit)
        pages = [make_procedure() for _n in range(4)]
        make_opening()
        record_versions(pages)
        open_ledger()
    return unit, pages


def test_the_past_comes_from_the_ledger(past: tuple[Unit, list[ProcedurePage]]) -> None:
    unit, (first, second, third, _fourth) = past
    with clock.ticking(at(date(2026, 3, 4))):
        publish_listings(unit=unit, procedures=[first.pk, second.pk])
    with clock.ticking(at(date(2026, 3, 17))):
        publish_listings(unit=unit, procedures=[third.pk])
    with clock.ticking(at(date(2026, 3, 18))):
        withdraw_listings(unit=unit, procedures=[first.pk], reason="Thử")
    before = unit_report(unit, date(2026, 3, 9))
    assert (before.score.listed, before.score.missing, before.score.late) == (2, 2, 0)
    assert before.score.points == before.score.maximum
    then = unit_report(unit, date(2026, 3, 17))
    assert (then.score.listed, then.score.late, then.score.on_time) == (3, 1, 2)
    after = unit_report(unit, date(2026, 3, 18))
    assert (after.score.listed, after.score.late) == (2, 2)
    assert after.listed[second.pk].since == date(2026, 3, 4)
    late = {f.procedure: f.details for f in after.findings if f.kind is FindingKind.LATE}
    assert late[first.pk] == ("withdrawn",)
    today = unit_report(unit)
    assert (today.score.listed, today.score.late) == (after.score.listed, after.score.late)
    assert today.score.points == after.score.points


def test_a_change_is_outdated_after_its_days_then_as_now(past: tuple[Unit, list[ProcedurePage]]) -> None:
    unit, pages = past
    page = pages[0]
    with clock.ticking(at(OPENING_DAY, 10)):
        publish_listings(unit=unit, procedures=[p.pk for p in pages])
    with clock.ticking(at(date(2026, 4, 6))):
        page.refresh_from_db()
        page.full_name = "Tên mới của thủ tục"
        page.save()
        record_versions([page])
    for day, overdue in ((date(2026, 4, 13), False), (date(2026, 4, 14), True)):
        (finding,) = (f for f in unit_report(unit, day).findings if f.kind is FindingKind.OUTDATED)
        assert (finding.since, finding.due, finding.overdue) == (date(2026, 4, 6), date(2026, 4, 13), overdue)
        assert finding.details == ("name",)
    (now,) = (f for f in unit_report(unit).findings if f.kind is FindingKind.OUTDATED)
    assert (now.since, now.due, now.details) == (date(2026, 4, 6), date(2026, 4, 13), ("name",))
    with clock.ticking(at(date(2026, 4, 20))):
        confirm_listings(unit=unit, procedures=[page.pk])
    assert FindingKind.OUTDATED in kinds(unit_report(unit, date(2026, 4, 19)))
    assert FindingKind.OUTDATED not in kinds(unit_report(unit, date(2026, 4, 20)))
    assert FindingKind.OUTDATED not in kinds(unit_report(unit))


def test_before_the_ledger_nobody_knows(unit: Unit, pages: list[ProcedurePage]) -> None:
    make_listing(unit, pages[0])
    report = unit_report(unit, date(2026, 3, 20))
    assert report.no_ledger
    assert len(report.duties) == 4
    assert not report.findings
    assert report.score.points == 0


def status(*args: str) -> tuple[Any, str]:
    out, err = StringIO(), StringIO()
    call_command("listing_status", *args, "--format", "json", stdout=out, stderr=err)
    return json.loads(out.getvalue()), err.getvalue()


def test_status_says_when_there_was_no_ledger(unit: Unit, pages: list[ProcedurePage]) -> None:
    ((row,), said) = status("--as-of", "2026-03-20", "--unit", unit.code)
    assert row["no_ledger"]
    assert (row["owed"], row["listed"], row["points"]) == (4, None, None)
    assert "Sổ niêm yết chưa mở vào ngày 20/03/2026" in said


def test_status_of_a_day_that_has_not_come_is_refused(unit: Unit) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(CommandError, match="Ngày này chưa đến") as refused:
        status("--as-of", tomorrow.isoformat(), "--unit", unit.code)
    assert refused.value.returncode == 2


def test_status_counts_drafts_and_withdrawn_apart(unit: Unit, pages: list[ProcedurePage]) -> None:
    publish_listings(unit=unit, procedures=[page.pk for page in pages[:3]])
    withdraw_listings(unit=unit, procedures=[pages[0].pk], reason="Thử")
    Listing.objects.filter(procedure=pages[1]).update(has_unpublished_changes=True)
    make_listing(unit, pages[3], live=False)
    ((row,), _said) = status("--unit", unit.code)
    assert (row["listed"], row["missing"], row["drafts"], row["withdrawn"]) == (2, 2, 2, 1)


def test_status_tells_findings_and_points(unit: Unit, pages: list[ProcedurePage]) -> None:
    ((row,), said) = status("--unit", unit.code)
    assert not said
    assert next(iter(row)) == "code"
    assert (row["late"], row["missing"], row["maximum"], row["note"]) == (4, 4, 5.0, "bộ tiêu chí mẫu")
    assert {f["procedure"] for f in row["findings"]} == {page.code for page in pages}
    assert all(f["kind"] == "late" and f["cost"] > 0 for f in row["findings"])


# The controllers' -----------------------------------------------------------------------------------------------------


def test_gaps_of_official_texts(
    unit: Unit, settings: Any, tmp_path: Any, django_assert_max_num_queries: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    form = ControlledForm.objects.create(title="Tờ khai")
    version = FormVersion(
        form=form, sha256="a" * 64, name="to-khai.pdf", size=5, content_type="application/pdf"
    )
    version.file.save("to-khai.pdf", ContentFile(b"12345"), save=True)
    papers = [
        {"name": "<p>Tờ khai</p>", "form": form.pk, "form_name": "to-khai.pdf"},
        {"name": "<p>Đơn</p>", "form": None, "form_name": "don.docx"},
    ]
    page = make_procedure(
        cases=json.dumps([{"type": "case", "value": {"title": "", "papers": papers}}]),
        online_level="partial",
        national_url="https://example.vn/tthc/1",
    )
    make_procedure(bodies="Hội đồng lạ", levels=())
    make_opening()
    now = timezone.now()
    Divergence.objects.create(procedure=page, section="steps", ours_hash="a", theirs_hash="b", seen_at=now)
    Divergence.objects.create(
        procedure=page, section="basis", ours_hash="a", theirs_hash="b", seen_at=now, settled_at=now
    )
    LinkCheck.objects.create(address="https://example.vn/tthc/1", is_dead=True, dead_since=now)
    known = province_obligations()
    with django_assert_max_num_queries(6):
        found = [f for f in controller_findings(obligations=known) if f.procedure == page.pk]
    told = {f.kind: f.details for f in found}
    assert told[FindingKind.FORM_FILE] == ("don.docx",)
    assert told[FindingKind.ONLINE_REASON] == ()
    assert told[FindingKind.DIVERGENCE] == ("steps",)
    assert told[FindingKind.DEAD_LINK] == ("https://example.vn/tthc/1",)
    assert "steps" in told[FindingKind.PART_NOT_ENTERED]
    assert "papers" not in told[FindingKind.PART_NOT_ENTERED]
    version.file.storage.delete(str(version.file.name))
    broken = {f.kind: f.details for f in controller_findings() if f.procedure == page.pk}
    assert broken[FindingKind.FORM_FILE] == ("Tờ khai", "don.docx")
    assert [f.details for f in controller_findings() if f.kind is FindingKind.UNMAPPED] == [("Hội đồng lạ",)]


# Words ----------------------------------------------------------------------------------------------------------------


def test_every_finding_says_what_why_and_until_when(
    unit: Unit, pages: list[ProcedurePage], django_assert_num_queries: Any
) -> None:
    page = make_procedure("Đăng ký thử")
    decide(date(2026, 3, 16), (page, "new"))
    report = unit_report(unit, None)
    with django_assert_num_queries(4):
        context = load_context(report.findings, report.as_of)
    (late,) = (f for f in report.findings if f.procedure == page.pk)
    words = describe(late, context)
    assert words.title == f"Quá hạn niêm yết thủ tục “Đăng ký thử” ({page.code})"
    assert words.whose == unit.name
    assert words.why == "Quyết định số 1/QĐ-UBND ngày 16/03/2026, Phần I › A. Cấp xã, số thứ tự 01"
    assert words.since == "16/03/2026"
    assert words.until.startswith("hết ngày 23/03/2026, đã quá ")
    assert words.costs.startswith("Đang mất 0,")
    assert words.link == f"/admin/niem-yet/{unit.slug}/?loc=con-thieu&q={page.code}"
    opening = next(f for f in report.findings if f.procedure == pages[1].pk)
    assert describe(opening, context).why == "Danh mục đầu kỳ ngày 02/03/2026, dòng 2"


def test_every_kind_has_words_and_a_link(unit: Unit) -> None:
    page = make_procedure("Đăng ký thử")
    listing = make_listing(unit, page)
    details = {
        FindingKind.OUTDATED: ("steps", "channels"),
        FindingKind.SHOULD_BE_GONE: ("not_theirs",),
        FindingKind.UNIT_DETAIL: ("desk", "hours", "phone"),
        FindingKind.PART_NOT_ENTERED: ("fee", "time"),
        FindingKind.DIVERGENCE: ("steps",),
        FindingKind.UNMAPPED: ("Hội đồng lạ",),
        FindingKind.FORM_FILE: ("don.docx",),
        FindingKind.DEAD_LINK: ("https://example.vn/",),
    }
    day = date(2026, 3, 9)
    held = [
        Finding(kind, unit.pk, page.pk, day, day + DAY, details=details.get(kind, ())) for kind in FindingKind
    ]
    context = load_context(held, day)
    for finding in held:
        words = describe(finding, context)
        assert "Đăng ký thử" in words.title
        assert "%(" not in f"{words.title}{words.why}{words.until}{words.costs}"
        assert words.link.startswith("/admin/")
        assert words.link_label
        assert not {
            name for name in finding.details if name.isascii() and name.islower() and name.isalpha()
        } & set(words.title.replace(",", " ").split()), "stored values are not words"
    said = {f.kind: describe(f, context) for f in held}
    assert said[FindingKind.OUTDATED].title.endswith(
        ": trình tự thực hiện; cách thức thực hiện, thời hạn, phí"
    )
    assert said[FindingKind.UNIT_DETAIL].title.endswith("nơi tiếp nhận hồ sơ, giờ làm việc và điện thoại")
    assert said[FindingKind.UNIT_DETAIL].link.endswith(f"/{listing.pk}/")


# Schemes --------------------------------------------------------------------------------------------------------------


def test_the_example_comes_once_and_never_over_another() -> None:
    year = timezone.localdate().year
    ScoringScheme.objects.all().delete()
    row = ensure_example()
    assert row is not None
    assert row.is_example
    assert row.year == year
    assert ensure_example() is None
    assert scheme_for().scheme == example()[2]
    assert ScoringScheme.objects.count() == 1


def test_which_scheme_holds() -> None:
    ScoringScheme.objects.all().delete()
    assert scheme_for(date(2026, 5, 1)).row is None
    content = ensure_example(2024).content  # type: ignore[union-attr] # nothing was there
    kept = ScoringScheme.objects.create(year=2026, title="Chính thức", content=content)
    ScoringScheme.objects.create(year=2026, title="Nháp", content=content, in_use=False)
    assert scheme_for(date(2025, 5, 1)).row.year == 2024  # type: ignore[union-attr] # there is one
    assert scheme_for(date(2026, 5, 1)).row == kept
    assert scheme_for(date(2027, 5, 1)).row == kept
    assert scheme_for(date(2023, 5, 1)).row.year == 2024  # type: ignore[union-attr] # as above
    assert not scheme_for(date(2026, 5, 1)).is_example


def test_a_broken_scheme_keeps_no_board_shut(unit: Unit, pages: list[ProcedurePage], caplog: Any) -> None:
    ScoringScheme.objects.update(in_use=False)
    ScoringScheme.objects.create(year=2026, title="Hỏng", content={"criteria": []})
    report = unit_report(unit)
    assert report.scheme is None
    assert report.score.maximum == Decimal("5.00")
    assert "can't be read" in caplog.text
