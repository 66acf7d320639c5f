"""A key of the ledger stays with the account that it was made for: refused by the database, and seen where that was lifted."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from procedures.ledger import triggers
from procedures.ledger.jobs import LedgerBroken, ledger_roots, ledger_verified
from procedures.ledger.recording import Record, append
from procedures.ledger.staff import enter_staff, keys_that_changed_hands
from procedures.models import LedgerEntry, LedgerKind, StaffKey
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def two() -> tuple[Any, Any]:
    """Two people, of whom each has written one entry."""
    people = make_user(), make_user()
    with transaction.atomic():
        append(
            [
                Record(LedgerKind.LISTING, f"listing/xa/{n}", {"state": "live", "n": n}, user)
                for n, user in enumerate(people)
            ]
        )
    return people


def refused(act: Callable[[], object]) -> None:
    with pytest.raises(DatabaseError, match="so niem yet"), transaction.atomic():
        act()


def swap(first: Any, second: Any) -> None:
    """As the tables' owner can do it: without triggers, which are put up again."""
    keys = dict(StaffKey.objects.values_list("user", "key"))
    with triggers.lifted():
        StaffKey.objects.all().delete()
        StaffKey.objects.create(user=first, key=keys[second.pk])
        StaffKey.objects.create(user=second, key=keys[first.pk])
        # PostgreSQL alters no table with foreign keys still to be looked at.
        connection.check_constraints()
    assert triggers.missing() == []


def test_the_database_refuses_to_give_a_key_to_another(two: tuple[Any, Any]) -> None:
    first, _second = two
    stranger = make_user()
    key = StaffKey.objects.get(user=first)
    refused(lambda: StaffKey.objects.filter(pk=key.pk).update(user=stranger))
    refused(lambda: StaffKey.objects.filter(pk=key.pk).update(key="f" * 24))
    StaffKey.objects.filter(pk=key.pk).delete()
    refused(lambda: StaffKey.objects.create(user=stranger, key=key.key))
    if connection.vendor == "sqlite":
        refused(
            lambda: connection.cursor().execute(
                "INSERT OR REPLACE INTO procedures_staffkey (id, user_id, key) VALUES (%s, %s, %s)",
                [key.pk, stranger.pk, key.key],
            )
        )
    # A new person still gets a key of their own.
    StaffKey.objects.create(user=stranger, key="e" * 24)


def test_the_assignment_is_entered_where_it_differs(two: tuple[Any, Any]) -> None:
    assert (enter_staff(), enter_staff()) == (1, 0)
    make_key = StaffKey.objects.create(user=make_user(), key="d" * 24)
    assert enter_staff() == 1
    make_key.user.delete()
    assert enter_staff() == 1, "that a key is gone is a change as well"
    assert LedgerEntry.objects.filter(kind=LedgerKind.STAFF).count() == 3
    assert keys_that_changed_hands() == []
    call_command("verify_ledger", stdout=io.StringIO())


def test_nothing_is_entered_before_the_ledger() -> None:
    StaffKey.objects.create(user=make_user(), key="d" * 24)
    assert enter_staff() == 0
    assert not LedgerEntry.objects.exists()


def test_a_key_that_changed_hands_is_named(two: tuple[Any, Any]) -> None:
    ledger_roots()
    swap(*two)
    keys = sorted(StaffKey.objects.values_list("key", flat=True))
    assert keys_that_changed_hands() == keys
    with pytest.raises(CommandError, match=keys[0]):
        call_command("verify_ledger", stdout=io.StringIO())
    with pytest.raises(LedgerBroken, match="bị chuyển từ tài khoản này"):
        ledger_verified()
    # The next night enters what now stands: the trace stays, even when all is swapped back.
    enter_staff()
    swap(*two)
    assert keys_that_changed_hands() == keys


def test_no_extract_says_whose_a_key_is(two: tuple[Any, Any]) -> None:
    from procedures.ledger.composing import needed_subjects
    from procedures.ledger.verifying import headers

    enter_staff()
    assert "staff" not in needed_subjects(list(headers()), "xa")
