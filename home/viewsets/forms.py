"""Forms of what belongs to a unit: which units are offered, and which fields are whose."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm

from home.enums import Role
from home.models import Desk
from home.permissions import UnitPermissionPolicy, is_administrator, units_for
from home.viewsets.policies import COUNTER_POLICY, DESK_POLICY


class UnitForm(WagtailAdminModelForm):
    """A unit's people keep its contact fields; who it is, is the administrator's."""

    CONTACT = ("email", "website", "complaints_address")
    APPROVERS = ("notes_need_approval",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_administrator(self.for_user):
            return
        kept = set(self.CONTACT)
        if self.instance.pk and units_for(self.for_user, Role.APPROVER).filter(pk=self.instance.pk).exists():
            kept |= set(self.APPROVERS)
        for name in [name for name in self.fields if name not in kept]:
            del self.fields[name]


class OwnUnitForm(WagtailAdminModelForm):
    """Offers the person's own units when an object is made; afterwards it stays where it is."""

    policy: UnitPermissionPolicy
    unit_stays = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "unit" not in self.fields:
            return
        if self.instance.pk and (self.unit_stays or not is_administrator(self.for_user)):
            del self.fields["unit"]
            return
        units = self.policy.units(self.for_user, "add").active().order_by("name")
        self.fields["unit"].queryset = units
        if not self.instance.pk and not self.initial.get("unit"):
            only = list(units[:2])
            if len(only) == 1:
                self.initial["unit"] = only[0].pk


class DeskForm(OwnUnitForm):
    policy = DESK_POLICY
    unit_stays = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Whom a desk serves shows on those units' pages: not for one unit to say of another.
        if "serves" in self.fields and not is_administrator(self.for_user):
            del self.fields["serves"]


class CounterForm(WagtailAdminModelForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "desk" not in self.fields:
            return
        desks = DESK_POLICY.scope(self.for_user, "change").order_by("name")
        self.fields["desk"].queryset = desks
        if not self.instance.pk:
            only = list(desks[:2])
            if len(only) == 1:
                self.initial["desk"] = only[0].pk

    def clean_desk(self) -> Desk:
        desk = self.cleaned_data["desk"]
        action = "change" if self.instance.pk else "add"
        if not COUNTER_POLICY.units(self.for_user, action).filter(pk=desk.unit_id).exists():
            raise ValidationError(_("Bộ phận này không thuộc đơn vị của bạn."))
        return desk
