"""The database itself refuses to change, drop or insert out of turn what the ledger holds. SQLite and PostgreSQL.

SQLite loses the triggers of a table whenever a later migration remakes it, without a word. So they are put up again
after every `migrate`, and `missing` is asked at start (checks, /readyz). Who owns the tables can take triggers down: in
production the portal's own database role should not be the owner (docs/van-hanh.md), and roots leave the machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection as default_connection

from procedures.ledger.chain import START

ENTRY, BODY, ROOT = "procedures_ledgerentry", "procedures_ledgerbody", "procedures_ledgerroot"
TABLES = (ENTRY, BODY, ROOT)
STAFF = "procedures_staffkey"
"""Rows come and go with accounts, but a key stays with the account that it was made for."""
PREFIX = "ledger_keeps_"

KEPT = "so niem yet: khong sua, khong xoa"
TURN = "so niem yet: chi ghi noi tiep"
"""What the database says; plain letters, as some drivers garble others."""


_OUT_OF_TURN = (
    "NEW.sequence <> (SELECT COALESCE(MAX(sequence), 0) + 1 FROM procedures_ledgerentry) OR NEW.previous <> "
    "COALESCE((SELECT hash FROM procedures_ledgerentry ORDER BY sequence DESC LIMIT 1), '{start}')"
).replace("{start}", START)
_BODY_IS_THERE = "EXISTS (SELECT 1 FROM procedures_ledgerbody WHERE hash = NEW.hash)"
_ROOT_IS_THERE = "EXISTS (SELECT 1 FROM procedures_ledgerroot WHERE day = NEW.day OR id = NEW.id)"


_KEY_IS_USED = "EXISTS (SELECT 1 FROM procedures_ledgerentry WHERE actor = NEW.key)"
"""Made on first use, before the entry: a key that stands in the ledger already was somebody's."""


_ROOT_OUT_OF_TURN = (
    "NEW.day > {today} OR NEW.day <> "
    "COALESCE((SELECT {after_last} FROM procedures_ledgerroot WHERE day <= {today}), NEW.day) OR NEW.sequence < "
    "COALESCE((SELECT MAX(sequence) FROM procedures_ledgerroot WHERE day <= {today}), 0) OR NOT EXISTS "
    "(SELECT 1 FROM procedures_ledgerentry WHERE sequence = NEW.sequence AND hash = NEW.hash "
    "AND substr(at, 1, 10) <= CAST({after_new} AS varchar(10)))"
)
"""A root is of a day that is over, the one after the last root's, and names an entry that is there.

By the clock of the database, in UTC: east of Greenwich yesterday never lies after its today.
"""
_ROOT_ON_SQLITE = "NEW.day IS NOT date(NEW.day) OR " + (
    _ROOT_OUT_OF_TURN.replace("{today}", "date('now')")
    .replace("{after_last}", "date(MAX(day), '+1 day')")
    .replace("{after_new}", "date(NEW.day, '+1 day')")
)
_ROOT_ON_POSTGRESQL = (
    _ROOT_OUT_OF_TURN.replace("{today}", "(now() AT TIME ZONE 'UTC')::date")
    .replace("{after_last}", "MAX(day) + 1")
    .replace("{after_new}", "(NEW.day + 1)")
)


def _on_sqlite() -> dict[str, str]:
    """Trigger name → statement, as SQLite keeps it."""
    made = {}
    for table in TABLES:
        for event in ("UPDATE", "DELETE"):
            name = f"{PREFIX}{table.removeprefix('procedures_')}_{event.lower()}"
            made[name] = (
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
            )
    inserts = {
        "ledgerentry_turn": (ENTRY, _OUT_OF_TURN, f"ABORT, '{TURN}'"),
        # INSERT OR REPLACE deletes without asking the trigger for DELETE: what is there already is simply kept.
        "ledgerbody_first": (BODY, _BODY_IS_THERE, "IGNORE"),
        "ledgerroot_first": (ROOT, _ROOT_IS_THERE, f"ABORT, '{KEPT}'"),
        "ledgerroot_turn": (ROOT, _ROOT_ON_SQLITE, f"ABORT, '{TURN}'"),
        "staffkey_once": (STAFF, _KEY_IS_USED, f"ABORT, '{KEPT}'"),
    }
    for short, (table, when, answer) in inserts.items():
        name = PREFIX + short
        made[name] = (
            f"CREATE TRIGGER {name} BEFORE INSERT ON {table} WHEN {when} BEGIN SELECT RAISE({answer}); END"
        )
    name = f"{PREFIX}staffkey_row"
    made[name] = f"CREATE TRIGGER {name} BEFORE UPDATE ON {STAFF} BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
    return made


