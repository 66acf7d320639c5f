"""Membership: what a person may do in one unit, from and until when. Groups follow from it."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from home.enums import Role
from home.models.units import Unit

EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 31)
"""A year beyond these is a slip of the keyboard, and reckoning with it leaves the calendar."""


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self, on: date | None = None) -> MembershipQuerySet:
        """Memberships in force on that day, in units that exist; both ends are inclusive."""
        day = on or timezone.localdate()
        return self.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=day),
            Q(unit__active_until__isnull=True) | Q(unit__active_until__gte=day),
            valid_from__lte=day,
        )

    def coming(self, on: date | None = None) -> MembershipQuerySet:
        return self.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
            valid_from__gt=on or timezone.localdate(),
        )


class Membership(models.Model):
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("người")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="memberships", verbose_name=_("đơn vị"))
    role = models.CharField(_("vai trò"), max_length=10, choices=Role)
    valid_from = models.DateField(_("từ ngày"), default=timezone.localdate)
    valid_until = models.DateField(_("đến hết ngày"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("thành viên đơn vị")
        verbose_name_plural = _("thành viên đơn vị")
        ordering = ["unit__name", "user__last_name", "user__first_name"]
        indexes = [models.Index(fields=["user", "valid_from"])]

    def __str__(self) -> str:
        return f"{self.person_name} · {self.get_role_display()} · {self.unit}"

    def clean(self) -> None:
        super().clean()
        for field in ("valid_from", "valid_until"):
            day = getattr(self, field)
            if day and not EARLIEST <= day <= LATEST:
                raise ValidationError({field: _("Ngày này nằm ngoài khoảng cho phép (năm 2000 đến 2199).")})
        # The day before the first one is allowed: so ends a membership on the day on which it began.
        if self.valid_until and self.valid_from and self.valid_until < self.valid_from - timedelta(days=1):
            raise ValidationError({"valid_until": _("Ngày kết thúc đứng trước ngày bắt đầu.")})

    @property
    def person_name(self) -> str:
        return self.user.get_full_name() or self.user.get_username()

    def is_current(self, on: date | None = None) -> bool:
        day = on or timezone.localdate()
        return (
            self.valid_from <= day
            and (self.valid_until is None or self.valid_until >= day)
            and (self.unit.active_until is None or self.unit.active_until >= day)
        )

    def is_over(self, on: date | None = None) -> bool:
        day = on or timezone.localdate()
        ends = [last for last in (self.valid_until, self.unit.active_until) if last is not None]
        return any(last < day or last < self.valid_from for last in ends)
