"""The administrator's table of swapped days: it overrides the holiday library."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import RevisionMixin

from home.enums import DayKind


class CalendarDay(RevisionMixin, models.Model):
    day = models.DateField(_("ngày"), unique=True)
    kind = models.CharField(_("là"), max_length=10, choices=DayKind)
    note = models.CharField(_("lý do"), max_length=200, blank=True)
    source = models.CharField(
        _("văn bản"),
        max_length=200,
        blank=True,
        help_text=_("Số thông báo hoặc quyết định hoán đổi ngày làm việc."),
    )

    class Meta:
        verbose_name = _("ngày hoán đổi")
        verbose_name_plural = _("lịch nghỉ và làm bù")
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y}: {self.get_kind_display()}"
