"""/tim-kiem/ and the lists that search through it: what people type, what must come first, and what the page says of it."""

from __future__ import annotations

import html as markup
import re
from datetime import date
from typing import Any

import pytest
from django.test import Client, override_settings
from wagtail.models import Site

from home.models import PortalSettings, Unit
from procedures.models import ProcedurePage
from tests.factories.catalogue import make_listing, make_procedure
from tests.factories.units import make_desk, make_subject, make_unit
from tests.integration.found_links import links

pytestmark = pytest.mark.django_db


def main_of(response: Any) -> str:
    html = response.content.decode()
    return html[html.index("<main") : html.index("</main>")]


def words(response: Any) -> str:
    """The page's main part as a reader sees it."""
    return markup.unescape(" ".join(re.sub(r"<[^>]+>", " ", main_of(response)).split()))


def titles(response: Any) -> list[str]:
    found = re.findall(r"<h3[^>]*><a [^>]*>(.*?)</a></h3>", main_of(response))
    return [markup.unescape(re.sub(r"<[^>]+>", "", title)) for title in found]


def search(client: Client, q: str, **more: str) -> Any:
    response = client.get("/tim-kiem/", {"q": q, **more})
    assert response.status_code == 200
    return response


# What comes first -----------------------------------------------------------------------------------------------------


def test_the_plain_procedure_comes_before_its_special_cases(client: Client) -> None:
    for name in (
        "Ghi sổ việc cưới đã làm ở nơi khác",
        "Thủ tục đăng ký lại cưới",
        "Thủ tục đăng ký cưới",
        "Đăng ký cưới cho người ở xa",
    ):
        make_procedure(name)
    assert titles(search(client, "cuoi"))[0] == "Thủ tục đăng ký cưới"
    assert titles(search(client, "thủ tục đăng ký cưới"))[0] == "Thủ tục đăng ký cưới"


@pytest.mark.parametrize(
    "typed", ["đăng kí cưới", "dang ky cuoi", "ĐĂNG KÝ CƯỚI", "đăng ký  cướ", "xin đăng kí cưới"]
)
def test_ways_of_writing_meet(client: Client, typed: str) -> None:
    make_procedure("Đăng ký cưới", code="7.900001")
    make_procedure("Cấp thẻ tay nghề")
    response = search(client, typed)
    assert links(response)[0] == "/thu-tuc/7.900001/"
    assert "Cấp thẻ" not in words(response)


def test_two_words_stay_two_words(client: Client) -> None:
    make_procedure("Cấp thẻ tay nghề")
    assert titles(search(client, "tai", **{"nguyen-van": "1"})) == []


@pytest.mark.parametrize(
    "typed", ["cưới Cẩm Thử", "cuoi o xa cam thu", "cẩm thử cưới", "cuoi tai ubnd xa cam thu"]
)
def test_a_procedure_and_a_place(client: Client, typed: str) -> None:
    unit = make_unit(name="Xã Cẩm Thử", slug="xa-cam-thu")
    listed = make_procedure("Đăng ký cưới")
    other = make_procedure("Đăng ký lại việc cưới")
    make_listing(unit, listed)
    response = search(client, typed)
    assert links(response) == [
        f"/don-vi/xa-cam-thu/thu-tuc/{listed.code}/",
        f"/thu-tuc/{other.code}/?don-vi=xa-cam-thu",
    ]
    assert 'href="/don-vi/xa-cam-thu/"' in main_of(response)


def test_units_found_by_a_word_of_a_former_name_stand_below(client: Client) -> None:
    make_unit(name="Sở Gộp", slug="so-gop", old_names="Sở Lao động và Việc khác")
    make_procedure("Khai báo tai nạn lao động")
    text = main_of(search(client, "lao dong"))
    assert text.index("Khai báo") < text.index('href="/don-vi/so-gop/"')
    assert 'href="/don-vi/so-gop/"' in main_of(search(client, "gop"))


@pytest.mark.parametrize(
    "written", ["7,900001", "7．900001", "mã 7,900001.", "7900001", "7.900001", "7.900001.000.00.00.H27"]
)
def test_codes_in_every_writing_stand_above(client: Client, written: str) -> None:
    make_procedure("Đăng ký cưới", code="7.900001")
    make_procedure("Đăng ký cưới lại", code="7.900002")
    response = search(client, written)
    assert "Đúng mã bạn gõ" in words(response)
    assert links(response) == ["/thu-tuc/7.900001/"]


