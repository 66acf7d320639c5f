"""Who must list what, and by when. Pure: no Django.

A decision's lines say which procedures stand announced (`standing`); the table of competence says who owes each of them.
An obligation is a `Duty`: since the day on which it could first be fulfilled, due at the end of its last day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from home.working_days import WorkingCalendar
from procedures.competence.rules import (
    COMMUNE_LEVEL,
    PROVINCE_LEVEL,
    CompetenceTable,
    Facts,
    Owner,
    Resolution,
)
from procedures.completeness.standing import (
    ABOLISHED,
    AMENDED,
    NEW,
    REPLACED,
    Announced,
    Decision,
    Duty,
    Ending,
    Line,
    OpenSuperseded,
    Repeal,
    Standing,
    UnheldRepeal,
    standing,
)
from procedures.completeness.succession import Names, UnitFacts, names_of

__all__ = [
    "ABOLISHED",
    "AMENDED",
    "NEW",
    "REPLACED",
    "Announced",
    "Decision",
    "Duty",
    "Ending",
    "Line",
    "Obligations",
    "OpenSuperseded",
    "OwedProcedure",
    "Repeal",
    "Standing",
    "UnheldRepeal",
    "UnitFacts",
    "owed",
    "standing",
]

_DAY = timedelta(days=1)
_SIDES = (COMMUNE_LEVEL, PROVINCE_LEVEL)


@dataclass(frozen=True, slots=True)
class OwedProcedure:
    """What of a procedure decides whether and by whom it is owed. Days are inclusive; None means open."""

    facts: Facts
    published: bool = True
    """One known only by a decision's line is the controller's gap until its page stands."""
    in_force_from: date | None = None
    in_force_until: date | None = None
    published_from: date | None = None
    """The first day of its page. Before it nobody can list it; the opening catalogue takes it as given."""
    ended: bool = False
    """Marked as ended; with `in_force_until`, that day decides."""

    def stands(self, day: date) -> bool:
        return self.published and not self.has_ended(day) and self.has_begun(day)

    def has_begun(self, day: date) -> bool:
        return self.in_force_from is None or self.in_force_from <= day

    def has_ended(self, day: date) -> bool:
        return self.ended if self.in_force_until is None else day > self.in_force_until


@dataclass(frozen=True, slots=True)
class Obligations:
    """`by_unit` holds every unit that was asked about and is active, even where it owes nothing."""

    by_unit: Mapping[int, Mapping[int, Duty]] = field(default_factory=dict)
    unmapped: Mapping[int, Resolution] = field(default_factory=dict)
    """Procedures in force that no row answers: the controller's gap."""
    ownerless: frozenset[int] = frozenset()
    """Answered by a row, but with a unit that has ended or a kind of which there is none: the controller's gap too."""
    nobody: frozenset[int] = frozenset()
    """A row says that nobody here is competent."""
    owned: frozenset[int] = frozenset()
    """Somebody who exists owes them: whoever else lists them does what is not theirs."""
    unpublished: Mapping[int, Duty] = field(default_factory=dict)
    """Announced, in force, and without a public page: the controller's gap."""
    gone: Mapping[int, Ending] = field(default_factory=dict)
    """Ended, by a decision's line or by the procedure's own last day."""
    gone_for: Mapping[int, Mapping[int, Ending]] = field(default_factory=dict)
    """Unit → procedures that ended at its level only."""
    ended_units: Mapping[int, date] = field(default_factory=dict)
    """Of the units asked about, those that have ended: the first day without them."""
    announced: Mapping[int, Duty] = field(default_factory=dict)
    """Of every procedure that stands announced, the line of which it is owed longest."""
    open_superseded: tuple[OpenSuperseded, ...] = ()
    unheld: tuple[UnheldRepeal, ...] = ()

    def of(self, unit: int) -> Mapping[int, Duty]:
        return self.by_unit.get(unit, {})

    def ending_for(self, unit: int, procedure: int) -> Ending | None:
        return self.gone.get(procedure) or self.gone_for.get(unit, {}).get(procedure)

    @property
    def pairs(self) -> int:
        return sum(len(duties) for duties in self.by_unit.values())


