"""The steps of a procedure, out of one running text. Pure: no Django.

No word of the source is lost: its own numbering ("Bước 1:", "a)", "1.") goes only where the steps' order says
the same. A text without any order of its own is one step; cases ("Trường hợp …") side by side are no sequence
and stay together.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from procedures.record import Step
from procedures.sources.reading import says_nothing
from procedures.text.letters import CAPITAL
from procedures.text.light_markdown import inline_html
from procedures.text.sanitising import clean_text, markdown_to_html, visible_markdown

WHOLE = "Trình tự thực hiện"
"""Title of the only step of a text that names none."""
LONGEST_HEADING = 160

_LETTERS = "abcdđeghiklmnopq"
_OUTER_ITEM = re.compile(r"(\d{1,3})\.[ \t]+(?=\S)(.*)")
_BOLD_LINE = re.compile(r"\*\*(.+?)\*\*([ \t]*[:.]?)[ \t]*(.*)")
_STEP = re.compile(
    r"(?P<lead>(?:[-–+*•]+|[a-zđ]\)|\d{1,2}(?:\.\d{1,2})*[.)]|\*\*|_)?[ \t]*(?:\*\*)?)[ \t]*"
    r"(?P<label>bước[ \t]+(?P<number>\d{1,2}|[IVX]{1,4})(?P<sub>[a-eđ]?))(?![\w,])(?:[ \t]*\*\*)?[ \t]*(?P<mark>[:.)/–-]*)(?:[ \t]*\*\*)?[ \t]*(?P<rest>.*)",
    re.IGNORECASE,
)
# "Bước 2 của quy trình …" at a line's start is talk about a step, no heading.
_ABOUT = re.compile(r"(?:của|nêu trên|trên đây|và bước|đến bước)\b", re.IGNORECASE)
_LETTER = re.compile(r"(?:\*\*)?(?P<letter>[a-zđ])\)[ \t]*(?P<rest>\S.*)")
_NUMBER = re.compile(r"(?:\*\*)?(?P<number>\d{1,2})[.)][ \t]+(?P<rest>\S.*)")
_DASH = re.compile(r"[-–][ \t]*(?=[^\s\d-])(?P<rest>.*)")
_CASE = re.compile(r"[-–+*•\s]*(?:\*\*)?\s*(?:trường hợp|đối với|nếu|lưu ý|ghi chú|hồ sơ)\b", re.IGNORECASE)
# "… theo quy định. b) Bước 2: …": steps that the source ran into one line.
_INLINE_STEP = re.compile(r"(?<=\w\w[.;:])[ \t]+(?=(?:[-+*–][ \t]*|[a-zđ]\)[ \t]*)?Bước \d{1,2}[ \t]*[:.])")
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10}


@dataclass(slots=True)
class _Part:
    """A step while it is being read: its own number as the source wrote it, its heading line, its other lines."""

    label: str
    number: int | None
    head: str
    lines: list[str] = field(default_factory=list)


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.split("\n")]


def _dedented(lines: Sequence[str]) -> list[str]:
    return [line.strip() for line in lines]


def _outer_items(lines: Sequence[str]) -> list[list[str]]:
    """The items of a list that spans the whole text: "1. …" at the margin, all else indented. [] where there is none."""
    items: list[list[str]] = []
    for line in lines:
        match = _OUTER_ITEM.fullmatch(line)
        if match and int(match[1]) == len(items) + 1:
            items.append([match[2]])
        elif not line or line[:2] == "  ":
            if not items:
                return []
            items[-1].append(line.strip())
        else:
            return []
    return items


def _step_marks(lines: Sequence[str]) -> list[tuple[int, re.Match[str]]]:
    return [
        (place, match)
        for place, line in enumerate(lines)
        if (match := _STEP.fullmatch(line)) and (match["mark"] or not _ABOUT.match(match["rest"]))
    ]


def _by_step_words(lines: Sequence[str]) -> list[_Part]:
    """Parts at "Bước n"; what stands before the first, or heads a new row of them, is a part of its own."""
    marks = _step_marks(lines)
    if not marks:
        return []
    by_place = dict(marks)
    parts: list[_Part] = []
    before = [line for line in lines[: marks[0][0]] if line]
    if before:
        parts.append(_Part("", None, before[0], before[1:]))
    for (place, match), end in zip(marks, [*(place for place, _ in marks[1:]), len(lines)], strict=True):
        number = _own_number(match)
        body = [line for line in lines[place + 1 : end] if line]
        parts.append(_Part(match["label"], number, match["rest"], body))
        restarts = end in by_place and _own_number(by_place[end]) <= number
        if (
            restarts
            and body
            and (len(body[-1]) <= LONGEST_HEADING and (body[-1].endswith(":") or _CASE.match(body[-1])))
        ):
            parts.append(_Part("", None, body.pop()))
    return parts


def _own_number(match: re.Match[str]) -> int:
    """The step's number; a sub-step ("Bước 3a") has none of its own and never fits an order."""
    number = _ROMAN.get(match["number"].upper()) or int(match["number"])
    return number if not match["sub"] else -number


