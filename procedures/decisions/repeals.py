"""Lists and rows of earlier decisions that the articles repeal or replace. Pure: no Django.

"bãi bỏ Danh mục … tại phần II ban hành kèm theo Quyết định số …", "thay thế … số thứ tự 01, 02 lĩnh vực … tại …": what
stands before a number belongs to it, and to the numbers joined to it until something new is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from procedures.decisions.articles import Article
from procedures.decisions.codes_in_cells import whole_codes
from procedures.decisions.header import NUMBER, date_in, written_number
from procedures.decisions.proposal import ProposedRepeal
from procedures.decisions.wording import field_in

MAX_ROWS = 600
_VERB = re.compile(r"(?<!\w)(?:bãi bỏ|thay thế|hủy bỏ|huỷ bỏ|hết hiệu lực)(?!\w)", re.IGNORECASE)
# "danh mục TTHC bị bãi bỏ" names the decision's own list.
_PASSIVE = re.compile(
    r"(?:được|bị|nội dung|ban hành mới,)\s*(?:sửa đổi,?\s*bổ sung,?\s*)?(?:và\s+|hoặc\s+|,\s*)?$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r";(?!\s*\d{1,3}\s*(?:[,;.]|và|đến|-|–|lĩnh|tại|mục))|\.\s+(?=[A-ZĐ])|\n")
# "… theo Quyết định số … của Bộ" gives the reason; "ban hành kèm theo Quyết định số …" is the list itself.
_ONLY_NAMED = re.compile(
    r"(?:(?<!kèm )theo|căn cứ|thực hiện)\s+(?:các\s+)?(?:quyết định\s*)?(?:số\s*)?:?\s*$", re.IGNORECASE
)
_GOES_ON = re.compile(
    r"\s*(?:[-+•–]\s*)?(?:và\s+)?(?:các\s+)?(?:thủ tục|TTHC|danh mục|nội dung|số thứ tự|phần|phụ lục|mục|điểm|khoản|quyết định số|quy trình)",
    re.IGNORECASE,
)
_ROMAN_OR_LETTER = r"(?:[IVXLC]+(?:\.\d+)*|[A-HĐ](?:\.[IVX\d]+)*|\d{1,2}(?:\.\d{1,2})*)"
_PART = re.compile(
    rf"(?P<word>phụ lục|phần|tiểu mục|mục|khoản|điểm|tiết)\s+(?:số\s+)?(?P<number>{_ROMAN_OR_LETTER})(?![\w/])",
    re.IGNORECASE,
)
_RANK = {"phụ lục": 0, "phần": 1, "mục": 2, "tiểu mục": 3, "khoản": 4, "điểm": 5, "tiết": 6}
_ROW_ITEM = r"(?:từ\s+(?:số\s+)?)?\d{1,3}(?:\s*(?:đến|-|–)\s*(?:số\s+)?\d{1,3})?"
_ROWS = re.compile(
    rf"(?:số thứ tự|số TT|STT|thứ tự(?:\s+số)?|(?:TTHC|thủ tục(?: hành chính)?|dòng)\s+(?:có\s+)?số(?:\s+thứ tự)?)\s*:?\s*"
    rf"(?P<rows>{_ROW_ITEM}(?:\s*(?:,|;|và|,\s*và)\s*(?:(?:số thứ tự|số|STT)\s+)?{_ROW_ITEM})*)(?![\d/]|\.\d)",
    re.IGNORECASE,
)
_RANGE = re.compile(r"(?P<first>\d{1,3})(?:\s*(?:đến|-|–)\s*(?:số\s+)?(?P<last>\d{1,3}))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Named:
    """What a piece of text names of a list."""

    part: str = ""
    field: str = ""
    rows: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.part or self.field or self.rows)


def read_repeals(articles: Sequence[Article], *, own_number: str) -> list[ProposedRepeal]:
    """All repeals of the articles, in order; a reference to the decision itself is none."""
    found: dict[tuple[str, str, str, tuple[str, ...]], ProposedRepeal] = {}
    for article in articles:
        for clause, verb in _clauses(article.text):
            for repeal in _of_clause(article, clause, verb):
                if repeal.number != own_number:
                    found.setdefault((repeal.number, repeal.part, repeal.field, repeal.ordinals), repeal)
    return list(found.values())


def _clauses(text: str) -> Iterator[tuple[str, str]]:
    """Pieces that hold a verb and a decision's number, each with its verb."""
    carried = ""
    for piece in filter(str.strip, _CLAUSE.split(text)):
        numbers = list(NUMBER.finditer(piece))
        verbs = [
            verb
            for verb in _VERB.finditer(piece)
            if not _PASSIVE.search(piece[max(verb.start() - 80, 0) : verb.start()]) or _follows(verb, numbers)
        ]
        if not numbers:
            # "Bãi bỏ các danh mục sau:" and then one decision a line.
            carried = verbs[-1][0] if verbs and piece.rstrip().endswith(":") else ""
            continue
        if active := [verb for verb in verbs if verb.start() < numbers[-1].start()]:
            ends = [*(verb.start() for verb in active[1:]), len(piece)]
            for verb, end in zip(active, ends, strict=True):
                yield piece[verb.start() : end], verb[0]
            carried = active[-1][0]
        elif verbs:
            # "Quyết định số … hết hiệu lực …", "… tại Quyết định số … bị bãi bỏ".
            yield piece[: verbs[0].end()], verbs[0][0]
        elif carried and _GOES_ON.match(piece):
            # "bãi bỏ … tại Quyết định số 1; các thủ tục … tại Quyết định số 2"
            yield piece, carried


