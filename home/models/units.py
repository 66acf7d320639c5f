"""Unit: a department, a commune or ward, a central agency in the province. Identity is (code, active_from)."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, UniqueConstraint
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.models import RevisionMixin

from home.enums import COMMUNE_KINDS, UnitKind
from home.model_fields import lines
from home.unit_details import RecordedDetails
from search.text import fold

BEFORE_ALL = date(1, 1, 1)


class UnitQuerySet(models.QuerySet["Unit"]):
    def active(self, on: date | None = None) -> UnitQuerySet:
        """Units that exist on that day (default today); both ends are inclusive."""
        day = on or timezone.localdate()
        return self.filter(
            Q(active_from__isnull=True) | Q(active_from__lte=day),
            Q(active_until__isnull=True) | Q(active_until__gte=day),
        )

    def ended(self, on: date | None = None) -> UnitQuerySet:
        return self.filter(active_until__lt=on or timezone.localdate())

    def communes(self) -> UnitQuerySet:
        return self.filter(kind__in=COMMUNE_KINDS)

    def listing_units(self) -> UnitQuerySet:
        """Kinds that can owe a public listing at all."""
        return self.exclude(kind__in=[UnitKind.PROVINCE, UnitKind.DISTRICT])


class Unit(RecordedDetails, RevisionMixin, ClusterableModel):
    kind = models.CharField(_("loại"), max_length=20, choices=UnitKind)
    code = models.CharField(
        _("mã"),
        max_length=20,
        help_text=_(
            "Mã đơn vị hành chính hoặc mã định danh. Mã được dùng lại khi sáp nhập, nên luôn đi cùng ngày bắt đầu."
        ),
    )
    name = models.CharField(_("tên"), max_length=200)
    short_name = models.CharField(_("tên ngắn"), max_length=120, blank=True)
    old_names = models.TextField(
        _("tên cũ"), blank=True, help_text=_("Mỗi dòng một tên. Người dân tìm bằng tên cũ vẫn thấy đơn vị.")
    )
    slug = models.SlugField(
        _("đường dẫn"), max_length=120, unique=True, help_text=_("Không bao giờ dùng lại cho đơn vị khác.")
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("thuộc")
    )
    email = models.EmailField(_("thư điện tử"), blank=True)
    website = models.URLField(_("trang thông tin"), blank=True)
    complaints_address = models.TextField(
        _("nơi nhận phản ánh, kiến nghị"),
        blank=True,
        help_text=_(
            "Địa chỉ, điện thoại, thư điện tử nhận phản ánh, kiến nghị về quy định hành chính (NĐ 20/2008/NĐ-CP)."
        ),
    )
    active_from = models.DateField(_("hoạt động từ"), null=True, blank=True)
    active_until = models.DateField(_("hoạt động đến hết"), null=True, blank=True)
    successors = ParentalManyToManyField(
        "self", symmetrical=False, blank=True, related_name="predecessors", verbose_name=_("đơn vị kế tục")
    )
    notes_need_approval = models.BooleanField(
        _("ghi chú riêng phải được duyệt"),
        default=True,
        help_text=_("Phần chữ do đơn vị tự viết được người phê duyệt của đơn vị duyệt trước khi công khai."),
    )
    search_key = models.TextField(editable=False, blank=True, help_text="folded names and code")

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("đơn vị")
        verbose_name_plural = _("đơn vị")
        ordering = ["name"]
        constraints = [UniqueConstraint(F("code"), Coalesce("active_from", BEFORE_ALL), name="unit_identity")]

    def __str__(self) -> str:
        if self.active_until and self.active_until < timezone.localdate():
            return _("%(name)s (đến hết %(day)s)") % {
                "name": self.name,
                "day": self.active_until.strftime("%d/%m/%Y"),
            }
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("unit", args=[self.slug])

    def clean(self) -> None:
        super().clean()
        if self.active_from and self.active_until and self.active_until < self.active_from:
            raise ValidationError({"active_until": _("Ngày kết thúc đứng trước ngày bắt đầu.")})
        if self.pk and not Unit.objects.filter(pk=self.pk, slug=self.slug).exists():
            raise ValidationError(
                {"slug": _("Đường dẫn không đổi được: giấy tờ đã in và sổ niêm yết ghi theo đường dẫn này.")}
            )

    @property
    def label(self) -> str:
        """The name as it is used in running text."""
        return self.short_name or self.name

    @property
    def is_commune(self) -> bool:
        return self.kind in COMMUNE_KINDS

    @property
    def old_name_list(self) -> tuple[str, ...]:
        return lines(self.old_names)

    def is_active(self, on: date | None = None) -> bool:
        day = on or timezone.localdate()
        return (self.active_from or BEFORE_ALL) <= day and (
            self.active_until is None or day <= self.active_until
        )

    def folded_names(self) -> str:
        """What `search_key` holds; written by a signal receiver and by bulk writers."""
        return " | ".join(
            dict.fromkeys(fold(t) for t in (self.name, self.short_name, self.code, *self.old_name_list) if t)
        )
