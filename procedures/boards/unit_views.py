"""A unit's board in the admin and the pages on which its tasks are done: each shows what will be done, then does it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from home.models import Unit
from procedures.boards import figures
from procedures.boards.item_list import MOST_ITEMS, ItemView, items_of
from procedures.boards.naming import Names, load_names
from procedures.boards.panels import board_context
from procedures.boards.task_export import tasks_workbook
from procedures.boards.tasks import Task, TaskKind, Work, tasks
from procedures.boards.unit_board import ONLY_IN_TIME, ONLY_LATE, board_url, may_do
from procedures.completeness.findings import NOT_THEIRS, PROCEDURE_ENDED, UNIT_ENDED, Finding
from procedures.completeness.reports import UnitReport, unit_report
from procedures.completeness.words import GONE_WORDS
from procedures.listings.services import (
    REASON_LENGTH,
    SKIP_WORDS,
    Outcome,
    ReasonMissing,
    Skip,
    publish_listings,
    relist,
    withdraw_listings,
)
from procedures.listings.units import ListingRights, rights_in, visible_units

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class UnitScreen(WagtailAdminTemplateMixin, View):
    """One unit. A foreign unit does not exist: 404, whatever is asked."""

    header_icon = "clipboard-list"
    unit: Unit
    rights: ListingRights

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        found = visible_units(request.user).filter(slug=kwargs["slug"]).first()
        if found is None:
            raise Http404
        self.unit = found
        self.rights = rights_in(request.user, found)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("unit_listings_choice"), "label": _("Niêm yết")},
            {"url": board_url(self.unit), "label": self.unit.name},
            {"url": "", "label": self.get_page_title()},
        ]


class UnitBoardView(UnitScreen):
    """The board: the same that stands on the first page of the unit's people."""

    template_name = "procedures/admin/board_unit_page.html"

    def get_page_title(self) -> Any:
        return self.unit.name

    def get_page_subtitle(self) -> Any:
        return _("bảng việc")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return super().get_breadcrumbs_items()[:-1]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("dinh-dang") == "xlsx":
            return self._download()
        return self.render_to_response(self.get_context_data(**board_context(request.user, self.unit)))

    def _download(self) -> HttpResponse:
        report = unit_report(self.unit)
        data = tasks_workbook(report, load_names(report.findings))
        name = f"viec-{self.unit.slug}-{report.as_of:%Y-%m-%d}.xlsx"
        return HttpResponse(
            data, content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'}
        )


@dataclass(frozen=True, slots=True)
class Group:
    """Items that share a reason for coming down."""

    key: str
    title: str
    items: tuple[ItemView, ...]
    reason: str
    error: str = ""


class WorkScreen(UnitScreen):
    """One work of a unit. `get` shows every item, all of them ticked; `post` does those that stayed ticked."""

    work: Work = Work.LIST
    report: UnitReport

    def get_page_title(self) -> Any:
        return f"{TITLES[self.work]}: {self.unit.label}"

    def found(self) -> tuple[Task, ...]:
        """The tasks that this page clears, from a report made now."""
        self.report = unit_report(self.unit)
        return tuple(task for task in tasks(self.report.findings) if task.work is self.work)

    @property
    def may(self) -> bool:
        return may_do(self.work, self.rights)

    def refuse_readers(self) -> None:
        if not self.may:
            raise PermissionDenied

    def finish(self, outcomes: Iterable[Outcome], words: str) -> HttpResponse:
        """What was done, what was not and why, and what it brought; then back to the board."""
        done = list(outcomes)
        if count := sum(outcome.count for outcome in done):
            messages.success(self.request, " ".join((words % {"n": count}, self._gained())).rstrip())
        for why in Skip:
            if number := sum(outcome.skipped_for(why) for outcome in done):
                messages.warning(
                    self.request,
                    ngettext("%(n)s thủ tục bỏ qua: %(why)s.", "%(n)s thủ tục bỏ qua: %(why)s.", number)
                    % {"n": number, "why": SKIP_WORDS[why]},
                )
        return redirect(board_url(self.unit))

    def _gained(self) -> str:
        before, after = self.report.score, unit_report(self.unit).score
        if after.points == before.points:
            return ""
        return gettext("Điểm từ %(before)s thành %(after)s trên %(maximum)s.") % {
            "before": figures.points(before.points),
            "after": figures.points(after.points),
            "maximum": figures.points(after.maximum),
        }


