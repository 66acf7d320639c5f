"""Registers boards, pages of work, versions: addresses, panels of the first page, links from other screens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import Button
from wagtail.models import Page

from home.permissions import sees_everything
from procedures.boards import version_views
from procedures.boards.account import DigestSettingsPanel
from procedures.boards.confirm_views import ConfirmView
from procedures.boards.controller_views import RIGHT, ControllerBoardView, ProvinceBoardPanel
from procedures.boards.details_views import DetailsView
from procedures.boards.panels import UnitBoardPanel
from procedures.boards.tasks import Work
from procedures.boards.unit_views import ItemWorkView, UnitBoardView
from procedures.listings.hooks import PermissionMenuItem
from procedures.listings.rights import LISTING_POLICY
from procedures.models import ProcedurePage

WORK_VIEWS = {
    Work.LIST: ItemWorkView,
    Work.RELIST: ItemWorkView,
    Work.WITHDRAW: ItemWorkView,
    Work.CONFIRM: ConfirmView,
    Work.DETAILS: DetailsView,
}


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    board = "niem-yet/<slug:slug>/bang/"
    versions = "thu-tuc/<int:page_id>/cac-ban/"
    return [
        path(board, UnitBoardView.as_view(), name="unit_board"),
        # One address each, without a parameter: so that whoever tries all addresses tries these too.
        *(
            path(f"{board}{work.value}/", view.as_view(work=work), name=f"unit_board_{work.name.lower()}")
            for work, view in WORK_VIEWS.items()
        ),
        path("bang-viec/", ControllerBoardView.as_view(), name="controller_board"),
        path(versions, version_views.VersionsView.as_view(), name="procedure_versions"),
        path(f"{versions}<int:number>/", version_views.VersionView.as_view(), name="procedure_version"),
    ]


@hooks.register("construct_homepage_panels", order=10)
def add_boards(request: HttpRequest, panels: list[Any]) -> None:
    """What waits stands first."""
    if sees_everything(request.user):
        panels.insert(0, ProvinceBoardPanel())
    elif LISTING_POLICY.units(request.user, "list").listing_units().exists():
        panels.insert(0, UnitBoardPanel())


@hooks.register("register_page_header_buttons")
def versions_button(
    page: Page, user: Any, next_url: str | None = None, view_name: str | None = None
) -> Iterator[Button]:
    if issubclass(page.specific_class or Page, ProcedurePage) and page.first_published_at:
        yield Button(
            _("Các bản đã công khai"),
            reverse("procedure_versions", args=[page.pk]),
            icon_name="history",
            priority=65,
        )


@hooks.register("register_admin_menu_item")
def controller_item() -> MenuItem:
    return PermissionMenuItem(
        _("Bảng việc"), reverse_lazy("controller_board"), name="controller-board", icon_name="tasks", order=5,
        permission=RIGHT,
    )  # fmt: skip


hooks.register("after_publish_page", version_views.tell_marks)
hooks.register("register_account_settings_panel", DigestSettingsPanel)
