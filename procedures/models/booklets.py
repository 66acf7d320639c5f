"""Booklet (sổ tay niêm yết): the printed form of what a unit lists; one volume per unit, or per field of a large one."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from home.models import Subject, Unit


class BookletState(models.TextChoices):
    WAITING = "waiting", _("Đang chờ lập")
    MAKING = "making", _("Đang lập")
    READY = "ready", _("Đã lập")
    FAILED = "failed", _("Chưa lập được")


def _booklet_path(booklet: Booklet, _name: str) -> str:
    return f"so-tay/{booklet.unit.slug}/{booklet.fingerprint[:16]}-{booklet.subject.slug if booklet.subject else 'tat-ca'}.pdf"


class Booklet(models.Model):
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="booklets", verbose_name=_("đơn vị"))
    subject = models.ForeignKey(
        Subject, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("lĩnh vực")
    )
    """None: everything in one volume."""
    fingerprint = models.CharField(max_length=64, blank=True)
    """Over all that it shows: unchanged content is not set again."""
    state = models.CharField(
        _("tình trạng"), max_length=10, choices=BookletState, default=BookletState.WAITING
    )
    done = models.PositiveIntegerField(_("đã xử lý"), default=0)
    file = models.FileField(_("tệp"), upload_to=_booklet_path, max_length=250, blank=True)
    size = models.PositiveIntegerField(_("cỡ"), default=0)
    pages = models.PositiveIntegerField(_("số trang"), default=0)
    procedures = models.PositiveIntegerField(_("số thủ tục"), default=0)
    root_hash = models.CharField(max_length=64, blank=True)
    error = models.TextField(blank=True)
    made_at = models.DateTimeField(_("lập lúc"), null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("sổ tay niêm yết")
        verbose_name_plural = _("sổ tay niêm yết")
        ordering = ["unit", "subject__name"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "subject"], name="booklet_once"),
            models.UniqueConstraint(
                fields=["unit"], condition=models.Q(subject=None), name="whole_booklet_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.subject or _('tất cả')}"
