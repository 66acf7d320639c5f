"""InspectionRound: a frozen, as-of-date check of units, from opening to conclusion."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from home.models import Unit
from procedures.ledger import clock
from procedures.models.catalogue import ProcedurePage
from procedures.models.scoring import ScoringScheme


class RoundState(models.TextChoices):
    PREPARING = "preparing", _("Đang chuẩn bị")
    OPEN = "open", _("Đang kiểm tra")
    EXPLAINING = "explaining", _("Đơn vị giải trình")
    CONCLUDED = "concluded", _("Đã kết luận")


class InspectionRound(models.Model):
    title = models.CharField(_("tên đợt"), max_length=200)
    year = models.PositiveSmallIntegerField(_("năm"))
    scheme = models.ForeignKey(
        ScoringScheme, models.PROTECT, related_name="rounds", verbose_name=_("bộ tiêu chí")
    )
    as_of = models.DateField(_("tính đến hết ngày"))
    sample_size = models.PositiveSmallIntegerField(_("số thủ tục kiểm tra mỗi đơn vị"), default=10)
    seed = models.CharField(
        _("hạt giống chọn mẫu"),
        max_length=64,
        help_text=_("Công bố trước; ai có nó cũng chọn lại được đúng mẫu này."),
    )
    answer_until = models.DateField(_("giải trình đến hết ngày"), null=True, blank=True)
    state = models.CharField(_("tình trạng"), max_length=12, choices=RoundState, default=RoundState.PREPARING)
    frozen_hash = models.CharField(max_length=64, blank=True, editable=False)
    """SHA-256 over what opening froze of all units."""
    ledger_root = models.CharField(max_length=64, blank=True, editable=False)
    authority = models.CharField(
        _("cơ quan chủ quản"), max_length=200, blank=True, default="Ủy ban nhân dân tỉnh Hà Tĩnh"
    )
    council = models.CharField(_("cơ quan kiểm tra"), max_length=200, default="Hội đồng thẩm định")
    """With `authority` and `place` the head of every report (NĐ 30/2020/NĐ-CP, Phụ lục I)."""
    place = models.CharField(_("địa danh"), max_length=80, default="Hà Tĩnh")
    conclusion = models.TextField(_("kết luận chung"), blank=True)
    opened_at = models.DateTimeField(_("mở lúc"), null=True, blank=True)
    concluded_at = models.DateTimeField(_("kết luận lúc"), null=True, blank=True)
    concluded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    concluded_hash = models.CharField(max_length=64, blank=True, editable=False)
    """SHA-256 over the concluded records of all units: paper and record are the same where it is the same."""
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("đợt kiểm tra")
        verbose_name_plural = _("đợt kiểm tra")
        ordering = ["-as_of", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("inspection_round", args=[self.pk])


class InspectedUnit(models.Model):
    """One unit of a round: what was frozen, who inspects it, what came of it."""

    round = models.ForeignKey(InspectionRound, models.CASCADE, related_name="units")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    inspectors = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name=_("người kiểm tra")
    )
    frozen = models.JSONField(default=dict)
    """Obligations, findings and score at the end of the as-of day."""
    frozen_hash = models.CharField(max_length=64, blank=True)
    points = models.DecimalField(_("điểm máy tính"), max_digits=7, decimal_places=2, null=True, blank=True)
    final_points = models.DecimalField(
        _("điểm kết luận"), max_digits=7, decimal_places=2, null=True, blank=True
    )
    conclusion = models.TextField(_("kết luận"), blank=True)
    sent_at = models.DateTimeField(_("gửi đơn vị lúc"), null=True, blank=True)
    answered_at = models.DateTimeField(_("đơn vị giải trình xong lúc"), null=True, blank=True)
    """The unit says that it has nothing to add; before the last day, the council need not wait longer."""
    concluded_at = models.DateTimeField(_("kết luận lúc"), null=True, blank=True)
    concluded_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("đơn vị được kiểm tra")
        verbose_name_plural = _("đơn vị được kiểm tra")
        ordering = ["round", "unit__name"]
        constraints = [models.UniqueConstraint(fields=["round", "unit"], name="inspected_unit_once")]

    def __str__(self) -> str:
        return f"{self.round} · {self.unit}"


class Verdict(models.TextChoices):
    PASSED = "passed", _("Đạt")
    FAILED = "failed", _("Không đạt")
    NOT_APPLICABLE = "not_applicable", _("Không áp dụng")


class InspectionItem(models.Model):
    """One procedure of the sample, or one that an inspector added."""

    inspected = models.ForeignKey(InspectedUnit, models.CASCADE, related_name="items")
    procedure = models.ForeignKey(
        ProcedurePage, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("thủ tục")
    )
    code = models.CharField(_("mã"), max_length=30, blank=True)
    title = models.CharField(_("nội dung kiểm tra"), max_length=500)
    place = models.PositiveIntegerField(_("thứ tự"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    """None: drawn."""
    verdict = models.CharField(_("kết quả"), max_length=15, choices=Verdict, blank=True)
    note = models.TextField(_("nhận xét"), blank=True)
    deduction = models.DecimalField(_("điểm trừ"), max_digits=6, decimal_places=2, default=0)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("mục kiểm tra")
        verbose_name_plural = _("các mục kiểm tra")
        ordering = ["inspected", "place"]
        constraints = [models.UniqueConstraint(fields=["inspected", "place"], name="inspection_item_place")]

    def __str__(self) -> str:
        return f"{self.place}. {self.title}"


class Explanation(models.Model):
    """The unit's answer (giải trình): to one item, or to the frozen findings as a whole where `item` is None."""

    inspected = models.ForeignKey(InspectedUnit, models.CASCADE, related_name="explanations")
    item = models.ForeignKey(
        InspectionItem, models.CASCADE, null=True, blank=True, related_name="explanations"
    )
    finding_key = models.CharField(max_length=120, blank=True)
    """Which of the frozen findings it answers, where it answers one."""
    text = models.TextField(_("giải trình"))
    accepted = models.BooleanField(_("được chấp nhận"), null=True, blank=True)
    answer = models.TextField(_("ý kiến của hội đồng"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("lúc"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("giải trình")
        verbose_name_plural = _("giải trình")
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.inspected} · {self.created_at:%d/%m/%Y}"


def _evidence_path(file: InspectionFile, _name: str) -> str:
    return f"kiem-tra/{file.sha256[:2]}/{file.sha256}"


class InspectionFile(models.Model):
    """A photo, a screenshot, a document: evidence of an inspector or of a unit. Never public."""

    inspected = models.ForeignKey(InspectedUnit, models.CASCADE, related_name="files")
    item = models.ForeignKey(InspectionItem, models.CASCADE, null=True, blank=True, related_name="files")
    explanation = models.ForeignKey(Explanation, models.CASCADE, null=True, blank=True, related_name="files")
    file = models.FileField(_("tệp"), upload_to=_evidence_path, max_length=200)
    sha256 = models.CharField(max_length=64)
    name = models.CharField(_("tên tệp"), max_length=200)
    size = models.PositiveIntegerField(_("cỡ"))
    content_type = models.CharField(max_length=120)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    uploaded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("tệp của đợt kiểm tra")
        verbose_name_plural = _("các tệp của đợt kiểm tra")

    def __str__(self) -> str:
        return self.name


class InspectionLogEntry(models.Model):
    """Every step of a round, in order; never changed."""

    round = models.ForeignKey(InspectionRound, models.CASCADE, related_name="steps")
    inspected = models.ForeignKey(InspectedUnit, models.SET_NULL, null=True, blank=True, related_name="+")
    action = models.CharField(max_length=40)
    data: Any = models.JSONField(default=dict)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("bước của đợt kiểm tra")
        verbose_name_plural = _("các bước của đợt kiểm tra")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.at:%d/%m/%Y %H:%M} {self.action}"
