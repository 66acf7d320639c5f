"""Explanations of one unit as screens and papers show them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from procedures.inspections.board import person_name
from procedures.models import Explanation, InspectedUnit, InspectionFile, Verdict


@dataclass(slots=True)
class ExplanationRow:
    explanation: Explanation
    about: str
    by: str
    files: list[InspectionFile]
    cost: Decimal = Decimal(0)
    """What accepting it gives back."""
    typed_answer: str = ""
    error: str = ""


def finding_label(finding: dict[str, Any]) -> str:
    return str(finding.get("words", {}).get("title") or f"{finding['code']} {finding['procedure']}")


def explanation_rows(inspected: InspectedUnit) -> list[ExplanationRow]:
    """Three queries."""
    files: dict[int, list[InspectionFile]] = {}
    for file in inspected.files.exclude(explanation=None).order_by("pk"):
        files.setdefault(file.explanation_id or 0, []).append(file)
    findings = {row["key"]: row for row in inspected.frozen.get("findings", [])}
    rows = []
    for one in inspected.explanations.select_related("item", "created_by", "answered_by"):
        finding = findings.get(one.finding_key)
        if one.item is not None:
            about = gettext("Mục %(n)s: %(title)s") % {"n": one.item.place, "title": one.item.title}
            cost = one.item.deduction if one.item.verdict == Verdict.FAILED else Decimal(0)
        elif finding is not None:
            about, cost = finding_label(finding), Decimal(finding["cost"])
        else:
            about, cost = gettext("Toàn bộ kết quả"), Decimal(0)
        rows.append(ExplanationRow(one, about, person_name(one.created_by), files.get(one.pk, []), cost))
    return rows
