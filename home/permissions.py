"""Who may touch what: rights follow from memberships and groups, per unit and per object (docs/decisions).

Django's model permissions say what a group can do at all; a `UnitPermissionPolicy` says on which objects, by the unit
that an object belongs to *in the database*, never by what a form or a draft says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth import get_permission_codename, get_user_model
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import Q
from wagtail.permission_policies.base import ModelPermissionPolicy

from home.enums import PortalGroup, Role
from home.models.people import Membership
from home.models.units import Unit, UnitQuerySet

User = AbstractBaseUser | AnonymousUser

NOTHING = Q(pk__in=[])
EVERYTHING = Q()


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


def unit_ids_for(user: Any, roles: Iterable[str]) -> list[int]:
    """Units in which this person holds one of `roles` today. Knows nothing of administrators."""
    wanted = set(roles)
    return [unit for unit, held in current_roles(user).items() if held & wanted]


def units_for(user: Any, *roles: Role) -> UnitQuerySet:
    """Units in which this person has one of `roles` today (any role when none is given); all for administrators."""
    if is_administrator(user):
        return Unit.objects.all()
    return Unit.objects.filter(pk__in=unit_ids_for(user, roles or Role.values))


class UnitPermissionPolicy(ModelPermissionPolicy):
    """Rights on objects that belong to a unit.

    `unit_lookup` leads from the object to its unit ("unit", "desk__unit", "pk" for the unit itself). `grants` says
    which roles in that unit allow an action; administrators may do everything that their group's permissions allow.
    `limits` narrows an action for everybody, superusers included (a listing that was public is never deleted).
    `readers`: whether those who read every unit (controllers, inspectors) read these objects too.
    """

    def __init__(
        self,
        model: Any,
        *,
        unit_lookup: str,
        grants: Mapping[str, Iterable[Role]],
        limits: Mapping[str, Q] | None = None,
        aliases: Mapping[str, str] | None = None,
        readers: bool = True,
    ) -> None:
        super().__init__(model)
        self.unit_lookup = unit_lookup
        self.grants = {action: frozenset(roles) for action, roles in grants.items()}
        self.limits = dict(limits or {})
        self.aliases = dict(aliases or {})
        self.readers = readers

    def _get_permission_name(self, action: str) -> str:
        codename = get_permission_codename(self.aliases.get(action, action), self.model._meta)
        return f"{self.app_label}.{codename}"

    def condition(self, user: Any, action: str) -> Q:
        """Which rows this person may do `action` to. Everything else here is derived from it."""
        if not user.is_active or not user.has_perm(self._get_permission_name(action)):
            return NOTHING
        limit = self.limits.get(action, EVERYTHING)
        if is_administrator(user) or (action == "view" and self.readers and sees_everything(user)):
            return limit
        return self.unit_condition(user, action) & limit

    def unit_condition(self, user: Any, action: str) -> Q:
        """The same for somebody whose rights come from units only."""
        units = unit_ids_for(user, self.grants.get(action, ()))
        return Q(**{f"{self.unit_lookup}__in": units}) if units else NOTHING

    def scope(self, user: Any, action: str) -> models.QuerySet[Any]:
        return self.model._default_manager.filter(self.condition(user, action))

    def units(self, user: Any, action: str) -> UnitQuerySet:
        """Units in which this person may do `action`: what a form offers when an object is made."""
        if not user.has_perm(self._get_permission_name(action)):
            return Unit.objects.none()
        return (
            units_for(user, *self.grants.get(action, ())) if self.grants.get(action) else Unit.objects.none()
        )

    # What Wagtail asks -----------------------------------------------------------------------------------------------

    def user_has_permission(self, user: Any, action: str) -> bool:
        """On some object at all. Never enough to let somebody touch one: views of one object ask a `BoundPolicy`."""
        if not user.is_active or not user.has_perm(self._get_permission_name(action)):
            return False
        if is_administrator(user) or (action == "view" and self.readers and sees_everything(user)):
            return True
        return bool(unit_ids_for(user, self.grants.get(action, ())))

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        if instance.pk is None:
            return self.user_has_permission(user, action)
        return self.scope(user, action).filter(pk=instance.pk).exists()

    def instances_user_has_any_permission_for(
        self, user: Any, actions: Iterable[str]
    ) -> models.QuerySet[Any]:
        allowed = NOTHING
        for action in actions:
            condition = self.condition(user, action)
            if condition == EVERYTHING:
                return self.model._default_manager.all()
            allowed |= condition
        return self.model._default_manager.filter(allowed)

    def users_with_any_permission_for_instance(
        self, actions: Iterable[str], instance: Any
    ) -> models.QuerySet[Any]:
        unit_id = (
            self.model._base_manager.filter(pk=instance.pk).values_list(self.unit_lookup, flat=True).first()
        )
        roles = {role for action in actions for role in self.grants.get(action, ())}
        members = Membership.objects.current().filter(unit=unit_id, role__in=roles).values("user")
        return (
            get_user_model()
            .objects.filter(is_active=True)
            .filter(Q(is_superuser=True) | Q(groups__name=PortalGroup.ADMINISTRATOR) | Q(pk__in=members))
            .distinct()
        )

    def bound(self, instance: Any) -> BoundPolicy:
        return BoundPolicy(self, instance)


class BoundPolicy(ModelPermissionPolicy):
    """Answers Wagtail's model-level questions for one object.

    Wagtail's views of one object mostly ask "may this person change listings?". Asked so, an approver of one unit who
    edits in another could publish there.
    """

    def __init__(self, policy: UnitPermissionPolicy, instance: Any) -> None:
        super().__init__(policy.model)
        self.policy = policy
        self.instance = instance
        self._answers: dict[tuple[Any, str], bool] = {}

    def user_has_permission(self, user: Any, action: str) -> bool:
        key = (user.pk, action)
        if key not in self._answers:
            self._answers[key] = self.policy.user_has_permission_for_instance(user, action, self.instance)
        return self._answers[key]

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        if instance.pk == self.instance.pk:
            return self.user_has_permission(user, action)
        return self.policy.user_has_permission_for_instance(user, action, instance)

    def instances_user_has_any_permission_for(
        self, user: Any, actions: Iterable[str]
    ) -> models.QuerySet[Any]:
        return self.policy.instances_user_has_any_permission_for(user, actions)

    def users_with_any_permission_for_instance(
        self, actions: Iterable[str], instance: Any
    ) -> models.QuerySet[Any]:
        return self.policy.users_with_any_permission_for_instance(actions, instance)
