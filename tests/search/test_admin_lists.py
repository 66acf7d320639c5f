"""Search boxes of the admin's own lists and choosers find without accents what no index holds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from wagtail.contrib.search_promotions.models import Query, SearchPromotion

from guidance.models import LegalReference
from home.models import Subject
from procedures.models import Competence, ControlledForm
from search.lists import holding, holds
from search.models import SearchNote, VocabularyEntry
from search.text import words
from tests.factories.people import make_member, make_membership, make_user
from tests.factories.units import make_counter, make_desk, make_subject, make_unit

NAME, OTHER = "Đăng ký Đặng Thị Thủy", "Cấp lại Trần Văn Hòa"


def reference(name: str) -> Any:
    return LegalReference.objects.create(key=name, number=f"{len(name)}/2025/NĐ-CP", title=name)


def person(name: str) -> Any:
    first, last = name.rsplit(" ", 1)
    return make_user(first_name=first, last_name=last)


MAKE: dict[str, Callable[[str], Any]] = {
    "/admin/bo-phan-mot-cua/": lambda name: make_desk(name=name),
    "/admin/quay/": lambda name: make_counter(name=name),
    "/admin/linh-vuc/": make_subject,
    "/admin/nguoi/": lambda name: make_membership(person(name)),
    "/admin/users/": person,
    "/admin/tham-quyen/": lambda name: Competence.objects.create(body=name, target="communes"),
    "/admin/snippets/guidance/legalreference/": reference,
    "/admin/snippets/procedures/controlledform/": lambda name: ControlledForm.objects.create(title=name),
    "/admin/tim-kiem/tu-dong-nghia/": lambda name: VocabularyEntry.objects.create(write=name, mean="khác"),
    "/admin/tim-kiem/ghi-chu/": lambda name: SearchNote.objects.create(query=name, text="xem lại"),
    "/admin/tim-kiem/ghim/": lambda name: SearchPromotion.objects.create(
        query=Query.get(name), external_link_url="https://mau.example/", external_link_text="Mẫu"
    ),
    "/admin/chon-linh-vuc/": make_subject,
    "/admin/snippets/choose/guidance/legalreference/": reference,
    "/admin/snippets/choose/procedures/controlledform/": lambda name: ControlledForm.objects.create(
        title=name
    ),
    "/admin/chon-don-vi/": make_unit,
}
FORMS = (
    "dang ky thuy",
    "THUY dang",
    unicodedata.normalize("NFD", "đăng ký Thủy"),
    "đăng kí thủ",
    "Ðăng ký Ðặng",
)


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(make_user(is_superuser=True, username="quan-tri", first_name="", last_name=""))
    return client


def asked(client: Client, address: str, typed: str, **more: str) -> str:
    answer = client.get(f"{address}results/?{urlencode({'q': typed, **more})}")
    assert answer.status_code == 200
    return unescape(answer.content.decode())


@pytest.mark.django_db
@pytest.mark.parametrize("address", MAKE)
def test_accents_are_not_needed(admin: Client, address: str) -> None:
    """Promoted and noted queries are shown as they were written, whatever the case."""
    MAKE[address](NAME)
    MAKE[address](OTHER)
    for typed in FORMS:
        text = asked(admin, address, typed)
        assert re.search("Thủy", text, re.IGNORECASE), typed
        assert "hòa" not in text.casefold(), typed
    # All of the words, not one of them.
    assert "thủy" not in asked(admin, address, "dang ky hoa").casefold()


@pytest.mark.django_db
@pytest.mark.parametrize("address", [*MAKE, "/admin/chon-thu-tuc/"])
def test_each_has_a_box(admin: Client, address: str) -> None:
    """Wagtail shows none above choosers of what its own index does not hold."""
    if address != "/admin/chon-thu-tuc/":
        MAKE[address](NAME)
    assert 'name="q"' in admin.get(address).content.decode().replace('\\"', '"')


@pytest.mark.django_db
def test_pages_and_order_are_those_of_the_list(admin: Client) -> None:
    Subject.objects.bulk_create(Subject(name=f"Lĩnh vực số {n:02d}", slug=f"so-{n}") for n in range(60))
    first, second = (asked(admin, "/admin/linh-vuc/", "linh vuc so", p=page) for page in ("1", "2"))
    assert "Lĩnh vực số 00" in first
    assert "Lĩnh vực số 49" in first
    assert "Lĩnh vực số 50" not in first
    assert "Lĩnh vực số 50" in second
    backwards = asked(admin, "/admin/linh-vuc/", "linh vuc so", ordering="-name")
    assert "Lĩnh vực số 59" in backwards
    assert "Lĩnh vực số 00" not in backwards


@pytest.mark.django_db
def test_a_search_costs_one_look_up_more(admin: Client) -> None:
    Subject.objects.bulk_create(Subject(name=f"Lĩnh vực số {n:02d}", slug=f"so-{n}") for n in range(60))
    asked(admin, "/admin/linh-vuc/", "khong co")
    with CaptureQueriesContext(connection) as plain:
        admin.get("/admin/linh-vuc/results/")
    with CaptureQueriesContext(connection) as searched:
        asked(admin, "/admin/linh-vuc/", "linh vuc so")
    assert len(searched) <= len(plain) + 1


@pytest.mark.django_db
def test_other_words_of_a_row_find_it_too(admin: Client) -> None:
    unit = make_unit("Xã Cẩm Thử", old_names="Xã Thạch Cũ")
    desk = make_desk(unit, name="Bộ phận A", address="Đường Nguyễn Du", phone="0239 385 5555")
    make_counter(desk, name="Quầy số 7", place="Tầng trệt")
    make_member(unit, first_name="Lê Thị", last_name="Nhỡ", email="le.nho@mau.example")
    for address, typed, shown in (
        ("/admin/bo-phan-mot-cua/", "nguyen du", "Bộ phận A"),
        ("/admin/bo-phan-mot-cua/", "thach cu", "Bộ phận A"),
        ("/admin/quay/", "cam thu tret", "Quầy số 7"),
        ("/admin/nguoi/", "thach cu nho", "Nhỡ"),
        ("/admin/nguoi/", "le.nho@mau", "Nhỡ"),
        ("/admin/nguoi/", "bien tap cam thu", "Nhỡ"),
    ):
        assert shown in asked(admin, address, typed), (address, typed)


@pytest.mark.django_db
def test_choices_are_found_by_what_is_read() -> None:
    Competence.objects.create(body="nhà máy", target="communes")
    Competence.objects.create(body="nhà kho", target="nobody")
    found = holding(Competence.objects.all(), "moi xa phuong nha", "body", "target")
    assert [row.body for row in found] == ["nhà máy"]


@pytest.mark.django_db
@pytest.mark.parametrize(("typed", "found"), [("", 2), ("  ", 2), ("((", 0), ("\x00", 0)])
def test_without_words(typed: str, found: int) -> None:
    for name in (NAME, OTHER):
        make_subject(name)
    held = Subject.objects.filter(name__in=[NAME, OTHER])
    assert holding(held, typed, "name").count() == found


@pytest.mark.django_db
def test_what_is_ticked_everywhere_is_what_was_found(admin: Client) -> None:
    """Wagtail looks the people up once more by itself, with accents, when all of a search are ticked."""
    found, other = person(NAME), person(OTHER)
    answer = admin.get("/admin/bulk/auth/user/delete/?id=all&q=dang+ky+thuy")
    text = answer.content.decode()
    assert str(found.last_name) in text
    assert str(other.last_name) not in text


@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_is_typed_a_text_holds_its_own_words(text: str, more: str) -> None:
    assert holds(words(text), f"{more} {text}")
    assert not holds(("khongco0",), text.replace("0", ""))
