"""What the search finds of units and of the portal's own pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from home.enums import COMMUNE_KINDS, UnitKind
from home.furniture import entries
from home.model_fields import lines
from home.models import Counter, Desk, HomePage, Unit
from home.place_names import PlaceRow, Places, living_heirs
from home.unit_names import merged_words
from search import outbox
from search.documents import DocumentId, Part, Passage, SearchDocument
from search.passages import passages
from search.registry import Kind, Placed, register, register_facet, register_place_finder
from search.text import words

UNIT, PAGE = "don-vi", "trang"

PRIORS = {
    UnitKind.SERVICE_CENTRE: 0.4,
    UnitKind.COMMUNE: 0.3,
    UnitKind.WARD: 0.3,
    UnitKind.DEPARTMENT: 0.3,
    UnitKind.PROVINCE: 0.2,
    UnitKind.CENTRAL: 0.1,
}

_PLACES = (*COMMUNE_KINDS, UnitKind.DISTRICT)

_UNIT_COLUMNS = (
    "pk", "kind", "code", "name", "short_name", "old_names", "slug", "email", "website", "complaints_address",
    "active_from", "active_until",
)  # fmt: skip


# Units ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Office:
    """A desk as the unit's page shows it."""

    name: str
    lines: tuple[str, ...]


class UnitSource:
    """Living units, under their former names too. Six queries, however many: all of them are some hundreds."""

    def count(self) -> int:
        return Unit.objects.active().count()

    def all(self) -> Iterator[SearchDocument]:
        yield from self._documents(Unit.objects.active())

    def some(self, keys: Sequence[str]) -> Iterator[SearchDocument]:
        yield from self._documents(Unit.objects.active().filter(slug__in=keys))

    @staticmethod
    def _documents(wanted: Any) -> Iterator[SearchDocument]:
        units = list(wanted.only(*_UNIT_COLUMNS).order_by("pk"))
        if not units:
            return
        formerly = _former_names()
        offices = _offices([unit.pk for unit in units])
        for unit in units:
            yield _unit(unit, formerly.get(unit.pk, ()), offices.get(unit.pk, ()))


def _unit(unit: Unit, formerly: Sequence[str], offices: Sequence[_Office]) -> SearchDocument:
    return SearchDocument(
        id=DocumentId(UNIT, unit.slug),
        title=unit.name,
        url=unit.get_absolute_url(),
        names=(unit.name,),
        everyday=_everyday(unit, formerly),
        passages=tuple(_passages(unit, offices)),
        meta=_meta(unit),
        prior=PRIORS.get(UnitKind(unit.kind), 0.0),
    )


def _everyday(unit: Unit, formerly: Sequence[str]) -> tuple[str, ...]:
    """Short and office names, codes and abbreviations, then old names; each once, however it is spelt."""
    names = [unit.short_name, *_offices_of(unit), *_abbreviations(unit), *unit.old_name_list, *formerly]
    said = {words(unit.name)}
    kept = []
    for name in names:
        key = words(name)
        if key and key not in said:
            said.add(key)
            kept.append(name)
    return tuple(kept)


def _offices_of(unit: Unit) -> Iterator[str]:
    """Of a commune one says its office's name as often as its own."""
    if unit.kind in COMMUNE_KINDS:
        name = unit.name[:1].lower() + unit.name[1:]
        yield _("UBND %(name)s") % {"name": name}
        yield _("Trung tâm Phục vụ hành chính công %(name)s") % {"name": name}


def _abbreviations(unit: Unit) -> Iterator[str]:
    """ "SNV" for Sở Nội vụ: a department's code, made so that Sở Ngoại vụ has another, until the official one takes its place."""
    if len(unit.code) > 2:
        yield unit.code
    if unit.kind == UnitKind.DEPARTMENT and not unit.code.isalpha():
        named = unit.name.replace("-", " ").replace(",", " ").split()
        yield "".join(word[0] for word in named if word.lower() != "và").upper()


def _meta(unit: Unit) -> tuple[str, ...]:
    if unit.is_commune and unit.old_name_list:
        return (_("Gồm %(names)s") % {"names": merged_words(unit.old_name_list)},)
    return (str(UnitKind(unit.kind).label),)


def _passages(unit: Unit, offices: Sequence[_Office]) -> Iterator[Passage]:
    """With the anchors of templates/home/unit.html."""
    for number, office in enumerate(offices, start=1):
        yield from passages(Part.TEXT, f"noi-nop-{number}", office.name, office.lines)
    contact = (unit.email, unit.website, *unit.complaints_address.splitlines())
    yield from passages(
        Part.TEXT, "lien-he", _("Liên hệ"), (line.strip() for line in contact if line.strip())
    )


def _former_names() -> dict[int, list[str]]:
    """Living unit → names of the ended ones that it carries on, at however many removes. Two queries.

    A district's or commune's short name is today's name of one of several heirs: only its full one leads to all of them.
    """
    rows, links = _rows(), _links()
    units = {row.pk: row for row in rows}
    after: defaultdict[int, list[int]] = defaultdict(list)
    for old, new in links:
        after[old].append(new)
    found: defaultdict[int, list[str]] = defaultdict(list)
    for row in rows:
        if row.is_active or row.pk not in after:
            continue
        for heir in living_heirs(row.pk, after, units):
            found[heir] += [
                row.name,
                *(() if row.kind in _PLACES else (row.short_name,)),
                *lines(row.old_names),
            ]
    return found


