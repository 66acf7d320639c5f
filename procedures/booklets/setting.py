"""Sets a volume in pieces of bounded size and joins them: the press needs the memory of one piece, however thick the volume is.

First the procedures, each piece knowing the number of its first page; then the front once more, now that its contents know every
page. How long the front is doesn't depend on those numbers (see booklet.typ).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from procedures.printing.joining import NotJoinable, Piece, join
from procedures.printing.typesetting import TypesettingFailed, typeset

logger = logging.getLogger(__name__)

PIECE_PROCEDURES = 50
PIECE_CHARACTERS = 500_000
"""Of JSON. A piece takes what it weighs: 50 real procedures some 200 MB, and 40 MB of it for none at all."""
MEGABYTES = 1000
"""Of address space for one piece; a single procedure of a million characters fits."""
SECONDS = 300
"""For one piece: a second on a quiet machine, a minute on one that is busy with readers."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """One line of the contents, and one bookmark."""

    level: int
    label: str


def pieces_of(fields: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Fields with their procedures in pieces; a field goes on in the next piece with `continues`."""
    piece: list[dict[str, Any]] = []
    number = size = 0
    for field in fields:
        started = False
        for item in field["items"]:
            weight = len(json.dumps(item, ensure_ascii=False))
            if number and (number >= PIECE_PROCEDURES or size + weight > PIECE_CHARACTERS):
                yield piece
                piece, number, size = [], 0, 0
            if not piece or piece[-1]["label"] != field["label"]:
                piece.append({"label": field["label"], "continues": started, "items": []})
            piece[-1]["items"].append(item)
            started, number, size = True, number + 1, size + weight
    if piece:
        yield piece


def set_volume(
    data: Mapping[str, Any],
    *,
    title: str,
    made: datetime,
    advance: Callable[[int], object] = lambda _number: None,
) -> tuple[bytes, int]:
    """The PDF and its number of pages. `data`: of `volume_text`; `advance`: told how many procedures are set.

    Raises TypesettingFailed.
    """
    try:
        return _set(data, title, made, advance)
    except NotJoinable:
        logger.exception("The pieces of %s can't be joined", title)
        raise TypesettingFailed(_("Không dàn trang được; người vận hành xem nhật ký.")) from None


def _set(
    data: Mapping[str, Any], title: str, made: datetime, advance: Callable[[int], object]
) -> tuple[bytes, int]:
    shared = {key: value for key, value in data.items() if key != "fields"}
    marks = _marks(data)

    def press(**more: Any) -> Piece:
        told = {**shared, **more}
        return Piece(
            typeset("booklet.typ", told, title=title, seconds=SECONDS, megabytes=MEGABYTES, made=made)
        )

    front = press(first_page=1, marks=[_row(mark, 0) for mark in marks])
    places, pieces = list(front.mark_pages), []
    count, done = len(front.leaves), 0
    for fields in pieces_of(data["fields"]):
        piece = press(first_page=count + 1, fields=fields)
        places += [count + place for place in piece.mark_pages]
        count += len(piece.leaves)
        pieces.append(piece)
        done += sum(len(field["items"]) for field in fields)
        advance(done)
    if len(places) != len(marks):
        raise NotJoinable(f"{len(places)} bookmarks for {len(marks)} lines of the contents")
    numbered = press(
        first_page=1, marks=[_row(mark, place + 1) for mark, place in zip(marks, places, strict=True)]
    )
    if numbered.mark_pages != front.mark_pages or len(numbered.leaves) != len(front.leaves):
        raise NotJoinable("The contents grew with their page numbers")
    return join([numbered, *pieces], [mark.level for mark in marks]), count


def _marks(data: Mapping[str, Any]) -> list[_Mark]:
    """As booklet.typ makes them: where to go, then fields with their procedures."""
    found = [_Mark(1, data["words"]["desks"])]
    for field in data["fields"]:
        found.append(_Mark(1, field["label"]))
        found += [_Mark(2, f"{item['number']}. {item['title']}") for item in field["items"]]
    return found


def _row(mark: _Mark, page: int) -> dict[str, Any]:
    return {"level": mark.level, "label": mark.label, "page": page}