def test_a_code_leads_to_the_readers_unit_even_where_that_lists_other_things(client: Client) -> None:
    unit = make_unit(name="Xã Cẩm Thử", slug="xa-cam-thu")
    listed, other = (make_procedure(code=code) for code in ("7.900001", "7.900002"))
    make_listing(unit, listed)
    assert links(search(client, "7.900001", **{"don-vi": "xa-cam-thu"})) == [
        "/don-vi/xa-cam-thu/thu-tuc/7.900001/"
    ]
    assert links(search(client, "7.900002", **{"don-vi": "xa-cam-thu"})) == [
        f"/thu-tuc/{other.code}/?don-vi=xa-cam-thu"
    ]


def test_an_ended_procedure_answers_to_its_code_alone_and_says_why(client: Client) -> None:
    new = make_procedure("Đăng ký cưới mới", code="7.900002")
    make_procedure(
        "Đăng ký cưới cũ", code="7.900001", state="ended", in_force_until=date(2026, 1, 31), replaced_by=new
    )
    response = search(client, "7900001")
    assert titles(response) == ["Đăng ký cưới cũ"]
    assert "Hết hiệu lực từ 01/02/2026, được thay bằng 7.900002" in words(response)
    assert titles(search(client, "đăng ký cưới")) == ["Đăng ký cưới mới"]


# What the page says ---------------------------------------------------------------------------------------------------


def test_found_words_are_marked_together_and_nothing_of_a_name_is_markup(client: Client) -> None:
    make_procedure("Đăng ký cưới <b>lưu động</b> & xa")
    html = main_of(search(client, "dang ky cuoi luu dong"))
    assert "<mark>Đăng ký cưới</mark> &lt;b&gt;<mark>lưu động</mark>&lt;/b&gt; &amp; xa" in html


def test_an_everyday_name_is_said_where_the_title_does_not_tell_why(client: Client) -> None:
    make_procedure("Khai báo quan hệ", everyday_names="giấy cưới\nhôn thú")
    assert "Còn gọi là: hôn thú" in words(search(client, "hon thu"))
    assert "Còn gọi là" not in words(search(client, "khai bao quan he"))


def test_a_question_leads_to_the_part_that_answers_it(client: Client) -> None:
    page = make_procedure("Đăng ký cưới")
    html = main_of(search(client, "đăng ký cưới mất bao nhiêu tiền"))
    assert f'href="/thu-tuc/{page.code}/#thoi-gian-phi"' in html
    assert "#thoi-gian-phi" not in main_of(search(client, "đăng ký cưới"))


def test_another_way_to_write_it_is_offered_or_taken_and_can_be_refused(client: Client) -> None:
    for name in ("Đăng ký kết hôn", "Đăng ký kết hôn lưu động", "Đăng ký khai sinh", "Cấp thẻ nhà báo"):
        make_procedure(name)
    response = search(client, "ddawng kys keest hoon")
    assert titles(response)[0] == "Đăng ký kết hôn"
    assert "Không có kết quả cho “ddawng kys keest hoon”. Đang hiện kết quả cho" in words(response)
    exactly = re.search(r'href="\?(q=ddawng[^"]*nguyen-van=1)"', main_of(response))
    assert exactly
    verbatim = client.get(f"/tim-kiem/?{markup.unescape(exactly[1])}")
    assert "Chưa tìm thấy thủ tục nào cho “ddawng kys keest hoon”" in words(verbatim)


def test_nothing_found_says_what_was_tried_whom_to_phone_and_what_else(client: Client) -> None:
    for name in ("Thể thao", "Đất đai"):
        make_procedure(f"Đăng ký việc {name.lower()}", subject=make_subject(name))
    desk = make_desk(name="Trung tâm trả lời", phone="0239 3000 100")
    PortalSettings.objects.create(site=Site.objects.get(), help_desk=desk)
    response = search(client, "zzz kkk", **{"nguyen-van": "1"})
    text = words(response)
    assert "Chưa tìm thấy thủ tục nào cho “zzz kkk”" in text
    assert "không cần làm thủ tục" not in text
    assert "Thủ tục có thể mang tên khác" in text
    assert "Trung tâm trả lời" in text
    assert "Thể thao 1" in text
    assert 'name="robots" content="noindex"' in response.content.decode()


