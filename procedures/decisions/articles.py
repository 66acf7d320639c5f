"""The articles of a decision: where they stand, and when the decision takes effect. Pure: no Django."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from procedures.decisions.header import date_in
from procedures.decisions.proposal import UnreadableDecision

_ARTICLE = re.compile(
    r"(?:(?<=^)|(?<=\n)|(?<=[.;:/])\s*|(?<=[.;:/]\s))Điều\s+(?P<number>\d{1,2})\s*[.:]\s*", re.IGNORECASE
)
_RECIPIENTS = re.compile(r"^\s*nơi\s+nhận\s*:?", re.IGNORECASE)
_EFFECT = re.compile(r"có hiệu lực(?: thi hành)?\s*(?P<rest>[^.;]{0,120})", re.IGNORECASE)

MAX_BODY = 80_000
"""Characters of a decision without its annexes; a long real one has some 10,000."""
_TOO_LONG = (
    "Phần điều khoản của tệp dài bất thường so với một quyết định công bố."
    " Hãy kiểm tra lại tệp, chỉ giữ quyết định và danh mục, rồi tải lên lại."
)


@dataclass(frozen=True, slots=True)
class Article:
    number: str
    text: str
    """Paragraphs as lines."""

    @property
    def label(self) -> str:
        return f"Điều {self.number}"


@dataclass(frozen=True, slots=True)
class Body:
    """The texts before, in and after the articles, and how many blocks of the file they take."""

    before: tuple[str, ...]
    articles: tuple[Article, ...]
    after: tuple[str, ...]


def article_starts(text: str, expected: int) -> list[tuple[int, int, int]]:
    """Where articles begin in a paragraph: (number, start, end of the label), each the one after the last."""
    found = []
    for match in _ARTICLE.finditer(text):
        if int(match["number"]) in (expected, expected + 1):
            # A number left out is forgiven once; a reference back ("quy định tại Điều 1.") is no beginning.
            found.append((int(match["number"]), match.start(), match.end()))
            expected = int(match["number"]) + 1
    return found


def is_recipients(text: str) -> bool:
    return bool(_RECIPIENTS.match(text))


def read_body(texts: Sequence[str]) -> Body:
    """Cuts the words of the decision itself (without annexes) at its articles and at "Nơi nhận".

    Raises UnreadableDecision where they are longer than any decision's.
    """
    if sum(map(len, texts)) > MAX_BODY:
        raise UnreadableDecision(_TOO_LONG)
    before: list[str] = []
    articles: list[tuple[int, list[str]]] = []
    after: list[str] = []
    expected = 1
    for text in texts:
        if after or (articles and _ends(text)):
            after.append(text)
            continue
        starts = article_starts(text, expected)
        head = text[: starts[0][1]] if starts else text
        if head.strip():
            (articles[-1][1] if articles else before).append(head.strip())
        for place, (number, _start, end) in enumerate(starts):
            until = starts[place + 1][1] if place + 1 < len(starts) else len(text)
            articles.append((number, [text[end:until].strip()]))
            expected = number + 1
    return Body(
        tuple(before),
        tuple(Article(str(number), "\n".join(lines)) for number, lines in articles),
        tuple(after),
    )


def _ends(text: str) -> bool:
    """To whom it goes, or the signature: the articles are over."""
    return is_recipients(text) or bool(re.match(r"\s*(?:KT|TM|TL|TUQ|Q)\.\s", text))


def effective_on(articles: Sequence[Article], signed_on: date | None) -> date | None:
    """The day that the decision names, the day of signing where it says so, None where it says neither."""
    for article in articles:
        for match in _EFFECT.finditer(article.text):
            before = article.text[: match.start()]
            if not re.search(r"quyết định này\s*$", before, re.IGNORECASE):
                continue
            if found := date_in(match["rest"]):
                return found
            if re.search(
                r"ngày\s+(?:ký|ban hành|công bố)|kể từ (?:khi|thời điểm) ký", match["rest"], re.IGNORECASE
            ):
                return signed_on
    return None
