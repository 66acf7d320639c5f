"""The outline of a list: which part, action, level and field the next line stands under. Pure: no Django.

Decisions nest headings in every order ("I." over "A.", "A." over "I."), so an outline is grown as it is met: a heading of
a kind that stands open replaces it and all below it, a new kind goes below.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from procedures.decisions.numbering import from_roman
from procedures.decisions.wording import (
    CLAIMED,
    COMMON,
    REFERENCE,
    actions_in,
    announces_list,
    announces_process,
    count_in_heading,
    field_in,
    level_in,
    names_list,
    plain,
    says_common,
    tidy_field,
)
from procedures.text.letters import CAPITAL

_PART_WORD = re.compile(
    r"(?P<word>phần|phụ lục|mục|chương|biểu|tiểu mục)\s+(?:thứ\s+\w+|số\s+)?(?P<number>[IVXLC]+|\d{1,3}|[A-HĐ])?(?![\w])\s*[.:)\-–]*\s*",
    re.IGNORECASE,
)
_BARE_PART = re.compile(r"(?P<word>phụ lục|phần)\s*[.:)\-–]*\s*$", re.IGNORECASE)
_LABEL = re.compile(
    r"(?P<number>[IVXLC]{1,7}|[A-HĐK-PS-UY]|[a-hđ]|\d{1,3}(?:\.\d{1,3}){0,3})\s*(?:[.)/:]|[-–](?=\s|["
    + CAPITAL
    + r"]))\s*(?=\S)"
)
_ROMAN = re.compile(r"[IVXLC]{1,7}")
_KEEPS = re.compile(r"(?:phần|lục|mục|chương|biểu|số|khoản|điểm|điều|loại|hạng|nhóm|cấp)$", re.IGNORECASE)
_SPLIT = re.compile(
    r"(?<=\s)(?=(?:PHẦN|PHỤ LỤC|Phụ lục|Phần)\s+(?:[IVX]{1,5}|\d{1,2}|[A-H])(?!\w)"
    r"|(?:[IVX]{1,5}|[A-H])\s?[.)]\s*(?:["
    + CAPITAL
    + r"]{2}|Thủ tục|Danh mục|TTHC|Lĩnh vực|Cấp (?:tỉnh|xã)))"
    r"|(?<=\))\s+(?=(?:DANH MỤC|THỦ TỤC|TTHC|LĨNH VỰC)\s)"
)
_HEADING_WORDS = re.compile(
    r"(?:cac )?(?:linh vuc|danh muc|phan|phu luc|(?:thu tuc hanh chinh|tthc) (?:cap|thuc hien|thuoc|moi|duoc|bi|ap dung|lien thong|dung chung|sua|bai|thay|noi bo|trong|linh vuc|do|giua)"
    r"|nhom thu tuc|cap (?:tinh|xa|huyen|trung uong|bo)$|cap (?:tinh|xa|huyen|trung uong|bo) \d)\b"
)
_ACTION_ALONE = re.compile(
    r"(?:tthc |thu tuc hanh chinh |thu tuc )?(?:duoc |bi )?(?:moi ban hanh|ban hanh moi|sua doi bo sung|sua doi|bai bo|thay the)(?: \d+ (?:tthc|thu tuc).*)?"
)
_COUNT_NOTE = re.compile(
    r"\s*[(:–-]\s*(?:tổng số|gồm|có)?\s*\d{1,4}[^()]*(?:TTHC|thủ tục)[^()]*\)?\s*$", re.IGNORECASE
)


def split_headings(text: str) -> list[str]:
    """Headings that stand in one paragraph or cell, apart: "… (Kèm theo …) I. DANH MỤC …" are two."""
    text = " ".join(text.split())
    pieces: list[str] = []
    start = 0
    for match in _SPLIT.finditer(text):
        before = text[start : match.start()].strip()
        # "PHẦN I." is one label, "Điều 1" no heading at all; "(mục A. …)" is not split inside its brackets.
        if before and not _KEEPS.search(before) and before.count("(") == before.count(")"):
            pieces.append(before)
            start = match.start()
    pieces.append(text[start:].strip())
    return [piece for piece in pieces if piece]


MAX_HEADING = 3_000
"""Longer texts are prose: several headings run together, with an annex's title, stay far below."""
SHEET = "sheet"
_WIDE = (SHEET, "phu luc", "phan", "title")


