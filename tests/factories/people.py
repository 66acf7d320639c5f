"""People, their groups and memberships."""

from __future__ import annotations

from itertools import count
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from home.enums import PortalGroup, Role
from home.models import Membership, Unit
from tests.factories.units import make_unit

PASSWORD = "Nui-Hong-La-99"

_numbers = count(1)


def make_user(*groups: PortalGroup, password: str = PASSWORD, **fields: Any) -> Any:
    number = next(_numbers)
    values = {
        "username": f"can-bo-{number}",
        "email": f"can-bo-{number}@mau.example",
        "first_name": "Cán bộ",
        "last_name": f"số {number}",
    } | fields
    user = get_user_model().objects.create_user(password=password, **values)
    for kind in groups:
        user.groups.add(Group.objects.get_or_create(name=kind.value)[0])
    return user


def make_membership(
    user: Any = None, unit: Unit | None = None, role: Role = Role.EDITOR, **fields: Any
) -> Membership:
    return Membership.objects.create(user=user or make_user(), unit=unit or make_unit(), role=role, **fields)


def make_member(unit: Unit, role: Role = Role.EDITOR, **fields: Any) -> Any:
    """A person with one role in one unit."""
    user = make_user(**fields)
    make_membership(user, unit, role)
    return user
