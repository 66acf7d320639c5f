"""Section 2, where to hand in: the desk and counter of the reader's unit, or the choice of a unit; then online."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.urls import reverse

from home.desk_hours import HoursView, hours_view, portal_calendar
from home.models import Counter, Desk, Unit
from home.unit_lists import find_units
from home.vietnamese_order import vietnamese_key
from procedures.enums import ChannelKind, OnlineLevel
from procedures.models import Listing, ProcedurePage
from procedures.record import ProcedureRecord

MAX_CHOICES = 20


@dataclass(frozen=True, slots=True)
class DeskView:
    """One desk with what holds for this procedure there. A listing's words go before a counter's, these before the desk's."""

    desk: Desk
    hours: HoursView
    counter: Counter | None = None
    phone: str = ""
    hours_note: str = ""


@dataclass(frozen=True, slots=True)
class UnitChoice:
    name: str
    url: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class ChooserView:
    """The question for the reader's commune, and who lists the procedure."""

    action: str
    asked: str = ""
    """What was typed and led to no single unit."""
    choices: tuple[UnitChoice, ...] = ()
    listed_by: tuple[UnitChoice, ...] = ()
    number: int = 0

    @property
    def address(self) -> str:
        """For paper: it can't be tapped, so it says the host too."""
        return f"{settings.PORTAL_BASE_URL}{self.action}"


@dataclass(frozen=True, slots=True)
class OnlineView:
    """`state` is one of OnlineLevel; `url` only where something can be handed in online and the address is known."""

    state: str
    is_possible: bool = False
    url: str = ""
    reason: str = ""


def desk_view(unit: Unit, *, subject_id: int | None, listing: Listing | None = None) -> DeskView | None:
    """Where one goes: the listing's desk or counter, else the counter for the field, else the unit's first desk.

    At most five queries, one where the unit has no desk.
    """
    desks = _desks(unit, subject_id=subject_id, listing=listing)
    if not desks:
        return None
    desk, counter = choose(
        desks,
        desk_id=listing.desk_id if listing else None,
        counter_id=listing.counter_id if listing else None,
    )
    return DeskView(
        desk=desk,
        hours=hours_view(desk, calendar=portal_calendar()),
        counter=counter,
        phone=listing.phone if listing else "",
        hours_note=listing.hours_note if listing else "",
    )


def choose(
    desks: Sequence[Desk], *, desk_id: int | None, counter_id: int | None
) -> tuple[Desk, Counter | None]:
    """Of desks in their order, with their counters prefetched and marked by `serves_field`."""
    counters = [(desk, counter) for desk in desks for counter in desk.counters.all()]
    for desk, counter in counters:
        if counter.pk == counter_id:
            return desk, counter
    chosen = [desk for desk in desks if desk.pk == desk_id]
    for desk, counter in counters:
        if counter.serves_field and (not chosen or desk in chosen):
            return desk, counter
    return (chosen or list(desks))[0], None


def _desks(unit: Unit, *, subject_id: int | None, listing: Listing | None) -> list[Desk]:
    """The unit's own desks, then those it shares, then one that only the listing names."""
    wanted = Q(unit=unit) | Q(serves=unit)
    if listing and listing.desk_id:
        wanted |= Q(pk=listing.desk_id)
    if listing and listing.counter_id:
        wanted |= Q(counters=listing.counter_id)
    serves_field = Counter.subjects.through.objects.filter(counter=OuterRef("pk"), subject=subject_id)
    counters = Counter.objects.annotate(serves_field=Exists(serves_field)).order_by("name")
    found = (
        Desk.objects.filter(wanted)
        .distinct()
        .prefetch_related("hours", "exceptions", Prefetch("counters", counters))
    )
    return sorted(found, key=lambda desk: (desk.unit_id != unit.pk, desk.name))


def is_web_address(address: str) -> bool:
    """Addresses come from outside in bulk, past any form: only these become links."""
    return address.startswith(("https://", "http://"))


def online_view(record: ProcedureRecord) -> OnlineView:
    """What the level says; without a level, the channels: a channel online means that one can."""
    level = record.online_level
    takes_online = level in (OnlineLevel.PARTIAL, OnlineLevel.FULL) or (
        not level and any(c.kind == ChannelKind.ONLINE for c in record.channels)
    )
    return OnlineView(
        state=level,
        is_possible=takes_online,
        url=record.national_url if takes_online and is_web_address(record.national_url) else "",
        reason=record.online_reason if level == OnlineLevel.PARTIAL else "",
    )


def chooser_view(page: ProcedurePage, *, action: str, asked: str = "") -> ChooserView:
    """Units that list the procedure (one query) and, where words were typed, the units that answer to them."""
    listings = (
        Listing.objects.live().filter(procedure=page).order_by("pk").values_list("unit__name", "unit__slug")
    )
    rows = sorted(listings, key=lambda row: vietnamese_key(row[0]))
    listed = tuple(UnitChoice(name, reverse("listing", args=[slug, page.code])) for name, slug in rows)
    found = find_units(asked) if asked else []
    choices = tuple(
        UnitChoice(item.unit.name, f"{action}?don-vi={item.unit.slug}#nop-o-dau", item.why)
        for item in found[:MAX_CHOICES]
    )
    return ChooserView(action=action, asked=asked, choices=choices, listed_by=listed, number=len(listed))
