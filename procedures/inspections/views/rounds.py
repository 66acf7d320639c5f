"""The list of rounds, one round with its units, making and changing one, its log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from home.models import Unit
from procedures.completeness.yearly_schemes import scheme_for
from procedures.inspections.board import person_name, round_lines, unit_lines, with_counts
from procedures.inspections.concluding import conclude_round, take_proposed, why_not_yet
from procedures.inspections.explaining import extend_explaining, send_findings
from procedures.inspections.explanation_rows import abouts
from procedures.inspections.forms import RoundForm, unit_groups
from procedures.inspections.log_words import step_facts
from procedures.inspections.opening import open_round, why_not
from procedures.inspections.papers import day_words
from procedures.inspections.preparing import assign_inspectors, possible_inspectors, save_round
from procedures.inspections.rights import is_council, takes_part, visible_inspected, visible_rounds
from procedures.inspections.steps import STEPS, StepRefused, broken_step
from procedures.inspections.views.frame import (
    CouncilView,
    InspectionView,
    OneRoundView,
    posted_keys,
    read_day,
)
from procedures.ledger import clock
from procedures.models import InspectedUnit, InspectionRound, RoundState

PER_PAGE = 50


class IndexView(InspectionView):
    """Rounds for those who conduct or inspect; for staff of a unit, what they were sent."""

    page_title = _("Đợt kiểm tra")
    template_name = "procedures/admin/inspections/index.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get(self, request: HttpRequest) -> HttpResponse:
        if not takes_part(request.user):
            raise Http404
        rounds = visible_rounds(request.user)
        sent = visible_inspected(request.user).none()
        if not is_council(request.user):
            sent = (
                visible_inspected(request.user)
                .filter(sent_at__isnull=False)
                .exclude(round__in=rounds)
                .defer("frozen")
                .select_related("round", "unit")
                .order_by("-round__as_of", "unit__name")
            )
        page = Paginator(with_counts(rounds), PER_PAGE).get_page(request.GET.get("p"))
        sent_page = Paginator(sent, PER_PAGE).get_page(request.GET.get("p"))
        return self.show(
            lines=round_lines(page.object_list),
            page_obj=page if page.has_other_pages() else sent_page,
            sent=sent_page.object_list,
            conducts=is_council(request.user),
            address=reverse("inspection_rounds"),
        )


class RoundFormView(CouncilView):
    template_name = "procedures/admin/inspections/round_form.html"
    round: Any = None
    """The one that is changed; None: a new one."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        chosen = set(self.round.units.values_list("unit_id", flat=True)) if self.round else set()
        initial = {} if self.round else _new_round()
        return self._show(RoundForm(instance=self.round, initial=initial), chosen)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = RoundForm(request.POST, instance=self.round)
        chosen = posted_keys(request, "don-vi")
        units = list(Unit.objects.listing_units().filter(pk__in=chosen))
        errors = "" if units else gettext("Chọn ít nhất một đơn vị.")
        if not form.is_valid() or errors:
            return self._show(form, chosen, units_error=errors, status=422)
        try:
            saved = save_round(values=form.cleaned_data, units=units, user=request.user, round_=self.round)
        except StepRefused as refused:
            messages.error(request, refused.message)
            return redirect("inspection_rounds")
        messages.success(request, gettext("Đã lưu đợt kiểm tra."))
        return redirect("inspection_round", saved.pk)

    def _show(
        self, form: RoundForm, chosen: set[int], *, units_error: str = "", status: int = 200
    ) -> HttpResponse:
        return self.show(
            status,
            form=form,
            groups=unit_groups(chosen),
            units_error=units_error,
            back=reverse("inspection_round", args=[self.round.pk])
            if self.round
            else reverse("inspection_rounds"),
        )


def _new_round() -> dict[str, Any]:
    """This year, and the scheme that counts for it."""
    today = timezone.localdate(clock.now())
    return {"year": today.year, "scheme": scheme_for(today).row}


class RoundCreateView(RoundFormView):
    page_title = _("Lập đợt kiểm tra")


class RoundEditView(OneRoundView, RoundFormView):
    round: InspectionRound
    page_title = _("Sửa")

    def trail(self) -> list[dict[str, Any]]:
        return [self.round_step()]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if is_council(request.user) and self.round.state != RoundState.PREPARING:
            messages.error(request, gettext("Đợt kiểm tra đã mở nên không sửa được."))
            return redirect("inspection_round", self.round.pk)
        return super().dispatch(request, *args, **kwargs)


