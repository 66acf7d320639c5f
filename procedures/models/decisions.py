"""Announcing decisions (quyết định công bố), their lines, tasks and repeals. The opening catalogue is the first of them.

A file that was read, or a decision that is being typed in, is a `DecisionDraft` until every blocking question is
answered; applying it writes the decision and what hangs on it in one transaction.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from home.models import Unit
from procedures.enums import Level
from procedures.models.catalogue import ProcedurePage


class DecisionKind(models.TextChoices):
    OPENING = "opening", _("Danh mục đầu kỳ")
    ANNOUNCEMENT = "announcement", _("Quyết định công bố")


OPENING_NUMBER = "Danh mục đầu kỳ"
"""The opening catalogue has no number of its own; this one keeps its place."""


class LineAction(models.TextChoices):
    NEW = "new", _("Mới ban hành")
    AMENDED = "amended", _("Được sửa đổi, bổ sung")
    REPLACED = "replaced", _("Được thay thế")
    ABOLISHED = "abolished", _("Bị bãi bỏ")


class AnnouncementDecision(models.Model):
    """Applied, and thereby binding. `due_days`: working days after the day of signing that units have to list."""

    kind = models.CharField(_("loại"), max_length=15, choices=DecisionKind, default=DecisionKind.ANNOUNCEMENT)
    number = models.CharField(_("số, ký hiệu"), max_length=100)
    signed_on = models.DateField(_("ngày ký"))
    title = models.TextField(_("trích yếu"), blank=True)
    issuer = models.CharField(_("cơ quan ban hành"), max_length=300, blank=True)
    signer = models.CharField(_("người ký"), max_length=200, blank=True)
    effective_on = models.DateField(_("có hiệu lực từ"), null=True, blank=True)
    due_days = models.PositiveSmallIntegerField(_("hạn niêm yết (ngày làm việc)"), default=5)
    due_source = models.CharField(
        _("hạn lấy từ"),
        max_length=300,
        blank=True,
        help_text=_("Câu trong quyết định hoặc bộ tiêu chí của năm."),
    )
    source_name = models.CharField(_("tệp nguồn"), max_length=255, blank=True)
    source_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    before = models.JSONField(default=dict, editable=False)
    """What applying changed on procedures, as it was before: what undoing restores."""
    applied_at = models.DateTimeField(_("áp dụng lúc"), null=True, blank=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người áp dụng"),
    )

    class Meta:
        verbose_name = _("quyết định công bố")
        verbose_name_plural = _("quyết định công bố")
        ordering = ["signed_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=models.Q(kind="opening"), name="one_opening_catalogue"
            ),
            # Numbers begin anew every year.
            models.UniqueConstraint(fields=["number", "signed_on"], name="decision_number_of_a_day"),
        ]

    def __str__(self) -> str:
        return self.number


class DecisionLine(models.Model):
    """One row of the list. Its own words are kept as the decision has them; the procedure's page says what holds."""

    decision = models.ForeignKey(AnnouncementDecision, models.CASCADE, related_name="lines")
    procedure = models.ForeignKey(
        ProcedurePage, models.PROTECT, related_name="decision_lines", verbose_name=_("thủ tục")
    )
    ordinal = models.PositiveIntegerField(_("thứ tự"))
    """Place in the whole decision, from 1. What the row itself says stands in `ordinal_text`."""
    part = models.CharField(_("phần, mục"), max_length=300, blank=True)
    ordinal_text = models.CharField(_("số thứ tự trong mục"), max_length=20, blank=True)
    action = models.CharField(_("nội dung"), max_length=10, choices=LineAction, default=LineAction.NEW)
    code_text = models.CharField(_("mã ghi trong quyết định"), max_length=60, blank=True)
    name = models.TextField(_("tên ghi trong quyết định"), blank=True)
    field = models.CharField(_("lĩnh vực"), max_length=300, blank=True)
    level = models.CharField(_("cấp"), max_length=10, choices=Level, blank=True)
    place = models.TextField(_("địa điểm thực hiện"), blank=True)
    time = models.TextField(_("thời hạn giải quyết"), blank=True)
    fee = models.TextField(_("phí, lệ phí"), blank=True)
    basis = models.TextField(_("căn cứ pháp lý"), blank=True)
    note = models.TextField(_("ghi chú"), blank=True)
    effective_on = models.DateField(_("có hiệu lực từ"), null=True, blank=True)
    """Where a person said another day than the decision's own; None: as the decision."""
    by_person = models.BooleanField(_("do người áp dụng kết luận"), default=False)
    """Not a row of the list: what a person said of a superseded row that is not announced again (ended, or going on)."""

    class Meta:
        verbose_name = _("dòng trong danh mục")
        verbose_name_plural = _("dòng trong danh mục")
        ordering = ["decision", "ordinal"]
        constraints = [models.UniqueConstraint(fields=["decision", "ordinal"], name="decision_line_ordinal")]

    def __str__(self) -> str:
        return f"{self.decision} · {self.ordinal}"


