"""Lists of the admin answer as the public search does, and still hold what no index has: drafts, what ended, what is foreign."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from home.enums import PortalGroup
from home.models import HomePage, Unit
from procedures.models import Listing, ProcedurePage
from procedures.viewsets.procedures import named_like
from search.engines.contract import EngineUnavailable
from search.lists import narrowed, wanted
from tests.factories.catalogue import make_listing, make_procedure
from tests.factories.people import make_user
from tests.factories.units import make_unit

pytestmark = pytest.mark.django_db


def titles(words: str) -> list[str]:
    return [page.title for page in named_like(ProcedurePage.objects.all(), words)]


@pytest.fixture
def pages() -> dict[str, ProcedurePage]:
    return {
        "plain": make_procedure("Đăng ký cưới", code="7.900001"),
        "again": make_procedure("Đăng ký lại việc cưới", code="7.900002"),
        "ended": make_procedure("Đăng ký cưới cũ", code="7.900003", state="ended"),
        "draft": make_procedure("Đăng ký cưới mới", code="7.900004", live=False),
        "other": make_procedure("Cấp thẻ tay nghề", code="7.900005"),
    }


@pytest.mark.parametrize("typed", ["đăng kí cưới", "DANG KY CUOI", "cuoi dang ky"])
def test_best_first_then_what_no_index_has(pages: dict[str, ProcedurePage], typed: str) -> None:
    found = titles(typed)
    assert found[0] == "Đăng ký cưới"
    assert set(found) == {page.title for name, page in pages.items() if name != "other"}


@pytest.mark.parametrize("typed", ["7.900004", "7900004", "7.900004.000.00.00.H27", "mã 7,900004"])
def test_a_code_in_any_writing_finds_it_alone(pages: dict[str, ProcedurePage], typed: str) -> None:
    assert titles(typed) == ["Đăng ký cưới mới"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("cưới xe", set()), ("((", set()), ("tay ngh", {"Cấp thẻ tay nghề"}), ("900005", {"Cấp thẻ tay nghề"})],
)
def test_every_word_narrows(pages: dict[str, ProcedurePage], typed: str, expected: set[str]) -> None:
    assert set(titles(typed)) == expected


def test_without_words_the_list_is_as_it_was(pages: dict[str, ProcedurePage]) -> None:
    assert len(titles("  ")) == len(pages)


def test_without_any_engine_the_words_decide(
    pages: dict[str, ProcedurePage], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: Any, **_named: Any) -> None:
        raise EngineUnavailable

    monkeypatch.setattr("search.lists.find", away)
    assert len(titles("đăng ký cưới")) == 4
    assert titles("7900004") == ["Đăng ký cưới mới"]


def test_rows_in_memory_are_judged_alike(pages: dict[str, ProcedurePage]) -> None:
    asked = wanted("dang ki cuoi", kind="thu-tuc")
    fitting = {page.title for page in pages.values() if asked.fits(page.code, page.search_key)}
    assert fitting == {page.title for name, page in pages.items() if name != "other"}


def test_a_queryset_is_only_ever_narrowed(pages: dict[str, ProcedurePage]) -> None:
    own = make_unit("Xã Mình", slug="xa-minh")
    mine = make_listing(own, pages["plain"])
    make_listing(make_unit("Xã Người", slug="xa-nguoi"), pages["plain"])
    found = narrowed(
        Listing.objects.filter(unit=own),
        "cưới",
        kind="thu-tuc",
        key="procedure__code",
        names="procedure__search_key",
    )
    assert list(found) == [mine]


def test_units_answer_to_old_names_and_ended_ones_are_there(client: Client) -> None:
    new = make_unit("Xã Cẩm Thử", slug="xa-cam-thu", old_names="Xã Thạch Thử")
    old = make_unit("Xã Thạch Thử", slug="xa-thach-thu", active_until=date(2025, 6, 30))
    old.successors.set([new])
    old.save()
    make_unit("Xã Khác", slug="xa-khac")
    found = narrowed(Unit.objects.all(), "thach thu", kind="don-vi", key="slug", names="search_key")
    assert {unit.slug for unit in found} == {"xa-cam-thu", "xa-thach-thu"}


def test_a_chooser_of_pages_answers_to_code_and_words_without_accents(client: Client) -> None:
    """Promoted results, the home page, redirects and links in texts choose there."""
    page = make_procedure("Đăng ký cưới", code="7.900001")
    make_procedure("Cấp thẻ tay nghề", code="7.900005")
    make_procedure("Đăng ký cưới nháp", code="7.900006", live=False)
    client.force_login(make_user(PortalGroup.CURATOR))
    address = "/admin/choose-page/search/"
    for typed in ("7900001", "mã 7,900001", "dang ki cuoi", "Đăng ký"):
        text = client.get(address, {"q": typed}).content.decode()
        assert "Đăng ký cưới" in text, typed
        assert "Cấp thẻ tay nghề" not in text, typed
    text = client.get(address, {"q": "cuoi", "page_type": "home.homepage"}).content.decode()
    assert "Đăng ký cưới" not in text
    browsed = client.get(f"/admin/choose-page/{page.get_parent().pk}/").json()["html"]
    assert "Cấp thẻ tay nghề" in browsed


def test_the_lists_of_the_admin_ask_so(client: Client) -> None:
    unit = make_unit("Xã Cẩm Thử", slug="xa-cam-thu")
    page = make_procedure("Đăng ký cưới", code="7.900001")
    make_listing(unit, page)
    make_listing(unit, make_procedure("Cấp thẻ tay nghề", code="7.900005"))
    client.force_login(make_user(PortalGroup.ADMINISTRATOR, is_superuser=True))
    catalogue = client.get(f"/admin/pages/{page.get_parent().pk}/").content.decode()
    assert "Đăng ký cưới" in catalogue
    assert "Cấp thẻ tay nghề" in catalogue
    for address in (
        "/admin/trang-niem-yet/?q=7900001",
        "/admin/trang-niem-yet/?q=dang+ki+cuoi&ordering=unit",
        "/admin/chon-thu-tuc/results/?q=7900001",
        "/admin/niem-yet/xa-cam-thu/?loc=tat-ca&q=7900001",
        f"/admin/pages/{page.get_parent().pk}/?q=7900001",
        f"/admin/pages/{page.get_parent().pk}/results/?q=dang+ki+cuoi",
        f"/admin/pages/{page.get_parent().pk}/?q=cuoi&ordering=-title",
        f"/admin/pages/{HomePage.objects.get().pk}/?q=dang+ki+cuoi",
    ):
        text = client.get(address).content.decode()
        assert "Đăng ký cưới" in text, address
        assert "Cấp thẻ tay nghề" not in text, address
