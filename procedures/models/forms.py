"""Controlled forms (mẫu đơn, tờ khai): one version per SHA-256, at an address that never changes."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel


class ControlledForm(ClusterableModel):
    """A form as a document with a history; procedures point here, readers get its newest version."""

    title = models.CharField(_("tên mẫu"), max_length=300)
    number = models.CharField(_("ký hiệu mẫu"), max_length=60, blank=True, help_text=_("Ví dụ: CT01."))

    class Meta:
        verbose_name = _("mẫu đơn, tờ khai")
        verbose_name_plural = _("mẫu đơn, tờ khai")
        ordering = ["title"]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    @property
    def current(self) -> FormVersion | None:
        """The newest version; reads the prefetched `versions` when there."""
        return max(self.versions.all(), key=lambda v: (v.since, v.pk or 0), default=None)


def _upload_path(version: FormVersion, _name: str) -> str:
    return f"tep/{version.sha256[:2]}/{version.sha256}"


class FormVersion(models.Model):
    form = ParentalKey(ControlledForm, on_delete=models.PROTECT, related_name="versions")
    file = models.FileField(_("tệp"), upload_to=_upload_path, max_length=200)
    sha256 = models.CharField(_("SHA-256"), max_length=64, db_index=True, editable=False)
    name = models.CharField(
        _("tên tệp"), max_length=200, help_text=_("Chữ thường không dấu, ví dụ to-khai.docx.")
    )
    size = models.PositiveIntegerField(_("cỡ"), editable=False)
    content_type = models.CharField(_("kiểu"), max_length=120, editable=False)
    since = models.DateTimeField(_("từ lúc"), auto_now_add=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = _("bản của mẫu")
        verbose_name_plural = _("các bản của mẫu")
        ordering = ["-since"]
        constraints = [models.UniqueConstraint(fields=["form", "sha256"], name="form_version_once")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("form_file", args=[self.sha256, self.name])
