"""Number, date, signer, issuer and title of a decision, from the words around its articles. Pure: no Django."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from procedures.decisions.wording import plain
from procedures.text.letters import CAPITAL, SMALL

NUMBER = re.compile(
    r"(?<![\d/])(?P<number>\d{1,5})\s*(?P<year>/\s*\d{4}\s*)?/\s*(?P<kind>QĐ|QÐ|QD|Qđ)\s*[-–]?\s*(?P<body>[A-ZĐ]{1,12})(?![A-ZĐ])"
)
"""A decision's number as it is typed: "1644/QĐ- UBND"."""
_DAY = re.compile(
    r"ngày\s*(?P<day>\d{1,2})\s*tháng\s*(?P<month>\d{1,2})\s*năm\s*(?P<year>\d{4})", re.IGNORECASE
)
_SHORT_DAY = re.compile(
    r"(?:ngày\s*)?(?<!\d)(?P<day>\d{1,2})\s*[/.-]\s*(?P<month>\d{1,2})\s*[/.-]\s*(?P<year>\d{4})(?!\d)",
    re.IGNORECASE,
)
_TITLE = re.compile(r"quyết\s+định(?!\s*số)\s*", re.IGNORECASE)
_DECIDES = re.compile(r"quyết\s+định\s*:?\s*$", re.IGNORECASE)
_HEADER_END = re.compile(r"(?<!\w)(?:Căn cứ|Theo đề nghị|Xét đề nghị|Điều\s*1)(?!\w)")
_AUTHORITY = re.compile(
    r"(?:^|\s)(?:CHỦ TỊCH\s+)?(?:ỦY|UỶ|Ủy|Uỷ) (?:BAN|ban) (?:NHÂN|nhân) (?:DÂN|dân)[^\n]*$|(?:^|\s)(?:BỘ TRƯỞNG|GIÁM ĐỐC|CHỦ NHIỆM)[^\n]*$"
)
_ISSUER = re.compile(
    r"^(?:(?:ỦY|UỶ) BAN NHÂN DÂN|UBND|BỘ|SỞ|VĂN PHÒNG CHÍNH PHỦ|NGÂN HÀNG NHÀ NƯỚC|THANH TRA CHÍNH PHỦ)(?=\s|$)",
    re.IGNORECASE,
)
_REFERS = re.compile(r"kèm theo\s+(?:quyết định|qđ)\s*(?:số)?\s*:?\s*(?P<rest>[^)]*)", re.IGNORECASE)
_NAME = re.compile(rf"(?P<name>[{CAPITAL}][{SMALL}]+(?:\s+[{CAPITAL}][{SMALL}]*){{1,5}})\s*$")
_POST = re.compile(
    r"(?:^|\s)(?:KT\.|TM\.|TL\.|TUQ\.|Q\.)?\s*(?:PHÓ\s+)?(?:CHỦ TỊCH|GIÁM ĐỐC|BỘ TRƯỞNG|THỨ TRƯỞNG|CHÁNH VĂN PHÒNG|TỔNG THANH TRA|CHỦ NHIỆM)(?=\s|$)"
)
_SIGNED_MARK = re.compile(r"\(?\s*(?:đã ký|ký điện tử|signed)\s*\)?", re.IGNORECASE)


def written_number(match: re.Match[str]) -> str:
    """ "1644/QĐ-UBND" for every way of typing it."""
    year = re.sub(r"\s", "", match["year"] or "")
    return f"{match['number']}{year}/QĐ-{match['body']}"


def number_in(text: str) -> str:
    match = NUMBER.search(text)
    return written_number(match) if match else ""


def date_in(text: str, *, start: int = 0) -> date | None:
    """The first possible date of a text: "ngày 01 tháng12 năm 2025", "27/6/2025"."""
    for match in sorted(
        [*_DAY.finditer(text, start), *_SHORT_DAY.finditer(text, start)], key=lambda m: m.start()
    ):
        try:
            found = date(int(match["year"]), int(match["month"]), int(match["day"]))
        except ValueError:
            continue
        if 1990 <= found.year <= 2100:
            return found
    return None


@dataclass(frozen=True, slots=True)
class Head:
    number: str
    signed_on: date | None
    signer: str
    issuer: str
    title: str
    referred_number: str
    """As the annexes name their decision: a check, and a help where the head is blank."""
    referred_on: date | None