def _follows(verb: re.Match[str], numbers: Sequence[re.Match[str]]) -> bool:
    return bool(numbers) and verb.start() > numbers[0].start()


def _of_clause(article: Article, clause: str, verb: str) -> Iterator[ProposedRepeal]:
    numbers = list(NUMBER.finditer(clause))
    sentence = " ".join(clause.split())[:600]
    named = _Named()
    start = 0
    for place, match in enumerate(numbers):
        between = clause[start : match.start()]
        until = numbers[place + 1].start() if place + 1 < len(numbers) else len(clause)
        following = clause[match.end() : until]
        fresh = _named(between)
        if place == 0 or fresh:
            named = fresh
        # "… tại Quyết định số 1 (số thứ tự 3)": what stands in brackets behind belongs to the number too.
        brackets = re.match(r"[^(]{0,80}\((?P<inside>[^)]*)\)", following)
        behind = _named(brackets["inside"]) if brackets and not named.rows else _Named()
        start = match.end() + (brackets.end() if brackets else _date_end(following))
        if _ONLY_NAMED.search(between):
            continue
        yield ProposedRepeal(
            article=article.label,
            number=written_number(match),
            signed=_signed(following),
            part=named.part or behind.part,
            field=named.field or behind.field,
            ordinals=named.rows or behind.rows,
            replaces=verb.lower() == "thay thế",
            sentence=sentence,
        )


def _signed(following: str) -> date | None:
    match = re.match(r"\s*,?\s*(?:ký\s+)?(?:ngày|\()", following, re.IGNORECASE)
    return date_in(following[:60]) if match else None


def _date_end(following: str) -> int:
    match = re.match(r"\s*,?\s*ngày\s*[\d/.\- ]+(?:tháng\s*\d+\s*năm\s*\d+)?", following, re.IGNORECASE)
    return match.end() if match else 0


def _named(text: str) -> _Named:
    parts = sorted(
        ((_RANK[match["word"].lower()], match["number"]) for match in _PART.finditer(text)),
        key=lambda pair: pair[0],
    )
    rows: list[str] = []
    for match in _ROWS.finditer(text):
        rows.extend(_expanded(match["rows"]))
    rows.extend(whole_codes(text))
    return _Named(
        part=" › ".join(number for _, number in parts),
        field=field_in(text),
        rows=tuple(dict.fromkeys(rows)),
    )


def _expanded(words: str) -> Iterator[str]:
    """ "từ 01 đến 03, 7" → 1, 2, 3, 7."""
    for match in _RANGE.finditer(words):
        first, last = int(match["first"]), int(match["last"] or match["first"])
        if first <= last <= first + MAX_ROWS:
            yield from (str(number) for number in range(first, last + 1))
        else:
            yield from (str(first), str(last))
