"""From rows as read to lines as proposed: what each does, to which procedure, at which level. Pure: no Django.

What the words don't settle stays empty, and `questions.py` asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from procedures.decisions.codes_in_cells import CodeFound, code_in_name, code_of_cell
from procedures.decisions.proposal import ProposedLine
from procedures.decisions.tables import RawLine
from procedures.decisions.wording import (
    COMMON,
    DISTRICT,
    action_of_cell,
    level_of_body,
    level_of_place,
    tidy_field,
)
from procedures.text.codes import normalise_code

_NOTE_MARK = re.compile(r"\s*(?:\[\d{1,3}\]|\(\*+\)|\*+)\s*$")
_ARROW = re.compile(r"\s*(?:→|⇒|=>|->|—>)\s*")
_QUOTED = r"[“\"‘«](?P<{0}>[^”\"’»]+)[”\"’»]"
_RENAMED_FROM = re.compile(
    r"(?:đổi|sửa|thay đổi|điều chỉnh|sửa đổi)\s+tên(?:\s+(?:gọi|TTHC|thủ tục(?: hành chính)?))*\s*:?\s*(?:từ\s+)?(?:tên\s+)?"
    + _QUOTED.format("old")
    + r"\s*(?:thành|sang|bằng)\s*(?:tên\s+)?"
    + _QUOTED.format("new"),
    re.IGNORECASE,
)
_OLD_THEN_NEW = re.compile(
    r"tên cũ\s*:\s*(?P<old>.+?)\s*[;.\n]?\s*tên mới\s*:\s*(?P<new>.+)", re.IGNORECASE | re.DOTALL
)
_NEW_THEN_OLD = re.compile(
    r"(?P<new>.+?)\s*[(\[;\n]?\s*(?:tên cũ(?: là)?|trước đây là|tên trước đây(?: là)?|tên gọi cũ)\s*:?\s*[“\"]?(?P<old>[^”\")\]]+)[”\"]?\s*[)\]]?",
    re.IGNORECASE | re.DOTALL,
)


MAX_NAME = 3_000
"""The longest real name has 1,192 characters; what is longer is not searched for names inside it."""


@dataclass(frozen=True, slots=True)
class Fallback:
    """What the title and the first article say of all lines, where no heading says it."""

    actions: frozenset[str] = frozenset()
    level: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class BuiltLine:
    """A line with what could not be settled about it."""

    line: ProposedLine
    code: CodeFound
    unresolved: tuple[str, ...]
    ordinal_shared: bool
    level_guessed: bool
    level_unknown: bool
    actions_named: frozenset[str]


def build_lines(raw: Sequence[RawLine], fallback: Fallback) -> list[BuiltLine]:
    return [_built(position, line, fallback) for position, line in enumerate(raw, start=1)]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _built(position: int, raw: RawLine, fallback: Fallback) -> BuiltLine:
    name, code = _name_and_code(raw)
    name, old_name = _names(name, raw.get("old_name"))
    action, named = _action(raw, fallback, renames=bool(old_name))
    level, guessed, unknown = _level(raw, fallback, action)
    line = ProposedLine(
        position=position,
        part=raw.part,
        ordinal=_one_line(raw.get("ordinal")).rstrip(".)").strip(),
        action=action,
        code=code.code,
        code_text=code.text,
        name=name,
        field=tidy_field(raw.get("field")) or raw.field or fallback.field,
        level=level,
        place=raw.get("place") or raw.get("manner"),
        time=raw.get("time"),
        fee=raw.get("fee"),
        basis=raw.get("basis"),
        note="\n".join(_notes(raw, old_name, action)),
        where=raw.where,
    )
    return BuiltLine(line, code, tuple(raw.unresolved), raw.shared_ordinal, guessed, unknown, named)


def _name_and_code(raw: RawLine) -> tuple[str, CodeFound]:
    name = _one_line(raw.get("name"))
    found = code_of_cell(raw.get("code"))
    if not found.code and normalise_code(name):
        # The two columns changed places (a table that goes on from another page).
        name, found = _one_line(raw.get("code")), code_of_cell(name)
    if not found.code and not found.text:
        name, inside = code_in_name(name)
        found = inside
    return name, found


def _names(name: str, old: str) -> tuple[str, str]:
    """The name that holds from now on, and the one it had, where the row tells both."""
    old = _tidy_name(old)
    if not old:
        for pattern in () if len(name) > MAX_NAME else (_RENAMED_FROM, _OLD_THEN_NEW, _NEW_THEN_OLD):
            if match := pattern.fullmatch(name.strip(" .;")):
                return _tidy_name(match["new"]), _tidy_name(match["old"])
        if len(pieces := _ARROW.split(name)) == 2 and all(pieces):
            return _tidy_name(pieces[1]), _tidy_name(pieces[0])
    return _tidy_name(name) or old, old


def _tidy_name(name: str) -> str:
    name = _one_line(name).strip(" ;,")
    name = _NOTE_MARK.sub("", name).strip()
    if len(name) > 2 and name[0] in '“"' and name[-1] in '”"':
        name = name[1:-1].strip()
    return name.removesuffix(".").rstrip()


def _action(raw: RawLine, fallback: Fallback, *, renames: bool) -> tuple[str, frozenset[str]]:
    """The action and all that were named: a column says it of its row, else the heading, else the title."""
    if own := action_of_cell(raw.get("action")):
        return own, frozenset({own})
    named = raw.actions or fallback.actions
    if len(named) == 1:
        return next(iter(named)), named
    if (own := action_of_cell(raw.get("note"))) and (not named or own in named):
        return own, named
    if renames and (not named or "amended" in named):
        return "amended", named
    return "", named


def _level(raw: RawLine, fallback: Fallback, action: str) -> tuple[str, bool, bool]:
    """Level, whether it is only guessed from the place, and whether nothing tells it."""
    for said in (raw.level, _ticked(raw), level_of_body(raw.get("body")), fallback.level):
        if said == COMMON:
            return "", False, False
        if said == DISTRICT:
            return "", False, True
        if said:
            return said, False, False
    if action == "abolished":
        # It ends wherever it was announced.
        return "", False, False
    guess = level_of_place(raw.get("place") or raw.get("manner"))
    return guess, bool(guess), not guess


def _ticked(raw: RawLine) -> str:
    """The level whose column holds a mark ("Cấp tỉnh: x | Cấp xã: "); both are `COMMON`."""
    ticked = [level for level in ("province", "commune") if raw.get(f"at_{level}").strip(" -–")]
    return COMMON if len(ticked) > 1 else "".join(ticked)


def _notes(raw: RawLine, old_name: str, action: str) -> Iterator[str]:
    if old_name:
        yield f"Tên cũ: {old_name}" if action != "replaced" else f"Thay thế thủ tục: {old_name}"
    if (old_code := _one_line(raw.get("old_code"))) and old_code != _one_line(raw.get("code")):
        yield f"Mã cũ: {old_code}"
    if note := raw.get("note"):
        yield note
    if body := _one_line(raw.get("body")):
        yield f"Cơ quan thực hiện: {body}"
    if raw.get("place") and (manner := raw.get("manner")):
        yield f"Cách thức thực hiện: {manner}"
    for label, text in raw.extras:
        words = _one_line(label)
        yield f"{words}: {text}" if words else text
