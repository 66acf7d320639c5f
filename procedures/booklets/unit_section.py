"""Board and booklet on the unit's public page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from home.models import Unit
from home.sections import provides
from procedures.booklets.shown import shown_booklets


@provides("unit")
def unit_page(*, request: HttpRequest, unit: Unit, **_other: Any) -> dict[str, Any]:
    """One query."""
    booklets = shown_booklets(unit)
    several = len(booklets) > 1
    return {
        "unit_board": {
            "board_url": reverse("board", args=[unit.slug]),
            "booklets": () if several else booklets,
            "volumes_url": reverse("unit_booklet", args=[unit.slug]) if several else "",
            "number": len(booklets),
        }
    }
