"""How likely people are to want a procedure, whatever they typed: −1 (a ministry's own) to 1. Pure: no Django.

It moves a document by less than a word of its name does (`search.ranking`). Levels are those of the catalogue, in which
"Cấp xã" stands on much that no commune decides; a ministry named beside it makes that likely.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

NEEDED_FILE: Final = Path(__file__).parent / "data" / "needed_services.yaml"

CENTRAL: Final = -0.7
"""A ministry's own: nobody hands in anything for it in the province."""
ABROAD: Final = -0.4
"""Only "Cơ quan khác": missions abroad, schools, utilities."""
UNKNOWN: Final = -0.1
COMMUNE: Final = 0.3
PROVINCE: Final = 0.1
WITH_MINISTRY: Final = -0.15
CITIZEN: Final = 0.1
NOT_FOR_PEOPLE: Final = -0.1
NEEDED: Final[Mapping[str, float]] = {"essential": 0.6, "frequent": 0.4}
"""List of `needed_services.yaml` → what it adds; a central procedure on one counts as the province's."""
_PEOPLE: Final = frozenset({"citizen", "overseas", "foreigner"})


def prior(code: str, *, scope: str, levels: Collection[str], audiences: Collection[str]) -> float:
    needed = needed_codes().get(code, 0.0)
    level = PROVINCE if needed and scope == "central" else _level(scope, levels)
    value = level + _audience(audiences) + needed
    return round(max(-1.0, min(1.0, value)), 2)


def _level(scope: str, levels: Collection[str]) -> float:
    if scope == "central":
        return CENTRAL
    if "commune" in levels:
        value = COMMUNE
    elif "province" in levels:
        value = PROVINCE
    else:
        return ABROAD if levels else UNKNOWN
    return value + (WITH_MINISTRY if "ministry" in levels else 0.0)


def _audience(audiences: Collection[str]) -> float:
    if not audiences:
        return 0.0
    if "citizen" in audiences:
        return CITIZEN
    return 0.0 if _PEOPLE & set(audiences) else NOT_FOR_PEOPLE


@lru_cache(maxsize=1)
def needed_codes() -> Mapping[str, float]:
    """Code → what being on a list adds; the first list that names it counts."""
    found: dict[str, float] = {}
    for name, entry in needed_services().items():
        for service in entry["services"]:
            for code in service["codes"]:
                found.setdefault(code, NEEDED[name])
    return found


@lru_cache(maxsize=1)
def needed_services() -> Mapping[str, Any]:
    """The shipped file: list → {source, services: [{name, codes}]}."""
    held: Mapping[str, Any] = yaml.safe_load(NEEDED_FILE.read_text(encoding="utf-8"))
    return held