class DecisionTask(models.Model):
    """Who must do what by when, read from an article."""

    decision = models.ForeignKey(AnnouncementDecision, models.CASCADE, related_name="tasks")
    article = models.CharField(_("điều"), max_length=40, blank=True)
    who = models.CharField(_("cơ quan được giao"), max_length=500)
    unit = models.ForeignKey(
        Unit, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("đơn vị")
    )
    what = models.TextField(_("nhiệm vụ"))
    days = models.PositiveSmallIntegerField(_("ngày làm việc"), null=True, blank=True)
    due = models.DateField(_("hạn"), null=True, blank=True)
    orders_listing = models.BooleanField(_("là hạn niêm yết công khai"), default=False)
    sentence = models.TextField(_("câu trong quyết định"), blank=True)
    sort_order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("nhiệm vụ của quyết định")
        verbose_name_plural = _("nhiệm vụ của quyết định")
        ordering = ["decision", "sort_order"]

    def __str__(self) -> str:
        return f"{self.decision} · {self.article}"


class DecisionRepeal(models.Model):
    """An article that repeals or replaces a list, or rows, of an earlier decision: these rows are superseded.

    Kept as written, so that an earlier decision that is entered later is met by it too. Which rows it means is worked
    out whenever decisions are folded.
    """

    decision = models.ForeignKey(AnnouncementDecision, models.CASCADE, related_name="repeals")
    article = models.CharField(_("điều"), max_length=40, blank=True)
    number = models.CharField(_("số của quyết định trước"), max_length=100)
    signed_on = models.DateField(_("ngày ký của quyết định trước"), null=True, blank=True)
    part = models.CharField(_("phần, mục"), max_length=300, blank=True)
    field = models.CharField(_("lĩnh vực"), max_length=300, blank=True)
    ordinals = models.JSONField(_("số thứ tự"), default=list, blank=True)
    """Empty: the whole list."""
    replaces = models.BooleanField(_("thay thế (không chỉ bãi bỏ)"), default=False)
    sentence = models.TextField(_("câu trong quyết định"), blank=True)

    class Meta:
        verbose_name = _("điều bãi bỏ, thay thế")
        verbose_name_plural = _("các điều bãi bỏ, thay thế")
        ordering = ["decision", "pk"]

    def __str__(self) -> str:
        return f"{self.decision} → {self.number}"


class DraftState(models.TextChoices):
    OPEN = "open", _("Đang xem trước")
    APPLIED = "applied", _("Đã áp dụng")
    UNDONE = "undone", _("Đã hoàn tác")


class DecisionDraft(models.Model):
    """A file as it was read, or a decision being typed in; with the answers that people gave. Never lost by an error."""

    proposal = models.JSONField(default=dict)
    """`procedures.decisions.proposal.to_json`."""
    answers = models.JSONField(default=dict)
    file = models.FileField(_("tệp"), upload_to="quyet-dinh/", blank=True)
    source_name = models.CharField(_("tên tệp"), max_length=255, blank=True)
    source_sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    state = models.CharField(_("tình trạng"), max_length=10, choices=DraftState, default=DraftState.OPEN)
    decision = models.OneToOneField(
        AnnouncementDecision, models.SET_NULL, null=True, blank=True, related_name="draft"
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("lúc"), auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("quyết định đang xem trước")
        verbose_name_plural = _("các quyết định đang xem trước")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return str(self.proposal.get("number") or self.source_name or self.pk)

    def get_absolute_url(self) -> str:
        return reverse("decision_draft", args=[self.pk])
