"""The ledger: what is appended, in which order, and what the database refuses."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from home.models import Unit
from procedures.ledger import clock, triggers
from procedures.ledger.chain import Header, Verdict, verify
from procedures.ledger.reading import load_texts
from procedures.ledger.recording import LedgerRefused, Record, append, open_ledger
from procedures.ledger.roots import write_roots
from procedures.listings.services import publish_listings, withdraw_listings
from procedures.models import LedgerBody, LedgerEntry, LedgerHead, LedgerKind, LedgerRoot, StaffKey
from tests.factories.catalogue import make_listing, make_procedure
from tests.factories.people import make_user
from tests.factories.records import make_record, publish
from tests.factories.units import make_desk, make_unit

pytestmark = pytest.mark.django_db

DAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def entry(n: int = 1, **more: Any) -> Record:
    return Record(LedgerKind.LISTING, f"listing/xa/{n}", {"state": "live", "n": n}, **more)


def headers() -> list[Header]:
    columns = ("sequence", "kind", "subject", "body_hash", "actor", "at", "previous", "hash")
    return [Header(*row) for row in LedgerEntry.objects.values_list(*columns)]


def check() -> Verdict:
    chain = headers()
    verdict = verify(chain, load_texts(header.body_hash for header in chain), needs=lambda _header: True)
    head = LedgerHead.objects.get(pk=1)
    assert (head.sequence, head.hash) == (verdict.count, verdict.root)
    return verdict


def test_the_first_entry_opens_the_ledger_and_the_chain_holds() -> None:
    with clock.ticking(DAY):
        assert append([entry(1), entry(2)]) == 3
        assert append([entry(3)]) == 1
    kinds = [header.kind for header in headers()]
    assert kinds == ["opened", "listing", "listing", "listing"]
    assert check().intact
    assert {header.at for header in headers()} == {"2026-03-02T09:00:00.000000Z"}


def test_only_what_differs_is_written_but_actions_always() -> None:
    append([entry(1)])
    assert append([entry(1)]) == 0
    assert append([entry(1, always=True)]) == 1
    assert append([entry(2), entry(2), entry(1)]) == 1
    other = Record(LedgerKind.LISTING, "listing/xa/1", {"state": "withdrawn"})
    assert append([other, entry(1)]) == 2
    assert check().intact


def test_equal_bodies_are_stored_once() -> None:
    body = {"state": "live"}
    append([Record(LedgerKind.LISTING, f"listing/xa/{n}", body) for n in range(50)])
    assert LedgerBody.objects.count() == 2
    assert check().count == 51


def test_staff_stand_by_random_keys() -> None:
    user, other = make_user(), make_user()
    append([entry(1, user=user), entry(2, user=other), entry(3, user=user), entry(4)])
    keys = dict(StaffKey.objects.values_list("user", "key"))
    assert [header.actor for header in headers()] == ["", keys[user.pk], keys[other.pk], keys[user.pk], ""]
    assert len(set(keys.values())) == 2
    user.delete()
    assert check().intact, "who left is forgotten; the chain is not touched"


def test_entries_are_in_the_order_of_time() -> None:
    with clock.ticking(DAY):
        append([entry(1)])
    append([entry(2, at=DAY - timedelta(minutes=3))])
    assert headers()[-1].at == headers()[-2].at, "who waited for a turn gets the time of the head"
    with pytest.raises(LedgerRefused):
        append([entry(3, at=DAY - timedelta(days=1))])
    assert check().count == 3


def test_a_production_clock_can_not_be_set(settings: Any) -> None:
    settings.PORTAL_PRODUCTION = True
    with pytest.raises(clock.ClockRefused), clock.ticking(DAY):
        pass


def test_clocks_nest() -> None:
    with clock.ticking(DAY):
        with clock.ticking(DAY + timedelta(hours=1)):
            assert clock.now() == DAY + timedelta(hours=1)
        assert clock.now() == DAY
    assert abs(clock.now() - timezone.now()) < timedelta(seconds=5)


# Opening -----------------------------------------------------------------------------------------------------------------


def test_opening_records_everything_that_stands() -> None:
    unit, procedure = make_unit(), make_procedure()
    make_desk(unit)
    make_listing(unit, procedure)
    make_listing(unit, live=False)
    written = open_ledger()
    subjects = [header.subject for header in headers()]
    assert written == len(subjects)
    assert subjects[0] == "ledger"
    assert f"unit/{unit.slug}" in subjects
    assert f"procedure/{procedure.code}" in subjects
    assert [s for s in subjects if s.startswith("listing/")] == [f"listing/{unit.slug}/{procedure.code}"]
    procedure.refresh_from_db()
    assert procedure.versions.get().number == procedure.version == 1
    assert open_ledger() == 0
    assert check().intact


def test_an_empty_portal_opens_nothing() -> None:
    make_unit()
    assert open_ledger() == 0
    assert not LedgerEntry.objects.exists()


def test_a_first_publication_opens_with_the_units() -> None:
    unit = make_unit()
    publish(make_record())
    assert LedgerEntry.objects.filter(subject=f"unit/{unit.slug}").count() == 1
    assert check().intact


# What the database refuses -----------------------------------------------------------------------------------------------


def refuse(work: Any) -> None:
    with pytest.raises(DatabaseError, match="so niem yet"), transaction.atomic():
        work()


@pytest.fixture
def chain() -> None:
    with clock.ticking(DAY):
        append([entry(1), entry(2)])
    with clock.ticking(DAY + timedelta(days=1)):
        write_roots()


@pytest.mark.usefixtures("chain")
def test_the_database_refuses_changes_and_deletions() -> None:
    refuse(lambda: LedgerEntry.objects.filter(pk=2).update(subject="x"))
    refuse(lambda: LedgerEntry.objects.filter(pk=3)._raw_delete("default"))
    refuse(lambda: LedgerBody.objects.update(content=b"x"))
    refuse(lambda: LedgerBody.objects.all()._raw_delete("default"))
    refuse(lambda: LedgerRoot.objects.update(hash="b" * 64))
    refuse(lambda: LedgerRoot.objects.all()._raw_delete("default"))
    assert check().intact


@pytest.mark.usefixtures("chain")
@pytest.mark.parametrize(
    "change",
    [{"sequence": 9}, {"previous": "0" * 64}, {"sequence": 3}, {"sequence": 0}],
    ids=["gap", "elsewhere", "again", "before"],
)
def test_the_database_refuses_entries_out_of_turn(change: dict[str, Any]) -> None:
    last = headers()[-1]
    right = {
        "sequence": 4,
        "kind": "listing",
        "subject": "x",
        "body_hash": last.body_hash,
        "at": last.at,
        "previous": last.hash,
        "hash": "f" * 64,
    }
    refuse(lambda: LedgerEntry.objects.bulk_create([LedgerEntry(**right | change)]))
    with transaction.atomic():
        LedgerEntry.objects.bulk_create([LedgerEntry(**right)])


@pytest.mark.usefixtures("chain")
@pytest.mark.parametrize(
    "change",
    [
        {"day": date(2099, 12, 31)},
        {"day": DAY.date() + timedelta(days=2)},
        {"day": DAY.date() - timedelta(days=1)},
        {"sequence": 2},
        {"sequence": 9},
        {"hash": "f" * 64},
    ],
    ids=["future", "gap", "before", "other entry", "no entry", "other hash"],
)
def test_the_database_refuses_roots_out_of_turn(change: dict[str, Any]) -> None:
    right = {"day": DAY.date() + timedelta(days=1), "sequence": 3, "hash": headers()[-1].hash}
    refuse(lambda: LedgerRoot.objects.create(**right | change))
    LedgerRoot.objects.create(**right)


def test_a_first_root_begins_with_the_ledger() -> None:
    with clock.ticking(DAY):
        append([entry(1)])
    root = {"sequence": 2, "hash": headers()[-1].hash}
    refuse(lambda: LedgerRoot.objects.create(day=DAY.date() - timedelta(days=3), **root))


@pytest.mark.usefixtures("chain")
def test_a_root_of_the_future_stops_nobody_and_is_told() -> None:
    last = headers()[-1]
    with triggers.lifted():
        LedgerRoot.objects.create(day=date(2099, 12, 31), sequence=last.sequence, hash=last.hash)
    with clock.ticking(DAY + timedelta(days=4)), pytest.raises(LedgerRefused, match="31/12/2099"):
        write_roots()
    days = LedgerRoot.objects.order_by("day").values_list("day", flat=True)
    assert list(days) == [*(DAY.date() + timedelta(days=n) for n in range(4)), date(2099, 12, 31)]


@pytest.mark.usefixtures("chain")
def test_replacing_and_emptying_are_refused() -> None:
    names = [column.name for column in connection.introspection.get_table_description(connection.cursor(), triggers.ENTRY)]  # fmt: skip
    if connection.vendor == "sqlite":
        row = LedgerEntry.objects.filter(pk=2).values_list(*names).get()
        marks = ", ".join(["%s"] * len(row))
        refuse(
            lambda: connection.cursor().execute(
                f"INSERT OR REPLACE INTO {triggers.ENTRY} ({', '.join(names)}) VALUES ({marks})",
                row,
            )
        )
        name = headers()[1].body_hash
        connection.cursor().execute(
            f"INSERT OR REPLACE INTO {triggers.BODY} (hash, content) VALUES (%s, %s)",
            [name, b"x"],
        )
    else:
        for table in triggers.TABLES:
            refuse(lambda table=table: connection.cursor().execute(f"TRUNCATE {table}"))
    assert check().intact


@pytest.mark.django_db(transaction=True)
def test_triggers_come_back_after_a_migration_that_lost_them() -> None:
    assert triggers.missing() == []
    table = LedgerEntry._meta
    old = table.get_field("actor")
    new = models.CharField(max_length=41, blank=True)
    new.set_attributes_from_name("actor")
    new.model = LedgerEntry
    triggers.give_way()
    with connection.schema_editor() as editor:
        editor.alter_field(LedgerEntry, old, new)
    if connection.vendor == "sqlite":
        assert triggers.missing(), "SQLite has made the table anew, without its triggers"
    call_command("migrate", verbosity=0)
    assert triggers.missing() == []
    triggers.give_way()
    with connection.schema_editor() as editor:
        editor.alter_field(LedgerEntry, new, old)
    call_command("migrate", verbosity=0)
    assert triggers.missing() == []


@pytest.mark.django_db(transaction=True)
def test_what_real_transactions_wrote_is_gone_for_the_next_test_and_the_triggers_are_not() -> None:
    assert triggers.missing() == []
    assert not LedgerEntry.objects.exists()
    with pytest.raises(LedgerRefused, match="in the transaction"):
        append([entry(1)])
    with transaction.atomic():
        append([entry(1)])


def test_a_broken_trigger_is_named() -> None:
    name = "ledger_keeps_ledgerentry_turn"
    with connection.cursor() as cursor:
        on = "" if connection.vendor == "sqlite" else f" ON {triggers.ENTRY}"
        cursor.execute(f"DROP TRIGGER {name}{on}")
    assert triggers.missing() == [name]
    triggers.install()
    assert triggers.missing() == []


HOLLOW = (
    "CREATE OR REPLACE FUNCTION ledger_keeps_root_in_turn() RETURNS trigger LANGUAGE plpgsql "
    "AS $x$ BEGIN RETURN NEW; END; $x$"
)


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("statement", "name"),
    [
        (f"ALTER TABLE {triggers.ENTRY} DISABLE TRIGGER ledger_keeps_ledgerentry_turn", "ledgerentry_turn"),
        (f"ALTER TABLE {triggers.BODY} ENABLE TRIGGER ledger_keeps_ledgerbody_row", "ledgerbody_row"),
        (
            HOLLOW,
            "ledgerroot_turn",
        ),
    ],
    ids=["off", "off for replicas", "hollow"],
)
def test_a_weakened_trigger_is_named(statement: str, name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
    assert triggers.missing() == [f"ledger_keeps_{name}"]
    triggers.install()
    assert triggers.missing() == []


# Speed -------------------------------------------------------------------------------------------------------------------


def test_six_hundred_listings_take_the_same_queries(django_assert_max_num_queries: Any) -> None:
    unit: Unit = make_unit()
    procedures = [make_procedure().pk for _n in range(40)]
    open_ledger()
    with django_assert_max_num_queries(16):
        publish_listings(unit=unit, procedures=procedures)
    with django_assert_max_num_queries(16):
        withdraw_listings(unit=unit, procedures=procedures, reason="Thử")
    assert check().intact
