"""Names of what findings point at: procedures, decisions and their lines. Three queries for a whole board."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from procedures.boards.figures import full_day
from procedures.completeness.findings import Finding
from procedures.models import AnnouncementDecision, DecisionLine, ProcedurePage
from procedures.models.decisions import DecisionKind


@dataclass(frozen=True, slots=True)
class Named:
    """A procedure as lists show it."""

    id: int
    code: str
    title: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class NamedDecision:
    id: int
    number: str
    signed_on: date
    is_opening: bool = False

    @property
    def words(self) -> str:
        if self.is_opening:
            return _("Danh mục đầu kỳ ngày %(day)s") % {"day": full_day(self.signed_on)}
        return _("Quyết định %(number)s ngày %(day)s") % {
            "number": self.number,
            "day": full_day(self.signed_on),
        }


@dataclass(frozen=True, slots=True)
class NamedLine:
    id: int
    ordinal: int
    part: str
    ordinal_text: str


@dataclass(frozen=True)
class Names:
    procedures: Mapping[int, Named] = field(default_factory=dict)
    decisions: Mapping[int, NamedDecision] = field(default_factory=dict)
    lines: Mapping[int, NamedLine] = field(default_factory=dict)

    def of(self, finding: Finding) -> Named | None:
        return self.procedures.get(finding.procedure) if finding.procedure is not None else None

    def decision_of(self, finding: Finding) -> NamedDecision | None:
        return self.decisions.get(finding.decision) if finding.decision is not None else None

    def line_of(self, finding: Finding) -> NamedLine | None:
        return self.lines.get(finding.line) if finding.line is not None else None


def load_names(findings: Iterable[Finding], *, lines: bool = True) -> Names:
    found = list(findings)
    return Names(
        named_procedures({f.procedure for f in found if f.procedure is not None}),
        named_decisions({f.decision for f in found if f.decision is not None}),
        _lines({f.line for f in found if f.line is not None}) if lines else {},
    )


def named_procedures(ids: Iterable[int]) -> dict[int, Named]:
    columns = ("pk", "code", "title", "subject__name")
    rows = ProcedurePage.objects.filter(pk__in=list(ids)).order_by().values_list(*columns)
    return {pk: Named(pk, code, title, subject or "") for pk, code, title, subject in rows}


def named_decisions(ids: Iterable[int]) -> dict[int, NamedDecision]:
    rows = AnnouncementDecision.objects.filter(pk__in=list(ids)).order_by()
    return {
        pk: NamedDecision(pk, number, signed_on, kind == DecisionKind.OPENING)
        for pk, number, signed_on, kind in rows.values_list("pk", "number", "signed_on", "kind")
    }


def _lines(ids: Iterable[int]) -> dict[int, NamedLine]:
    rows = DecisionLine.objects.filter(pk__in=list(ids)).order_by()
    return {row[0]: NamedLine(*row) for row in rows.values_list("pk", "ordinal", "part", "ordinal_text")}
