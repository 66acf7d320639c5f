"""Where a unit's reader hands in: what the listing says, else the counter by field, the desk, the unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from home.enums import Weekday
from home.models import Counter, Desk, Unit


@dataclass(frozen=True)
class Defaults:
    """What a listing falls back on where it says nothing itself."""

    desk: Desk | None
    counter: Counter | None
    phone: str
    email: str
    hours: str


def desks_of(units: Any) -> QuerySet[Desk]:
    """Desks that these units keep or share, their own first when read in this order."""
    return Desk.objects.filter(Q(unit__in=units) | Q(serves__in=units)).distinct()


def default_desk(unit: Unit) -> Desk | None:
    """The unit's own first desk, else the first that serves it."""
    return unit.desks.order_by("pk").first() or unit.shared_desks.order_by("pk").first()


def counter_for(desk: Desk | None, subject_id: int | None) -> Counter | None:
    if desk is None or subject_id is None:
        return None
    return desk.counters.filter(subjects=subject_id).order_by("name").first()


def week_in_words(desk: Desk | None) -> str:
    """ "Thứ Hai đến Thứ Sáu 07:00–11:30, 13:30–17:00; …" for a form; public pages have their own layout."""
    if desk is None:
        return ""
    days: dict[int, list[str]] = {}
    for span in desk.hours.order_by("weekday", "opens"):
        days.setdefault(span.weekday, []).append(f"{span.opens:%H:%M}–{span.closes:%H:%M}")
    runs: list[tuple[int, int, str]] = []
    for day, spans in days.items():
        hours = ", ".join(spans)
        if runs and runs[-1][1] == day - 1 and runs[-1][2] == hours:
            runs[-1] = (runs[-1][0], day, hours)
        else:
            runs.append((day, day, hours))
    return "; ".join(
        f"{Weekday(first).label}{f' đến {Weekday(last).label}' if last > first else ''} {hours}"
        for first, last, hours in runs
    )


def defaults_for(
    unit: Unit, subject_id: int | None, desk: Desk | None = None, counter: Counter | None = None
) -> Defaults:
    """`desk` and `counter` are the listing's own, if it names any."""
    fallback_desk = default_desk(unit)
    chosen = desk or (counter.desk if counter else None) or fallback_desk
    fallback_counter = counter_for(chosen, subject_id)
    window = counter or fallback_counter
    phone = (window.phone if window else "") or (chosen.phone if chosen else "")
    return Defaults(
        desk=fallback_desk,
        counter=fallback_counter,
        phone=phone,
        email=(chosen.email if chosen else "") or unit.email,
        hours=week_in_words(chosen),
    )
