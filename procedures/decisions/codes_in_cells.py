"""Codes of procedures as decisions hold them: in a cell of their own or inside a name, whole or with a slip. Pure: no Django."""

from __future__ import annotations

import re
from dataclasses import dataclass

from procedures.text.codes import normalise_code

_TAIL = r"(?:\s*\.\s*[0-9]{3}\s*\.\s*[0-9]{2}\s*\.\s*[0-9]{2})?(?:\s*\.\s*[A-Z][0-9]{2,3}(?:\.[0-9]+)*)?"
_WHOLE = re.compile(r"(?<![\d./-])[0-9]\s?\.\s?[0-9]{6}" + _TAIL + r"(?![\d]|[./-]\d)")
# Of the shape of a code, but for a slip: letters among digits, too many, too few, a comma.
_LIKE = re.compile(
    r"(?<![\w./,-])[0-9OIl][.,][0-9OIloQS]{4,9}(?:\.[0-9O]{3}\.[0-9O]{2}\.[0-9O]{2})?(?:\.[A-Z][0-9]{2,3})?(?![\w./-])"
)
_IN_NAME = re.compile(
    r"[(\[]?\s*(?:[-–:;,]\s*)?(?:mã\s*(?:số|hồ sơ|hiệu)?\s*(?:hồ sơ)?\s*(?:TTHC|thủ tục(?: hành chính)?)?\s*[:.]?\s*)?(?P<code>"
    + _WHOLE.pattern
    + r")\s*[)\]]?\s*[-–:]?",
    re.IGNORECASE,
)
_CONFUSED = str.maketrans(
    {"O": "0", "o": "0", "Q": "0", "I": "1", "l": "1", "|": "1", "S": "5", "B": "8", ",": "."}
)
MAX_SUGGESTIONS = 8


@dataclass(frozen=True, slots=True)
class CodeFound:
    """`code` is "" where a person must say it; then `suggestions` are what it may be. `spaced`: read over blanks inside."""

    code: str
    text: str
    suggestions: tuple[str, ...] = ()
    spaced: bool = False


def whole_codes(text: str) -> list[str]:
    """All faultless codes in a text, normalised, each once, in order."""
    found = (normalise_code(match[0]) for match in _WHOLE.finditer(text))
    return list(dict.fromkeys(code for code in found if code))


def code_of_cell(text: str) -> CodeFound:
    """The code of a cell of the code column."""
    text = " ".join(text.split())
    if not text:
        return CodeFound("", "")
    if code := normalise_code(text):
        return CodeFound(code, text, spaced=bool(re.search(r"\d\s+\d", text)))
    found = whole_codes(text)
    if len(found) == 1 and not _more_besides(text):
        return CodeFound(found[0], text)
    return CodeFound("", text, tuple(found) or suggestions_for(text))


def _more_besides(text: str) -> bool:
    """Is there, besides the whole code, something else of its shape?"""
    rest = _WHOLE.sub(" ", text)
    return bool(_LIKE.search(rest) or re.search(r"\d{5,}", rest))


def suggestions_for(text: str) -> tuple[str, ...]:
    """What a code with a slip may stand for, the likeliest first: confused letters, a digit typed twice, a lost zero."""
    words = "".join(text.split()).translate(_CONFUSED)
    if code := normalise_code(words):
        return (code,)
    match = re.search(r"(?<!\d)(\d)[.\-]?(\d{4,9})(?!\d)", words) or re.search(
        r"(?<!\d)(\d)\.(\d{4,9})", words
    )
    if not match:
        return ()
    first, digits = match[1], match[2]
    candidates: list[str] = []
    if len(digits) == 7:
        # One digit too many: a doubled one first, then each in turn.
        places = sorted(range(7), key=lambda place: not (place and digits[place] == digits[place - 1]))
        candidates = [digits[:place] + digits[place + 1 :] for place in places]
    elif len(digits) == 6:
        candidates = [digits]
    elif len(digits) == 5:
        # Excel drops the last zero of a number; people forget one in front.
        candidates = [digits + "0", "0" + digits]
    codes = (f"{first}.{digits}" for digits in candidates)
    return tuple(list(dict.fromkeys(codes))[:MAX_SUGGESTIONS])


def looks_like_code(text: str) -> bool:
    """A whole code or a slip of one: a cell that holds it belongs to a line, never to a heading."""
    return bool(_WHOLE.search(text) or _LIKE.search(text))


def code_in_name(name: str) -> tuple[str, CodeFound]:
    """A name without the code written into it, and the code: "Cấp thẻ (mã số 1.004194)"."""
    matches = list(_IN_NAME.finditer(name))
    codes = list(dict.fromkeys(normalise_code(match["code"]) or "" for match in matches))
    if len(codes) != 1 or not codes[0]:
        return name, CodeFound("", "", tuple(code for code in codes if code))
    rest = name
    for match in reversed(matches):
        rest = f"{rest[: match.start()]} {rest[match.end() :]}"
    return " ".join(rest.split()).strip(" -–:;,"), CodeFound(codes[0], " ".join(matches[0]["code"].split()))
