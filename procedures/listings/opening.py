"""The opening catalogue: what every unit owes on the portal's first day, proposed from the table of competence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from home.desk_hours import portal_calendar
from home.models import Unit
from procedures.competence.table import (
    UnmappedWords,
    current_table,
    facts_by_id,
    procedures_in_scope,
    unmapped_words,
)
from procedures.completeness.loading import load_units, unit_facts
from procedures.completeness.obligations import Decision, Line, Obligations, OwedProcedure, owed
from procedures.ledger.clock import now
from procedures.ledger.recording import open_ledger
from procedures.models import AnnouncementDecision, DecisionLine
from procedures.models.decisions import OPENING_NUMBER, DecisionKind, LineAction

DUE_DAYS = 5
"""Working days after the first day that units have to list what they owe, unless the controller says otherwise."""


class OpeningError(Exception):
    """Why the opening catalogue can't be confirmed; the message is for the controller."""


@dataclass(frozen=True, slots=True)
class UnitCount:
    unit: Unit
    owed: int


@dataclass(frozen=True)
class OpeningProposal:
    as_of: date
    due: date
    lines: tuple[int, ...]
    """Procedure ids in the order of their codes. Unmapped ones too: a row added later makes somebody owe them."""
    units: tuple[UnitCount, ...]
    """Every active unit that can owe a listing, most first."""
    unmapped: tuple[UnmappedWords, ...]
    """Words that no row answers, by weight."""
    unmapped_procedures: tuple[int, ...]
    ownerless: tuple[int, ...]
    """Owed only by a unit that has ended, or by a kind of which there is none."""
    nobody: int
    """How many a row says nobody here is competent for."""

    @property
    def pairs(self) -> int:
        return sum(count.owed for count in self.units)

    @property
    def unmapped_share(self) -> float:
        """Part of the lines that nobody answers for, 0 to 1."""
        return len(self.unmapped_procedures) / len(self.lines) if self.lines else 0.0


def propose_opening(as_of: date, *, due_days: int = DUE_DAYS) -> OpeningProposal:
    """What confirming would make today, without writing anything. A fixed number of queries."""
    scope = procedures_in_scope(as_of).order_by("code")
    facts = facts_by_id(scope)
    lines = tuple(facts)
    units = list(Unit.objects.active(as_of).listing_units().order_by("name"))
    due = portal_calendar().add_working_days(as_of, due_days)
    table = current_table()
    obligations = owed(
        [Decision(0, as_of, due, tuple(Line(pk) for pk in lines), due_days, opening=True)],
        {pk: OwedProcedure(known) for pk, known in facts.items()},
        table,
        [unit_facts(unit) for unit in units],
        as_of,
        all_units=load_units(),
    )
    return OpeningProposal(
        as_of=as_of,
        due=due,
        lines=lines,
        units=_counts(units, obligations),
        unmapped=tuple(unmapped_words({pk: table.resolve(known) for pk, known in facts.items()})),
        unmapped_procedures=tuple(sorted(obligations.unmapped)),
        ownerless=tuple(sorted(obligations.ownerless)),
        nobody=len(obligations.nobody),
    )


def _counts(units: Iterable[Unit], obligations: Obligations) -> tuple[UnitCount, ...]:
    counted = [UnitCount(unit, len(obligations.of(unit.pk))) for unit in units]
    return tuple(sorted(counted, key=lambda c: (-c.owed, c.unit.name)))


def opening_decision() -> AnnouncementDecision | None:
    return AnnouncementDecision.objects.filter(kind=DecisionKind.OPENING).first()


def rests_on_opening() -> int:
    """Decisions that came after: with one of them the opening catalogue stands for good."""
    return AnnouncementDecision.objects.filter(kind=DecisionKind.ANNOUNCEMENT).count()


@transaction.atomic
def confirm_opening(
    *, user: Any, day: date, due_days: int = DUE_DAYS, regenerate: bool = False
) -> AnnouncementDecision:
    """Write the opening catalogue: one decision and its lines, in one transaction.

    Confirming again gives the one that stands. `regenerate` makes its lines anew from the catalogue of today, with
    the day and deadline given, as long as no other decision rests on it. Raises OpeningError.
    """
    held = AnnouncementDecision.objects.select_for_update().filter(kind=DecisionKind.OPENING).first()
    if held is not None and not regenerate:
        return held
    if held is not None and rests_on_opening():
        raise OpeningError(_("Đã có quyết định công bố sau danh mục đầu kỳ nên không lập lại được nữa."))
    ids = list(procedures_in_scope(day).order_by("code").values_list("pk", flat=True))
    if not ids:
        raise OpeningError(_("Chưa có thủ tục nào đang có hiệu lực. Hãy nhập danh mục thủ tục trước."))
    decision = held or AnnouncementDecision(kind=DecisionKind.OPENING, number=OPENING_NUMBER)
    decision.signed_on = day
    decision.due_days = due_days
    decision.applied_at = now()
    decision.applied_by = user if user is not None and user.pk else None
    decision.save()
    decision.lines.all().delete()
    DecisionLine.objects.bulk_create(
        (
            DecisionLine(decision=decision, procedure_id=pk, ordinal=n, action=LineAction.NEW)
            for n, pk in enumerate(ids, start=1)
        ),
        batch_size=1_000,
    )
    log(
        decision,
        "portal.opening.regenerate" if held else "portal.opening.confirm",
        user=decision.applied_by,
        content_changed=True,
        data={"lines": len(ids), "signed_on": day.isoformat(), "due_days": due_days},
    )
    # From its first duty on, what a unit lists can be proved.
    open_ledger(user=decision.applied_by)
    return decision