@dataclass(frozen=True, slots=True)
class Heading:
    text: str
    style: str
    number: str
    actions: frozenset[str]
    level: str
    """As `wording.level_in` tells it."""
    field: str
    count: int | None
    is_process: bool
    is_list: bool
    """Says \"danh mục\" and not of processes."""

    @property
    def kind(self) -> str:
        """What it divides by: two headings of one numbering that divide by different things stand one in the other."""
        if self.is_process:
            return "process"
        return "action" if self.actions else "level" if self.level else "field" if self.field else "list"

    @property
    def order(self) -> int:
        """Its place among its neighbours: 2 for "II", "B", "2" and "1.2"; 0 without a number."""
        number = self.number.rsplit(".", 1)[-1]
        if number.isdigit():
            return int(number)
        if self.style in ("roman", *_WIDE) and _ROMAN.fullmatch(number):
            return from_roman(number)
        return ord(number.lower()) - ord("a") + 1 if len(number) == 1 else 0


def _label_of(text: str) -> tuple[str, str, str]:
    """Style, number and rest of a labelled heading; style "" where there is no label."""
    if match := _PART_WORD.match(text) or _BARE_PART.match(text):
        number = match.groupdict().get("number") or ""
        return plain(match["word"]), number, text[match.end() :]
    if match := _LABEL.match(text):
        number = match["number"]
        return _style_of(number), number, text[match.end() :]
    return "", "", text


def _style_of(number: str) -> str:
    if number[0].isdigit():
        return f"number {number.count('.')}"
    if number.islower():
        return "small letter"
    # A single letter may be either; the outline decides by what came before.
    return "letter" if not _ROMAN.fullmatch(number) else "roman" if len(number) > 1 else "letter or roman"


def label_style(text: str) -> str:
    """The style of a cell that holds only a label ("II", "B.", "1.2"), "" where it is none."""
    words = text.strip().rstrip(".)/:").strip()
    if re.fullmatch(r"[IVXLC]{1,7}|[A-HĐK-PS-UY]|[a-hđ]|\d{1,3}(?:\.\d{1,3}){0,3}", words):
        return _style_of(words)
    return ""


def read_heading(text: str, *, label: str = "", in_row: bool = False) -> Heading:
    """A heading from its words; `label` where the number stands in a cell of its own, `in_row` where it spans a table."""
    text = " ".join(text.split())
    if label:
        number = label.strip().rstrip(".)/:").strip()
        style, rest = label_style(label), text
        shown = f"{number}. {text}"
    else:
        style, number, rest = _label_of(text)
        shown = text
    is_process = announces_process(rest)
    actions, level = actions_in(rest), level_in(rest)
    field = field_in(rest)
    bare = _COUNT_NOTE.sub("", rest).strip()
    says_something = field or actions or level or is_process or announces_list(rest)
    if not says_something and (style or in_row) and style not in _WIDE and len(bare) <= 100:
        # "I. ĐẤT ĐAI": nothing but a name.
        field = tidy_field(bare)
    if not style:
        style = "field" if field and not actions else "action" if actions else "level" if level else "title"
        of_whole_list = re.match(r"danh muc", plain(rest)) or (field and actions)
        if REFERENCE.search(rest) or (of_whole_list and not in_row):
            style = "title"
    if style == "title" and level == COMMON and not says_common(rest):
        # "… CỦA SỞ TƯ PHÁP, UBND CẤP XÃ" over a whole list: each line is of one of them.
        level = ""
    return Heading(
        text=" ".join(REFERENCE.sub(" ", shown).split()),
        style=style,
        number=number,
        actions=actions,
        level=level,
        field=field,
        count=count_in_heading(rest),
        is_process=is_process,
        is_list=names_list(rest),
    )


def has_heading_words(text: str) -> bool:
    """Begins as headings of lists do, not as names of procedures."""
    words = plain(_label_of(text)[2])
    return bool(
        _HEADING_WORDS.match(words)
        or _ACTION_ALONE.fullmatch(words)
        or (CLAIMED.search(text[-40:]) and text.isupper())
    )


def is_heading_paragraph(text: str) -> bool:
    """A paragraph outside tables that is a heading: labelled or in capitals, and about a list or a process."""
    if len(text) > MAX_HEADING:
        return False
    style, _number, rest = _label_of(text)
    words = plain(rest)
    if style in ("phan", "phu luc"):
        return True
    about = bool(
        _HEADING_WORDS.match(words)
        or _ACTION_ALONE.fullmatch(words)
        or announces_process(rest)
        or announces_list(rest)
        or (field_in(rest) and words.startswith("linh vuc"))
    )
    if not about:
        # "I. ĐẤT ĐAI" between two tables.
        return bool(style) and not style.startswith("number") and rest.isupper() and len(rest) <= 100
    capitals = rest[:12].isupper()
    return (
        capitals
        or (bool(style) and len(text) <= 300)
        or (bool(_HEADING_WORDS.match(words)) and len(text) <= 200 and text[-1] not in ".;,")
    )


