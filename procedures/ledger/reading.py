"""What the public saw at the end of a day, out of the ledger. A fixed number of queries, however many units."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from home.models import Unit
from procedures.completeness.findings import ListedFacts, MaterialChange, VersionFacts
from procedures.ledger.bodies import LIVE, listing_subject, procedure_subject, unit_subject
from procedures.ledger.chain import body_hash
from procedures.ledger.clock import now
from procedures.ledger.materiality import default_material
from procedures.ledger.moments import day_of, end_of_day, moment_of
from procedures.ledger.places import lacks
from procedures.ledger.recording import BATCH, BodyBroken, body_text, last_bodies
from procedures.models import (
    LedgerBody,
    LedgerEntry,
    LedgerHead,
    LedgerKind,
    LedgerRoot,
    Listing,
    ProcedurePage,
    ProcedureVersion,
)

Body = Mapping[str, Any]

MANY_UNITS = 12
"""Above this reading the entries of all listings once costs less than naming each."""
CONFIRMING = frozenset({"opened", "list", "confirm", "relist"})


@dataclass(frozen=True, slots=True)
class Root:
    """The last entry of a day: its hash stands for everything before it."""

    day: date
    sequence: int
    hash: str


@dataclass(frozen=True, slots=True)
class ListedItem:
    """One procedure that a unit listed: the texts as they stood."""

    code: str
    procedure_body: Body
    listing_body: Body
    since: datetime
    """Public at this unit without a break since then."""
    actor: str = ""
    """Pseudonymous key of who wrote the listing's last entry."""


@dataclass(frozen=True, slots=True)
class UnitAsOf:
    """What one unit listed at the end of `day`. `no_ledger`: the day lies before the first entry, nothing is known."""

    unit: Unit
    day: date
    no_ledger: bool
    unit_body: Body | None
    items: tuple[ListedItem, ...]
    """In the order of their codes."""
    sequence: int
    root: Root | None


# Units and listings ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Track:
    """What the entries of one listing say, up to the last of them."""

    body: Body
    first: str = ""
    """When it was public for the first time."""
    since: str = ""
    """Public without a break since then; empty while it is not."""
    confirmed: str = ""
    actor: str = ""

    def follow(self, body: Body, at: str, actor: str) -> None:
        self.body, self.actor = body, actor
        told = body.get("since") or at
        if body["state"] != LIVE:
            self.since = ""
            return
        self.since = self.since or told
        self.first = self.first or told
        if body["action"] in CONFIRMING:
            self.confirmed = told


def listings_at(units: Iterable[Unit], day: date) -> dict[int, dict[int, ListedFacts]]:
    """Unit id → procedure id → what stood at the end of that day. Six queries, however many units.

    Out of the ledger alone: a listing whose row is gone today stood then all the same. Only a procedure without any row
    is left out, as nothing can be owed of it.
    """
    held = {unit.slug: unit.pk for unit in units}
    zone = timezone.get_current_timezone()
    end = end_of_day(day, zone)
    tracks = _tracks(_entries_of(held), end)
    unit_bodies = _bodies_at(map(unit_subject, held), end)
    procedures = {
        code: (pk, field or "")
        for code, pk, field in ProcedurePage.objects.order_by().values_list("code", "pk", "subject__name")
    }
    rows = {
        (unit, procedure): pk
        for pk, unit, procedure in Listing.objects.filter(unit__in=held.values())
        .order_by()
        .values_list("pk", "unit", "procedure")
    }
    found: dict[int, dict[int, ListedFacts]] = {pk: {} for pk in held.values()}
    for subject, track in tracks.items():
        slug, _slash, code = subject.partition("/")[2].partition("/")
        if slug not in held or code not in procedures:
            continue
        unit, (procedure, field) = held[slug], procedures[code]
        live = track.body["state"] == LIVE
        found[unit][procedure] = ListedFacts(
            procedure,
            live,
            track.body["confirmed_version"],
            day_of(track.confirmed, zone) if track.confirmed else None,
            lacks(unit_bodies.get(unit_subject(slug)), track.body, field) if live else (),
            day_of(track.first, zone) if track.first else None,
            rows.get((unit, procedure)),
            not live,
        )
    return found


def listed(unit: Unit, day: date, *, only: str = "") -> UnitAsOf:
    """Exactly what the public saw at this unit at the end of that day. Six queries, whatever it listed.

    `only`: of one procedure (its code), where nothing else of the unit's is asked for.
    """
    zone = timezone.get_current_timezone()
    end = end_of_day(day, zone)
    root = root_of(day)
    if root is None:
        return UnitAsOf(unit, day, True, None, (), 0, None)
    wanted = Q(subject=listing_subject(unit.slug, only)) if only else _entries_of([unit.slug])
    live = {subject.split("/", 2)[2]: track for subject, track in _tracks(wanted, end).items() if track.since}
    bodies = _bodies_at([unit_subject(unit.slug), *map(procedure_subject, live)], end)
    items = tuple(
        ListedItem(
            code, body, live[code].body, moment_of(live[code].since).astimezone(zone), live[code].actor
        )
        for code in sorted(live)
        # A procedure that was not public itself was not to be seen at any unit.
        if (body := bodies.get(procedure_subject(code))) is not None and body["public"]
    )
    return UnitAsOf(unit, day, False, bodies.get(unit_subject(unit.slug)), items, root.sequence, root)


