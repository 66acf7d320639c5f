"""Legal references in bulk: whoever imports documents or procedures finds or makes them here, once per number."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from guidance.models import LegalReference
from guidance.numbers import reference_key

MAX_NUMBER = LegalReference._meta.get_field("number").max_length or 200
MAX_ISSUER = LegalReference._meta.get_field("issuer").max_length or 500


class Cited(Protocol):
    """Anything with the particulars of a document."""

    @property
    def number(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def issued(self) -> date | None: ...
    @property
    def issuer(self) -> str: ...
    @property
    def address(self) -> str: ...


def cited_key(cited: Cited) -> str:
    return reference_key(number=cited.number, title=cited.title)


def ensure_references(cited: Iterable[Cited]) -> dict[str, LegalReference]:
    """Key → reference for all of `cited`; makes the missing ones, fills particulars that were unknown. Two to four queries.

    What is known is never overwritten: sources spell the same title in many ways.
    """
    wanted: dict[str, Cited] = {}
    for item in cited:
        key = cited_key(item)
        known = wanted.get(key)
        if known is None or (not known.title and item.title):
            wanted[key] = item
    held = {r.key: r for r in LegalReference.objects.filter(key__in=list(wanted))}
    fresh = [_reference(key, item) for key, item in wanted.items() if key not in held]
    # A second importer may have made one meanwhile: its row stands.
    LegalReference.objects.bulk_create(fresh, batch_size=500, ignore_conflicts=True)
    if fresh:
        held |= {r.key: r for r in LegalReference.objects.filter(key__in=[r.key for r in fresh])}
    filled = [r for key, r in held.items() if _fill(r, wanted[key])]
    LegalReference.objects.bulk_update(filled, ["title", "issued", "issuer", "address"], batch_size=500)
    return held


def _reference(key: str, item: Cited) -> LegalReference:
    number = item.number
    title = item.title
    if len(number) > MAX_NUMBER:
        # Not a number at all: a sentence that stands where the source has no column for it.
        number, title = "", " ".join(filter(None, (number, title)))
    return LegalReference(
        key=key,
        number=number,
        title=title,
        issued=item.issued,
        issuer=item.issuer[:MAX_ISSUER],
        address=item.address,
    )


def _fill(reference: LegalReference, item: Cited) -> bool:
    changed = False
    for field in ("title", "issued", "issuer", "address"):
        if not getattr(reference, field) and (value := getattr(item, field)):
            setattr(reference, field, value[:MAX_ISSUER] if field == "issuer" else value)
            changed = True
    return changed
