"""One account for one address, kept by the database too: forms and services ask first, and two may ask at once.

Accounts are Django's own, so the index can't stand in a model. It is put up again after every `migrate`, as SQLite loses
what it doesn't know of when a table is remade.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management import CommandError
from django.db import connections
from django.db.models import Count
from django.db.models.functions import Lower
from django.utils.translation import gettext

INDEX = "home_account_of_address"


def keep_after_migrate(using: str = "default", **_kwargs: Any) -> None:
    """Receiver of `post_migrate`. Accounts without an address are free; raises CommandError for pairs of before."""
    connection = connections[using]
    table = get_user_model()._meta.db_table
    with connection.cursor() as cursor:
        if table not in connection.introspection.table_names(cursor):
            return
    if pairs := shared_addresses(using):
        raise CommandError(
            gettext(
                "Mỗi địa chỉ thư điện tử chỉ thuộc một tài khoản. Hãy sửa các tài khoản sau rồi chạy lại `manage.py migrate`:"
            )
            + "".join(f"\n  {address}: {', '.join(logins)}" for address, logins in pairs.items())
        )
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE UNIQUE INDEX IF NOT EXISTS {INDEX} ON {table} (LOWER(email)) WHERE email <> ''"
        )


def drop(using: str = "default") -> None:
    with connections[using].cursor() as cursor:
        cursor.execute(f"DROP INDEX IF EXISTS {INDEX}")


def shared_addresses(using: str = "default") -> dict[str, list[str]]:
    """Address → logins, where there is more than one."""
    accounts = (
        get_user_model().objects.using(using).exclude(email="").annotate(address=Lower("email")).order_by()
    )
    twice = accounts.values("address").annotate(n=Count("pk")).filter(n__gt=1).values("address")
    found: dict[str, list[str]] = {}
    for address, login in (
        accounts.filter(address__in=twice).order_by("address", "username").values_list("address", "username")
    ):
        found.setdefault(address, []).append(login)
    return found
