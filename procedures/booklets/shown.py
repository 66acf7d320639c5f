"""What readers and staff see of a unit's booklets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from home.models import Unit
from home.vietnamese_order import vietnamese_key
from procedures.booklets.making import LOST_AFTER
from procedures.models import Booklet, BookletState
from procedures.presenters.papers import size_words

REST = "khac"
"""Place of the volume of what belongs to no field, in addresses."""


@dataclass(frozen=True, slots=True)
class ShownBooklet:
    booklet: Booklet
    label: str
    """The field; empty: everything."""
    url: str
    day: date
    pages: int
    procedures: int
    size: str


def shown_booklets(unit: Unit) -> tuple[ShownBooklet, ...]:
    """Volumes with a file, by field. One query."""
    made = list(
        Booklet.objects.filter(unit=unit, made_at__isnull=False).exclude(file="").select_related("subject")
    )
    several = len(made) > 1
    shown = [
        ShownBooklet(
            booklet=booklet,
            label=(booklet.subject.name if booklet.subject else _("Lĩnh vực khác")) if several else "",
            url=reverse(
                "unit_booklet_volume",
                args=[unit.slug, booklet.subject.slug if booklet.subject else REST],
            )
            if several
            else reverse("unit_booklet", args=[unit.slug]),
            day=timezone.localdate(booklet.made_at),
            pages=booklet.pages,
            procedures=booklet.procedures,
            size=size_words(booklet.size),
        )
        for booklet in made
    ]
    return tuple(sorted(shown, key=lambda item: (item.booklet.subject is None, vietnamese_key(item.label))))


def busy(booklets: Iterable[Booklet]) -> bool:
    now = timezone.now()
    return any(
        booklet.state in (BookletState.WAITING, BookletState.MAKING)
        and booklet.asked_at is not None
        and booklet.asked_at > now - LOST_AFTER
        for booklet in booklets
    )
