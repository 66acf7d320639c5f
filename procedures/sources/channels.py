"""Ways to hand in, with time and fee: two tables of the source merged into `Channel`s. Pure: no Django.

What the two tables are worth (found by comparing all records that have both):

- table B (`cach_thuc_bang`) has no fees, and writes "ngày" for hours, months and for times without a unit
  too, so its "6 ngày" counts only where the record's own text says the same; its "ngày làm việc" and its
  sentences are sound;
- table A (`cach_thuc_tu_A`) was scraped from text: a fee's note is cut at its first bracket and goes on in
  the description, a time without a unit is a bare number, and where the time is missing its words, the fee
  and the description run together ("120 VNĐ(20.000 đ/tờ khai)" is the time 1 and the fee 20, which is 20.000
  đồng).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

from procedures.record import Channel, Duration, Fee
from procedures.sources.reading import NOT_REGULATED, Notes, absence_in, says_nothing
from procedures.text.measures import (
    SMALLEST_VND,
    amounts_in,
    parse_duration,
    parse_fees,
    says_free,
    units_named,
)
from procedures.text.sanitising import clean_text, markdown_to_html

KINDS = {
    "trực tiếp": "in_person",
    "trực tuyến": "online",
    "nộp trực tuyến": "online",
    "dịch vụ bưu chính": "postal",
    "qua dịch vụ bưu chính": "postal",
    "qua bưu chính": "postal",
    "bưu chính": "postal",
}
_KIND_ORDER = ("in_person", "online", "postal")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of either table, its columns told apart."""

    kind: str
    time: str
    fee: str = ""
    fee_note: str = ""
    note: str = ""


# ------------------------------------------------------------------------------------------------------- reading table A

_FEE_WORDS = r"Miễn phí|Không có thông tin|[\d.,]+ (?:Việt Nam Đồng|VNĐ|USD)"
_GLUED = re.compile(rf"(?P<time>.{{0,400}}?)\s?(?P<fee>{_FEE_WORDS})(?P<rest>.*)", re.DOTALL)
_CURRENCY_FIRST = re.compile(r"(?P<currency>Việt Nam Đồng|VNĐ|USD)(?P<rest>.*)", re.DOTALL)
_RUN_TOGETHER = re.compile(r"[\d.,]+ ")
_ITEM_LABEL = re.compile(r"\((?:\d{1,2}|[a-zđ])\)")


def _bracketed(text: str) -> tuple[str, str]:
    """A leading "(…)" with its brackets balanced, and what follows; the whole text as rest where there is none."""
    if not text.startswith("("):
        return "", text
    depth = 0
    for place, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if depth == 0:
            return text[: place + 1], text[place + 1 :]
    return "", text


def _unbracketed(text: str) -> str:
    text = text.strip()
    while text.startswith("(") and _bracketed(text)[1] == "" and len(text) > 1:
        text = text[1:-1].strip()
    return text.lstrip("( ") if text.count("(") > text.count(")") else text


def _rejoined(note: str, description: str) -> tuple[str, str]:
    """A fee's note that was cut inside its brackets, with the part of the description that belongs to it."""
    if not note or _ITEM_LABEL.fullmatch(note):
        return "", f"{note} {description}".strip()
    if note.count("(") <= note.count(")"):
        return note, description
    glue = "" if description[:1] in ")].,:;" or not description else " "
    whole, rest = _bracketed(note + glue + description)
    if whole:
        return whole, rest
    # Never closed: the description is the note's only where it holds nothing but the missing marks.
    return (note, "") if not re.search(r"\w", description) else (note, description)


def _row_of_a(raw: Mapping[str, Any], notes: Notes) -> Row:
    time = _text(raw.get("thoi_gian"))
    fee = _text(raw.get("phi"))
    fee_note = _text(raw.get("phi_ghi_chu"))
    description = _text(raw.get("mo_ta"))
    kind = _kind(raw.get("hinh_thuc"), notes)
    if _RUN_TOGETHER.fullmatch(str(raw.get("thoi_gian") or "")) and (
        match := _CURRENCY_FIRST.match(description)
    ):
        notes.add(f"Thời hạn và phí dính liền trong nguồn (“{time} {match['currency']}”), không tách được.")
        bracketed, rest = _bracketed(match["rest"].strip())
        return Row(kind, "", "", _unbracketed(bracketed), rest)
    if not time and says_nothing(fee) and not fee_note and (match := _GLUED.match(description)):
        glued = not match["time"] or not re.search(r"\d", match["time"])
        if glued:
            bracketed, rest = _bracketed(match["rest"])
            return Row(kind, match["time"].strip(), match["fee"], _unbracketed(bracketed), rest)
    note, rest = _rejoined(fee_note, description)
    return Row(kind, time, fee, _unbracketed(note), rest)


