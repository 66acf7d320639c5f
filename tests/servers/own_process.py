"""What runs in a process of its own: commands and scripts on a real database, the program that verifies an extract."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from django.db import connection

ROOT = Path(__file__).resolve().parents[2]


def portal_command(*arguments: str, database: str) -> subprocess.CompletedProcess[str]:
    """Python with the settings of the tests. `database`: an address as in PORTAL_DATABASE_URL."""
    return subprocess.run(
        [sys.executable, *arguments],
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


def verify_program(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """An extract's `verify.py` as a stranger runs it: isolated, nothing of this portal to be imported."""
    return subprocess.run(
        [sys.executable, "-I", "-S", str(folder / "verify.py"), *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={"PYTHONIOENCODING": "utf-8"},
        cwd="/",
        check=False,
    )


def run_script(script: str, database: str) -> None:
    """Fails with what the script printed unless it ends well."""
    result = portal_command("-c", script, database=database)
    assert result.returncode == 0, result.stdout


@contextmanager
def empty_postgres(prefix: str) -> Iterator[str]:
    """The address of a new database on the server of the tests, which is dropped afterwards, whoever is still in it."""
    name = f"{prefix}_{uuid4().hex[:8]}"
    settings = connection.settings_dict
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        try:
            yield f"postgres://{settings['USER']}@/{settings['HOST']}/{name}"
        finally:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
