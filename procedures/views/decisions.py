"""The controller's screens of announcing decisions: list and upload, preview with questions, typing in, one decision."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from wagtail.admin import messages

from procedures.decisions.applying import DecisionNotApplied, apply_decision
from procedures.decisions.checking import check
from procedures.decisions.concluding import conclude, open_rows
from procedures.decisions.endings import held_decisions
from procedures.decisions.forms import DecisionFileForm, DecisionForm, with_more_rows
from procedures.decisions.owing import owing_after, still_owing
from procedures.decisions.proposal import UnreadableDecision, from_json, to_json
from procedures.decisions.receiving import empty_draft, receive_file
from procedures.decisions.report import applied_words, counted_words
from procedures.decisions.undoing import DecisionStands, rests_on, undo_decision
from procedures.models import AnnouncementDecision, DecisionDraft
from procedures.models.decisions import DecisionKind, DraftState, LineAction
from procedures.views.decision_preview import (
    ALL_LINES,
    LINES_PAGE,
    WHICH_LINES,
    addresses_of_lines,
    by_part,
    fingerprint,
    given_answers,
    headings,
    in_order,
    line_page,
    lines_asked,
    question_page,
    question_rows,
    suggested,
    summary,
)
from procedures.views.decision_preview import PER_PAGE as LINES_PER_PAGE
from procedures.views.opening import CONFIRM, ControllerView

PER_PAGE = 30
SHOWN_UNITS = 100
SHOWN = "cau"
"""Keys of the questions that were on the screen: an unanswered choice sends nothing of itself."""


class DecisionsView(ControllerView):
    page_title = _("Quyết định công bố")
    header_icon = "doc-full-inverse"
    template_name = "procedures/admin/decisions.html"
    permission_required = CONFIRM

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(DecisionFileForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        if request.POST.get("viec") == "go":
            return redirect("decision_edit", empty_draft(user=request.user).pk)
        form = DecisionFileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._show(form, status=422)
        file = form.cleaned_data["file"]
        try:
            draft, is_new = receive_file(data=file.read(), name=file.name, user=request.user)
        except UnreadableDecision as error:
            form.add_error("file", str(error))
            return self._show(form, status=422)
        if not is_new:
            messages.info(request, gettext("Tệp này đã được tải lên trước đó; các câu trả lời vẫn còn."))
        return redirect("decision_draft", draft.pk)

    def _show(self, form: DecisionFileForm, status: int = 200) -> HttpResponse:
        decisions = (
            AnnouncementDecision.objects.select_related("applied_by")
            .annotate(
                line_count=Count("lines", filter=Q(lines__by_person=False)),
            )
            .defer("before", "title")
            .order_by("-signed_on", "-pk")
        )
        drafts = (
            DecisionDraft.objects.exclude(state=DraftState.APPLIED)
            .select_related("created_by")
            .defer("answers")
        )
        return self.render_to_response(
            self.get_context_data(
                form=form,
                drafts=drafts[:PER_PAGE],
                page_obj=Paginator(decisions, PER_PAGE).get_page(self.request.GET.get("p")),
                opening=DecisionKind.OPENING,
            ),
            status=status,
        )


class _OfDraft(View):
    """Stands behind `ControllerView`: nothing is looked up for those who may not."""

    draft: DecisionDraft

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.draft = get_object_or_404(
            DecisionDraft.objects.select_related("decision"), pk=kwargs["draft_id"]
        )
        if self.draft.state == DraftState.APPLIED and self.draft.decision_id:
            if request.method == "POST":
                messages.error(request, gettext("Quyết định này đã được áp dụng rồi."))
            return redirect("decision", self.draft.decision_id)
        return super().dispatch(request, *args, **kwargs)


class _DraftScreen(ControllerView, _OfDraft):
    permission_required = CONFIRM

    def get_page_title(self) -> Any:
        return str(self.draft)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("decisions"), "label": _("Quyết định công bố")},
            {"url": "", "label": self.get_page_title()},
        ]


class DraftView(_DraftScreen):
    header_icon = "doc-full-inverse"
    template_name = "procedures/admin/decision_draft.html"

    def get_page_subtitle(self) -> Any:
        return _("xem trước, chưa áp dụng")

    def get(self, request: HttpRequest, draft_id: int) -> HttpResponse:
        return self._show()

    def post(self, request: HttpRequest, draft_id: int) -> HttpResponse:
        work = request.POST.get("viec", "")
        if work == "xoa":
            self.draft.delete()
            messages.success(request, gettext("Đã xóa bản xem trước."))
            return redirect("decisions")
        shown = frozenset(request.POST.getlist(SHOWN))
        self._keep_answers(request)
        if work == "goi-y":
            self._take_suggestions(shown)
        if work == "ap-dung" and request.POST.get("da-xem") != fingerprint(self.draft):
            messages.warning(
                request,
                gettext("Có thay đổi sau khi bạn xem: hãy xem lại phần «Khi áp dụng» rồi áp dụng."),
            )
            return redirect("decision_draft", self.draft.pk)
        if work == "ap-dung":
            return self._apply(request)
        messages.success(request, gettext("Đã lưu các câu trả lời."))
        return redirect("decision_draft", self.draft.pk)

    def _keep_answers(self, request: HttpRequest) -> None:
        """Only of questions that were shown; two people answering at once keep each other's."""
        self._merge(given_answers(request))

    def _take_suggestions(self, shown: frozenset[str]) -> None:
        """Of open questions that stop nothing: what holds without an answer, said once by a person.

        Only of questions that were on the screen: one that another answer has just raised nobody has read yet.
        """
        found = check(from_json(self.draft.proposal), self.draft.answers)
        self._merge({q.key: q.suggested for q in suggested(found) if q.key in shown})

    def _merge(self, given: dict[str, str]) -> None:
        with transaction.atomic():
            held = DecisionDraft.objects.select_for_update().get(pk=self.draft.pk)
            held.answers = {key: value for key, value in {**held.answers, **given}.items() if value}
            held.save(update_fields=["answers", "changed_at"])
        self.draft.answers = held.answers

    def _apply(self, request: HttpRequest) -> HttpResponse:
        try:
            decision = apply_decision(draft=self.draft, user=request.user)
        except DecisionNotApplied as error:
            messages.error(request, str(error))
            return redirect("decision_draft", self.draft.pk)
        messages.success(request, applied_words(decision))
        return redirect("decision", decision.pk)

    def _show(self) -> HttpResponse:
        found = check(from_json(self.draft.proposal), self.draft.answers)
        page = question_page(in_order(found), self.request)
        questions = question_rows(page, self.draft.answers)
        on_screen = {item["question"].key for item in questions}
        lines, only_asked = line_page(found, self.request)
        where = addresses_of_lines(found, list(lines))
        for item in questions:
            item["line"] = where.get(item["question"].position, "")
        return self.render_to_response(
            self.get_context_data(
                draft=self.draft,
                seen=fingerprint(self.draft),
                found=found,
                proposal=found.proposal,
                counts=[
                    {
                        "of_what": counted_words(claim),
                        "stated": claim.stated,
                        "read": claim.read,
                        "sentence": claim.sentence,
                    }
                    for claim in found.proposal.counts
                ],
                open_questions=[item for item in questions if item["is_open"]],
                answered=[item for item in questions if not item["is_open"]],
                question_page=page,
                groups=by_part(list(lines)),
                line_page=lines,
                only_asked=only_asked,
                lines_keep="" if only_asked else f"{WHICH_LINES}={ALL_LINES}&",
                asked_lines=len(lines_asked(found)),
                can_suggest=sum(q.key in on_screen for q in suggested(found)),
                summary=summary(found),
                owing=owing_after(found) if not found.blocking else (),
                undone=self.draft.state == DraftState.UNDONE,
            )
        )


