"""Who must list what, and by when: a fold over announcing decisions in the order of their dates. Pure: no Django.

A decision's lines say which procedures stand announced; the table of competence says who owes each of them. An
obligation is a `Duty`: since the day of the decision, due at the end of its last day. Later kinds of line (superseded,
reopened) are further cases of `_apply`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from procedures.competence.rules import COMMUNES, KIND, UNIT, CompetenceTable, Facts, Owner, Resolution

NEW, AMENDED, REPLACED, ABOLISHED = "new", "amended", "replaced", "abolished"


@dataclass(frozen=True, slots=True)
class Line:
    procedure: int
    action: str = NEW
    level: str = ""
    """The section of the list in which it stands; empty: the procedure's own levels count."""


@dataclass(frozen=True, slots=True)
class Decision:
    """`due`: the last day on which its lines may be listed in time."""

    id: int
    signed_on: date
    due: date
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class OwedProcedure:
    """What of a procedure decides whether and by whom it is owed. Days are inclusive; None means open."""

    facts: Facts
    published: bool = True
    """One known only by a decision's line is the controller's gap until its page stands."""
    in_force_from: date | None = None
    in_force_until: date | None = None

    def stands(self, day: date) -> bool:
        return (
            self.published
            and (self.in_force_from is None or self.in_force_from <= day)
            and (self.in_force_until is None or day <= self.in_force_until)
        )


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """`key` is the value by which the table of competence names the unit."""

    id: int
    key: str
    kind: str
    is_commune: bool
    active_from: date | None = None
    active_until: date | None = None

    def is_active(self, day: date) -> bool:
        return (self.active_from is None or self.active_from <= day) and (
            self.active_until is None or day <= self.active_until
        )

    def owner_keys(self) -> tuple[Owner, ...]:
        keys = [Owner(UNIT, self.key), Owner(KIND, self.kind)]
        return (*keys, Owner(COMMUNES)) if self.is_commune else tuple(keys)


@dataclass(frozen=True, slots=True)
class Duty:
    procedure: int
    since: date
    due: date
    decision: int

    def is_late(self, day: date) -> bool:
        """The deadline ends with its day."""
        return day > self.due


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

    def of(self, unit: int) -> Mapping[int, Duty]:
        return self.by_unit.get(unit, {})

    @property
    def pairs(self) -> int:
        return sum(len(duties) for duties in self.by_unit.values())


_State = dict[tuple[int, str], Duty]


def standing(decisions: Iterable[Decision], as_of: date) -> _State:
    """Which lines stand announced at the end of that day, by (procedure, level of the line)."""
    state: _State = {}
    for decision in sorted(decisions, key=lambda d: (d.signed_on, d.id)):
        if decision.signed_on > as_of:
            break
        for line in decision.lines:
            _apply(state, decision, line)
    return state


def _apply(state: _State, decision: Decision, line: Line) -> None:
    if line.action == ABOLISHED:
        # It ends at every level, or at the one of the section in which the line stands.
        for key in [k for k in state if k[0] == line.procedure and line.level in ("", k[1])]:
            del state[key]
        return
    # What is owed already stays owed since then: an amendment doesn't give a missing listing more time.
    state.setdefault(
        (line.procedure, line.level), Duty(line.procedure, decision.signed_on, decision.due, decision.id)
    )


def owed(
    decisions: Iterable[Decision],
    procedures: Mapping[int, OwedProcedure],
    table: CompetenceTable,
    units: Iterable[UnitFacts],
    as_of: date,
    *,
    all_units: Iterable[UnitFacts] | None = None,
) -> Obligations:
    """Fold the decisions up to `as_of` into what each of `units` owes at the end of that day.

    `all_units` tells which units exist at all, where `units` are only some of them; without it `ownerless` is judged
    by `units` alone. A unit owes nothing before its first and after its last day.
    """
    units = [unit for unit in units if unit.is_active(as_of)]
    known = units if all_units is None else [u for u in all_units if u.is_active(as_of)]
    answerable = {key for unit in known for key in unit.owner_keys()}
    by_owner: dict[Owner, dict[int, Duty]] = {}
    unmapped: dict[int, Resolution] = {}
    ownerless: set[int] = set()
    nobody: set[int] = set()
    held: set[int] = set()
    for (pk, level), duty in standing(decisions, as_of).items():
        procedure = procedures.get(pk)
        if procedure is None or not procedure.stands(as_of):
            continue
        facts = replace(procedure.facts, levels=(level,)) if level else procedure.facts
        resolution = table.resolve(facts)
        if resolution.is_unmapped:
            unmapped[pk] = resolution
            continue
        if resolution.nobody:
            nobody.add(pk)
            continue
        if answerable.isdisjoint(resolution.owners):
            ownerless.add(pk)
            continue
        held.add(pk)
        for owner in resolution.owners:
            kept = by_owner.setdefault(owner, {}).get(pk)
            if kept is None or duty.due < kept.due:
                by_owner[owner][pk] = duty
    return Obligations(
        {unit.id: _of_unit(unit, by_owner) for unit in units},
        {pk: found for pk, found in unmapped.items() if pk not in held},
        frozenset(ownerless - held),
        frozenset(nobody - held),
    )


def _of_unit(unit: UnitFacts, by_owner: Mapping[Owner, Mapping[int, Duty]]) -> dict[int, Duty]:
    duties: dict[int, Duty] = {}
    for key in unit.owner_keys():
        for pk, duty in by_owner.get(key, {}).items():
            if pk not in duties or duty.due < duties[pk].due:
                duties[pk] = duty
    begun = unit.active_from
    if begun is None:
        return duties
    # A unit that came later owes from its own first day.
    return {pk: replace(d, since=max(d.since, begun), due=max(d.due, begun)) for pk, d in duties.items()}