def _row_of_b(raw: Mapping[str, Any], notes: Notes) -> Row:
    time = _text(raw.get("Thời gian giải quyết"))
    # The table puts its unit behind everything that is no number of days.
    if not re.fullmatch(r"[\d.,]+ ngày", time):
        time = (
            re.sub(r"(?<=\S)\s+ngày$", "", time)
            if not re.search(r"(?:[\d)]|một|hai|ba)\s+ngày$", time)
            else time
        )
    return Row(
        kind=_kind(raw.get("Hình thức nộp"), notes),
        time=time,
        fee=_text(raw.get("Phí, lệ phí")),
        note=_text(raw.get("Mô tả")),
    )


def _text(value: object) -> str:
    return clean_text(value, keep_lines=True).strip() if isinstance(value, str) else ""


def _kind(value: object, notes: Notes) -> str:
    words = _text(value)
    kind = KINDS.get(words.lower(), "")
    if not kind:
        notes.left_over("Cách thức thực hiện", words or "(không ghi hình thức)")
    return kind


# ------------------------------------------------------------------------------------------------------- time


_DOUBTFUL_DAYS = re.compile(r"[\d.,]+ ngày")


def _time(
    row_a: Row | None, row_b: Row | None, evidence: Mapping[Decimal, set[str]], notes: Notes
) -> tuple[Duration | None, str]:
    """The time of a channel and the source's words for it. A's unit is sound; B's "ngày" and a bare number need evidence."""
    words_a = row_a.time if row_a else ""
    words_b = row_b.time if row_b else ""
    if row_a and (sound := parse_duration(words_a)):
        return sound, words_a
    words = words_b if words_b and not says_nothing(words_b) else words_a
    if says_nothing(words):
        return None, ""
    match = re.fullmatch(r"([\d.,]+)(?: (ngày))?", words)
    if not match:
        return parse_duration(words), words
    number = Decimal(match[1].replace(",", ".")) if re.fullmatch(r"\d+(?:[.,]\d+)?", match[1]) else None
    if number and match[2] and evidence.get(number) == {"day"}:
        return Duration(number.normalize() + 0, "day"), words
    notes.add(f"Thời hạn “{words}”: nguồn không cho biết chắc đơn vị thời gian.")
    return None, words if match[2] else f"{words} (nguồn không ghi đơn vị thời gian)"


# -------------------------------------------------------------------------------------------------------- fee

_FEE_IN_DESCRIPTION = re.compile(
    r"\b(?:lệ )?phí\b[^.\n]{0,80}\b(?:thông tư|nghị định|nghị quyết|đồng|quy định tại|quyết định)\b",
    re.IGNORECASE,
)


def _fees(row: Row) -> tuple[Fee, ...]:
    """What the fee's column and its note say together; an amount only where they agree."""
    said, note = clean_text(row.fee), clean_text(row.fee_note)
    if says_nothing(note):
        note = ""
    if says_nothing(said):
        return parse_fees(note) if not absence_in(note) or says_free(note) else ()
    whole = f"{said} ({note})" if note and note.lower() != said.lower() else said
    if says_free(said):
        contradicted = bool(note) and not says_free(note) and not absence_in(note)
        if contradicted or (not note and _FEE_IN_DESCRIPTION.search(row.note)):
            return (Fee(text=whole),)
        return (Fee(amount=Decimal(0), text=whole),)
    stated = amounts_in(said)
    if len(stated) != 1:
        return (Fee(text=whole),)
    amount = _agreed(stated[0], amounts_in(note), note)
    return (Fee(amount=amount, currency=stated[0][1] if amount is not None else "VND", text=whole),)


def _agreed(stated: tuple[Decimal, str], noted: Sequence[tuple[Decimal, str]], note: str) -> Decimal | None:
    """The amount of the column where its note doesn't speak against it. The column prints 20.000 đồng as "20" too."""
    amount, currency = stated
    if currency == "VND" and amount < SMALLEST_VND:
        return noted[0][0] if len(noted) == 1 and noted[0] == (amount * 1000, "VND") else None
    if noted and all(other != stated for other in noted):
        return None
    return None if "%" in note else amount


# ---------------------------------------------------------------------------------------------------- merging


def _same_words(one: str, other: str) -> bool:
    return re.findall(r"\w+", one.lower()) == re.findall(r"\w+", other.lower())


def _number(time: str) -> str:
    match = re.match(r"\d+(?:[.,]\d+)?(?![/\d])", time)
    return match[0].replace(",", ".") if match else ""


