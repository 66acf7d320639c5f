"""Applying a decision: everything that hangs on it in one transaction, or nothing of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from procedures.decisions.checking import Check, check
from procedures.decisions.endings import Ending
from procedures.decisions.new_procedures import create_pages, lock_catalogue, record_from_line
from procedures.decisions.page_states import OfficialState, wanted_states, write_states
from procedures.decisions.proposal import ProposedLine, Question, from_json
from procedures.ledger.clock import now
from procedures.models import (
    AnnouncementDecision,
    DecisionDraft,
    DecisionLine,
    DecisionRepeal,
    DecisionTask,
    ProcedurePage,
)
from procedures.models.decisions import DecisionKind, DraftState, LineAction

LIMITS = {
    "part": 300, "ordinal": 20, "code_text": 60, "field": 300, "article": 40, "who": 500, "number": 100, "issuer": 300,
    "signer": 200, "name": 255,
}  # fmt: skip

PART_SEPARATOR = " › "


class DecisionNotApplied(Exception):
    """Why nothing was applied; the message is for people."""

    def __init__(self, message: str, questions: tuple[Question, ...] = ()) -> None:
        super().__init__(message)
        self.questions = questions


def apply_decision(*, draft: DecisionDraft, user: Any, today: date | None = None) -> AnnouncementDecision:
    """Write the decision, its lines, tasks and repeals, and what they change on procedures. Raises DecisionNotApplied.

    Whoever comes second finds the draft applied, or the number taken. Nothing is ever published by it.
    """
    day = today or timezone.localdate(now())
    person = user if user is not None and user.pk else None
    with transaction.atomic():
        lock_catalogue()
        held = DecisionDraft.objects.select_for_update().get(pk=draft.pk)
        if held.state == DraftState.APPLIED:
            raise DecisionNotApplied(_("Quyết định này đã được áp dụng rồi."))
        found = check(from_json(held.proposal), held.answers, today=day)
        if found.blocking:
            raise DecisionNotApplied(
                _("Còn %(n)s câu hỏi phải trả lời trước khi áp dụng.") % {"n": len(found.blocking)},
                found.blocking,
            )
        if not found.may_apply:
            raise DecisionNotApplied(_("Quyết định không có dòng, nhiệm vụ hay điều bãi bỏ nào để áp dụng."))
        decision = _write_decision(found, held, person)
        created = create_pages(
            [record_from_line(item.line, found.proposal) for item in found.creates], user=person
        )
        added = _write_lines(decision, found, created)
        _write_tasks(decision, found)
        _write_repeals(decision, found)
        changed = _write_states(decision, found, list(created.values()), user=person, today=day)
        decision.before = {
            "created": _as_made(created),
            "states": changed,
            "lines": added,
        }
        decision.save(update_fields=["before"])
        held.state, held.decision = DraftState.APPLIED, decision
        held.save(update_fields=["state", "decision", "changed_at"])
        log(
            decision,
            "portal.decision.apply",
            user=person,
            content_changed=True,
            data={
                "number": decision.number,
                "lines": len(found.taken),
                "created": len(created),
                "changed": len(changed),
            },
        )
    draft.refresh_from_db()
    return decision


def _write_decision(found: Check, draft: DecisionDraft, user: Any) -> AnnouncementDecision:
    proposal = found.proposal
    if proposal.signed_on is None:
        raise DecisionNotApplied(_("Chưa có ngày ký của quyết định."))
    return AnnouncementDecision.objects.create(
        kind=DecisionKind.ANNOUNCEMENT,
        number=proposal.number[: LIMITS["number"]],
        signed_on=proposal.signed_on,
        title=proposal.title,
        issuer=proposal.issuer[: LIMITS["issuer"]],
        signer=proposal.signer[: LIMITS["signer"]],
        effective_on=proposal.effective_on,
        due_days=found.deadline.days,
        due_source=found.deadline.source,
        source_name=(draft.source_name or proposal.source_name)[: LIMITS["name"]],
        source_sha256=draft.source_sha256 or proposal.source_sha256,
        applied_at=now(),
        applied_by=user,
    )


def _as_made(created: dict[str, ProcedurePage]) -> dict[str, dict[str, int | None]]:
    """Code → page and its last revision: whether anybody worked on it since can be told."""
    pages = ProcedurePage.objects.filter(pk__in=[page.pk for page in created.values()])
    return {
        code: {"page": pk, "revision": revision}
        for code, pk, revision in pages.values_list("code", "pk", "latest_revision")
    }


def _write_lines(
    decision: AnnouncementDecision, found: Check, created: dict[str, ProcedurePage]
) -> list[int]:
    """Ids of lines that were added to other decisions."""
    rows = []
    for ordinal, item in enumerate(found.taken, start=1):
        page = item.procedure or created[item.line.code]
        rows.append(_row(decision, ordinal, page, item.line))
    rows += [
        concluding_row(decision, ordinal, ending)
        for ordinal, ending in enumerate(
            (e for e in found.concluded if e.decision is None), start=len(rows) + 1
        )
    ]
    DecisionLine.objects.bulk_create(rows, batch_size=500)
    return [
        _end_by_earlier_repeal(ending, ending.decision)
        for ending in found.concluded
        if ending.decision is not None
    ]


def _end_by_earlier_repeal(ending: Ending, repealed_by: int) -> int:
    """The repeal is held already, with the decision that said it: there the line belongs."""
    repealing = AnnouncementDecision.objects.get(pk=repealed_by)
    last = repealing.lines.aggregate(last=Max("ordinal"))["last"] or 0
    row = concluding_row(repealing, last + 1, ending)
    row.save()
    return row.pk


def concluding_row(decision: AnnouncementDecision, ordinal: int, ending: Ending) -> DecisionLine:
    """A line that goes on changes no duty: it stands at the level of the row and settles the question."""
    reason = (
        _("Không được công bố lại sau khi bị bãi bỏ, thay thế tại %(document)s.")
        if ending.from_day
        else _("Vẫn có hiệu lực, tuy dòng công bố trước bị bãi bỏ, thay thế tại %(document)s.")
    )
    return DecisionLine(
        decision=decision,
        procedure=ending.procedure,
        ordinal=ordinal,
        action=LineAction.ABOLISHED if ending.from_day else LineAction.AMENDED,
        level="" if ending.from_day else ending.level,
        code_text=ending.procedure.code,
        name=ending.procedure.full_name,
        note=reason % {"document": ending.because},
        effective_on=ending.from_day,
        by_person=True,
    )


def _row(
    decision: AnnouncementDecision, ordinal: int, page: ProcedurePage, line: ProposedLine
) -> DecisionLine:
    return DecisionLine(
        decision=decision,
        procedure=page,
        ordinal=ordinal,
        part=fitting_part(line.part),
        ordinal_text=line.ordinal[: LIMITS["ordinal"]],
        action=line.action,
        code_text=(line.code_text or line.code)[: LIMITS["code_text"]],
        name=line.name,
        field=line.field[: LIMITS["field"]],
        level=line.level,
        place=line.place,
        time=line.time,
        fee=line.fee,
        basis=line.basis,
        note=line.note,
    )


def fitting_part(part: str) -> str:
    """The innermost headings say most: outer ones go first where all are too long."""
    while len(part) > LIMITS["part"] and PART_SEPARATOR in part:
        part = part.split(PART_SEPARATOR, 1)[1]
    return part[: LIMITS["part"]]


def _write_tasks(decision: AnnouncementDecision, found: Check) -> None:
    DecisionTask.objects.bulk_create(
        DecisionTask(
            decision=decision,
            article=item.task.article[: LIMITS["article"]],
            who=item.task.who[: LIMITS["who"]],
            unit=item.unit,
            what=item.task.what,
            days=item.task.days,
            due=item.due,
            orders_listing=item.task.orders_listing,
            sentence=item.task.sentence,
            sort_order=place,
        )
        for place, item in enumerate(found.tasks)
    )


def _write_repeals(decision: AnnouncementDecision, found: Check) -> None:
    DecisionRepeal.objects.bulk_create(
        DecisionRepeal(
            decision=decision,
            article=repeal.article[: LIMITS["article"]],
            number=repeal.number[: LIMITS["number"]],
            signed_on=repeal.signed,
            part=repeal.part[: LIMITS["part"]],
            field=repeal.field[: LIMITS["field"]],
            ordinals=list(repeal.ordinals),
            replaces=repeal.replaces,
            sentence=repeal.sentence,
        )
        for repeal in found.proposal.repeals
    )


def _write_states(
    decision: AnnouncementDecision, found: Check, created: list[ProcedurePage], *, user: Any, today: date
) -> dict[str, dict[str, Any]]:
    """Code → {before, after} of every page whose force changed. An older decision than the opening changes none."""
    ids = {page.pk for page in created} | {ending.procedure.pk for ending in found.endings}
    if not found.is_reference:
        ids |= set(decision.lines.values_list("procedure", flat=True))
    pages = list(ProcedurePage.objects.filter(pk__in=ids).select_related("latest_revision").order_by("code"))
    wanted = wanted_states(pages, today=today)
    made = {page.pk for page in created}
    changed = {
        page.code: {
            "page": page.pk,
            "before": OfficialState.of(page).as_json(),
            "after": wanted[page.pk].as_json(),
        }
        for page in pages
        if page.pk in wanted and page.pk not in made
    }
    write_states([(page, wanted[page.pk]) for page in pages if page.pk in wanted], user=user)
    return changed
