"""What the articles order, of whom and within how many days; and whether it is public listing. Pure: no Django."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from procedures.decisions.articles import Article
from procedures.decisions.proposal import ProposedTask
from procedures.text.measures import spelled_number

_ASSIGNS = re.compile(
    r"(?:^|[.;:\n]\s*)(?:\d{1,2}[.)]\s*|[a-zđ][.)]\s*|[-+•]\s*)?(?P<giao>Giao\s+(?:cho\s+)?)", re.IGNORECASE
)
_ITEM = re.compile(
    r"(?:^|\n)\s*(?:\d{1,2}(?:\.\d{1,2})?[.)]|[a-zđ][.)]|[-+•–])\s*|(?<=[;:.])\s+(?=\d{1,2}\.\s+[A-ZĐ])\d{1,2}\.\s*|(?<=[;:])\s+[a-đ]\)\s*"
)
_WHO_END = re.compile(
    r"\s*(?:[:;]|,?\s*(?<!\w)(?:chủ trì|phối hợp|căn cứ|có trách nhiệm|chịu trách nhiệm|trong (?:thời hạn|thời gian|vòng)|trong\s+\d|thực hiện|tổ chức|niêm yết|công khai|cập nhật|xây dựng|triển khai|rà soát|chỉ đạo|thông báo|tham mưu|đăng tải|chậm nhất|theo dõi|hướng dẫn|kịp thời|hoàn thành|để)(?!\w))",
    re.IGNORECASE,
)
_DAYS = re.compile(
    r"(?:trong\s+(?:thời hạn|thời gian|vòng)?|chậm nhất(?: là)?(?: sau)?|không quá|tối đa|thời hạn|sau)\s*(?:là\s+)?(?:không quá\s+|chậm nhất\s+|tối đa\s+)?"
    r"(?:(?P<figures>\d{1,3})\s*(?:\([^()\d]{2,30}\)\s*)?|(?P<words>\w+(?:\s\w+)?)\s+(?:\(\s*(?P<inside>\d{1,3})\s*\)\s*)?)(?P<unit>ngày(?:\s+làm việc)?)(?!\s*\d)",
    re.IGNORECASE,
)
_UNIT_STARTS = re.compile(
    r"(?:các\s+)?(?:sở|ban|văn phòng|ubnd|ủy ban|uỷ ban|trung tâm|thủ trưởng|giám đốc|chủ tịch|chánh|công an|thanh tra|cơ quan|đơn vị)(?!\w)",
    re.IGNORECASE,
)
_LISTING = re.compile(
    r"niêm\s+yết|công khai[^;.]{0,80}?(?<!\w)(?:tại|ở)\s+(?:trụ sở|nơi tiếp nhận|nơi giải quyết|bộ phận|trung tâm phục vụ|các đơn vị|đơn vị)",
    re.IGNORECASE,
)
_GENERAL = re.compile(r"chịu trách nhiệm thi hành|thi hành quyết định này", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TaskFound:
    task: ProposedTask
    calendar_days: bool
    """The article says "ngày", not "ngày làm việc": a person is told."""


def read_tasks(articles: Sequence[Article]) -> list[TaskFound]:
    return [found for article in articles for found in _of_article(article)]


def _of_article(article: Article) -> Iterator[TaskFound]:
    text = article.text
    if not (_ASSIGNS.search(text) or _LISTING.search(text)):
        return
    lead = ""
    for piece in _pieces(text):
        assigned = _ASSIGNS.match(piece)
        words = piece[assigned.end() :].strip() if assigned else piece.strip()
        if not words or (_GENERAL.search(words) and not _DAYS.search(words)):
            continue
        if assigned and re.fullmatch(r"[^:]*:\s*", words):
            # "Giao Sở Tư pháp:" and the tasks below.
            lead = _who(words)
            continue
        named = bool(assigned) or bool(_UNIT_STARTS.match(words))
        who = _who(words) if named else lead
        if not who and not _DAYS.search(words) and not _LISTING.search(words):
            continue
        if assigned:
            lead = who
        what = words[_who_end(words) :].strip(" ,:;") if named else words
        for part in _by_deadline(what):
            days, calendar = _days(part)
            yield TaskFound(
                ProposedTask(
                    article=article.label,
                    who=who,
                    what=" ".join(part.split()).rstrip(" ;.,/"),
                    days=days,
                    orders_listing=bool(_LISTING.search(part)),
                    sentence=" ".join(piece.split()),
                ),
                calendar,
            )


def _pieces(text: str) -> list[str]:
    """The items of an article: numbered, lettered or dashed ones, and each "Giao …" of its own."""
    cuts = [(match.start(), match.end()) for match in _ITEM.finditer(text)]
    cuts += [
        (match.end() - len(match["giao"]), match.end() - len(match["giao"]))
        for match in _ASSIGNS.finditer(text)
    ]
    pieces, start = [], 0
    for until, following in sorted(cuts):
        if until >= start:
            pieces.append(text[start:until].strip())
            start = following
    pieces.append(text[start:].strip())
    return [piece for piece in pieces if piece]


def _who_end(words: str) -> int:
    match = _WHO_END.search(words)
    return match.start() if match else 0


def _who(words: str) -> str:
    return " ".join(words[: _who_end(words)].split()).strip(" ,:;.")


def _by_deadline(what: str) -> list[str]:
    """One task a deadline: cut at the semicolons before the second and later ones."""
    if len(_DAYS.findall(what)) < 2:
        return [what]
    tasks: list[str] = []
    for clause in re.split(r";\s*", what):
        if tasks and not (_DAYS.search(clause) and _DAYS.search(tasks[-1])):
            tasks[-1] = f"{tasks[-1]}; {clause}"
        else:
            tasks.append(clause)
    return tasks


def _days(text: str) -> tuple[int | None, bool]:
    match = _DAYS.search(text)
    if not match:
        return None, False
    figures = match["figures"] or match["inside"]
    days = int(figures) if figures else spelled_number(match["words"] or "")
    return days, days is not None and "làm việc" not in match["unit"].lower()
