"""How many procedures the articles say there are, to be compared with the rows read. Pure: no Django."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from procedures.decisions.articles import Article
from procedures.decisions.header import NUMBER
from procedures.decisions.proposal import CountClaim, ProposedLine
from procedures.decisions.wording import actions_in
from procedures.text.measures import spelled_number

_WORD = r"(?:một|hai|ba|bốn|tư|năm|sáu|bảy|bẩy|tám|chín|mười|mươi|mốt|lăm|nhăm)"
_NOUN = r"(?:TTHC|thủ tục hành chính|thủ tục)"
_NOUN_NOTE = r"(?:\s*\((?:sau đây[^)]*|TTHC)\))?"
_STATED = re.compile(
    rf"(?<![\d/.,\w-])(?<!điều )(?<!khoản )(?<!điểm )(?<!số )(?:(?P<figures>\d{{1,4}})\s*(?:\(\s*{_WORD}(?:\s+{_WORD})*\s*\)\s*)?|(?P<words>{_WORD}(?:\s+{_WORD}){{0,3}})\s*(?:\(\s*(?P<inside>\d{{1,4}})\s*\)\s*)?)"
    rf"(?:danh mục\s+)?(?:(?P<noun>{_NOUN}){_NOUN_NOTE}(?!\w)|(?=(?:được |bị )?(?:mới ban hành|sửa đổi|bãi bỏ|thay thế|ban hành mới)))",
    re.IGNORECASE,
)
# "TTHC mới ban hành: 02", "Danh mục TTHC được sửa đổi (03 TTHC)": the number after its words.
_AFTER = re.compile(
    rf"(?P<what>{_NOUN}\s+(?:được\s+|bị\s+)?(?:mới ban hành|ban hành mới|sửa đổi(?:,? bổ sung)?|bãi bỏ|thay thế))\s*(?:\(\s*|:\s*)(?:gồm\s+)?(?P<figures>\d{{1,4}})\s*(?:{_NOUN})?",
    re.IGNORECASE,
)
_ANNOUNCES = re.compile(r"(?<!được )(?<!đã )\b(?:công bố|ban hành kèm theo|phê duyệt)", re.IGNORECASE)
_REPEALS = re.compile(
    r"(?:^|[;.]\s*|,\s+|và\s+)(?:đồng thời\s+)?(?:bãi bỏ|thay thế|hủy bỏ|huỷ bỏ)\s", re.IGNORECASE
)
_CLAUSE_END = re.compile(r"[;.\n]|\s(?:trong đó|cụ thể)(?=\W)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stated:
    actions: frozenset[str]
    number: int
    sentence: str


def stated_counts(articles: Sequence[Article]) -> list[Stated]:
    """What the articles that announce say, each number once: by action, or in all."""
    found: list[Stated] = []
    for article in articles:
        text = article.text
        if not _ANNOUNCES.search(text):
            continue
        if repeal := _REPEALS.search(text):
            # "…; bãi bỏ 05 TTHC tại Quyết định số …" counts rows of another decision.
            tail = text[repeal.start() :]
            if NUMBER.search(tail):
                text = text[: repeal.start()]
        found.extend(_in_text(text))
    return _summed(found)


def _in_text(text: str) -> list[Stated]:
    spans: list[tuple[int, int, Stated]] = []
    for match in _AFTER.finditer(text):
        actions = actions_in(match["what"])
        spans.append(
            (
                match.start(),
                match.end(),
                Stated(actions, int(match["figures"]), _sentence(text, match.start())),
            )
        )
    numbers = [
        match
        for match in _STATED.finditer(text)
        if not any(start <= match.start() < end for start, end, _ in spans)
    ]
    for place, match in enumerate(numbers):
        until = numbers[place + 1].start() if place + 1 < len(numbers) else len(text)
        if end := _CLAUSE_END.search(text, match.end(), until):
            until = end.start()
        number = int(match["figures"] or match["inside"] or spelled_number(match["words"]) or 0)
        actions = actions_in(text[match.start() : until])
        spans.append((match.start(), until, Stated(actions, number, _sentence(text, match.start()))))
    return [stated for _, _, stated in sorted(spans, key=lambda span: span[0]) if stated.number]


def _sentence(text: str, place: int) -> str:
    start = max(text.rfind(mark, 0, place) for mark in (". ", "\n", "; ")) + 1
    end = min(
        (found for mark in (". ", "\n", ";") if (found := text.find(mark, place)) >= 0), default=len(text)
    )
    return " ".join(text[start:end].split())[:400]


def _summed(found: Iterable[Stated]) -> list[Stated]:
    """Same action named twice ("05 mới cấp tỉnh, 02 mới cấp xã") adds up; a number without action is the whole.

    A whole that only breaks down by level what was said by action ("trong đó 08 TTHC cấp tỉnh") says nothing new.
    """
    by_action: dict[frozenset[str], list[Stated]] = {}
    for stated in found:
        by_action.setdefault(stated.actions, []).append(stated)
    whole = by_action.pop(frozenset(), [])
    claims = []
    for actions, items in by_action.items():
        unlike = list({(item.number, item.sentence): item for item in items}.values())
        claims.append(Stated(actions, sum(item.number for item in unlike), unlike[0].sentence))
    named = {number for actions in by_action.values() for number in (sum(i.number for i in actions),)}
    if whole and (not claims or whole[0].number == sum(named)):
        claims.insert(0, whole[0])
    return claims


def claims_of(stated: Iterable[Stated], lines: Sequence[ProposedLine]) -> list[CountClaim]:
    """The numbers stated beside those read. Several actions in one number count together, if nothing else is listed."""
    claims = []
    listed = {line.action for line in lines}
    for item in stated:
        if len(item.actions) == 1:
            (action,) = item.actions
        elif item.actions and listed - item.actions - {""}:
            continue
        else:
            action = ""
        claims.append(CountClaim(action, item.number, counted(action, "", lines), item.sentence))
    return claims


def counted(action: str, part: str, lines: Iterable[ProposedLine]) -> int:
    """Lines of an action ("" for any) and of a part ("" for the whole decision)."""
    return sum(
        (not action or line.action == action)
        and (not part or line.part == part or line.part.startswith(f"{part} › "))
        for line in lines
    )
