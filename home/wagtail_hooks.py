"""Registers the admin of units and people; what it does stands in `home.viewsets`, `home.permissions` and others."""

from __future__ import annotations

from typing import Any

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from home.guarded_pages import PAGE_BULK_ACTIONS
from home.models import Counter, Desk, Membership, MembershipLogEntry, Unit, UnitLogEntry
from home.scoped_views import BULK_ACTIONS
from home.viewsets import menu
from home.viewsets.calendar import CalendarDayViewSet, SubjectViewSet
from home.viewsets.desks import CounterViewSet, DeskViewSet
from home.viewsets.memberships import MembershipViewSet
from home.viewsets.units import UnitViewSet
from home.viewsets.users import USER_BULK_ACTIONS

for viewset in (DeskViewSet, CounterViewSet, UnitViewSet, SubjectViewSet, CalendarDayViewSet):
    register_snippet(viewset)

# Later than Wagtail's own, so that these take their places.
for action in (*PAGE_BULK_ACTIONS, *BULK_ACTIONS, *USER_BULK_ACTIONS):
    hooks.register("register_bulk_action", action, order=1000)

hooks.register("construct_main_menu", menu.arrange_menu)
hooks.register("construct_homepage_panels", menu.trim_panels)
hooks.register("construct_snippet_action_menu", menu.hide_refused_actions)


@hooks.register("register_admin_viewset")
def register_memberships() -> MembershipViewSet:
    return MembershipViewSet()


@hooks.register("register_log_actions")
def register_logs(actions: Any) -> None:
    for model in (Unit, Desk, Counter):
        actions.register_model(model, UnitLogEntry)
    actions.register_model(Membership, MembershipLogEntry)
    actions.register_action("portal.membership.end", _("Thôi làm thành viên"), _("Thôi làm thành viên"))
    actions.register_action("portal.unit.end", _("Hết hoạt động"), _("Đơn vị hết hoạt động"))


@hooks.register("insert_global_admin_js")
def admin_script() -> str:
    return format_html('<script src="{}"></script>', static("home/admin/p-init.js"))
