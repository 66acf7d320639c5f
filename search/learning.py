"""What may be learned from counts: which results answer a query, and which queries are worth suggesting. Pure.

Bounded in every direction, so that it can't run away nor be pushed:

- a result opened at the first place proves less than one opened at the tenth, which had to be looked for;
- no place is believed that the result doesn't have (`placed`), and what isn't among the results was not opened there;
- of one day no more opens of a result count than the query was asked, and beyond `MOST_A_DAY` only their logarithm;
- opens count half after `HALF_LIFE` days, and nothing at all before `LEAST_OPENS` on `LEAST_DAYS` days;
- a share is smoothed by `DOUBT` opens of nothing, so few opens never make a whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from math import log2
from typing import Final

from search.documents import DocumentId

HALF_LIFE: Final = 60
LEAST_OPENS: Final = 5
LEAST_DAYS: Final = 3
MOST_A_DAY: Final = 8
DOUBT: Final = 6.0
MOST_BIAS: Final = 3.0
LEAST_SHARE: Final = 0.05
"""Below this a share moves no result; it is not kept."""

SUGGESTED_TIMES: Final = 5
SUGGESTED_DAYS: Final = 3
SUGGESTED_OPENED: Final = 0.3
"""Of the times it was asked, something was opened after so many."""


@dataclass(frozen=True, slots=True)
class Opened:
    """One result of one query on one day."""

    id: DocumentId
    day: date
    times: int
    position: float
    """Mean place, from 1."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One query on one day."""

    day: date
    times: int
    unfound: int = 0
    opened: int = 0


def placed(opened: Iterable[Opened], places: Mapping[DocumentId, int]) -> list[Opened]:
    """What was really to be opened: told places may be invented, so none counts as later than where the result stands."""
    return [
        replace(item, position=min(item.position, float(places[item.id])))
        for item in opened
        if item.id in places
    ]


def counted(times: int, asked: int) -> float:
    """Opens of one result on one day: a favourite of many is worth more than one person's zeal, but not by its number."""
    within = min(times, asked)
    if within <= MOST_A_DAY:
        return float(max(within, 0))
    return MOST_A_DAY + 2.0 * log2(within / MOST_A_DAY)


def effort(position: float) -> float:
    """How much more an open at this place tells than one at the first: the inverse of how often people look there."""
    return min(log2(1.0 + max(position, 1.0)), MOST_BIAS)


def shares(opened: Iterable[Opened], asked: Mapping[date, int], today: date) -> dict[DocumentId, float]:
    """What part of what people want with a query each result is, 0…1; together they stay below 1."""
    weight: defaultdict[DocumentId, float] = defaultdict(float)
    days: set[date] = set()
    times = 0.0
    for item in opened:
        worth = counted(item.times, asked.get(item.day, 0))
        if worth <= 0:
            continue
        days.add(item.day)
        times += worth
        age = max(0, (today - item.day).days)
        weight[item.id] += worth * effort(item.position) * 0.5 ** (age / HALF_LIFE)
    if times < LEAST_OPENS or len(days) < LEAST_DAYS:
        return {}
    whole = sum(weight.values()) + DOUBT
    return {
        document: round(value / whole, 4)
        for document, value in weight.items()
        if value / whole >= LEAST_SHARE
    }


def is_worth_suggesting(asked: Iterable[Asked]) -> bool:
    """Asked on several days, found, and something was opened."""
    days = list(asked)
    times = sum(min(day.times, MOST_A_DAY) for day in days)
    found = sum(day.times - day.unfound for day in days)
    return (
        times >= SUGGESTED_TIMES
        and len(days) >= SUGGESTED_DAYS
        and found * 2 > sum(day.times for day in days)
        and sum(min(day.opened, day.times) for day in days)
        >= SUGGESTED_OPENED * sum(day.times for day in days)
    )