class DraftEditView(_DraftScreen):
    """Typing a decision in, or mending what was read from a file."""

    header_icon = "edit"
    template_name = "procedures/admin/decision_edit.html"

    def get_page_title(self) -> Any:
        known = self.draft.proposal.get("number") or self.draft.source_name
        return known or _("Gõ quyết định công bố")

    def get(self, request: HttpRequest, draft_id: int) -> HttpResponse:
        return self._show(DecisionForm(from_json(self.draft.proposal)))

    def post(self, request: HttpRequest, draft_id: int) -> HttpResponse:
        proposal = from_json(self.draft.proposal)
        more = request.POST.get("them", "")
        if more:
            return self._show(DecisionForm(proposal, with_more_rows(request.POST, more)), unchecked=True)
        form = DecisionForm(proposal, request.POST)
        if not form.is_valid():
            return self._show(form, status=422)
        self.draft.proposal = to_json(form.result())
        self.draft.save(update_fields=["proposal", "changed_at"])
        messages.success(request, gettext("Đã lưu."))
        return redirect("decision_draft", self.draft.pk)

    def _show(self, form: DecisionForm, *, status: int = 200, unchecked: bool = False) -> HttpResponse:
        return self.render_to_response(
            self.get_context_data(draft=self.draft, form=form, media=form.media, unchecked=unchecked),
            status=status,
        )


