"""The official catalogue taken over: whole, twice the same, resumable, never over a correction."""

from __future__ import annotations

import dataclasses
import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import Tags
from django.core.management import CommandError, call_command
from django.db import connection
from wagtail.models import Page, PageLogEntry, ReferenceIndex, Revision
from wagtail.search.models import IndexEntry

from procedures.importing.bulk import ImportReport, import_records
from procedures.importing.exporting import catalogue_records
from procedures.importing.merging import content_hash
from procedures.importing.preview import preview_records
from procedures.management.commands import import_procedures
from procedures.mapping import record_of
from procedures.models import CatalogueIndexPage, ImportedProcedure, ProcedurePage
from procedures.record import Basis, Channel, Fee, Paper, PaperCase, ProcedureRecord, Result, Step
from procedures.sources.catalogue_csv import NotACatalogue, read_catalogue_csv, supplemented

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.django_db


def make_record(number: int = 1, **changes: Any) -> ProcedureRecord:
    record = ProcedureRecord(
        code=f"6.{number:06d}",
        name=f"Cấp giấy thử nghiệm số {number}",
        decision="12/QĐ-UBND",
        issuing_body="Bộ Tư pháp",
        field="Hộ tịch",
        levels=("commune",),
        audiences=("citizen",),
        bodies=("Ủy ban nhân dân cấp xã",),
        steps=(Step("Nộp hồ sơ", "<p>Nộp tại bộ phận một cửa.<br>Nhận giấy hẹn.</p>", "applicant"),),
        channels=(Channel("in_person", fees=(Fee(text="Miễn phí"),), duration_text="Trong ngày"),),
        cases=(PaperCase("", (Paper("Tờ khai", originals=1, form="to-khai.docx"),)),),
        copies_text="01 bộ",
        results=(Result("Giấy thử nghiệm"),),
        conditions_html="<p>Không vi phạm.</p>",
        basis=(Basis("60/2014/QH13", "Luật Hộ tịch", date(2014, 11, 20), "Quốc hội"),),
    )
    return dataclasses.replace(record, **changes)


def take(*records: ProcedureRecord, **options: Any) -> ImportReport:
    return import_records(((f"dòng {i}", record) for i, record in enumerate(records, 1)), **options)


def only() -> ProcedurePage:
    return ProcedurePage.objects.get()


# Taking over --------------------------------------------------------------------------------------------------------


def test_a_record_comes_back_as_it_went_in() -> None:
    record = make_record()
    take(record)
    page = only()
    assert content_hash(record_of(page)) == content_hash(record) == page.content_hash
    assert page.live
    assert page.slug == "6-000001"
    assert Page.find_problems() == ([], [], [], [], [])
    assert list(catalogue_records()) == [record_of(page)]


def test_the_tree_is_sound_whatever_came_before() -> None:
    take(*(make_record(n) for n in range(1, 8)), batch_size=3)
    CatalogueIndexPage.objects.get().add_child(
        instance=ProcedurePage(title="x", slug="9-000001", code="9.000001", full_name="x")
    )
    take(*(make_record(n) for n in range(5, 12)), batch_size=3)
    assert Page.find_problems() == ([], [], [], [], [])
    index = CatalogueIndexPage.objects.get()
    assert index.numchild == index.get_children().count() == 12


def test_a_second_run_changes_nothing() -> None:
    records = [make_record(n) for n in range(1, 6)]
    take(*records)
    revisions = Revision.objects.count()
    logged = PageLogEntry.objects.count()
    report = take(*records)
    assert (report.created, report.changed, report.unchanged) == ([], [], 5)
    assert Revision.objects.count() == revisions == 5
    assert PageLogEntry.objects.count() == logged


def test_a_second_run_asks_little(django_assert_max_num_queries: Any) -> None:
    records = [make_record(n) for n in range(1, 30)]
    take(*records)
    with django_assert_max_num_queries(8):
        take(*records)


