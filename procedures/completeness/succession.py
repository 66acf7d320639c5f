"""Units as far as their duties go: under which names of the table of competence they owe, themselves and for others. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from procedures.competence.rules import COMMUNE_LEVEL, COMMUNES, KIND, PROVINCE_LEVEL, UNIT, Owner

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """`key` is the value by which the table of competence names the unit."""

    id: int
    key: str
    kind: str
    is_commune: bool
    active_from: date | None = None
    active_until: date | None = None
    successors: tuple[str, ...] = ()
    """Keys of the units that carry it on."""

    def is_active(self, day: date) -> bool:
        return (self.active_from is None or self.active_from <= day) and (
            self.active_until is None or day <= self.active_until
        )

    def has_ended(self, day: date) -> bool:
        return self.active_until is not None and self.active_until < day

    def owner_keys(self) -> tuple[Owner, ...]:
        keys = [Owner(UNIT, self.key), Owner(KIND, self.kind)]
        return (*keys, Owner(COMMUNES)) if self.is_commune else tuple(keys)

    @property
    def level(self) -> str:
        return COMMUNE_LEVEL if self.is_commune else PROVINCE_LEVEL


Names = tuple[tuple[Owner, date | None], ...]
"""Under which names a unit owes, and from which day on."""


def names_of(units: tuple[UnitFacts, ...], as_of: date) -> dict[int, Names]:
    """Of every unit that is active: its own names, and those of ended units that it carries on.

    The table may also name a unit that has not begun yet, as when it was changed ahead of a merger or when the past is
    asked about: then those answer that it will carry on.
    """
    by_key = {unit.key: unit for unit in units}
    before: dict[str, list[UnitFacts]] = {}
    for unit in units:
        for successor in unit.successors:
            before.setdefault(successor, []).append(unit)
    keys: dict[int, dict[Owner, date | None]] = {
        unit.id: dict.fromkeys(unit.owner_keys(), unit.active_from) for unit in units if unit.is_active(as_of)
    }
    for unit in units:
        if unit.id in keys:
            continue
        name = Owner(UNIT, unit.key)
        if unit.has_ended(as_of):
            for heir, begin in _heirs(unit, by_key, as_of).items():
                own = by_key[heir]
                keys[own.id].setdefault(name, max(begin, own.active_from or begin))
        else:
            for forebear in _forebears(unit, before, as_of):
                keys[forebear.id].setdefault(name, forebear.active_from)
    return {pk: tuple(names.items()) for pk, names in keys.items()}


def _heirs(unit: UnitFacts, by_key: Mapping[str, UnitFacts], as_of: date) -> dict[str, date]:
    """Key of each active unit that carries it on → the first day of that. Circles end where they began."""
    found: dict[str, date] = {}
    seen = {unit.key}
    waiting = [(unit, unit.active_until or as_of)]
    while waiting:
        ended, last = waiting.pop()
        for key in ended.successors:
            heir = by_key.get(key)
            if heir is None or key in seen:
                continue
            seen.add(key)
            if heir.is_active(as_of):
                found[key] = last + _DAY
            elif heir.has_ended(as_of):
                waiting.append((heir, max(last, heir.active_until or last)))
    return found


def _forebears(unit: UnitFacts, before: Mapping[str, list[UnitFacts]], as_of: date) -> tuple[UnitFacts, ...]:
    found: dict[int, UnitFacts] = {}
    seen = {unit.key}
    waiting = [unit.key]
    while waiting:
        for earlier in before.get(waiting.pop(), ()):
            if earlier.key in seen:
                continue
            seen.add(earlier.key)
            if earlier.is_active(as_of):
                found[earlier.id] = earlier
            elif not earlier.has_ended(as_of):
                waiting.append(earlier.key)
    return tuple(found.values())