def test_filters_say_when_it_is_they_who_leave_nothing(client: Client) -> None:
    make_procedure("Đăng ký cưới", levels=("province",))
    response = search(client, "cưới", cap="xa")
    assert "Các bộ lọc đang bật cũng có thể đã loại bớt kết quả" in words(response)
    assert 'href="?q=c%C6%B0%E1%BB%9Bi"' in main_of(response)


def test_where_the_readers_unit_has_nothing_the_province_is_asked(client: Client) -> None:
    unit = make_unit(name="Xã Cẩm Thử", slug="xa-cam-thu")
    make_listing(unit, make_procedure("Đăng ký khai sinh"))
    other = make_procedure("Cấp thẻ nhà báo")
    response = search(client, "thẻ nhà báo", **{"don-vi": "xa-cam-thu"})
    assert links(response) == [f"/thu-tuc/{other.code}/?don-vi=xa-cam-thu"]
    assert "Xã Cẩm Thử không niêm yết gì hợp với lời tìm này" in words(response)


def test_without_words_fields_and_examples(client: Client) -> None:
    make_procedure("Đăng ký cưới", subject=make_subject("Hộ tịch"))
    response = client.get("/tim-kiem/")
    assert "Hộ tịch 1" in words(response)
    assert "Tìm kiếm" in words(response)


def test_filters_without_words_list_what_they_leave(client: Client) -> None:
    make_procedure("Đăng ký cưới", levels=("commune",))
    make_procedure("Cấp thẻ", levels=("province",))
    assert titles(client.get("/tim-kiem/?cap=tinh")) == ["Cấp thẻ"]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/thu-tuc/?linh-vuc=khongco", "lĩnh vực “khongco”"),
        ("/thu-tuc/?cap=huyen&doi-tuong=ai", "cấp thực hiện “huyen”, người làm thủ tục “ai”"),
        ("/thu-tuc/?don-vi=khong-co", "đơn vị “khong-co”"),
        ("/tim-kiem/?q=cuoi&truc-tuyen=<b>", "dịch vụ trực tuyến “&lt;b&gt;”"),
        ("/tim-kiem/?q=cuoi&loai=la", "loại nội dung “la”"),
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


# Filters, pages, addresses --------------------------------------------------------------------------------------------


@pytest.fixture
def catalogue() -> dict[str, ProcedurePage]:
    family, land = make_subject("Hộ tịch"), make_subject("Đất đai")
    unit = make_unit(name="Xã Cẩm Thử", slug="xa-cam-thu")
    pages = {
        "whole": make_procedure("Đăng ký cưới", subject=family, audiences=("citizen",), online_level="full", in_force_from=date(2024, 1, 9)),
        "foreign": make_procedure("Đăng ký cưới có người nước ngoài", subject=family, audiences=("citizen", "foreigner"), levels=("province",), in_force_from=date(2026, 2, 3)),
        "mobile": make_procedure("Đăng ký cưới lưu động", subject=family, in_force_from=date(2025, 7, 1)),
        "land": make_procedure("Đăng ký đất cưới", subject=land, online_level="partial", in_force_from=date(2025, 7, 2)),
    }  # fmt: skip
    make_listing(unit, pages["whole"])
    make_listing(unit, pages["mobile"])
    return pages


def facet_links(response: Any) -> list[tuple[str, int, bool]]:
    """(query, count, on) of every filter."""
    rows = re.findall(
        r'<li><a href="\?([^"]*)"( aria-current="true")?><span>.*?</span> <span class="num">([\d.]+)',
        main_of(response),
    )
    return [(markup.unescape(query), int(n.replace(".", "")), bool(on)) for query, on, n in rows]


@pytest.mark.parametrize(
    "start", ["q=cuoi", "q=cuoi&cap=xa", "q=cuoi&linh-vuc={family}&don-vi=xa-cam-thu", "loai=thu-tuc"]
)
def test_counts_of_filters_are_what_they_lead_to(
    client: Client, catalogue: dict[str, ProcedurePage], start: str
) -> None:
    family = catalogue["whole"].subject
    assert family is not None
    rows = facet_links(client.get(f"/tim-kiem/?{start.format(family=family.slug)}"))
    assert len(rows) > 2
    for query, number, is_on in rows:
        if not is_on:
            assert len(titles(client.get(f"/tim-kiem/?{query}"))) == number, query


