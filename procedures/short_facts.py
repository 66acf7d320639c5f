"""Time and fee of a procedure in a few words, for lists: "3 ngày làm việc", "20.000 đồng, trực tuyến 10.000 đồng". Pure.

What cannot be said in a few words is left out, never shortened to something that is not so: the procedure's page has it.
"""

from __future__ import annotations

from collections.abc import Sequence

from procedures.record import Channel
from procedures.text.measures import says_free, word_amount, word_duration

_ORDER = ("in_person", "online", "postal")
_OTHERWISE = {"online": "trực tuyến", "postal": "qua bưu chính"}


def short_time(channels: Sequence[Channel]) -> str:
    """Of the channel in person (or the first there is), then the online one if it differs. Empty: not in few words."""
    return _with_online(
        [(c.kind, word_duration(c.duration) if c.duration else "") for c in _ordered(channels)]
    )


def short_fee(channels: Sequence[Channel]) -> str:
    return _with_online([(c.kind, _fee(c)) for c in _ordered(channels)])


def _ordered(channels: Sequence[Channel]) -> list[Channel]:
    return sorted(channels, key=lambda c: _ORDER.index(c.kind) if c.kind in _ORDER else len(_ORDER))


def _with_online(words: Sequence[tuple[str, str]]) -> str:
    if not words or not words[0][1]:
        return ""
    first = words[0][1]
    online = next((said for kind, said in words[1:] if kind == "online"), first)
    if not online or online == first:
        return first
    return f"{first}, {_OTHERWISE['online']} {online[0].lower()}{online[1:]}"


def _fee(channel: Channel) -> str:
    """What everybody pays: copies of the result, which one may ask for, are left aside. Empty where there are only words."""
    fees = [fee for fee in channel.fees if not fee.label.lower().startswith("bản sao")]
    amounts = sorted({fee.amount for fee in fees if fee.amount is not None})
    if not amounts or any(fee.amount is None for fee in fees) or len({fee.currency for fee in fees}) != 1:
        return ""
    if amounts == [0]:
        free = all(not fee.text or says_free(fee.text) for fee in fees)
        return "miễn lệ phí" if free else "thường miễn lệ phí"
    words = word_amount(next(amount for amount in amounts if amount), fees[0].currency)
    return words if len(amounts) == 1 else f"từ {words}"