def _in_sequence(lines: Sequence[str], pattern: re.Pattern[str], order: Sequence[str]) -> list[_Part]:
    """Parts at "a)", "b)" … or "1.", "2." …, if they begin the text, follow each other and are at least two."""
    parts: list[_Part] = []
    for line in lines:
        match = pattern.fullmatch(line) if len(parts) < len(order) else None
        if match and match[1] == order[len(parts)]:
            parts.append(
                _Part(
                    match[1],
                    len(parts) + 1,
                    match["rest"].replace("**", "", 1) if line.startswith("**") else match["rest"],
                )
            )
        elif not parts:
            return []
        elif line:
            parts[-1].lines.append(line)
    return parts if len(parts) > 1 else []


def _by_dashes(lines: Sequence[str]) -> list[_Part]:
    """Parts at "-", if the text begins with one; a line of another kind belongs to the dash above it."""
    parts: list[_Part] = []
    for line in lines:
        if match := _DASH.fullmatch(line):
            parts.append(_Part("", None, match["rest"]))
        elif not parts:
            return []
        elif line:
            parts[-1].lines.append(line)
    return parts if len(parts) > 1 else []


_NUMBERS = tuple(str(number) for number in range(1, 60))


def _parts(lines: Sequence[str]) -> list[_Part]:
    for parts in (
        _by_step_words(lines),
        _in_sequence(lines, _LETTER, _LETTERS),
        _in_sequence(lines, _NUMBER, _NUMBERS),
        _by_dashes(lines),
    ):
        # Cases side by side are no sequence.
        if parts and not (
            not any("ước" in part.label for part in parts) and all(_CASE.match(part.head) for part in parts)
        ):
            return parts
    return []


# --------------------------------------------------------------------------------------------------- headings

_HEAD_AND_LIST = re.compile(r"(?P<head>[^:.;]{3,110}):[ \t]+(?P<rest>[-+*•][ \t]*\S.*)")
_SENTENCE = re.compile(rf"(?P<head>[^.:\n]{{8,160}}[.:])[ \t]+(?P<rest>[{CAPITAL}+*\-“\"(].*)", re.DOTALL)


def _plain(text: str) -> str:
    return html.unescape(re.sub(r"<[^<>]*>", "", inline_html(text)))


def _title_and_text(part: _Part) -> tuple[str, list[str]]:
    """A heading if the part has one, and the lines that are its text."""
    head, rest = part.head.strip(), [line for line in part.lines if line]
    if bold := _BOLD_LINE.fullmatch(head):
        if bold[3]:
            return (bold[1] + bold[2]).strip(), [bold[3], *rest]
        head = bold[1] + bold[2].strip()
    if match := _HEAD_AND_LIST.fullmatch(head):
        return match["head"], [match["rest"], *rest]
    if head and len(head) <= LONGEST_HEADING:
        return head, rest
    if match := _SENTENCE.fullmatch(head):
        return match["head"], [match["rest"], *rest]
    return "", [head, *rest] if head else rest