def test_one_revision_for_a_changed_record() -> None:
    take(make_record(1), make_record(2))
    report = take(make_record(1, copies_text="02 bộ"), make_record(2))
    assert report.changed == ["6.000001"]
    assert report.unchanged == 1
    page = ProcedurePage.objects.get(code="6.000001")
    assert page.copies_text == "02 bộ"
    assert page.revisions.count() == 2
    assert page.live_revision == page.latest_revision == page.revisions.order_by("-pk").first()
    assert page.live_revision.as_object().copies_text == "02 bộ"
    assert not page.has_unpublished_changes


def test_another_provinces_procedure_is_kept_but_not_shown() -> None:
    take(make_record(1, scope="other_province"))
    assert not only().live
    assert Revision.objects.count() == 1


def test_a_code_twice_is_refused_once() -> None:
    report = take(make_record(1), make_record(1, name="Tên khác"))
    assert report.created == ["6.000001"]
    assert [(r.place, r.code) for r in report.refused] == [("dòng 2", "6.000001")]
    assert only().full_name == "Cấp giấy thử nghiệm số 1"


def test_a_code_that_is_gone_is_reported_and_kept() -> None:
    take(make_record(1), make_record(2))
    report = take(make_record(2))
    assert report.absent == ["6.000001"]
    assert ProcedurePage.objects.live().count() == 2


def test_a_dry_run_leaves_nothing() -> None:
    report = take(make_record(), dry_run=True)
    assert report.created == ["6.000001"]
    assert not ProcedurePage.objects.exists()
    assert not Revision.objects.exists()


def test_an_interrupted_run_resumes() -> None:
    records = [make_record(n) for n in range(1, 8)]

    def cut_off() -> Any:
        for i, record in enumerate(records):
            if i == 5:
                raise KeyboardInterrupt
            yield f"dòng {i}", record

    with pytest.raises(KeyboardInterrupt):
        import_records(cut_off(), batch_size=2)
    assert ProcedurePage.objects.count() == 4
    report = take(*records, batch_size=2)
    assert (len(report.created), report.unchanged) == (3, 4)
    assert Page.find_problems() == ([], [], [], [], [])
    assert Revision.objects.count() == 7


# Private interfaces of Django and Wagtail that this stands on ----------------------------------------------------------


def test_the_rows_are_those_that_the_editor_would_write() -> None:
    """The bulk path and `add_child` + `save_revision` + `publish` lead to the same columns."""
    take(make_record(1))
    bulk = only()
    by_hand = CatalogueIndexPage.objects.get().add_child(
        instance=ProcedurePage(title=bulk.title, slug="6-000002", code="6.000002", full_name=bulk.full_name)
    )
    own = {"path", "slug", "url_path", "code", "translation_key", "latest_revision_created_at"}
    for field in Page._meta.concrete_fields:
        if field.name in own or field.primary_key or field.name.endswith(("_at", "revision")):
            continue
        assert getattr(bulk, field.attname) == getattr(by_hand, field.attname), field.name
    assert len(bulk.path) == len(by_hand.path)
    assert bulk.url_path == by_hand.url_path.replace("6-000002", "6-000001")


@pytest.mark.parametrize("changed", [False, True])
def test_the_references_are_those_that_wagtail_writes(changed: bool) -> None:
    take(make_record())
    if changed:
        take(make_record(field="Chứng thực", basis=(Basis("123/2015/NĐ-CP"),)))

    def rows() -> set[tuple[Any, ...]]:
        return set(
            ReferenceIndex.objects.filter(object_id=str(only().pk)).values_list(
                "content_type",
                "base_content_type",
                "to_content_type",
                "to_object_id",
                "model_path",
                "content_path",
                "content_path_hash",
            )
        )

    ours = rows()
    assert ours
    ReferenceIndex.objects.all().delete()
    ReferenceIndex.create_or_update_for_object(only())
    assert rows() == ours


def test_the_admin_finds_what_was_imported() -> None:
    take(make_record())
    entry = IndexEntry.objects.get(object_id=str(only().pk))
    assert entry.content_type.model_class() is ProcedurePage


# Corrections --------------------------------------------------------------------------------------------------------


def correct(**fields: Any) -> ProcedurePage:
    page = only()
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()
    return only()


