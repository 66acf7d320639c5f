"""Several writers at once keep one chain: each in a connection of its own, on a real file or server."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
WRITERS, TURNS, AT_ONCE = 4, 15, 3
SCRIPT = f"""
import threading
import django; django.setup()
from django.db import connection, connections, transaction
from procedures.ledger import recording, triggers
from procedures.ledger.chain import verify
from procedures.ledger.recording import Record, append
from procedures.ledger.verifying import headers
from procedures.models import LedgerBody, LedgerEntry, LedgerHead, LedgerRoot

with connection.schema_editor() as editor:
    for model in (LedgerBody, LedgerEntry, LedgerHead, LedgerRoot):
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


def race(database: str) -> None:
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings.test",
            "PYTHONPATH": os.pathsep.join([str(ROOT / "site"), str(ROOT)]),
            "PORTAL_DATABASE_URL": database,
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout


def test_writers_on_sqlite_keep_one_chain(tmp_path: Path) -> None:
    race(f"sqlite:///{tmp_path / 'ledger.sqlite3'}")


@pytest.mark.postgres
@pytest.mark.django_db
def test_writers_on_postgresql_keep_one_chain() -> None:
    name = f"ledger_{uuid4().hex[:8]}"
    settings = connection.settings_dict
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        try:
            race(f"postgres://{settings['USER']}@/{settings['HOST']}/{name}")
        finally:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
