"""What procedures show on pages of `home`: counts and chosen procedures on the home page, a unit's list on its page.

Imported when the app starts; the views call the providers, templates start no query.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from home.furniture import Entry, add_entry
from home.model_fields import needle
from home.models import HomePage, Unit
from home.sections import provides
from home.vietnamese_order import vietnamese_key
from procedures.catalogue_filters import AUDIENCES, LEVELS
from procedures.enums import Audience, Level
from procedures.mapping import channels_of
from procedures.models import Listing, ProcedurePage
from procedures.short_facts import short_fee, short_time
from procedures.text.short_title import short_title

FIELDS_SHOWN = 10
UNIT_FIELDS_SHOWN = 6
UNIT_TITLES_SHOWN = 5
TITLE_LENGTH = 100
"""On a list of many; the procedure's page has the whole name."""

add_entry(Entry(10, "catalogue", menu=gettext_lazy("Thủ tục"), foot=gettext_lazy("Tất cả thủ tục")))


@dataclass(frozen=True, slots=True)
class CountedLink:
    label: str
    url: str
    count: int


@dataclass(frozen=True, slots=True)
class ProcedureLink:
    label: str
    url: str
    code: str
    meta: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LifeEvent:
    title: str
    slug: str
    items: tuple[ProcedureLink, ...]


@dataclass(slots=True)
class UnitField:
    """One field of what a unit lists; `first` holds the first titles of a large one."""

    label: str
    url: str
    count: int = 0
    first: list[ProcedureLink] = field(default_factory=list)


# The home page ---------------------------------------------------------------------------------------------------


@provides("home")
def home_page(*, request: HttpRequest, page: HomePage, **_other: Any) -> dict[str, Any]:
    """Three queries: counts, fields, the procedures that the editors chose."""
    public = ProcedurePage.objects.listed_publicly()
    counted = public.aggregate(
        total=Count("pk"),
        **{f"level_{level}": Count("pk", filter=Q(levels__contains=needle(level))) for level in Level.values},
        **{f"for_{who}": Count("pk", filter=Q(audiences__contains=needle(who))) for who in Audience.values},
    )
    chosen = _chosen(page)
    return {
        "procedure_total": counted["total"],
        "fields": _fields(public),
        "levels": _counted(Level, counted, "level_", {v: f"cap={w}" for w, v in LEVELS.items()}),
        "audiences": _counted(Audience, counted, "for_", {v: f"doi-tuong={w}" for w, v in AUDIENCES.items()}),
        "life_events": _life_events(page, chosen),
        "most_needed": _links(_raw(page.most_needed), chosen, with_facts=True),
    }


def _counted(
    choices: Any, counted: Mapping[str, int], prefix: str, asked: Mapping[str, str]
) -> list[CountedLink]:
    """Choices that have procedures, largest first."""
    links = [
        CountedLink(str(label), f"{reverse('catalogue')}?{asked[value]}", counted[f"{prefix}{value}"])
        for value, label in choices.choices
    ]
    return sorted((link for link in links if link.count), key=lambda link: -link.count)


def _fields(public: Any) -> dict[str, Any]:
    rows = (
        public.exclude(subject=None)
        .order_by()
        .values_list("subject__name", "subject__slug")
        .annotate(number=Count("pk"))
        .order_by("-number", "subject__name")
    )
    links = [
        CountedLink(name, f"{reverse('catalogue')}?linh-vuc={slug}", number) for name, slug, number in rows
    ]
    return {"first": links[:FIELDS_SHOWN], "number": len(links)}


def _raw(stream: Any) -> list[Mapping[str, Any]]:
    return [block["value"] for block in stream.raw_data]


def _items(values: Iterable[Any]) -> list[Mapping[str, Any]]:
    """Items of a list block, in its present and its older stored form."""
    return [item["value"] if item.get("type") == "item" else item for item in values]


def _chosen(page: HomePage) -> dict[int, ProcedurePage]:
    """All procedures that the page names and that can be shown, by their key."""
    events = [item for event in _raw(page.life_events) for item in _items(event.get("items") or ())]
    keys = {item.get("page") for item in (*events, *_raw(page.most_needed))} - {None}
    found = ProcedurePage.objects.listed_publicly().filter(pk__in=keys)
    return {procedure.pk: procedure for procedure in found.only("pk", "title", "code", "channels")}


def _life_events(page: HomePage, chosen: Mapping[int, ProcedurePage]) -> list[LifeEvent]:
    events = [
        LifeEvent(value["title"], value["slug"], tuple(_links(_items(value.get("items") or ()), chosen)))
        for value in _raw(page.life_events)
    ]
    return [event for event in events if event.items]


def _links(
    items: Iterable[Mapping[str, Any]], chosen: Mapping[int, ProcedurePage], *, with_facts: bool = False
) -> list[ProcedureLink]:
    """In the editors' order; what is no longer in force is left out."""
    links = []
    for item in items:
        procedure = chosen.get(item.get("page") or 0)
        if procedure is None:
            continue
        facts: tuple[str, ...] = ()
        if with_facts:
            channels = channels_of(procedure)
            facts = tuple(words for words in (short_time(channels), short_fee(channels)) if words)
        address = reverse("procedure", args=[procedure.code])
        links.append(
            ProcedureLink(
                item.get("label") or short_title(procedure.title, TITLE_LENGTH),
                address,
                procedure.code,
                facts,
            )
        )
    return links


# One unit --------------------------------------------------------------------------------------------------------


@provides("unit")
def unit_page(*, request: HttpRequest, unit: Unit, **_other: Any) -> dict[str, Any]:
    """What the unit lists, by field: the largest with their first titles, the rest folded. Two queries.

    First stand the procedures that the editors chose for the home page, in their order.
    """
    rows = Listing.objects.live().filter(unit=unit).values_list(*_LISTED)
    rank = most_needed()
    ordered = sorted(rows, key=lambda row: (rank.get(row[0], len(rank)), vietnamese_key(row[2])))
    fields: defaultdict[tuple[str, str], UnitField] = defaultdict(lambda: UnitField("", ""))
    catalogue = reverse("unit_catalogue", args=[unit.slug])
    total = 0
    for _pk, code, title, name, slug in ordered:
        total += 1
        found = fields[name or "", slug or ""]
        if not found.url:
            found.label = name or _("Lĩnh vực khác")
            found.url = f"{catalogue}?linh-vuc={slug}" if slug else catalogue
        found.count += 1
        if len(found.first) < UNIT_TITLES_SHOWN:
            found.first.append(
                ProcedureLink(
                    short_title(title, TITLE_LENGTH), reverse("listing", args=[unit.slug, code]), code
                )
            )
    by_size = sorted(fields.values(), key=lambda f: (-f.count, f.label))
    return {
        "unit_procedures": {
            "total": total,
            "url": catalogue,
            "shown": by_size[:UNIT_FIELDS_SHOWN],
            "rest": by_size[UNIT_FIELDS_SHOWN:],
        }
    }


_LISTED = (
    "procedure", "procedure__code", "procedure__title", "procedure__subject__name", "procedure__subject__slug",
)  # fmt: skip


def most_needed() -> dict[int, int]:
    """Procedure → its place in the editors' choice."""
    chosen = HomePage.objects.live().values_list("most_needed", flat=True).first()
    return {value.get("page") or 0: n for n, value in enumerate(_raw(chosen))} if chosen else {}
