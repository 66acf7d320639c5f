"""ScoringScheme: a year's points and thresholds as data, and what was measured with them day by day."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.models import PreviewableMixin

from home.models import Unit


class ScoringScheme(PreviewableMixin, models.Model):
    """`content` is read and checked by `procedures.completeness.scoring.read_scheme`."""

    year = models.PositiveSmallIntegerField(_("năm"))
    title = models.CharField(_("tên"), max_length=200)
    is_example = models.BooleanField(
        _("là ví dụ"),
        default=False,
        help_text=_("Hiện rõ ở mọi nơi dùng điểm rằng đây chưa phải bộ tiêu chí chính thức."),
    )
    in_use = models.BooleanField(_("đang dùng cho năm này"), default=True)
    content = models.JSONField(_("nội dung"), default=dict)
    source = models.TextField(_("nguồn"), blank=True)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = _("bộ tiêu chí")
        verbose_name_plural = _("bộ tiêu chí")
        ordering = ["-year", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["year"], condition=models.Q(in_use=True), name="one_scheme_in_use_a_year"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.year})"

    @property
    def is_locked(self) -> bool:
        """Used by a round that is opened: what was scored with it must stay as it was."""
        return self.pk is not None and self.rounds.exclude(opened_at=None).exists()

    # Beside the form: what the scheme makes of sample units, as it stands in the form.

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        from procedures.completeness.scheme_words import SAMPLE_LABELS

        return list(SAMPLE_LABELS.items())

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "procedures/admin/scheme_preview.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        from procedures.completeness.scheme_words import preview_context

        return preview_context(self, mode_name)

    def clean(self) -> None:
        super().clean()
        if self.is_locked:
            raise ValidationError(
                _(
                    "Bộ tiêu chí này đã dùng cho một đợt kiểm tra nên không sửa được. Hãy nhân bản rồi sửa bản mới."
                )
            )


class UnitMeasure(models.Model):
    """One unit's listing at the end of one day: aggregates only. The last one of a day holds."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="measures")
    day = models.DateField(_("ngày"))
    owed = models.PositiveIntegerField(_("phải niêm yết"))
    listed = models.PositiveIntegerField(_("đã niêm yết"))
    on_time = models.PositiveIntegerField(_("đúng hạn"))
    complete = models.PositiveIntegerField(_("đầy đủ, đúng bản"))
    late = models.PositiveIntegerField(_("quá hạn"))
    outdated = models.PositiveIntegerField(_("nội dung đã cũ"))
    should_be_gone = models.PositiveIntegerField(_("phải gỡ"), default=0)
    points = models.DecimalField(_("điểm"), max_digits=7, decimal_places=2, null=True, blank=True)
    possible = models.DecimalField(_("điểm tối đa"), max_digits=7, decimal_places=2, null=True, blank=True)
    sequence = models.BigIntegerField(default=0)
    """Head of the ledger when it was measured."""

    class Meta:
        verbose_name = _("số đo niêm yết")
        verbose_name_plural = _("số đo niêm yết")
        ordering = ["unit", "day"]
        constraints = [models.UniqueConstraint(fields=["unit", "day"], name="unit_measure_once_a_day")]
        indexes = [models.Index(fields=["day"])]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.day}"
