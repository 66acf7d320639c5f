"""Registers the screens of announcing decisions and what they write to the log."""

from __future__ import annotations

from typing import Any

from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from procedures.listings.hooks import PermissionMenuItem
from procedures.views import decisions
from procedures.views.opening import CONFIRM

LOG_LABELS = {
    "portal.decision.apply": _("Áp dụng quyết định công bố"),
    "portal.decision.conclude": _("Kết luận về dòng bị bãi bỏ, thay thế"),
    "portal.decision.undo": _("Hoàn tác quyết định công bố"),
}


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    for action, label in LOG_LABELS.items():
        actions.register_action(action, label, label)


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    draft = "quyet-dinh/xem-truoc/<int:draft_id>/"
    return [
        path("quyet-dinh/", decisions.DecisionsView.as_view(), name="decisions"),
        path("quyet-dinh/<int:decision_id>/", decisions.DecisionView.as_view(), name="decision"),
        path("quyet-dinh/<int:decision_id>/tep/", decisions.DecisionFileView.as_view(), name="decision_file"),
        path(draft, decisions.DraftView.as_view(), name="decision_draft"),
        path(f"{draft}sua/", decisions.DraftEditView.as_view(), name="decision_edit"),
        path(f"{draft}tep/", decisions.DraftFileView.as_view(), name="decision_draft_file"),
    ]


@hooks.register("register_admin_menu_item")
def decisions_item() -> MenuItem:
    return PermissionMenuItem(
        _("Quyết định công bố"),
        reverse_lazy("decisions"),
        name="decisions",
        icon_name="doc-full-inverse",
        order=300,
        permission=CONFIRM,
    )