class _Deadlines:
    """Last days of periods; remembered, since thousands of duties begin on the same few days."""

    def __init__(self, decisions: Iterable[Decision], calendar: WorkingCalendar | None) -> None:
        self.calendar = calendar or WorkingCalendar()
        self.days = {decision.id: decision.due_days for decision in decisions}
        self.opening = {decision.id for decision in decisions if decision.opening}
        self._known: dict[tuple[date, int], date] = {}

    def begun(self, duty: Duty, begin: date) -> Duty:
        """The duty of somebody, or of a procedure, that came after the line: the whole period from then on."""
        if begin <= duty.since:
            return duty
        key = (begin, self.days[duty.decision])
        if (last := self._known.get(key)) is None:
            last = self._known[key] = self.calendar.add_working_days(*key)
        return replace(duty, since=begin, due=max(duty.due, last))


def owed(
    decisions: Iterable[Decision],
    procedures: Mapping[int, OwedProcedure],
    table: CompetenceTable,
    units: Iterable[UnitFacts],
    as_of: date,
    *,
    all_units: Iterable[UnitFacts] | None = None,
    calendar: WorkingCalendar | None = None,
) -> Obligations:
    """Fold the decisions up to `as_of` into what each of `units` owes at the end of that day.

    `all_units` tells which units exist at all and who carries on whom, where `units` are only some of them. A unit owes
    nothing before its first and after its last day; then its successors do. Without a `calendar`, public holidays of the
    library count.
    """
    units = tuple(units)
    known = units if all_units is None else tuple(all_units)
    decisions = tuple(decisions)
    stands = standing(decisions, as_of)
    names = names_of(known, as_of)
    fold = _Fold(
        table,
        _Deadlines(decisions, calendar),
        as_of,
        {(owner, unit.level) for unit in known for owner, _begin in names.get(unit.id, ())},
    )
    for (pk, level), held in stands.announced.items():
        procedure = procedures.get(pk)
        if procedure is None or procedure.has_ended(as_of) or not procedure.has_begun(as_of):
            continue
        if held.without and held.without.keys() >= set(procedure.facts.levels) != set():
            fold.gone[pk] = _last(held.without)
        else:
            fold.add(pk, level, held, procedure)
    owned = frozenset(fold.owned)
    gone = {pk: ending for pk, ending in fold.gone.items() if pk not in owned}
    return Obligations(
        by_unit={unit.id: fold.duties_of(unit, names[unit.id]) for unit in units if unit.id in names},
        unmapped={pk: found for pk, found in fold.unmapped.items() if pk not in owned},
        ownerless=frozenset(fold.ownerless) - owned,
        nobody=frozenset(fold.nobody) - owned,
        owned=owned,
        unpublished={pk: duty for pk, duty in fold.unpublished.items() if pk not in fold.announced},
        gone=gone | _gone(procedures, stands, as_of),
        gone_for=_gone_for(units, stands, owned),
        ended_units={u.id: u.active_until + _DAY for u in units if u.active_until and u.has_ended(as_of)},
        announced=fold.announced,
        open_superseded=stands.open_superseded,
        unheld=stands.unheld,
    )


