"""Booklets: what stands in them, when they are made anew, who sees what."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pypdf
import pypdfium2
import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from home.enums import PortalGroup, Role
from home.models import Unit
from procedures.booklets import making, volumes
from procedures.booklets.jobs import booklets as booklets_job
from procedures.booklets.loading import in_order, load_contents
from procedures.booklets.making import ask, changed_volumes, make, refresh_all
from procedures.booklets.text import volume_text
from procedures.booklets.volumes import Volume, fingerprint, volumes_of
from procedures.competence.table import current
from procedures.ledger.reading import Root
from procedures.models import Booklet, BookletState, ControlledForm, FormVersion, Listing, ProcedurePage
from procedures.printing.typesetting import TypesettingFailed
from tests.conftest import Kept
from tests.factories.catalogue import make_listing, make_procedure
from tests.factories.people import make_member, make_user
from tests.factories.records import make_record, monster_record, publish
from tests.factories.units import make_counter, make_desk, make_unit

pytestmark = pytest.mark.usefixtures("rolled_back")


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.PORTAL_BASE_URL = "https://tthc.example.vn"


def build() -> tuple[Unit, list[ProcedurePage]]:
    pages = publish(
        make_record(code="1.000001", name="Đăng ký hôn lễ thử Ễ"),
        monster_record(code="1.000002"),
        make_record(code="1.000003", name="Cấp giấy ăn uống thử", field="An toàn thực phẩm"),
    )
    unit = make_unit("Xã Cẩm Thử", slug="xa-cam-thu", complaints_address="Ông Tiếp dân\n0239 000 009")
    desk = make_desk(unit, name="Trung tâm xã Cẩm Thử", phone="0239 000 001")
    assert pages[0].subject is not None
    make_counter(desk, name="Quầy 1: Hộ tịch", place="Tầng 1", subjects=(pages[0].subject,))
    for page in pages:
        make_listing(unit, page, notes="Thứ Sáu nhận đến 16 giờ.", hours_note="Chiều thứ Sáu nghỉ sớm")
    return unit, pages


@pytest.fixture
def world(kept: Kept) -> tuple[Unit, list[ProcedurePage]]:
    made: tuple[Unit, list[ProcedurePage]] = kept(build)
    return made


@pytest.fixture
def unit(world: tuple[Unit, list[ProcedurePage]]) -> Unit:
    return world[0]


@pytest.fixture
def pages(world: tuple[Unit, list[ProcedurePage]]) -> list[ProcedurePage]:
    return world[1]


@pytest.fixture
def pressed(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """A press that prints nothing: what it was given."""
    orders: list[dict[str, Any]] = []

    def press(data: dict[str, Any], **_options: Any) -> tuple[bytes, int]:
        orders.append(data)
        return b"%PDF-1.7", 1

    monkeypatch.setattr(making, "set_volume", press)
    return orders


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())


def booklet_of(unit: Unit) -> Booklet:
    return Booklet.objects.get(unit=unit)


# What stands in it ---------------------------------------------------------------------------------------------------


def test_a_booklet_holds_every_part(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    root = Root(day=timezone.localdate(), sequence=1214, hash="ab12cd34" * 8)
    monkeypatch.setattr(making, "current_root", lambda: root)
    assert make(unit) == 1
    booklet = booklet_of(unit)
    assert booklet.state == BookletState.READY
    pdf = booklet.file.read()
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert booklet.pages == len(reader.pages) > 20
    assert (booklet.size, booklet.procedures, booklet.root_hash) == (len(pdf), 3, root.hash)
    catalogue: Any = reader.trailer["/Root"]
    assert catalogue["/Lang"] == "vi-VN"
    assert catalogue["/StructTreeRoot"]
    assert [str(item["/Title"]) for item in reader.outline if not isinstance(item, list)][:2] == [
        "Nơi nhận hồ sơ",
        "An toàn thực phẩm",
    ]
    text = text_of(pdf)
    for words in (
        "Xã Cẩm Thử",
        "Sổ tay niêm yết thủ tục hành chính",
        "3 thủ tục hành chính, thuộc",
        "ab12cd34 ab12cd34",
        "Mục 1.214 của nhật ký niêm yết",
        "Ông Tiếp dân",
        "Đăng ký hôn lễ thử Ễ",
        "1. Để làm gì, ai được làm",
        "Để hai người được công nhận là vợ chồng.",
        "Quầy 1: Hộ tịch – Tầng 1",
        "Thứ Hai – thứ Sáu, 7:00–11:30 và 13:30–17:00",
        "Chiều thứ Sáu nghỉ sớm",
        "0239 000 001",
        "Thứ Sáu nhận đến 16 giờ.",
        "Tờ khai theo mẫu",
        "1 bản chính, 2 bản sao",
        "Nộp hồ sơ (Bạn làm)",
        "Tra cứu",
        "10.000 đồng",
        "Giấy chứng nhận thử (KQ.G15.000032)",
        "Nam từ đủ 20 tuổi",
        "60/2014/QH13 Luật số 0",
        "163/QĐ-BTP của Bộ Tư pháp",
        "tìm theo mã 1.000001",
    ):
        assert words in text.replace("\u00a0", " "), words


def test_forms_follow_their_procedure(unit: Unit, pages: list[ProcedurePage]) -> None:
    form = ControlledForm.objects.create(title="Tờ khai hôn lễ", number="HT01")
    sha = "f" * 64
    version = FormVersion(form=form, sha256=sha, name="to-khai.docx", size=9000, content_type="text/plain")
    version.file.save("x", ContentFile(b"x"), save=True)
    cases = pages[0].cases.raw_data
    cases[0]["value"]["papers"][0]["value"]["form"] = form.pk
    ProcedurePage.objects.filter(pk=pages[0].pk).update(cases=list(cases))
    told = text_data(unit)
    first = next(item for field in told["fields"] for item in field["items"] if item["code"] == "1.000001")
    assert first["forms"]["rows"] == [
        ["HT01 Tờ khai hôn lễ", "to-khai.docx", f"https://tthc.example.vn/tep/{sha}/to-khai.docx"]
    ]
    assert "https://tthc.example.vn/don-vi/xa-cam-thu/thu-tuc/1.000001/" in first["forms"]["where"]
    assert first["parts"][2]["nodes"][-1]["v"][0]["form"] == "Mẫu: HT01 Tờ khai hôn lễ"


def text_data(unit: Unit) -> dict[str, Any]:
    volume = volumes_of(unit)[0]
    contents = load_contents(unit, subject=volume.subject, listings=in_order(volume.listings()))
    return volume_text(contents, competence=current(), complaints="", made="21/11/2026", root=None)


def test_by_field_then_by_name(unit: Unit) -> None:
    told = text_data(unit)
    assert told["fields"][0]["label"] == "An toàn thực phẩm"
    numbers = [item["number"] for field in told["fields"] for item in field["items"]]
    assert numbers == [1, 2, 3]


def test_what_nobody_entered_is_said(unit: Unit) -> None:
    empty = make_procedure("Chưa nhập gì", code="1.000009")
    make_listing(make_unit("Xã Trống", slug="xa-trong"), empty)
    told = text_data(Unit.objects.get(slug="xa-trong"))
    words = str(told["fields"])
    assert "Chưa có thông tin" in words
    assert told["fields"][0]["label"] == "Lĩnh vực khác"


def test_queries_do_not_grow(
    unit: Unit, pages: list[ProcedurePage], django_assert_num_queries: Callable[..., Any]
) -> None:
    volume = volumes_of(unit)[0]
    for page in publish(*(make_record(code=f"1.1000{n:02}", name=f"Thêm {n}") for n in range(12))):
        make_listing(unit, page)
    table = current()
    with django_assert_num_queries(9):  # listings; desks and what belongs to them (6); basis (2)
        contents = load_contents(unit, subject=None, listings=in_order(volume.listings()))
        data = volume_text(contents, competence=table, complaints="", made="21/11/2026", root=None)
    assert sum(len(field["items"]) for field in data["fields"]) == 15
    with django_assert_num_queries(9):
        fingerprint(volume)


# When it is made -----------------------------------------------------------------------------------------------------


def test_made_anew_only_when_something_changed(unit: Unit, pressed: list[dict[str, Any]]) -> None:
    assert make(unit) == 1
    first = booklet_of(unit)
    assert make(unit) == 0
    assert changed_volumes(unit) == []
    assert make(unit, anew=True) == 1
    again = booklet_of(unit)
    assert again.fingerprint == first.fingerprint
    assert again.file.name != first.file.name or again.made_at != first.made_at
    assert again.file.storage.exists(str(again.file.name))
    assert len(pressed) == 2


CHANGES: dict[str, Callable[[Unit], Any]] = {
    "content": lambda u: ProcedurePage.objects.filter(code="1.000001").update(content_hash="0" * 64),
    "title": lambda u: ProcedurePage.objects.filter(code="1.000001").update(title="Tên khác"),
    "notes": lambda u: Listing.objects.filter(unit=u).update(notes="Khác"),
    "withdrawn": lambda u: Listing.objects.filter(unit=u, procedure__code="1.000001").update(live=False),
    "desk": lambda u: u.desks.update(phone="0239 999 999"),
    "hours": lambda u: u.desks.get().hours.filter(weekday=4).delete(),
    "counter": lambda u: u.desks.get().counters.update(place="Tầng 2"),
    "unit": lambda u: Unit.objects.filter(pk=u.pk).update(complaints_address="Nơi khác"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_noticed(unit: Unit, pressed: list[dict[str, Any]], change: str) -> None:
    make(unit)
    CHANGES[change](unit)
    assert len(changed_volumes(Unit.objects.get(pk=unit.pk))) == 1


def test_a_new_file_of_a_form_is_noticed(unit: Unit, pages: list[ProcedurePage]) -> None:
    form = ControlledForm.objects.create(title="Tờ khai")
    cases = pages[0].cases.raw_data
    cases[0]["value"]["papers"][0]["value"]["form"] = form.pk
    ProcedurePage.objects.filter(pk=pages[0].pk).update(cases=list(cases))
    volume = volumes_of(unit)[0]
    before = fingerprint(volume)
    FormVersion.objects.create(form=form, sha256="a" * 64, name="a.docx", size=1, content_type="x")
    assert fingerprint(volume) != before


def test_the_job_asks_and_the_worker_makes(
    unit: Unit, pressed: list[dict[str, Any]], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert "1 đơn vị" in booklets_job()
    assert booklet_of(unit).state == BookletState.WAITING
    waiting = DBTaskResult.objects.ready()
    assert waiting.count() == 1
    assert waiting.get().priority < 0
    # Asked twice, made once.
    assert refresh_all([unit]) == 0
    task = waiting.get()
    task.task.func(*task.args_kwargs["args"])
    assert booklet_of(unit).state == BookletState.READY
    assert refresh_all([unit]) == 0


def test_a_lost_task_is_asked_for_again(unit: Unit, pressed: list[dict[str, Any]]) -> None:
    assert ask(unit)
    assert not ask(unit)
    Booklet.objects.update(asked_at=timezone.now() - timedelta(hours=1), state=BookletState.MAKING)
    assert ask(unit)


def test_a_failure_keeps_the_last_file(
    unit: Unit, pressed: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    make(unit)
    file = booklet_of(unit).file.name
    Listing.objects.update(notes="Khác")

    def fail(*_args: Any, **_options: Any) -> tuple[bytes, int]:
        raise TypesettingFailed("Hết giấy.")

    monkeypatch.setattr(making, "set_volume", fail)
    assert make(unit) == 0
    booklet = booklet_of(unit)
    assert (booklet.state, booklet.error, booklet.file.name) == (BookletState.FAILED, "Hết giấy.", file)
    assert booklet.file.storage.exists(str(file))


def test_large_units_get_a_volume_a_field(
    unit: Unit,
    pressed: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    client: Client,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    make(unit)
    make_listing(unit, make_procedure("Không lĩnh vực"))
    monkeypatch.setattr(volumes, "MAX_PROCEDURES", 3)
    with django_capture_on_commit_callbacks(execute=True):
        made = make(unit)
    labels = [volume.subject.name if volume.subject else "" for volume in volumes_of(unit)]
    assert labels[0] == "An toàn thực phẩm"
    assert labels[-1] == ""
    assert made == len(labels)
    assert sum(len(field["items"]) for data in pressed[1:] for field in data["fields"]) == 4
    page = client.get("/don-vi/xa-cam-thu/bang-niem-yet/so-tay/").content.decode()
    assert "An toàn thực phẩm" in page
    assert "Lĩnh vực khác" in page
    for booklet in Booklet.objects.filter(unit=unit).select_related("subject"):
        slug = booklet.subject.slug if booklet.subject else "khac"
        response = client.get(f"/don-vi/xa-cam-thu/bang-niem-yet/so-tay/{slug}/")
        assert response["Content-Type"] == "application/pdf"
        assert response.getvalue()
    monkeypatch.setattr(volumes, "MAX_PROCEDURES", 600)
    monkeypatch.setattr(volumes, "MAX_CHARACTERS", 10)
    assert len(volumes_of(unit)) == len(labels)


def test_a_unit_that_lists_nothing_any_more_has_no_booklet(
    unit: Unit,
    pressed: list[dict[str, Any]],
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    make(unit)
    file = booklet_of(unit).file
    Listing.objects.filter(unit=unit).update(live=False)
    with django_capture_on_commit_callbacks(execute=True):
        refresh_all([unit])
    assert not Booklet.objects.filter(unit=unit).exists()
    assert not file.storage.exists(str(file.name))


# Reading it ----------------------------------------------------------------------------------------------------------


def test_the_public_reads_the_file(unit: Unit, pressed: list[dict[str, Any]], client: Client) -> None:
    address = "/don-vi/xa-cam-thu/bang-niem-yet/so-tay/"
    assert client.get(address).status_code == 404
    make(unit)
    response = client.get(address)
    assert response["Content-Type"] == "application/pdf"
    assert f"so-tay-xa-cam-thu-{timezone.localdate():%Y-%m-%d}.pdf" in response["Content-Disposition"]
    assert b"".join(response.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    assert client.get(address, headers={"If-None-Match": response["ETag"]}).status_code == 304
    page = client.get("/don-vi/xa-cam-thu/").content.decode()
    assert address in page
    assert "3 thủ tục, 1 trang, PDF 1 kB" in page
    assert "/don-vi/xa-cam-thu/bang-niem-yet/" in page


@pytest.mark.parametrize("slug", ["khac", "khong-co"])
def test_no_such_volume(unit: Unit, client: Client, slug: str) -> None:
    assert client.get(f"/don-vi/xa-cam-thu/bang-niem-yet/so-tay/{slug}/").status_code == 404


def test_staff_see_progress_and_ask_for_a_new_one(
    unit: Unit, pressed: list[dict[str, Any]], client: Client
) -> None:
    client.force_login(make_member(unit, Role.EDITOR))
    address = "/admin/niem-yet/xa-cam-thu/so-tay/"
    assert "Chưa có sổ tay nào" in client.get(address).content.decode()
    client.post(address)
    waiting = client.get(address)
    assert "Đang chờ lập" in waiting.content.decode()
    assert waiting["Refresh"] == "3"
    Booklet.objects.update(state=BookletState.MAKING, done=2, procedures=3)
    assert "đã soạn 2 trên 3 thủ tục" in client.get(address).content.decode()
    Booklet.objects.update(state=BookletState.MAKING, done=3)
    assert "đang dàn trang" in client.get(address).content.decode()
    make(unit)
    ready = client.get(address)
    assert "Đã lập" in ready.content.decode()
    assert "Refresh" not in ready


@pytest.mark.parametrize(("role", "status"), [(Role.EDITOR, 404), (Role.APPROVER, 404)])
def test_others_units_do_not_exist(unit: Unit, client: Client, role: Role, status: int) -> None:
    client.force_login(make_member(make_unit(), role))
    for method in (client.get, client.post):
        assert method("/admin/niem-yet/xa-cam-thu/so-tay/").status_code == status
    assert not Booklet.objects.exists()


def test_the_controller_looks_but_does_not_ask(unit: Unit, client: Client) -> None:
    client.force_login(make_user(PortalGroup.CONTROLLER))
    response = client.get("/admin/niem-yet/xa-cam-thu/so-tay/")
    assert response.status_code == 200
    assert "Lập lại sổ tay" not in response.content.decode()
    client.post("/admin/niem-yet/xa-cam-thu/so-tay/")
    assert not Booklet.objects.exists()


def test_volume_of_the_rest_is_another_than_the_whole(unit: Unit) -> None:
    assert fingerprint(Volume(unit, None, 0)) != fingerprint(Volume(unit, None, 0, is_rest=True))
