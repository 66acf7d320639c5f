"""Documents as they lie in an index: what every result shows in one piece, the whole of it compressed in another. Pure."""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from search.documents import UNIT, DocumentId, Part, Passage, SearchDocument
from search.engines.contract import Candidate, Suggestion


class Damaged(Exception):
    """What was read from an index can't have been written by us."""


def to_bytes(value: Any) -> bytes:
    # Half surrogates are no UTF-8; what was indexed must come back all the same.
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def from_bytes(stored: bytes) -> Any:
    try:
        return json.loads(stored.decode("utf-8", "surrogatepass"))
    except ValueError as error:
        raise Damaged(str(error)) from error


def card(document: SearchDocument) -> bytes:
    """What results and suggestions show."""
    return to_bytes(
        [
            document.title,
            document.url,
            document.names,
            document.everyday,
            document.codes,
            document.prior,
            document.meta,
            document.dated.isoformat() if document.dated else "",
            document.unit_url,
            document.reader_url,
            document.ended,
        ]
    )


def units(document: SearchDocument) -> bytes:
    return to_bytes(sorted(document.facets.get(UNIT, ())))


@lru_cache(maxsize=4096)
def _units(stored: bytes) -> frozenset[str]:
    """Most procedures are listed by the same units as hundreds of others."""
    return frozenset(from_bytes(stored))


@lru_cache(maxsize=4096)
def _card(stored: bytes) -> dict[str, Any]:
    """The fields of a card by their names. The same documents come up again and again."""
    try:
        title, url, names, everyday, codes, prior, meta, dated, unit_url, reader_url, ended = from_bytes(
            stored
        )
        return {
            "title": title,
            "url": url,
            "names": tuple(names),
            "everyday": tuple(everyday),
            "codes": tuple(codes),
            "prior": prior,
            "meta": tuple(meta),
            "dated": date.fromisoformat(dated) if dated else None,
            "unit_url": unit_url,
            "reader_url": reader_url,
            "ended": ended,
        }
    except (TypeError, ValueError) as error:
        raise Damaged(str(error)) from error


def candidate(
    document: DocumentId, stored: bytes, stored_units: bytes, parts: Mapping[Part, int]
) -> Candidate:
    return Candidate(id=document, parts=parts, units=_units(stored_units), **_card(stored))


def suggestion(document: DocumentId, stored: bytes) -> Suggestion:
    held = candidate(document, stored, b"[]", {})
    return Suggestion(
        document, held.title, held.url, held.names, held.everyday, prior=held.prior, meta=held.meta
    )


def whole(document: SearchDocument) -> bytes:
    """What the card does not hold."""
    return zlib.compress(
        to_bytes(
            [
                [[p.part.value, p.anchor, p.heading, p.text] for p in document.passages],
                {facet: list(values) for facet, values in document.facets.items()},
            ]
        ),
        6,
    )


def passages(stored: bytes, parts: Collection[Part] = frozenset(Part)) -> tuple[Passage, ...]:
    """Of these parts, in their order."""
    try:
        return tuple(
            Passage(Part(part), anchor, heading, text)
            for part, anchor, heading, text in _unpacked(stored)[0]
            if part in parts
        )
    except (TypeError, ValueError, LookupError) as error:
        raise Damaged(str(error)) from error


def document(identity: DocumentId, stored: bytes, rest: bytes) -> SearchDocument:
    """Exactly what was handed to `card` and `whole`."""
    shown = candidate(identity, stored, b"[]", {})
    return SearchDocument(
        id=identity,
        title=shown.title,
        url=shown.url,
        names=shown.names,
        everyday=shown.everyday,
        codes=shown.codes,
        passages=passages(rest),
        facets={facet: tuple(values) for facet, values in _unpacked(rest)[1].items()},
        meta=shown.meta,
        prior=shown.prior,
        dated=shown.dated,
        unit_url=shown.unit_url,
        reader_url=shown.reader_url,
        ended=shown.ended,
    )


def _unpacked(stored: bytes) -> Any:
    try:
        return from_bytes(zlib.decompress(stored))
    except zlib.error as error:
        raise Damaged(str(error)) from error
