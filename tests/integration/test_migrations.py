"""The other tests build tables from the models; here the migrations themselves run, on an empty database."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection

from tests.servers.own_process import portal_command

COMPARE = """
import django; django.setup()
from django.apps import apps
from django.core.management import call_command
from django.db import connection
call_command("migrate", check_unapplied=True, verbosity=0)
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


def check_tables(database: str) -> None:
    """Of a database on which `migrate` has run."""
    compared = portal_command("-c", COMPARE, database=database)
    assert compared.returncode == 0, compared.stdout


@pytest.mark.whole
def test_models_have_their_migrations() -> None:
    result = portal_command("manage.py", "makemigrations", "--check", "--dry-run", database="sqlite://")
    assert result.returncode == 0, result.stdout


def test_migrations_make_the_tables_on_sqlite(migrated_sqlite: Path) -> None:
    check_tables(f"sqlite:///{migrated_sqlite}")


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.django_db
def test_migrations_make_the_tables_on_postgresql() -> None:
    name = f"migrations_{uuid4().hex[:8]}"
    settings = connection.settings_dict
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        try:
            database = f"postgres://{settings['USER']}@/{settings['HOST']}/{name}"
            migrated = portal_command("manage.py", "migrate", "--noinput", "-v0", database=database)
            assert migrated.returncode == 0, migrated.stdout
            check_tables(database)
        finally:
            cursor.execute(f"DROP DATABASE {name}")
