"""Times and fees: read only what is certain, and say it the way officials do."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.record import Duration, Fee
from procedures.text.measures import (
    MAX_TIME_WORDS,
    SMALLEST_VND,
    amounts_in,
    parse_duration,
    parse_fees,
    says_free,
    units_named,
    word_amount,
    word_duration,
    word_fee,
)


@pytest.mark.parametrize(
    ("words", "amount", "unit"),
    [
        ("3 Ngày làm việc", "3", "working_day"),
        ("03 (ba) ngày làm việc", "3", "working_day"),
        ("21 (hai mươi mốt) ngày", "21", "day"),
        ("15 (mười lăm) ngày làm việc.", "15", "working_day"),
        ("24 giờ", "24", "hour"),
        ("08 giờ làm việc", "8", "working_hour"),
        ("7.5 ngày làm việc", "7.5", "working_day"),
        ("7,5 ngày làm việc", "7.5", "working_day"),
        ("4 Tháng", "4", "month"),
        ("02 năm", "2", "year"),
        ("ba ngày làm việc", "3", "working_day"),
        ("Trong ngày", "0", "day"),
        ("Ngay trong ngày", "0", "day"),
        ("Ngay trong ngày làm việc", "0", "working_day"),
        ("Không quá 03 ngày làm việc", "3", "working_day"),
        ("Trong thời hạn 05 ngày làm việc kể từ ngày 01/7/2025", "5", "working_day"),
        ("15 ngày kể từ ngày nhận đủ hồ sơ hợp lệ", "15", "day"),
        ("Thời hạn giải quyết: 20 ngày, kể từ ngày nhận đủ hồ sơ", "20", "day"),
    ],
)
def test_times_that_are_certain(words: str, amount: str, unit: str) -> None:
    assert parse_duration(words) == Duration(Decimal(amount), unit)


@pytest.mark.parametrize(
    "words",
    [
        "",
        None,
        "12",
        "0 ngày",
        "15/12 hàng năm",
        "03 (năm) ngày",
        "5-10 ngày",
        "05 ngày đến 10 ngày",
        "5 ngày làm việc + thời gian thực hiện cấp lại",
        "Không quá 10 ngày làm việc. Đối với các xã miền núi thì không quá 20 ngày làm việc",
        "20 ngày, kể từ ngày nhận đủ hồ sơ; trường hợp khác 30 ngày",
        "10 ngày kể từ ngày nhận đủ hồ sơ, trường hợp phức tạp 15 ngày",
        "Không quy định",
        "Theo mô tả",
        "3 tuần trăng",
        "x" * (MAX_TIME_WORDS + 1),
    ],
)
def test_times_that_leave_a_doubt_are_no_number(words: str | None) -> None:
    assert parse_duration(words) is None


def test_units_named_in_prose() -> None:
    text = "Trong 05 ngày làm việc … không quá 10 (mười) ngày … 10 ngày; ngày 03 tháng 7 năm 2025; 48 giờ"
    named = units_named(text)
    assert named[Decimal(5)] == {"working_day"}
    assert named[Decimal(10)] == {"day"}
    assert named[Decimal(48)] == {"hour"}


durations = st.builds(
    Duration,
    st.one_of(
        st.integers(min_value=1, max_value=9999).map(Decimal),
        st.integers(min_value=1, max_value=9999).map(lambda n: Decimal(n) / 4),
    ),
    st.sampled_from(["hour", "working_hour", "day", "working_day", "month", "year"]),
)


@given(durations)
def test_a_time_in_words_is_that_time(duration: Duration) -> None:
    assert parse_duration(word_duration(duration)) == duration


@pytest.mark.parametrize(
    ("amount", "unit", "words"),
    [
        ("3", "working_day", "3 ngày làm việc"),
        ("7.50", "day", "7,5 ngày"),
        ("24", "hour", "24 giờ"),
        ("0", "day", "Trong ngày"),
        ("0", "working_day", "Trong ngày làm việc"),
        ("0", "hour", "Ngay khi nhận đủ hồ sơ"),
    ],
)
def test_times_in_words(amount: str, unit: str, words: str) -> None:
    assert word_duration(Duration(Decimal(amount), unit)) == words


@pytest.mark.parametrize(
    ("words", "amount", "currency"),
    [
        ("7,000 Việt Nam Đồng", "7000", "VND"),
        ("20.000 đ", "20000", "VND"),
        ("200.000đ/lần cấp.", "200000", "VND"),
        ("10.000 đồng/khẩu-chiếc", "10000", "VND"),
        ("1,5 triệu đồng/lần", "1500000", "VND"),
        ("02 triệu đồng/lần cấp", "2000000", "VND"),
        ("100 USD", "100", "USD"),
        ("10USD/giấy", "10", "USD"),
        ("50 euro", "50", "EUR"),
        ("Miễn", "0", "VND"),
        ("Miễn phí", "0", "VND"),
        ("Không", "0", "VND"),
        ("Không thu phí", "0", "VND"),
        ("Không thu lệ phí.", "0", "VND"),
        ("0 đồng", "0", "VND"),
        ("Miễn lệ phí (Thông tư số 47/2019/TT-BTC)", "0", "VND"),
    ],
)
def test_fees_that_are_certain(words: str, amount: str, currency: str) -> None:
    (fee,) = parse_fees(words)
    assert (fee.amount, fee.currency, fee.text) == (Decimal(amount), currency, words)


@pytest.mark.parametrize(
    "words",
    [
        "20 VNĐ",  # 20.000 đồng, printed short, or 20?
        "5%",
        "50% mức phí 100.000 đồng",
        "từ 100.000 đồng đến 200.000 đồng",
        "100.000 đồng hoặc 200.000 đồng",
        "Không thu phí đối với hộ nghèo",
        "15.000.0000 đồng",
        "Theo quy định của Hội đồng nhân dân cấp tỉnh",
        "400.000 đồng kể từ ngày 01/7/2025 đến hết ngày 31/12/2026",
        "Dưới 5 tấn: 50.000 đồng; trên 5 tấn: 100.000 đồng",
    ],
)
def test_fees_that_leave_a_doubt_keep_their_words(words: str) -> None:
    assert parse_fees(words) == (Fee(amount=None, text=words),)


@pytest.mark.parametrize("words", ["", None, "  ", "Không có thông tin", "N/A", "-"])
def test_nothing_said_is_no_fee(words: str | None) -> None:
    assert parse_fees(words) == ()


def test_several_fees_that_stand_for_themselves() -> None:
    fees = parse_fees("Phí thẩm định: 500.000 đồng; Lệ phí: 100.000 đồng/giấy")
    assert [(fee.label, fee.amount) for fee in fees] == [
        ("Phí thẩm định", Decimal(500_000)),
        ("Lệ phí", Decimal(100_000)),
    ]


def test_amounts_in_a_text() -> None:
    assert amounts_in("50.000 đồng, 10 USD, 1,2 tỷ đồng; 61/2023/TT-BTC; 5%") == (
        (Decimal(50_000), "VND"),
        (Decimal(10), "USD"),
        (Decimal(1_200_000_000), "VND"),
    )


@pytest.mark.parametrize("words", ["miễn", "Không thu phí, lệ phí", "(Không)", "Không có."])
def test_words_for_free(words: str) -> None:
    assert says_free(words)


@given(st.integers(min_value=SMALLEST_VND, max_value=10**12))
def test_an_amount_in_words_is_that_amount(amount: int) -> None:
    (fee,) = parse_fees(word_amount(Decimal(amount)))
    assert (fee.amount, fee.currency) == (Decimal(amount), "VND")


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        (Decimal(20_000), "VND", "20.000 đồng"),
        (Decimal("1E+6"), "VND", "1.000.000 đồng"),
        (Decimal("12.5"), "USD", "12,5 USD"),
        (Decimal(0), "VND", "Miễn"),
        (None, "VND", ""),
    ],
)
def test_amounts_in_words(amount: Decimal | None, currency: str, words: str) -> None:
    assert word_amount(amount, currency) == words


def test_a_fee_in_words() -> None:
    assert word_fee(Fee(Decimal(20_000), label="Lệ phí", text="x")) == "Lệ phí: 20.000 đồng"
    assert word_fee(Fee(text="Theo quy định")) == "Theo quy định"


@given(st.text(max_size=300))
def test_no_text_is_a_crash(text: str) -> None:
    parse_duration(text)
    for fee in parse_fees(text):
        assert fee.amount is None or fee.amount >= 0
