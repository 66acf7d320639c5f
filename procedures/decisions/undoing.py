"""Undoing a decision as a whole, as long as nothing rests on it. What it is refused for is said in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from wagtail.actions.delete_page import DeletePageAction
from wagtail.log_actions import log

from procedures.decisions.endings import same_document
from procedures.decisions.new_procedures import lock_catalogue
from procedures.decisions.page_states import OfficialState, write_states
from procedures.models import (
    AnnouncementDecision,
    DecisionDraft,
    DecisionLine,
    DecisionRepeal,
    InspectionRound,
    Listing,
    ProcedurePage,
)
from procedures.models.decisions import DecisionKind, DraftState

NAMED = 5
"""How many documents or procedures a reason names."""


class DecisionStands(Exception):
    """Why a decision can't be undone: reasons for people."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def rests_on(decision: AnnouncementDecision) -> list[str]:
    """Everything that would lose its ground; empty where the decision may be undone."""
    if decision.kind == DecisionKind.OPENING:
        return [_("Danh mục đầu kỳ không hoàn tác được.")]
    return list(_reasons(decision))


def _reasons(decision: AnnouncementDecision) -> Iterator[str]:
    procedures = list(decision.lines.values_list("procedure", flat=True).distinct())
    # Entered after it, whatever their days: taken back in the opposite order, each leaves what it found.
    later = AnnouncementDecision.objects.filter(kind=DecisionKind.ANNOUNCEMENT, pk__gt=decision.pk)
    touching = set(
        DecisionLine.objects.filter(decision__in=later, procedure__in=procedures).values_list(
            "decision__number", flat=True
        )
    )
    if touching:
        yield _("Quyết định sau cũng nói về các thủ tục của quyết định này: %(numbers)s.") % {
            "numbers": _some(sorted(touching))
        }
    repealing = {
        repeal.decision.number
        for repeal in DecisionRepeal.objects.filter(decision__in=later).select_related("decision")
        if same_document(repeal.number, repeal.signed_on, decision.number, decision.signed_on)
    } - touching
    if repealing:
        yield _("Quyết định sau đã bãi bỏ hoặc thay thế các dòng của quyết định này: %(numbers)s.") % {
            "numbers": _some(sorted(repealing))
        }
    created = [item["page"] for item in (decision.before.get("created") or {}).values()]
    listed = (
        Listing.objects.filter(procedure__in=created)
        .order_by("procedure__code")
        .values_list("procedure__code", flat=True)
    )
    if codes := sorted(set(listed)):
        yield _("Đơn vị đã niêm yết thủ tục lập từ quyết định này: %(codes)s.") % {"codes": _some(codes)}
    public = ProcedurePage.objects.filter(pk__in=created).filter(
        Q(live=True) | Q(first_published_at__isnull=False)
    )
    if published := sorted(set(public.values_list("code", flat=True)) - set(codes)):
        yield _("Trang thủ tục lập từ quyết định này đã được xuất bản: %(codes)s.") % {
            "codes": _some(published)
        }
    rounds = InspectionRound.objects.filter(opened_at__isnull=False, as_of__gte=decision.signed_on)
    if titles := list(rounds.order_by("as_of").values_list("title", flat=True)):
        yield _("Đợt kiểm tra đã mở tính cả quyết định này: %(titles)s.") % {"titles": _some(titles)}


def _some(names: list[str]) -> str:
    rest = len(names) - NAMED
    shown = ", ".join(names[:NAMED])
    return _("%(shown)s và %(n)s nữa") % {"shown": shown, "n": rest} if rest > 0 else shown


def undo_decision(*, decision: AnnouncementDecision, user: Any) -> DecisionDraft | None:
    """Takes back all of it: the draft is open again, with its answers. Raises DecisionStands.

    A value that somebody changed on a page since stays as they left it. A page made from a line goes, unless somebody
    worked on it: then it stays, unpublished.
    """
    person = user if user is not None and user.pk else None
    with transaction.atomic():
        lock_catalogue()
        held = AnnouncementDecision.objects.select_for_update().get(pk=decision.pk)
        if reasons := rests_on(held):
            raise DecisionStands(reasons)
        draft = DecisionDraft.objects.filter(decision=held).first()
        before = held.before
        log(
            draft or held,
            "portal.decision.undo",
            user=person,
            content_changed=True,
            data={
                "number": held.number,
                "signed_on": held.signed_on.isoformat(),
                "lines": held.lines.count(),
            },
        )
        if draft is not None:
            draft.state, draft.decision = DraftState.UNDONE, None
            draft.save(update_fields=["state", "decision", "changed_at"])
        DecisionLine.objects.filter(pk__in=before.get("lines") or []).delete()
        held.delete()
        _put_back(before.get("states") or {}, user=person)
        _drop_created(before.get("created") or {}, user=person)
    return draft


def _put_back(states: dict[str, dict[str, Any]], *, user: Any) -> None:
    pages = {
        page.pk: page for page in ProcedurePage.objects.filter(pk__in=[s["page"] for s in states.values()])
    }
    pairs = [
        (page, OfficialState.from_json(item["before"]))
        for item in states.values()
        if (page := pages.get(item["page"]))
        and OfficialState.of(page) == OfficialState.from_json(item["after"])
    ]
    write_states(pairs, user=user)


def _drop_created(created: dict[str, dict[str, Any]], *, user: Any) -> None:
    made = {item["page"]: item["revision"] for item in created.values()}
    for page in ProcedurePage.objects.filter(pk__in=list(made)):
        untouched = page.latest_revision_id == made[page.pk]
        if untouched and not page.decision_lines.exists():
            DeletePageAction(page, user=user).execute(skip_permission_checks=True)
