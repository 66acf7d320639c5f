"""Announcing decisions and their lines. The opening catalogue is the first: a decision of kind `opening`."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from procedures.enums import Level
from procedures.models.catalogue import ProcedurePage


class DecisionKind(models.TextChoices):
    OPENING = "opening", _("Danh mục đầu kỳ")
    ANNOUNCEMENT = "announcement", _("Quyết định công bố")


OPENING_NUMBER = "Danh mục đầu kỳ"
"""The opening catalogue has no number of its own; this one keeps its place."""


class LineAction(models.TextChoices):
    NEW = "new", _("Mới ban hành")
    AMENDED = "amended", _("Được sửa đổi, bổ sung")
    REPLACED = "replaced", _("Được thay thế")
    ABOLISHED = "abolished", _("Bị bãi bỏ")


class AnnouncementDecision(models.Model):
    kind = models.CharField(_("loại"), max_length=15, choices=DecisionKind, default=DecisionKind.ANNOUNCEMENT)
    number = models.CharField(_("số, ký hiệu"), max_length=100, unique=True)
    signed_on = models.DateField(_("ngày ký"))
    due_days = models.PositiveSmallIntegerField(_("hạn niêm yết (ngày làm việc)"), default=5)
    applied_at = models.DateTimeField(_("áp dụng lúc"), null=True, blank=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người áp dụng"),
    )

    class Meta:
        verbose_name = _("quyết định công bố")
        verbose_name_plural = _("quyết định công bố")
        ordering = ["signed_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=models.Q(kind="opening"), name="one_opening_catalogue"
            )
        ]

    def __str__(self) -> str:
        return self.number


class DecisionLine(models.Model):
    decision = models.ForeignKey(AnnouncementDecision, models.CASCADE, related_name="lines")
    procedure = models.ForeignKey(
        ProcedurePage, models.PROTECT, related_name="decision_lines", verbose_name=_("thủ tục")
    )
    ordinal = models.PositiveIntegerField(_("số thứ tự"))
    action = models.CharField(_("nội dung"), max_length=10, choices=LineAction, default=LineAction.NEW)
    level = models.CharField(_("cấp"), max_length=10, choices=Level, blank=True)

    class Meta:
        verbose_name = _("dòng trong danh mục")
        verbose_name_plural = _("dòng trong danh mục")
        ordering = ["decision", "ordinal"]
        constraints = [models.UniqueConstraint(fields=["decision", "ordinal"], name="decision_line_ordinal")]

    def __str__(self) -> str:
        return f"{self.decision} · {self.ordinal}"
