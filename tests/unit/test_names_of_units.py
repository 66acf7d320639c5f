"""Names of units: found by whatever people type, written in sentences, put in order."""

from __future__ import annotations

import random

import pytest

from home.unit_finding import Fit, best_fit, fit, wanted
from home.unit_names import enumerated, merged_words, without_kind
from home.vietnamese_order import vietnamese_key
from search.text import fold


@pytest.mark.parametrize(
    ("typed", "name", "expected"),
    [
        ("Xã Cẩm Bình", "Xã Cẩm Bình", Fit.SAME),
        ("cam binh", "Xã Cẩm Bình", Fit.SAME),
        ("cẩm bình", "Phường Cẩm Bình", Fit.SAME),
        ("phường cẩm bình", "Xã Cẩm Bình", Fit.NONE),
        ("UBND xã Cẩm Bình", "Xã Cẩm Bình", Fit.SAME),
        ("ủy ban nhân dân xã cẩm bình", "Xã Cẩm Bình", Fit.SAME),
        ("cẩm", "Xã Cẩm Bình", Fit.START),
        ("xã cẩm", "Xã Cẩm Bình", Fit.START),
        ("bình", "Xã Cẩm Bình", Fit.WORDS),
        ("TT Nghèn", "Thị trấn Nghèn", Fit.SAME),
        ("tx. ky anh", "Thị xã Kỳ Anh", Fit.SAME),
        ("tp ha tinh", "Thành phố Hà Tĩnh", Fit.SAME),
        ("sở tài nguyên", "Sở Tài nguyên và Môi trường", Fit.START),
        ("tài nguyên", "Sở Tài nguyên và Môi trường", Fit.START),
        ("môi trường", "Sở Tài nguyên và Môi trường", Fit.WORDS),
        ("ninh binh", "Xã Cẩm Bình", Fit.NONE),
        ("inh", "Xã Cẩm Bình", Fit.NONE),
        ("sở thương binh", "Sở Lao động - Thương binh và Xã hội", Fit.WORDS),
    ],
)
def test_how_words_fit_a_name(typed: str, name: str, expected: Fit) -> None:
    assert fit(wanted(typed), fold(name)) is expected


def test_the_best_of_all_names_counts() -> None:
    key = " | ".join(map(fold, ("Xã Cẩm Bình", "27001", "Xã Thạch Bình", "Xã Cẩm Vịnh")))
    assert best_fit(wanted("thạch bình"), key) == (Fit.SAME, 2)
    assert best_fit(wanted("27001"), key) == (Fit.SAME, 1)
    assert best_fit(wanted("kỳ anh"), key)[0] is Fit.NONE


@pytest.mark.parametrize("typed", ["", "   ", "…", "???"])
def test_nothing_typed_is_nothing_wanted(typed: str) -> None:
    assert wanted(typed).is_empty


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([], ""),
        (["Xã Sơn Kim 1"], "xã Sơn Kim 1"),
        (["Xã Cẩm Bình", "Xã Thạch Bình"], "các xã Cẩm Bình và Thạch Bình"),
        (
            ["Phường Đại Nài", "Xã Thạch Đài", "Xã Tân Lâm Hương"],
            "các xã Thạch Đài, Tân Lâm Hương và phường Đại Nài",
        ),
        (["Thị trấn Nghèn", "Xã Thiên Lộc"], "xã Thiên Lộc và thị trấn Nghèn"),
        (["Nông trường 20-4", "Xã Hà Linh"], "xã Hà Linh và Nông trường 20-4"),
    ],
)
def test_what_a_commune_is_made_of(names: list[str], expected: str) -> None:
    assert merged_words(names) == expected


def test_names_in_lists() -> None:
    assert without_kind(["Xã Thạch Bình", "Phường Đại Nài"]) == ["Thạch Bình", "phường Đại Nài"]
    assert enumerated(["A", "B", "C"]) == "A, B và C"
    assert enumerated([]) == ""


def test_vietnamese_order() -> None:
    ordered = [
        "An", "Ba", "Bà", "Bả", "Bã", "Bá", "Bạ", "Ban Mai", "Ban Quản lý", "Bảo", "Cẩm Bình", "Cổ Đạm", "Dũng", "Đan Hải",
        "Đức Thọ", "Em", "Ích", "Sở Công Thương", "Sở Xây dựng", "Sơn Kim 2", "Sơn Kim 10", "Thạch Hà", "Ưng", "Vũ Quang", "Yên Hòa",
    ]  # fmt: skip
    shuffled = random.Random(7).sample(ordered, len(ordered))  # the same every time
    assert sorted(shuffled, key=vietnamese_key) == ordered
