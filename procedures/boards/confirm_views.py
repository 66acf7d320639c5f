"""The page "So và xác nhận": old and new of every text that changed, and one button for those that stay ticked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from wagtail.admin import messages

from procedures.boards import figures
from procedures.boards.changes import Change, changes_to_now
from procedures.boards.comparing import MOST_ROWS
from procedures.boards.item_list import ItemView, items_of
from procedures.boards.naming import load_names
from procedures.boards.tasks import Work
from procedures.boards.unit_board import board_url
from procedures.boards.unit_views import WorkScreen, chosen_ids
from procedures.completeness.findings import Finding
from procedures.listings.services import confirm_listings
from procedures.models import ProcedurePage

PER_PAGE = 50
OPENED = 3
"""How many comparisons stand unfolded: nobody is to confirm what nothing on the page has shown."""
ROWS_OF_MANY = 30
"""Changed sentences of a section where many procedures stand on one page; all of them stand on the page of one."""


@dataclass(frozen=True, slots=True)
class Outdated:
    item: ItemView
    change: Change | None
    url: str
    """The page of this one alone, at full length."""
    is_open: bool


class ConfirmView(WorkScreen):
    """All outdated ones, the first unfolded; `?muc=` shows one at full length."""

    work = Work.CONFIRM
    template_name = "procedures/admin/board_confirm.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._show()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.refuse_readers()
        chosen = chosen_ids(request) & {f.procedure for f in self._findings() if f.procedure is not None}
        seen = _unchanged(request, chosen)
        if newer := len(chosen - seen.keys()):
            messages.warning(
                request,
                gettext("%(n)s thủ tục vừa có bản mới hơn bản đã xem nên chưa xác nhận: hãy so lại.")
                % {"n": newer},
            )
        if not seen:
            if not newer:
                messages.warning(request, gettext("Chưa chọn thủ tục nào nên chưa làm gì."))
            return self._show(status=422)
        outcome = confirm_listings(unit=self.unit, procedures=sorted(seen), user=request.user, seen=seen)
        return self.finish([outcome], gettext("Đã xác nhận lại %(n)s thủ tục."))

    def _findings(self) -> list[Finding]:
        return [finding for task in self.found() for finding in task.findings]

    def _one(self) -> int | None:
        asked = self.request.GET.get("muc", "")
        return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None

    def _show(self, status: int = 200) -> HttpResponse:
        found = self._findings()
        one = self._one()
        chosen = [f for f in found if f.procedure == one] if one is not None else found
        shown = chosen[:PER_PAGE]
        names = load_names(shown)
        confirmed = {
            f.procedure: self.report.listed[f.procedure].confirmed_version
            for f in shown
            if f.procedure is not None and f.procedure in self.report.listed
        }
        changes = changes_to_now(confirmed, most=MOST_ROWS if one is not None else ROWS_OF_MANY)
        items = [
            Outdated(
                item,
                changes.get(item.procedure),
                f"{self.request.path}?muc={item.procedure}",
                is_open=place < OPENED,
            )
            for place, item in enumerate(items_of(shown, names, self.report.as_of))
        ]
        context = self.get_context_data(
            unit=self.unit,
            items=items,
            is_one=one is not None,
            beyond=len(chosen) - len(items),
            button=gettext("Xác nhận %(n)s thủ tục") % {"n": figures.number(len(items))},
            may=self.may,
            board_url=board_url(self.unit),
            address=self.request.get_full_path(),
        )
        return self.render_to_response(context, status=status)


def _unchanged(request: HttpRequest, chosen: set[int]) -> dict[int, int]:
    """Those whose version in force is the one that stood on the page, with that version."""
    seen = set(request.POST.getlist("ban"))
    rows = ProcedurePage.objects.filter(pk__in=chosen).order_by().values_list("pk", "version")
    return {pk: version for pk, version in rows if f"{pk}:{version}" in seen}
