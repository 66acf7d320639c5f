"""What a unit was sent and answers; what the council answers, and the points of the unit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from home.scoped_views import object_or_404
from procedures.inspections.board import finding_groups
from procedures.inspections.concluding import reckonings, set_final
from procedures.inspections.evidence_files import PixelBudget
from procedures.inspections.explaining import (
    MAX_FILES_EACH,
    TEXT_LENGTH,
    answer_explanation,
    explain,
    finish_explaining,
    may_still_explain,
    require_files,
)
from procedures.inspections.explanation_rows import ExplanationRow, explanation_rows, finding_label
from procedures.inspections.forms import read_points
from procedures.inspections.steps import StepRefused
from procedures.inspections.views.frame import OneUnitView, posted_keys
from procedures.inspections.views.units import examined
from procedures.models import InspectionFile, InspectionItem, RoundState, Verdict

WHOLE = "tat-ca"


@dataclass(frozen=True, slots=True)
class Subject:
    """What an explanation is about: `key` is "item:<id>", "finding:<key>" or the whole."""

    key: str
    label: str
    item: InspectionItem | None = None
    finding: str = ""


class ExplainView(OneUnitView):
    """The unit's side; the council and inspectors may look at it as the unit does, once it was sent."""

    template_name = "procedures/admin/inspections/explain.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if self.inspected.sent_at is None:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> Any:
        return self.round.title

    @property
    def address(self) -> str:
        return reverse("inspection_explain", args=[self.inspected.pk])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._show(self._subject(request.GET.get("ve", "")))

    def _subject(self, key: str) -> Subject | None:
        """None: nothing chosen, or nothing that this unit was sent."""
        kind, _colon, rest = key.partition(":")
        if key == WHOLE:
            return Subject(WHOLE, gettext("Toàn bộ kết quả"))
        if kind == "item" and rest.isascii() and rest.isdigit() and len(rest) < 19:
            item = self.inspected.items.filter(pk=int(rest)).first()
            if item:
                return Subject(key, f"{item.place}. {item.title}", item=item)
        if kind == "finding":
            for finding in self.inspected.frozen["findings"]:
                if finding["key"] == rest:
                    return Subject(key, finding_label(finding), finding=rest)
        return None

    def _show(
        self, subject: Subject | None, *, text: str = "", error: str = "", status: int = 200
    ) -> HttpResponse:
        items = list(self.inspected.items.exclude(verdict="").order_by("place"))
        files: dict[int | None, list[InspectionFile]] = {}
        for file in self.inspected.files.filter(explanation=None).order_by("pk"):
            files.setdefault(file.item_id, []).append(file)
        return self.show(
            status,
            inspected=self.inspected,
            round=self.round,
            unit=self.inspected.unit,
            rights=self.rights,
            address=self.address,
            may_explain=self.rights.explains and may_still_explain(self.inspected),
            subject=subject,
            text=text,
            error=error,
            text_length=TEXT_LENGTH,
            failed=[(item, files.get(item.pk, [])) for item in items if item.verdict == Verdict.FAILED],
            passed=[item for item in items if item.verdict != Verdict.FAILED],
            files=files.get(None, []),
            groups=finding_groups(self.inspected.frozen),
            score=self.inspected.frozen["score"],
            rows=explanation_rows(self.inspected),
            closed=self.round.state == RoundState.CONCLUDED,
            whole=WHOLE,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.rights.explains:
            raise PermissionDenied
        works: dict[str, Callable[[], HttpResponse]] = {"explain": self._explain, "done": self._done}
        work = works.get(request.POST.get("viec", ""))
        if work is None:
            raise PermissionDenied
        return work()

    def _done(self) -> HttpResponse:
        try:
            finish_explaining(inspected=self.inspected, user=self.request.user)
        except StepRefused as refused:
            messages.error(self.request, refused.message)
        else:
            messages.success(self.request, gettext("Đã báo hội đồng: đơn vị giải trình xong."))
        return redirect(self.address)

    def _explain(self) -> HttpResponse:
        text = self.request.POST.get("giai-trinh", "").replace("\r\n", "\n").replace("\0", "")
        subject = self._subject(self.request.POST.get("ve", ""))
        if subject is None:
            raise Http404
        sent = self.request.FILES.getlist("tep")
        try:
            require_files(self.inspected, len(sent))
        except StepRefused as refused:
            if not may_still_explain(self.inspected):
                # The form, where the words would stand, is not shown any more.
                messages.error(self.request, refused.message)
            return self._show(subject, text=text, error=str(refused.message), status=422)
        evidence, errors = examined(sent, PixelBudget.of_files(MAX_FILES_EACH))
        if errors:
            return self._show(subject, text=text, error=" ".join(errors), status=422)
        try:
            explain(
                inspected=self.inspected,
                text=text,
                user=self.request.user,
                item=subject.item,
                finding_key=subject.finding,
                evidence=evidence,
            )
        except StepRefused as refused:
            return self._show(subject, text=text, error=str(refused.message), status=422)
        messages.success(self.request, gettext("Đã gửi giải trình."))
        return redirect(self.address)


class ConcludeView(OneUnitView):
    """The council answers explanations and sets the points of one unit."""

    template_name = "procedures/admin/inspections/conclude.html"
    page_title = _("Giải trình và kết luận")

    def get_page_title(self) -> Any:
        return self.page_title

    def trail(self) -> list[dict[str, Any]]:
        return [*super().trail(), self.unit_step()]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not self.rights.conducts:
            raise Http404
        if self.round.state == RoundState.PREPARING:
            return redirect("inspection_round", self.round.pk)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._show(explanation_rows(self.inspected))

    def _show(
        self,
        rows: list[ExplanationRow],
        *,
        points: str | None = None,
        conclusion: str | None = None,
        error: str = "",
        status: int = 200,
    ) -> HttpResponse:
        reckoning = reckonings([self.inspected]).get(self.inspected.pk)
        final = self.inspected.final_points
        shown = final if final is not None else reckoning.proposed if reckoning else Decimal(0)
        return self.show(
            status,
            inspected=self.inspected,
            round=self.round,
            unit=self.inspected.unit,
            rows=rows,
            reckoning=reckoning,
            may_write=self.round.state == RoundState.EXPLAINING and self.inspected.sent_at is not None,
            points=f"{shown:.2f}".replace(".", ",") if points is None else points,
            conclusion=self.inspected.conclusion if conclusion is None else conclusion,
            error=error,
            closed=self.round.state == RoundState.CONCLUDED,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        works: dict[str, Callable[[], HttpResponse]] = {"answer": self._answer, "final": self._final}
        work = works.get(request.POST.get("viec", ""))
        if work is None:
            raise PermissionDenied
        return work()

    def _answer(self) -> HttpResponse:
        keys = posted_keys(self.request, "ve")
        explanation = object_or_404(self.inspected.explanations.all(), next(iter(keys), 0))
        answer = self.request.POST.get("y-kien", "").replace("\r\n", "\n").replace("\0", "")
        accepted = {"co": True, "khong": False}.get(self.request.POST.get("chap-nhan", ""))
        try:
            answer_explanation(
                explanation=explanation, accepted=accepted, answer=answer, user=self.request.user
            )
        except StepRefused as refused:
            rows = explanation_rows(self.inspected)
            for row in rows:
                if row.explanation.pk == explanation.pk:
                    row.typed_answer, row.error = answer, str(refused.message)
            return self._show(rows, status=422)
        messages.success(self.request, gettext("Đã ghi ý kiến về giải trình."))
        return redirect("inspection_conclude", self.inspected.pk)

    def _final(self) -> HttpResponse:
        typed = self.request.POST.get("diem", "")
        conclusion = self.request.POST.get("ket-luan", "").replace("\r\n", "\n").replace("\0", "")
        try:
            set_final(
                inspected=self.inspected,
                points=read_points(typed, needed=True),
                conclusion=conclusion,
                user=self.request.user,
            )
        except (StepRefused, ValidationError) as refused:
            words = refused.messages[0] if isinstance(refused, ValidationError) else str(refused.message)
            return self._show(
                explanation_rows(self.inspected),
                points=typed,
                conclusion=conclusion,
                error=words,
                status=422,
            )
        messages.success(self.request, gettext("Đã ghi điểm kết luận của đơn vị."))
        return redirect("inspection_round", self.round.pk)
