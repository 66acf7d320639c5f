"""Names: readable, once, and short enough for a title."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.text.short_title import (
    TITLE_LIMIT,
    is_shouted,
    readable_name,
    sentence_case,
    short_title,
    without_repetition,
)
from tests.unit.conftest import RealCatalogue

LAND = (
    "Giao đất ở có thu tiền sử dụng đất không thông qua đấu giá, không đấu thầu lựa chọn nhà đầu tư thực hiện dự án có sử "
    "dụng đất đối với cá nhân là cán bộ, công chức, viên chức"
)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Đăng ký khai sinh", "Đăng ký khai sinh"),
        (LAND, LAND[: LAND.index(" đối với cá nhân")] + "…"),
        ("a " * 100, ("a " * 80).strip() + "…"),
        ("x" * 300, "x" * 159 + "…"),
        (
            "Cấp giấy phép " + "môi trường " * 12 + "(trường hợp cấp lại giấy phép đã mất)",
            "Cấp giấy phép " + ("môi trường " * 12).strip() + "…",
        ),
    ],
)
def test_titles_are_cut_at_a_clause(name: str, title: str) -> None:
    assert short_title(name) == title


@pytest.mark.parametrize("last", ["và", "của", "đối với", "theo", "trong trường hợp", "các"])
def test_no_title_ends_on_a_word_that_announces_the_next(last: str) -> None:
    name = "Cấp " + "giấy phép " * 14 + last + " những điều rất dài dòng " * 5
    assert not short_title(name).removesuffix("…").endswith(last)


@given(st.text(max_size=400), st.integers(min_value=20, max_value=255))
def test_a_title_fits_and_begins_like_the_name(name: str, limit: int) -> None:
    title = short_title(name, limit)
    assert len(title) <= limit
    assert short_title(title, limit) == title


@pytest.mark.parametrize(
    ("name", "quiet"),
    [
        ("HƯỞNG BẢO HIỂM XÃ HỘI MỘT LẦN.", "Hưởng bảo hiểm xã hội một lần"),
        ("CẤP THẺ BHYT CHO NGƯỜI CÓ CÔNG TẠI VIỆT NAM", "Cấp thẻ BHYT cho người có công tại Việt Nam"),
        ("ĐÁNH GIÁ SẢN PHẨM OCOP CẤP TỈNH, LOẠI II, III", "Đánh giá sản phẩm OCOP cấp tỉnh, loại II, III"),
        ("TRÌNH UBND TỈNH HÀ TĨNH DỰ ÁN ODA", "Trình UBND tỉnh Hà Tĩnh dự án ODA"),
        ("THỦ TỤC ĐỀ NGHỊ CỦA TỔ CHỨC (CẤP TỈNH)", "Thủ tục đề nghị của tổ chức (cấp tỉnh)"),
        # not shouted: as it was
        (
            "Đăng ký, điều chỉnh đóng BHXH, BHYT, BHTN; cấp sổ BHXH",
            "Đăng ký, điều chỉnh đóng BHXH, BHYT, BHTN; cấp sổ BHXH",
        ),
        ("BHXH, BHYT", "BHXH, BHYT"),
        ("", ""),
    ],
)
def test_names_in_capitals_become_sentences(name: str, quiet: str) -> None:
    assert readable_name(name) == quiet


@pytest.mark.parametrize(
    ("heading", "quiet"),
    [
        ("II. LĨNH VỰC CHỨNG THỰC", "II. Lĩnh vực chứng thực"),
        ("III) LĨNH VỰC HỘ TỊCH", "III) Lĩnh vực hộ tịch"),
        ("B. DANH MỤC THỦ TỤC HÀNH CHÍNH CẤP XÃ", "B. Danh mục thủ tục hành chính cấp xã"),
        ("PHẦN I. DANH MỤC THỦ TỤC", "Phần I. Danh mục thủ tục"),
        ("PHẦN II DANH MỤC THỦ TỤC", "Phần II Danh mục thủ tục"),
        ("PHỤ LỤC III", "Phụ lục III"),
        ("A.II. LĨNH VỰC ĐẤT ĐAI", "A.II. Lĩnh vực đất đai"),
        ("I.1 LĨNH VỰC ĐẤT ĐAI", "I.1 Lĩnh vực đất đai"),
        ("1. LĨNH VỰC ĐẤT ĐAI", "1. Lĩnh vực đất đai"),
        ("CẤP GIẤY PHÉP LOẠI II", "Cấp giấy phép loại II"),
        ("XÁC NHẬN NỒNG ĐỘ CỒN", "Xác nhận nồng độ cồn"),
        ("II. Lĩnh vực chứng thực", "II. Lĩnh vực chứng thực"),
    ],
)
def test_numbers_of_headings_stay_and_the_sentence_begins_after_them(heading: str, quiet: str) -> None:
    assert sentence_case(heading) == quiet


@given(st.text(max_size=200))
def test_quiet_text_is_not_shouted(text: str) -> None:
    assert sentence_case(sentence_case(text)) == sentence_case(text)
    if not is_shouted(text):
        assert sentence_case(text) == text


@pytest.mark.parametrize(
    ("name", "once"),
    [
        (
            "Thẩm định đề án phân loại đô thị\nThẩm định đề án phân loại đô thị",
            "Thẩm định đề án phân loại đô thị",
        ),
        ("Đăng ký khai sinh - Đăng ký khai sinh", "Đăng ký khai sinh"),
        ("Đăng ký khai sinh (Đăng ký khai sinh)", "Đăng ký khai sinh"),
        ("Đăng ký khai sinhĐăng ký khai sinh", "Đăng ký khai sinh"),
        ("Cấp lại giấy phép; cấp lại giấy phép con", "Cấp lại giấy phép; cấp lại giấy phép con"),
        ("Một\nHai", "Một Hai"),
    ],
)
def test_a_name_stands_once(name: str, once: str) -> None:
    assert without_repetition(name) == once


@pytest.mark.real_data
def test_every_real_name_makes_a_title(real_catalogue: RealCatalogue) -> None:
    names = [record.name for record in real_catalogue.records]
    titles = [short_title(name) for name in names]
    assert max(map(len, titles)) <= TITLE_LIMIT
    assert max(map(len, names)) > 1_000, "the long ones are there"
    assert not [name for name in names if is_shouted(name)]
    cut = [title for title in titles if title.endswith("…")]
    assert len(cut) > 500
    assert not [title for title in cut if title[-2] in " ,;:("]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (". Cấp thẻ đọc sách", "Cấp thẻ đọc sách"),
        ("1. Công nhận thôn sạch", "Công nhận thôn sạch"),
        ("12) Công nhận thôn sạch", "Công nhận thôn sạch"),
        ("- 2. Công nhận thôn sạch.", "Công nhận thôn sạch"),
        ("3.5 tấn trở lên: cấp phép", "3.5 tấn trở lên: cấp phép"),
        ("30 ngày nghỉ", "30 ngày nghỉ"),
        ("“Tổ quốc ghi công”: cấp bằng", "“Tổ quốc ghi công”: cấp bằng"),
        (". ", ""),
    ],
)
def test_a_name_begins_with_a_word(name: str, shown: str) -> None:
    assert readable_name(name) == shown
