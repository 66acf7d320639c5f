"""Wagtail's log, with the unit beside each entry: the site history shows a person only their units' entries."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import BaseLogEntry, BaseLogEntryManager

from home.models.desks import Counter
from home.models.units import Unit


def unit_of(instance: Any) -> Unit | None:
    """The unit that an object belongs to."""
    if isinstance(instance, Unit):
        return instance
    if isinstance(instance, Counter):
        return instance.desk.unit
    return getattr(instance, "unit", None)


class UnitLogEntryManager(BaseLogEntryManager):
    def log_action(self, instance: Any, action: str, **kwargs: Any) -> Any:
        return super().log_action(
            instance, action, **kwargs, object_id=str(instance.pk), unit=unit_of(instance)
        )

    def viewable_by_user(self, user: Any) -> Any:
        """What stands in the log of a model is shown to those who may see its objects, unit by unit."""
        from home.permissions import sees_everything, units_for  # the policy reads models

        if sees_everything(user):
            return self.all()
        return self.filter(unit__in=units_for(user))

    def for_instance(self, instance: Any) -> Any:
        return self.filter(
            content_type=ContentType.objects.get_for_model(instance, for_concrete_model=False),
            object_id=str(instance.pk),
        )


class BaseUnitLogEntry(BaseLogEntry):
    object_id = models.CharField(max_length=255, db_index=True)
    # Units are never deleted, but a log must not be what keeps one.
    unit = models.ForeignKey(Unit, models.SET_NULL, null=True, related_name="+")

    objects = UnitLogEntryManager()

    class Meta(BaseLogEntry.Meta):
        abstract = True
        ordering = ["-timestamp", "-id"]

    def __str__(self) -> str:
        return f"{self.timestamp:%d/%m/%Y %H:%M} {self.action} {self.label}"


class UnitLogEntryOfPeopleManager(UnitLogEntryManager):
    """Who joined and left a unit is for its approver, not for its editors."""

    def viewable_by_user(self, user: Any) -> Any:
        from home.enums import Role
        from home.permissions import is_administrator, units_for

        if is_administrator(user):
            return self.all()
        return self.filter(unit__in=units_for(user, Role.APPROVER))


class UnitLogEntry(BaseUnitLogEntry):
    """Of units, desks and counters."""

    class Meta(BaseUnitLogEntry.Meta):
        verbose_name = _("nhật ký đơn vị")
        verbose_name_plural = _("nhật ký đơn vị")


class MembershipLogEntry(BaseUnitLogEntry):
    objects = UnitLogEntryOfPeopleManager()

    class Meta(BaseUnitLogEntry.Meta):
        verbose_name = _("nhật ký thành viên")
        verbose_name_plural = _("nhật ký thành viên")
