"""Who stands behind the keys in the ledger: the assignment is entered too, so that a key that changes hands leaves a trace.

A key says whose act an entry was. Whoever writes the database could give A's key to B. The database refuses that (`triggers`), and
each night the whole assignment (key → number of the account) goes into one entry where it differs from the last. Numbers, not names,
and the entry's body is in no extract: once an account is deleted nothing leads to the person.
"""

from __future__ import annotations

import json
from collections import defaultdict

from django.db import transaction

from procedures.ledger.reading import load_texts
from procedures.ledger.recording import Record, append, is_open
from procedures.models import LedgerEntry, LedgerKind, StaffKey

SUBJECT = "staff"


def enter_staff() -> int:
    """The assignment as it stands, where it differs from the last that was entered. How many entries: none or one."""
    with transaction.atomic():
        keys = dict(StaffKey.objects.values_list("key", "user"))
        if not keys or not is_open():
            return 0
        return append([Record(LedgerKind.STAFF, SUBJECT, {"keys": keys})])


def keys_that_changed_hands() -> list[str]:
    """Keys that stood for one account in one entry and stand for another in a later one, or now. Raises BodyBroken.

    A key that is gone is none: deleting an account makes its entries anonymous.
    """
    owners: defaultdict[str, set[int]] = defaultdict(set)
    entries = LedgerEntry.objects.filter(kind=LedgerKind.STAFF).order_by("sequence")
    for name in dict.fromkeys(entries.values_list("body_hash", flat=True)):
        for key, account in json.loads(load_texts([name])[name])["keys"].items():
            owners[key].add(account)
    for key, account in StaffKey.objects.values_list("key", "user"):
        if key in owners:
            owners[key].add(account)
    return sorted(key for key, accounts in owners.items() if len(accounts) > 1)