class RoundView(OneRoundView):
    """One round: its units, how far each has come, and what the council does next."""

    template_name = "procedures/admin/inspections/round.html"

    def get_page_title(self) -> Any:
        return self.round.title

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._show()

    def _rows(self) -> Any:
        return visible_inspected(self.request.user).filter(round=self.round)

    def _show(self, status: int = 200, *, ticked: set[int] | None = None) -> HttpResponse:
        conducts = is_council(self.request.user)
        lines = unit_lines(self._rows())
        state = self.round.state
        explaining = state == RoundState.EXPLAINING
        return self.show(
            status,
            round=self.round,
            lines=lines,
            ticked=ticked or set(),
            until=self.request.POST.get("den-ngay") or day_words(self.round.answer_until),
            words=self.request.POST.get("ket-luan", ""),
            conducts=conducts,
            state=state,
            steps=_steps(self.round),
            people=[(person.pk, person_name(person)) for person in possible_inspectors()] if conducts else [],
            refusal=why_not(self.round) if conducts and state == RoundState.PREPARING else "",
            waits=why_not_yet(self.round, [line.inspected for line in lines])
            if conducts and explaining
            else [],
            closed=state == RoundState.CONCLUDED,
            changes=conducts and state != RoundState.CONCLUDED,
            concluded_by=person_name(self.round.concluded_by),
            unsent=sum(line.inspected.sent_at is None for line in lines),
            unpointed=sum(
                line.inspected.sent_at is not None and line.inspected.final_points is None for line in lines
            ),
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_council(request.user):
            raise PermissionDenied
        work = self._works().get(request.POST.get("viec", ""))
        if work is None:
            raise PermissionDenied
        ticked = posted_keys(request, "muc")
        rows = list(self._rows().filter(pk__in=ticked).defer("frozen"))
        try:
            words = work(rows)
        except StepRefused as refused:
            messages.error(request, refused.message)
            return self._show(422, ticked=ticked)
        messages.success(request, words)
        return redirect("inspection_round", self.round.pk)

    def _works(self) -> dict[str, Callable[[list[InspectedUnit]], str]]:
        return {
            "assign": self._assign,
            "unassign": self._unassign,
            "open": self._open,
            "send": self._send,
            "extend": self._extend,
            "take-proposed": self._take_proposed,
            "conclude": self._conclude,
        }

    def _needs_rows(self, rows: list[InspectedUnit]) -> list[InspectedUnit]:
        if not rows:
            raise StepRefused(gettext("Hãy đánh dấu các đơn vị ở cột đầu rồi bấm lại."))
        return rows

    def _needs_yes(self, name: str) -> None:
        if self.request.POST.get(name) != "co":
            raise StepRefused(gettext("Bước này không quay lại được: hãy đánh dấu ô xác nhận rồi bấm lại."))

    def _people(self) -> list[Any]:
        people = list(possible_inspectors().filter(pk__in=posted_keys(self.request, "nguoi")))
        if not people:
            raise StepRefused(gettext("Chọn người kiểm tra."))
        return people

    def _assign(self, rows: list[InspectedUnit]) -> str:
        count = assign_inspectors(
            round_=self.round, inspected=self._needs_rows(rows), people=self._people(), user=self.request.user
        )
        return gettext("Đã giao %(n)s lượt.") % {"n": count}

    def _unassign(self, rows: list[InspectedUnit]) -> str:
        count = assign_inspectors(
            round_=self.round,
            inspected=self._needs_rows(rows),
            people=self._people(),
            user=self.request.user,
            give=False,
        )
        return gettext("Đã thôi giao %(n)s lượt.") % {"n": count}

    def _open(self, _rows: list[InspectedUnit]) -> str:
        self._needs_yes("xac-nhan-mo")
        open_round(round_=self.round, user=self.request.user)
        return gettext("Đã mở đợt kiểm tra: số liệu đã chốt, mẫu đã chọn.")

    def _last_day(self) -> date:
        until = read_day(self.request.POST.get("den-ngay", ""))
        if until is None:
            raise StepRefused(gettext("Ghi ngày hết hạn giải trình dạng 30/12/2026."))
        return until

    def _extend(self, _rows: list[InspectedUnit]) -> str:
        until = self._last_day()
        extend_explaining(round_=self.round, until=until, user=self.request.user)
        return gettext("Các đơn vị giải trình đến hết ngày %(day)s.") % {"day": f"{until:%d/%m/%Y}"}

    def _send(self, rows: list[InspectedUnit]) -> str:
        until = self._last_day()
        count = send_findings(
            round_=self.round, inspected=self._needs_rows(rows), until=until, user=self.request.user
        )
        return gettext("Đã gửi kết quả cho %(n)s đơn vị; giải trình đến hết ngày %(day)s.") % {
            "n": count,
            "day": f"{until:%d/%m/%Y}",
        }

    def _take_proposed(self, rows: list[InspectedUnit]) -> str:
        count = take_proposed(round_=self.round, inspected=self._needs_rows(rows), user=self.request.user)
        return gettext("Đã lấy điểm đề nghị làm điểm kết luận cho %(n)s đơn vị.") % {"n": count}

    def _conclude(self, _rows: list[InspectedUnit]) -> str:
        self._needs_yes("xac-nhan-ket-luan")
        conclude_round(
            round_=self.round,
            conclusion=self.request.POST.get("ket-luan", "")[:20_000],
            user=self.request.user,
        )
        return gettext("Đã kết luận đợt kiểm tra.")


def _steps(round_: InspectionRound) -> list[dict[str, Any]]:
    """The way of a round, with where it stands."""
    order = list(RoundState)
    place = order.index(RoundState(round_.state))
    return [
        {
            "label": state.label,
            "current": n == place,
            "done": n < place or state == RoundState.CONCLUDED == round_.state,
        }
        for n, state in enumerate(order)
    ]


class LogView(OneRoundView):
    """Every step, in order. The council's; an inspector reads what concerns their own units."""

    template_name = "procedures/admin/inspections/log.html"
    page_title = _("Nhật ký")

    def trail(self) -> list[dict[str, Any]]:
        return [self.round_step()]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        steps = self.round.steps.select_related("user", "inspected__unit").defer("inspected__frozen")
        if not is_council(request.user):
            steps = steps.filter(inspected__in=visible_inspected(request.user))
        page = Paginator(steps.order_by("-pk"), PER_PAGE).get_page(request.GET.get("p"))
        said = {step.data["explanation"] for step in page.object_list if step.data.get("explanation")}
        about = abouts(said) if said else {}
        return self.show(
            round=self.round,
            broken=broken_step(self.round),
            page_obj=page,
            address=reverse("inspection_log", args=[self.round.pk]),
            lines=[
                {
                    "at": step.at,
                    "who": person_name(step.user),
                    "unit": step.inspected.unit.name if step.inspected else "",
                    "label": STEPS.get(step.action, step.action),
                    "facts": step_facts(step.data, about.get(step.data.get("explanation"), "")),
                }
                for step in page.object_list
            ],
        )
