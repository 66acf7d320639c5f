"""What the search keeps in the database: which documents changed, until every index has taken the change over."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OutboxChange(models.Model):
    """One document whose content changed, written in the transaction of the change (`search.outbox`).

    It doesn't say what changed: whoever brings an index up to date reads the content as it is then.
    """

    transaction = models.BigIntegerField(default=0)
    """PostgreSQL: number of the transaction that wrote it; SQLite, where writers come one after the other: 0."""
    kind = models.CharField(_("loại"), max_length=40)
    """Empty: a mark that only gives a place its number."""
    key = models.CharField(_("khóa"), max_length=255)
    at = models.DateTimeField(_("lúc"), default=timezone.now)

    class Meta:
        verbose_name = _("thay đổi chờ lập chỉ mục")
        verbose_name_plural = _("thay đổi chờ lập chỉ mục")
        ordering: ClassVar[list[str]] = ["transaction", "id"]
        indexes = [models.Index(fields=["transaction", "id"], name="search_outbox_place")]

    def __str__(self) -> str:
        return f"{self.kind}/{self.key}"
