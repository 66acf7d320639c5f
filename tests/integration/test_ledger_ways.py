"""Every way by which the public comes to see something else: recorded in the same transaction, or it did not happen."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from django.db import connection, models
from wagtail.models import Page, PageLogEntry

from guidance.models import LegalReference
from home.models import Counter, Desk, DeskException, DeskHours, Subject, Unit, UnitLogEntry
from home.unit_details import changing_units
from procedures.importing.bulk import import_records
from procedures.ledger import recording
from procedures.ledger.chain import Header, verify
from procedures.ledger.reading import load_bodies
from procedures.listings.services import relist
from procedures.models import (
    FormVersion,
    LedgerBody,
    LedgerEntry,
    LedgerHead,
    Listing,
    ListingLogEntry,
    ProcedurePage,
    ProcedureVersion,
)
from tests.conftest import Kept
from tests.integration.ledger_world import (
    PREPARED,
    WAYS,
    Way,
    World,
    close_a_day,
    edit_counter,
    edit_hours,
    edit_unit_in_the_admin,
    make_world,
    unpublish_page_in_the_admin,
    withdraw,
    withdraw_in_the_admin,
)

pytestmark = pytest.mark.usefixtures("rolled_back")


@pytest.fixture
def world(kept: Kept) -> World:
    made: World = kept(make_world)
    return made


WATCHED: tuple[type[models.Model], ...] = (
    Page,
    ProcedurePage,
    ProcedureVersion,
    Listing,
    ListingLogEntry,
    PageLogEntry,
    Unit,
    UnitLogEntry,
    Desk,
    DeskHours,
    DeskException,
    Counter,
    Subject,
    LegalReference,
    FormVersion,
    LedgerEntry,
    LedgerHead,
    LedgerBody,
    Desk.serves.through,
    Unit.successors.through,
)


def everything() -> dict[str, Any]:
    """All rows a way may write. Not revisions: a draft may be saved before it is published."""
    found: dict[str, Any] = {}
    for model in WATCHED:
        left_out = {"latest_revision_id", "latest_revision_created_at", "has_unpublished_changes", "draft_title", "live_revision_id"}  # fmt: skip
        names = [str(f.column) for f in model._meta.local_concrete_fields if f.column not in left_out]
        quoted = ", ".join(map(connection.ops.quote_name, names))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {quoted} FROM {model._meta.db_table}")
            # A draft that was saved on the way to the public may stay, with its line in the log.
            found[model._meta.label] = sorted(
                row for row in map(repr, cursor.fetchall()) if "'wagtail.edit'" not in row
            )
    return found


def check_chain() -> None:
    columns = ("sequence", "kind", "subject", "body_hash", "actor", "at", "previous", "hash")
    assert verify(Header(*row) for row in LedgerEntry.objects.values_list(*columns)).intact


class HalfWay(Exception):
    """What a failing disk would raise."""


@pytest.mark.parametrize("name", WAYS)
def test_a_way_is_recorded_whole_or_not_at_all(
    world: World, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The entry fails before it is written, or after: neither it nor the change stays. Then it is done."""
    way = PREPARED[name](world) if name in PREPARED else WAYS[name][0]
    before = everything()
    for where in ("before", "after"):
        fail_half_way(way, world, where, monkeypatch)
        assert difference(before, everything()) == {}
    start = LedgerHead.objects.get(pk=1).sequence
    way(fresh(world))
    names = {
        "unit": world.unit.slug,
        "other": world.other.slug,
        "page": world.page.code,
        "draft": world.draft.code,
        "loose": world.loose.code,
    }
    entries = LedgerEntry.objects.filter(pk__gt=start)
    if name == "import of units":
        assert entries.count() == 3
    else:
        wanted = sorted(subject.format(**names) for subject in WAYS[name][1])
        assert sorted(entries.values_list("subject", flat=True)) == wanted
    check_chain()


def fail_half_way(way: Way, world: World, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write = recording._write
    failed: list[str] = []

    def fail(*args: Any, **kwargs: Any) -> int:
        if where == "after":
            write(*args, **kwargs)
        failed.append(where)
        raise HalfWay

    with monkeypatch.context() as patch, suppress(HalfWay):
        patch.setattr(recording, "_write", fail)
        way(fresh(world))
    assert failed, "the way does not lead to the ledger"


def fresh(world: World) -> World:
    """Objects as the next request reads them: what a failure left in memory is gone."""
    for item in (world.unit, world.listing, world.form):
        item.refresh_from_db()
    world.counter = Counter.objects.get(desk=world.desk)
    for name in ("page", "draft", "loose"):
        setattr(world, name, ProcedurePage.objects.get(pk=getattr(world, name).pk))
    return world


def difference(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {
        label: sorted(set(rows) ^ set(before[label]))
        for label, rows in after.items()
        if rows != before[label]
    }


def test_relisting_is_recorded_and_fails_whole(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    withdraw(world)
    before = everything()
    with monkeypatch.context() as patch:
        patch.setattr(recording, "_write", lambda *_a: (_ for _ in ()).throw(HalfWay()))
        with pytest.raises(HalfWay):
            relist(unit=world.unit, procedures=world.ids)
    assert everything() == before
    relist(unit=world.unit, procedures=world.ids)
    entry = LedgerEntry.objects.latest("sequence")
    body = load_bodies([entry.body_hash])[entry.body_hash]
    assert (body["state"], body["action"]) == ("live", "relist")


def test_one_piece_of_work_makes_one_entry_of_a_unit(world: World) -> None:
    before = LedgerHead.objects.get(pk=1).sequence
    with changing_units():
        edit_hours(world)
        close_a_day(world)
        edit_counter(world)
    assert LedgerHead.objects.get(pk=1).sequence == before + 2, "the unit, and the one that shares the desk"


def test_who_did_it_stands_in_the_entry(world: World) -> None:
    for way in (edit_unit_in_the_admin, withdraw_in_the_admin, unpublish_page_in_the_admin):
        way(world)
        assert LedgerEntry.objects.latest("sequence").actor, way.__name__


def test_saving_what_is_the_same_writes_nothing(world: World) -> None:
    before = LedgerHead.objects.get(pk=1).sequence
    world.unit.save()
    Desk.objects.get(pk=world.desk.pk).save()
    world.page.get_latest_revision().publish()
    import_records([("thử", world.record)])
    assert LedgerHead.objects.get(pk=1).sequence == before
