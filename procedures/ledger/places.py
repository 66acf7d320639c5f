"""Where one went with a listing, out of the bodies of a day: as the public page chose it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from procedures.completeness.findings import DESK, HOURS, PHONE

Body = Mapping[str, Any]


def place_of(unit: Body | None, listing: Body, field: str) -> tuple[Body | None, Body | None]:
    """(desk, counter): the listing's own, else the counter for the field, else the unit's first desk."""
    desks = [desk for desk in unit["desks"] if _holds(desk, listing)] if unit else []
    counters = [(desk, counter) for desk in desks for counter in desk["counters"]]
    for desk, counter in counters:
        if counter["id"] == listing["counter"]:
            return desk, counter
    named = [desk for desk in desks if desk["id"] == listing["desk"]]
    for desk, counter in counters:
        if field in counter["subjects"] and (not named or desk in named):
            return desk, counter
    return next(iter(named or desks), None), None


def _holds(desk: Body, listing: Body) -> bool:
    """A desk that only another listing names is not this one's."""
    return (
        not desk["only_named"]
        or desk["id"] == listing["desk"]
        or any(counter["id"] == listing["counter"] for counter in desk["counters"])
    )


def lacks(unit: Body | None, listing: Body, field: str) -> tuple[str, ...]:
    """What a reader was not told: desk, hours, telephone."""
    desk, counter = place_of(unit, listing, field)
    there = {
        DESK: desk is not None,
        HOURS: bool(listing["hours_note"] or (desk and desk["hours"])),
        PHONE: bool(listing["phone"] or (counter and counter["phone"]) or (desk and desk["phone"])),
    }
    return tuple(name for name, given in there.items() if not given)
