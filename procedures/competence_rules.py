"""Who owes a procedure: a body's words, a field or a ministry, read through the table of competence. Pure: no Django.

First the bodies that the procedure names: each is looked up by the first row (in order) whose words fit. A row may name a
unit, every unit of a kind, every commune, nobody here — or say that the field decides, as for "Ủy ban nhân dân cấp tỉnh",
where the department of that field does the work. Where no body answers, the level does, through rows without body words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from search.text import fold

UNIT, KIND, COMMUNES, NOBODY, BY_FIELD = "unit", "kind", "communes", "nobody", "by_field"

PROVINCE_LEVEL, COMMUNE_LEVEL = "province", "commune"


@dataclass(frozen=True, slots=True, order=True)
class Owner:
    """A unit (its id or slug as text), every unit of a kind, or every commune."""

    kind: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table. Empty conditions fit everything; `*` in words stands for any words."""

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
    """Bodies' words, or "level · field", that no row answers."""
    nobody: bool = False
    """A row says that nobody here is competent."""

    @property
    def is_unmapped(self) -> bool:
        return not self.owners and not self.nobody


def _matcher(words: str) -> re.Pattern[str] | None:
    if not words:
        return None
    parts = (re.escape(part) for part in fold(words).split("*"))
    return re.compile("^" + ".*".join(parts) + "$")


@dataclass(frozen=True)
class _Compiled:
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


@dataclass
class CompetenceTable:
    """The rows in their order. Resolving is remembered: bodies repeat a hundredfold."""

    rows: tuple[Row, ...]
    _by_body: list[_Compiled] = field(init=False, repr=False)
    _by_level: list[_Compiled] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        compiled = [_Compiled(r, _matcher(r.body), _matcher(r.issuing), _matcher(r.subject)) for r in self.rows]
        self._by_body = [c for c in compiled if c.body]
        self._by_level = [c for c in compiled if not c.body]
        self.resolve = lru_cache(maxsize=20_000)(self._resolve)  # type: ignore[method-assign] # one cache per table

    def resolve(self, facts: Facts) -> Resolution:
        """Replaced in `__post_init__` by its remembering twin."""
        return self._resolve(facts)

    def _resolve(self, facts: Facts) -> Resolution:
        issuing, subject = fold(facts.issuing), fold(facts.subject)
        owners: set[Owner] = set()
        unmapped: list[str] = []
        nobody = False
        for body in facts.bodies:
            row = self._row_for_body(fold(body), issuing=issuing, subject=subject, levels=facts.levels)
            if row is not None and row.target == BY_FIELD:
                row = self._row_for_level(PROVINCE_LEVEL, issuing=issuing, subject=subject)
            if row is None:
                unmapped.append(body)
            elif row.target == NOBODY:
                nobody = True
            else:
                owners.add(Owner(row.target, row.value))
        if not owners and not nobody:
            for level in facts.levels:
                row = self._row_for_level(level, issuing=issuing, subject=subject)
                if row is None:
                    unmapped.append(" · ".join(filter(None, (level, facts.subject, facts.issuing))))
                elif row.target == NOBODY:
                    nobody = True
                else:
                    owners.add(Owner(row.target, row.value))
        if not owners and not nobody and not unmapped:
            unmapped.append(" · ".join(filter(None, (facts.subject, facts.issuing))) or "?")
        return Resolution(frozenset(owners), tuple(unmapped), nobody and not owners)

    def _row_for_body(self, body: str, *, issuing: str, subject: str, levels: tuple[str, ...]) -> Row | None:
        for c in self._by_body:
            if c.body is not None and c.body.match(body) and c.fits(issuing=issuing, subject=subject, levels=levels):
                return c.row
        return None

    def _row_for_level(self, level: str, *, issuing: str, subject: str) -> Row | None:
        for c in self._by_level:
            if c.fits(issuing=issuing, subject=subject, levels=(level,)):
                return c.row
        return None


def owes(owners: Iterable[Owner], *, unit: str, kind: str, is_commune: bool) -> bool:
    """Does a unit (its value as in `Owner.value`) stand among the owners?"""
    return any(
        (o.kind == UNIT and o.value == unit) or (o.kind == KIND and o.value == kind) or (o.kind == COMMUNES and is_commune)
        for o in owners
    )
