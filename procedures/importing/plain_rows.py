"""Rows of which nobody needs an object, written in one go: making the objects took longer than the database does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection, models

BATCH = 2_000
PLAIN = frozenset({str, int, bool, type(None)})
"""What every driver takes as it stands, and JSON too."""


def insert_rows(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], *, batch: int = BATCH
) -> None:
    """`rows`: values in the order of `columns` (names of fields; of a foreign key, the key). No signal, no default:
    whatever the table demands must be among the columns."""
    fields: list[Any] = [model._meta.get_field(name) for name in columns]
    quote = connection.ops.quote_name
    names = ", ".join(quote(field.column) for field in fields)
    marks = ", ".join("%s" for _ in fields)
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({marks})"  # noqa: S608 -- names of models
    prepare = [_prepared(field) for field in fields]
    waiting: list[list[Any]] = []
    with connection.cursor() as cursor:
        for row in rows:
            waiting.append([made(value) for made, value in zip(prepare, row, strict=True)])
            if len(waiting) == batch:
                cursor.executemany(statement, waiting)
                waiting = []
        if waiting:
            cursor.executemany(statement, waiting)


def _prepared(field: Any) -> Callable[[Any], Any]:
    save = field.get_db_prep_save
    return lambda value: value if type(value) in PLAIN else save(value, connection=connection)
