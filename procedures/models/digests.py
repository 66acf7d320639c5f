"""What was told to a unit's people by mail, and who does not want to be told."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from home.models import Unit


class Digest(models.Model):
    """One letter to one person about one unit: at most one a day. The row stands before the letter leaves.

    A row without `sent_at` is a letter of which nobody knows whether it left (the worker was stopped in between): it
    counts as sent, so that nothing is sent twice.
    """

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="digests")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    day = models.DateField(_("ngày"))
    told = models.JSONField(default=list)
    """Keys of all that this person was told so far and that still holds: what the next letter leaves out."""
    sent_at = models.DateTimeField(_("gửi lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("thư tổng hợp")
        verbose_name_plural = _("thư tổng hợp")
        ordering = ["-day", "pk"]
        constraints = [models.UniqueConstraint(fields=["unit", "user", "day"], name="digest_once_a_day")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.user_id} {self.day}"


class DigestChoice(models.Model):
    """Whether a person wants digests. Without a row: yes."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    wanted = models.BooleanField(
        _("Thư tổng hợp việc niêm yết"),
        default=True,
        help_text=_(
            "Mỗi ngày nhiều nhất một thư cho mỗi đơn vị: thủ tục mới phải niêm yết, hạn sắp tới, hạn vừa qua."
        ),
    )

    class Meta:
        verbose_name = _("lựa chọn nhận thư")
        verbose_name_plural = _("lựa chọn nhận thư")

    def __str__(self) -> str:
        return f"{self.user_id}: {self.wanted}"