def _entries_of(slugs: Collection[str]) -> Q:
    """The entries of all listings of these units; of many units, those of all listings."""
    if len(slugs) > MANY_UNITS:
        return Q(kind=LedgerKind.LISTING)
    wanted = Q(pk__in=[])
    for slug in slugs:
        first = listing_subject(slug, "")
        if connection.vendor == "sqlite":
            # Its LIKE goes past the index; its order of texts is that of their bytes. "0" follows "/".
            wanted |= Q(subject__gte=first, subject__lt=f"{first[:-1]}0")
        else:
            wanted |= Q(subject__startswith=first)
    return wanted


def _tracks(wanted: Q, end: str) -> dict[str, _Track]:
    """Subject → what its entries before `end` come to."""
    rows = LedgerEntry.objects.filter(wanted, at__lt=end).order_by("sequence")
    entries = list(rows.values_list("subject", "body_hash", "at", "actor"))
    bodies = load_bodies(body for _subject, body, _at, _actor in entries)
    found: dict[str, _Track] = {}
    for subject, body, at, actor in entries:
        track = found.get(subject)
        if track is None:
            track = found[subject] = _Track(bodies[body])
        track.follow(bodies[body], at, actor)
    return found


def _bodies_at(subjects: Iterable[str], end: str) -> dict[str, Body]:
    """Subject → its last body before `end`."""
    last = last_bodies(subjects, before=end)
    bodies = load_bodies(last.values())
    return {subject: bodies[name] for subject, name in last.items()}


def load_bodies(hashes: Iterable[str]) -> dict[str, Body]:
    return {name: json.loads(text) for name, text in load_texts(hashes).items()}


def load_texts(hashes: Iterable[str]) -> dict[str, str]:
    """Hash → canonical JSON. Raises BodyBroken where one is gone or is not what its hash names."""
    wanted = sorted(set(hashes))
    found: dict[str, str] = {}
    for start in range(0, len(wanted), BATCH):
        rows = LedgerBody.objects.filter(pk__in=wanted[start : start + BATCH])
        found |= {name: body_text(content) for name, content in rows.values_list("hash", "content")}
    if any(name not in found or body_hash(found[name]) != name for name in wanted):
        raise BodyBroken(_("Nội dung trong sổ niêm yết không khớp với mã băm của nó."))
    return found


# Versions ----------------------------------------------------------------------------------------------------------------


def versions_at(day: date) -> dict[int, VersionFacts]:
    """Procedure id → its versions as they stood at the end of that day. One query."""
    zone = timezone.get_current_timezone()
    end = moment_of(end_of_day(day, zone))
    changes: defaultdict[int, list[MaterialChange]] = defaultdict(list)
    current: dict[int, int] = {}
    rows = ProcedureVersion.objects.filter(published_at__lt=end).order_by("procedure", "number")
    columns = ("procedure", "number", "published_at", "changed", "material", "marked_at")
    for pk, number, published, changed, material, marked in rows.values_list(*columns):
        current[pk] = number
        parts, told = tuple(material), published
        default = default_material(changed)
        if marked is not None and marked >= end:
            parts = default
        elif marked is not None and not default:
            # What only a controller made material, units could not know before.
            told = marked
        if parts or number == 1:
            changes[pk].append(MaterialChange(number, timezone.localdate(told, zone), parts))
    found = {}
    for pk, number in current.items():
        *earlier, last = changes[pk] or [MaterialChange(0)]
        found[pk] = VersionFacts(pk, number, last.number, last.on, last.parts, tuple(earlier))
    return found


# Days and roots ----------------------------------------------------------------------------------------------------------


def first_day() -> date | None:
    """The day on which the ledger was opened; None: there is none yet."""
    at = LedgerEntry.objects.filter(pk=1).values_list("at", flat=True).first()
    return day_of(at, timezone.get_current_timezone()) if at else None


def root_of(day: date) -> Root | None:
    """As published, or as it stands for a day that no root was written for (today)."""
    kept = LedgerRoot.objects.filter(day=day).values_list("day", "sequence", "hash").first()
    if kept:
        return Root(*kept)
    end = end_of_day(day, timezone.get_current_timezone())
    last = LedgerEntry.objects.filter(at__lt=end).order_by("-sequence").values_list("pk", "hash").first()
    return Root(day, *last) if last else None


def current_root() -> Root | None:
    head = LedgerHead.objects.filter(pk=1, sequence__gt=0).values_list("sequence", "hash").first()
    return Root(timezone.localdate(now()), *head) if head else None
