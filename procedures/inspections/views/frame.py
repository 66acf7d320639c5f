"""What the screens of rounds share: finding what the address means among what the person may see, and the way back."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views import View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from home.scoped_views import object_or_404
from procedures.inspections.rights import (
    InspectedRights,
    is_council,
    rights_on,
    visible_inspected,
    visible_rounds,
)
from procedures.inspections.sealing import seal_of_round, seal_of_unit
from procedures.models import InspectedUnit, InspectionRound


class InspectionView(WagtailAdminTemplateMixin, View):
    header_icon = "tasks"

    def trail(self) -> list[dict[str, Any]]:
        """Between the list of rounds and this page."""
        return []

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("inspection_rounds"), "label": _("Đợt kiểm tra")},
            *self.trail(),
            {"url": "", "label": self.get_page_title()},
        ]

    def show(self, status: int = 200, **context: Any) -> HttpResponse:
        return render(self.request, self.template_name, self.get_context_data(**context), status=status)


class CouncilView(InspectionView):
    """For those who conduct rounds; for all others the address does not exist."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not is_council(request.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class OneRoundView(InspectionView):
    round: InspectionRound

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        rounds = visible_rounds(request.user).select_related("scheme", "created_by", "concluded_by")
        self.round = object_or_404(rounds, kwargs["round_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(seal=seal_of_round(self.round), **kwargs)

    def round_step(self) -> dict[str, Any]:
        return {"url": reverse("inspection_round", args=[self.round.pk]), "label": self.round.title}


class OneUnitView(InspectionView):
    inspected: InspectedUnit
    rights: InspectedRights

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        rows = visible_inspected(request.user).select_related("round__scheme", "unit")
        self.inspected = object_or_404(rows, kwargs["inspected_id"])
        self.rights = rights_on(request.user, self.inspected)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(seal=seal_of_unit(self.inspected), **kwargs)

    @property
    def round(self) -> InspectionRound:
        return self.inspected.round

    def get_page_title(self) -> Any:
        return self.inspected.unit.name

    def trail(self) -> list[dict[str, Any]]:
        if not self.rights.sees_all:
            return []
        return [{"url": reverse("inspection_round", args=[self.round.pk]), "label": self.round.title}]

    def unit_step(self) -> dict[str, Any]:
        return {
            "url": reverse("inspected_unit", args=[self.inspected.pk]),
            "label": self.inspected.unit.name,
        }


def posted_keys(request: HttpRequest, name: str) -> set[int]:
    """Numbers of ticked rows; anything that can't be one is passed over."""
    return {
        int(value)
        for value in request.POST.getlist(name)
        if value.isascii() and value.isdigit() and len(value) < 19
    }


def read_day(text: str) -> date | None:
    """A day as people here write it."""
    field = forms.DateField(required=False)
    try:
        day: date | None = field.clean(text.strip())
    except forms.ValidationError:
        return None
    return day
