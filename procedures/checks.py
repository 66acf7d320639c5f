"""Checks: what was forgotten fails `manage.py check`."""

from __future__ import annotations

from typing import Any

from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register

from procedures.editing.requirements import EXEMPT, REQUIREMENTS
from procedures.enums import Part


@register(Tags.database)
def check_ledger(databases: Any = None, **_kwargs: Any) -> list[CheckMessage]:
    """A warning: `migrate` asks before it puts the triggers up."""
    from procedures.ledger import triggers

    if not databases or not triggers.tables_are_there():
        return []
    return [
        checks.Warning(
            f"The ledger's trigger {name!r} is not in the database: run migrate.", id="procedures.W001"
        )
        for name in triggers.missing()
    ]


@register()
def check_requirements(app_configs: Any, **_kwargs: Any) -> list[CheckMessage]:
    """Every part of the law is asked for or exempted; every requirement says what is missing, and where."""
    from procedures.models import ProcedurePage

    problems: list[CheckMessage] = []
    asked = {rule.part for rule in REQUIREMENTS}
    problems += [
        Error(f"No requirement asks for the part {part!r}, and none exempts it.", id="procedures.E001")
        for part in Part.values
        if part not in asked and part not in EXEMPT
    ]
    problems += [
        Error(f"The requirement {rule.code!r} has no message.", id="procedures.E002")
        for rule in REQUIREMENTS
        if not rule.message.strip()
    ]
    fields = {field.name for field in ProcedurePage._meta.get_fields()}
    problems += [
        Error(
            f"The requirement {rule.code!r} leads to {rule.field!r}, which is no field.", id="procedures.E003"
        )
        for rule in REQUIREMENTS
        if rule.field not in fields
    ]
    codes = [rule.code for rule in REQUIREMENTS]
    problems += [
        Error(f"Two requirements are called {code!r}.", id="procedures.E004")
        for code in sorted({code for code in codes if codes.count(code) > 1})
    ]
    return problems
