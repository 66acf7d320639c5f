"""Every way by which the public comes to see something else is noted for the search, in the transaction that does it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from home.models import HomePage, Unit
from home.search_changes import record_turned as record_turned_units
from home.unit_csv import shipped_units
from home.unit_import import import_unit_records
from procedures.competence.table import load_shipped
from procedures.decisions.page_states import OfficialState, write_states
from procedures.enums import ProcedureState
from procedures.listings.services import publish_listings, relist
from procedures.models import Competence, ProcedurePage
from procedures.search_changes import record_turned
from search import outbox
from search.engines.contract import Place
from search.models import OutboxChange
from tests.factories.catalogue import make_listing, make_procedure
from tests.factories.units import make_unit
from tests.integration.ledger_world import PREPARED, WAYS, Way, World, make_world, withdraw
from tests.integration.test_ledger_ways import HalfWay, difference, everything, fresh

pytestmark = pytest.mark.usefixtures("rolled_back")


@pytest.fixture(scope="module")
def laid(module_db: None) -> World:
    return make_world()


@pytest.fixture
def world(laid: World, rolled_back: None) -> World:
    """What an earlier test left in memory is read anew."""
    return fresh(replace(laid))


def end_by_decision(world: World) -> None:
    page = ProcedurePage.objects.get(pk=world.page.pk)
    state = OfficialState(ProcedureState.ENDED, timezone.localdate() - timedelta(days=1), "Bị bãi bỏ.")
    with transaction.atomic():
        write_states([(page, state)], user=None)


def bring_back(world: World) -> None:
    relist(unit=world.unit, procedures=world.ids)


def to_bring_back(world: World) -> Way:
    withdraw(world)
    return bring_back


def name_successor(world: World) -> None:
    ProcedurePage.objects.filter(pk=world.page.pk).update(replaced_by=world.loose)


def to_rename_successor(world: World) -> Way:
    name_successor(world)
    return rename_successor


def rename_successor(world: World) -> None:
    page = ProcedurePage.objects.get(pk=world.loose.pk)
    page.title = "Tên khác"
    page.save_revision(clean=False).publish()


def edit_competence(_world: World) -> None:
    # As the admin does.
    with transaction.atomic():
        Competence.objects.create(target="nobody", body="cơ quan thử")


def to_rename_unit(world: World) -> Way:
    Competence.objects.create(target="unit", unit=world.unit, body="cơ quan thử")
    return rename_unit


def rename_unit(world: World) -> None:
    unit = Unit.objects.get(pk=world.unit.pk)
    unit.name = "Xã Tên Khác"
    unit.save()


def publish_home(_world: World) -> None:
    HomePage.objects.get().save_revision().publish()


def to_follow(world: World) -> Way:
    """The other unit ended, and its successor is entered afterwards."""
    Unit.objects.filter(pk=world.other.pk).update(active_until=date(2020, 1, 1))
    return follow


def follow(world: World) -> None:
    old = Unit.objects.get(pk=world.other.pk)
    old.successors.add(world.unit)
    old.save()


def to_follow_no_more(world: World) -> Way:
    to_follow(world)
    follow(world)
    return follow_no_more


def follow_no_more(world: World) -> None:
    old = Unit.objects.get(pk=world.other.pk)
    old.successors.clear()
    old.save()


def end_unit_by_hand(world: World) -> None:
    unit = Unit.objects.get(pk=world.unit.pk)
    unit.active_until = date(2026, 1, 1)
    unit.save()


def delete_unit(_world: World) -> None:
    Unit.objects.get(slug="khong-con").delete()


def to_delete_unit(_world: World) -> Way:
    make_unit(slug="khong-con", code="99992")
    return delete_unit


PAGE, DRAFT, LOOSE, HERE, OTHER = "thu-tuc/{page}", "thu-tuc/{draft}", "thu-tuc/{loose}", "don-vi/{unit}", "don-vi/{other}"  # fmt: skip
NOTED: dict[str, set[str]] = {
    "list": {LOOSE},
    "confirm": set(),
    "withdraw": {PAGE},
    "edit of a listing": set(),
    "edit that names a foreign desk": set(),
    "edit of a listing in the admin": set(),
    "withdrawing in the admin": {PAGE},
    "unpublishing a listing": {PAGE},
    "listing by schedule": set(),
    "listing expires": {PAGE},
    "publishing": {DRAFT},
    "publishing in the admin": {DRAFT},
    "publishing in bulk": {DRAFT},
    "publishing by schedule": {DRAFT},
    "page expires": {PAGE},
    "unpublishing": {PAGE},
    "unpublishing in the admin": {PAGE},
    "unpublishing in bulk": {PAGE},
    "deleting": {LOOSE},
    "import of a new one": {"thu-tuc/8.999999"},
    "import of a changed one": {LOOSE},
    "import beside a draft": {DRAFT},
    "new version of a form": {PAGE},
    "renaming a field": {PAGE, DRAFT, LOOSE, HERE, OTHER},
    "renaming a document": {PAGE, DRAFT, LOOSE},
    "unit": {HERE},
    "unit in the admin": {HERE},
    "unit ends": {HERE, PAGE, DRAFT},
    "desk": {HERE, OTHER},
    "hours": {HERE, OTHER},
    "no hours": {HERE, OTHER},
    "closed day": {HERE, OTHER},
    "counter": {HERE, OTHER},
    "no counter": {HERE, OTHER},
    "serving": {HERE, OTHER},
    "moving a desk": {HERE, OTHER, "don-vi/noi-moi"},
    "marking": {DRAFT},
}
"""Way of the ledger's tests → documents that it notes."""
MORE: dict[str, tuple[Callable[[World], Way], set[str]]] = {
    "ending by decision": (lambda _world: end_by_decision, {PAGE}),
    "bringing a listing back": (to_bring_back, {PAGE}),
    "renaming what took another's place": (to_rename_successor, {LOOSE, PAGE}),
    "table of competence": (lambda _world: edit_competence, {"thu-tuc/"}),
    "renaming a unit that decides": (to_rename_unit, {HERE, "thu-tuc/"}),
    "home page": (lambda _world: publish_home, {"trang/{home}"}),
    "succession": (to_follow, {HERE, OTHER}),
    "succession taken back": (to_follow_no_more, {HERE, OTHER}),
    "ending a unit by hand": (lambda _world: end_unit_by_hand, {HERE, PAGE, DRAFT}),
    "deleting a unit": (to_delete_unit, {"don-vi/khong-con"}),
}


