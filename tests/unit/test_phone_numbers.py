"""Which texts are telephone numbers."""

import pytest

from home.phone_numbers import is_phone_number


@pytest.mark.parametrize(
    "written",
    [
        "0239 3855 123", "0239.3855.123", "(0239) 3855 123", "02393855123", "0912 345 678", "0912-345-678", "1022", "113",
        "1900 1234", "18001098", "+84 239 3855 123", "0239\u00a03000\u00a0111", " 0239 000 001 ",
    ],
)  # fmt: skip
def test_numbers(written: str) -> None:
    assert is_phone_number(written)


@pytest.mark.parametrize(
    "written",
    [
        "", "abc", "0239", "3855 123", "0239 385 12", "0239 3855 1234 5", "0239 3855 123 (máy lẻ 2)", "12", "+84", "0",
        "0239 3855 123, 0912 345 678", "٠٢٣٩ ٣٨٥٥ ١٢٣", "()", "0239\n3855123", "1234567",
    ],
)  # fmt: skip
def test_no_numbers(written: str) -> None:
    assert not is_phone_number(written)