class _Fold:
    """Takes in what stands announced, line by line, and sorts it by who owes it."""

    def __init__(
        self,
        table: CompetenceTable,
        deadlines: _Deadlines,
        as_of: date,
        answerable: Set[tuple[Owner, str]],
    ) -> None:
        self.table = table
        self.deadlines = deadlines
        self.as_of = as_of
        self.answerable = answerable
        self.by_owner: dict[tuple[Owner, str], dict[int, Duty]] = {}
        self.announced: dict[int, Duty] = {}
        self.unmapped: dict[int, Resolution] = {}
        self.unpublished: dict[int, Duty] = {}
        self.ownerless: set[int] = set()
        self.nobody: set[int] = set()
        self.owned: set[int] = set()
        self.gone: dict[int, Ending] = {}

    def add(self, pk: int, level: str, held: Announced, procedure: OwedProcedure) -> None:
        duty = self._possible(held.duty, procedure)
        if not procedure.published or duty.since > self.as_of:
            self.unpublished.setdefault(pk, held.duty)
            return
        if pk not in self.announced or _sooner(duty, self.announced[pk]):
            self.announced[pk] = duty
        resolution = self.table.resolve(_facts(procedure.facts, level, held.without))
        if resolution.is_unmapped:
            self.unmapped[pk] = resolution
        elif resolution.nobody:
            self.nobody.add(pk)
        elif self._give(pk, duty, resolution, held.without):
            self.owned.add(pk)
        elif held.without:
            self.gone[pk] = _last(held.without)
        else:
            self.ownerless.add(pk)

    def _give(self, pk: int, duty: Duty, resolution: Resolution, without: Mapping[str, Ending]) -> bool:
        given = False
        for owner in resolution.owners:
            for side in _SIDES:
                if (owner, side) not in self.answerable or side in without:
                    continue
                given = True
                duties = self.by_owner.setdefault((owner, side), {})
                if pk not in duties or _sooner(duty, duties[pk]):
                    duties[pk] = duty
        return given

    def _possible(self, duty: Duty, procedure: OwedProcedure) -> Duty:
        """Nobody can list what has no page or is not in force yet: the period begins with that day."""
        begin = max(duty.since, procedure.in_force_from or duty.since)
        if procedure.published_from is not None and duty.decision not in self.deadlines.opening:
            begin = max(begin, procedure.published_from)
        return self.deadlines.begun(duty, begin)

    def duties_of(self, unit: UnitFacts, names: Names) -> dict[int, Duty]:
        duties: dict[int, Duty] = {}
        for owner, begin in names:
            for pk, line_duty in self.by_owner.get((owner, unit.level), {}).items():
                # A unit that came later owes from its own first day.
                duty = line_duty if begin is None else self.deadlines.begun(line_duty, begin)
                kept = duties.get(pk)
                if kept is None or _sooner(duty, kept):
                    duties[pk] = duty
        return duties


def _facts(facts: Facts, level: str, without: Mapping[str, Ending]) -> Facts:
    if level:
        return replace(facts, levels=(level,))
    if without:
        return replace(facts, levels=tuple(held for held in facts.levels if held not in without))
    return facts


def _sooner(duty: Duty, than: Duty) -> bool:
    return (duty.due, duty.since, duty.decision, duty.line) < (than.due, than.since, than.decision, than.line)


def _last(endings: Mapping[str, Ending]) -> Ending:
    return max(endings.values(), key=lambda e: (e.since or date.min, e.decision or 0, e.line or 0))


def _gone_for(units: Iterable[UnitFacts], stands: Standing, owned: Set[int]) -> dict[int, dict[int, Ending]]:
    at_level: dict[str, dict[int, Ending]] = {}
    for (pk, _level), held in stands.announced.items():
        for level, ending in held.without.items():
            if pk in owned:
                at_level.setdefault(level, {})[pk] = ending
    return {unit.id: at_level[unit.level] for unit in units if unit.level in at_level}


def _gone(procedures: Mapping[int, OwedProcedure], stands: Standing, as_of: date) -> dict[int, Ending]:
    gone = {pk: ending for pk, ending in stands.endings.items() if pk in procedures}
    for pk, procedure in procedures.items():
        if pk not in gone and procedure.has_ended(as_of):
            last = procedure.in_force_until
            gone[pk] = Ending(last + _DAY if last else None)
    return gone
