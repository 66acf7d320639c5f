"""The ledger: append-only, one chain, written in the transaction of what it records. The database refuses anything else.

Bodies are stored once by hash. Nothing here is written but by `procedures.ledger.recording`.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from procedures.models.catalogue import ProcedurePage


class LedgerKind(models.TextChoices):
    OPENED = "opened", _("mở sổ")
    PROCEDURE = "procedure", _("thủ tục")
    UNIT = "unit", _("đơn vị")
    LISTING = "listing", _("niêm yết")
    INSPECTION = "inspection", _("kết luận kiểm tra")
    MEASURE = "measure", _("số đo của ngày")
    STAFF = "staff", _("khóa ẩn danh")


class LedgerBody(models.Model):
    hash = models.CharField(primary_key=True, max_length=64)
    """SHA-256 of the canonical JSON."""
    content = models.BinaryField()
    """The canonical JSON, deflated."""

    class Meta:
        verbose_name = _("nội dung trong sổ")
        verbose_name_plural = _("nội dung trong sổ")

    def __str__(self) -> str:
        return self.hash


class LedgerEntry(models.Model):
    sequence = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=10, choices=LedgerKind)
    subject = models.CharField(max_length=200)
    body_hash = models.CharField(max_length=64)
    actor = models.CharField(max_length=40, blank=True)
    """Pseudonymous key of the person; empty: the portal itself."""
    at = models.CharField(max_length=32)
    """UTC, ISO 8601 with microseconds: as hashed."""
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("mục trong sổ")
        verbose_name_plural = _("sổ niêm yết")
        ordering = ["sequence"]
        indexes = [models.Index(fields=["subject", "sequence"]), models.Index(fields=["at"])]

    def __str__(self) -> str:
        return f"{self.sequence} {self.kind} {self.subject}"


class LedgerHead(models.Model):
    """One row: where the next entry goes. Locking it is what keeps writers in line."""

    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)
    at = models.CharField(max_length=32, blank=True)

    class Meta:
        verbose_name = _("đầu sổ")
        verbose_name_plural = _("đầu sổ")

    def __str__(self) -> str:
        return f"{self.sequence} {self.hash}"


class LedgerRoot(models.Model):
    """The head at the end of a day: what leaves the machine, so that the past can't be rewritten."""

    day = models.DateField(unique=True)
    sequence = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    published_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("mã gốc của ngày")
        verbose_name_plural = _("mã gốc theo ngày")
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day} {self.hash}"


class StaffKey(models.Model):
    """Who stands behind an actor's key. Deleting the row makes the ledger's entries anonymous without touching them.

    A key never changes hands: the database refuses it, and the ledger keeps the assignment (procedures.ledger.staff).
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=40, unique=True)

    class Meta:
        verbose_name = _("khóa ẩn danh")
        verbose_name_plural = _("khóa ẩn danh")

    def __str__(self) -> str:
        return self.key


class ProcedureVersion(models.Model):
    """One official version that stood in force; numbers of one procedure count from 1."""

    procedure = models.ForeignKey(ProcedurePage, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("bản số"))
    content_hash = models.CharField(max_length=64)
    body_hash = models.CharField(max_length=64)
    """The `LedgerBody` that holds its text."""
    published_at = models.DateTimeField(_("từ lúc"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    changed = models.JSONField(default=list)
    """Sections (procedures.importing.merging.SECTIONS) that differ from the version before."""
    material = models.JSONField(default=list)
    """Those of `changed` that units have to confirm."""
    marked_at = models.DateTimeField(null=True, blank=True)
    """When a controller set `material`; None: the default table did."""
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("bản của thủ tục")
        verbose_name_plural = _("các bản của thủ tục")
        ordering = ["procedure", "number"]
        constraints = [
            models.UniqueConstraint(fields=["procedure", "number"], name="procedure_version_number")
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id} · {self.number}"