def read_head(before: Sequence[str], after: Sequence[str], annex: Sequence[str]) -> Head:
    """`before` the articles, `after` them (to whom it goes, signature), and the words of the annexes."""
    head = list(_until_recitals(before))
    # In one cell or paragraph each, or run together: line by line.
    lines = [" ".join(line.split()) for text in head for line in text.split("\n") if line.strip()]
    top = _above_title(lines)
    referred_number, referred_on = _referred(annex)
    return Head(
        number=_own_number(top),
        signed_on=_own_date(top),
        signer=_signer(after),
        issuer=_issuer(lines),
        title=_title(lines),
        referred_number=referred_number,
        referred_on=referred_on,
    )


def _until_recitals(before: Sequence[str]) -> Iterator[str]:
    """The words above "Căn cứ …", whose numbers and dates are those of other documents."""
    for text in before:
        match = _HEADER_END.search(text)
        if match:
            yield text[: match.start()]
            return
        yield text


def _above_title(lines: Sequence[str]) -> list[str]:
    """Number and date stand above the title; a title may name other documents with theirs."""
    title = next((place for place, line in enumerate(lines) if _TITLE.match(line)), len(lines))
    return list(lines[:title])


def _own_number(lines: Sequence[str]) -> str:
    for line in lines:
        if re.search(r"(?<!\w)số\s*:?", line, re.IGNORECASE) and (found := number_in(line)):
            return found
    return next((found for line in lines[:12] if (found := number_in(line))), "")


def _own_date(lines: Sequence[str]) -> date | None:
    joined = "\n".join(lines)
    if match := _DAY.search(joined):
        return date_in(joined, start=match.start())
    # "Quyết định số 12/QĐ-UBND ngày 3/4/2026" over a list.
    number = NUMBER.search(joined)
    return date_in(joined[number.end() : number.end() + 80]) if number else None


def _referred(annex: Sequence[str]) -> tuple[str, date | None]:
    for text in annex:
        if match := _REFERS.search(" ".join(text.split())):
            return number_in(match["rest"]), date_in(match["rest"])
    return "", None


def _issuer(lines: Sequence[str]) -> str:
    for place, line in enumerate(lines[:12]):
        if not _ISSUER.match(line):
            continue
        words = line
        # "ỦY BAN NHÂN DÂN" and "TỈNH …" often stand on two lines.
        following = lines[place + 1] if place + 1 < len(lines) else ""
        if len(words.split()) <= 4 and re.match(r"(?:TỈNH|THÀNH PHỐ|XÃ|PHƯỜNG)\s", following, re.IGNORECASE):
            words = f"{words} {following}"
        words = re.split(r"\s(?:CỘNG|Số\s*:?)\s", words)[0]
        return _in_ordinary_capitals(words)
    return ""


def _in_ordinary_capitals(words: str) -> str:
    if not words.isupper():
        return words
    match = re.fullmatch(
        r"(?P<body>(?:ỦY|UỶ) BAN NHÂN DÂN|UBND)(?:\s+(?P<kind>TỈNH|THÀNH PHỐ|XÃ|PHƯỜNG))?(?:\s+(?P<place>.+))?",
        words,
    )
    if not match:
        # "BỘ TƯ PHÁP" → "Bộ Tư pháp"
        head, _, rest = words.partition(" ")
        return f"{head.capitalize()} {rest.capitalize()}".strip()
    parts = ["Ủy ban nhân dân", (match["kind"] or "").lower(), (match["place"] or "").title()]
    return " ".join(part for part in parts if part)


def _title(lines: Sequence[str]) -> str:
    """What stands between "QUYẾT ĐỊNH" and the authority that decides."""
    for place, line in enumerate(lines):
        match = _TITLE.match(line)
        if not match:
            continue
        words = [line[match.end() :]]
        for following in lines[place + 1 :]:
            if _AUTHORITY.match(following) or _DECIDES.match(following):
                break
            words.append(following)
        text = re.sub(r"^[\s:\-–]+|[-–_\s]+$", "", " ".join(" ".join(words).split()))
        # The authority run into the same paragraph.
        return re.sub(r"\s+CHỦ TỊCH (?:ỦY|UỶ) BAN NHÂN DÂN(?: TỈNH| THÀNH PHỐ)?[^a-z]*$", "", text)
    return next((line for line in lines if re.match(r"(?:v/v|về việc|công bố)", line, re.IGNORECASE)), "")


def _signer(after: Sequence[str]) -> str:
    """The name below the post: the last words of the signature in ordinary capitals."""
    posted = False
    for text in after:
        for line in text.split("\n"):
            words = " ".join(_SIGNED_MARK.sub(" ", line).split())
            posts = list(_POST.finditer(words))
            posted = posted or bool(posts)
            rest = words[posts[-1].end() :].strip() if posts else words
            if (
                posted
                and rest
                and (name := _NAME.fullmatch(rest))
                and not re.match(r"(?:noi nhan|nhu dieu|luu)", plain(rest))
            ):
                return name["name"]
    return ""
