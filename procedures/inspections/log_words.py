"""How the facts of a logged step are written for people."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from procedures.models import Verdict

LONGEST = 300


def fact_words(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if name in ("as_of", "until"):
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    if name == "verdict":
        return str(Verdict(value).label) if value in Verdict.values else str(value)
    if name in ("deduction", "proposed") or (name == "points" and not isinstance(value, dict)):
        return str(value).replace(".", ",")
    if isinstance(value, dict):
        return _("%(n)s đơn vị") % {"n": len(value)}
    if isinstance(value, list):
        text = ", ".join(str(part) for part in value)
        return text if len(text) <= LONGEST else f"{len(value)}: {text[:LONGEST]}…"
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
