"""What a frozen finding says of itself. The words are frozen with it: a later portal may word things otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from procedures.completeness.findings import FindingKind
from procedures.completeness.reports import UnitReport
from procedures.completeness.words import KIND_LABELS, describe, load_context

KEPT = ("title", "whose", "why", "since", "until", "costs")
"""Where to mend it is of the day it was found; it isn't kept."""

Words = Mapping[str, Mapping[str, str]]


def kind_label(kind: str) -> Any:
    """Of a kind as it was frozen; one that the portal no longer knows keeps its name."""
    return KIND_LABELS[FindingKind(kind)] if kind in list(FindingKind) else kind


def frozen_words(reports: Iterable[UnitReport]) -> Words:
    """Key of a finding → its words. Five queries for all units of a round."""
    held = list(reports)
    if not held:
        return {}
    context = load_context([finding for report in held for finding in report.findings], held[0].as_of)
    words = {}
    for report in held:
        for finding in report.findings:
            said = describe(finding, context)
            words[finding.key] = {name: str(getattr(said, name)) for name in KEPT}
    return words