class _OfDecision(View):
    """As `_OfDraft`."""

    decision: AnnouncementDecision

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.decision = get_object_or_404(
            AnnouncementDecision.objects.select_related("applied_by"), pk=kwargs["decision_id"]
        )
        if self.decision.kind == DecisionKind.OPENING:
            return redirect("opening_catalogue")
        return super().dispatch(request, *args, **kwargs)


class DecisionView(ControllerView, _OfDecision):
    header_icon = "doc-full-inverse"
    template_name = "procedures/admin/decision.html"
    permission_required = CONFIRM

    def get_page_title(self) -> Any:
        return self.decision.number

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("decisions"), "label": _("Quyết định công bố")},
            {"url": "", "label": self.decision.number},
        ]

    def get(self, request: HttpRequest, decision_id: int) -> HttpResponse:
        return self._show()

    def post(self, request: HttpRequest, decision_id: int) -> HttpResponse:
        work = request.POST.get("viec", "")
        if work == "hoan-tac-that":
            return self._undo(request)
        if work == "ket-luan":
            return self._conclude(request)
        return self._show(asking=work == "hoan-tac")

    def _conclude(self, request: HttpRequest) -> HttpResponse:
        answers = given_answers(request)
        done = conclude(decision=self.decision, answers=answers, user=request.user)
        if done:
            messages.success(request, gettext("Đã ghi kết luận về %(n)s thủ tục.") % {"n": done})
        if done < sum(map(bool, answers.values())):
            messages.error(request, gettext("Có câu trả lời chưa dùng được: ngày ghi dạng 1/12/2025."))
        return redirect("decision", self.decision.pk)

    def _undo(self, request: HttpRequest) -> HttpResponse:
        number = self.decision.number
        try:
            draft = undo_decision(decision=self.decision, user=request.user)
        except DecisionStands as error:
            for reason in error.reasons:
                messages.error(request, reason)
            return redirect("decision", self.decision.pk)
        messages.success(request, gettext("Đã hoàn tác Quyết định số %(number)s.") % {"number": number})
        return redirect("decision_draft", draft.pk) if draft else redirect("decisions")

    def _show(self, *, asking: bool = False) -> HttpResponse:
        decision = self.decision
        held = decision.lines.select_related("procedure").only(
            "decision", "ordinal", "part", "ordinal_text", "action", "code_text", "name", "level", "note", "by_person",
            "effective_on", "procedure__code", "procedure__title", "procedure__live", "procedure__state",
            "procedure__in_force_until",
        )  # fmt: skip
        page = Paginator(held, LINES_PER_PAGE).get_page(self.request.GET.get(LINES_PAGE))
        asked = question_page(open_rows(decision)[1], self.request)
        owing = still_owing(decision)
        return self.render_to_response(
            self.get_context_data(
                decision=decision,
                draft=getattr(decision, "draft", None),
                groups=[
                    (headings(part), list(rows)) for part, rows in groupby(page, key=lambda line: line.part)
                ],
                line_page=page,
                line_count=page.paginator.count,
                waiting=decision.lines.filter(procedure__live=False)
                .exclude(action=LineAction.ABOLISHED)
                .order_by()
                .values("procedure")
                .distinct()
                .count(),
                tasks=decision.tasks.select_related("unit"),
                repeals=self._repeals(),
                owing=owing[:SHOWN_UNITS],
                owing_count=len(owing),
                late_count=sum(unit.is_late for unit in owing),
                reasons=rests_on(decision),
                asking=asking,
                question_page=asked,
                questions=question_rows(asked, {}),
            )
        )

    def _repeals(self) -> list[dict[str, Any]]:
        held = held_decisions()
        return [
            {
                "repeal": repeal,
                "decision": next((d for d in held if d.is_same(repeal.number, repeal.signed_on)), None),
            }
            for repeal in self.decision.repeals.all()
        ]


class DraftFileView(ControllerView):
    """The file as it came, for whoever may apply it."""

    permission_required = CONFIRM

    def get(self, request: HttpRequest, draft_id: int) -> HttpResponseBase:
        return _file(get_object_or_404(DecisionDraft, pk=draft_id))


class DecisionFileView(ControllerView):
    permission_required = CONFIRM

    def get(self, request: HttpRequest, decision_id: int) -> HttpResponseBase:
        return _file(get_object_or_404(DecisionDraft, decision=decision_id))


def _file(draft: DecisionDraft) -> HttpResponseBase:
    if not draft.file:
        raise Http404
    return FileResponse(draft.file.open("rb"), as_attachment=True, filename=draft.source_name)
