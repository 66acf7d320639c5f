"""The unit that a reader carries along in `?don-vi=`; an ended one stands for the one that carries it on."""

from __future__ import annotations

from home.models import Unit
from home.succession import living_heirs


def reader_unit(slug: str) -> Unit | None:
    """None for nothing, nonsense, an unknown unit and one with several successors. No query without a slug."""
    unit = Unit.objects.filter(slug=slug).first() if slug else None
    if unit is None or unit.is_active():
        return unit
    heirs = living_heirs(unit)
    return heirs[0] if len(heirs) == 1 else None
