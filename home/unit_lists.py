"""Units as the public lists show them: communes by former district, departments, central agencies; results of a search.

Each function makes a fixed number of queries, however many units there are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from home.enums import COMMUNE_KINDS, UnitKind
from home.model_fields import lines
from home.models import Unit
from home.unit_finding import Fit, best_fit, names_of, split_place, wanted
from home.unit_names import merged_words, without_kind
from home.vietnamese_order import vietnamese_key
from search.text import fold

MAX_FOUND = 60


@dataclass(frozen=True, slots=True)
class CommuneRow:
    name: str
    url: str
    old_names: tuple[str, ...]


@dataclass(slots=True)
class Area:
    """What was a district; `label` is short, for the jump links ("TP. Hà Tĩnh")."""

    anchor: str
    name: str
    label: str
    communes: list[CommuneRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Found:
    """A living unit, and in a few words what it is or which old name led to it."""

    unit: Unit
    fit: Fit
    why: str
    is_named: bool = True
    """By its name of today, a whole former name, or the beginning of a former unit's; not by some words of an old name."""


_SHORT = {"Thành phố ": "TP. ", "Thị xã ": "TX. ", "Huyện ": ""}


def counts_by_kind(kinds: Iterable[str]) -> dict[str, int]:
    """Communes, wards and townships count together, as "commune"."""
    counted = Counter(kinds)
    together = sum(counted.pop(kind, 0) for kind in COMMUNE_KINDS)
    return {**counted, UnitKind.COMMUNE: together}


def areas(communes: list[Unit]) -> list[Area]:
    """Communes under the former district that most of their former communes belonged to. One query."""
    links = (
        Unit.successors.through.objects.filter(to_unit__in=[unit.pk for unit in communes])
        .exclude(from_unit__kind=UnitKind.DISTRICT)
        .order_by("pk")
        .values_list("to_unit", "from_unit__name", "from_unit__parent__code", "from_unit__parent__name")
    )
    old_names: defaultdict[int, list[str]] = defaultdict(list)
    districts: defaultdict[int, Counter[tuple[str, str]]] = defaultdict(Counter)
    for unit_id, name, code, district in links:
        old_names[unit_id].append(name)
        if district:
            districts[unit_id][(code, district)] += 1
    found: dict[tuple[str, str], Area] = {}
    for unit in communes:
        counted = districts[unit.pk]
        key = min(counted, key=lambda k: (-counted[k], k)) if counted else ("~", "")
        area = found.setdefault(key, _area(*key))
        names = without_kind(old_names[unit.pk] or unit.old_name_list)
        area.communes.append(CommuneRow(unit.name, unit.get_absolute_url(), tuple(names)))
    for area in found.values():
        area.communes.sort(key=lambda row: vietnamese_key(row.name.partition(" ")[2] or row.name))
    return [found[key] for key in sorted(found)]


def _area(code: str, name: str) -> Area:
    if not name:
        return Area("khac", _("Xã, phường khác"), _("Khác"))
    for word, short in _SHORT.items():
        if name.startswith(word):
            return Area(f"h{code}", name, short + name.removeprefix(word))
    return Area(f"h{code}", name, name)


def find_units(text: str) -> list[Found]:
    """Living units that answer to these words, best first; an ended unit answers by those that carry it on. Two queries."""
    query = wanted(text)
    if query.is_empty:
        return []
    units = {unit.pk: unit for unit in Unit.objects.only(*_FOUND_COLUMNS)}
    hits = [(*best_fit(query, unit.search_key), unit) for unit in units.values()]
    hits = [hit for hit in hits if hit[0] is not Fit.NONE]
    if not hits:
        return []
    heirs: defaultdict[int, list[int]] = defaultdict(list)
    for old, new in Unit.successors.through.objects.order_by("pk").values_list("from_unit", "to_unit"):
        heirs[old].append(new)
    found: dict[int, Found] = {}
    for fits, place, unit in sorted(
        hits, key=lambda hit: (hit[0], not hit[2].is_active(), hit[1], vietnamese_key(hit[2].name))
    ):
        if unit.is_active():
            formerly = _old_name(unit, place)
            is_named = not formerly or fits is Fit.SAME
            found.setdefault(unit.pk, Found(unit, fits, _why(unit, formerly), is_named))
            continue
        for heir in _living(unit.pk, heirs, units):
            found.setdefault(heir.pk, Found(heir, fits, _why(heir, unit.name), fits < Fit.WORDS))
    return list(found.values())[:MAX_FOUND]


def place_in(text: str) -> tuple[str, list[Found]] | None:
    """What was typed without the unit that it names at its end or beginning, and that unit; a former one by its heirs."""
    known = {
        name: True for key in Unit.objects.values_list("search_key", flat=True) for name in names_of(key)
    }
    split = split_place(text, known)
    if split is None:
        return None
    rest, place = split
    found = [item for item in find_units(place) if item.fit is Fit.SAME]
    return (rest, found) if found else None


def _living(pk: int, heirs: dict[int, list[int]], units: dict[int, Unit]) -> list[Unit]:
    living, seen, ahead = [], {pk}, list(heirs.get(pk, ()))
    while ahead:
        heir = ahead.pop(0)
        if heir in seen or heir not in units:
            continue
        seen.add(heir)
        if units[heir].is_active():
            living.append(units[heir])
        else:
            ahead += heirs.get(heir, ())
    return living


_FOUND_COLUMNS = (
    "pk", "kind", "name", "short_name", "code", "old_names", "slug", "search_key", "active_from", "active_until",
)  # fmt: skip


def _why(unit: Unit, formerly: str) -> str:
    if not formerly:
        made_of = merged_words(unit.old_name_list) if unit.is_commune else ""
        return _("Gồm %(names)s") % {"names": made_of} if made_of else unit.get_kind_display()
    if unit.is_commune:
        # "Có địa bàn": the whole of the old unit or a part of it, a district or a commune.
        return _("Có địa bàn %(name)s cũ") % {"name": formerly[:1].lower() + formerly[1:]}
    return _("Trước đây: %(name)s") % {"name": formerly}


def _old_name(unit: Unit, place: int) -> str:
    """The old name at that place of the search key; the key drops repetitions, so it is looked up by its folded form."""
    names = unit.search_key.split(" | ")
    matched = names[place] if place < len(names) else ""
    return next(
        (name for name in lines(unit.old_names) if fold(name) == matched and fold(unit.name) != matched), ""
    )