def test_every_way_of_the_ledger_is_here() -> None:
    assert NOTED.keys() == WAYS.keys() - {"import of units"}


def noted() -> set[str]:
    return {f"{change.id.kind}/{change.id.key}" for change in outbox.waiting(Place(), 10_000)}


@pytest.mark.parametrize("name", [*NOTED, *MORE])
def test_a_way_is_noted_or_does_not_happen(world: World, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever fails once the note is written takes both back. Then it is done."""
    if name in MORE:
        way, wanted = MORE[name][0](world), MORE[name][1]
    else:
        way = PREPARED[name](world) if name in PREPARED else WAYS[name][0]
        wanted = NOTED[name]
    OutboxChange.objects.all().delete()
    if wanted:
        before = everything()
        fail_half_way(way, world, monkeypatch)
        assert difference(before, everything()) == {}
        assert noted() == set()
    way(fresh(world))
    named = {
        "unit": world.unit.slug,
        "other": world.other.slug,
        "page": world.page.code,
        "draft": world.draft.code,
        "loose": world.loose.code,
        "home": HomePage.objects.get().pk,
    }
    assert noted() == {one.format(**named) for one in wanted}


def fail_half_way(way: Way, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    write = OutboxChange.objects.bulk_create
    failed: list[bool] = []

    def fail(*args: Any, **kwargs: Any) -> Any:
        write(*args, **kwargs)
        failed.append(True)
        raise HalfWay

    with monkeypatch.context() as patch, suppress(HalfWay):
        patch.setattr(OutboxChange.objects, "bulk_create", fail)
        way(fresh(world))
    assert failed, "the way does not lead to the outbox"


def test_units_are_imported_with_their_notes() -> None:
    OutboxChange.objects.all().delete()
    import_unit_records(shipped_units()[:3])
    assert noted() == {f"don-vi/{record.slug}" for record in shipped_units()[:3]}
    OutboxChange.objects.all().delete()
    import_unit_records(shipped_units()[:3])
    assert noted() == set(), "nothing changed"


def test_the_table_of_competence_is_one_change(tmp_path: Path) -> None:
    file = tmp_path / "bang.yaml"
    file.write_text("- {body: a, target: nobody}\n- {body: b, target: nobody}\n", "utf-8")
    for expected in ({"thu-tuc/"}, set()):
        OutboxChange.objects.all().delete()
        load_shipped(file)
        assert noted() == expected


def test_a_draft_that_is_saved_is_nobody_s_business(world: World) -> None:
    OutboxChange.objects.all().delete()
    page = ProcedurePage.objects.get(pk=world.page.pk)
    page.full_name = "Tên đang soạn"
    page.save_revision(clean=False)
    assert noted() == set()


def test_many_listings_of_one_procedure_are_one_document() -> None:
    procedures = [make_procedure() for _ in range(3)]
    units = [make_unit() for _ in range(4)]
    OutboxChange.objects.all().delete()
    for unit in units:
        publish_listings(unit=unit, procedures=[page.pk for page in procedures])
    assert noted() == {f"thu-tuc/{page.code}" for page in procedures}


def test_a_day_that_comes_is_noted() -> None:
    today = timezone.localdate()
    yesterday, long_ago = today - timedelta(days=1), today - timedelta(days=400)
    begins = make_procedure(in_force_from=today)
    ends = make_procedure(in_force_until=yesterday)
    make_procedure(in_force_from=today + timedelta(days=1), in_force_until=today + timedelta(days=9))
    make_procedure(in_force_until=long_ago)
    listed = make_listing(make_unit(slug="het", active_until=yesterday)).procedure
    make_unit(slug="moi", active_from=today)
    make_unit(slug="sau", active_from=today + timedelta(days=1), active_until=today + timedelta(days=2))
    OutboxChange.objects.all().delete()
    record_turned(today)
    record_turned_units(today)
    assert noted() == {
        *(f"thu-tuc/{page.code}" for page in (begins, ends, listed)),
        "don-vi/het",
        "don-vi/moi",
    }
