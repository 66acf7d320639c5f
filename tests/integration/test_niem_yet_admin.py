"""The screens "Niêm yết": what each person sees and may do there, and the opening catalogue before them."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from home.enums import PortalGroup, Role, UnitKind
from home.models import Unit
from procedures.boards.units_table import KEY
from procedures.listings.opening import OpeningError, confirm_opening, propose_opening
from procedures.models import AnnouncementDecision, Listing, ProcedurePage
from procedures.models.decisions import DecisionKind
from tests.conftest import Kept
from tests.factories.catalogue import make_listing, make_procedure
from tests.factories.opening import OPENING_DAY, make_opening, make_row
from tests.factories.people import make_member, make_membership, make_user
from tests.factories.units import make_subject, make_unit

pytestmark = pytest.mark.usefixtures("rolled_back")

QUERIES = 21
"""Of the screen of one unit: 7 of ours, the rest Wagtail's own (session, person, rights, menu)."""
QUERIES_OF_ALL = 27


def build_owed() -> list[ProcedurePage]:
    """Four procedures, all owed by every commune; nothing is listed."""
    subject = make_subject("Hộ tịch")
    found = [
        make_procedure("Đăng ký kết hôn", subject=subject),
        make_procedure("Đăng ký khai sinh", subject=subject),
        make_procedure("Chứng thực di chúc", subject=make_subject("Chứng thực")),
        make_procedure("Tách hộ"),
    ]
    make_opening()
    return found


def build_both() -> tuple[Unit, list[ProcedurePage]]:
    return make_unit("Xã Một"), build_owed()


@pytest.fixture
def world(request: pytest.FixtureRequest, kept: Kept) -> tuple[Unit | None, list[ProcedurePage]]:
    if "unit" not in request.fixturenames:
        return None, kept(build_owed)
    made: tuple[Unit, list[ProcedurePage]] = kept(build_both)
    return made


@pytest.fixture
def owed(world: tuple[Unit | None, list[ProcedurePage]]) -> list[ProcedurePage]:
    return world[1]


@pytest.fixture
def unit(request: pytest.FixtureRequest) -> Unit:
    if "owed" not in request.fixturenames:
        return make_unit("Xã Một")
    found: Unit = request.getfixturevalue("world")[0]
    return found


def screen(unit: Unit) -> str:
    return reverse("unit_listings", args=[unit.slug])


def login(client: Client, unit: Unit, role: Role = Role.EDITOR) -> Any:
    user = make_member(unit, role)
    client.force_login(user)
    return user


def names(response: Any) -> list[str]:
    return [row.title for row in response.context["page_obj"].object_list]


def live(unit: Unit) -> set[str]:
    return set(Listing.objects.live().filter(unit=unit).values_list("procedure__title", flat=True))


# Who sees what --------------------------------------------------------------------------------------------------------


def test_staff_of_one_unit_land_on_its_screen(client: Client, unit: Unit, owed: list[Any]) -> None:
    login(client, unit)
    assert client.get(reverse("unit_listings_choice")).headers["Location"] == screen(unit)
    page = client.get(reverse("wagtailadmin_home")).content.decode()
    menu = [name for name in re.findall(r'"name": "([a-z-]+)"', html.unescape(page)) if name != "home"]
    assert "unit-listings" in menu


def test_staff_of_several_units_choose(client: Client, unit: Unit, owed: list[Any]) -> None:
    user = login(client, unit)
    make_membership(user, make_unit("Xã Hai", old_names="Xã Cũ"), Role.EDITOR)
    make_unit("Xã Ba")
    response = client.get(reverse("unit_listings_choice"))
    assert {item["row"].name for item in response.context["rows"]} == {"Xã Một", "Xã Hai"}
    found = client.get(reverse("unit_listings_choice"), {"q": "xa cu"})
    assert [item["row"].name for item in found.context["rows"]] == ["Xã Hai"]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", [Role.EDITOR, Role.APPROVER])
def test_a_foreign_unit_does_not_exist(
    client: Client, unit: Unit, owed: list[Any], method: str, role: Role
) -> None:
    login(client, make_unit("Xã Khác"), role)
    data = {"viec": "list", "muc": [procedure.pk for procedure in owed]}
    assert getattr(client, method)(screen(unit), data).status_code == 404
    assert not Listing.objects.exists()


