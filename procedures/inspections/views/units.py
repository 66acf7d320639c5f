"""One unit of a round, for inspectors and the council: all its items on one page, kept as they are typed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from procedures.editing.upload_rules import RefusedFile
from procedures.inspections.board import finding_groups, person_name, verdict_counts
from procedures.inspections.checking import (
    Judgement,
    Typed,
    add_item,
    judgement_of,
    keep_files,
    record_verdicts,
    require_room,
)
from procedures.inspections.concluding import reckonings
from procedures.inspections.evidence_files import Evidence, PixelBudget, examine
from procedures.inspections.facts import frozen_facts
from procedures.inspections.forms import read_points
from procedures.inspections.freezing import is_unchanged
from procedures.inspections.side_by_side import compare_unit
from procedures.inspections.steps import StepRefused
from procedures.inspections.views.frame import OneUnitView
from procedures.models import InspectionFile, InspectionItem, ProcedurePage, RoundState, Verdict
from procedures.text.codes import normalise_code

NOTE_LENGTH = 5_000
FILES_AT_ONCE = 30


@dataclass(slots=True)
class ItemRow:
    """One item on the page: what is stored, or what was typed and could not be stored."""

    item: InspectionItem
    verdict: str
    note: str
    deduction: str
    mark: str
    facts: str = ""
    errors: list[str] = field(default_factory=list)
    other: InspectionItem | None = None
    """How somebody else left it in between."""
    files: list[InspectionFile] = field(default_factory=list)

    @property
    def by(self) -> str:
        return person_name((self.other or self.item).decided_by)


def points_text(value: Decimal) -> str:
    """As people write it; nothing for nothing."""
    return f"{value.normalize():f}".replace(".", ",") if value else ""


def stored_row(item: InspectionItem) -> ItemRow:
    stands = judgement_of(item)
    return ItemRow(item, stands.verdict, stands.note, points_text(stands.deduction), stands.mark)


class CheckView(OneUnitView):
    template_name = "procedures/admin/inspections/unit.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not self.rights.sees_all:
            return redirect("inspection_explain", self.inspected.pk)
        if self.round.state == RoundState.PREPARING:
            return redirect("inspection_round", self.round.pk)
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> Any:
        return self.round.title

    @property
    def may_write(self) -> bool:
        return (
            self.rights.inspects
            and self.round.state in (RoundState.OPEN, RoundState.EXPLAINING)
            and self.inspected.sent_at is None
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._show({})

    def _items(self) -> list[InspectionItem]:
        return list(self.inspected.items.select_related("decided_by", "procedure").order_by("place"))

    def _show(
        self, kept_back: dict[int, ItemRow], *, status: int = 200, adding: dict[str, str] | None = None
    ) -> HttpResponse:
        items = self._items()
        rows = [kept_back.get(item.pk) or stored_row(item) for item in items]
        files: dict[int | None, list[InspectionFile]] = {}
        for file in self.inspected.files.filter(explanation=None).order_by("pk"):
            files.setdefault(file.item_id, []).append(file)
        facts = frozen_facts(self.inspected.frozen)
        for row in rows:
            row.files = files.get(row.item.pk, [])
            row.facts = facts.get(row.item.code, "")
        counts = verdict_counts(items)
        return self.show(
            status,
            inspected=self.inspected,
            round=self.round,
            unit=self.inspected.unit,
            rows=rows,
            verdicts=Verdict.choices,
            live=set(self.inspected.unit.listings.live().order_by().values_list("procedure", flat=True)),
            day=self.round.as_of.isoformat(),
            may_write=self.may_write,
            rights=self.rights,
            files=files.get(None, []),
            groups=finding_groups(self.inspected.frozen),
            score=self.inspected.frozen["score"],
            intact=is_unchanged(self.inspected.frozen, self.inspected.frozen_hash),
            reckoning=reckonings([self.inspected]).get(self.inspected.pk),
            judged=sum(counts.values()) - counts[""],
            failed=counts[Verdict.FAILED],
            explanation_count=self.inspected.explanations.count(),
            adding=adding or {},
            closed=self.round.state == RoundState.CONCLUDED,
            broken=sum(bool(row.errors or row.other) for row in rows),
        )

    # Writing -------------------------------------------------------------------------------------------------------------

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.rights.inspects:
            raise PermissionDenied
        items = self._items()
        kept_back: dict[int, ItemRow] = {}
        typed: dict[int, Typed] = {}
        for item in items:
            if f"thay-{item.pk}" not in request.POST:
                continue
            row = _typed_row(request, item)
            if row.errors:
                kept_back[item.pk] = row
            else:
                deduction = read_points(row.deduction)
                typed[item.pk] = Typed(Judgement(row.verdict, row.note, deduction), row.mark)
        try:
            recorded = record_verdicts(inspected=self.inspected, typed=typed, user=request.user)
            uploaded = self._keep_files(items, kept_back)
        except StepRefused as refused:
            messages.error(request, refused.message)
            return redirect("inspected_unit", self.inspected.pk)
        for pk, other in recorded.conflicts.items():
            row = kept_back[pk] = _typed_row(request, next(item for item in items if item.pk == pk))
            # Saving once more is then done knowingly.
            row.other, row.mark = other, judgement_of(other).mark
        saved = len(recorded.saved)
        if saved or uploaded:
            messages.success(request, _saved_words(saved, uploaded))
        elif not kept_back:
            messages.success(request, gettext("Không có gì thay đổi."))
        if kept_back:
            messages.error(
                request,
                gettext("%(n)s mục chưa lưu được, chữ đã gõ còn nguyên bên dưới.") % {"n": len(kept_back)},
            )
            return self._show(kept_back, status=422)
        return redirect("inspected_unit", self.inspected.pk)

    def _keep_files(self, items: list[InspectionItem], kept_back: dict[int, ItemRow]) -> int:
        """Files are kept whatever else is wrong: a browser would not send them again."""
        count = 0
        budget = FILES_AT_ONCE
        pixels = PixelBudget.of_files(FILES_AT_ONCE)
        for item in [*items, None]:
            name = f"tep-{item.pk}" if item else "tep"
            sent = self.request.FILES.getlist(name)[:budget]
            budget -= len(sent)
            require_room(self.inspected, len(sent))
            evidence, errors = examined(sent, pixels)
            count += len(
                keep_files(inspected=self.inspected, evidence=evidence, user=self.request.user, item=item)
            )
            if errors and item is not None:
                row = kept_back.get(item.pk) or _typed_row(self.request, item)
                row.errors += errors
                row.mark = judgement_of(InspectionItem.objects.get(pk=item.pk)).mark
                kept_back[item.pk] = row
            elif errors:
                for error in errors:
                    messages.error(self.request, error)
        return count


def _saved_words(items: int, files: int) -> str:
    said = []
    if items:
        said.append(gettext("%(n)s mục") % {"n": items})
    if files:
        said.append(gettext("%(n)s tệp") % {"n": files})
    return gettext("Đã lưu %(what)s.") % {"what": ", ".join(said)}


def examined(sent: list[Any], budget: PixelBudget) -> tuple[list[Evidence], list[str]]:
    """What is kept of uploads, and what is said of those that are refused."""
    evidence: list[Evidence] = []
    errors: list[str] = []
    for file in sent:
        try:
            evidence.append(examine(file.file, file.name, budget))
        except RefusedFile as refused:
            errors.append(f"{file.name}: {refused}")
    return evidence, errors


def _typed_row(request: HttpRequest, item: InspectionItem) -> ItemRow:
    pk = item.pk
    row = ItemRow(
        item,
        verdict=request.POST.get(f"ket-qua-{pk}", ""),
        note=request.POST.get(f"nhan-xet-{pk}", "").replace("\r\n", "\n").replace("\0", "").strip(),
        deduction=request.POST.get(f"diem-tru-{pk}", "").strip(),
        mark=request.POST.get(f"thay-{pk}", ""),
    )
    if row.verdict not in ("", *Verdict.values):
        row.verdict = ""
        row.errors.append(gettext("Chọn lại kết quả."))
    if len(row.note) > NOTE_LENGTH:
        row.errors.append(gettext("Nhận xét dài quá %(n)s ký tự.") % {"n": NOTE_LENGTH})
    try:
        deduction = read_points(row.deduction)
    except ValidationError as error:
        row.errors.append(error.messages[0])
    else:
        if deduction and row.verdict != Verdict.FAILED:
            row.errors.append(gettext("Chỉ trừ điểm ở mục không đạt."))
        elif deduction and not row.note:
            row.errors.append(gettext("Ghi lý do trừ điểm vào nhận xét."))
    return row


class AddItemView(OneUnitView):
    """One more item: a procedure by its code, or anything else in words."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.rights.sees_all:
            raise Http404
        if not self.rights.inspects:
            raise PermissionDenied
        code = request.POST.get("ma", "").strip()[:60]
        procedure = None
        if code:
            # What was never public is nobody's business here, not even its name.
            once_public = ProcedurePage.objects.filter(version__gt=0)
            procedure = once_public.filter(code=normalise_code(code) or code).first()
            if procedure is None:
                messages.error(request, gettext("Không có thủ tục mang mã %(code)s.") % {"code": code})
                return redirect(self._back())
        try:
            item = add_item(
                inspected=self.inspected,
                title=request.POST.get("noi-dung", "")[:500].replace("\0", ""),
                procedure=procedure,
                user=request.user,
            )
        except StepRefused as refused:
            messages.error(request, refused.message)
            return redirect(self._back())
        messages.success(request, gettext("Đã thêm mục %(n)s.") % {"n": item.place})
        return redirect(f"{self._back()}#muc-{item.pk}")

    def _back(self) -> str:
        return reverse("inspected_unit", args=[self.inspected.pk])


class SideBySideView(OneUnitView):
    """What the public saw at this unit on the day of the round, beside what it sees now."""

    template_name = "procedures/admin/inspections/side_by_side.html"
    page_title = _("Đối chiếu với hôm nay")

    def get_page_title(self) -> Any:
        return self.page_title

    def trail(self) -> list[dict[str, Any]]:
        return [*super().trail(), self.unit_step()]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.rights.sees_all and self.inspected.sent_at is None:
            raise Http404
        if self.round.state == RoundState.PREPARING:
            return redirect("inspection_round", self.round.pk)
        today: date = timezone.localdate()
        compared = compare_unit(self.inspected.unit, self.round.as_of, today)
        only_changed = request.GET.get("loc") != "tat-ca"
        return self.show(
            inspected=self.inspected,
            round=self.round,
            unit=self.inspected.unit,
            today=today,
            compared=compared,
            rows=[row for row in compared.rows if row.is_changed] if only_changed else compared.rows,
            only_changed=only_changed,
            address=reverse("inspection_compare", args=[self.inspected.pk]),
        )
