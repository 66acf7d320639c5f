"""What was last imported, part by part: so that a controller's correction is never overwritten."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from procedures.models.catalogue import ProcedurePage


class ImportedProcedure(models.Model):
    procedure = models.OneToOneField(ProcedurePage, models.CASCADE, related_name="imported")
    source_hash = models.CharField(max_length=64, db_index=True)
    """Over the cleaned record: equal means that nothing has to be looked at."""
    part_hashes = models.JSONField(default=dict)
    """Part → SHA-256 of the value that was last taken over from outside."""
    imported_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.procedure_id)


class ImportState(models.TextChoices):
    WAITING = "waiting", _("Đang chờ xem trước")
    PREVIEWED = "previewed", _("Đã xem trước, chờ áp dụng")
    APPLYING = "applying", _("Đang áp dụng")
    DONE = "done", _("Đã áp dụng")
    FAILED = "failed", _("Không đọc được")


class ImportPurpose(models.TextChoices):
    IMPORT = "import", _("Nhập")
    COMPARE = "compare", _("So sánh")


class ImportRun(models.Model):
    """One file that a controller uploaded: what it would change, and what it changed; or only what differs."""

    purpose = models.CharField(
        _("để làm gì"), max_length=10, choices=ImportPurpose, default=ImportPurpose.IMPORT
    )
    file = models.FileField(_("tệp"), upload_to="nhap/")
    name = models.CharField(_("tên tệp"), max_length=255)
    state = models.CharField(_("tình trạng"), max_length=12, choices=ImportState, default=ImportState.WAITING)
    done = models.PositiveIntegerField(_("đã xử lý"), default=0)
    preview = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("người nhập")
    )
    created_at = models.DateTimeField(_("lúc"), auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("lần nhập danh mục")
        verbose_name_plural = _("các lần nhập danh mục")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def state_words(self) -> Any:
        """A file that was only compared has applied nothing."""
        if self.purpose == ImportPurpose.COMPARE and self.state == ImportState.DONE:
            return _("Đã so")
        return self.get_state_display()

    @property
    def is_busy(self) -> bool:
        return self.state in (ImportState.WAITING, ImportState.APPLYING)