class ItemWorkView(WorkScreen):
    """Listing, listing again, withdrawing: a list of procedures and one button."""

    template_name = "procedures/admin/board_work.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._show()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.refuse_readers()
        found = self._asked(self.found())
        chosen = chosen_ids(request) & {pk for task in found for pk in task.procedures}
        if not chosen:
            messages.warning(request, gettext("Chưa chọn thủ tục nào nên chưa làm gì."))
            return self._show(ticked=chosen, status=422)
        if self.work is Work.WITHDRAW:
            return self._withdraw(found, chosen)
        common: dict[str, Any] = {"unit": self.unit, "procedures": sorted(chosen), "user": request.user}
        if self.work is Work.RELIST:
            return self.finish([relist(**common)], gettext("Đã niêm yết lại %(n)s thủ tục."))
        outcome = publish_listings(**common, approves=self.rights.approve)
        return self.finish([outcome], gettext("Đã niêm yết %(n)s thủ tục."))

    def _withdraw(self, found: tuple[Task, ...], chosen: set[int]) -> HttpResponse:
        """Each group with its own reason; all of them are asked for before anything comes down."""
        groups = {
            key: sorted(chosen & {f.procedure for f in members if f.procedure is not None})
            for key, members in grouped(found).items()
        }
        reasons = {key: " ".join(self.request.POST.get(f"ly-do-{key}", "").split()) for key in groups}
        errors = {key: error for key, pks in groups.items() if pks and (error := reason_error(reasons[key]))}
        if errors:
            return self._show(ticked=chosen, reasons=reasons, errors=errors, status=422)
        try:
            outcomes = [
                withdraw_listings(unit=self.unit, procedures=pks, user=self.request.user, reason=reasons[key])
                for key, pks in groups.items()
                if pks
            ]
        except ReasonMissing as missing:
            raise PermissionDenied from missing
        return self.finish(outcomes, gettext("Đã gỡ %(n)s thủ tục."))

    def _asked(self, found: tuple[Task, ...]) -> tuple[Task, ...]:
        only = {ONLY_LATE: TaskKind.LATE, ONLY_IN_TIME: TaskKind.MISSING}.get(self.request.GET.get("chi", ""))
        return tuple(task for task in found if only is None or task.kind is only)

    def _show(
        self,
        *,
        ticked: set[int] | None = None,
        reasons: Mapping[str, str] | None = None,
        errors: Mapping[str, str] | None = None,
        status: int = 200,
    ) -> HttpResponse:
        found = self._asked(self.found())
        names = load_names(f for task in found for f in task.findings)
        groups = tuple(
            Group(
                key=key,
                title=title_of(key),
                items=items_of(members[:MOST_ITEMS], names, self.report.as_of),
                reason=(reasons or {}).get(key) or reason_of(key, members, names),
                error=(errors or {}).get(key, ""),
            )
            for key, members in grouped(found).items()
        )
        shown = sum(len(group.items) for group in groups)
        context = self.get_context_data(
            unit=self.unit,
            work=self.work.value,
            lead=LEADS[self.work],
            button=str(BUTTONS[self.work]) % {"n": figures.number(shown)},
            groups=groups,
            shown=shown,
            beyond=sum(task.count for task in found) - shown,
            cost=figures.cost(total) if (total := sum(task.cost for task in found)) else "",
            may=self.may,
            asks_reason=self.work is Work.WITHDRAW,
            reason_length=REASON_LENGTH,
            ticked=ticked,
            board_url=board_url(self.unit),
            address=self.request.get_full_path(),
        )
        return self.render_to_response(context, status=status)


def grouped(found: Iterable[Task]) -> dict[str, list[Finding]]:
    """By the reason for coming down; what is to be listed is one group."""
    groups: dict[str, list[Finding]] = {}
    for task in found:
        for finding in task.findings:
            key = finding.details[0] if task.kind is TaskKind.GONE and finding.details else ""
            groups.setdefault(key, []).append(finding)
    return groups


def title_of(key: str) -> str:
    words = str(GONE_WORDS.get(key, ""))
    return words[:1].upper() + words[1:]


def reason_of(key: str, members: Iterable[Finding], names: Names) -> str:
    """A suggestion; people read it at the old address. Names the decision where it is one for all."""
    decisions = {finding.decision for finding in members}
    named = names.decisions.get(next(iter(decisions)) or 0) if len(decisions) == 1 else None
    if key == PROCEDURE_ENDED and named is not None:
        return gettext("Bị bãi bỏ theo %(decision)s.") % {"decision": named.words}
    return str(REASONS.get(key, ""))


def reason_error(reason: str) -> str:
    if not reason:
        return gettext("Ghi lý do gỡ: người dân sẽ đọc thấy ở địa chỉ cũ.")
    if len(reason) > REASON_LENGTH:
        return gettext("Lý do dài quá %(n)s ký tự.") % {"n": REASON_LENGTH}
    return ""


def chosen_ids(request: HttpRequest, name: str = "muc") -> set[int]:
    values = request.POST.getlist(name)
    return {int(v) for v in values if v.isascii() and v.isdigit() and len(v) < 19}


REASONS: dict[str, Any] = {
    PROCEDURE_ENDED: _("Thủ tục đã bị bãi bỏ hoặc hết hiệu lực."),
    NOT_THEIRS: _("Thủ tục không thuộc danh mục đơn vị phải niêm yết."),
    UNIT_ENDED: _("Đơn vị đã kết thúc hoạt động."),
}
TITLES: dict[Work, Any] = {
    Work.LIST: _("Niêm yết phần còn thiếu"),
    Work.RELIST: _("Niêm yết lại phần đã gỡ"),
    Work.CONFIRM: _("So và xác nhận"),
    Work.WITHDRAW: _("Gỡ phần không còn phải niêm yết"),
    Work.DETAILS: _("Điền nơi nộp hồ sơ"),
}
LEADS: dict[Work, Any] = {
    Work.LIST: _(
        "Các thủ tục dưới đây được công khai ngay với nội dung chính thức và thông tin chung của đơn vị;"
        " quầy, điện thoại, ghi chú riêng sửa sau cũng được."
    ),
    Work.RELIST: _(
        "Các thủ tục này đơn vị phải niêm yết mà đã gỡ xuống. Niêm yết lại thì công khai như trước khi gỡ, theo"
        " nội dung chính thức đang có hiệu lực."
    ),
    Work.WITHDRAW: _(
        "Các thủ tục này đang công khai mà không còn phải niêm yết. Gỡ rồi, người mở địa chỉ cũ đọc thấy lý do."
    ),
}
BUTTONS: dict[Work, Any] = {
    Work.LIST: _("Niêm yết %(n)s thủ tục"),
    Work.RELIST: _("Niêm yết lại %(n)s thủ tục"),
    Work.WITHDRAW: _("Gỡ %(n)s thủ tục"),
}
