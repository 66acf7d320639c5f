"""Everything that stands, as records: what a ledger that is being opened begins with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from procedures.ledger.bodies import listing_body, listing_subject, unit_bodies
from procedures.ledger.moments import moment_text
from procedures.ledger.recording import Record, is_open
from procedures.ledger.versions import prepare_versions
from procedures.models import LedgerEntry, LedgerKind, Listing, ProcedurePage

BATCH = 500
OPENED = "opened"
"""The action of listings that stood when the ledger was opened; their bodies say since when."""


def standing_records(*, whole: bool = False) -> list[Record]:
    """Details of units, public procedures without a version, listings not yet told of.

    Empty on a portal without content, unless `whole`: something else is about to be the first.
    """
    procedures = list(_procedures())
    listings = list(_listings())
    if not (whole or procedures or listings or is_open()):
        return []
    return [*unit_records(), *procedures, *listings]


def unit_records(units: Iterable[int] | None = None, *, user: Any = None) -> list[Record]:
    return [Record(LedgerKind.UNIT, subject, body, user) for subject, body in unit_bodies(units).items()]


def _procedures() -> Iterator[Record]:
    """Those that have a version are in the ledger already, as they stand."""
    unseen = ProcedurePage.objects.public().filter(versions=None).order_by("pk")
    ids = list(unseen.values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        pages = ProcedurePage.objects.filter(pk__in=ids[start : start + BATCH]).select_related("subject")
        records, _versions = prepare_versions(list(pages.order_by("pk")))
        yield from records


def _listings() -> Iterator[Record]:
    known = set(
        LedgerEntry.objects.filter(kind=LedgerKind.LISTING).values_list("subject", flat=True).distinct()
    )
    rows = Listing.objects.live().select_related("unit", "procedure").order_by("pk")
    columns = ("unit__slug", "procedure__code", *LISTING_COLUMNS)
    shared: dict[tuple[Any, ...], dict[str, Any]] = {}
    for listing in rows.only(*columns).iterator(chunk_size=2_000):
        subject = listing_subject(listing.unit.slug, listing.procedure.code)
        if subject in known:
            continue
        since = moment_text(listing.last_published_at) if listing.last_published_at else ""
        body = listing_body(listing, action=OPENED) | {"since": since}
        yield Record(LedgerKind.LISTING, subject, shared.setdefault(tuple(body.values()), body))


LISTING_COLUMNS = (
    "live",
    "confirmed_version",
    "desk_id",
    "counter_id",
    "phone",
    "hours_note",
    "notes",
    "withdrawn_reason",
    "last_published_at",
)
