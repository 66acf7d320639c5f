"""Procedures and listings."""

from __future__ import annotations

from itertools import count
from typing import Any

from django.utils import timezone

from home.models import Unit
from procedures.models import CatalogueIndexPage, Listing, ProcedurePage
from tests.factories.units import make_unit

_numbers = count(1)


def make_procedure(name: str = "", **fields: Any) -> ProcedurePage:
    """A live procedure below the catalogue, with nothing in its parts but what is given."""
    number = next(_numbers)
    code = fields.pop("code", f"7.{number:06d}")
    values = {
        "title": name or f"Thủ tục thử {number}",
        "full_name": name or f"Thủ tục thử {number}",
        "slug": code.replace(".", "-"),
        "code": code,
        "levels": ("commune",),
        "content_hash": f"{number:064d}",
        "version": 1,
        "material_version": 1,
    } | fields
    return CatalogueIndexPage.objects.get().add_child(instance=ProcedurePage(**values))


def make_listing(
    unit: Unit | None = None, procedure: ProcedurePage | None = None, *, live: bool = True, **fields: Any
) -> Listing:
    """As bulk listing makes them: live, confirmed, without a revision."""
    procedure = procedure or make_procedure()
    now = timezone.now()
    values: dict[str, Any] = {"live": live, "confirmed_version": procedure.version, "confirmed_at": now}
    if live:
        values |= {"first_published_at": now, "last_published_at": now}
    return Listing.objects.create(unit=unit or make_unit(), procedure=procedure, **values | fields)