def _matches(a: Row, b: Row) -> bool:
    if a.kind != b.kind:
        return False
    if _number(a.time) and _number(a.time) == _number(b.time):
        return True
    # A has lost the time, or has B's sentence in front of everything else.
    return _same_words(a.time, b.time) if a.time else says_nothing(b.time)


def _paired(rows_a: Sequence[Row], rows_b: Sequence[Row]) -> list[tuple[Row | None, Row | None]]:
    """Rows of both tables that are the same one, then those that only one table has."""
    pairs: list[tuple[Row | None, Row | None]] = []
    used: set[Row] = set()
    for a in rows_a:
        # One row of B stands for several of A where these differ in their fees.
        alike = sorted((b for b in rows_b if _matches(a, b)), key=lambda b: b in used)
        best = next((b for b in alike if _same_words(a.note, b.note)), alike[0] if alike else None)
        if best is not None:
            used.add(best)
        pairs.append((a, best))
    return pairs + [(None, b) for b in rows_b if b not in used]


def _note_html(row_a: Row | None, row_b: Row | None) -> str:
    """The description; both tables' where they say different things."""
    texts = [row.note.strip(" \n") for row in (row_b, row_a) if row]
    texts = [text for text in texts if re.search(r"\w", text) and not says_nothing(text)]
    if len(texts) == 2:
        first, second = (" ".join(re.findall(r"\w+", text.lower())) for text in texts)
        if second in first:
            texts.pop(1)
        elif first in second:
            texts.pop(0)
    return _description_html("\n\n".join(texts))


@lru_cache(maxsize=64)
def _description_html(text: str) -> str:
    """The channels of one procedure mostly share their description."""
    return markdown_to_html(text)


def _merged_fees(channels: Sequence[Channel]) -> tuple[Channel, ...]:
    """Rows that differ in nothing but the fee are one channel with several fees; identical rows are one."""
    merged: dict[tuple[object, ...], Channel] = {}
    for channel in channels:
        key = (
            channel.kind,
            channel.duration,
            channel.duration_text.lower(),
            channel.note_html,
        )
        seen = merged.get(key)
        if seen is None:
            merged[key] = channel
        else:
            merged[key] = replace(
                seen, fees=seen.fees + tuple(fee for fee in channel.fees if fee not in seen.fees)
            )
    ordered = sorted(merged.values(), key=lambda channel: _KIND_ORDER.index(channel.kind))
    return tuple(ordered)


def read_channels(
    table_b: object, table_a: object, *, text: str, notes: Notes
) -> tuple[tuple[Channel, ...], dict[str, str]]:
    """Channels of both tables, each once, and the absences of time and fee that they state.

    `text` is the record's own prose: the evidence for times whose unit the tables don't give.
    """
    rows_a = [_row_of_a(raw, notes) for raw in _rows(table_a)]
    rows_b = [_row_of_b(raw, notes) for raw in _rows(table_b)]
    rows_a = list(dict.fromkeys(row for row in rows_a if row.kind))
    rows_b = list(dict.fromkeys(row for row in rows_b if row.kind))
    texts = [text, *(row.note for row in (*rows_a, *rows_b))]
    # Looking through all the prose costs more than everything else here, and few records need it.
    needed = any(_DOUBTFUL_DAYS.fullmatch(row.time) for row in rows_b)
    evidence = units_named("\n".join(texts)) if needed else {}
    channels: list[Channel] = []
    for row_a, row_b in _paired(rows_a, rows_b):
        row = row_a or row_b
        assert row is not None, "a pair has at least one side"
        duration, words = _time(row_a, row_b, evidence, notes)
        channels.append(
            Channel(
                kind=row.kind,
                duration=duration,
                duration_text=words,
                fees=_fees(row_a) if row_a else _fees(row),
                note_html=_note_html(row_a, row_b),
            )
        )
    absences = _absences(channels, rows_a)
    if "time" in absences:
        # Stated once for the part, not on every channel.
        channels = [replace(channel, duration_text="") for channel in channels]
    return _merged_fees(channels), absences


def _absences(channels: Sequence[Channel], rows_a: Sequence[Row]) -> dict[str, str]:
    absences = {}
    times = {channel.duration_text for channel in channels if channel.duration or channel.duration_text}
    if times and all(absence_in(time) for time in times):
        absences["time"] = NOT_REGULATED
    noted = {row.fee_note for row in rows_a if row.fee_note}
    if noted and not any(channel.fees for channel in channels) and all(absence_in(note) for note in noted):
        absences["fee"] = NOT_REGULATED
    return absences


def _rows(table: object) -> list[Mapping[str, Any]]:
    return [row for row in table if isinstance(row, Mapping)] if isinstance(table, list) else []
