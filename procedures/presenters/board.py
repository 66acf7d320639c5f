"""The listing board at the desk: its frame, its first page, lists and search. Every link leads to another of its own pages."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import gettext as _

from home.desk_hours import hours_view, portal_calendar
from home.models import Counter, Desk, HomePage, Subject, Unit
from home.qr_codes import QrCode, qr_code
from home.vietnamese_order import vietnamese_key
from procedures.booklets.loading import Desks
from procedures.booklets.volumes import Volume, fingerprint, listed_now
from procedures.enums import ChannelKind
from procedures.home_sections import most_needed
from procedures.mapping import channels_of
from procedures.models import Listing
from procedures.short_facts import short_fee, short_time
from procedures.text.short_title import short_title
from search.engines.contract import EngineUnavailable
from search.service import find

MOST_NEEDED = 6
FIELDS_SHOWN = 10
HITS_SHOWN = 30
TITLE_LENGTH = 110
NEEDED_LENGTH = 60
OTHER = "-"
"""In addresses, the field of what has none: no slug is a lone hyphen."""
VERSION_SECONDS = 300
"""How long the board's version is taken as read: every page view of a board asks for it."""


@dataclass(frozen=True, slots=True)
class BoardLinks:
    """Addresses of one board; `is_large` travels along, so that larger letters need no cookie."""

    slug: str
    is_large: bool = False

    @property
    def home(self) -> str:
        return self._with(reverse("board", args=[self.slug]))

    @property
    def fields(self) -> str:
        return self._with(reverse("board", args=[self.slug]), xem="linh-vuc")

    @property
    def search(self) -> str:
        return self._with(reverse("board", args=[self.slug]), xem="tim")

    def field(self, slug: str) -> str:
        return self._with(reverse("board", args=[self.slug]), **{"linh-vuc": slug})

    def procedure(self, code: str) -> str:
        return self._with(reverse("board_procedure", args=[self.slug, code]))

    def _with(self, path: str, **asked: str) -> str:
        asked |= {"chu": "to"} if self.is_large else {}
        return f"{path}?{urlencode(asked)}" if asked else path


@dataclass(frozen=True, slots=True)
class BoardFrame:
    """What stands on every page of the board."""

    unit: Unit
    links: BoardLinks
    desk: Desk | None
    desk_name: str
    hours: Mapping[str, Any] | None
    """For the script: open or closed."""
    qr: QrCode
    larger: str
    """This page with larger letters, or with ordinary ones again."""
    worker: str
    back: str = ""
    """One step up; empty on the first page."""


@dataclass(frozen=True, slots=True)
class BoardRow:
    label: str
    url: str
    meta: str = ""


@dataclass(frozen=True, slots=True)
class BoardField:
    label: str
    url: str
    count: int


@dataclass(frozen=True, slots=True)
class BoardHome:
    total: int
    needed: tuple[BoardRow, ...]
    fields: tuple[BoardField, ...]
    number_of_fields: int


def board_frame(
    unit: Unit, desks: Desks, links: BoardLinks, *, takes_to: str, larger: str, back: str = ""
) -> BoardFrame:
    """`takes_to`: the page that a phone opens, without host. At most one query (the calendar)."""
    desk = desks.desks[0] if desks.desks else None
    return BoardFrame(
        unit=unit,
        links=links,
        desk=desk,
        desk_name=desk_words(unit, desk),
        hours=hours_view(desk, calendar=portal_calendar()).for_script if desk else None,
        qr=qr_code(f"{settings.PORTAL_BASE_URL}{takes_to}"),
        larger=larger,
        worker=reverse("board_worker", args=[unit.slug]),
        back=back,
    )


# The first page and the fields ---------------------------------------------------------------------------------------


def board_fields(unit: Unit, links: BoardLinks) -> tuple[BoardField, ...]:
    """Largest first. One query."""
    listed = listed_now(unit).values_list("procedure__subject__name", "procedure__subject__slug")
    counted = Tally(listed)
    fields = [
        BoardField(name or _("Lĩnh vực khác"), links.field(slug or OTHER), number)
        for (name, slug), number in counted.items()
    ]
    return tuple(sorted(fields, key=lambda field: (-field.count, vietnamese_key(field.label))))


def board_home(unit: Unit, desks: Desks, links: BoardLinks) -> BoardHome:
    """Three queries."""
    fields = board_fields(unit, links)
    return BoardHome(
        total=sum(field.count for field in fields),
        needed=_needed(unit, desks, links),
        fields=fields[:FIELDS_SHOWN],
        number_of_fields=len(fields),
    )


def _needed(unit: Unit, desks: Desks, links: BoardLinks) -> tuple[BoardRow, ...]:
    """What the editors chose for the home page, then for its life events, as far as the unit lists it. Two queries."""
    chosen = needed_labels()
    listed = {listing.procedure_id: listing for listing in _listings(unit).filter(procedure__in=chosen)}
    ordered = [listed[pk] for pk in chosen if pk in listed][:MOST_NEEDED]
    return tuple(
        _row(listing, desks, links, label=chosen[listing.procedure_id], length=NEEDED_LENGTH)
        for listing in ordered
    )


