"""What people type and what must come first (judged on the demo in test_demo.py): spelling, places, ranking and cost on small catalogues."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from home.models import Unit
from procedures.finding import code_in, found, ranked
from procedures.models import ProcedurePage
from tests.factories.catalogue import make_listing, make_procedure
from tests.factories.units import make_unit
from tests.integration.found_links import links

pytestmark = pytest.mark.django_db


def order(text: str) -> list[str]:
    procedures, words = found(ProcedurePage.objects.listed_publicly(), text)
    titles = dict(ProcedurePage.objects.values_list("pk", "title"))
    return [titles[key] for key in ranked(procedures, words)]


def test_the_plain_procedure_comes_before_its_special_cases() -> None:
    for name in (
        "Ghi sổ việc cưới đã làm ở nơi khác",
        "Thủ tục đăng ký lại cưới",
        "Thủ tục đăng ký cưới",
        "Đăng ký cưới cho người ở xa",
    ):
        make_procedure(name)
    assert order("cuoi")[0] == "Thủ tục đăng ký cưới"
    assert order("cuoi")[-1] == "Ghi sổ việc cưới đã làm ở nơi khác"
    assert order("thủ tục đăng ký cưới")[0] == "Thủ tục đăng ký cưới"


def test_the_editors_choice_weighs_little() -> None:
    first, second, far = (
        make_procedure(f"Nuôi cá {end}") for end in ("lồng bè", "ao nhỏ nhà", "a b c d e g h i k l")
    )
    procedures, words = found(ProcedurePage.objects.listed_publicly(), "nuôi cá")
    assert ranked(procedures, words)[0] == first.pk
    assert ranked(procedures, words, needed={second.pk})[0] == second.pk
    assert ranked(procedures, words, needed={far.pk})[0] == first.pk


@pytest.mark.parametrize(
    "typed", ["đăng kí cưới", "dang ky cuoi", "ĐĂNG KÝ CƯỚI", "đăng ký  cướ", "xin đăng kí cưới"]
)
def test_ways_of_writing_meet(client: Client, typed: str) -> None:
    make_procedure("Đăng ký cưới", code="7.900001")
    make_procedure("Cấp thẻ tay nghề")
    response = client.get("/tim-kiem/", {"q": typed})
    assert links(response) == ["/thu-tuc/7.900001/"]
    assert "<mark>" in response.content.decode()


def test_two_words_stay_two_words() -> None:
    make_procedure("Cấp thẻ tay nghề")
    assert order("tai nghe") == []


@pytest.mark.parametrize(
    "typed", ["cưới Cẩm Thử", "cuoi o xa cam thu", "cẩm thử cưới", "cuoi tai ubnd xa cam thu"]
)
def test_a_procedure_and_a_place(client: Client, typed: str) -> None:
    unit = make_unit(name="Xã Cẩm Thử", slug="xa-cam-thu")
    listed = make_procedure("Đăng ký cưới")
    other = make_procedure("Đăng ký lại việc cưới")
    make_listing(unit, listed)
    response = client.get("/tim-kiem/", {"q": typed})
    assert links(response) == [
        f"/don-vi/xa-cam-thu/thu-tuc/{listed.code}/",
        f"/thu-tuc/{other.code}/?don-vi=xa-cam-thu",
    ]
    assert 'href="/don-vi/xa-cam-thu/"' in response.content.decode()


def test_a_procedure_and_a_place_that_was_parted_offers_the_heirs(client: Client) -> None:
    old = make_unit(name="Xã Đã Chia", slug="xa-da-chia", active_until=date(2025, 6, 30))
    old.successors.set([make_unit(name="Xã Một"), make_unit(name="Xã Hai")])
    old.save()
    page = make_procedure("Đăng ký cưới")
    response = client.get("/tim-kiem/", {"q": "cưới Đã Chia"})
    assert links(response) == [f"/thu-tuc/{page.code}/"]
    assert "Xã Một" in response.content.decode()
    assert "Xã Hai" in response.content.decode()


def test_units_found_by_a_word_of_a_former_name_stand_below(client: Client) -> None:
    make_unit(name="Sở Gộp", slug="so-gop", old_names="Sở Lao động và Việc khác")
    make_procedure("Khai báo tai nạn lao động")
    text = client.get("/tim-kiem/?q=lao dong").content.decode()
    assert text.index("Khai báo") < text.index('href="/don-vi/so-gop/"')
    named = client.get("/tim-kiem/?q=gop").content.decode()
    assert 'href="/don-vi/so-gop/"' in named


def test_nothing_found_does_not_say_that_nothing_is_needed(client: Client) -> None:
    text = client.get("/tim-kiem/?q=khong co gi ca").content.decode()
    assert "không cần làm thủ tục" not in text
    assert "Thủ tục có thể mang tên khác" in text


@pytest.mark.parametrize("written", ["1,000894", "1．000894", "mã 1,000894.", "1000894", "1.000894"])
def test_codes_in_every_writing(written: str) -> None:
    assert code_in(written) == "1.000894"


def test_many_tiny_words_ask_no_more_than_few(client: Client, django_assert_max_num_queries: Any) -> None:
    """What a stranger types never becomes a regular expression for each row."""
    make_procedure("Đăng ký cưới")
    with django_assert_max_num_queries(16) as counted:
        client.get("/tim-kiem/", {"q": "t h a n g i u c o d y k"})
    assert not [query for query in counted.captured_queries if "REGEXP" in query["sql"].upper()]
    assert Unit.objects.count() == 0


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/thu-tuc/?linh-vuc=khongco", "lĩnh vực “khongco”"),
        ("/thu-tuc/?cap=huyen&doi-tuong=ai", "cấp thực hiện “huyen”, người làm thủ tục “ai”"),
        ("/thu-tuc/?don-vi=khong-co", "đơn vị “khong-co”"),
        ("/tim-kiem/?q=cuoi&truc-tuyen=<b>", "dịch vụ trực tuyến “&lt;b&gt;”"),
        ("/don-vi/xa-cam-thu/thu-tuc/?linh-vuc=khongco&don-vi=khac", "lĩnh vực “khongco”"),
    ],
)
def test_filters_that_do_not_exist_are_named(client: Client, address: str, said: str) -> None:
    make_listing(make_unit(name="Xã Cẩm Thử", slug="xa-cam-thu"), make_procedure("Đăng ký cưới"))
    html = client.get(address).content.decode()
    assert f"Không có bộ lọc {said}: danh sách" in html
    assert len(links(client.get(address))) == 1


@pytest.mark.parametrize(
    "address", ["/thu-tuc/", "/thu-tuc/?cap=xa", "/thu-tuc/?linh-vuc=", "/thu-tuc/?trang=2"]
)
def test_filters_that_exist_are_not_complained_of(client: Client, address: str) -> None:
    make_procedure("Đăng ký cưới")
    assert "Không có bộ lọc" not in client.get(address).content.decode()
