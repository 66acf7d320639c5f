"""Competence: which unit, kind of unit, or nobody here, a body's words or a field stands for."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import RevisionMixin

from home.enums import UnitKind
from home.models import Subject, Unit
from procedures.enums import Level


class CompetenceTarget(models.TextChoices):
    UNIT = "unit", _("Một đơn vị")
    KIND = "kind", _("Mọi đơn vị cùng loại")
    COMMUNES = "communes", _("Mọi xã, phường")
    NOBODY = "nobody", _("Không đơn vị nào của cổng")


class Competence(RevisionMixin, models.Model):
    """One row of the table. A row may ask for the body's words, the field, the level, or several of them."""

    body = models.CharField(
        _("cơ quan thực hiện ghi là"),
        max_length=300,
        blank=True,
        help_text=_("Không phân biệt hoa thường, dấu. Dấu * thay cho chữ bất kỳ."),
    )
    subject = models.ForeignKey(
        Subject, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("lĩnh vực")
    )
    level = models.CharField(_("cấp"), max_length=10, choices=Level, blank=True)
    target = models.CharField(_("là"), max_length=10, choices=CompetenceTarget)
    unit = models.ForeignKey(
        Unit, models.CASCADE, null=True, blank=True, related_name="competences", verbose_name=_("đơn vị")
    )
    unit_kind = models.CharField(_("loại đơn vị"), max_length=20, choices=UnitKind, blank=True)
    priority = models.PositiveSmallIntegerField(
        _("thứ tự"), default=100, help_text=_("Số nhỏ được xét trước.")
    )
    note = models.CharField(_("căn cứ, ghi chú"), max_length=300, blank=True)
    shipped_key = models.CharField(max_length=300, blank=True, editable=False, db_index=True)
    """Identity of a row that came with the portal; a row edited here keeps it and is not overwritten."""
    shipped_hash = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("dòng thẩm quyền")
        verbose_name_plural = _("bảng thẩm quyền")
        ordering = ["priority", "body"]

    def __str__(self) -> str:
        return f"{self.body or self.subject or self.get_level_display()} → {self.target_words}"

    @property
    def target_words(self) -> str:
        if self.target == CompetenceTarget.UNIT:
            return str(self.unit)
        if self.target == CompetenceTarget.KIND:
            return self.get_unit_kind_display()
        return self.get_target_display()

    def clean(self) -> None:
        super().clean()
        if not (self.body or self.subject_id or self.level):
            raise ValidationError({"body": _("Ghi ít nhất một điều kiện: cơ quan, lĩnh vực hoặc cấp.")})
        if self.target == CompetenceTarget.UNIT and not self.unit_id:
            raise ValidationError({"unit": _("Chọn đơn vị.")})
        if self.target == CompetenceTarget.KIND and not self.unit_kind:
            raise ValidationError({"unit_kind": _("Chọn loại đơn vị.")})