def needed_labels() -> dict[int, str]:
    """Procedure → the editors' short name for it ("Khai sinh"; may be empty), most needed first. One query.

    Those of life events follow without their names, which only tell something below the event's ("Chứng thực": "Di chúc").
    """
    page = HomePage.objects.live().only("most_needed", "life_events").first()
    if page is None:
        return {}
    labels: dict[int, str] = {}
    for block in page.most_needed.raw_data:
        if block["value"].get("page"):
            labels.setdefault(block["value"]["page"], block["value"].get("label") or "")
    for event in page.life_events.raw_data:
        for item in event["value"].get("items") or ():
            value = item["value"] if item.get("type") == "item" else item
            if value.get("page"):
                labels.setdefault(value["page"], "")
    return labels


def _listings(unit: Unit) -> Any:
    """With what a row needs, without the long texts."""
    return (
        listed_now(unit)
        .select_related("procedure")
        .only(
            "unit",
            "desk",
            "counter",
            "procedure__title",
            "procedure__code",
            "procedure__channels",
            "procedure__subject",
        )
    )


def _row(
    listing: Listing, desks: Desks, links: BoardLinks, *, label: str = "", length: int = TITLE_LENGTH
) -> BoardRow:
    """ "Quầy 1 · 1 ngày, miễn lệ phí" """
    page = listing.procedure
    # Who stands before the board hands in here.
    channels = channels_of(page)
    here = [channel for channel in channels if channel.kind == ChannelKind.IN_PERSON] or channels
    _desk, counter = desks.of(listing)
    facts = ", ".join(filter(None, (short_time(here[:1]), short_fee(here[:1]))))
    return BoardRow(
        label=label or board_title(page.title, length),
        url=links.procedure(page.code),
        meta=" · ".join(filter(None, (counter_words(counter), facts[:1].upper() + facts[1:]))),
    )


def board_title(title: str, length: int) -> str:
    """Everything here is a procedure: "Thủ tục đăng ký khai sinh" → "Đăng ký khai sinh"."""
    bare = title.removeprefix("Thủ tục ")
    return short_title(bare[:1].upper() + bare[1:], length)


def desk_words(unit: Unit, desk: Desk | None) -> str:
    """Its name without the unit's, which stands over it."""
    if desk is None:
        return ""
    name, own = desk.name, unit.name
    bare = name[: -len(own)].rstrip(" ,-–") if name.casefold().endswith(own.casefold()) else name
    return bare or name


def counter_words(counter: Counter | None) -> str:
    """ "Quầy 1: Hộ tịch, chứng thực" → "Quầy 1": what stands over the counter."""
    return counter.name.partition(":")[0].strip() if counter else ""


# Lists ---------------------------------------------------------------------------------------------------------------


def field_rows(unit: Unit, subject: Subject | None, desks: Desks, links: BoardLinks) -> tuple[BoardRow, ...]:
    """All of one field, most needed first. Two queries."""
    rank = most_needed()
    listings = sorted(
        _listings(unit).filter(procedure__subject=subject),
        key=lambda listing: (
            rank.get(listing.procedure_id, len(rank)),
            vietnamese_key(listing.procedure.title),
        ),
    )
    return tuple(_row(listing, desks, links) for listing in listings)


@dataclass(frozen=True, slots=True)
class BoardFound:
    rows: tuple[BoardRow, ...] = ()
    """The best of what the unit lists."""
    number: int = 0
    """How many there are."""
    is_away: bool = False
    """No engine answers."""
    instead: str = ""
    """What was searched, where nothing was found for what was typed."""


def search_rows(unit: Unit, text: str, desks: Desks, links: BoardLinks) -> BoardFound:
    try:
        result = find(
            text, kinds=("thu-tuc",), filters={"don-vi": (unit.slug,)}, unit=unit.slug, per_page=HITS_SHOWN
        )
    except EngineUnavailable:
        return BoardFound(is_away=True)
    codes = [hit.code for hit in (*result.exact, *result.hits)]
    listings = {row.procedure.code: row for row in _listings(unit).filter(procedure__code__in=codes)}
    rows = tuple(_row(listings[code], desks, links) for code in codes if code in listings)
    suggestion = result.suggestion
    return BoardFound(
        rows=rows,
        number=max(result.total, len(rows)) if rows else 0,
        instead=suggestion.text if suggestion and suggestion.applied else "",
    )


# For the worker that keeps the board while the network is gone -------------------------------------------------------


def board_version(unit: Unit) -> str:
    """Changes with anything that the board shows; looked up at most every few minutes."""
    key = f"board-version-{unit.pk}"
    held = cache.get(key)
    if held is None:
        held = fingerprint(Volume(unit, None, 0))[:32]
        cache.set(key, held, VERSION_SECONDS)
    return str(held)


def board_pages(unit: Unit) -> tuple[list[str], list[str]]:
    """Addresses to keep: at once (first page, fields), and one after the other (procedures, most needed first)."""
    links = BoardLinks(unit.slug)
    rank = {pk: place for place, pk in enumerate(needed_labels())}
    procedures = sorted(
        listed_now(unit).values_list("procedure", "procedure__code"),
        key=lambda row: (rank.get(row[0], len(rank)), row[1]),
    )
    core = [links.home, links.fields, links.search, reverse("board_offline", args=[unit.slug])]
    core += [field.url for field in board_fields(unit, links)]
    return core, [links.procedure(code) for _pk, code in procedures]
