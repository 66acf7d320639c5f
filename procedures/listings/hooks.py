"""Registers the screens of "Niêm yết", of the opening catalogue and of competence, and their actions in the log."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet

from procedures.listings.changes import ListingChange
from procedures.listings.rights import LISTING_POLICY
from procedures.views import opening, unit_listings
from procedures.viewsets.competence import CompetenceViewSet

register_snippet(CompetenceViewSet)

LOG_LABELS = {
    ListingChange.LIST: _("Niêm yết"),
    ListingChange.CONFIRM: _("Xác nhận lại"),
    ListingChange.WITHDRAW: _("Gỡ niêm yết"),
    ListingChange.RELIST: _("Niêm yết lại"),
    ListingChange.EDIT: _("Sửa phần riêng của đơn vị"),
}


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    for change, label in LOG_LABELS.items():
        actions.register_action(change.value, label, label)
    actions.register_action(
        "portal.opening.confirm", _("Xác nhận danh mục đầu kỳ"), _("Xác nhận danh mục đầu kỳ")
    )
    actions.register_action(
        "portal.opening.regenerate", _("Lập lại danh mục đầu kỳ"), _("Lập lại danh mục đầu kỳ")
    )


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    return [
        path("niem-yet/", unit_listings.UnitChoiceView.as_view(), name="unit_listings_choice"),
        path("niem-yet/<slug:slug>/", unit_listings.UnitListingsView.as_view(), name="unit_listings"),
        path("danh-muc-dau-ky/", opening.OpeningView.as_view(), name="opening_catalogue"),
        path("chua-xac-dinh-tham-quyen/", opening.UnmappedView.as_view(), name="unmapped_bodies"),
    ]


@hooks.register("construct_homepage_summary_items", order=10)
def drop_counts(_request: HttpRequest, items: list[Any]) -> None:
    """Wagtail's numbers of pages and images tell nobody here what to do."""
    items.clear()


class UnitListingsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return LISTING_POLICY.user_has_permission(request.user, "view")


class PermissionMenuItem(MenuItem):
    def __init__(self, *args: Any, permission: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.permission = permission

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(self.permission))


@hooks.register("register_admin_menu_item")
def listings_item() -> MenuItem:
    """First of all for those who work on it every day."""
    return UnitListingsMenuItem(
        _("Niêm yết"),
        reverse_lazy("unit_listings_choice"),
        name="unit-listings",
        icon_name="clipboard-list",
        order=10,
    )


@hooks.register("register_admin_menu_item")
def opening_item() -> MenuItem:
    return PermissionMenuItem(
        _("Danh mục đầu kỳ"),
        reverse_lazy("opening_catalogue"),
        name="opening-catalogue",
        icon_name="list-ol",
        order=310,
        permission=opening.CONFIRM,
    )


@hooks.register("register_admin_menu_item")
def unmapped_item() -> MenuItem:
    return PermissionMenuItem(
        _("Thẩm quyền chưa rõ"),
        reverse_lazy("unmapped_bodies"),
        name="unmapped-bodies",
        icon_name="help",
        order=330,
        permission=opening.EDIT_TABLE,
    )