_FUNCTIONS = {
    f"{PREFIX}refuse": f"BEGIN RAISE EXCEPTION '{KEPT}'; END",
    f"{PREFIX}in_turn": f"BEGIN IF {_OUT_OF_TURN} THEN RAISE EXCEPTION '{TURN}'; END IF; RETURN NEW; END",
    f"{PREFIX}key_once": f"BEGIN IF {_KEY_IS_USED} THEN RAISE EXCEPTION '{KEPT}'; END IF; RETURN NEW; END",
    f"{PREFIX}root_in_turn": (
        f"BEGIN IF {_ROOT_ON_POSTGRESQL} THEN RAISE EXCEPTION '{TURN}'; END IF; RETURN NEW; END"
    ),
}


def _on_postgresql() -> dict[str, tuple[str, str]]:
    """Trigger name → (table, what it does)."""
    rows = {
        "ledgerentry_turn": (ENTRY, "INSERT", "in_turn"),
        "ledgerroot_turn": (ROOT, "INSERT", "root_in_turn"),
        "staffkey_row": (STAFF, "UPDATE", "refuse"),
        "staffkey_once": (STAFF, "INSERT", "key_once"),
    }
    made = {}
    for table in TABLES:
        short = table.removeprefix("procedures_")
        rows[f"{short}_row"] = (table, "UPDATE OR DELETE", "refuse")
        made[f"{PREFIX}{short}_truncate"] = (
            table,
            f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {PREFIX}refuse()",
        )
    for short, (table, event, answer) in rows.items():
        made[PREFIX + short] = (
            table,
            f"BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {PREFIX}{answer}()",
        )
    return made


def install(connection: Any = default_connection) -> None:
    """Put up every trigger, whatever is there already."""
    drop(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for statement in _on_sqlite().values():
                cursor.execute(statement)
        else:
            for name, body in _FUNCTIONS.items():
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $ledger$ {body}; $ledger$"
                )
            for name, (table, does) in _on_postgresql().items():
                cursor.execute(f"CREATE TRIGGER {name} {does}")
                # Else a session that says it is a replica goes past it.
                cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def drop(connection: Any = default_connection) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in _on_sqlite():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        else:
            for name, (table, _does) in _on_postgresql().items():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")


def missing(connection: Any = default_connection) -> list[str]:
    """Names of triggers that are not there, not as they should be, or switched off."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s", [f"{PREFIX}%"]
            )
            there = dict(cursor.fetchall())
            return sorted(name for name, statement in _on_sqlite().items() if there.get(name) != statement)
        cursor.execute(
            "SELECT t.tgname, c.relname, pg_get_triggerdef(t.oid), p.prosrc, t.tgenabled::text "
            "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE NOT t.tgisinternal AND t.tgname LIKE %s AND pg_table_is_visible(c.oid)",
            [f"{PREFIX}%"],
        )
        there = {name: tuple(rest) for name, *rest in cursor.fetchall()}
        return sorted(
            name
            for name, (table, does) in _on_postgresql().items()
            if not _is_as_made(there.get(name), name, table, does)
        )


def _is_as_made(found: tuple[str, ...] | None, name: str, table: str, does: str) -> bool:
    """On the table, always on, with the words and the function that `install` gave it."""
    if found is None:
        return False
    on, definition, source, enabled = found
    function = does.rpartition(" ")[2].removesuffix("()")
    # PostgreSQL names events in its own order, and schemas.
    told = definition.replace("public.", "").replace("DELETE OR UPDATE", "UPDATE OR DELETE")
    return (
        on == table
        and enabled == "A"
        and told == f"CREATE TRIGGER {name} {does}"
        and source == f" {_FUNCTIONS[function]}; "
    )


def tables_are_there(connection: Any = default_connection) -> bool:
    with connection.cursor() as cursor:
        return {*TABLES, STAFF} <= set(connection.introspection.table_names(cursor))


def give_way(using: str = "default", **_kwargs: Any) -> None:
    """Receiver of `pre_migrate`: SQLite remakes no table that a trigger of another one names. `post_migrate` follows."""
    from django.db import connections

    connection = connections[using]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for name in ("ledgerroot_turn", "staffkey_once"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {PREFIX}{name}")


def keep_after_migrate(using: str = "default", **_kwargs: Any) -> None:
    """Receiver of `post_migrate`: what a migration dropped by remaking a table is there again."""
    from django.db import connections

    connection = connections[using]
    if tables_are_there(connection) and missing(connection):
        install(connection)


@contextmanager
def lifted(connection: Any = default_connection) -> Iterator[None]:
    """For emptying a test database between tests; nothing of the portal calls it."""
    drop(connection)
    try:
        yield
    finally:
        install(connection)
