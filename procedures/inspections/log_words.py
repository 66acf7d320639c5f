"""How the facts of a logged step are written for people."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procedures.models import Verdict

LONGEST = 300


FACT_LABELS = {
    "as_of": gettext_lazy("tính đến"),
    "sample_size": gettext_lazy("cỡ mẫu"),
    "seed": gettext_lazy("hạt giống"),
    "units": gettext_lazy("đơn vị"),
    "items": gettext_lazy("mục"),
    "people": gettext_lazy("người"),
    "item": gettext_lazy("mục số"),
    "code": gettext_lazy("mã"),
    "title": gettext_lazy("nội dung"),
    "verdict": gettext_lazy("kết quả"),
    "deduction": gettext_lazy("điểm trừ"),
    "note": gettext_lazy("nhận xét"),
    "name": gettext_lazy("tệp"),
    "sha256": "SHA-256",
    "until": gettext_lazy("đến hết ngày"),
    "text": gettext_lazy("giải trình"),
    "accepted": gettext_lazy("chấp nhận"),
    "answer": gettext_lazy("ý kiến"),
    "points": gettext_lazy("điểm"),
    "proposed": gettext_lazy("điểm đề nghị"),
    "conclusion": gettext_lazy("kết luận"),
    "frozen_hash": gettext_lazy("mã băm số liệu"),
    "ledger_root": gettext_lazy("mã gốc của sổ"),
    "concluded_hash": gettext_lazy("mã băm kết luận"),
}
"""What of a step's data is shown; the rest is for machines."""


def step_facts(data: dict[str, Any], about: str = "") -> list[tuple[Any, str]]:
    """`about`: what the explanation of this step answers."""
    said: list[tuple[Any, str]] = [(_("về"), about)] if about else []
    return said + [
        (label, fact_words(name, data[name]))
        for name, label in FACT_LABELS.items()
        if data.get(name) not in (None, "", [], {}) and not (about and name == "item")
    ]


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
