"""Explanations of one unit as screens and papers show them."""

from __future__ import annotations

from collections.abc import Iterable
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


def about_words(explanation: Explanation, finding: dict[str, Any] | None) -> str:
    """What an explanation answers; `finding`: the frozen one that it names."""
    if explanation.item is not None:
        return gettext("Mục %(n)s: %(title)s") % {
            "n": explanation.item.place,
            "title": explanation.item.title,
        }
    return finding_label(finding) if finding is not None else gettext("Toàn bộ kết quả")


def abouts(explanations: Iterable[int]) -> dict[int, str]:
    """Explanation id → what it answers. Two queries, however many."""
    rows = list(Explanation.objects.filter(pk__in=list(explanations)).select_related("item"))
    named = {one.inspected_id for one in rows if one.finding_key}
    frozen = InspectedUnit.objects.filter(pk__in=named).values_list("pk", "frozen__findings")
    findings = {(pk, finding["key"]): finding for pk, found in frozen for finding in found or []}
    return {one.pk: about_words(one, findings.get((one.inspected_id, one.finding_key))) for one in rows}


def explanation_rows(inspected: InspectedUnit) -> list[ExplanationRow]:
    """Three queries."""
    files: dict[int, list[InspectionFile]] = {}
    for file in inspected.files.exclude(explanation=None).order_by("pk"):
        files.setdefault(file.explanation_id or 0, []).append(file)
    findings = {row["key"]: row for row in inspected.frozen.get("findings", [])}
    rows = []
    for one in inspected.explanations.select_related("item", "created_by", "answered_by"):
        finding = findings.get(one.finding_key)
        about = about_words(one, finding)
        if one.item is not None:
            cost = one.item.deduction if one.item.verdict == Verdict.FAILED else Decimal(0)
        elif finding is not None:
            cost = Decimal(finding["cost"])
        else:
            cost = Decimal(0)
        rows.append(ExplanationRow(one, about, person_name(one.created_by), files.get(one.pk, []), cost))
    return rows