@dataclass(slots=True)
class Outline:
    """The headings that stand open, outermost first."""

    open: list[Heading] = field(default_factory=list)
    used: bool = False
    """Has a line come since the last heading?"""

    def put(self, heading: Heading) -> Heading:
        """Opens a heading; answers it with its style settled."""
        if self.in_process and (heading.is_list or heading.actions == {"abolished"}):
            # Processes are over: what is abolished has none.
            self._leave_process()
        if heading.style == "letter or roman":
            heading = replace(heading, style=self._letter_or_roman(heading.number))
        if (
            heading.style == "title"
            and heading.actions
            and any(other.style == "action" for other in self.open)
        ):
            # "DANH MỤC … BỊ BÃI BỎ" beside "TTHC MỚI BAN HÀNH": the next of its kind.
            heading = replace(heading, style="action")
        # A title right below another heading ("A. CẤP TỈNH", "DANH MỤC …") stands under it.
        if heading.style in _WIDE and (self.used or heading.style != "title"):
            self._open_wide(heading.style)
        elif (place := self._replaced(heading)) is not None:
            del self.open[place:]
        self.open.append(heading)
        self.used = False
        return heading

    def put_sheet(self, name: str) -> None:
        """A worksheet begins: nothing of the one before holds."""
        self.open.clear()
        if name:
            self.open.append(replace(read_heading(name), style=SHEET))

    def _replaced(self, heading: Heading) -> int | None:
        """The open heading in whose place this one comes; None where it goes below all: "I. Lĩnh vực …" in "I. Danh mục …"."""
        alike = [place for place, other in enumerate(self.open) if other.style == heading.style]
        if heading.style == "action" and not alike and self.used:
            # "TTHC BỊ BÃI BỎ" after the lists below "DANH MỤC … MỚI BAN HÀNH": right below that title, where one is open.
            return next(
                (place + 1 for place, o in enumerate(self.open) if o.style == "title" and o.actions), None
            )
        same_kind = [place for place in alike if self.open[place].kind == heading.kind]
        follows = [place for place in same_kind or alike if heading.order == self.open[place].order + 1]
        if follows:
            return follows[-1]
        if same_kind:
            return same_kind[-1]
        return None if not alike or heading.order <= 1 else alike[-1]

    def _leave_process(self) -> None:
        for place, other in enumerate(self.open):
            if other.is_process:
                del self.open[place:]
                return

    def _open_wide(self, style: str) -> None:
        """An annex, part or title takes the place of the last of its kind, else closes all that is none of these.

        Which of the three stands above which, the order in which they are met tells.
        """
        same = next((place for place, other in enumerate(self.open) if other.style == style), None)
        first_narrow = next(
            (place for place, other in enumerate(self.open) if other.style not in _WIDE), len(self.open)
        )
        del self.open[first_narrow if same is None else same :]

    def _letter_or_roman(self, number: str) -> str:
        for style in ("letter", "roman"):
            last = next((h.number for h in reversed(self.open) if h.style == style), "")
            if style == "letter" and last and len(last) == 1 and ord(number) - ord(last) == 1:
                return "letter"
        roman_before = {"V": "IV", "X": "IX", "L": "XLIX", "C": "XCIX", "I": ""}
        if number in roman_before:
            before = next((h.number for h in reversed(self.open) if h.style == "roman"), None)
            if number == "I" or before == roman_before[number]:
                return "roman"
        return "roman" if number in "IVX" else "letter"

    @property
    def path(self) -> str:
        return " › ".join(heading.text for heading in self.open)

    @property
    def actions(self) -> frozenset[str]:
        return next((heading.actions for heading in reversed(self.open) if heading.actions), frozenset())

    @property
    def level(self) -> str:
        return next((heading.level for heading in reversed(self.open) if heading.level), "")

    @property
    def field(self) -> str:
        return next((heading.field for heading in reversed(self.open) if heading.field), "")

    @property
    def in_process(self) -> bool:
        return any(heading.is_process for heading in self.open)
