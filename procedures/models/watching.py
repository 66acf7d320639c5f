"""What is watched over in the background and reported to the controller: divergence from the national snapshot, dead links."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from procedures.models.catalogue import ProcedurePage


class Divergence(models.Model):
    """One section of a procedure whose official text here differs from the newest national snapshot (NĐ 224/2026/NĐ-CP)."""

    procedure = models.ForeignKey(ProcedurePage, models.CASCADE, related_name="divergences")
    section = models.CharField(_("phần"), max_length=20)
    ours_hash = models.CharField(max_length=64)
    theirs_hash = models.CharField(max_length=64)
    theirs = models.JSONField(default=dict)
    """The section as the snapshot has it: what taking over writes into a draft."""
    source = models.CharField(_("nguồn"), max_length=255, blank=True)
    seen_at = models.DateTimeField(_("thấy lúc"))
    settled_at = models.DateTimeField(_("xử lý lúc"), null=True, blank=True)
    """Taken over, or kept on purpose; the same snapshot text doesn't come up again."""
    kept_reason = models.CharField(_("lý do giữ"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("khác biệt với cơ sở dữ liệu quốc gia")
        verbose_name_plural = _("khác biệt với cơ sở dữ liệu quốc gia")
        ordering = ["procedure__code", "section"]
        constraints = [models.UniqueConstraint(fields=["procedure", "section"], name="divergence_once")]

    def __str__(self) -> str:
        return f"{self.procedure_id} · {self.section}"


class LinkCheck(models.Model):
    """One outside address that official texts lead to."""

    address = models.URLField(_("địa chỉ"), max_length=500, unique=True)
    status = models.CharField(_("kết quả"), max_length=120, blank=True)
    """HTTP status, or the kind of failure."""
    is_dead = models.BooleanField(_("không mở được"), default=False)
    failures = models.PositiveSmallIntegerField(default=0)
    """In a row: one failure is bad luck."""
    dead_since = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("liên kết ngoài")
        verbose_name_plural = _("liên kết ngoài")
        ordering = ["address"]

    def __str__(self) -> str:
        return self.address
