"""The controller's screens around competence: the opening catalogue, and what no row of the table answers."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets import AdminDateInput

from procedures.competence.table import procedures_in_scope, resolve_all, unmapped_words
from procedures.enums import Level
from procedures.listings.opening import (
    DUE_DAYS,
    OpeningError,
    OpeningProposal,
    confirm_opening,
    opening_decision,
    propose_opening,
    rests_on_opening,
)
from procedures.models import ProcedurePage

CONFIRM = "procedures.add_announcementdecision"
EDIT_TABLE = "procedures.change_competence"
LONGEST_DEADLINE = 60
LISTED_NAMES = 200


class OpeningForm(forms.Form):
    day = forms.DateField(
        label=_("Ngày đầu kỳ"),
        widget=AdminDateInput,
        help_text=_("Hạn niêm yết tính từ ngày làm việc kế tiếp."),
    )
    due_days = forms.IntegerField(
        label=_("Hạn niêm yết (ngày làm việc)"), min_value=1, max_value=LONGEST_DEADLINE, initial=DUE_DAYS
    )


class ControllerView(PermissionRequiredMixin, WagtailAdminTemplateMixin, View):
    """A subclass says `permission_required`."""

    raise_exception = True

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]


class OpeningView(ControllerView):
    page_title = _("Danh mục đầu kỳ")
    header_icon = "list-ol"
    template_name = "procedures/admin/opening.html"
    permission_required = CONFIRM

    def get(self, request: HttpRequest) -> HttpResponse:
        held = opening_decision()
        initial = (
            {"day": held.signed_on, "due_days": held.due_days} if held else {"day": timezone.localdate()}
        )
        return self._show(OpeningForm(initial=initial))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = OpeningForm(request.POST)
        if not form.is_valid():
            return self._show(form, status=422)
        again = request.POST.get("viec") == "regenerate"
        try:
            decision = confirm_opening(
                user=request.user,
                day=form.cleaned_data["day"],
                due_days=form.cleaned_data["due_days"],
                regenerate=again,
            )
        except OpeningError as error:
            form.add_error(None, str(error))
            return self._show(form, status=422)
        messages.success(
            request,
            gettext("Danh mục đầu kỳ ngày %(day)s gồm %(n)s thủ tục.")
            % {"day": decision.signed_on.strftime("%d/%m/%Y"), "n": decision.lines.count()},
        )
        return redirect("opening_catalogue")

    def _show(self, form: OpeningForm, status: int = 200) -> HttpResponse:
        held = opening_decision()
        day = held.signed_on if held else form.initial.get("day") or timezone.localdate()
        proposal = propose_opening(day, due_days=held.due_days if held else DUE_DAYS)
        context = self.get_context_data(
            form=form,
            media=form.media,
            held=held,
            held_lines=held.lines.count() if held else 0,
            can_regenerate=bool(held) and not rests_on_opening(),
            proposal=proposal,
            most=max((count.owed for count in proposal.units), default=0),
            unmapped_percent=round(proposal.unmapped_share * 100, 1),
            nameless=_names(proposal),
            unmapped_url=reverse("unmapped_bodies"),
        )
        return self.render_to_response(context, status=status)


def _names(proposal: OpeningProposal) -> list[dict[str, Any]]:
    chosen = [*proposal.unmapped_procedures, *proposal.ownerless][:LISTED_NAMES]
    return list(ProcedurePage.objects.filter(pk__in=chosen).order_by("code").values("pk", "code", "title"))


def _conditions(words: str) -> dict[str, str]:
    """What a new row would ask for: the body's words, or level and field where no body is named."""
    level, *rest = words.split(" · ")
    if level not in Level.values:
        return {"body": words[:300]}
    return {"level": level, "subject": rest[0][:300]} if rest else {"level": level}


def _shown(words: str) -> str:
    level, *rest = words.split(" · ")
    return " · ".join((str(Level(level).label), *rest)) if level in Level.values else words


class UnmappedView(ControllerView):
    """Bodies' words that no row answers, what weighs most first; each with a row ready to be filled in."""

    page_title = _("Thẩm quyền chưa rõ")
    header_icon = "help"
    template_name = "procedures/admin/unmapped.html"
    permission_required = EDIT_TABLE

    def get(self, request: HttpRequest) -> HttpResponse:
        resolutions = resolve_all(procedures_in_scope())
        words = unmapped_words(resolutions)
        examples = {pk for found in words for pk in found.examples}
        names = dict(ProcedurePage.objects.filter(pk__in=examples).values_list("pk", "title"))
        add = reverse("wagtailsnippets_procedures_competence:add")
        rows = [
            {
                "words": _shown(found.words),
                "procedures": found.procedures,
                "whole": found.whole,
                "examples": [names[pk] for pk in found.examples if pk in names],
                "add_url": f"{add}?{urlencode(_conditions(found.words))}",
            }
            for found in words
        ]
        unmapped = sum(resolution.is_unmapped for resolution in resolutions.values())
        return self.render_to_response(
            self.get_context_data(
                rows=rows,
                total=len(resolutions),
                unmapped=unmapped,
                percent=round(100 * unmapped / len(resolutions), 1) if resolutions else 0,
                table_url=reverse("wagtailsnippets_procedures_competence:list"),
            )
        )
