"""Boards: what a unit's people see first and do in two clicks; what the controller sees; old and new side by side."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from home.enums import PortalGroup, Role
from home.models import Desk, Unit
from procedures.boards import controller_board, units_table
from procedures.boards.tasks import Work
from procedures.boards.unit_board import work_url
from procedures.boards.version_texts import _READERS, section_paragraphs
from procedures.completeness.findings import FindingKind
from procedures.completeness.reports import unit_report
from procedures.completeness.words import KIND_LABELS
from procedures.decisions.proposal import Proposal, Question, to_json
from procedures.enums import ChannelKind
from procedures.importing.merging import SECTIONS
from procedures.listings.opening import confirm_opening
from procedures.listings.screen import STATE_LABELS, TAB_LABELS, Tab
from procedures.listings.services import publish_listings
from procedures.listings.state import ListingState
from procedures.mapping import record_of
from procedures.models import (
    AnnouncementDecision,
    DecisionDraft,
    Listing,
    ListingLogEntry,
    ProcedurePage,
    ProcedureVersion,
    UnitMeasure,
)
from procedures.models.decisions import DecisionKind
from procedures.record import Channel, Fee
from procedures.viewsets.listings import STATES
from tests.factories.decisions import line, make_decision
from tests.factories.editor import editor_data
from tests.factories.opening import make_opening, make_row
from tests.factories.people import make_member, make_membership, make_user
from tests.factories.records import make_record, monster_record, publish
from tests.factories.units import make_desk, make_subject, make_unit

pytestmark = pytest.mark.django_db

WORKS = list(Work)
QUERIES_OF_BOARD = 60
"""The page as a whole, Wagtail's own included; it must not grow with the findings."""


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    cache.delete_many([controller_board.KEY, units_table.KEY])
    yield
    cache.delete_many([controller_board.KEY, units_table.KEY])


@pytest.fixture
def unit() -> Unit:
    """With a desk that says all that a listing needs."""
    unit = make_unit("Xã Một")
    make_desk(unit)
    return unit


def official(n: int, **fields: Any) -> list[ProcedurePage]:
    return publish(*(make_record(name=f"Thủ tục số {i:03}", **fields) for i in range(n)))


def opened(day: date | None = None) -> AnnouncementDecision:
    """Everything is owed by every commune; long ago, unless said otherwise."""
    return make_opening(day=day or timezone.localdate() - timedelta(days=60))


def board(unit: Unit) -> str:
    return reverse("unit_board", args=[unit.slug])


def login(client: Client, unit: Unit, role: Role = Role.EDITOR) -> Any:
    user = make_member(unit, role)
    client.force_login(user)
    return user