def test_a_correction_survives_and_the_new_text_waits() -> None:
    take(make_record())
    correct(copies_text="03 bộ (đã sửa)")
    report = take(make_record(copies_text="02 bộ", bodies=("Ủy ban nhân dân xã",)))
    page = only()
    assert page.copies_text == "03 bộ (đã sửa)"
    assert page.body_list == ("Ủy ban nhân dân xã",), "what was not corrected is taken over"
    assert page.has_unpublished_changes
    draft = page.get_latest_revision_as_object()
    assert draft.copies_text == "02 bộ"
    assert [(k.code, k.sections, k.draft_left) for k in report.kept] == [("6.000001", ("copies",), True)]
    again = take(make_record(copies_text="02 bộ", bodies=("Ủy ban nhân dân xã",)))
    assert again.unchanged == 1
    assert only().revisions.count() == page.revisions.count()


def test_a_correction_stands_while_the_source_stays() -> None:
    take(make_record())
    page = correct(copies_text="03 bộ (đã sửa)")
    report = take(make_record())
    assert report.unchanged == 1
    assert only().copies_text == "03 bộ (đã sửa)"
    assert only().latest_revision_id == page.latest_revision_id


def test_an_unfinished_draft_is_not_lost() -> None:
    take(make_record())
    draft = only().get_latest_revision_as_object()
    draft.purpose = "Đang soạn dở"
    draft.save_revision()
    report = take(make_record(copies_text="02 bộ"))
    assert (report.changed, report.kept, report.unchanged) == (["6.000001"], [], 0)
    page = only()
    assert page.copies_text == "02 bộ"
    assert page.purpose == ""
    waiting = page.get_latest_revision_as_object()
    assert waiting.purpose == "Đang soạn dở"
    assert waiting.copies_text == "02 bộ"


def test_gaps_do_not_stop_the_official_text() -> None:
    take(make_record())
    correct(copies_text="03 bộ (đã sửa)")
    take(make_record(results=(), copies_text="02 bộ"))
    assert len(only().results) == 0


def test_the_preview_says_what_would_happen_and_does_nothing() -> None:
    take(make_record(1), make_record(2))
    page = ProcedurePage.objects.get(code="6.000001")
    page.copies_text = "03 bộ (đã sửa)"
    page.save_revision().publish()
    revisions = Revision.objects.count()
    preview = preview_records(
        [
            ("1", make_record(1, copies_text="02 bộ", bodies=("Sở Tư pháp",))),
            ("2", make_record(2)),
            ("3", make_record(3)),
        ]
    )
    assert [code for code, _name in preview.created] == ["6.000003"]
    assert preview.unchanged == 1
    (change,) = preview.changed
    assert {(d.section, d.kept) for d in change.differences} == {("copies", True), ("bodies", False)}
    (copies,) = [d for d in change.differences if d.section == "copies"]
    assert (copies.ours, copies.theirs) == ("03 bộ (đã sửa)", "02 bộ")
    assert Revision.objects.count() == revisions
    assert not ProcedurePage.objects.filter(code="6.000003").exists()


# Commands -----------------------------------------------------------------------------------------------------------


def raw(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "ma": f"6.{number:06d}",
        "ten": f"Cấp giấy thử nghiệm số {number}",
        "so_quyet_dinh": "12/QĐ-UBND",
        "co_quan_ban_hanh": "Bộ Tư pháp",
        "linh_vuc": "Hộ tịch",
        "cap_thuc_hien": "Cấp xã",
        "doi_tuong": "Công dân Việt Nam",
        "co_quan_thuc_hien": "",
        "trinh_tu": "Bước 1: Nộp hồ sơ tại bộ phận một cửa.\nBước 2: Nhận kết quả.",
        "cach_thuc_bang": [],
        "cach_thuc_tu_A": [],
        "ho_so": [],
        "ho_so_text": "",
        "can_cu": [],
        "can_cu_text": "",
        "ket_qua": [],
        "yeu_cau_dieu_kien": "Không có thông tin",
        "url": "",
        "nguon": "A",
    } | changes


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    path = tmp_path / "danh-muc.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        for n in range(1, 4):
            lines.write(json.dumps(raw(n), ensure_ascii=False) + "\n")
    return path


