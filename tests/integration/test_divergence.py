"""What differs from the national snapshot: noted, shown, taken into a draft or kept on purpose."""

from __future__ import annotations

import dataclasses
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from home.enums import PortalGroup
from procedures.divergence.noting import Noting
from procedures.divergence.screen import DivergenceFilters, build_screen
from procedures.divergence.settling import NothingToSettle, keep_ours, take_into_draft
from procedures.importing.files import open_sources
from procedures.importing.preview import preview_records
from procedures.importing.section_texts import section_words
from procedures.mapping import record_of
from procedures.models import Divergence, ImportRun, ImportState, ProcedurePage
from procedures.record import Paper, PaperCase, ProcedureRecord
from procedures.sources.xlsx import write_xlsx
from tests.factories.people import make_user
from tests.factories.records import make_record, publish

pytestmark = pytest.mark.django_db


def compare(*records: ProcedureRecord, source: str = "ban-chup.jsonl") -> Noting:
    noting = Noting(source)
    preview_records(((r.code, r) for r in records), observe=noting)
    return noting


@pytest.fixture
def held() -> ProcedureRecord:
    record = make_record()
    publish(record)
    return record


def newer(record: ProcedureRecord) -> ProcedureRecord:
    return dataclasses.replace(
        record,
        copies_text="03 bộ",
        cases=(PaperCase("", (Paper("Tờ khai khác", originals=2),)),),
    )


def test_what_differs_is_noted_section_by_section(held: ProcedureRecord) -> None:
    assert compare(newer(held)).found == 2
    assert set(Divergence.objects.values_list("section", flat=True)) == {"copies", "papers"}
    assert compare(newer(held)).found == 2
    assert Divergence.objects.count() == 2


def test_what_agrees_again_is_gone(held: ProcedureRecord) -> None:
    compare(newer(held))
    noting = compare(held)
    assert (noting.found, noting.gone) == (0, 2)
    assert not Divergence.objects.exists()


def test_taking_over_writes_a_draft_and_nothing_else(held: ProcedureRecord) -> None:
    compare(newer(held))
    page = ProcedurePage.objects.get(code=held.code)
    user = make_user(PortalGroup.CONTROLLER)
    before = record_of(page)
    take_into_draft(page=page, sections=["papers"], user=user)
    page.refresh_from_db()
    draft = record_of(page.get_latest_revision_as_object())
    assert draft.cases == newer(held).cases
    assert draft.copies_text == held.copies_text
    assert record_of(page) == before
    assert page.has_unpublished_changes
    assert Divergence.objects.filter(settled_at=None).values_list("section", flat=True).get() == "copies"
    take_into_draft(page=page, sections=["copies"], user=user)
    assert (
        record_of(ProcedurePage.objects.get(pk=page.pk).get_latest_revision_as_object()).copies_text
        == "03 bộ"
    )
    with pytest.raises(NothingToSettle):
        take_into_draft(page=page, sections=["copies"], user=user)


def test_what_is_kept_comes_back_only_with_another_text(held: ProcedureRecord) -> None:
    compare(newer(held))
    page = ProcedurePage.objects.get(code=held.code)
    keep_ours(page=page, sections=["copies", "papers"], reason="Nghị quyết của tỉnh", user=None)
    assert compare(newer(held)).found == 0
    assert compare(dataclasses.replace(newer(held), copies_text="04 bộ")).found == 1


def test_a_failure_half_way_leaves_nothing(held: ProcedureRecord, monkeypatch: pytest.MonkeyPatch) -> None:
    compare(newer(held))
    page = ProcedurePage.objects.get(code=held.code)

    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("procedures.divergence.settling.log", fail)
    with pytest.raises(RuntimeError):
        take_into_draft(page=page, sections=["papers"], user=None)
    page.refresh_from_db()
    assert not page.has_unpublished_changes
    assert Divergence.objects.filter(settled_at=None).count() == 2


def test_the_command_keeps_its_report(held: ProcedureRecord, tmp_path: Path) -> None:
    record = {
        "ma": held.code,
        "ten": held.name,
        "trinh_tu": "Bước 1: Nộp hồ sơ khác.",
        "co_quan_ban_hanh": "Bộ Tư pháp",
    }
    (tmp_path / "a.jsonl").write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    out = StringIO()
    call_command("import_procedures", str(tmp_path / "a.jsonl"), compare=True, stdout=out, stderr=StringIO())
    assert "phần khác chờ xử lý" in out.getvalue()
    assert Divergence.objects.filter(section="steps", source="a.jsonl").exists()
    assert record_of(ProcedurePage.objects.get()).name == held.name


# The screens --------------------------------------------------------------------------------------------------------


