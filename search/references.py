"""Codes of procedures and numbers of documents in what somebody typed, in all the ways people write them. Pure.

found = references("hồ sơ TTHC 1,004194 theo 876/QĐ- BNV")
found.codes == ("1.004194",); found.numbers == ("876/qd-bnv",); found.rest == "hồ sơ TTHC           theo              "
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final


@dataclass(frozen=True, slots=True)
class Number:
    """The number of a document: its parts in lower case without accents; what was not typed is empty."""

    number: str
    year: str = ""
    kind: str = ""
    """"qd", "nd" …"""
    issuer: str = ""
    """"ubnd", "bnv", "cp", "ttg" …; several joined by "-"."""

    @property
    def normal(self) -> str:
        """ "520/kh-ubnd", "118/2025/nd-cp", "2088/qd", "118/2025"."""
        mark = "-".join(part for part in (self.kind, self.issuer) if part)
        return "/".join(part for part in (self.number, self.year, mark) if part)

    @property
    def padded(self) -> Number | None:
        """Numbers below ten are written with a zero since NĐ 30/2020, but typed without one."""
        if len(self.number) != 1:
            return None
        return Number(f"0{self.number}", self.year, self.kind, self.issuer)

    @property
    def tokens(self) -> tuple[str, ...]:
        marks = tuple(word for part in (self.kind, self.issuer) for word in part.split("-") if word)
        return tuple(word for word in (self.number, self.year) if word) + marks


@dataclass(frozen=True, slots=True)
class References:
    codes: tuple[str, ...]
    numbers: tuple[Number, ...]
    rest: str
    """The text with blanks where codes and numbers stood: offsets stay true."""


KINDS: Final = {
    "quyet dinh": "qd",
    "nghi dinh": "nd",
    "thong tu": "tt",
    "thong tu lien tich": "ttlt",
    "nghi quyet": "nq",
    "chi thi": "ct",
    "ke hoach": "kh",
    "cong van": "cv",
    "thong bao": "tb",
    "bao cao": "bc",
    "to trinh": "ttr",
    "huong dan": "hd",
    "van ban hop nhat": "vbhn",
    "giay moi": "gm",
    "cong dien": "cd",
    "chuong trinh": "ctr",
}
"""Names of kinds of documents, and how a number says them (NĐ 30/2020/NĐ-CP, annex III)."""
_SURE: Final = ("qd", "nd", "nq", "ttlt", "vbhn", "ttr")
"""Kinds that mean nothing else: "qd 2088" is a number, "kh 12" may be anything."""
_SHORT: Final = (
    "ttlt",
    "vbhn",
    "ttr",
    "ctr",
    "qd",
    "nd",
    "nq",
    "tt",
    "ct",
    "kh",
    "cv",
    "tb",
    "bc",
    "hd",
    "gm",
    "cd",
)
_ISSUERS: Final = (
    "ubnd|hdnd|cp|ttg|vpcp|qh\\d{1,2}|ubtvqh\\d{1,2}|btc|btp|bca|bqp|bnv|bng|byt|bgddt|bkhcn|bct|bxd|bnnmt|bnnptnt|"
    "btnmt|bgtvt|bvhttdl|bldtbxh|bkhdt|btttt|bdttg|nhnn|ttcp|toaan|tandtc|vksndtc|bhxh|evn|"
    "snv|stp|stc|sxd|sct|syt|sgddt|skhcn|snnmt|svhttdl|vp|vpubnd|ttpvhcc|hdtd|bch|tu|tw|nc|vx|th|kt|cd|tdkt"
)

# The digit of the level, then six digits; dots are typed as commas, blanks, dashes or not at all; the tail names the unit.
_CODE: Final = re.compile(
    r"(?<![0-9a-z./-])([1-9])[\s.,-]{0,3}([0-9]{3})[\s.,]?([0-9]{3})"
    r"(?:[\s.,]{0,2}[0-9]{3}[\s.,]{1,2}[0-9]{2}[\s.,]{1,2}[0-9]{2})?"
    r"(?:[\s.,]{0,2}[a-z][0-9]{2,3}(?:\.[0-9]+)*)?"
    r"(?![0-9a-z/%]|[.,][0-9])"
)
_MONEY: Final = re.compile(r"\s*(?:d|vnd|dong|trieu|nghin|ngan|ty|usd)\b")
_BARE: Final = re.compile(r"\s*(?:(?:ma|so|ma so|tthc|thu tuc|ma tthc|ma thu tuc)\s*:?\s*)?([0-9]{6})\s*")
_LEVELS: Final = "123"
"""First digits of the codes in the national catalogue."""

_LONG: Final = "|".join(sorted(KINDS, key=len, reverse=True))
_KIND: Final = "|".join(_SHORT)
_AFTER: Final = rf"({_KIND})[\s./-]*({_ISSUERS})?((?:\s?-\s?[a-z]{{1,12}}[0-9]{{0,2}}){{0,2}})(?![a-z0-9])"
_YEAR: Final = r"(?:19|20)[0-9]{2}"
_BEFORE: Final = rf"(?<![0-9a-z./,-])(?:(?:{_LONG}|{_KIND}|luat|phap lenh)\s+)?(?:so\s*:?\s*)?"
_NOT_A_COUNT: Final = r"(?!\s*(?:ngay|thang|nam(?!\s*[0-9])|tuoi|trieu|nguoi|m2|%|[a-z]*[0-9]))"

# 12/2025/nd-cp, 876/qd- bnv, 2088/qdubnd
_SLASHED: Final = re.compile(rf"{_BEFORE}([0-9]{{1,6}})\s?/\s?(?:({_YEAR})\s?/\s?)?{_AFTER}")
# 31/2024/qh15
_LAW: Final = re.compile(
    rf"{_BEFORE}([0-9]{{1,3}})\s?/\s?({_YEAR})\s?/\s?()((?:ub[a-z]*)?qh[0-9]{{1,2}})(?![a-z0-9])"
)
# 520 kh ubnd, 118 2025 nd cp
_SPACED: Final = re.compile(
    rf"{_BEFORE}([0-9]{{1,6}})(?:[\s/]+({_YEAR}))?\s+({_KIND})[\s./-]*({_ISSUERS})?((?:\s?-\s?[a-z]{{1,12}}){{0,2}})(?![a-z0-9])"
)
# qd 2088, quyet dinh so 2873, nghi dinh 118/2025, nghi dinh 118 nam 2025
_NAMED: Final = re.compile(
    rf"(?<![a-z0-9/-])({_LONG}|{_KIND})\s*(so\s*:?\s*)?([0-9]{{1,6}})(?![0-9])(?:(?:\s?/\s?|\s+nam\s+|\s+)({_YEAR})(?![0-9]))?"
    rf"(?:\s?[/\s-]\s?({_KIND})?(?:[\s./-]*({_ISSUERS}))?(?![a-z0-9]))?{_NOT_A_COUNT}"
)
# 118/2025 (no month: those are 1 to 12)
_DATED: Final = re.compile(rf"{_BEFORE}([0-9]{{1,4}})\s?/\s?({_YEAR})(?![0-9a-z/])")


def references(text: str) -> References:
    """`text` in NFC (`search.text.clean`)."""
    plain = _plain(text)
    taken: list[tuple[int, int]] = []
    numbers: list[Number] = []
    codes: list[str] = []
    for begin, end, number in _numbers(plain):
        if _is_free(begin, end, taken):
            taken.append((begin, end))
            numbers.append(number)
    for begin, end, code in _codes(plain):
        if _is_free(begin, end, taken):
            taken.append((begin, end))
            codes.append(code)
    if not codes and (bare := _BARE.fullmatch(plain)):
        taken = [(0, len(plain))]
        codes = [f"{level}.{bare[1]}" for level in _LEVELS]
    letters = list(text)
    for begin, end in taken:
        letters[begin:end] = " " * (end - begin)
    return References(tuple(dict.fromkeys(codes)), tuple(dict.fromkeys(numbers)), "".join(letters))


def _is_free(begin: int, end: int, taken: list[tuple[int, int]]) -> bool:
    return all(end <= other_begin or begin >= other_end for other_begin, other_end in taken)


def _codes(plain: str) -> Iterator[tuple[int, int, str]]:
    for match in _CODE.finditer(plain):
        grouped = plain[match.end(2)] in ".,"
        if grouped and (match[3] == "000" or _MONEY.match(plain, match.end())):
            continue
        yield match.start(), match.end(), f"{match[1]}.{match[2]}{match[3]}"


def _numbers(plain: str) -> Iterator[tuple[int, int, Number]]:
    for match in _SLASHED.finditer(plain):
        yield match.start(), match.end(), _number(match[1], match[2], match[3], match[4], match[5])
    for match in _LAW.finditer(plain):
        yield match.start(), match.end(), Number(match[1], match[2], "", match[4])
    for match in _NAMED.finditer(plain):
        kind = KINDS.get(match[1], match[1])
        if kind not in _SURE and match[1] not in KINDS and not (match[2] or match[4] or match[6]):
            continue
        yield match.start(), match.end(), _number(match[3], match[4], match[5] or kind, match[6])
    for match in _SPACED.finditer(plain):
        if match[4] or match[3] in _SURE:
            yield match.start(), match.end(), _number(match[1], match[2], match[3], match[4], match[5])
    for match in _DATED.finditer(plain):
        if int(match[1]) > 12:
            yield match.start(), match.end(), Number(match[1], match[2])


def _number(number: str, year: str | None, kind: str, issuer: str | None, more: str | None = None) -> Number:
    if kind == "nd" and not issuer:
        issuer = "cp"  # nobody else issues decrees
    issuers = [issuer or "", *re.findall(r"[a-z0-9]+", more or "")]
    return Number(number, year or "", kind, "-".join(name for name in issuers if name))


def _plain(text: str) -> str:
    """Lower case without accents, letter by letter: as long as `text`."""
    return "".join(map(_plain_letter, text))


@lru_cache(maxsize=2048)
def _plain_letter(letter: str) -> str:
    if letter in "đĐðÐ":
        return "d"
    first = unicodedata.normalize("NFKD", letter)[0].lower()
    return first if len(first) == 1 else letter
