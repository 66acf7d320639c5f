"""Several writers at once keep one chain: each in a connection of its own, on a real file or server."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.servers.own_process import empty_postgres, run_script

WRITERS, TURNS, AT_ONCE = 4, 15, 3
SCRIPT = f"""
import threading
import django; django.setup()
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection, connections, transaction
from procedures.ledger import recording, triggers
from procedures.ledger.chain import verify
from procedures.ledger.recording import Record, append
from procedures.ledger.verifying import headers
from procedures.models import LedgerBody, LedgerEntry, LedgerHead, LedgerRoot, StaffKey

with connection.schema_editor() as editor:
    for model in (ContentType, Permission, Group, User, LedgerBody, LedgerEntry, LedgerHead, LedgerRoot, StaffKey):
        editor.create_model(model)
triggers.install()
with transaction.atomic():
    recording._write(recording.locked_head(), [Record("opened", "ledger", {{"format": 1}})])
errors = []

def write(writer):
    try:
        for turn in range({TURNS}):
            with transaction.atomic():
                append([Record("listing", f"listing/{{writer}}/{{turn}}-{{n}}", {{"n": n}}) for n in range({AT_ONCE})])
    except Exception as error:
        errors.append(repr(error))
    finally:
        connections.close_all()

threads = [threading.Thread(target=write, args=(n,)) for n in range({WRITERS})]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
verdict = verify(headers())
head = LedgerHead.objects.get(pk=1)
wrong = errors or not verdict.intact or (head.sequence, head.hash) != (verdict.count, verdict.root)
print(errors, verdict)
raise SystemExit(bool(wrong) or verdict.count != {WRITERS * TURNS * AT_ONCE + 1})
"""


def test_writers_on_sqlite_keep_one_chain(tmp_path: Path) -> None:
    run_script(SCRIPT, f"sqlite:///{tmp_path / 'ledger.sqlite3'}")


@pytest.mark.postgres
@pytest.mark.django_db
def test_writers_on_postgresql_keep_one_chain() -> None:
    with empty_postgres("ledger") as database:
        run_script(SCRIPT, database)
