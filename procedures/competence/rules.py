"""Who owes a procedure: a body's words, a field or a ministry, read through the table of competence. Pure: no Django.

First the bodies that the procedure names: each is looked up by the first row (in order) whose words fit. A row may name a
unit, every unit of a kind, every commune, nobody here — or say that the field decides, as for "Ủy ban nhân dân cấp tỉnh",
where the department of that field does the work, or that the level does, as for "Cơ quan khác". Where no body answers,
the levels do, through rows without body words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from search.text import fold

UNIT, KIND, COMMUNES, NOBODY, BY_FIELD, BY_LEVEL = (
    "unit",
    "kind",
    "communes",
    "nobody",
    "by_field",
    "by_level",
)

PROVINCE_LEVEL, COMMUNE_LEVEL = "province", "commune"


@dataclass(frozen=True, slots=True, order=True)
class Owner:
    """A unit (its id or slug as text), every unit of a kind, or every commune."""

    kind: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table. Empty conditions fit everything; `*` in words stands for any words, whole ones only."""

    target: str
    value: str = ""
    body: str = ""
    issuing: str = ""
    subject: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What of a procedure decides who is competent."""

    bodies: tuple[str, ...]
    issuing: str
    subject: str
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Resolution:
    owners: frozenset[Owner] = frozenset()
    unmapped: tuple[str, ...] = ()
    """Bodies' words, or "level · field · ministry", that no row answers."""
    nobody: bool = False
    """A row says that nobody here is competent."""
    rows: tuple[int, ...] = ()
    """Indexes of the rows that answered: what the admin counts per row."""

    @property
    def is_unmapped(self) -> bool:
        return not self.owners and not self.nobody


def _matcher(words: str) -> re.Pattern[str] | None:
    """Words are compared without case and accents, and only whole ones: "rừng" does not fit "trung ương"."""
    if not words:
        return None
    parts = fold(words).split("*")
    pattern = ""
    for place, part in enumerate(parts):
        text = re.escape(part)
        # Beside a `*` a word must end: `*` stands for words, not for letters.
        if place > 0 and part[:1].isalnum():
            text = rf"(?<!\w){text}"
        if place < len(parts) - 1 and part[-1:].isalnum():
            text = rf"{text}(?!\w)"
        pattern += (".*" if place else "") + text
    return re.compile(f"^{pattern}$")


@dataclass(frozen=True)
class _Compiled:
    index: int
    row: Row
    body: re.Pattern[str] | None
    issuing: re.Pattern[str] | None
    subject: re.Pattern[str] | None

    def fits(self, *, issuing: str, subject: str, levels: tuple[str, ...]) -> bool:
        return (
            (self.issuing is None or bool(self.issuing.match(issuing)))
            and (self.subject is None or bool(self.subject.match(subject)))
            and (not self.row.level or self.row.level in levels)
        )


class _Answer:
    """Collects what bodies or levels of one procedure are answered with."""

    def __init__(self) -> None:
        self.owners: set[Owner] = set()
        self.rows: list[int] = []
        self.nobody = False

    def take(self, found: _Compiled) -> None:
        self.rows.append(found.index)
        if found.row.target == NOBODY:
            self.nobody = True
        else:
            self.owners.add(Owner(found.row.target, found.row.value))


@dataclass
class CompetenceTable:
    """The rows in their order. Resolving is remembered: bodies repeat a hundredfold."""

    rows: tuple[Row, ...]
    _by_body: list[_Compiled] = field(init=False, repr=False)
    _by_level: list[_Compiled] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        compiled = [
            _Compiled(i, r, _matcher(r.body), _matcher(r.issuing), _matcher(r.subject))
            for i, r in enumerate(self.rows)
        ]
        self._by_body = [c for c in compiled if c.body]
        # "The field decides" and "the level decides" say nothing where there is no body left to ask.
        self._by_level = [c for c in compiled if not c.body and c.row.target not in (BY_FIELD, BY_LEVEL)]
        self.resolve = lru_cache(maxsize=20_000)(self._resolve)  # type: ignore[method-assign] # one cache per table

    def resolve(self, facts: Facts) -> Resolution:
        """Replaced in `__post_init__` by its remembering twin."""
        return self._resolve(facts)

    def _resolve(self, facts: Facts) -> Resolution:
        issuing, subject = fold(facts.issuing), fold(facts.subject)
        answer = _Answer()
        unmapped: list[str] = []
        level_decides = False
        for body in facts.bodies:
            found = self._row_for_body(fold(body), issuing=issuing, subject=subject, levels=facts.levels)
            if found is not None and found.row.target == BY_LEVEL:
                answer.rows.append(found.index)
                level_decides = True
                continue
            if found is not None and found.row.target == BY_FIELD:
                answer.rows.append(found.index)
                found = self._row_for_level(PROVINCE_LEVEL, issuing=issuing, subject=subject)
            if found is None:
                unmapped.append(body)
            else:
                answer.take(found)
        if not answer.owners and (level_decides or not answer.nobody):
            answer.nobody = False
            for level in facts.levels:
                found = self._row_for_level(level, issuing=issuing, subject=subject)
                if found is not None:
                    answer.take(found)
                else:
                    unmapped.append(" · ".join(filter(None, (level, facts.subject, facts.issuing))))
        if not answer.owners and not answer.nobody and not unmapped:
            unmapped.append(" · ".join(filter(None, (facts.subject, facts.issuing))) or "?")
        return Resolution(
            frozenset(answer.owners),
            tuple(dict.fromkeys(unmapped)),
            answer.nobody and not answer.owners,
            tuple(dict.fromkeys(answer.rows)),
        )

    def _row_for_body(
        self, body: str, *, issuing: str, subject: str, levels: tuple[str, ...]
    ) -> _Compiled | None:
        for c in self._by_body:
            if (
                c.body is not None
                and c.body.match(body)
                and c.fits(issuing=issuing, subject=subject, levels=levels)
            ):
                return c
        return None

    def _row_for_level(self, level: str, *, issuing: str, subject: str) -> _Compiled | None:
        for c in self._by_level:
            if c.fits(issuing=issuing, subject=subject, levels=(level,)):
                return c
        return None


def owes(owners: Iterable[Owner], *, unit: str, kind: str, is_commune: bool) -> bool:
    """Does a unit (its value as in `Owner.value`) stand among the owners?"""
    return any(
        (o.kind == UNIT and o.value == unit)
        or (o.kind == KIND and o.value == kind)
        or (o.kind == COMMUNES and is_commune)
        for o in owners
    )