# ------------------------------------------------------------------------------------------------------ actor

_OFFICE_NAMES = (
    r"cơ quan|cán bộ|công chức|viên chức|bộ phận|ủy ban|uỷ ban|ubnd|chủ tịch|sở|cục|chi cục|tổng cục|bộ (?=[A-ZĐ])|vụ|phòng|công an|"
    r"trung tâm (?:phục vụ )?hành chính công|hội đồng|văn phòng đăng ký|chi nhánh văn phòng|hải quan|kho bạc|ngân hàng nhà nước|thuế|"
    r"cảng vụ|người (?:tiếp nhận|có thẩm quyền|thực hiện chứng thực)|thủ tướng|chính phủ|giám đốc|lãnh đạo|tòa án"
)
_APPLICANT_NAMES = (
    r"(?:các )?tổ chức|(?:các )?cá nhân|công dân|người|doanh nghiệp|chủ đầu tư|nhà đầu tư|hộ gia đình|hộ kinh doanh|thương nhân|hợp tác xã|"
    r"cơ sở|chủ (?!tịch)\w+|khách hàng|đơn vị|nhà thầu|công ty|cha|mẹ|đương sự"
)
_DOES_APPLY = re.compile(
    r"\b(?:nộp|gửi|chuẩn bị|lập|hoàn thiện|điền|kê khai|khai|nhận kết quả|nhận lại|đến nhận|bổ sung|xuất trình|làm thủ tục|truy cập|đăng nhập"
    r"|có nhu cầu|có yêu cầu|đề nghị|thanh toán)\b",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"[\s\W]*(?:(?:kể từ|tính từ|từ khi|từ ngày|trong (?:thời hạn|thời gian|vòng)|chậm nhất|không quá|sau khi|khi|tối đa|ngay sau khi|căn cứ)\b[^,]{0,200},\s*){0,3}",
    re.IGNORECASE,
)
_IS_OFFICE = re.compile(rf"(?:{_OFFICE_NAMES})\b", re.IGNORECASE)
_IS_APPLICANT = re.compile(rf"(?:{_APPLICANT_NAMES})\b", re.IGNORECASE)
_APPLICANT_HEADING = re.compile(
    r"(?:chuẩn bị|lập|nộp|gửi|hoàn thiện|nhận kết quả)\b(?!.*\b(?:tiếp nhận|giải quyết|trả kết quả|thẩm định)\b)",
    re.IGNORECASE,
)
_OFFICE_HEADING = re.compile(
    r"(?:tiếp nhận|thẩm định|kiểm tra|xem xét|giải quyết|xử lý|trả kết quả|phê duyệt|thẩm tra|xác minh|cấp|ban hành|quyết định|thông báo)\b(?!.*\bnộp\b)",
    re.IGNORECASE,
)


_HANDS_IN = re.compile(
    r"\b(?:nộp|chuẩn bị|hoàn thiện|gửi|lập)\s+(?:\d+\s+)?(?:\([^()]*\)\s*)?(?:bộ\s+)?hồ sơ\b", re.IGNORECASE
)
_ANY_BODY = re.compile(r"(?:các )?cơ quan,\s+(?:đơn vị|tổ chức|doanh nghiệp|cá nhân)", re.IGNORECASE)


