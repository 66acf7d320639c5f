"""What each role finds in the admin: the menu, the first page, the footer of the editor."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.components import Component
from wagtail.admin.views.home import (
    LockedPagesPanel,
    RecentEditsPanel,
    UserObjectsInWorkflowModerationPanel,
)
from wagtail.permissions import page_permission_policy
from wagtail.snippets.action_menu import ActionMenuItem

from home.models import Membership
from home.permissions import current_roles

HIDDEN_FROM_MENU = {"help", "snippets"}
"""Wagtail's links to its own English handbook; the list of snippets, which counts foreign rows."""


ORDER = (
    # What a unit works on, then the official catalogue, then what stands behind both.
    "controller-board",
    "unit-listings",
    "listings",
    "desks",
    "counters",
    "units",
    "people",
    "inspections",
    "scoring-schemes",
    "search-curation",
    "explorer",
    "catalogue-exchange",
    "decisions",
    "opening-catalogue",
    "competence",
    "unmapped-bodies",
    "subjects",
    "calendar",
    "images",
    "documents",
)
"""Names of menu items; one that is not named here keeps the order it gives itself, after these."""

LABELS = {"explorer": _("Thủ tục và trang")}


def arrange_menu(request: HttpRequest, items: list[Any]) -> None:
    items[:] = [item for item in items if item.name not in HIDDEN_FROM_MENU]
    for item in items:
        item.label = LABELS.get(item.name, item.label)
        if item.name in ORDER:
            item.order = ORDER.index(item.name)


def has_pages(user: Any) -> bool:
    return page_permission_policy.user_has_any_permission(
        user, {"add", "change", "publish", "bulk_delete", "lock", "unlock"}
    )


class OwnSubmissionsPanel(UserObjectsInWorkflowModerationPanel):
    """What one has submitted, as long as one may see it: a unit that one has left keeps its drafts to itself."""

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        context = super().get_context_data(parent_context)
        user = context["request"].user
        context["workflow_states"] = [
            state for state in context["workflow_states"] if self._may_see(user, state.content_object)
        ]
        return context

    @staticmethod
    def _may_see(user: Any, instance: Any) -> bool:
        viewset = getattr(instance, "snippet_viewset", None)
        if viewset is None:
            return True
        return viewset.permission_policy.user_has_permission_for_instance(user, "view", instance)


class OwnUnitsPanel(Component):
    """Where one works, as what, and the two places that one looks for first."""

    name = "own_units"
    template_name = "home/admin/own_units.html"
    order = 200

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        user = parent_context["request"].user
        memberships = (
            Membership.objects.current().filter(user=user).select_related("unit").order_by("unit__name")
        )
        return {"memberships": memberships}


def trim_panels(request: HttpRequest, panels: list[Any]) -> None:
    kept: list[Any] = [OwnUnitsPanel()] if current_roles(request.user) else []
    for panel in panels:
        if isinstance(panel, UserObjectsInWorkflowModerationPanel):
            kept.append(OwnSubmissionsPanel())
        elif isinstance(panel, (RecentEditsPanel, LockedPagesPanel)) and not has_pages(request.user):
            continue
        else:
            kept.append(panel)
    panels[:] = kept


class PublishOrSubmit(ActionMenuItem):
    """Of those whose new words an approver must see first: the server decides by the words."""

    name = "action-publish"
    label = _("Công khai hoặc gửi duyệt")
    icon_name = "upload"


def hide_refused_actions(menu_items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Wagtail shows "publish", "unpublish" and "delete" by the model's right; the server would refuse them."""
    viewset = context["model"].snippet_viewset
    instance = context.get("instance")

    def may(action: str) -> bool:
        if instance is not None and instance.pk:
            return viewset.permission_policy.user_has_permission_for_instance(request.user, action, instance)
        return viewset.permission_policy.user_has_permission(request.user, action)

    offers_publish = getattr(viewset, "may_publish", None)
    allowed = {
        "action-publish": offers_publish(request.user, instance) if offers_publish else may("publish"),
        "action-unpublish": may("publish"),
        "action-delete": may("delete"),
    }
    menu_items[:] = [item for item in menu_items if allowed.get(item.name, True)]
    if instance is not None and instance.pk and allowed["action-publish"] and not may("publish"):
        # What this button does depends on what is typed: it says so before it is pressed.
        menu_items[:] = [
            PublishOrSubmit(item.order) if item.name == "action-publish" else item for item in menu_items
        ]
    # What waits for a decision is what one has come for.
    menu_items.sort(key=lambda item: not (item.name == "approve" and not item.launch_modal))
