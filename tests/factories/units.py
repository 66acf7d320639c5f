"""Units, desks and counters for tests: plain functions, every argument optional."""

from __future__ import annotations

from datetime import time
from itertools import count
from typing import Any

from home.enums import UnitKind
from home.models import Counter, Desk, DeskHours, Subject, Unit

_numbers = count(1)

OFFICE_HOURS = ((time(7, 0), time(11, 30)), (time(13, 30), time(17, 0)))


def make_unit(name: str = "", **fields: Any) -> Unit:
    number = next(_numbers)
    values = {
        "kind": UnitKind.COMMUNE,
        "code": f"9{number:05d}",
        "name": name or f"Xã Thử {number}",
        "slug": f"xa-thu-{number}",
    } | fields
    return Unit.objects.create(**values)


def make_subject(name: str = "Hộ tịch") -> Subject:
    slug = f"linh-vuc-{next(_numbers)}"
    return Subject.objects.get_or_create(name=name, defaults={"slug": slug})[0]


def make_desk(unit: Unit | None = None, *, hours: bool = True, **fields: Any) -> Desk:
    """A desk that is open on working days, mornings and afternoons."""
    unit = unit or make_unit()
    values = {"name": f"Bộ phận một cửa {unit.name}", "address": "Thôn 1", "phone": "0239 000 001"} | fields
    desk = Desk.objects.create(unit=unit, **values)
    if hours:
        DeskHours.objects.bulk_create(
            DeskHours(desk=desk, weekday=day, opens=opens, closes=closes, sort_order=2 * day + half)
            for day in range(5)
            for half, (opens, closes) in enumerate(OFFICE_HOURS)
        )
    return desk


def make_counter(desk: Desk | None = None, *, subjects: tuple[Subject, ...] = (), **fields: Any) -> Counter:
    desk = desk or make_desk()
    counter = Counter.objects.create(desk=desk, **{"name": f"Quầy {next(_numbers)}"} | fields)
    if subjects:
        counter.subjects.set(subjects)
        counter.save()
    return counter
