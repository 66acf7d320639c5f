"""Section 5 and the facts at the top: time and fees by way of handing in, said once where they are the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procedures.enums import ChannelKind
from procedures.presenters.rich_text import plain, rich
from procedures.record import Channel, Duration, Fee
from procedures.text.measures import amounts_in, parse_duration, says_free, word_amount, word_duration
from procedures.text.short_title import short_title

SHORT = 48
"""What still reads as a fact at the top of the page."""
LONG_NOTE = 400
"""A longer note is folded."""
HEAD = 110

_OTHERWISE = {
    ChannelKind.ONLINE: gettext_lazy("trực tuyến"),
    ChannelKind.POSTAL: gettext_lazy("qua bưu chính"),
}


@dataclass(frozen=True, slots=True)
class Row:
    kinds: str
    time: str
    time_text: str
    """The source's words beside the number, or instead of it."""
    fees: tuple[str, ...]
    note: SafeString | None = None
    note_head: str = ""
    """The beginning of a long note: what stands on its fold."""


@dataclass(frozen=True, slots=True)
class Note:
    kinds: str
    text: SafeString
    is_long: bool


@dataclass(frozen=True, slots=True)
class TimesAndFees:
    rows: tuple[Row, ...]
    has_notes: bool
    """The rows carry notes that say for which case they are."""
    notes: tuple[Note, ...] = ()
    """Notes that hold for whole ways of handing in; equal ones once."""


def times_and_fees(channels: Sequence[Channel]) -> TimesAndFees:
    """One row for each time and fee. Where a way of handing in stands more than once, the notes tell its rows apart."""
    by_case = len({c.kind for c in channels}) < len({(c.kind, *_key(c)) for c in channels})
    groups = _grouped(channels, lambda c: (*_key(c), plain(c.note_html)) if by_case else _key(c))
    has_notes = by_case and any(c.note_html for c in channels)
    rows = tuple(
        Row(
            kinds=kinds_words(c.kind for c in group),
            time=word_duration(group[0].duration) if group[0].duration else "",
            time_text=_time_text(group[0]),
            fees=fee_lines(group[0].fees),
            note=rich(group[0].note_html) if has_notes else None,
            note_head=_head(group[0].note_html) if has_notes else "",
        )
        for group in groups
    )
    if has_notes:
        return TimesAndFees(rows, has_notes=True)
    noted = [c for c in channels if c.note_html]
    notes = tuple(
        Note(
            kinds_words(c.kind for c in group), rich(group[0].note_html), len(group[0].note_html) > LONG_NOTE
        )
        for group in _grouped(noted, lambda c: (plain(c.note_html),))
    )
    return TimesAndFees(rows, has_notes=False, notes=notes)


def _head(markup: str) -> str:
    words = plain(markup)
    return short_title(words, HEAD) if len(words) > LONG_NOTE else ""


def _key(channel: Channel) -> tuple[object, ...]:
    return (
        channel.duration,
        channel.duration_text if channel.duration is None else _time_text(channel),
        channel.fees,
    )


def _grouped(
    channels: Iterable[Channel], key: Callable[[Channel], tuple[object, ...]]
) -> list[list[Channel]]:
    groups: dict[tuple[object, ...], list[Channel]] = {}
    for channel in channels:
        groups.setdefault(key(channel), []).append(channel)
    return list(groups.values())


def kinds_words(kinds: Iterable[str]) -> str:
    """ "Trực tiếp, trực tuyến, qua dịch vụ bưu chính": each once, in the order of the choices."""
    there = set(kinds)
    words = [str(kind.label) for kind in ChannelKind if kind in there]
    return ", ".join([words[0], *(w[0].lower() + w[1:] for w in words[1:])]) if words else ""


def _time_text(channel: Channel) -> str:
    """Words that add to the number; "03 ngày làm việc" adds nothing to 3 ngày làm việc."""
    text = " ".join(channel.duration_text.split())
    if channel.duration and text and parse_duration(text) == channel.duration and len(text) <= SHORT:
        return ""
    return text


