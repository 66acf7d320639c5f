"""What the worker remembers: when each job ran last, how it ended, and that a worker is there."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _


class JobRun(models.Model):
    """One row per job. The lease keeps two workers from running a job at once; a killed worker's lease runs out."""

    name = models.CharField(_("việc"), max_length=80, primary_key=True)
    started_at = models.DateTimeField(_("bắt đầu"), null=True, blank=True)
    ended_at = models.DateTimeField(_("kết thúc"), null=True, blank=True)
    succeeded_at = models.DateTimeField(_("lần thành công gần nhất"), null=True, blank=True)
    failures = models.PositiveIntegerField(_("số lần hỏng liên tiếp"), default=0)
    note = models.TextField(_("kết quả"), blank=True)
    error = models.TextField(_("lỗi"), blank=True)
    leased_by = models.CharField(max_length=64, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("việc theo lịch")
        verbose_name_plural = _("việc theo lịch")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def was_cut_off(self, now: datetime) -> bool:
        """Begun, never ended, and nobody holds it: its worker was killed."""
        return bool(
            self.started_at
            and self.ended_at is None
            and (self.leased_until is None or self.leased_until < now)
        )


class WorkerBeat(models.Model):
    """One row per worker process; it goes when the worker is stopped in order."""

    name = models.CharField(max_length=64, primary_key=True)
    started_at = models.DateTimeField()
    beaten_at = models.DateTimeField(db_index=True)
    busy_with = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("bộ chạy việc")
        verbose_name_plural = _("bộ chạy việc")

    def __str__(self) -> str:
        return self.name
