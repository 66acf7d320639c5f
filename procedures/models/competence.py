"""Competence: which unit, kind of unit, or nobody here, a body's words or a field stands for."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import RevisionMixin

from home.enums import UnitKind
from home.models import Unit
from procedures.competence import rules as competence_rules
from procedures.enums import Level

OWN_PRIORITY = 5
"""Where a row made here stands until somebody moves it: before every shipped one."""


class CompetenceTarget(models.TextChoices):
    UNIT = competence_rules.UNIT, _("Một đơn vị")
    KIND = competence_rules.KIND, _("Mọi đơn vị cùng loại")
    COMMUNES = competence_rules.COMMUNES, _("Mọi xã, phường")
    NOBODY = competence_rules.NOBODY, _("Không đơn vị nào của cổng")
    BY_FIELD = competence_rules.BY_FIELD, _("Sở, ngành của lĩnh vực đó")
    BY_LEVEL = competence_rules.BY_LEVEL, _("Tùy cấp thực hiện (cơ quan ghi không rõ)")


class CompetenceQuerySet(models.QuerySet["Competence"]):
    def in_order(self) -> CompetenceQuerySet:
        """As the rules read them: the first that fits decides."""
        return self.order_by("priority", "pk")

    def in_use(self) -> CompetenceQuerySet:
        return self.filter(active=True)


class Competence(RevisionMixin, models.Model):
    """One row of the table. A row may ask for the body's words, the ministry, the field, the level, or several of them."""

    priority = models.PositiveSmallIntegerField(
        _("thứ tự"),
        default=OWN_PRIORITY,
        help_text=_("Số nhỏ được xét trước; dòng đầu tiên khớp là dòng quyết định."),
    )
    body = models.CharField(
        _("cơ quan thực hiện ghi là"),
        max_length=300,
        blank=True,
        help_text=_("Không phân biệt hoa thường, dấu. Dấu * thay cho từ bất kỳ, ví dụ *sở nội vụ*."),
    )
    issuing = models.CharField(
        _("cơ quan công bố ghi là"),
        max_length=300,
        blank=True,
        help_text=_("Cùng cách viết, ví dụ bộ y tế*."),
    )
    subject = models.CharField(
        _("lĩnh vực ghi là"), max_length=300, blank=True, help_text=_("Cùng cách viết, ví dụ hộ tịch*.")
    )
    level = models.CharField(_("cấp"), max_length=10, choices=Level, blank=True)
    target = models.CharField(_("thì thuộc về"), max_length=10, choices=CompetenceTarget)
    unit = models.ForeignKey(
        Unit, models.CASCADE, null=True, blank=True, related_name="competences", verbose_name=_("đơn vị")
    )
    unit_kind = models.CharField(_("loại đơn vị"), max_length=20, choices=UnitKind, blank=True)
    note = models.CharField(_("căn cứ, ghi chú"), max_length=300, blank=True)
    active = models.BooleanField(
        _("đang dùng"),
        default=True,
        help_text=_(
            "Dòng đi kèm cổng mà bị xóa sẽ trở lại khi nâng cấp; không dùng nữa thì bỏ chọn ô này thay vì xóa."
        ),
    )
    shipped_key = models.CharField(max_length=700, blank=True, editable=False, db_index=True)
    """Identity of a row that came with the portal; a row edited here keeps it and is not overwritten."""
    shipped_hash = models.CharField(max_length=64, blank=True, editable=False)
    """Of what was shipped: a row whose content has another hash was edited here."""
    updated_at = models.DateTimeField(auto_now=True, editable=False)

    objects = CompetenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("dòng thẩm quyền")
        verbose_name_plural = _("bảng thẩm quyền")
        ordering = ["priority", "pk"]

    def __str__(self) -> str:
        return f"{self.condition_words} → {self.target_words}"

    @property
    def condition_words(self) -> str:
        parts = (self.body, self.issuing, self.subject, self.get_level_display() if self.level else "")
        return " · ".join(part for part in parts if part)

    @property
    def target_words(self) -> str:
        if self.target == CompetenceTarget.UNIT:
            return str(self.unit)
        if self.target == CompetenceTarget.KIND:
            return self.get_unit_kind_display()
        return self.get_target_display()

    def clean(self) -> None:
        super().clean()
        errors: dict[str, object] = {}
        if not (self.body or self.issuing or self.subject or self.level):
            errors["body"] = _("Ghi ít nhất một điều kiện: cơ quan, lĩnh vực hoặc cấp.")
        if self.target == CompetenceTarget.UNIT and not self.unit_id:
            errors["unit"] = _("Chọn đơn vị.")
        if self.target == CompetenceTarget.KIND and not self.unit_kind:
            errors["unit_kind"] = _("Chọn loại đơn vị.")
        if self.target in (CompetenceTarget.BY_FIELD, CompetenceTarget.BY_LEVEL) and not self.body:
            errors["body"] = _("Chỉ có nghĩa khi ghi cơ quan thực hiện.")
        if errors:
            raise ValidationError(errors)