def _offices(units: Sequence[int]) -> dict[int, list[_Office]]:
    """Unit → where one hands in for it, in the order of its page: its own desks, then those it shares. Three queries."""
    served: defaultdict[int, set[int]] = defaultdict(set)
    for desk, unit in Desk.serves.through.objects.filter(unit__in=units).values_list("desk", "unit"):
        served[desk].add(unit)
    desks = Desk.objects.filter(unit__in=units).values_list("pk", "unit", "name", "address", "phone", "email")
    shared = Desk.objects.filter(pk__in=list(served)).exclude(unit__in=units)
    held = [*desks, *shared.values_list("pk", "unit", "name", "address", "phone", "email")]
    counters = _counters([row[0] for row in held])
    found: defaultdict[int, list[tuple[bool, str, _Office]]] = defaultdict(list)
    wanted = set(units)
    for pk, owner, name, address, phone, email in held:
        texts = [
            address,
            phone and _("Điện thoại %(number)s") % {"number": phone},
            email,
            *counters.get(pk, ()),
        ]
        office = _Office(name, tuple(f"{text.rstrip('.;')};" for text in texts if text))
        for unit in {owner, *served.get(pk, ())} & wanted:
            found[unit].append((owner != unit, name, office))
    return {
        unit: [office for _shared, _name, office in sorted(rows, key=lambda row: row[:2])]
        for unit, rows in found.items()
    }


def _counters(desks: Sequence[int]) -> dict[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    rows = (
        Counter.objects.filter(desk__in=desks)
        .order_by("desk", "name")
        .values_list("desk", "name", "place", "phone")
    )
    for desk, *said in rows:
        found[desk].append(" ".join(words for words in said if words))
    return found


def _rows() -> tuple[PlaceRow, ...]:
    today = timezone.localdate()
    columns = ("pk", "kind", "name", "short_name", "old_names", "slug", "active_from", "active_until")
    units = Unit.objects.order_by("pk").values_list(*columns)
    return tuple(
        PlaceRow(pk, kind, name, short, old, slug, until is None or today <= until)
        for pk, kind, name, short, old, slug, since, until in units
        if since is None or since <= today
    )


def _links() -> tuple[tuple[int, int], ...]:
    return tuple(Unit.successors.through.objects.order_by("pk").values_list("from_unit", "to_unit"))


# A unit named in a question ----------------------------------------------------------------------------------------------


_held: tuple[Hashable, Places] | None = None


def _places() -> Places:
    """Names are read anew when anything was noted for the search since, or the day is another. One query where nothing was."""
    global _held  # noqa: PLW0603 -- a cache of one
    # Asked for before the names are: a change between the two is read once more, never missed.
    state = (outbox.latest(), timezone.localdate())
    held = _held
    if held is None or held[0] != state:
        _held = held = (state, Places(_rows(), _links()))
    return held[1]


def forget_places() -> None:
    """For tests, whose changes are rolled back."""
    global _held  # noqa: PLW0603 -- as above
    _held = None


def place_in_query(text: str) -> Placed | None:
    if len(words(text)) < 2:
        return None
    named = _places().named_in(text)
    if named is None:
        return None
    place = named.place
    url = (
        reverse("unit", args=[place.slug])
        if place.slug
        else f"{reverse('units')}?{urlencode({'q': place.name})}"
    )
    return Placed(named.rest, place.slug, place.name, url)


def _unit_names(slugs: Sequence[str]) -> Mapping[str, str]:
    return dict(Unit.objects.filter(slug__in=slugs).values_list("slug", "name"))


# Pages ----------------------------------------------------------------------------------------------------------------


class PageSource:
    """The home page with what it gathers, and the places of menu and foot."""

    def count(self) -> int:
        return HomePage.objects.live().count() + len(entries())

    def all(self) -> Iterator[SearchDocument]:
        yield from map(_home_page, HomePage.objects.live().order_by("pk"))
        yield from map(_entry, entries())

    def some(self, keys: Sequence[str]) -> Iterator[SearchDocument]:
        numbers = [int(key) for key in keys if key.isdecimal()]
        if numbers:
            yield from map(_home_page, HomePage.objects.live().filter(pk__in=numbers).order_by("pk"))
        yield from (_entry(entry) for entry in entries() if entry.url_name in keys)


def _home_page(page: HomePage) -> SearchDocument:
    return SearchDocument(
        id=DocumentId(PAGE, str(page.pk)),
        title=_("Trang đầu"),
        url="/",
        names=(_("Trang đầu"), settings.WAGTAIL_SITE_NAME),
        passages=tuple(_life_events(page)),
        prior=-0.3,
    )


def _life_events(page: HomePage) -> Iterator[Passage]:
    yield from passages(Part.TEXT, "", page.question, (page.question,))
    for block in page.life_events.raw_data:
        event = block["value"]
        items: Iterable[Any] = event.get("items") or ()
        values = [item["value"] if item.get("type") == "item" else item for item in items]
        labels = [str(value["label"]) for value in values if value.get("label")]
        said = _("%(event)s: %(things)s") % {"event": event["title"], "things": "; ".join(labels)}
        yield from passages(Part.TEXT, event["slug"], event["title"], (said if labels else event["title"],))


def _entry(entry: Any) -> SearchDocument:
    names = tuple(dict.fromkeys(str(name) for name in (entry.foot, entry.menu) if name))
    return SearchDocument(
        id=DocumentId(PAGE, entry.url_name),
        title=names[0],
        url=reverse(entry.url_name),
        names=names,
        prior=-0.1,
    )


# What the registry is told -------------------------------------------------------------------------------------------------

register(Kind(UNIT, api_name="unit", label=gettext_lazy("Đơn vị"), order=2), UnitSource())
register(
    Kind(PAGE, api_name="page", label=gettext_lazy("Trang"), order=9, pages=("home.HomePage",)), PageSource()
)
register_facet("don-vi", gettext_lazy("Đơn vị niêm yết"), _unit_names)
register_place_finder(place_in_query)
