"""The screens "Niêm yết" in the admin: a unit's listings at a glance, and work on many of them at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from home.models import Unit
from procedures.boards.tasks import Work
from procedures.boards.unit_board import board_url, work_url
from procedures.boards.units_table import COLUMNS, Column, Order, arranged, as_csv, units_table
from procedures.listings.opening import opening_decision
from procedures.listings.screen import (
    PER_PAGE,
    TAB_LABELS,
    TERM_LABELS,
    Screen,
    ScreenFilters,
    ScreenRow,
    Tab,
    build_screen,
)
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
from procedures.listings.state import UnitListingState, unit_state
from procedures.listings.units import ListingRights, rights_in, visible_units
from procedures.models import ProcedurePage

OFFERS = {
    Tab.MISSING: frozenset({"list", "relist"}),
    Tab.OUTDATED: frozenset({"withdraw"}),
    Tab.CURRENT: frozenset({"withdraw"}),
    Tab.DRAFTS: frozenset({"list", "withdraw"}),
    Tab.WITHDRAWN: frozenset({"relist"}),
    Tab.ALL: frozenset({"list", "relist", "withdraw"}),
}
"""Which work on ticked rows makes sense in a tab. Confirming is done beside what has changed (procedures.boards)."""


class UnitChoiceView(WagtailAdminTemplateMixin, View):
    """Staff of one unit land on its screen; others see all their units with shares and points, sortable, as CSV too."""

    page_title = _("Niêm yết")
    header_icon = "clipboard-list"
    template_name = "procedures/admin/unit_choice.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get(self, request: HttpRequest) -> HttpResponse:
        units = list(visible_units(request.user).active().order_by("name"))
        if not units:
            raise PermissionDenied
        if len(units) == 1:
            return redirect("unit_listings", slug=units[0].slug)
        table = units_table(request.user, units)
        q, order = request.GET.get("q", "")[:200], Order.parse(request.GET.get("xep", ""))
        rows = arranged(table.rows, q=q, order=order)
        if request.GET.get("dinh-dang") == "csv":
            name = f"niem-yet-{timezone.localtime(table.at):%Y-%m-%d-%H%M}.csv"
            headers = {"Content-Disposition": f'attachment; filename="{name}"'}
            return HttpResponse(as_csv(rows), content_type="text/csv; charset=utf-8", headers=headers)
        return self.render_to_response(
            self.get_context_data(
                table=table,
                rows=[
                    {"row": row, "cells": [(column.key, column.text(row)) for column in COLUMNS[1:]]}
                    for row in rows
                ],
                heads=[self._head(column, order, q) for column in COLUMNS],
                q=q,
                order=order,
                csv_url=f"?{urlencode({'q': q, 'xep': str(order), 'dinh-dang': 'csv'})}",
                opening=opening_decision(),
            )
        )

    @staticmethod
    def _head(column: Column, order: Order, q: str) -> dict[str, Any]:
        current = column.key == order.column
        return {
            "label": column.label,
            "url": f"?{urlencode({'q': q, 'xep': str(order.clicked(column))})}",
            "sort": ("descending" if order.down else "ascending") if current else "",
            "is_number": column.key != "ten",
        }


class UnitListingsView(WagtailAdminTemplateMixin, View):
    """One unit. A foreign unit does not exist: 404, whatever is asked."""

    header_icon = "clipboard-list"
    template_name = "procedures/admin/unit_listings.html"
    unit: Unit
    rights: ListingRights
    filters: ScreenFilters

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        found = visible_units(request.user).filter(slug=kwargs["slug"]).first()
        if found is None:
            raise Http404
        self.unit = found
        self.rights = rights_in(request.user, found)
        self.filters = ScreenFilters.parse(request.GET)

    def get_page_title(self) -> Any:
        return self.unit.name

    def get_page_subtitle(self) -> Any:
        return _("niêm yết thủ tục")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("unit_listings_choice"), "label": _("Niêm yết")},
            {"url": "", "label": self.unit.name},
        ]

    @property
    def address(self) -> str:
        return reverse("unit_listings", args=[self.unit.slug])

    # Showing -------------------------------------------------------------------------------------------------------------

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._show(set())

    def _show(self, ticked: set[int], status: int = 200) -> HttpResponse:
        screen = build_screen(unit_state(self.unit), self.filters)
        paginator = Paginator(screen.rows, PER_PAGE)
        page = paginator.get_page(self.filters.page)
        context = self.get_context_data(
            unit=self.unit,
            rights=self.rights,
            filters=self.filters,
            address=self.address,
            screen=screen,
            tabs=self._tabs(screen),
            terms=list(TERM_LABELS.items()) if self.filters.tab is Tab.MISSING else (),
            page_obj=page,
            elided_page_range=paginator.get_elided_page_range(page.number),
            ticked=ticked,
            offers=OFFERS[self.filters.tab] & self._actions().keys() & _possible(page.object_list),
            board_url=board_url(self.unit),
            list_all_url=work_url(self.unit, Work.LIST),
            compare_url=work_url(self.unit, Work.CONFIRM),
            lists_all=self.filters.tab in (Tab.MISSING, Tab.ALL),
            confirms_all=self.filters.tab in (Tab.OUTDATED, Tab.ALL),
            never_listed=len(screen.state.never_listed),
            outdated=len(screen.state.outdated & frozenset(screen.state.owed)),
            opening=bool(screen.state.owed) or opening_decision() is not None,
        )
        return render(self.request, self.template_name, context, status=status)

    def _tabs(self, screen: Screen) -> list[dict[str, Any]]:
        return [
            {
                "label": TAB_LABELS[tab],
                "count": screen.counts[tab],
                "url": f"{self.address}?{self.filters.query(loc=tab, han='')}",
                "current": tab is self.filters.tab,
            }
            for tab in Tab
        ]

    # Doing ---------------------------------------------------------------------------------------------------------------

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        work, chosen = _asked(request)
        action = self._actions().get(work)
        if action is None:
            raise PermissionDenied
        state = unit_state(self.unit)
        # Only what this unit owes or already has: a guessed number of another procedure is passed over.
        known = frozenset(state.owed) | frozenset(state.listings)
        return action(state, sorted(chosen & known))

    def _actions(self) -> dict[str, Callable[[UnitListingState, list[int]], HttpResponse]]:
        """What this person may do here; anything else is refused."""
        actions: dict[str, Callable[[UnitListingState, list[int]], HttpResponse]] = {}
        if self.rights.list:
            actions["list"] = self._list
        if self.rights.approve:
            actions |= {"relist": self._relist, "withdraw": self._ask_reason, "withdraw-now": self._withdraw}
        return actions

    def _list(self, state: UnitListingState, chosen: list[int]) -> HttpResponse:
        if not chosen:
            return self._nothing_chosen()
        outcome = publish_listings(
            unit=self.unit, procedures=chosen, user=self.request.user, approves=self.rights.approve
        )
        return self._done(outcome, gettext("Đã niêm yết %(n)s thủ tục."))

    def _relist(self, _state: UnitListingState, chosen: list[int]) -> HttpResponse:
        if not chosen:
            return self._nothing_chosen()
        outcome = relist(unit=self.unit, procedures=chosen, user=self.request.user)
        return self._done(outcome, gettext("Đã niêm yết lại %(n)s thủ tục."))

    def _ask_reason(
        self, state: UnitListingState, chosen: list[int], *, reason: str = "", error: str = ""
    ) -> HttpResponse:
        live = [pk for pk in chosen if pk in state.live]
        if not live:
            return self._nothing_chosen()
        context = self.get_context_data(
            unit=self.unit,
            procedures=ProcedurePage.objects.filter(pk__in=live)
            .order_by("title")
            .values("pk", "code", "title"),
            owed=len(set(live) & set(state.owed)),
            reason=reason,
            error=error,
            reason_length=REASON_LENGTH,
            action_url=self._back(),
        )
        return render(self.request, "procedures/admin/withdraw.html", context, status=422 if error else 200)

    def _withdraw(self, state: UnitListingState, chosen: list[int]) -> HttpResponse:
        reason = self.request.POST.get("ly-do", "")
        if len(reason) > REASON_LENGTH:
            error = gettext("Lý do dài quá %(n)s ký tự.") % {"n": REASON_LENGTH}
            return self._ask_reason(state, chosen, reason=reason, error=error)
        try:
            outcome = withdraw_listings(
                unit=self.unit, procedures=chosen, user=self.request.user, reason=reason
            )
        except ReasonMissing:
            error = gettext("Ghi lý do gỡ: người dân sẽ đọc thấy ở địa chỉ cũ.")
            return self._ask_reason(state, chosen, reason=reason, error=error)
        return self._done(outcome, gettext("Đã gỡ %(n)s thủ tục."))

    def _nothing_chosen(self) -> HttpResponse:
        messages.warning(
            self.request,
            gettext(
                "Hãy đánh dấu các thủ tục cần làm ở cột đầu rồi bấm lại; mục không làm được việc này thì bỏ qua."
            ),
        )
        return self._show(set(), status=422)

    def _done(self, outcome: Outcome, words: str) -> HttpResponse:
        if outcome.count:
            messages.success(self.request, words % {"n": outcome.count})
        for why in Skip:
            if number := outcome.skipped_for(why):
                messages.warning(
                    self.request,
                    ngettext("%(n)s thủ tục bỏ qua: %(why)s.", "%(n)s thủ tục bỏ qua: %(why)s.", number)
                    % {"n": number, "why": SKIP_WORDS[why]},
                )
        return redirect(self._back())

    def _back(self) -> str:
        query = self.filters.query()
        page = f"&p={self.filters.page}" if self.filters.page > 1 else ""
        return f"{self.address}?{query}{page}"


def _asked(request: HttpRequest) -> tuple[str, set[int]]:
    """The work and the procedures: a button of one row ("list:12"), or one for all that are ticked."""
    single, _colon, pk = request.POST.get("mot", "").partition(":")
    if single:
        return single, {int(pk)} if pk.isascii() and pk.isdigit() and len(pk) < 19 else set()
    ticked = (
        value
        for value in request.POST.getlist("muc")
        if value.isascii() and value.isdigit() and len(value) < 19
    )
    return request.POST.get("viec", ""), {int(value) for value in ticked}


def _possible(rows: Iterable[ScreenRow]) -> set[str]:
    """The work that at least one of these rows allows: no button that can only fail."""
    return {
        work
        for row in rows
        for work, allowed in (
            ("list", row.can_list),
            ("relist", row.is_withdrawn),
            ("withdraw", row.is_live),
        )
        if allowed
    }