def test_every_filter_is_offered_with_its_name(client: Client, catalogue: dict[str, ProcedurePage]) -> None:
    make_unit(name="Xã Cưới", slug="xa-cuoi")
    make_listing(make_unit(name="Xã Khác", slug="xa-khac"), catalogue["land"])
    text = words(search(client, "cuoi"))
    for name in (
        "Loại nội dung",
        "Lĩnh vực",
        "Cấp thực hiện",
        "Dịch vụ trực tuyến",
        "Người làm thủ tục",
        "Đơn vị",
        "Năm",
    ):
        assert name in text, name


def test_pages_are_honest_in_number(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.views.page.PER_PAGE", 5)
    for n in range(13):
        make_procedure(f"Thủ tục đông người {n:02}")
    first, last = search(client, "dong nguoi"), search(client, "dong nguoi", trang="3")
    assert "13 thủ tục" in words(first)
    assert "trang 3 trên 3" in words(last)
    assert 'start="11"' in main_of(last)
    seen = [title for n in "123" for title in titles(search(client, "dong nguoi", trang=n))]
    assert len(set(seen)) == len(seen) == 13
    assert titles(search(client, "dong nguoi", trang="9")) == titles(last)


def test_newest_first(client: Client, catalogue: dict[str, ProcedurePage]) -> None:
    response = search(client, "cuoi", **{"sap-xep": "ngay"})
    assert "Xếp theo: mới thay đổi" in words(response)
    assert titles(response) == [catalogue[name].title for name in ("foreign", "land", "mobile", "whole")]


def test_one_question_has_one_address(client: Client, catalogue: dict[str, ProcedurePage]) -> None:
    response = client.get("/tim-kiem/?trang=1&cap=xa&utm_source=x&q=++cuoi&cap=xa&nam=x")
    assert re.search(
        r'<link rel="canonical" href="[^"]*/tim-kiem/\?q=cuoi&amp;cap=xa">', response.content.decode()
    )
    assert 'name="robots" content="noindex"' in response.content.decode()
    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")


# Cost and hostility ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "q",
    ["a" * 10_000, "\x00\xff", "'\"<>%_\\", "a b c d e f g h i k l m n o p", "((((", ".*", "NOT AND OR NEAR(", "\ud83d", "🙂 " * 50, "title:x^2~ *", "-"],
)  # fmt: skip
@pytest.mark.parametrize("address", ["/tim-kiem/", "/thu-tuc/", "/don-vi/xa-cam-thu/bang-niem-yet/"])
def test_hostile_words_break_nothing(
    client: Client, catalogue: dict[str, ProcedurePage], address: str, q: str
) -> None:
    text = q.encode("utf-8", "surrogatepass")
    from urllib.parse import quote_from_bytes

    response = client.get(f"{address}?q={quote_from_bytes(text)}")
    assert response.status_code == 200
    assert "fts5" not in response.content.decode()


def test_many_tiny_words_ask_no_more_than_few(client: Client, django_assert_max_num_queries: Any) -> None:
    """What a stranger types never becomes a condition for each row."""
    make_procedure("Đăng ký cưới")
    search(client, "cưới")
    with django_assert_max_num_queries(60) as counted:
        search(client, "t h a n g i u c o d y k")
    assert not [query for query in counted.captured_queries if "REGEXP" in query["sql"].upper()]
    assert Unit.objects.count() == 0


@pytest.mark.parametrize("number", [1, 12])
def test_a_page_costs_the_same_for_one_and_twelve(
    client: Client, django_assert_max_num_queries: Any, number: int
) -> None:
    unit = make_unit(name="Xã Cẩm Thử", slug="xa-cam-thu")
    for n in range(number):
        page = make_procedure(f"Thủ tục đông {n:02}", subject=make_subject(f"Lĩnh vực {n % 7}"))
        make_listing(unit, page)
    search(client, "dong")
    with django_assert_max_num_queries(12):
        search(client, "dong")


# Why ------------------------------------------------------------------------------------------------------------------


def test_why_a_result_stands_where_it_stands_is_for_those_who_tend_the_search(client: Client) -> None:
    make_procedure("Đăng ký cưới")
    assert "Vì sao xếp như vậy" not in words(search(client, "cưới", explain="1"))
    with override_settings(DEBUG=True):
        text = words(search(client, "cưới", explain="1"))
    assert "Vì sao xếp như vậy" in text
    assert "words" in text
