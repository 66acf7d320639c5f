"""Who may do what to units, desks, counters and memberships."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from home.enums import Role
from home.permissions import NOTHING, UnitPermissionPolicy, is_administrator

STAFF = (Role.EDITOR, Role.APPROVER)

UNIT_POLICY = UnitPermissionPolicy(
    "home.Unit",
    unit_lookup="pk",
    grants={"view": STAFF, "change": STAFF},
    # A unit ends and has successors; its slug is never free again.
    limits={"delete": NOTHING},
)

DESK_POLICY = UnitPermissionPolicy(
    "home.Desk",
    unit_lookup="unit",
    grants={"view": STAFF, "add": STAFF, "change": STAFF, "delete": (Role.APPROVER,)},
)

COUNTER_POLICY = UnitPermissionPolicy(
    "home.Counter",
    unit_lookup="desk__unit",
    grants={"view": STAFF, "add": STAFF, "change": STAFF, "delete": STAFF},
)


class MembershipPolicy(UnitPermissionPolicy):
    """An approver sees everybody of the unit and manages its editors; approvers are the administrator's."""

    def condition(self, user: Any, action: str) -> Q:
        condition = super().condition(user, action)
        if condition == NOTHING or action == "view" or is_administrator(user):
            return condition
        return condition & Q(role=Role.EDITOR)


MEMBERSHIP_POLICY = MembershipPolicy(
    "home.Membership",
    unit_lookup="unit",
    grants={"view": (Role.APPROVER,), "add": (Role.APPROVER,), "change": (Role.APPROVER,)},
    # A membership ends and stays on record.
    limits={"delete": NOTHING},
    readers=False,
)

__all__ = ["COUNTER_POLICY", "DESK_POLICY", "MEMBERSHIP_POLICY", "UNIT_POLICY"]
