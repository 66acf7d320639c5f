"""The forms of desks, counters, listings and people: what is refused, and in which words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from home.enums import PortalGroup, Role
from home.models import Counter
from procedures.boards.controller_board import KEY
from procedures.listings.changes import ListingChange, listings_changed
from procedures.models import Listing
from tests.factories.catalogue import make_listing, make_procedure
from tests.factories.opening import make_opening
from tests.factories.people import make_member, make_user
from tests.factories.units import make_counter, make_desk, make_unit

pytestmark = pytest.mark.django_db

HOW_TO_WRITE_A_NUMBER = "Ghi một số gọi được, có cả mã vùng"
NO_ROWS = {
    f"{part}-{key}": value
    for part in ("hours", "exceptions")
    for key, value in (
        ("TOTAL_FORMS", "0"),
        ("INITIAL_FORMS", "0"),
        ("MIN_NUM_FORMS", "0"),
        ("MAX_NUM_FORMS", "1000"),
    )
}


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def desk_form(**fields: str) -> dict[str, str]:
    names = ("name", "address", "latitude", "longitude", "phone", "email", "accessible", "accessible_note")
    return dict.fromkeys(names, "") | {"name": "Một cửa"} | NO_ROWS | fields


@pytest.mark.parametrize(
    ("phone", "kept"), [("abc", False), ("3855 123", False), ("0239 3855 123", True), ("", True)]
)
def test_a_desk_needs_a_number_that_can_be_dialled(phone: str, *, kept: bool) -> None:
    unit = make_unit()
    desk = make_desk(unit, hours=False, phone="1022")
    address = reverse("wagtailsnippets_home_desk:edit", args=[desk.pk])
    response = signed_in(make_member(unit)).post(address, desk_form(phone=phone))
    desk.refresh_from_db()
    assert desk.phone == (phone if kept else "1022")
    assert (HOW_TO_WRITE_A_NUMBER in response.content.decode()) is not kept


def test_a_counter_too() -> None:
    unit = make_unit()
    counter = make_counter(make_desk(unit))
    address = reverse("wagtailsnippets_home_counter:edit", args=[counter.pk])
    data = {"desk": counter.desk_id, "name": "Quầy 1", "place": "", "phone": "gọi Lan"}
    assert HOW_TO_WRITE_A_NUMBER in signed_in(make_member(unit)).post(address, data).content.decode()
    assert Counter.objects.get(pk=counter.pk).phone == ""


@pytest.mark.parametrize("action", [{}, {"action-publish": "1"}])
def test_a_listing_too_as_draft_and_in_public(action: dict[str, str]) -> None:
    unit = make_unit()
    listing = make_listing(unit)
    address = reverse("wagtailsnippets_procedures_listing:edit", args=[listing.pk])
    data = {"desk": "", "counter": "", "phone": "abc", "hours_note": "", "notes": ""} | action
    response = signed_in(make_member(unit, Role.APPROVER)).post(address, data)
    assert HOW_TO_WRITE_A_NUMBER in response.content.decode()
    assert Listing.objects.get(pk=listing.pk).phone == ""


def test_where_vietnam_lies_in_words() -> None:
    unit = make_unit()
    desk = make_desk(unit, hours=False)
    address = reverse("wagtailsnippets_home_desk:edit", args=[desk.pk])
    page = (
        signed_in(make_member(unit)).post(address, desk_form(latitude="999", longitude="1")).content.decode()
    )
    assert "Vĩ độ ở Việt Nam từ 8 đến 24" in page
    assert "Kinh độ ở Việt Nam từ 102 đến 118" in page


# Listings: confirming on purpose, withdrawing with a reason, approving in sight ---------------------------------------


def edit_address(listing: Listing) -> str:
    return reverse("wagtailsnippets_procedures_listing:edit", args=[listing.pk])


def words(**fields: str) -> dict[str, str]:
    return {"desk": "", "counter": "", "phone": "", "hours_note": "", "notes": ""} | fields


def outdated(unit: Any) -> Listing:
    return make_listing(unit, confirmed_version=0, confirmed_at=datetime(2026, 3, 2, 9, tzinfo=UTC))


@pytest.mark.parametrize("role", [Role.EDITOR, Role.APPROVER])
def test_publishing_an_edit_confirms_nothing(role: Role) -> None:
    unit = make_unit()
    listing = outdated(unit)
    client = signed_in(make_member(unit, role))
    client.post(edit_address(listing), words(phone="0239 3855 123", **{"action-publish": "1"}))
    now = Listing.objects.get(pk=listing.pk)
    assert now.phone == "0239 3855 123"
    assert (now.confirmed_version, now.confirmed_at, now.confirmed_by) == (0, listing.confirmed_at, None)
    page = client.get(edit_address(listing)).content.decode()
    assert "Nội dung chính thức đã đổi sau lần đơn vị xác nhận." in page
    assert "Đơn vị xác nhận ngày 02/03/2026." in page
    assert f'{reverse("unit_board_confirm", args=[unit.slug])}?muc={listing.procedure_id}"' in page


def test_approving_an_edit_confirms_nothing() -> None:
    unit = make_unit()
    listing = outdated(unit)
    editor, approver = make_member(unit), make_member(unit, Role.APPROVER)
    signed_in(editor).post(edit_address(listing), words(notes="Chữ mới", **{"action-submit": "1"}))
    data = words(
        notes="Chữ mới",
        **{
            "action-workflow-action": "1",
            "workflow-action-name": "approve",
            "workflow-action-extra-data": "{}",
        },
    )
    page = signed_in(approver).post(edit_address(listing), data, follow=True).content.decode()
    assert "Đã duyệt, phần chữ của đơn vị đã công khai" in page
    now = Listing.objects.get(pk=listing.pk)
    assert (now.notes, now.confirmed_version, now.confirmed_at) == ("Chữ mới", 0, listing.confirmed_at)


def test_an_edit_is_told_as_the_publishers(unit_changes: list[Any]) -> None:
    unit = make_unit()
    listing = outdated(unit)
    approver = make_member(unit, Role.APPROVER)
    signed_in(approver).post(edit_address(listing), words(phone="1022", **{"action-publish": "1"}))
    assert unit_changes == [(ListingChange.EDIT, approver)]


@pytest.fixture
def unit_changes() -> Iterator[list[Any]]:
    told: list[Any] = []

    def tell(change: Any, user: Any, **_kwargs: Any) -> None:
        told.append((change, user))

    listings_changed.connect(tell)
    yield told
    listings_changed.disconnect(tell)


def test_the_row_says_since_when_the_official_text_is_another() -> None:
    unit = make_unit()
    listing = outdated(unit)
    when = datetime(2026, 3, 20, 9, tzinfo=UTC)
    type(listing.procedure).objects.filter(pk=listing.procedure_id).update(last_published_at=when)
    address = f"{reverse('unit_listings', args=[unit.slug])}?loc=loi-thoi"
    page = signed_in(make_member(unit)).get(address).content.decode()
    assert "bản mới từ 20/03/2026" in page
    assert "đơn vị xác nhận 02/03/2026" in page
    assert (
        "công bố ngày 20/03/2026" in signed_in(make_member(unit)).get(edit_address(listing)).content.decode()
    )


def test_taking_down_from_the_editor_asks_for_the_reason() -> None:
    unit = make_unit()
    listing = make_listing(unit)
    address = reverse("wagtailsnippets_procedures_listing:unpublish", args=[listing.pk])
    approver = signed_in(make_member(unit, Role.APPROVER))
    page = approver.get(address)
    assert 'name="ly-do"' in page.content.decode()
    assert reverse("unit_listings", args=[unit.slug]) in page.content.decode()
    assert approver.post(address).status_code == 302
    assert Listing.objects.get(pk=listing.pk).live, "without a reason nothing comes down"
    form = {"viec": "withdraw-now", "muc": listing.procedure_id, "ly-do": "Chuyển về sở"}
    approver.post(reverse("unit_listings", args=[unit.slug]), form)
    assert Listing.objects.get(pk=listing.pk).withdrawn_reason == "Chuyển về sở"
    assert approver.get(address).status_code == 302, "it is down already"


def test_an_editor_does_not_take_down() -> None:
    unit = make_unit()
    listing = make_listing(unit)
    address = reverse("wagtailsnippets_procedures_listing:unpublish", args=[listing.pk])
    response = signed_in(make_member(unit)).get(address)
    assert "ly-do" not in response.content.decode()
    assert response.headers["Location"] == "/admin/"


def test_both_sides_see_that_approval_is_awaited() -> None:
    unit = make_unit()
    listing = make_listing(unit)
    editor, approver = signed_in(make_member(unit)), signed_in(make_member(unit, Role.APPROVER))
    fresh = editor.get(edit_address(listing)).content.decode()
    assert "Công khai hoặc gửi duyệt" in fresh, "new words of an editor go to the approver"
    editor.post(edit_address(listing), words(notes="Chữ mới", **{"action-submit": "1"}))
    assert "Người phê duyệt của đơn vị duyệt xong" in editor.get(edit_address(listing)).content.decode()
    page = approver.get(edit_address(listing)).content.decode()
    assert "Đang chờ duyệt." in page
    footer = page[
        page.index('aria-label="Hành động (chân trang)"')
        if 'aria-label="Hành động (chân trang)"' in page
        else page.index("actions--primary") :
    ]
    assert footer.index('data-workflow-action-name="approve"') < footer.index('value="action-publish"')


def test_withdrawn_rows_say_when_and_why() -> None:
    unit = make_unit()
    when = datetime(2026, 3, 2, 9, tzinfo=UTC)
    make_listing(unit, live=False, withdrawn_at=when, withdrawn_reason="Chuyển về sở")
    address = f"{reverse('unit_listings', args=[unit.slug])}?loc=da-go"
    page = signed_in(make_member(unit)).get(address).content.decode()
    assert "gỡ ngày 02/03/2026" in page
    assert "Chuyển về sở" in page
    assert "người phê duyệt niêm yết lại" in page


# People ---------------------------------------------------------------------------------------------------------------


def test_ending_now_is_in_the_row_and_on_the_page_and_takes_the_right_at_once() -> None:
    unit = make_unit()
    editor = make_member(unit)
    membership = editor.memberships.get()
    approver, theirs = signed_in(make_member(unit, Role.APPROVER)), signed_in(editor)
    end = reverse("membership:end", args=[membership.pk])
    for page in (reverse("membership:index"), reverse("membership:edit", args=[membership.pk])):
        text = approver.get(page).content.decode()
        assert "Kết thúc từ hôm nay" in text
        assert end in text
    assert theirs.get(reverse("unit_listings", args=[unit.slug])).status_code == 200
    assert approver.post(end).status_code == 302
    assert theirs.get(reverse("unit_listings", args=[unit.slug])).status_code in (302, 404)
    assert end not in approver.get(reverse("membership:edit", args=[membership.pk])).content.decode()


def test_an_editor_of_a_unit_reads_nothing_of_approval() -> None:
    unit = make_unit()
    address = reverse("wagtailsnippets_home_unit:edit", args=[unit.pk])
    assert (
        "Ghi chú riêng phải được duyệt"
        in signed_in(make_member(unit, Role.APPROVER)).get(address).content.decode()
    )
    page = signed_in(make_member(unit)).get(address).content.decode()
    assert "Liên hệ" in page
    assert "Ghi chú riêng phải được duyệt" not in page
    assert ">Duyệt<" not in page


# The first page -------------------------------------------------------------------------------------------------------


def test_the_first_page_of_the_controller() -> None:
    unit = make_unit()
    make_procedure()
    make_procedure("Không ai nhận", bodies="Sở Lạ", levels=())
    make_opening()
    cache.delete(KEY)
    page = signed_in(make_user(PortalGroup.CONTROLLER)).get(reverse("wagtailadmin_home")).content.decode()
    cache.delete(KEY)
    assert "Thủ tục chưa rõ đơn vị nào phải niêm yết" in page
    assert "1 đơn vị phải niêm yết tất cả 1 mục, đã niêm yết 0 (0%). 1 đơn vị có mục quá hạn." in " ".join(
        page.split()
    )
    assert unit.name not in page


def test_others_find_no_work_of_units() -> None:
    make_unit()
    page = signed_in(make_user(PortalGroup.CURATOR)).get(reverse("wagtailadmin_home")).content.decode()
    assert "Việc cần làm" not in page


# The banner, and buttons that can work ---------------------------------------------------------------------------------


def test_the_banner_names_the_fields() -> None:
    unit = make_unit()
    desk = make_desk(unit, hours=False)
    rows = {"hours-TOTAL_FORMS": "1", "hours-0-weekday": "0", "hours-0-opens": "", "hours-0-closes": "25:99"}
    address = reverse("wagtailsnippets_home_desk:edit", args=[desk.pk])
    page = (
        signed_in(make_member(unit)).post(address, desk_form(name="", phone="abc", **rows)).content.decode()
    )
    assert "Xem lại: Tên, Điện thoại, Giờ làm việc trong tuần." in page


def test_bulk_buttons_stand_where_they_can_work() -> None:
    unit = make_unit()
    procedures = [make_procedure(), make_procedure()]
    make_opening()
    make_listing(unit, procedures[0])
    screen = reverse("unit_listings", args=[unit.slug])
    approver = signed_in(make_member(unit, Role.APPROVER))

    def offers(tab: str) -> set[str]:
        return set(
            re.findall(r'name="viec" value="([a-z-]+)"', approver.get(f"{screen}?loc={tab}").content.decode())
        )

    assert offers("con-thieu") == {"list"}
    assert offers("tat-ca") == {"list", "withdraw"}
    assert offers("da-go") == set()
    nothing = approver.post(f"{screen}?loc=con-thieu", {"viec": "list"})
    assert nothing.status_code == 422
    assert "Hãy đánh dấu các thủ tục cần làm ở cột đầu" in nothing.content.decode()
