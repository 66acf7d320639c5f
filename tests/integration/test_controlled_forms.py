"""Controlled forms in the admin, and the catalogue as XLSX out and in."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from home.enums import PortalGroup
from procedures.demo.reading import CATALOGUE, read_file
from procedures.importing import runs as import_runs
from procedures.importing.bulk import import_records
from procedures.models import ControlledForm, FormVersion, ImportRun, ImportState, ProcedurePage
from tests.factories.people import make_membership, make_user

pytestmark = pytest.mark.django_db


def docx(text: str = "Tờ khai", more: dict[str, bytes] | None = None) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f"<w:document>{text}</w:document>")
        for name, content in (more or {}).items():
            archive.writestr(name, content)
    return buffer.getvalue()


def body(answer: Any) -> bytes:
    """What a download holds."""
    return b"".join(answer.streaming_content)


def upload(content: bytes, name: str = "Tờ khai đăng ký.DOCX") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.fixture
def controller(client: Client, settings: Any, tmp_path: Any) -> Any:
    settings.MEDIA_ROOT = tmp_path
    user = make_user(PortalGroup.CONTROLLER)
    client.force_login(user, backend="home.authentication.MembershipBackend")
    return user


ADD = "wagtailsnippets_procedures_controlledform:add"
EDIT = "wagtailsnippets_procedures_controlledform:edit"


def test_a_form_with_its_file(client: Client, controller: Any) -> None:
    content = docx()
    answer = client.post(reverse(ADD), {"title": "Tờ khai", "number": "CT01", "new_file": upload(content)})
    assert answer.status_code == 302, answer.context["form"].errors
    (version,) = ControlledForm.objects.get().versions.all()
    assert version.name == "to-khai-dang-ky.docx"
    assert version.size == len(content)
    assert version.uploaded_by == controller
    served = client.get(version.get_absolute_url())
    assert body(served) == content
    assert "attachment" in served["Content-Disposition"]


def test_a_new_version_leaves_the_old_one(client: Client, controller: Any) -> None:
    client.post(reverse(ADD), {"title": "Tờ khai", "number": "", "new_file": upload(docx("1"))})
    form = ControlledForm.objects.get()
    old = form.current
    assert old is not None
    answer = client.post(
        reverse(EDIT, args=[form.pk]), {"title": "Tờ khai mới", "number": "", "new_file": upload(docx("2"))}
    )
    assert answer.status_code == 302
    form.refresh_from_db()
    assert form.versions.count() == 2
    assert form.current != old
    assert client.get(old.get_absolute_url()).status_code == 200
    text = client.get(reverse(EDIT, args=[form.pk])).content.decode()
    assert old.get_absolute_url() in text
    assert "đang dùng" in text


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"MZ" + b"\0" * 100, "a.docx", "không thuộc loại nào"),
        (docx(more={"word/vbaProject.bin": b"x"}), "a.docx", "macro"),
        (docx(), "a.pdf", "Nội dung tệp là docx"),
        (b"%PDF-1.4 %%EOF" + b"\0" * (20 * 1024 * 1024), "a.pdf", "lớn hơn"),
    ],
    ids=["program", "macro", "other kind", "too large"],
)
def test_a_refused_file_keeps_what_was_typed(
    client: Client, controller: Any, content: bytes, name: str, says: str
) -> None:
    answer = client.post(
        reverse(ADD), {"title": "Tên vừa gõ", "number": "CT01", "new_file": upload(content, name)}
    )
    assert answer.status_code == 200
    assert says in " ".join(answer.context["form"].errors["new_file"])
    assert "Tên vừa gõ" in answer.content.decode()
    assert not ControlledForm.objects.exists()
    assert not FormVersion.objects.exists()


def test_the_same_bytes_twice(client: Client, controller: Any) -> None:
    same = docx()
    client.post(reverse(ADD), {"title": "Tờ khai", "number": "", "new_file": upload(same)})
    form = ControlledForm.objects.get()
    again = client.post(
        reverse(EDIT, args=[form.pk]),
        {"title": "Tờ khai", "number": "", "new_file": upload(same, "b.docx")},
    )
    assert "giống hệt bản ngày" in " ".join(again.context["form"].errors["new_file"])
    other = client.post(reverse(ADD), {"title": "Khác", "number": "", "new_file": upload(same)})
    assert "hãy dùng mẫu ấy" in " ".join(other.context["form"].errors["new_file"])
    assert FormVersion.objects.count() == 1


def test_a_form_with_versions_stays(client: Client, controller: Any) -> None:
    client.post(reverse(ADD), {"title": "Tờ khai", "number": "", "new_file": upload(docx())})
    client.post(reverse(ADD), {"title": "Trống", "number": ""})
    held, empty = ControlledForm.objects.order_by("pk")
    for form in (held, empty):
        client.post(reverse("wagtailsnippets_procedures_controlledform:delete", args=[form.pk]))
    bulk = reverse("wagtail_bulk_action", args=["procedures", "controlledform", "delete"])
    client.post(f"{bulk}?id={held.pk}&next=/admin/")
    assert list(ControlledForm.objects.all()) == [held]


# The catalogue as XLSX ----------------------------------------------------------------------------------------------


@pytest.fixture
def page() -> ProcedurePage:
    record = read_file(CATALOGUE / "1.004222.yaml").record
    import_records([("demo", record)])
    return ProcedurePage.objects.get()


def workbook(client: Client) -> bytes:
    answer = client.get(reverse("catalogue_download"))
    assert answer.status_code == 200
    return body(answer)


def changed(content: bytes, old: str, new: str) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    hits = 0
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value == old:
                    cell.value, hits = new, hits + 1
    assert hits
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_out_changed_and_in_again(client: Client, controller: Any, page: ProcedurePage) -> None:
    content = changed(workbook(client), page.copies_text, "09 bộ")
    answer = client.post(reverse("catalogue_exchange"), {"file": upload(content, "sửa.xlsx")})
    run = ImportRun.objects.get()
    assert answer["Location"] == reverse("catalogue_import", args=[run.pk])
    text = client.get(answer["Location"]).content.decode()
    assert "1 khác nhau" in text
    assert "Số lượng hồ sơ" in text
    assert "09 bộ" in text
    page.refresh_from_db()
    assert page.copies_text != "09 bộ", "looking changes nothing"
    client.post(answer["Location"])
    run.refresh_from_db()
    assert run.state == ImportState.DONE
    assert "1 thay đổi" in run.result["summary"]
    page.refresh_from_db()
    assert page.copies_text == "09 bộ"
    assert page.latest_revision.user == controller
    revisions = page.revisions.count()
    client.post(answer["Location"])
    assert page.revisions.count() == revisions, "applied once"


def test_a_large_file_goes_to_the_worker(
    client: Client,
    controller: Any,
    page: ProcedurePage,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    content = changed(workbook(client), page.copies_text, "09 bộ")
    monkeypatch.setattr(import_runs, "AT_ONCE", 0)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("catalogue_exchange"), {"file": upload(content, "lớn.xlsx")})
    run = ImportRun.objects.get()
    address = reverse("catalogue_import", args=[run.pk])
    waiting = client.get(address)
    assert waiting["Refresh"]
    assert run.state == ImportState.WAITING
    call_command("run_jobs", "--once", stdout=io.StringIO())
    assert "1 khác nhau" in client.get(address).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address)
    run.refresh_from_db()
    assert run.state == ImportState.APPLYING
    call_command("run_jobs", "--once", stdout=io.StringIO())
    run.refresh_from_db()
    assert run.state == ImportState.DONE
    page.refresh_from_db()
    assert page.copies_text == "09 bộ"


@pytest.mark.parametrize(("name", "content"), [("a.xlsx", b"nothing"), ("a.docx", docx())])
def test_an_unreadable_file_is_named(client: Client, controller: Any, name: str, content: bytes) -> None:
    answer = client.post(reverse("catalogue_exchange"), {"file": upload(content, name)}, follow=True)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "Không đọc được" in text or "Cần tệp .xlsx" in text
    assert not ImportRun.objects.exclude(state=ImportState.FAILED).exists()


def test_the_template_can_be_downloaded(client: Client, controller: Any) -> None:
    answer = client.get(reverse("catalogue_template"))
    assert openpyxl.load_workbook(io.BytesIO(body(answer))).sheetnames


@pytest.mark.parametrize("name", ["catalogue_exchange", "catalogue_download", "catalogue_template"])
def test_only_for_controllers(client: Client, name: str) -> None:
    for user in (make_user(PortalGroup.INSPECTOR), make_user(PortalGroup.CURATOR), make_membership().user):
        client.force_login(user, backend="home.authentication.MembershipBackend")
        assert client.get(reverse(name)).status_code in (302, 403)
        assert client.post(reverse(name)).status_code in (302, 403, 405)
