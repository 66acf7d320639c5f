"""Time and fee in a few words: what can't be said so is left out."""

from __future__ import annotations

from decimal import Decimal

import pytest

from procedures.record import Channel, Duration, Fee
from procedures.short_facts import short_fee, short_time


def channel(kind: str = "in_person", days: int | None = None, *fees: Fee) -> Channel:
    duration = Duration(Decimal(days), "working_day") if days is not None else None
    return Channel(kind, duration=duration, fees=fees)


def fee(amount: int | None, label: str = "", text: str = "", currency: str = "VND") -> Fee:
    return Fee(amount=None if amount is None else Decimal(amount), label=label, text=text, currency=currency)


@pytest.mark.parametrize(
    ("channels", "expected"),
    [
        ([], ""),
        ([channel(days=3)], "3 ngày làm việc"),
        ([channel(days=3), channel("online", 3)], "3 ngày làm việc"),
        ([channel("online", 2), channel(days=3)], "3 ngày làm việc, trực tuyến 2 ngày làm việc"),
        ([channel(days=3), channel("online")], "3 ngày làm việc"),
        ([channel(), channel("online", 2)], ""),
        ([channel("postal", 5)], "5 ngày làm việc"),
    ],
)
def test_time(channels: list[Channel], expected: str) -> None:
    assert short_time(channels) == expected


@pytest.mark.parametrize(
    ("fees", "expected"),
    [
        ((), ""),
        ((fee(0),), "miễn lệ phí"),
        ((fee(0, text="Miễn"),), "miễn lệ phí"),
        ((fee(0, text="Miễn khi đăng ký đúng hạn"),), "thường miễn lệ phí"),
        ((fee(0), fee(8000, "Bản sao Trích lục kết hôn")), "miễn lệ phí"),
        ((fee(20000),), "20.000 đồng"),
        ((fee(20000, "A"), fee(10000, "B")), "từ 10.000 đồng"),
        ((fee(0, "A"), fee(10000, "B")), "từ 10.000 đồng"),
        ((fee(None, text="Theo mức của Hội đồng nhân dân tỉnh"),), ""),
        ((fee(20000, "A"), fee(None, "B", "theo giá")), ""),
        ((fee(20000), fee(5, currency="USD")), ""),
    ],
)
def test_fee(fees: tuple[Fee, ...], expected: str) -> None:
    assert short_fee([channel("in_person", 1, *fees)]) == expected


def test_fee_online_is_said_beside() -> None:
    assert (
        short_fee([channel("in_person", 7, fee(20000)), channel("online", 7, fee(10000))])
        == "20.000 đồng, trực tuyến 10.000 đồng"
    )
    assert short_fee([channel("in_person", 7, fee(20000)), channel("online", 7)]) == "20.000 đồng"
