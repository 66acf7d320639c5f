"""Codes of procedures in every way people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.text.codes import code_of_slug, normalise_code, slug_of


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("1.004194", "1.004194"),
        ("1004194", "1.004194"),
        ("1-004194", "1.004194"),
        ("1.004194.H27", "1.004194"),
        ("1.004194.h27", "1.004194"),
        ("1.004194.000.00.00.H27", "1.004194"),
        ("  1. 004194 ", "1.004194"),
        ("1.004194\u200b", "1.004194"),
        ("\ufeff1.004194.", "1.004194"),
        ("1.004\u00a0194", "1.004194"),
        # slips that need a person
        ("1.0125010", None),
        ("1.00419", None),
        ("1.004194.H", None),
        ("1.004194.000.H27", None),
        ("TTHC 1.004194", None),
        ("", None),
        (None, None),
        ("1" * 1000, None),
        ("١.٠٠٤١٩٤", None),
    ],
)
def test_every_way_of_writing_a_code(written: str | None, code: str | None) -> None:
    assert normalise_code(written) == code


codes = st.builds(
    lambda first, rest: f"{first}.{rest:06}",
    st.integers(min_value=0, max_value=9),
    st.integers(min_value=0, max_value=999_999),
)


@given(codes)
def test_slug_and_code_are_inverse(code: str) -> None:
    assert "." not in slug_of(code)
    assert code_of_slug(slug_of(code)) == code
    assert normalise_code(code) == code
    assert normalise_code(slug_of(code)) == code


@pytest.mark.parametrize(
    "slug", ["", "1-00419", "1.004194", "a-004194", "1-0041945", "khai-sinh", "1-004194/"]
)
def test_other_slugs_are_no_codes(slug: str) -> None:
    assert code_of_slug(slug) is None


@pytest.mark.parametrize("code", ["", "1004194", "1.00419", "1.004194.H27"])
def test_only_normalised_codes_make_slugs(code: str) -> None:
    with pytest.raises(ValueError, match="Not a normalised"):
        slug_of(code)


@given(st.text(max_size=80))
def test_any_text_gives_a_code_or_nothing(text: str) -> None:
    code = normalise_code(text)
    assert code is None or normalise_code(code) == code