def run(*arguments: Any) -> str:
    out = StringIO()
    call_command(*map(str, arguments), stdout=out, stderr=out)
    return out.getvalue()


def test_the_command(catalogue: Path) -> None:
    assert "3 mới, 0 thay đổi, 0 giữ nguyên, 0 không nhận" in run("import_procedures", catalogue)
    assert "0 mới, 0 thay đổi, 3 giữ nguyên" in run("import_procedures", catalogue)
    assert "0 mới, 0 khác nhau, 3 giống nhau" in run("import_procedures", catalogue, "--compare")


def test_the_command_checks_the_models_and_loads_no_views(catalogue: Path) -> None:
    assert set(import_procedures.Command.requires_system_checks) == {Tags.models}
    call_command("import_procedures", str(catalogue), stdout=StringIO(), stderr=StringIO(), skip_checks=False)
    assert ProcedurePage.objects.count() == 3


def test_what_is_refused_is_named_and_the_rest_is_kept(catalogue: Path) -> None:
    with gzip.open(catalogue, "at", encoding="utf-8") as lines:
        lines.write(json.dumps(raw(4, ten=""), ensure_ascii=False) + "\n{ broken\n")
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("import_procedures", str(catalogue), stdout=out, stderr=out)
    assert ended.value.code == 1
    assert "3 mới" in out.getvalue()
    assert "2 không nhận" in out.getvalue()
    assert "danh-muc.jsonl.gz, dòng 4" in out.getvalue()
    assert "danh-muc.jsonl.gz, dòng 5" in out.getvalue()


@pytest.mark.parametrize("name", ["thieu.jsonl", "anh.png", "chi-bo-sung.csv"])
def test_unusable_files(tmp_path: Path, name: str) -> None:
    if not name.startswith("thieu"):
        (tmp_path / name).write_text("Mã số,Tên,Cơ quan ban hành,Cơ quan thực hiện,Lĩnh vực,URL\n", "utf-8")
    with pytest.raises(CommandError) as raised:
        run("import_procedures", tmp_path / name)
    assert raised.value.returncode == 2


