"""Whether a reader learns where, when and by what number to reach the unit: for all listings at once.

As the public page decides it (`procedures.presenters.place`): the listing's own counter or desk, else the counter for the
field, else the unit's first desk.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from home.models import Counter, Desk, DeskHours
from procedures.completeness.findings import DESK, HOURS, PHONE


@dataclass(frozen=True, slots=True)
class _Desk:
    id: int
    unit: int
    name: str
    has_phone: bool
    has_hours: bool


@dataclass(frozen=True, slots=True)
class _Counter:
    id: int
    desk: int
    has_phone: bool
    subjects: frozenset[int]


@dataclass(frozen=True, slots=True)
class ListingDetails:
    """What a listing says itself."""

    desk: int | None = None
    counter: int | None = None
    subject: int | None = None
    has_phone: bool = False
    has_hours: bool = False


class UnitDetails:
    """Desks and counters of the units; answers are remembered, since most listings of a unit say the same."""

    def __init__(self, units: Iterable[int]) -> None:
        """Five queries."""
        wanted = list(units)
        with_hours = set(DeskHours.objects.order_by().values_list("desk", flat=True).distinct())
        self._desks = {
            pk: _Desk(pk, unit, name, bool(phone), pk in with_hours)
            for pk, unit, name, phone in Desk.objects.order_by("name", "pk").values_list(
                "pk", "unit", "name", "phone"
            )
        }
        shared = (
            Desk.serves.through.objects.filter(unit__in=wanted).order_by("pk").values_list("unit", "desk")
        )
        self._of_unit: defaultdict[int, list[_Desk]] = defaultdict(list)
        for desk in self._desks.values():
            self._of_unit[desk.unit].append(desk)
        own = {unit: {desk.id for desk in desks} for unit, desks in self._of_unit.items()}
        also: defaultdict[int, list[_Desk]] = defaultdict(list)
        for unit, pk in shared:
            if pk not in own.get(unit, ()):
                also[unit].append(self._desks[pk])
        for unit, desks in also.items():
            self._of_unit[unit] += sorted(desks, key=lambda desk: desk.name)
        subjects: defaultdict[int, set[int]] = defaultdict(set)
        for pk, subject in Counter.subjects.through.objects.order_by().values_list("counter", "subject"):
            subjects[pk].add(subject)
        self._counters = {
            pk: _Counter(pk, desk, bool(phone), frozenset(subjects[pk]))
            for pk, desk, phone in Counter.objects.filter(~Q(desk=None))
            .order_by("name", "pk")
            .values_list("pk", "desk", "phone")
        }
        self._at_desk: defaultdict[int, list[_Counter]] = defaultdict(list)
        for counter in self._counters.values():
            self._at_desk[counter.desk].append(counter)
        self._known: dict[tuple[int, ListingDetails], tuple[str, ...]] = {}

    def lacks(self, unit: int, listing: ListingDetails) -> tuple[str, ...]:
        key = (unit, listing)
        if (known := self._known.get(key)) is None:
            known = self._known[key] = self._reckon(unit, listing)
        return known

    def _reckon(self, unit: int, listing: ListingDetails) -> tuple[str, ...]:
        desk, counter = self._choose(unit, listing)
        has_phone = listing.has_phone or bool(counter and counter.has_phone) or bool(desk and desk.has_phone)
        has_hours = listing.has_hours or bool(desk and desk.has_hours)
        given = {DESK: desk is not None, HOURS: has_hours, PHONE: has_phone}
        return tuple(name for name, there in given.items() if not there)

    def _choose(self, unit: int, listing: ListingDetails) -> tuple[_Desk | None, _Counter | None]:
        if listing.counter in self._counters:
            counter = self._counters[listing.counter]
            return self._desks.get(counter.desk), counter
        named = self._desks.get(listing.desk) if listing.desk is not None else None
        desks = self._of_unit.get(unit, [])
        for desk in [named] if named else desks:
            for counter in self._at_desk.get(desk.id, ()):
                if listing.subject in counter.subjects:
                    return desk, counter
        return named or (desks[0] if desks else None), None
