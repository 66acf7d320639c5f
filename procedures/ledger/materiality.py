"""Which changes of an official text a unit has to confirm unless the controller says otherwise. Pure.

Material is what tells people what to do, where, with what, for how much and how long; what only describes the text
(its decision, field, basis) is not.
"""

from __future__ import annotations

from collections.abc import Iterable

from procedures.importing.merging import SECTIONS

MATERIAL: dict[str, bool] = {
    "name": True,
    "field": False,
    "decision": False,
    "scope": False,
    "audience": True,
    "bodies": True,
    "steps": True,
    "channels": True,
    "papers": True,
    "copies": False,
    "results": True,
    "conditions": True,
    "basis": False,
    "online": False,
    "anywhere": False,
}
"""By section of `procedures.importing.merging.SECTIONS`; a test asks for every one of them."""


def default_material(changed: Iterable[str]) -> tuple[str, ...]:
    names = set(changed)
    return tuple(name for name in SECTIONS if name in names and MATERIAL[name])
