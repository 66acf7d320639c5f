"""What `manage.py check --deploy` says about a set-up that runs, but not well. What must not run at all is refused at
once by the production settings."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.database, deploy=True)
def check_database(databases: Any = None, **_kwargs: Any) -> list[CheckMessage]:
    problems: list[CheckMessage] = []
    database = settings.DATABASES["default"]
    if "sqlite" in database["ENGINE"]:
        options = database.get("OPTIONS", {})
        if options.get("transaction_mode") != "IMMEDIATE" or options.get("timeout", 0) < 10:
            problems.append(
                Error(
                    "SQLite without IMMEDIATE transactions and a long timeout loses writes under load.",
                    hint='OPTIONS: {"transaction_mode": "IMMEDIATE", "timeout": 20}',
                    id="portal.E001",
                )
            )
        if "journal_mode=WAL" not in options.get("init_command", ""):
            problems.append(
                checks.Warning(
                    "SQLite without WAL: readers wait for writers.", hint="init_command", id="portal.W001"
                )
            )
    return problems


@register(deploy=True)
def check_mail(app_configs: Any = None, **_kwargs: Any) -> list[CheckMessage]:
    problems: list[CheckMessage] = []
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        problems.append(
            checks.Warning(
                "Mail goes nowhere: invitations and password resets do not arrive.",
                hint="PORTAL_EMAIL_URL=smtp+tls://user:password@host:587",
                id="portal.W002",
            )
        )
    if settings.DEFAULT_FROM_EMAIL.endswith("@localhost"):
        problems.append(
            checks.Warning("Mail has no sender of yours.", hint="PORTAL_FROM_EMAIL", id="portal.W003")
        )
    return problems


@register(deploy=True)
def check_address(app_configs: Any = None, **_kwargs: Any) -> list[CheckMessage]:
    parts = urlsplit(settings.PORTAL_BASE_URL)
    problems: list[CheckMessage] = []
    if parts.scheme != "https":
        problems.append(
            checks.Warning(
                "PORTAL_BASE_URL is not https: links in mail and QR codes are not safe.", id="portal.W004"
            )
        )
    return problems
