"""Legal references: a document's number, title, date and issuer. Guidance documents attach to them later."""

from __future__ import annotations

from hashlib import sha256

from django.db import models
from django.utils.translation import gettext_lazy as _

from guidance.numbers import normalise_number
from search.text import fold


class LegalReference(models.Model):
    """One legal document. `key` is the normalised number, or a hash of the title where a source gives none."""

    key = models.CharField(_("khóa"), max_length=120, unique=True, editable=False)
    number = models.CharField(_("số, ký hiệu"), max_length=100, blank=True)
    title = models.CharField(_("tên, trích yếu"), max_length=1000, blank=True)
    issued = models.DateField(_("ngày ban hành"), null=True, blank=True)
    issuer = models.CharField(_("cơ quan ban hành"), max_length=300, blank=True)
    address = models.URLField(_("địa chỉ"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("căn cứ pháp lý")
        verbose_name_plural = _("căn cứ pháp lý")
        ordering = ["number"]

    def __str__(self) -> str:
        return " ".join(filter(None, (self.number, self.title))) or self.key

    def clean(self) -> None:
        super().clean()
        self.key = self.key or reference_key(number=self.number, title=self.title)


def reference_key(*, number: str, title: str) -> str:
    """The identity of a reference: its normalised number (NĐ 30/2020/NĐ-CP art. 8), else its folded title."""
    return normalise_number(number) or "t:" + sha256(fold(title).encode()).hexdigest()[:32]