def actor_of(title: str, text: str) -> str:
    """ "applicant" or "office" where the words at the beginning say so clearly, else ""."""
    if _APPLICANT_HEADING.match(title):
        return "applicant"
    if _OFFICE_HEADING.match(title):
        return "office"
    for words in (title, text):
        opening = words[:400]
        opening = opening[_LEADING.match(opening).end() :]  # type: ignore[union-attr]  # matches the empty string
        sentence = re.split(r"[.;\n]", opening, maxsplit=1)[0]
        # "người tiếp nhận" is an office although a person; "cơ quan, tổ chức nộp hồ sơ" is no office although
        # a body.
        if _IS_OFFICE.match(opening):
            if _HANDS_IN.search(sentence):
                return "applicant" if _ANY_BODY.match(opening) else ""
            return "office"
        if _IS_APPLICANT.match(opening):
            return "applicant" if _DOES_APPLY.search(sentence) else ""
    return ""


# ---------------------------------------------------------------------------------------------------- reading


def _labelled(parts: Sequence[_Part]) -> Iterable[tuple[str, _Part]]:
    """Each part with the label it must keep: none where the steps' order already says it."""
    ordered = [part.number for part in parts] == list(range(1, len(parts) + 1))
    for part in parts:
        yield ("" if ordered or not part.label else part.label), part


def _step(place: int, label: str, part: _Part, *, sole: bool) -> Step:
    title, lines = _title_and_text(part)
    title = clean_text(_plain(title)).rstrip(" :;")
    title = title[:1].upper() + title[1:]
    text_html = markdown_to_html("\n".join(lines))
    generated = WHOLE if sole else f"Bước {place}"
    if label:
        shown = label if "ước" in label.lower() else f"{label})"
        title = f"{shown[:1].upper() if 'ước' in label.lower() else shown[:1]}{shown[1:]}" + (
            f": {title}" if title else ""
        )
    elif not title:
        title = generated
    bare = "" if title in (generated, label) else title.partition(": ")[2] or title
    return Step(
        title=title, text_html=text_html, actor=actor_of(bare, _plain(lines[0][:400]) if lines else "")
    )


def read_steps(text: str | None) -> tuple[Step, ...]:
    """Steps of the source's text, each with a title; none where the source says nothing."""
    if says_nothing(text):
        return ()
    text = visible_markdown(text or "")
    if any(f"{mark} Bước" in text for mark in ".;:)-+*–"):
        text = _INLINE_STEP.sub("\n", text)
    lines = _lines(text)
    outer = _outer_items(lines)
    if len(outer) > 1:
        parts = [_outer_part(number, item) for number, item in enumerate(outer, start=1)]
    else:
        flat = _dedented(outer[0] if outer else lines)
        parts = _parts(flat) or [_whole(flat)]
    sole = len(parts) == 1
    return tuple(
        _step(place, label, part, sole=sole) for place, (label, part) in enumerate(_labelled(parts), start=1)
    )


def _whole(lines: Sequence[str]) -> _Part:
    return _Part("", 1, "", [line for line in lines if line])


def _outer_part(number: int, item: Sequence[str]) -> _Part:
    """One item of the outer list; its own "Bước n" or letter is its label."""
    head = re.sub(r"^\*\*\s*", "**", item[0].strip())
    bold = head.startswith("**")
    inner = head.removeprefix("**") if bold else head
    if match := _STEP.fullmatch(inner):
        own = _own_number(match)
        # The stars of "**Bước 1:** …" are gone with the label; those of "**Bước 1: …**" still close.
        rest = f"**{match['rest']}" if bold and match["rest"].count("**") % 2 else match["rest"]
        return _Part(match["label"] if own != number else "", number, rest, list(item[1:]))
    if (
        (match := _LETTER.fullmatch(inner))
        and number <= len(_LETTERS)
        and match["letter"] == _LETTERS[number - 1]
    ):
        return _Part("", number, f"**{match['rest']}" if bold else match["rest"], list(item[1:]))
    if match := _DASH.fullmatch(inner):
        return _Part("", number, f"**{match['rest']}" if bold else match["rest"], list(item[1:]))
    return _Part("", number, head, list(item[1:]))