def fee_lines(fees: Sequence[Fee]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_fee_line(fee) for fee in fees))


def _fee_line(fee: Fee) -> str:
    """ "Lệ phí đăng ký: Miễn", "Bản sao: 8.000 đồng mỗi bản" """
    text = " ".join(fee.text.split())
    amount = word_amount(fee.amount, fee.currency)
    if not amount:
        words = text
    elif not text or text == amount or (fee.amount == 0 and says_free(text)):
        words = amount
    elif amounts_in(text) == ((fee.amount, fee.currency),):
        # The text says the amount and more, or in another way.
        words = amount if len(text) <= len(amount) + 4 else text
    else:
        words = text if fee.amount == 0 else f"{amount} ({text})"
    label = fee.label.strip(" :")
    return f"{label}: {words}" if label and not words.startswith(label) else words


# The facts at the top ------------------------------------------------------------------------------------------------


def time_fact(channels: Sequence[Channel]) -> str:
    """ "1 ngày", "5 ngày, trực tuyến 3 ngày", "16,5 đến 19 ngày làm việc"; empty where no time is entered at all."""
    values: list[tuple[str, Duration | str]] = []
    for channel in channels:
        if channel.duration:
            values.append((channel.kind, channel.duration))
        elif channel.duration_text:
            values.append((channel.kind, " ".join(channel.duration_text.split())))
    if not values:
        return ""
    spoken = [(kind, word_duration(v) if isinstance(v, Duration) else v) for kind, v in values]
    if (said := _by_kind(spoken)) is not None:
        return said
    durations = [v for _kind, v in values if isinstance(v, Duration)]
    if (
        len(durations) == len(values)
        and len({d.unit for d in durations}) == 1
        and all(d.amount for d in durations)
    ):
        least, most = min(durations, key=lambda d: d.amount), max(durations, key=lambda d: d.amount)
        least_words = word_duration(least)
        unit = word_duration(most).split(" ", 1)[1]
        return _("%(least)s đến %(most)s") % {
            "least": least_words.removesuffix(f" {unit}"),
            "most": word_duration(most),
        }
    return _("Tùy trường hợp")


def fee_fact(channels: Sequence[Channel]) -> str:
    """ "Miễn", "10.000 đồng, trực tuyến 7.000 đồng", "Miễn và 1 khoản khác"; empty where no fee is entered at all."""
    said = [(c.kind, _fees_fact(c.fees)) for c in channels if c.fees]
    if not said:
        return ""
    return _by_kind(said) or _("Tùy trường hợp")


def _fees_fact(fees: tuple[Fee, ...]) -> str:
    # Copies of the result, which one may ask for, are nobody's duty.
    fees = tuple(fee for fee in fees if not fee.label.lower().startswith("bản sao")) or fees
    first, rest = fees[0], fees[1:]
    words = word_amount(first.amount, first.currency) or " ".join(first.text.split())
    if first.amount == 0 and first.text and not says_free(first.text):
        words = _("Thường được miễn")
    if not rest:
        return words
    if all(fee.amount == 0 for fee in fees):
        return word_amount(first.amount)
    if len({(fee.amount, fee.currency) for fee in fees}) == 1 and first.amount is not None:
        return words
    return _("%(first)s và %(number)d khoản khác") % {"first": words, "number": len(rest)}


def _by_kind(said: Sequence[tuple[str, str]]) -> str | None:
    """One saying for all, or the one in person and then those that differ. None: not in few words."""
    if len({words for _kind, words in said}) == 1:
        return said[0][1] if len(said[0][1]) <= SHORT else None
    by_kind: dict[str, str] = {}
    for kind, words in said:
        if by_kind.setdefault(kind, words) != words:
            return None
    order = [kind.value for kind in ChannelKind if kind in by_kind]
    base = by_kind[order[0]]
    others = [
        f"{_OTHERWISE[ChannelKind(kind)]} {by_kind[kind][:1].lower()}{by_kind[kind][1:]}"
        for kind in order[1:]
        if by_kind[kind] != base
    ]
    words = ", ".join([base, *others])
    return words if len(words) <= 2 * SHORT else None
