"""Which lines of announcing decisions stand at the end of a day: a fold over them in the order of their dates. Pure.

A line announces a procedure or ends it. An article may also repeal a list, or rows, of an earlier decision: such rows are
*superseded*. That alone ends nothing, since mostly the same procedures are announced anew: what is not announced again
stays owed and is an open question until a person answers it (with a line that ends it).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from search.text import fold

NEW, AMENDED, REPLACED, ABOLISHED = "new", "amended", "replaced", "abolished"


@dataclass(frozen=True, slots=True)
class Line:
    procedure: int
    action: str = NEW
    level: str = ""
    """The section of the list in which it stands; empty: the procedure's own levels count."""
    id: int = 0
    part: str = ""
    """Headings above the line, outermost first, parted by "›"."""
    ordinal_text: str = ""
    field: str = ""
    code: str = ""
    effective_on: date | None = None
    """Where another day was said for it than for the decision."""


@dataclass(frozen=True, slots=True)
class Repeal:
    """Rows of an earlier decision that are superseded. Empty part, field, ordinals: all of them."""

    number: str
    signed_on: date | None = None
    part: str = ""
    field: str = ""
    ordinals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """`due`: the last day on which its lines may be listed in time, `due_days` working days after its signing."""

    id: int
    signed_on: date
    due: date
    lines: tuple[Line, ...]
    due_days: int = 0
    number: str = ""
    opening: bool = False
    """The opening catalogue: what was public already on the portal's first day."""
    effective_on: date | None = None
    repeals: tuple[Repeal, ...] = ()

    def ends_on(self, line: Line) -> date:
        """From this day on a line "bị bãi bỏ" has effect."""
        return max(self.signed_on, line.effective_on or self.effective_on or self.signed_on)


@dataclass(frozen=True, slots=True)
class Duty:
    procedure: int
    since: date
    due: date
    decision: int
    line: int = 0

    def is_late(self, day: date) -> bool:
        """The deadline ends with its day."""
        return day > self.due


@dataclass(frozen=True, slots=True)
class Ending:
    """`since`: the first day without it, where known; line and decision, where one ended it."""

    since: date | None
    decision: int | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Announced:
    """A line that stands. `without`: levels at which the procedure has been ended since."""

    duty: Duty
    without: Mapping[str, Ending] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OpenSuperseded:
    """A row that an article of `by` superseded and that nobody announced again: still owed, and a question."""

    procedure: int
    decision: int
    line: int
    by: int


@dataclass(frozen=True, slots=True)
class UnheldRepeal:
    """An article that speaks of a decision, or of rows, that the portal does not hold."""

    decision: int
    repeal: Repeal


Key = tuple[int, str]
"""Procedure, and the level of the line."""


@dataclass(frozen=True, slots=True)
class Standing:
    announced: Mapping[Key, Announced] = field(default_factory=dict)
    endings: Mapping[int, Ending] = field(default_factory=dict)
    """Procedures that were announced once, and that no line announces any more."""
    open_superseded: tuple[OpenSuperseded, ...] = ()
    unheld: tuple[UnheldRepeal, ...] = ()


def in_order(decisions: Iterable[Decision], as_of: date) -> list[Decision]:
    return sorted((d for d in decisions if d.signed_on <= as_of), key=lambda d: (d.signed_on, d.id))


def standing(decisions: Iterable[Decision], as_of: date) -> Standing:
    """At the end of that day. Neither the order of decisions nor that of lines in one of them matters."""
    ordered = in_order(decisions, as_of)
    announced: dict[Key, Announced] = {}
    levels: dict[int, set[str]] = {}
    endings: dict[int, Ending] = {}
    for decision in ordered:
        abolished = [line for line in decision.lines if line.action == ABOLISHED]
        # Ended and announced by one and the same decision: it goes on, as announced there.
        for line in sorted(abolished, key=lambda line: line.id):
            day = decision.ends_on(line)
            ending = Ending(day, decision.id, line.id)
            if day <= as_of and _end(announced, levels, line, ending):
                endings[line.procedure] = ending
        if len(abolished) == len(decision.lines):
            continue
        for line in sorted(decision.lines, key=lambda line: (line.procedure, line.level, line.id)):
            if line.action != ABOLISHED:
                _announce(announced, levels, decision, line)
                endings.pop(line.procedure, None)
    superseded, unheld = _superseded(ordered)
    return Standing(announced, endings, _unanswered(ordered, superseded, levels), unheld)


def _announce(
    announced: dict[Key, Announced], levels: dict[int, set[str]], decision: Decision, line: Line
) -> None:
    held = levels.get(line.procedure)
    if held and decision.opening:
        # It holds the outcome of what was announced before the portal's first day: nothing is owed from before.
        earlier = {lvl for lvl in held if announced[line.procedure, lvl].duty.decision != decision.id}
        for level in earlier:
            del announced[line.procedure, level]
        held = levels[line.procedure] = held - earlier
    if held is None:
        held = levels[line.procedure] = set()
    elif line.level in held and not any(announced[line.procedure, level].without for level in held):
        # What is owed already stays owed since then: an amendment doesn't give a missing listing more time.
        return
    duty = Duty(line.procedure, decision.signed_on, decision.due, decision.id, line.id)
    for level in {line.level, *_ended_levels(announced, held, line)} - held:
        announced[line.procedure, level] = Announced(duty)
        held.add(level)


def _ended_levels(announced: Mapping[Key, Announced], held: Iterable[str], line: Line) -> set[str]:
    """Levels at which the procedure had ended while it went on at others, and which this line announces again."""
    return {
        ended
        for level in held
        for ended in announced[line.procedure, level].without
        if line.level in ("", ended)
    }