def test_an_approver_elsewhere_who_edits_here_may_not_withdraw(
    client: Client, unit: Unit, owed: list[Any]
) -> None:
    user = login(client, unit)
    make_membership(user, make_unit("Xã Khác"), Role.APPROVER)
    listing = make_listing(unit, owed[0])
    for work in ("withdraw", "withdraw-now", "relist"):
        response = client.post(screen(unit), {"viec": work, "muc": listing.procedure_id, "ly-do": "Thử"})
        assert response.status_code in (302, 403)
        assert response.headers.get("Location", "/admin/") == "/admin/"
    listing.refresh_from_db()
    assert listing.live


@pytest.mark.parametrize("group", [PortalGroup.CONTROLLER, PortalGroup.INSPECTOR])
def test_those_who_read_every_unit_change_none(
    client: Client, unit: Unit, owed: list[Any], group: PortalGroup
) -> None:
    client.force_login(make_user(group))
    response = client.get(screen(unit))
    assert response.status_code == 200
    assert "Niêm yết tất cả phần còn thiếu" not in response.content.decode()
    client.post(screen(unit), {"viec": "list", "muc": [procedure.pk for procedure in owed]})
    client.post(screen(unit), {"mot": f"list:{owed[0].pk}"})
    assert not Listing.objects.exists()


def test_others_see_nothing(client: Client, unit: Unit) -> None:
    client.force_login(make_user(PortalGroup.CURATOR))
    assert client.get(screen(unit)).status_code == 404
    assert client.get(reverse("unit_listings_choice")).status_code in (302, 403)
    client.logout()
    assert client.get(screen(unit)).headers["Location"].startswith("/admin/login/")


# Finding --------------------------------------------------------------------------------------------------------------


def test_tabs_and_filters(client: Client, unit: Unit, owed: list[ProcedurePage]) -> None:
    login(client, unit)
    make_listing(unit, owed[0])
    make_listing(unit, owed[1], confirmed_version=0)
    make_listing(unit, owed[2], live=False, withdrawn_at=timezone.now())
    response = client.get(screen(unit))
    assert [tab["count"] for tab in response.context["tabs"]] == [2, 1, 1, 0, 1, 4]
    assert names(response) == ["Chứng thực di chúc", "Tách hộ"]
    assert names(client.get(screen(unit), {"loc": "loi-thoi"})) == ["Đăng ký khai sinh"]
    assert names(client.get(screen(unit), {"loc": "da-go"})) == ["Chứng thực di chúc"]
    everything = {"loc": "tat-ca"}
    assert names(client.get(screen(unit), everything | {"q": "dang ky"})) == [
        "Đăng ký kết hôn",
        "Đăng ký khai sinh",
    ]
    assert names(client.get(screen(unit), everything | {"q": owed[3].code})) == ["Tách hộ"]
    assert owed[0].subject is not None
    by_field = client.get(screen(unit), everything | {"linh-vuc": owed[0].subject.slug})
    assert names(by_field) == ["Đăng ký kết hôn", "Đăng ký khai sinh"]


@pytest.mark.parametrize(
    "query",
    [{"loc": "la"}, {"p": "99999"}, {"p": "²"}, {"p": "-1"}, {"q": "\x00%_'"}, {"linh-vuc": "x" * 500}],
)
def test_absurd_addresses_are_answered(
    client: Client, unit: Unit, owed: list[Any], query: dict[str, str]
) -> None:
    login(client, unit)
    assert client.get(screen(unit), query).status_code == 200


def test_nothing_is_owed_before_the_opening_catalogue(client: Client, unit: Unit) -> None:
    make_procedure()
    login(client, unit)
    assert "Chưa xác nhận danh mục đầu kỳ" in client.get(screen(unit)).content.decode()


def test_pages_and_queries(client: Client, unit: Unit, django_assert_max_num_queries: Any) -> None:
    for number in range(60):
        make_procedure(f"Thủ tục {number:02d}")
    make_opening()
    login(client, unit)
    client.get(screen(unit))
    with django_assert_max_num_queries(QUERIES):
        response = client.get(screen(unit))
    assert len(names(response)) == 50
    assert len(names(client.get(screen(unit), {"p": "2"}))) == 10