@pytest.mark.parametrize("content", [b"not a zip", b"PK\x03\x04 broken"])
def test_a_broken_workbook(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "hong.xlsx"
    path.write_bytes(content)
    with pytest.raises(CommandError) as raised:
        run("import_procedures", path)
    assert raised.value.returncode == 2


def test_a_broken_archive(tmp_path: Path, catalogue: Path) -> None:
    path = tmp_path / "cut.jsonl.gz"
    path.write_bytes(catalogue.read_bytes()[:-20])
    with pytest.raises(CommandError) as raised:
        run("import_procedures", path)
    assert raised.value.returncode == 2


def test_a_supplement_fills_only_gaps(tmp_path: Path, catalogue: Path) -> None:
    table = tmp_path / "bo-sung.csv"
    table.write_text(
        "\ufeffMã số,Tên,Cơ quan ban hành,Cơ quan thực hiện,Lĩnh vực,URL\n"
        "6.000001,Tên khác,Bộ Công an,Ủy ban nhân dân cấp xã; Công an cấp xã,Khác,https://example.vn/1\n"
        "6.0000011,Mã sai,,,,\n",
        "utf-8",
    )
    output = run("import_procedures", catalogue, table)
    assert "6.0000011" in output
    page = ProcedurePage.objects.get(code="6.000001")
    assert page.full_name == "Cấp giấy thử nghiệm số 1"
    assert page.issuing_body == "Bộ Tư pháp"
    assert page.body_list == ("Ủy ban nhân dân cấp xã", "Công an cấp xã")
    assert page.national_url == "https://example.vn/1"


def test_a_supplement_may_say_whose_procedure_it_is(tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_text(
        "Mã số,Tên,Cơ quan ban hành,Cơ quan thực hiện,Lĩnh vực,URL\n6.000001,Tên,UBND tỉnh Lạng Sơn,,,\n",
        "utf-8",
    )
    row = read_catalogue_csv(table).rows["6.000001"]
    assert supplemented(make_record(issuing_body="", bodies=()), row).scope == "other_province"
    assert supplemented(make_record(), row) == make_record()
    assert supplemented(make_record(), None) == make_record()
    table.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(NotACatalogue, match="thiếu cột"):
        read_catalogue_csv(table)


def test_out_and_in_again(tmp_path: Path, catalogue: Path) -> None:
    run("import_procedures", catalogue)
    path = tmp_path / "xuat.xlsx"
    assert "Đã ghi 3 thủ tục" in run("export_procedures", path)
    assert "0 khác nhau, 3 giống nhau" in run("import_procedures", path, "--compare")
    assert "0 mới, 0 thay đổi" in run("import_procedures", path)
    assert not list(tmp_path.glob(".*partial"))


def test_the_empty_template(tmp_path: Path) -> None:
    path = tmp_path / "mau.xlsx"
    run("export_procedures", path, "--template")
    assert "0 mới" in run("import_procedures", path)
    with pytest.raises(CommandError) as raised:
        run("export_procedures", tmp_path / "mau.csv")
    assert raised.value.returncode == 2


# The real catalogue -------------------------------------------------------------------------------------------------

REAL = ("procedures/procedures-2026.jsonl.gz", "procedures/catalogue-2026.csv.gz")


@pytest.mark.slow
@pytest.mark.real_data
def test_the_real_catalogue_comes_whole_and_twice_the_same(real_data: Path) -> None:
    files = [real_data / name for name in REAL]
    assert "4025 mới, 0 thay đổi, 0 giữ nguyên, 0 không nhận" in run("import_procedures", *files)
    assert Page.find_problems() == ([], [], [], [], [])
    assert Revision.objects.count() == ImportedProcedure.objects.count() == 4025
    assert "0 mới, 0 thay đổi, 4025 giữ nguyên" in run("import_procedures", *files)
    assert Revision.objects.count() == 4025
    for page in ProcedurePage.objects.order_by("?").select_related("subject")[:200]:
        assert content_hash(record_of(page)) == page.content_hash


@pytest.mark.slow
@pytest.mark.real_data
def test_a_killed_import_is_resumed(real_data: Path, tmp_path: Path, migrated_sqlite: Path) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("a file of its own to kill: on SQLite")
    shutil.copy(migrated_sqlite, tmp_path / "killed.sqlite3")
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings.test",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "site"), str(ROOT)]),
        "PORTAL_DATABASE_URL": f"sqlite:///{tmp_path / 'killed.sqlite3'}",
    }
    setup = "import django; django.setup(); from portal.bootstrap import ensure_tree; ensure_tree()"
    subprocess.run([sys.executable, "-c", setup], cwd=ROOT, env=environment, check=True)
    small = tmp_path / "phan.jsonl"
    with gzip.open(real_data / REAL[0], "rb") as whole:
        lines = whole.readlines()[:1200]
    small.write_bytes(b"".join(lines))
    command = [sys.executable, "manage.py", "import_procedures", str(small)]
    counting = (
        "import django; django.setup(); from procedures.models import ProcedurePage; "
        "print(ProcedurePage.objects.count())"
    )
    fed = tmp_path / "pipe.jsonl"
    # A source that stops after the first batch: the import waits in the middle of its second, and is killed there.
    fed.write_bytes(b"".join(lines[:700]))
    killing = (
        "import os, signal, sys; import django; django.setup()\n"
        "from procedures.importing.files import open_sources\n"
        "from procedures.importing.bulk import import_records\n"
        "def source():\n"
        "    for place, item in enumerate(open_sources([sys.argv[1]]).records()):\n"
        "        if place == 600: os.kill(os.getpid(), signal.SIGKILL)\n"
        "        yield item\n"
        "import_records(source())\n"
    )
    killed = subprocess.run([sys.executable, "-c", killing, str(fed)], cwd=ROOT, env=environment)
    assert killed.returncode == -signal.SIGKILL
    held = subprocess.run(
        [sys.executable, "-c", counting], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert held.stdout.strip() == "500"
    resumed = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert resumed.returncode == 0, resumed.stderr
    assert f"{len(lines) - 500} mới, 0 thay đổi, 500 giữ nguyên" in resumed.stdout
