"""Who may touch what: rights follow from memberships and groups, per unit and per object (docs/decisions)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

from home.enums import PortalGroup, Role
from home.models.people import Membership
from home.models.units import Unit, UnitQuerySet

User = AbstractBaseUser | AnonymousUser


def current_roles(user: Any) -> dict[int, set[str]]:
    """Unit id → roles of this person today. Read once per user object (one request)."""
    if not user.is_authenticated or not user.is_active:
        return {}
    cached: dict[int, set[str]] | None = getattr(user, "_portal_roles", None)
    if cached is None:
        cached = {}
        for unit_id, role in Membership.objects.current().filter(user=user).values_list("unit_id", "role"):
            cached.setdefault(unit_id, set()).add(role)
        user._portal_roles = cached
    return cached


def group_names(user: Any) -> set[str]:
    cached: set[str] | None = getattr(user, "_portal_groups", None)
    if cached is None:
        cached = set(user.groups.values_list("name", flat=True)) if user.is_authenticated else set()
        user._portal_groups = cached
    return cached


def in_group(user: Any, *groups: PortalGroup) -> bool:
    return bool(group_names(user) & {g.value for g in groups})


def is_administrator(user: Any) -> bool:
    return bool(user.is_active and (user.is_superuser or in_group(user, PortalGroup.ADMINISTRATOR)))


def sees_everything(user: Any) -> bool:
    """Reads every unit's listings, drafts and history: administrators, controllers and inspectors."""
    return is_administrator(user) or (
        user.is_active and in_group(user, PortalGroup.CONTROLLER, PortalGroup.INSPECTOR)
    )


def units_for(user: Any, *roles: Role) -> UnitQuerySet:
    """Units in which this person has one of `roles` today (any role when none is given); all for administrators."""
    if is_administrator(user):
        return Unit.objects.all()
    wanted = set(roles) or set(Role)
    return Unit.objects.filter(pk__in=[unit for unit, held in current_roles(user).items() if held & wanted])
