"""Registers the screens of inspection rounds and their place in the menu."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from procedures.inspections.home_panel import InspectionsPanel
from procedures.inspections.rights import takes_part
from procedures.inspections.views import explaining, files, papers, rounds, units

urlpatterns = [
    path("", rounds.IndexView.as_view(), name="inspection_rounds"),
    path("moi/", rounds.RoundCreateView.as_view(), name="inspection_round_add"),
    path("<int:round_id>/", rounds.RoundView.as_view(), name="inspection_round"),
    path("<int:round_id>/sua/", rounds.RoundEditView.as_view(), name="inspection_round_edit"),
    path("<int:round_id>/nhat-ky/", rounds.LogView.as_view(), name="inspection_log"),
    path("<int:round_id>/bang-xep-hang.<slug:kind>", papers.ranking, name="inspection_ranking"),
    path("don-vi/<int:inspected_id>/", units.CheckView.as_view(), name="inspected_unit"),
    path("don-vi/<int:inspected_id>/them-muc/", units.AddItemView.as_view(), name="inspection_add_item"),
    path("don-vi/<int:inspected_id>/doi-chieu/", units.SideBySideView.as_view(), name="inspection_compare"),
    path(
        "don-vi/<int:inspected_id>/giai-trinh/", explaining.ExplainView.as_view(), name="inspection_explain"
    ),
    path(
        "don-vi/<int:inspected_id>/ket-luan/", explaining.ConcludeView.as_view(), name="inspection_conclude"
    ),
    path("don-vi/<int:inspected_id>/bien-ban.<slug:kind>", papers.report, name="inspection_report"),
    path("don-vi/<int:inspected_id>/ho-so.zip", papers.dossier, name="inspection_dossier"),
    path("tep/<int:file_id>/", files.evidence_file, name="inspection_file"),
]


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    return [path("dot-kiem-tra/", include(urlpatterns))]


@hooks.register("construct_homepage_panels", order=20)
def add_waiting(request: HttpRequest, panels: list[Any]) -> None:
    """Before the boards: a result that was sent has the shortest deadline."""
    if takes_part(request.user):
        panels.insert(0, InspectionsPanel())


class InspectionsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return takes_part(request.user)


@hooks.register("register_admin_menu_item")
def inspections_item() -> MenuItem:
    return InspectionsMenuItem(
        _("Đợt kiểm tra"), reverse_lazy("inspection_rounds"), name="inspections", icon_name="tasks", order=300
    )
