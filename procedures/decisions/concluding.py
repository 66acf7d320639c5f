"""Questions that an applied decision leaves open, answered later: what becomes of rows that it superseded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from wagtail.log_actions import log

from procedures.decisions.applying import concluding_row
from procedures.decisions.endings import RepealedRows, endings_asked, held_decisions
from procedures.decisions.new_procedures import lock_catalogue
from procedures.decisions.page_states import OfficialState, wanted_states, write_states
from procedures.decisions.proposal import Proposal, ProposedRepeal, Question
from procedures.ledger.clock import now
from procedures.models import AnnouncementDecision, ProcedurePage


def open_rows(
    decision: AnnouncementDecision, answers: Mapping[str, str] | None = None
) -> tuple[tuple[RepealedRows, ...], tuple[Question, ...]]:
    """As `endings_asked`, of what is held: rows about which somebody has spoken are no longer among them."""
    announced = set(decision.lines.values_list("procedure", flat=True))
    repeals, questions = endings_asked(_as_proposal(decision), announced, held_decisions(), answers or {})
    return repeals, tuple(q for q in questions if q.kind == "superseded")


def conclude(*, decision: AnnouncementDecision, answers: Mapping[str, str], user: Any) -> int:
    """Writes what was said as lines of the decision, and ends what has ended. How many rows were spoken of."""
    person = user if user is not None and user.pk else None
    with transaction.atomic():
        lock_catalogue()
        held = AnnouncementDecision.objects.select_for_update().get(pk=decision.pk)
        repeals, questions = open_rows(held, answers)
        rows = {row.key: row for repeal in repeals for row in repeal.unannounced}
        effective = held.effective_on or held.signed_on
        said = [rows[q.key].ending(q.answer, effective) for q in questions if q.key in rows]
        concluded = [ending for ending in said if ending is not None]
        last = held.lines.aggregate(last=Max("ordinal"))["last"] or 0
        for ordinal, ending in enumerate(concluded, start=last + 1):
            concluding_row(held, ordinal, ending).save()
        ended = [ending.procedure.pk for ending in concluded if ending.from_day]
        pages = list(ProcedurePage.objects.filter(pk__in=ended).select_related("latest_revision"))
        wanted = wanted_states(pages, today=timezone.localdate(now()))
        states = held.before.setdefault("states", {})
        for page in pages:
            if page.pk in wanted:
                states.setdefault(page.code, {"page": page.pk, "before": OfficialState.of(page).as_json()})
                states[page.code]["after"] = wanted[page.pk].as_json()
        write_states([(page, wanted[page.pk]) for page in pages if page.pk in wanted], user=person)
        held.save(update_fields=["before"])
        if concluded:
            log(
                held,
                "portal.decision.conclude",
                user=person,
                content_changed=True,
                data={"rows": len(concluded), "ended": len(ended)},
            )
    return len(concluded)


def _as_proposal(decision: AnnouncementDecision) -> Proposal:
    return Proposal(
        number=decision.number,
        signed_on=decision.signed_on,
        signer=decision.signer,
        issuer=decision.issuer,
        title=decision.title,
        effective_on=decision.effective_on,
        lines=(),
        tasks=(),
        repeals=tuple(
            ProposedRepeal(
                repeal.article,
                repeal.number,
                repeal.signed_on,
                repeal.part,
                repeal.field,
                tuple(map(str, repeal.ordinals)),
                repeal.replaces,
                repeal.sentence,
            )
            for repeal in decision.repeals.all()
        ),
        counts=(),
        questions=(),
        skipped_tables=(),
        source_name="",
        source_sha256="",
    )
