"""Who decides, in the words of this province: the table of competence says who a body's words mean here.

The national catalogue names other provinces' departments as examples; these names are never shown.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from home.enums import UnitKind
from home.models import Unit
from procedures.competence.rules import COMMUNES, KIND, UNIT, CompetenceTable, Facts, Owner, owes
from procedures.enums import Level
from procedures.sources.scope import HOME_PROVINCE, provinces_named


def competent_bodies(
    facts: Facts, *, table: CompetenceTable, names: Mapping[str, str], reader: Unit | None = None
) -> tuple[str, ...]:
    """Each body once, in the order of the source. `names`: units' names by slug; `reader`: the unit whose page it is."""
    said: dict[str, None] = {}
    for body in facts.bodies or ("",):
        single = Facts((body,) if body else (), facts.issuing, facts.subject, facts.levels)
        resolution = table.resolve(single)
        owners = sorted(resolution.owners)
        if owners:
            if reader is not None and owes(
                owners, unit=reader.slug, kind=reader.kind, is_commune=reader.is_commune
            ):
                said[reader.name] = None
                continue
            said |= dict.fromkeys(_owner_words(owner, names) for owner in owners)
        elif body and not provinces_named(body) - {HOME_PROVINCE}:
            said[body] = None
        else:
            said |= dict.fromkeys(_level_words(level) for level in facts.levels)
    return tuple(words for words in said if words)


def _owner_words(owner: Owner, names: Mapping[str, str]) -> str:
    if owner.kind == UNIT:
        return names.get(owner.value, "")
    if owner.kind == COMMUNES:
        return _("Ủy ban nhân dân xã, phường")
    if owner.kind == KIND:
        return str(UnitKind(owner.value).label)
    return ""


def _level_words(level: str) -> str:
    return (
        {
            Level.COMMUNE: _("Ủy ban nhân dân xã, phường"),
            Level.PROVINCE: _("Cơ quan chuyên môn cấp tỉnh"),
            Level.MINISTRY: _("Bộ, cơ quan ngang bộ"),
        }.get(Level(level), "")
        if level in Level.values
        else ""
    )