def words(response: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def changed(*pages: ProcedurePage, **fields: Any) -> None:
    """The official texts as a newer import brings them."""
    publish(*(replace(record_of(page), **fields) for page in pages))
    for page in pages:
        page.refresh_from_db()


# The unit's board -----------------------------------------------------------------------------------------------------


def test_state_points_and_tasks(client: Client, unit: Unit) -> None:
    pages = official(6)
    opened()
    publish_listings(unit=unit, procedures=[page.pk for page in pages[:4]])
    changed(pages[0], conditions_html="<p>Nam từ đủ 22 tuổi</p>")
    login(client, unit)
    response = client.get(board(unit))
    shown = response.context["board"]
    assert [figure.count for figure in shown.figures] == [3, 1, 0, 2]
    assert shown.share == "66,7%"
    assert {task.kind for task in shown.tasks} == {"late", "outdated"}
    page = words(response)
    assert "6 thủ tục phải niêm yết" in page
    assert "2 thủ tục quá hạn niêm yết, lâu nhất" in page
    assert "1 thủ tục có nội dung đã cũ" in page
    assert "Danh mục đầu kỳ ngày" in page
    report = unit_report(unit)
    assert f"trên {shown.maximum} điểm" in page
    costly = [task.kind for task in shown.tasks]
    assert costly == sorted(costly, key=lambda kind: -sum(f.cost for f in report.findings if f.kind == kind))


def test_each_part_of_the_ring_opens_what_it_says(client: Client, unit: Unit) -> None:
    pages = official(6)
    opened()
    publish_listings(unit=unit, procedures=[page.pk for page in pages[:3]])
    changed(pages[0], conditions_html="<p>Nam từ đủ 22 tuổi</p>")
    # Two more are owed since today, so that they are not late yet.
    later = publish(*(make_record(name=f"Thủ tục mới {i}") for i in range(2)))
    today = timezone.localdate()
    make_decision(*(line(page.code, name=page.title) for page in later), today=today, signed_on=today)
    login(client, unit)
    figures = client.get(board(unit)).context["board"].figures
    assert [figure.count for figure in figures] == [2, 1, 2, 3]
    for figure in figures:
        opened_list = client.get(figure.url)
        rows = opened_list.context["screen"].rows
        assert (figure.label, len(rows)) == (figure.label, figure.count)
        assert {row.tone for row in rows} == {figure.tone}
        assert figure.url.split("?")[1] in html.unescape(opened_list.content.decode())
    # Another tab forgets the term; a search within keeps it.
    late = client.get(figures[3].url)
    assert all("han=" not in tab["url"] for tab in late.context["tabs"])
    assert '<option value="qua-han" selected>' in late.content.decode()
    assert client.get(f"{figures[3].url}&q=moi").context["screen"].rows == []


def test_what_is_outdated_has_one_name() -> None:
    name = str(TAB_LABELS[Tab.OUTDATED])
    assert str(STATE_LABELS[ListingState.OUTDATED]) == name
    assert str(dict(STATES)["outdated"]) == name
    assert str(UnitMeasure._meta.get_field("outdated").verbose_name) == name.lower()
    assert str(KIND_LABELS[FindingKind.OUTDATED]).startswith(name)


def test_it_is_the_first_page_of_the_unit(client: Client, unit: Unit) -> None:
    official(2)
    opened()
    login(client, unit)
    page = words(client.get(reverse("wagtailadmin_home")))
    assert "2 thủ tục phải niêm yết" in page
    assert "Niêm yết cả 2" in page
    assert "hình ảnh" not in page


def test_several_units_have_a_switch_and_the_first_page_shows_the_one_that_loses_most(
    client: Client, unit: Unit
) -> None:
    pages = official(3)
    opened()
    good = make_unit("Xã Tốt")
    publish_listings(unit=good, procedures=[page.pk for page in pages])
    user = login(client, unit)
    make_membership(user, good, Role.EDITOR)
    home = client.get(reverse("wagtailadmin_home")).content.decode()
    assert home.index(">Xã Một</a>") > 0
    assert board(good) in home
    assert "3 thủ tục quá hạn" in home
    other = client.get(board(good))
    assert other.context["board"].unit == good
    assert [u["current"] for u in other.context["units"]] == [False, True]


def test_before_the_opening_catalogue_and_when_all_is_done(client: Client, unit: Unit) -> None:
    login(client, unit)
    assert "Chưa xác nhận danh mục đầu kỳ" in words(client.get(board(unit)))
    pages = official(1)
    opened()
    publish_listings(unit=unit, procedures=[pages[0].pk])
    assert "Không còn việc nào" in words(client.get(board(unit)))


def test_queries_do_not_grow_with_findings(client: Client, unit: Unit) -> None:
    login(client, unit)
    first = official(2)
    opened()
    publish_listings(unit=unit, procedures=[first[0].pk])
    changed(first[0], conditions_html="<p>Điều kiện khác</p>")
    client.get(board(unit))

    def count(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    addresses = [
        board(unit),
        work_url(unit, Work.LIST),
        work_url(unit, Work.CONFIRM),
        work_url(unit, Work.DETAILS),
    ]
    few = [count(address) for address in addresses]
    pages = publish(*(make_record(name=f"Thêm {i}", field=f"Lĩnh vực {i}") for i in range(30)))
    make_opening_again()
    publish_listings(unit=unit, procedures=[page.pk for page in pages[:10]])
    changed(*pages[:10], copies_text="02 bộ", conditions_html="<p>Điều kiện khác</p>")
    assert len(unit_report(unit).findings) > 30
    many = [count(address) for address in addresses]
    assert all(more <= less + 1 for less, more in zip(few, many, strict=True)), (few, many)
    assert max(many) <= QUERIES_OF_BOARD


def make_opening_again() -> None:
    held = AnnouncementDecision.objects.get(kind=DecisionKind.OPENING)
    confirm_opening(user=None, day=held.signed_on, due_days=held.due_days, regenerate=True)


def test_the_list_of_work_as_a_workbook(client: Client, unit: Unit) -> None:
    publish(make_record(name="=HYPERLINK(1)"))
    opened()
    login(client, unit)
    response = client.get(board(unit), {"dinh-dang": "xlsx"})
    sheet = load_workbook(BytesIO(response.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(min_row=2))
    assert len(rows) == 1
    assert (rows[0][2].value, rows[0][2].data_type) == ("=HYPERLINK(1)", "s")


# Rights ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_foreign_unit_does_not_exist(client: Client, unit: Unit, method: str) -> None:
    pages = official(2)
    opened()
    publish_listings(unit=unit, procedures=[pages[0].pk])
    changed(pages[0], conditions_html="<p>Khác</p>")
    login(client, make_unit("Xã Khác"), Role.APPROVER)
    data = {"muc": [page.pk for page in pages], "ban": f"{pages[0].pk}:2", "ly-do-": "Thử", "name": "Thử"}
    for address in [board(unit), *(work_url(unit, work) for work in WORKS)]:
        assert getattr(client, method)(address, data).status_code == 404
    assert list(Listing.objects.values_list("procedure", "confirmed_version")) == [(pages[0].pk, 1)]


@pytest.mark.parametrize("group", [PortalGroup.CONTROLLER, PortalGroup.INSPECTOR])
def test_those_who_read_every_unit_change_none(client: Client, unit: Unit, group: PortalGroup) -> None:
    pages = official(2)
    opened()
    client.force_login(make_user(group))
    page = client.get(board(unit))
    assert "Niêm yết cả 2" not in page.content.decode()
    shown = client.get(work_url(unit, Work.LIST)).content.decode()
    assert pages[0].title in shown
    assert 'name="muc"' not in shown
    for work in WORKS:
        client.post(work_url(unit, work), {"muc": [page.pk for page in pages], "phone": "0239 000 111"})
    assert not Listing.objects.exists()
    assert Desk.objects.count() == 1


def test_what_is_the_approvers_is_not_the_editors(client: Client, unit: Unit) -> None:
    pages = official(1)
    opened()
    publish_listings(unit=unit, procedures=[pages[0].pk])
    Listing.objects.update(live=False, withdrawn_at=timezone.now(), withdrawn_reason="Nhầm")
    login(client, unit)
    page = client.get(board(unit))
    assert "Người phê duyệt của đơn vị làm việc này." in words(page)
    client.post(work_url(unit, Work.RELIST), {"muc": pages[0].pk})
    assert not Listing.objects.live().exists()
    client.force_login(make_member(unit, Role.APPROVER))
    done = client.post(work_url(unit, Work.RELIST), {"muc": pages[0].pk}, follow=True)
    assert "Đã niêm yết lại 1 thủ tục." in words(done)
    assert Listing.objects.live().exists()


# Listing, withdrawing, filling in ---------------------------------------------------------------------------------------


def test_forty_findings_in_two_clicks(client: Client, unit: Unit) -> None:
    official(40)
    opened()
    user = login(client, unit)
    page = client.get(board(unit)).content.decode()
    first = work_url(unit, Work.LIST, "qua-han")
    assert f'href="{first}"' in page
    summary = client.get(first)
    ticked = re.findall(r'name="muc"\s+value="(\d+)"[^>]*checked', summary.content.decode())
    assert len(ticked) == 40
    assert "Niêm yết 40 thủ tục" in words(summary)
    assert not Listing.objects.exists(), "looking lists nothing"
    done = client.post(first, {"muc": ticked}, follow=True)
    assert done.redirect_chain[-1][0] == board(unit)
    assert "Đã niêm yết 40 thủ tục. Điểm từ" in words(done)
    assert "Không còn việc nào" in words(done)
    score = unit_report(unit).score
    assert score.lost == score.lost_for_good > 0
    assert "Mất do đăng trễ, không lấy lại được." in words(done), (
        "no work is left, points are: the page says why"
    )
    assert Listing.objects.live().filter(unit=unit, confirmed_by=user).count() == 40
    assert ListingLogEntry.objects.filter(unit=unit).count() == 40


def test_only_what_is_ticked_and_owed(client: Client, unit: Unit) -> None:
    pages = official(3)
    opened()
    foreign = publish(make_record(name="Không phải của xã", levels=("ministry",)))[0]
    login(client, unit)
    client.post(work_url(unit, Work.LIST), {"muc": [pages[1].pk, foreign.pk, "x", "9" * 30]})
    assert list(Listing.objects.values_list("procedure", flat=True)) == [pages[1].pk]
    nothing = client.post(work_url(unit, Work.LIST), {})
    assert nothing.status_code == 422
    assert "Chưa chọn thủ tục nào" in words(nothing)


def test_late_and_in_time_have_one_button_for_both(client: Client, unit: Unit) -> None:
    official(2)
    opened()
    newer = publish(make_record(name="Thủ tục mới"))[0]
    today = timezone.localdate()
    decision = AnnouncementDecision.objects.create(
        number="9/QĐ-UBND", signed_on=today, due_days=5, applied_at=timezone.now()
    )
    decision.lines.create(procedure=newer, ordinal=1, level="commune", part="Phần B")
    login(client, unit)
    page = words(client.get(board(unit)))
    assert "Niêm yết tất cả 3 phần còn thiếu" in page
    assert "1 thủ tục chưa niêm yết, còn hạn" in page
    assert "Quyết định 9/QĐ-UBND ngày" in page
    assert "Phần B, dòng 1" in page
    assert "Niêm yết “Thủ tục mới”" in page
    only = client.get(work_url(unit, Work.LIST, "con-han")).content.decode()
    assert "Thủ tục mới" in only
    assert "Thủ tục số 000" not in only


def test_what_should_be_gone_goes_with_its_reason(client: Client, unit: Unit) -> None:
    pages = official(2)
    opened()
    publish_listings(unit=unit, procedures=[page.pk for page in pages])
    decision = AnnouncementDecision.objects.create(
        number="10/QĐ-UBND", signed_on=timezone.localdate() - timedelta(days=20), applied_at=timezone.now()
    )
    decision.lines.create(procedure=pages[0], ordinal=1, action="abolished")
    login(client, unit, Role.APPROVER)
    address = work_url(unit, Work.WITHDRAW)
    assert "1 thủ tục phải gỡ" in words(client.get(board(unit)))
    form = client.get(address).content.decode()
    key = re.search(r'name="ly-do-([a-z_]*)"', form)
    assert key is not None
    assert "Bị bãi bỏ theo Quyết định 10/QĐ-UBND ngày" in form
    missing = client.post(address, {"muc": pages[0].pk, f"ly-do-{key[1]}": "  "})
    assert missing.status_code == 422
    assert "Ghi lý do gỡ" in words(missing)
    done = client.post(
        address, {"muc": [page.pk for page in pages], f"ly-do-{key[1]}": "Đã bị bãi bỏ."}, follow=True
    )
    assert "Đã gỡ 1 thủ tục." in words(done)
    gone = Listing.objects.withdrawn().get()
    assert (gone.procedure_id, gone.withdrawn_reason) == (pages[0].pk, "Đã bị bãi bỏ.")


def test_one_form_gives_all_listings_their_desk(client: Client) -> None:
    unit = make_unit("Xã Chưa Có Quầy")
    pages = official(5)
    opened()
    publish_listings(unit=unit, procedures=[page.pk for page in pages])
    login(client, unit)
    assert "5 thủ tục chưa ghi đủ nơi nộp hồ sơ" in words(client.get(board(unit)))
    address = work_url(unit, Work.DETAILS)
    assert "Đơn vị chưa có bộ phận một cửa" in words(client.get(address))
    data = {
        "name": "Bộ phận một cửa", "address": "Thôn 1", "phone": "0239 000 111", "morning_from": "07:00",
        "morning_to": "11:30", "afternoon_from": "13:30", "afternoon_to": "17:00",
    }  # fmt: skip
    wrong = client.post(address, data | {"morning_to": "06:00"})
    assert wrong.status_code == 422
    assert not Desk.objects.exists()
    done = client.post(address, data, follow=True)
    assert "Đã ghi nơi nộp hồ sơ cho 5 thủ tục." in words(done)
    desk = Desk.objects.get(unit=unit)
    assert desk.hours.count() == 10
    assert "Không còn việc nào" in words(done)


def test_a_shared_desk_is_its_keepers_to_complete(client: Client) -> None:
    centre, unit = make_unit("Trung tâm Chung"), make_unit("Xã Nhờ")
    desk = make_desk(centre, phone="")
    desk.serves.add(unit)
    desk.save()
    pages = official(1)
    opened()
    publish_listings(unit=unit, procedures=[pages[0].pk])
    login(client, unit)
    address = work_url(unit, Work.DETAILS)
    assert "do Trung tâm Chung quản lý" in words(client.get(address))
    client.post(address, {"phone": "0239 999 999"})
    desk.refresh_from_db()
    assert desk.phone == ""


# Old and new ----------------------------------------------------------------------------------------------------------


def test_every_section_has_words() -> None:
    assert set(_READERS) == set(SECTIONS)
    record = make_record(absences={"conditions": "not_regulated"}, conditions_html="")
    for section in SECTIONS:
        assert section_paragraphs(record, section), section
    assert section_paragraphs(record, "conditions") == ["Yêu cầu, điều kiện: Pháp luật không quy định"]
    assert section_paragraphs(record, "papers") == [
        "Tờ khai theo mẫu (1 bản chính; mẫu to-khai.docx)",
        "Giấy tờ tùy thân (1 bản chính; 2 bản sao; Xem rồi trả lại)",
    ]
    assert section_paragraphs(record, "channels")[0] == "Trực tiếp: thời hạn 1 ngày, phí, lệ phí 10.000 đồng"


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (["Lệ phí đăng ký"], "lệ phí đăng ký: 10.000 đồng"),
        (["Phí thẩm định"], "phí thẩm định: 10.000 đồng"),
        (["Lệ phí", "Bản sao"], "lệ phí: 10.000 đồng; Bản sao: 10.000 đồng"),
    ],
)
def test_fees_do_not_say_twice_what_they_are(labels: list[str], said: str) -> None:
    fees = tuple(Fee(label=label, amount=Decimal(10_000)) for label in labels)
    record = make_record(channels=(Channel(kind=ChannelKind.IN_PERSON, fees=fees),))
    assert section_paragraphs(record, "channels") == [f"Trực tiếp: {said}"]


def test_comparing_and_confirming_in_bulk(client: Client, unit: Unit) -> None:
    pages = official(3)
    opened()
    publish_listings(unit=unit, procedures=[page.pk for page in pages])
    changed(*pages, conditions_html="<ul><li>Nam từ đủ 22 tuổi</li></ul>", copies_text="02 bộ")
    user = login(client, unit)
    address = work_url(unit, Work.CONFIRM)
    shown = client.get(address).content.decode()
    assert shown.count('name="muc"') == 3
    assert re.search(r"<del>.*?20.*?</del>", shown)
    assert re.search(r"<ins>.*?22.*?</ins>", shown)
    assert "[bỏ:" in shown
    assert "Cũng đã đổi, không phải xác nhận:" in shown
    data = {"muc": [p.pk for p in pages[:2]], "ban": [f"{p.pk}:2" for p in pages]}
    done = client.post(address, data, follow=True)
    assert "Đã xác nhận lại 2 thủ tục." in words(done)
    rows = Listing.objects.order_by("procedure").values_list("confirmed_version", "confirmed_by")
    assert list(rows) == [(2, user.pk), (2, user.pk), (1, None)]


def test_nobody_confirms_what_they_have_not_seen(client: Client, unit: Unit) -> None:
    pages = official(1)
    opened()
    publish_listings(unit=unit, procedures=[pages[0].pk])
    changed(pages[0], conditions_html="<p>Lần một</p>")
    login(client, unit)
    seen = {"muc": pages[0].pk, "ban": f"{pages[0].pk}:2"}
    changed(pages[0], conditions_html="<p>Lần hai</p>")
    answer = client.post(work_url(unit, Work.CONFIRM), seen)
    assert answer.status_code == 422
    assert "vừa có bản mới hơn" in words(answer)
    assert "Lần hai" in answer.content.decode()
    assert Listing.objects.get().confirmed_version == 1


def test_the_page_of_one_procedure(client: Client, unit: Unit) -> None:
    pages = official(2)
    opened()
    publish_listings(unit=unit, procedures=[page.pk for page in pages])
    changed(pages[0], conditions_html="<p>Khác hẳn</p>")
    login(client, unit)
    one = client.get(work_url(unit, Work.CONFIRM), {"muc": pages[0].pk}).content.decode()
    assert "<details" in one
    assert " open>" in one
    assert "Không có gì phải xác nhận" not in one
    none = client.get(work_url(unit, Work.CONFIRM), {"muc": pages[1].pk})
    assert "không có gì phải xác nhận lại" in words(none)
    listing = Listing.objects.get(procedure=pages[0])
    edit = client.get(reverse("wagtailsnippets_procedures_listing:edit", args=[listing.pk])).content.decode()
    assert f'{work_url(unit, Work.CONFIRM)}?muc={pages[0].pk}"' in edit


def test_the_longest_text_is_shown_in_bounds(client: Client, unit: Unit) -> None:
    record = monster_record()
    page = publish(record)[0]
    opened()
    publish_listings(unit=unit, procedures=[page.pk])
    publish(replace(record, conditions_html=record.conditions_html.replace("độ dài lớn", "độ dài vừa")))
    login(client, unit)
    response = client.get(work_url(unit, Work.CONFIRM), {"muc": page.pk})
    assert response.status_code == 200
    assert len(response.content) < 600_000
    assert "<ins>" in response.content.decode()


# Versions -------------------------------------------------------------------------------------------------------------


def test_the_controller_marks_what_units_confirm(client: Client, unit: Unit) -> None:
    page = official(1)[0]
    opened()
    publish_listings(unit=unit, procedures=[page.pk])
    changed(page, conditions_html="<p>Khác</p>", copies_text="02 bộ")
    version = ProcedureVersion.objects.get(procedure=page, number=2)
    assert version.material == ["conditions"]
    listed = reverse("procedure_versions", args=[page.pk])
    address = reverse("procedure_version", args=[page.pk, 2])
    login(client, unit)
    assert "Bản số 2" in words(client.get(listed))
    assert 'name="phan"' not in client.get(address).content.decode()
    assert client.post(address, {"phan": "copies"}).status_code in (302, 403)
    version.refresh_from_db()
    assert version.material == ["conditions"]
    client.force_login(make_user(PortalGroup.CONTROLLER))
    shown = client.get(address).content.decode()
    assert re.search(r'value="conditions"[^>]*checked', shown)
    assert re.search(r'value="copies"\s+id="phan-copies"\s*>', shown)
    done = client.post(address, {"phan": ["copies", "steps"]}, follow=True)
    assert "1 đơn vị đang niêm yết phải xác nhận lại" in words(done)
    version.refresh_from_db()
    assert version.material == ["copies"], "what did not change is not marked"
    client.post(address, {})
    page.refresh_from_db()
    assert page.material_version == 1
    assert not Listing.objects.outdated().exists()


def test_publishing_an_edit_says_what_units_will_confirm(client: Client) -> None:
    page = official(1)[0]
    client.force_login(make_user(PortalGroup.CONTROLLER))
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    data = editor_data(page) | {"copies_text": "03 bộ", "copies_absence": "", "action-publish": "1"}
    said = words(client.post(edit, data, follow=True))
    assert "Chỗ vừa đổi không bắt đơn vị xác nhận lại." in said
    version = ProcedureVersion.objects.get(procedure=page, number=2)
    assert version.changed == ["copies"]
    shown = client.get(edit).content.decode()
    assert reverse("procedure_versions", args=[page.pk]) in shown


def test_a_text_never_published_has_no_versions(client: Client, unit: Unit) -> None:
    login(client, unit)
    assert client.get(reverse("procedure_versions", args=[99_999])).status_code == 404


# The controller -------------------------------------------------------------------------------------------------------


def test_the_board_of_the_controller(client: Client, unit: Unit) -> None:
    make_row(level="commune")
    pages = official(2, absences={}, conditions_html="")
    nameless = publish(make_record(name="Không ai nhận", bodies=("Sở Lạ",), levels=()))[0]
    opened()
    publish_listings(unit=unit, procedures=[pages[0].pk])
    client.force_login(make_user(PortalGroup.CONTROLLER))
    page = client.get(reverse("controller_board"))
    sections = {section.key: section for section in page.context["board"].sections}
    assert sections["part_not_entered"].count >= 2
    assert sections["part_not_entered"].lines[0].weight == "1 đơn vị"
    assert sections["part_not_entered"].lines[0].url == reverse("wagtailadmin_pages:edit", args=[pages[0].pk])
    assert sections["unmapped"].count == 1
    assert "Sở Lạ" in sections["unmapped"].lines[0].title
    assert sections["owing"].lines[0].weight == "1 đơn vị"
    assert nameless.title not in sections["owing"].title
    assert "Việc cần làm" in words(client.get(reverse("wagtailadmin_home")))


def test_the_controllers_board_asks_the_same_however_much(client: Client, unit: Unit) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            controller_board.build_board()
        return len(queries)

    official(2, conditions_html="")
    publish(make_record(name="Không ai nhận", bodies=("Sở Lạ",), levels=()))
    opened()
    few = count()
    for n in range(12):
        make_unit(f"Xã {n}")
    gaps: dict[str, Any] = {"conditions_html": "", "online_reason": ""}
    publish(*(make_record(name=f"Thêm {n}", bodies=(f"Sở Lạ {n}",), **gaps) for n in range(12)))
    make_opening_again()
    assert count() <= few + 1


def test_figures_are_kept_and_made_anew_on_demand(client: Client, unit: Unit) -> None:
    pages = official(1)
    opened()
    client.force_login(make_user(PortalGroup.CONTROLLER))
    address = reverse("controller_board")
    assert client.get(address).context["board"].listed == 0
    publish_listings(unit=unit, procedures=[pages[0].pk])
    assert client.get(address).context["board"].listed == 0
    client.post(address)
    assert client.get(address).context["board"].listed == 1


def test_open_questions_of_decisions(client: Client, unit: Unit) -> None:
    pages = official(1)
    opened()
    question = Question(
        key="number", kind="number", blocking=True, text="Số?", where="", choices=(), suggested="", free=True
    )
    DecisionDraft.objects.create(
        proposal=to_json(
            Proposal(
                number="",
                signed_on=None,
                signer="",
                issuer="",
                title="",
                effective_on=None,
                lines=(),
                tasks=(),
                repeals=(),
                counts=(),
                questions=(question,),
                skipped_tables=(),
                source_name="a.docx",
                source_sha256="",
            )
        )
    )
    earlier = timezone.localdate() - timedelta(days=30)
    first = AnnouncementDecision.objects.create(
        number="1/QĐ-UBND", signed_on=earlier, applied_at=timezone.now()
    )
    first.lines.create(procedure=pages[0], ordinal=1, ordinal_text="1", level="commune")
    second = AnnouncementDecision.objects.create(
        number="2/QĐ-UBND", signed_on=earlier + timedelta(days=9), applied_at=timezone.now()
    )
    second.repeals.create(number="1/QĐ-UBND", signed_on=earlier)
    second.repeals.create(number="77/QĐ-UBND")
    client.force_login(make_user(PortalGroup.CONTROLLER))
    sections = {s.key: s for s in client.get(reverse("controller_board")).context["board"].sections}
    assert "1 câu phải trả lời" in sections["drafts"].lines[0].note
    assert sections["superseded"].count == 1
    assert pages[0].title in sections["superseded"].lines[0].title
    assert sections["unheld"].lines[0].title == "77/QĐ-UBND"


def test_the_controllers_board_is_theirs(client: Client, unit: Unit) -> None:
    address = reverse("controller_board")
    for user in (
        make_member(unit, Role.APPROVER),
        make_user(PortalGroup.INSPECTOR),
        make_user(PortalGroup.CURATOR),
    ):
        client.force_login(user)
        assert client.get(address).status_code in (302, 403)
        assert client.post(address).status_code in (302, 403)


# All units ------------------------------------------------------------------------------------------------------------


def test_the_table_of_units_sorts_and_downloads(client: Client, unit: Unit) -> None:
    pages = official(2)
    opened()
    good = make_unit("Đức Thọ")
    publish_listings(unit=good, procedures=[page.pk for page in pages])
    client.force_login(make_user(PortalGroup.INSPECTOR))
    address = reverse("unit_listings_choice")

    def names(**query: str) -> list[str]:
        return [item["row"].name for item in client.get(address, query).context["rows"]]

    assert names() == ["Xã Một", "Đức Thọ"], "who loses most stands first"
    assert names(xep="-diem") == ["Đức Thọ", "Xã Một"]
    assert names(xep="-qua-han") == ["Xã Một", "Đức Thọ"]
    assert names(xep="ten") == ["Đức Thọ", "Xã Một"]
    assert names(xep="la") == names()
    page = client.get(address, {"xep": "-diem"}).content.decode()
    assert 'aria-sort="descending"' in page
    assert board(unit) in page
    table = client.get(address, {"dinh-dang": "csv", "xep": "-diem"})
    assert table["Content-Type"].startswith("text/csv")
    lines = table.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Mã,Đơn vị,Phải niêm yết")
    assert lines[1].split(",")[1] == "Đức Thọ"
    assert lines[1].split(",")[4] == "100.00"


def test_units_are_named_by_field_names_in_the_deadline(client: Client, unit: Unit) -> None:
    """Two of one field are named by it."""
    subject = make_subject("Hộ tịch")
    publish(*(make_record(name=f"Của hộ tịch {n}", field=subject.name) for n in range(2)))
    opened(timezone.localdate())
    login(client, unit)
    assert "Niêm yết 2 thủ tục lĩnh vực Hộ tịch" in words(client.get(board(unit)))
