"""The page "Điền nơi nộp hồ sơ": one form for what all listings lack, and links to those that name a desk of their own."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from wagtail.admin import messages
from wagtail.log_actions import log

from home.models import Desk
from home.viewsets.policies import DESK_POLICY
from procedures.boards.details_forms import DeskDetailsForm, asks_for
from procedures.boards.item_list import items_of
from procedures.boards.naming import load_names
from procedures.boards.tasks import Work
from procedures.boards.unit_board import board_url
from procedures.boards.unit_views import WorkScreen
from procedures.completeness.findings import HOURS, PHONE, Finding
from procedures.completeness.reports import unit_report
from procedures.listings.where import default_desk

MOST_SINGLE = 100


class DetailsView(WorkScreen):
    work = Work.DETAILS
    template_name = "procedures/admin/board_details.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self._findings()
        return self._show(found, self._form(found))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.refuse_readers()
        found = self._findings()
        form = self._form(found, request.POST)
        if form is None:
            return redirect(request.path)
        if not form.is_valid():
            return self._show(found, form, status=422)
        is_new = form.desk is None
        desk = form.save(request.user)
        log(desk, "wagtail.create" if is_new else "wagtail.edit", user=request.user, content_changed=True)
        left = sum(f.kind == found[0].kind for f in unit_report(self.unit).findings)
        messages.success(
            request,
            gettext("Đã ghi nơi nộp hồ sơ cho %(n)s thủ tục.") % {"n": len(found) - left},
        )
        return redirect(request.path if left else board_url(self.unit))

    def _findings(self) -> list[Finding]:
        return [finding for task in self.found() for finding in task.findings]

    def _desk(self) -> Desk | None:
        return default_desk(self.unit)

    def _may_fill(self, desk: Desk | None) -> bool:
        """A desk that another unit keeps is that unit's to complete."""
        user = self.request.user
        if desk is None:
            return DESK_POLICY.units(user, "add").filter(pk=self.unit.pk).exists()
        return DESK_POLICY.user_has_permission_for_instance(user, "change", desk)

    def _form(self, found: list[Finding], data: Any = None) -> DeskDetailsForm | None:
        desk = self._desk()
        lacking = {detail for finding in found for detail in finding.details}
        if not self.may or not asks_for(desk, lacking) or not self._may_fill(desk):
            return None
        if desk is not None:
            lacking -= {PHONE} if desk.phone else set()
            lacking -= {HOURS} if desk.hours.exists() else set()
        return DeskDetailsForm(data, unit=self.unit, desk=desk, lacking=lacking)

    def _show(self, found: list[Finding], form: DeskDetailsForm | None, status: int = 200) -> HttpResponse:
        desk = self._desk()
        names = load_names(found)
        listings = {
            pk: facts.listing for pk, facts in self.report.listed.items() if facts.listing is not None
        }
        items = [
            {"item": item, "edit_url": self._edit_url(listings.get(item.procedure))}
            for item in items_of(found[:MOST_SINGLE], names, self.report.as_of)
        ]
        context = self.get_context_data(
            unit=self.unit,
            form=form,
            desk=desk,
            keeper=desk.unit if desk is not None and desk.unit_id != self.unit.pk else None,
            desk_url=reverse("wagtailsnippets_home_desk:edit", args=[desk.pk])
            if desk is not None and self._may_fill(desk)
            else "",
            items=items,
            count=len(found),
            beyond=len(found) - len(items),
            may=self.may,
            board_url=board_url(self.unit),
        )
        return self.render_to_response(context, status=status)

    def _edit_url(self, listing: int | None) -> str:
        if listing is None or not self.may:
            return ""
        return reverse("wagtailsnippets_procedures_listing:edit", args=[listing])
