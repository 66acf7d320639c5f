"""What decisions say about a procedure's force, written to its page: row, revision and a draft that waits.

Folded from all lines of all decisions (`completeness.standing`), so that the order in which they were entered never
matters. The page of a procedure that no decision ended is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from wagtail.actions.publish_page_revision import PublishPageRevisionAction

from procedures.completeness.standing import Decision, Ending, Line, Standing, standing
from procedures.enums import ProcedureState
from procedures.importing.bulk import PageWriter, catalogue_index
from procedures.ledger.clock import now
from procedures.ledger.versions import record_versions
from procedures.models import DecisionLine, ProcedurePage
from procedures.models.decisions import DecisionKind

FIELDS = ("state", "in_force_until", "end_reason")
MAX_REASON = 500


@dataclass(frozen=True, slots=True)
class OfficialState:
    state: str
    in_force_until: date | None
    end_reason: str

    def as_json(self) -> dict[str, Any]:
        until = self.in_force_until
        return {
            "state": self.state,
            "in_force_until": until.isoformat() if until else None,
            "end_reason": self.end_reason,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> OfficialState:
        until = data.get("in_force_until")
        return cls(
            data.get("state") or ProcedureState.IN_FORCE,
            date.fromisoformat(until) if until else None,
            data.get("end_reason") or "",
        )

    @classmethod
    def of(cls, page: ProcedurePage) -> OfficialState:
        return cls(page.state, page.in_force_until, page.end_reason)


IN_FORCE = OfficialState(ProcedureState.IN_FORCE, None, "")


def wanted_states(pages: Iterable[ProcedurePage], *, today: date) -> dict[int, OfficialState]:
    """Page → the state that decisions give it, where that differs from its own. One query."""
    by_pk = {page.pk: page for page in pages}
    rows = list(
        DecisionLine.objects.filter(procedure__in=list(by_pk), decision__applied_at__isnull=False)
        .select_related("decision")
        .order_by("decision", "ordinal")
    )
    stands = standing(_decisions(rows), date.max)
    by_line = {row.pk: row for row in rows}
    wanted: dict[int, OfficialState] = {}
    for pk in {row.procedure_id for row in rows}:
        page = by_pk[pk]
        ended_by = _ended_by(stands, pk, tuple(page.levels), by_line)
        if ended_by is not None:
            state = _ended(ended_by, today)
        elif page.is_ended or page.in_force_until:
            state = IN_FORCE
        else:
            continue
        if state != OfficialState.of(page):
            wanted[pk] = state
    return wanted


def _decisions(rows: Iterable[DecisionLine]) -> list[Decision]:
    lines: dict[int, list[Line]] = {}
    decisions = {}
    for row in rows:
        decisions[row.decision_id] = row.decision
        lines.setdefault(row.decision_id, []).append(
            Line(
                row.procedure_id,
                row.action,
                row.level,
                row.pk,
                row.part,
                row.ordinal_text,
                row.field,
                row.code_text,
                row.effective_on,
            )
        )
    return [
        Decision(
            pk,
            held.signed_on,
            held.signed_on,
            tuple(lines[pk]),
            number=held.number,
            opening=held.kind == DecisionKind.OPENING,
            effective_on=held.effective_on,
        )
        for pk, held in decisions.items()
    ]


def _ended_by(
    stands: Standing, procedure: int, levels: tuple[str, ...], lines: Mapping[int, DecisionLine]
) -> DecisionLine | None:
    held = [found for (pk, _level), found in stands.announced.items() if pk == procedure]
    ending: Ending | None = None
    if not held:
        ending = stands.endings.get(procedure)
        if ending is None:
            # Abolished without ever having been announced to the portal.
            return max((line for line in lines.values() if line.procedure_id == procedure), key=_order)
    elif levels and all(found.without.keys() >= set(levels) for found in held):
        ending = max((e for found in held for e in found.without.values()), key=lambda e: e.since or date.min)
    return lines.get(ending.line) if ending and ending.line else None


def _order(line: DecisionLine) -> tuple[date, int]:
    return first_day_without(line), line.pk


def _ended(line: DecisionLine, today: date) -> OfficialState:
    """Inclusive: the last day is the one before the line has effect. A day that has not come ends nothing yet."""
    decision = line.decision
    last = first_day_without(line) - timedelta(days=1)
    day = decision.signed_on.strftime("%d/%m/%Y")
    reason = (
        line.note
        if line.by_person and line.note
        else _("Bị bãi bỏ theo Quyết định số %(number)s ngày %(day)s.")
        % {"number": decision.number, "day": day}
    )
    state = ProcedureState.ENDED if last < today else ProcedureState.IN_FORCE
    return OfficialState(state, last, reason[:MAX_REASON])


def first_day_without(line: DecisionLine) -> date:
    """As `completeness.standing` reckons it."""
    decision = line.decision
    return max(decision.signed_on, line.effective_on or decision.effective_on or decision.signed_on)


def write_states(pairs: Sequence[tuple[ProcedurePage, OfficialState]], *, user: Any) -> None:
    """The public pages change at once; a draft that waits keeps its words and takes the state over.

    Past the gate of the editor: what a decision says holds, whatever a page still lacks. With revisions, log entries,
    indexes and versions, in the caller's transaction.
    """
    plain = []
    for page, state in pairs:
        if page.live and not page.has_unpublished_changes:
            _set(page, state)
            plain.append(page)
        else:
            _write_beside_draft(page, state, user=user)
    if plain:
        writer = PageWriter(parent=catalogue_index(), subjects={}, user=user, prints={}, source="decision")
        for page in plain:
            page.last_published_at = page.latest_revision_created_at = writer.now
        writer.rewrite(plain, list(FIELDS))


def _write_beside_draft(page: ProcedurePage, state: OfficialState, *, user: Any) -> None:
    draft = page.latest_revision.as_object() if page.latest_revision else None
    if page.live:
        _set(page, state)
        revision = page.save_revision(user=user, clean=False)
        PublishPageRevisionAction(revision, user=user).execute(skip_permission_checks=True)
        page.refresh_from_db()
        record_versions([page], user=user, at=now())
    else:
        ProcedurePage.objects.filter(pk=page.pk).update(**{name: getattr(state, name) for name in FIELDS})
        page.refresh_from_db()
        draft = draft or page
    if draft is not None:
        _set(draft, state)
        draft.save_revision(user=user, clean=False)


def _set(page: Any, state: OfficialState) -> None:
    for name in FIELDS:
        setattr(page, name, getattr(state, name))
