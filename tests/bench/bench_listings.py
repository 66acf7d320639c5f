"""How long listing in bulk takes, and reckoning who owes what: 600 for one unit, 40,000 for the province.

Run by `make bench`. Time of the process, not of the wall: a busy machine is no regression.
"""

from __future__ import annotations

import time
from datetime import date

import pytest

from home.enums import UnitKind
from home.models import Unit
from procedures.importing.bulk import import_records
from procedures.listings.opening import confirm_opening
from procedures.listings.services import confirm_listings, publish_listings
from procedures.listings.state import unit_state, unit_states
from procedures.listings.work import list_missing
from procedures.models import Competence, Listing, ListingLogEntry, ProcedurePage
from procedures.record import ProcedureRecord, Step

PROCEDURES, UNITS = 600, 67

pytestmark = pytest.mark.django_db


def _synthetic() -> list[Unit]:
    import_records(
        (
            str(number),
            ProcedureRecord(
                code=f"8.{number:06d}",
                name=f"Thủ tục dựng để đo số {number}",
                field=f"Lĩnh vực {number % 20}",
                levels=("commune",),
                steps=(Step("Bước 1"),),
            ),
        )
        for number in range(PROCEDURES)
    )
    units = Unit.objects.bulk_create(
        Unit(kind=UnitKind.COMMUNE, code=f"8{n:04d}", name=f"Xã Đo {n:02d}", slug=f"xa-do-{n}")
        for n in range(UNITS)
    )
    Competence.objects.create(level="commune", target="communes")
    confirm_opening(user=None, day=date(2026, 3, 2))
    return units


def _report(what: str, seconds: float, limit: float) -> None:
    print(f"\n{what:40} {seconds:6.2f} s (limit {limit:g})")
    assert seconds <= limit


def test_listing_in_bulk() -> None:
    units = _synthetic()
    first = unit_state(units[0])
    assert len(first.owed) == PROCEDURES

    began = time.process_time()
    publish_listings(unit=units[0], procedures=first.missing)
    _report("600 listings of one unit", time.process_time() - began, 1)

    began = time.process_time()
    run = list_missing(units)
    _report(f"{run.listings} listings, publish_listings --all", time.process_time() - began, 20)
    assert Listing.objects.count() == ListingLogEntry.objects.count() == PROCEDURES * UNITS

    ProcedurePage.objects.update(version=2, material_version=2)
    began = time.process_time()
    confirm_listings(unit=units[0], procedures=first.missing)
    _report("600 confirmations of one unit", time.process_time() - began, 1)

    began = time.process_time()
    states = unit_states(units)
    _report("state of every unit", time.process_time() - began, 2)
    assert not any(state.missing for state in states)

    began = time.process_time()
    unit_state(units[0])
    _report("state of one unit", time.process_time() - began, 0.1)
