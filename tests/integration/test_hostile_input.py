"""What nobody types by accident: the admin answers with a page, never with an error of its own."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Engine
from django.test import Client, RequestFactory
from django.urls import get_resolver
from wagtail.documents.models import Document
from wagtail.log_actions import log

from home.enums import PortalGroup, Role
from home.views.errors import permission_denied
from portal.safe_exports import FORMULA_STARTS
from procedures.models import Competence
from tests.factories.catalogue import make_listing, make_procedure
from tests.factories.people import make_member, make_user
from tests.factories.units import make_unit

pytestmark = pytest.mark.django_db

MANY = "+".join(["xa"] * 1500)
HUGE = "9" * 25


@pytest.fixture
def admin() -> Client:
    """Errors stay errors: the test client raises what a server would answer with 500."""
    unit = make_unit()
    make_listing(unit, make_procedure())
    client = Client()
    client.force_login(make_user(PortalGroup.ADMINISTRATOR, is_superuser=True))
    return client


@pytest.mark.parametrize(
    "path",
    [
        "/admin/don-vi/",
        "/admin/don-vi/results/",
        "/admin/chon-don-vi/results/",
        "/admin/trang-niem-yet/",
        "/admin/trang-niem-yet/results/",
        "/admin/chon-thu-tuc/results/",
    ],
)
def test_a_long_paste_into_a_search(admin: Client, path: str) -> None:
    assert admin.get(f"{path}?q={MANY}").status_code == 200


def test_the_words_that_count_still_narrow(admin: Client) -> None:
    make_unit("Xã Khác Hẳn")
    page = admin.get("/admin/don-vi/?q=khac+han").content.decode()
    assert "Xã Khác Hẳn" in page
    assert admin.get("/admin/don-vi/?q=khac+nua").content.decode().count("Xã Khác Hẳn") == 0


@pytest.mark.parametrize(
    "path",
    [
        f"/admin/chon-don-vi/chosen-multiple/?id={HUGE}",
        f"/admin/chon-don-vi/chosen/{HUGE}/",
        f"/admin/chon-thu-tuc/chosen-multiple/?id={HUGE}",
        f"/admin/chon-thu-tuc/chosen/{HUGE}/",
        f"/admin/bulk/home/unit/delete/?id={HUGE}",
        f"/admin/bulk/procedures/listing/delete/?id={HUGE}",
        f"/admin/bulk/auth/user/delete/?id={HUGE}",
        f"/admin/bulk/wagtailcore/page/publish/?id={HUGE}",
        f"/admin/choose-page/chosen-multiple/?id={HUGE}",
        f"/admin/don-vi/edit/{HUGE}/",
        f"/admin/nguoi/edit/{HUGE}/",
        "/admin/failwhale/",
    ],
)
def test_no_such_thing(admin: Client, path: str) -> None:
    assert admin.get(path).status_code == 404


@pytest.mark.parametrize(
    ("first", "last"), [("0001-01-01", "0001-01-01"), ("2026-01-01", "9999-12-31"), ("9999-12-31", "")]
)
def test_days_beyond_any_use(first: str, last: str) -> None:
    unit = make_unit()
    client = Client()
    client.force_login(make_member(unit, Role.APPROVER))
    data: dict[str, Any] = {
        "email": "moi@mau.example",
        "unit": unit.pk,
        "role": "editor",
        "valid_from": first,
        "valid_until": last,
    }
    page = client.post("/admin/nguoi/new/", data)
    assert page.status_code == 200
    assert "Ngày này nằm ngoài khoảng cho phép" in page.content.decode()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "  =", "\t=", "\uff1d"])
def test_no_formula_in_a_downloaded_report(admin: Client, start: str) -> None:
    title = f'{start}HYPERLINK("https://xau.example")'
    page = make_procedure("Thủ tục thường")
    log(page, "wagtail.edit", title=title)
    answer = admin.get("/admin/reports/site-history/?export=csv")
    content = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]  # a streamed file
    cells = [cell for row in csv.reader(StringIO(content, newline="")) for cell in row]
    assert any(cell.endswith(title) for cell in cells), content
    assert not [cell for cell in cells if cell.lstrip(" ").startswith(FORMULA_STARTS)]


def test_refusals_are_in_vietnamese_and_in_the_portals_dress(
    client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/admin/login/", {"username": "a", "password": "b"})
    assert answer.status_code == 403
    assert "Hãy quay lại, tải lại trang rồi gửi lần nữa." in answer.content.decode()
    assert "home/portal.css" in answer.content.decode()

    foreign = client.get("/", headers={"host": "xau.example"})
    assert foreign.status_code == 400
    assert "Yêu cầu không hợp lệ" in foreign.content.decode()
    quiet = settings.LOGGING["loggers"]["django.security.DisallowedHost"]
    assert quiet == {"handlers": ["nowhere"], "propagate": False}

    monkeypatch.setattr(Engine, "get_template", lambda *_args: 1 / 0)
    bare = client.get("/", headers={"host": "xau.example"})
    assert (bare.status_code, "Yêu cầu không hợp lệ" in bare.content.decode()) == (400, True)
    monkeypatch.undo()

    denied = permission_denied(RequestFactory().get("/"), PermissionError())
    assert denied.status_code == 403
    assert "Không có quyền xem trang này" in denied.content.decode()
    handler: Any = get_resolver().resolve_error_handler(403)
    assert handler is permission_denied


@pytest.fixture
def secrets() -> list[str]:
    """Addresses that would name a draft, and a row of the table of competence."""
    draft = make_procedure("Thủ tục MAT-CHUA-DANG", live=False)
    row = Competence.objects.create(body="Cơ quan MAT-CHUA-DANG", priority=9999, target="unit")
    elsewhere = draft.get_parent().get_parent()
    return [
        f"/admin/pages/{draft.pk}/move/{elsewhere.pk}/confirm/",
        *(f"/admin/bulk/wagtailcore/page/{act}/?id={draft.pk}" for act in ("publish", "delete", "move")),
        f"/admin/choose-page/chosen-multiple/?id={draft.pk}",
        f"/admin/bulk/procedures/competence/delete/?id={row.pk}",
    ]


def test_titles_of_drafts_are_for_those_who_work_on_them(secrets: list[str]) -> None:
    client = Client()
    client.force_login(make_member(make_unit()))
    for path in secrets:
        assert "MAT-CHUA-DANG" not in client.get(path, follow=True).content.decode(), path
    public = make_procedure("Công khai")
    chosen = client.get(f"/admin/choose-page/chosen-multiple/?id={public.pk}")
    assert "khai" in chosen.content.decode()


def test_who_works_on_them_sees_them(admin: Client, secrets: list[str]) -> None:
    for path in secrets:
        assert "MAT-CHUA-DANG" in admin.get(path).content.decode(), path


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"<html><script>alert(1)</script>", "a.docx", "không thuộc loại nào"),
        (b"%PDF-1.7\n%%EOF\n", "a.docx", "Nội dung tệp là pdf"),
        (b"%PDF-1.7\n/Launch\n%%EOF\n", "a.pdf", "tự chạy chương trình"),
        (b"%PDF-1.7\n%%EOF\n", "a.pdf", ""),
    ],
)
@pytest.mark.parametrize("many", [False, True])
def test_documents_are_judged_by_what_is_in_them(
    admin: Client, settings: Any, tmp_path: Path, content: bytes, name: str, says: str, many: bool
) -> None:
    settings.MEDIA_ROOT = tmp_path
    file = SimpleUploadedFile(name, content)
    if many:
        answer = admin.post(
            "/admin/documents/multiple/add/", {"title": "Văn bản", "files[]": file, "collection": ""}
        )
        said = answer.json().get("error_message", "")
    else:
        answer = admin.post("/admin/documents/add/", {"title": "Văn bản", "file": file})
        said = answer.content.decode()
    assert Document.objects.exists() is not bool(says)
    assert says in said


def test_one_door(client: Client) -> None:
    answer = client.get("/_util/login/?next=/admin/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/admin/login/")
