"""Legal references: a document's number, title, date and issuer. Guidance documents attach to them later."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from guidance.numbers import reference_key


class LegalReference(models.Model):
    """One legal document. `key` is the normalised number, or a hash of the title where a source gives none."""

    key = models.CharField(_("khóa"), max_length=120, unique=True, editable=False)
    number = models.CharField(_("số, ký hiệu"), max_length=200, blank=True)
    title = models.TextField(_("tên, trích yếu"), blank=True)
    issued = models.DateField(_("ngày ban hành"), null=True, blank=True)
    issuer = models.CharField(_("cơ quan ban hành"), max_length=500, blank=True)
    address = models.URLField(_("địa chỉ"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("căn cứ pháp lý")
        verbose_name_plural = _("căn cứ pháp lý")
        ordering = ["number"]

    def __str__(self) -> str:
        return " ".join(filter(None, (self.number, self.title))) or self.key

    def save(self, *args: Any, **kwargs: Any) -> None:
        """What cites it shows it: what is recorded of that stands together with it, or neither does."""
        with transaction.atomic():
            super().save(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        self.key = self.key or reference_key(number=self.number, title=self.title)
