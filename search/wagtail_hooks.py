"""Registers the tending of the search in the admin; what it does stands in `search.curation`."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import path, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.contrib.search_promotions import wagtail_hooks as stock_promotions  # noqa: F401 -- before ours, which take their places
from wagtail.snippets.models import register_snippet

from search.curation.notes_screen import NoteViewSet
from search.curation.promotions_screen import PromotionViewSet
from search.curation.views import CurationView
from search.curation.vocabulary_form import VocabularyViewSet

register_snippet(VocabularyViewSet)

STOCK_ITEMS = {"promoted-search-results", "search-terms"}
"""Wagtail's own screens of promotions and of counted queries: closed, see `search.curation.promotions_screen`."""


@hooks.register("register_admin_viewset")
def register_screens() -> list[Any]:
    return [PromotionViewSet(), NoteViewSet()]


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    return [path("tim-kiem/", CurationView.as_view(), name="search_curation")]


class RightMenuItem(MenuItem):
    def __init__(self, label: Any, url_name: str, right: str, **kwargs: Any) -> None:
        super().__init__(label, reverse_lazy(url_name), **kwargs)
        self.right = right

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(self.right))


@hooks.register("insert_global_admin_css")
def shared_style() -> str:
    """What screens of several apps look like alike."""
    return format_html('<link rel="stylesheet" href="{}">', static("search/admin.css"))


@hooks.register("register_admin_menu_item")
def search_item() -> MenuItem:
    items = (
        (_("Người dân tìm gì"), "search_curation", CurationView.permission_required, "search"),
        (
            _("Từ đồng nghĩa"),
            "wagtailsnippets_search_vocabularyentry:list",
            "search.change_vocabularyentry",
            "globe",
        ),
        (
            _("Kết quả ghim"),
            "search_promotion:index",
            "wagtailsearchpromotions.change_searchpromotion",
            "pick",
        ),
        (_("Ghi chú"), "search_note:index", "search.change_searchnote", "comment"),
    )
    menu = Menu(
        items=[
            RightMenuItem(label, url_name, right, name=f"search-{icon}", icon_name=icon, order=order)
            for order, (label, url_name, right, icon) in enumerate(items)
        ]
    )
    return SubmenuMenuItem(_("Tìm kiếm"), menu, name="search-curation", icon_name="search", order=250)


@hooks.register("construct_settings_menu")
@hooks.register("construct_reports_menu")
def hide_stock_screens(_request: HttpRequest, items: list[Any]) -> None:
    items[:] = [item for item in items if item.name not in STOCK_ITEMS]