@pytest.fixture
def controller(client: Client) -> Client:
    client.force_login(make_user(PortalGroup.CONTROLLER))
    return client


def test_side_by_side_and_taken_over(controller: Client, held: ProcedureRecord) -> None:
    compare(newer(held))
    page = ProcedurePage.objects.get(code=held.code)
    shown = controller.get(reverse("divergence")).content.decode()
    assert held.code in shown
    address = reverse("divergence_procedure", args=[page.pk])
    shown = controller.get(address).content.decode()
    assert "Tờ khai khác" in shown
    refused = controller.post(address, {"viec": "giu", "phan": ["papers"], "ly-do": ""})
    assert refused.status_code == 422
    assert "lý do" in refused.content.decode()
    assert (
        controller.post(address, {"viec": "lay", "phan": ["papers", "copies", "unheard"]}).status_code == 302
    )
    assert not Divergence.objects.filter(settled_at=None).exists()


@pytest.mark.parametrize(
    "query", [{"p": "99999"}, {"phan": "'; --"}, {"q": "\x00ặ" * 300}, {"p": "-1", "loc": "x"}]
)
def test_absurd_addresses_are_pages(controller: Client, query: dict[str, str]) -> None:
    assert controller.get(reverse("divergence"), query).status_code == 200


@pytest.mark.parametrize("group", [PortalGroup.INSPECTOR, PortalGroup.CURATOR])
def test_others_are_refused(client: Client, held: ProcedureRecord, group: PortalGroup) -> None:
    client.force_login(make_user(group))
    page = ProcedurePage.objects.get(code=held.code)
    for address in (reverse("divergence"), reverse("divergence_procedure", args=[page.pk])):
        assert client.get(address).status_code in (302, 403)
        assert client.post(address, {"viec": "lay", "phan": "papers"}).status_code in (302, 403)


def test_an_uploaded_snapshot_is_only_compared(controller: Client, held: ProcedureRecord) -> None:
    line = json.dumps({"ma": held.code, "ten": held.name, "trinh_tu": "Bước khác."}, ensure_ascii=False)
    file = SimpleUploadedFile("quoc-gia.jsonl", line.encode())
    answer = controller.post(reverse("divergence"), {"file": file}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("divergence"), "where the differences are settled"
    shown = answer.content.decode()
    assert "Đã so với quoc-gia.jsonl: 0 mới, 1 khác nhau" in shown
    assert "Đã áp dụng" not in shown
    run = ImportRun.objects.get()
    assert run.state == ImportState.DONE
    page = controller.get(reverse("catalogue_import", args=[run.pk])).content.decode()
    assert "Đã so" in page
    assert "Đã áp dụng" not in page
    assert "quoc-gia.jsonl" not in controller.get(reverse("catalogue_exchange")).content.decode()
    assert Divergence.objects.filter(section="steps").exists()
    controller.post(reverse("catalogue_import", args=[run.pk]))
    assert record_of(ProcedurePage.objects.get()).steps == held.steps


def test_choices_are_said_in_words(controller: Client, held: ProcedureRecord) -> None:
    theirs = dataclasses.replace(held, audiences=("enterprise", "cooperative"))
    compare(theirs)
    page = ProcedurePage.objects.get(code=held.code)
    shown = controller.get(reverse("divergence_procedure", args=[page.pk])).content.decode()
    assert "Doanh nghiệp<br>Hợp tác xã" in shown
    assert "cooperative" not in shown
    assert section_words(theirs, "audience") == "Doanh nghiệp · Hợp tác xã"
    assert "office" not in section_words(theirs, "steps")


def test_a_refused_line_names_its_place_once(tmp_path: Path) -> None:
    workbook = tmp_path / "cat.xlsx"
    write_xlsx([make_record()], workbook)
    book = load_workbook(workbook)
    book["Thủ tục"].append(["2.0"])
    book.save(workbook)
    sources = open_sources([workbook])
    assert len(list(sources.records())) == 1
    (refusal,) = sources.refused
    assert refusal.place == "cat.xlsx, Thủ tục, dòng 3"
    assert refusal.reason.startswith("mã “2.0” không đúng dạng")


def test_a_wrong_file_is_refused_in_words(controller: Client) -> None:
    answer = controller.post(reverse("divergence"), {"file": SimpleUploadedFile("a.pdf", b"%PDF")})
    assert answer.status_code == 422
    assert "Cần tệp .xlsx" in answer.content.decode()


def test_the_list_does_not_query_per_row(django_assert_num_queries: Any) -> None:
    records = [make_record() for _ in range(12)]
    publish(*records)
    compare(*(newer(record) for record in records))
    with django_assert_num_queries(5):
        screen = build_screen(DivergenceFilters())
    assert len(screen.rows) == 12
