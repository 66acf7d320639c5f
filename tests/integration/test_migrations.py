"""The other tests build tables from the models; here the migrations themselves run, on an empty database."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
COMPARE = """
import django; django.setup()
from django.apps import apps
from django.db import connection
with connection.cursor() as cursor:
    tables = set(connection.introspection.table_names(cursor))
    wrong = []
    for model in apps.get_models(include_auto_created=True):
        if not model._meta.managed or model._meta.proxy:
            continue
        if model._meta.db_table not in tables:
            wrong.append(model._meta.db_table + " is missing")
            continue
        there = {row.name for row in connection.introspection.get_table_description(cursor, model._meta.db_table)}
        wanted = {field.column for field in model._meta.local_concrete_fields} - {"rowid"}  # implicit in FTS tables
        if wanted - there:
            wrong.append(f"{model._meta.db_table} lacks {sorted(wanted - there)}")
print("\\n".join(wrong))
raise SystemExit(bool(wrong))
"""


def django_command(*arguments: str, database: str) -> subprocess.CompletedProcess[str]:
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
    )


def check_migrations(database: str) -> None:
    migrated = django_command("manage.py", "migrate", "--noinput", "--verbosity", "0", database=database)
    assert migrated.returncode == 0, migrated.stdout
    again = django_command("manage.py", "migrate", "--check", database=database)
    assert again.returncode == 0, again.stdout
    compared = django_command("-c", COMPARE, database=database)
    assert compared.returncode == 0, compared.stdout


def test_models_have_their_migrations() -> None:
    result = django_command("manage.py", "makemigrations", "--check", "--dry-run", database="sqlite://")
    assert result.returncode == 0, result.stdout


@pytest.mark.slow
def test_migrations_make_the_tables_on_sqlite(tmp_path: Path) -> None:
    check_migrations(f"sqlite:///{tmp_path / 'empty.sqlite3'}")


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.django_db
def test_migrations_make_the_tables_on_postgresql() -> None:
    name = f"migrations_{uuid4().hex[:8]}"
    settings = connection.settings_dict
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        try:
            check_migrations(f"postgres://{settings['USER']}@/{settings['HOST']}/{name}")
        finally:
            cursor.execute(f"DROP DATABASE {name}")
