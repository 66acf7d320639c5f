"""Who may sign in, and with which rights: of a province-wide group, or as a member of a unit today."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group, Permission
from django.db.models import Q, QuerySet

from home.enums import SAMPLE_ACCOUNTS, PortalGroup
from home.permissions import current_roles, group_names


class MembershipBackend(ModelBackend):
    """Leaving ends rights at once: everything is asked anew in each request and falls with the last membership.

    Django asks `user_can_authenticate` for the person of a session too, so an ended member is signed out by their
    next click. What the group of unit staff may do is given to those who are members of a unit today, whatever the
    group's own list of people says.
    """

    def user_can_authenticate(self, user: Any) -> bool:
        if not super().user_can_authenticate(user):
            return False
        groups = group_names(user)
        if SAMPLE_ACCOUNTS in groups and not settings.PORTAL_DEMO:
            # A database that was a demo once may be served in earnest later.
            return False
        return bool(
            user.is_superuser
            or current_roles(user)
            or groups - {PortalGroup.UNIT_STAFF.value, SAMPLE_ACCOUNTS}
        )

    def _get_group_permissions(self, user_obj: Any) -> QuerySet[Permission]:
        groups = Q(user=user_obj) & ~Q(name=PortalGroup.UNIT_STAFF)
        if current_roles(user_obj):
            groups |= Q(name=PortalGroup.UNIT_STAFF)
        return Permission.objects.filter(group__in=Group.objects.filter(groups))
