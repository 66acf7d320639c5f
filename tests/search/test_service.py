"""From what was typed to what is shown, over a small index: first results, repairs, marks, quotes, codes, pages."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import engines
from search.engines.contract import Sort
from search.marking import mark
from search.planning import plan_for
from search.reading import read
from search.results import Hit, Marked, SearchResult
from search.service import find
from search.suggesting import suggest
from search.vocabulary import current
from tests.factories.search import documents

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def index() -> None:
    engines.embedded().index(documents())


def first(text: str, **more: Any) -> str:
    hits = shown(find(text, **more))
    return hits[0].title.text if hits else ""


def shown(result: SearchResult) -> list[Hit]:
    return [*result.exact, *result.hits]


def marked(text: Marked) -> list[str]:
    return [text.text[begin:end] for begin, end in text.spans]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("dang ky ket hon", "Đăng ký kết hôn"),
        ("Đăng ký kết hôn", "Đăng ký kết hôn"),
        ("ĐĂNG KÝ LẠI KHAI SINH", "Đăng ký lại khai sinh"),
        ("sao y", "Chứng thực bản sao từ bản chính giấy tờ, văn bản"),
        ("mở quán", "Đăng ký thành lập hộ kinh doanh"),
        ("1.900601", "Trợ cấp xã hội hằng tháng cho người cao tuổi"),
        ("1900601", "Trợ cấp xã hội hằng tháng cho người cao tuổi"),
        ("xa bai ngoai", "Xã Bãi Sau"),
        ("khai sih cho con", "Đăng ký khai sinh"),
        ("cho em hỏi tách thửa đất thì cần giấy tờ gì ạ", "Tách thửa đất, hợp thửa đất"),
    ],
)
def test_what_stands_first(text: str, title: str) -> None:
    assert first(text) == title


@pytest.mark.parametrize(
    ("text", "repaired"),
    [
        ("ddawng kys keets hoon", "đăng ký kết hôn"),
        ("chu71ng thu75c chu74 ky1", "chứng thực chữ ký"),
        ("dang ky ket honn", "đăng ký kết hôn"),
    ],
)
def test_a_repair_that_names_something_is_run_and_said(text: str, repaired: str) -> None:
    result = find(text)
    assert result.suggestion is not None
    assert (result.suggestion.text, result.suggestion.applied) == (repaired, True)
    assert result.hits[0].title.text.lower().startswith(repaired)
    plain = find(text, repair=False)
    assert plain.suggestion is None


def test_a_query_that_finds_what_it_names_is_not_repaired() -> None:
    for document in documents():
        if not document.ended and (result := find(document.names[0])).suggestion is not None:
            raise AssertionError((document.names[0], result.suggestion))


def test_an_ended_document_answers_only_to_its_code() -> None:
    result = find("1.900992")
    assert [hit.ended for hit in result.exact] == ["Đã bãi bỏ từ 01/01/2023"]
    assert "Cấp sổ hộ khẩu" not in {hit.title.text for hit in shown(find("cấp sổ hộ khẩu"))}


def test_marks_fall_on_what_the_reader_sees() -> None:
    (hit, *_) = find("ket hon").hits
    assert marked(hit.title) == ["kết hôn"]
    # Composed or not, the place is that of the text as it is given.
    plan = plan_for(read("ket hon", current()), engines.embedded().lexicon())
    assert marked(mark("Đăng ký kết hôn nhé", plan)) == ["kết hôn"]


def test_an_everyday_name_is_shown_where_the_title_does_not_tell() -> None:
    (hit, *_) = find("báo tử").hits
    assert hit.title.text == "Đăng ký khai tử"
    assert hit.also is None or "báo tử" in hit.also.text


def test_a_passage_is_quoted_where_no_name_answers() -> None:
    result = find("bản vẽ thiết kế")
    quoted = [hit for hit in result.hits if hit.quote is not None]
    assert quoted
    assert quoted[0].quote is not None
    assert quoted[0].quote.url.endswith("#ho-so")
    assert "bản vẽ thiết kế" in quoted[0].quote.text.text


def test_the_readers_unit_opens_its_own_listing() -> None:
    at_unit = {hit.id.key: hit for hit in find("khai sinh", unit="xa-dong-lo").hits}
    assert any(hit.at_unit and hit.url.startswith("/don-vi/xa-dong-lo/") for hit in at_unit.values())
    elsewhere = find("khai sinh", unit="xa-khac").hits[0]
    assert elsewhere.url.endswith("?don-vi=xa-khac")


def test_pages_are_whole_and_never_overlap() -> None:
    pages = [find("giấy", page=number, per_page=3) for number in range(1, 40)]
    total = pages[0].total
    ids = [hit.id for page in pages for hit in page.hits]
    assert pages[0].pages == -(-total // 3)
    assert len(ids) == len(set(ids)) == total


@pytest.mark.parametrize("sort", Sort)
def test_nothing_typed_lists_everything(sort: Sort) -> None:
    result = find("", sort=sort, per_page=200)
    assert result.total == len(result.hits) == sum(not document.ended for document in documents())


def test_a_chosen_facet_stays_to_be_taken_away() -> None:
    result = find("khai sinh", filters={"linh-vuc": ("khong-co",)}, facets=("linh-vuc",))
    assert result.total == 0
    assert [(f.value, f.count) for f in result.facets["linh-vuc"] if f.chosen] == [("khong-co", 0)]


@pytest.mark.parametrize("text", ["khai sinh", "đất", "giấy tờ", "bản vẽ thiết kế", ""])
def test_what_a_facet_counts_is_what_a_click_finds(text: str) -> None:
    facets = ("linh-vuc", "cap", "don-vi", "truc-tuyen", "nam")
    counted = find(text, facets=facets).facets
    assert any(counted.values())
    for facet, values in counted.items():
        for value in values[:3]:
            assert find(text, filters={facet: (value.value,)}).total == value.count, (facet, value)


def test_nothing_found_points_to_fields() -> None:
    result = find("khai sinh", filters={"linh-vuc": ("khong-co",)})
    assert next(iter(result.nearest)) == "ho-tich"


def test_explained_shares_add_up() -> None:
    for hit in find("đăng ký kết hôn", explain=True).hits:
        assert sum(share for _name, share in hit.why) == pytest.approx(hit.score, abs=0.01)
    assert all(not hit.why for hit in find("đăng ký kết hôn").hits)


@pytest.mark.parametrize("text", ["ket ho", "kết hôn", "so do", "1.900601"])
def test_suggestions_while_typing(text: str) -> None:
    assert suggest(text)


def test_what_is_meant_is_suggested_before_what_is_written_alike() -> None:
    assert suggest("so do")[0].title == "Cấp Giấy chứng nhận quyền sử dụng đất lần đầu"


def test_a_word_that_goes_on_is_completed() -> None:
    assert suggest("dang ky ket h")[0].title == "Đăng ký kết hôn"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(max_size=80)
    | st.lists(st.sampled_from(["AND", "*", '"', "NEAR(", "head:", "kết hôn", "1.9001"])).map(" ".join)
)
def test_any_text_has_an_answer(text: str) -> None:
    result = find(text)
    assert result.total >= len(result.hits)
    suggest(text)
