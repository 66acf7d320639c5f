"""Single findings as lines of a work page: what, why, until when, what it costs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from procedures.boards import figures
from procedures.boards.naming import Names
from procedures.completeness.findings import Finding, FindingKind
from procedures.completeness.words import DETAIL_LABELS, GONE_WORDS

MOST_ITEMS = 500
"""On one page; what is beyond it comes up when these are done."""


@dataclass(frozen=True, slots=True)
class ItemView:
    procedure: int
    code: str
    title: str
    subject: str
    why: str
    until: str
    is_late: bool
    cost: str
    url: str


def items_of(findings: Iterable[Finding], names: Names, today: date) -> tuple[ItemView, ...]:
    """Findings of procedures that still have a name, in the order given."""
    return tuple(item for finding in findings if (item := _item(finding, names, today)) is not None)


def _item(finding: Finding, names: Names, today: date) -> ItemView | None:
    named = names.of(finding)
    if named is None:
        return None
    return ItemView(
        procedure=named.id,
        code=named.code,
        title=named.title,
        subject=named.subject,
        why=why_of(finding, names),
        until=until_of(finding, today),
        is_late=finding.overdue,
        cost=figures.cost(finding.cost) if finding.cost else "",
        url=reverse("procedure", args=[named.code]),
    )


def why_of(finding: Finding, names: Names) -> str:
    """The row of the decision that orders it, or what is wrong."""
    match finding.kind:
        case FindingKind.SHOULD_BE_GONE if finding.decision is None:
            words = str(GONE_WORDS.get(finding.details[0], "")) if finding.details else ""
            return words[:1].upper() + words[1:]
        case FindingKind.UNIT_DETAIL:
            lacking = [str(DETAIL_LABELS.get(detail, detail)) for detail in finding.details]
            return _("Chưa ghi %(what)s") % {"what": ", ".join(lacking)}
        case FindingKind.OUTDATED:
            return _("Nội dung gốc đổi ngày %(day)s") % {"day": figures.full_day(finding.since)}
    decision, line = names.decision_of(finding), names.line_of(finding)
    if decision is None:
        return ""
    if line is None or decision.is_opening:
        return decision.words
    part = f"{line.part}, " if line.part else ""
    said = f"{decision.words}, {part}" + _("dòng %(n)s") % {"n": line.ordinal_text or line.ordinal}
    if finding.kind is FindingKind.SHOULD_BE_GONE:
        return _("Bị bãi bỏ theo %(source)s") % {"source": said}
    return said


def until_of(finding: Finding, today: date) -> str:
    if finding.due is None:
        return ""
    return _("hạn %(day)s, %(left)s") % {
        "day": figures.full_day(finding.due),
        "left": figures.days_left(finding.due, today),
    }