def _end(announced: dict[Key, Announced], levels: dict[int, set[str]], line: Line, ending: Ending) -> bool:
    """At every level, or at the one of the section in which the line stands. True: nothing of it is left."""
    held = levels.get(line.procedure)
    if held is None:
        return False
    for level in [level for level in held if line.level in ("", level)]:
        del announced[line.procedure, level]
        held.discard(level)
    if not held:
        del levels[line.procedure]
        return True
    for level in held:
        kept = announced[line.procedure, level]
        announced[line.procedure, level] = Announced(kept.duty, {**kept.without, line.level: ending})
    return False


# Repeals --------------------------------------------------------------------------------------------------------------


def repealed_lines(repeal: Repeal, decision: Decision) -> tuple[Line, ...]:
    """Rows of `decision` that the article means, if it means that decision at all."""
    if not decision.number or _number(repeal.number) != _number(decision.number):
        return ()
    # Numbers begin anew each year; the day itself may hold a slip.
    if repeal.signed_on is not None and repeal.signed_on.year != decision.signed_on.year:
        return ()
    ordinals = {_ordinal(text) for text in repeal.ordinals}
    return tuple(line for line in decision.lines if _is_meant(repeal, ordinals, line))


def _is_meant(repeal: Repeal, ordinals: set[str], line: Line) -> bool:
    if ordinals and _ordinal(line.ordinal_text) not in ordinals:
        return False
    if repeal.part and not _named(repeal.part) <= _headings(line.part):
        return False
    return not repeal.field or fold(repeal.field) in fold(f"{line.field} › {line.part}")


@lru_cache(maxsize=4_096)
def _number(text: str) -> str:
    return "".join(fold(text).split())


def _ordinal(text: str) -> str:
    return text.strip().rstrip(".)").lstrip("0")


_NUMBER = r"((?:[ivxlcdm]+|[a-z]|\d+)(?:\.\d+)*)"
_MARK = re.compile(rf"^(?:(?:phan|muc|phu luc|tieu muc)\s+{_NUMBER}(?=$|[\s.):–-])|{_NUMBER}(?=$|[.):]))")
"""A word alone is no number: "vi phạm" is not part VI."""
_PARTING = re.compile(r"[›,;]|(?<=\S)\s+(?=(?:phan|muc|phu luc|tieu muc)\s)")


@lru_cache(maxsize=4_096)
def _headings(part: str) -> frozenset[str]:
    """Of a line: "Phần I › A. Cấp tỉnh" gives i, a. A heading without a number gives its words."""
    return frozenset(_mark(heading) for heading in fold(part).split("›") if heading.strip())


@lru_cache(maxsize=4_096)
def _named(part: str) -> frozenset[str]:
    """Of an article: "mục A phần I" gives the same."""
    return frozenset(_mark(words) for words in _PARTING.split(fold(part)) if words.strip())


def _mark(heading: str) -> str:
    words = heading.strip()
    found = _MARK.match(words)
    return (found.group(1) or found.group(2)) if found else words


_Superseded = dict[tuple[int, int], int]
"""(Index of the decision, id of the line) → index of the decision that superseded it."""


def _superseded(ordered: Sequence[Decision]) -> tuple[_Superseded, tuple[UnheldRepeal, ...]]:
    found: _Superseded = {}
    unheld: list[UnheldRepeal] = []
    by_number: dict[str, list[int]] = {}
    for place, decision in enumerate(ordered):
        if decision.number:
            by_number.setdefault(_number(decision.number), []).append(place)
    for place, decision in enumerate(ordered):
        for repeal in decision.repeals:
            earlier = [at for at in by_number.get(_number(repeal.number), ()) if at < place]
            meant = [(at, line.id) for at in earlier for line in repealed_lines(repeal, ordered[at])]
            for key in meant:
                found.setdefault(key, place)
            if not meant:
                unheld.append(UnheldRepeal(decision.id, repeal))
    return found, tuple(unheld)


def _unanswered(
    ordered: Sequence[Decision], superseded: _Superseded, levels: Mapping[int, set[str]]
) -> tuple[OpenSuperseded, ...]:
    if not superseded:
        return ()
    announcing = _announcing(
        ordered, {p for at in {at for at, _line in superseded} for p in _procedures(ordered[at])}
    )
    found = []
    for at in sorted({at for at, _line in superseded}):
        for line in ordered[at].lines:
            by = superseded.get((at, line.id))
            if by is None or line.action == ABOLISHED or line.procedure not in levels:
                continue
            # Announced by the decision that superseded it or by a later one, or meanwhile by one that still holds.
            # The opening catalogue only says what stood on its day: it answers what was superseded before.
            answered = any(
                place >= by or (place > at and (place, held) not in superseded and not ordered[place].opening)
                for place, held in announcing.get(line.procedure, ())
            )
            if not answered:
                found.append(OpenSuperseded(line.procedure, ordered[at].id, line.id, ordered[by].id))
    return tuple(sorted(found, key=lambda o: (o.decision, o.line, o.procedure)))


def _procedures(decision: Decision) -> Iterator[int]:
    return (line.procedure for line in decision.lines)


def _announcing(ordered: Sequence[Decision], procedures: set[int]) -> dict[int, list[tuple[int, int]]]:
    found: dict[int, list[tuple[int, int]]] = {}
    for place, decision in enumerate(ordered):
        for line in decision.lines:
            if line.procedure in procedures and line.action != ABOLISHED:
                found.setdefault(line.procedure, []).append((place, line.id))
    return found
