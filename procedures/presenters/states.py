"""What stands where a part holds nothing: the law sets none, it does not apply, or nobody has entered it yet."""

from __future__ import annotations

from procedures.enums import Absence

LAW, NOT_APPLICABLE, GAP = "law", "na", "gap"
_KINDS = {Absence.NOT_REGULATED: LAW, Absence.NOT_APPLICABLE: NOT_APPLICABLE}


def state_kind(absence: str) -> str:
    """The `kind` of components/state.html for a stored reason; an unknown or empty one is a gap, never "none"."""
    return next((kind for reason, kind in _KINDS.items() if absence == reason), GAP)