def test_the_choice_of_units_asks_the_same_however_many(
    client: Client, owed: list[Any], django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        make_listing(make_unit(f"Xã {number}"), owed[0])
    client.force_login(make_user(PortalGroup.CONTROLLER))
    client.get(reverse("unit_listings_choice"))
    cache.delete(KEY)
    with django_assert_max_num_queries(QUERIES_OF_ALL):
        response = client.get(reverse("unit_listings_choice"))
    cache.delete(KEY)
    assert len(response.context["rows"]) == 30


def test_no_script_or_style_in_the_page(client: Client, unit: Unit, owed: list[Any]) -> None:
    login(client, unit, Role.APPROVER)
    for address in (screen(unit), reverse("unit_listings_choice")):
        page = client.get(address, follow=True).content.decode()
        assert not re.search(r"<script(?![^>]*\b(?:src|type=\"application/json\"))", page)
        main = page[page.index('class="nl"') :]
        assert not re.search(r"\sstyle=|\son\w+=", main)


# Doing ----------------------------------------------------------------------------------------------------------------


def test_one_click(client: Client, unit: Unit, owed: list[ProcedurePage]) -> None:
    user = login(client, unit)
    response = client.post(f"{screen(unit)}?loc=tat-ca&q=dang", {"mot": f"list:{owed[0].pk}"})
    assert response.headers["Location"] == f"{screen(unit)}?loc=tat-ca&q=dang"
    assert live(unit) == {"Đăng ký kết hôn"}
    assert Listing.objects.get().confirmed_by == user


def test_ticked_ones_and_all_that_is_missing(client: Client, unit: Unit, owed: list[ProcedurePage]) -> None:
    login(client, unit)
    client.post(screen(unit), {"viec": "list", "muc": [owed[0].pk, owed[1].pk]})
    assert len(live(unit)) == 2
    page = client.post(screen(unit), {"viec": "list", "muc": [p.pk for p in owed]}, follow=True)
    assert "Đã niêm yết 2 thủ tục." in page.content.decode()
    assert "Đơn vị đã niêm yết đủ." in page.content.decode()
    assert len(live(unit)) == 4


def test_only_what_the_unit_owes_can_be_listed(client: Client, unit: Unit, owed: list[Any]) -> None:
    login(client, unit)
    foreign = make_procedure("Không phải của xã", levels=("ministry",))
    response = client.post(screen(unit), {"viec": "list", "muc": [foreign.pk, "x", "99999999999999999999"]})
    assert response.status_code == 422
    assert not Listing.objects.exists()


def test_confirming_stands_beside_what_changed(client: Client, unit: Unit, owed: list[Any]) -> None:
    """No button here confirms what nobody has seen."""
    login(client, unit)
    listing = make_listing(unit, owed[0], confirmed_version=0)
    page = client.get(f"{screen(unit)}?loc=loi-thoi").content.decode()
    compare = reverse("unit_board_confirm", args=[unit.slug])
    assert f'href="{compare}"' in page
    assert f'href="{compare}?muc={owed[0].pk}"' in page
    client.post(f"{screen(unit)}?loc=loi-thoi", {"mot": f"confirm:{owed[0].pk}"})
    assert Listing.objects.outdated().get() == listing


def test_an_editor_lists_around_own_words_that_wait(
    client: Client, unit: Unit, owed: list[ProcedurePage]
) -> None:
    login(client, unit)
    make_listing(unit, owed[0], live=False, notes="Chưa duyệt")
    chosen = {"viec": "list", "muc": [procedure.pk for procedure in owed]}
    page = client.post(screen(unit), chosen, follow=True).content.decode()
    assert len(live(unit)) == 3
    assert "1 thủ tục bỏ qua: có ghi chú riêng đang chờ" in page


def test_withdrawing_asks_for_a_reason_and_keeps_what_was_chosen(
    client: Client, unit: Unit, owed: list[ProcedurePage]
) -> None:
    login(client, unit, Role.APPROVER)
    listings = [make_listing(unit, procedure) for procedure in owed]
    chosen = [owed[0].pk, owed[1].pk]
    step = client.post(screen(unit), {"viec": "withdraw", "muc": chosen})
    assert step.status_code == 200
    assert Listing.objects.live().count() == len(listings), "asking withdraws nothing"
    refused = client.post(screen(unit), {"viec": "withdraw-now", "muc": chosen, "ly-do": "  "})
    assert refused.status_code == 422
    assert {procedure["pk"] for procedure in refused.context["procedures"]} == set(chosen)
    long = "Lý do " * 100
    assert (
        long.strip()
        in client.post(screen(unit), {"viec": "withdraw-now", "muc": chosen, "ly-do": long}).content.decode()
    )
    done = client.post(screen(unit), {"viec": "withdraw-now", "muc": chosen, "ly-do": "Chuyển về sở"})
    assert done.status_code == 302
    assert set(Listing.objects.withdrawn().values_list("withdrawn_reason", flat=True)) == {"Chuyển về sở"}
    assert Listing.objects.live().count() == 2
    client.post(screen(unit), {"mot": f"relist:{owed[0].pk}"})
    assert Listing.objects.live().count() == 3


@pytest.mark.parametrize(
    "data", [{}, {"viec": "drop"}, {"mot": "list:"}, {"mot": "drop:1"}, {"viec": "list"}]
)
def test_senseless_posts_change_nothing(
    client: Client, unit: Unit, owed: list[Any], data: dict[str, str]
) -> None:
    login(client, unit, Role.APPROVER)
    response = client.post(screen(unit), data)
    assert response.status_code in (302, 403, 422)
    assert not Listing.objects.exists()


# Opening catalogue ----------------------------------------------------------------------------------------------------


def test_proposal_and_confirmation(client: Client, unit: Unit) -> None:
    make_row(level="commune")
    owed = [make_procedure(), make_procedure()]
    nameless = make_procedure("Không ai nhận", bodies="Sở Lạ", levels=())
    make_procedure(state="ended")
    make_procedure(scope="central")
    make_unit(kind=UnitKind.DISTRICT)
    proposal = propose_opening(OPENING_DAY)
    assert set(proposal.lines) == {*(p.pk for p in owed), nameless.pk}
    assert [(count.unit, count.owed) for count in proposal.units] == [(unit, 2)]
    assert proposal.unmapped_procedures == (nameless.pk,)
    assert proposal.due == date(2026, 3, 9)
    client.force_login(make_user(PortalGroup.CONTROLLER))
    page = client.get(reverse("opening_catalogue")).content.decode()
    assert "Không ai nhận" in page
    response = client.post(
        reverse("opening_catalogue"), {"viec": "confirm", "day": "2026-03-02", "due_days": "5"}
    )
    assert response.status_code == 302
    decision = AnnouncementDecision.objects.get()
    assert (decision.kind, decision.signed_on, decision.lines.count()) == (
        DecisionKind.OPENING,
        OPENING_DAY,
        3,
    )
    assert decision.applied_by is not None


def test_a_wrong_form_keeps_what_was_typed(client: Client) -> None:
    make_procedure()
    client.force_login(make_user(PortalGroup.CONTROLLER))
    response = client.post(
        reverse("opening_catalogue"), {"viec": "confirm", "day": "2026-02-30", "due_days": "9"}
    )
    assert response.status_code == 422
    assert 'value="9"' in response.content.decode()
    assert not AnnouncementDecision.objects.exists()


def test_there_is_one_opening_catalogue_and_it_can_be_made_anew_until_something_rests_on_it() -> None:
    make_procedure()
    first = make_opening()
    make_procedure()
    assert make_opening() == first
    assert first.lines.count() == 1
    again = confirm_opening(user=None, day=date(2026, 3, 3), due_days=7, regenerate=True)
    assert again == first
    assert (again.lines.count(), again.signed_on) == (2, date(2026, 3, 3))
    AnnouncementDecision.objects.create(number="1/QĐ-UBND", signed_on=date(2026, 3, 10))
    with pytest.raises(OpeningError):
        confirm_opening(user=None, day=OPENING_DAY, regenerate=True)
    assert AnnouncementDecision.objects.get(kind=DecisionKind.OPENING).lines.count() == 2


def test_an_empty_catalogue_is_not_confirmed(client: Client) -> None:
    client.force_login(make_user(PortalGroup.CONTROLLER))
    response = client.post(reverse("opening_catalogue"), {"day": "2026-03-02", "due_days": "5"})
    assert response.status_code == 422
    assert "Hãy nhập danh mục thủ tục trước." in response.content.decode()


def test_confirming_that_fails_half_way_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    make_procedure()

    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("half way")

    monkeypatch.setattr("procedures.listings.opening.log", fail)
    with pytest.raises(RuntimeError):
        make_opening()
    assert not AnnouncementDecision.objects.exists()
