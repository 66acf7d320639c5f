"""Desk (bộ phận một cửa) and Counter (quầy): where one hands in, with weekly hours and dated exceptions."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable, RevisionMixin

from home.enums import Accessible, Weekday
from home.model_fields import validate_phone
from home.models.subjects import Subject
from home.models.units import Unit
from home.unit_details import RecordedDetails

LATITUDE_WORDS = _("Vĩ độ ở Việt Nam từ 8 đến 24, ví dụ 18,34300.")
LONGITUDE_WORDS = _("Kinh độ ở Việt Nam từ 102 đến 118, ví dụ 105,90000.")


class Desk(RecordedDetails, RevisionMixin, ClusterableModel):
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        related_name="desks",
        verbose_name=_("đơn vị quản lý"),
        help_text=_("Đơn vị này sửa thông tin của bộ phận."),
    )
    serves = ParentalManyToManyField(
        Unit,
        blank=True,
        related_name="shared_desks",
        verbose_name=_("cũng nhận hồ sơ cho"),
        help_text=_("Các đơn vị khác dùng chung bộ phận này, ví dụ các sở tại Trung tâm tỉnh."),
    )
    name = models.CharField(_("tên"), max_length=200)
    address = models.CharField(_("địa chỉ"), max_length=300, blank=True)
    latitude = models.DecimalField(
        _("vĩ độ"),
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(8, LATITUDE_WORDS), MaxValueValidator(24, LATITUDE_WORDS)],
    )
    longitude = models.DecimalField(
        _("kinh độ"),
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(102, LONGITUDE_WORDS), MaxValueValidator(118, LONGITUDE_WORDS)],
    )
    phone = models.CharField(_("điện thoại"), max_length=40, blank=True, validators=[validate_phone])
    email = models.EmailField(_("thư điện tử"), blank=True)
    accessible = models.CharField(_("lối đi cho xe lăn"), max_length=10, choices=Accessible, blank=True)
    accessible_note = models.CharField(_("chỉ dẫn cho người khuyết tật"), max_length=300, blank=True)
    is_sample = models.BooleanField(_("dữ liệu mẫu"), default=False, editable=False)

    class Meta:
        verbose_name = _("bộ phận một cửa")
        verbose_name_plural = _("bộ phận một cửa")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if (self.latitude is None) != (self.longitude is None):
            raise ValidationError({"longitude": _("Cần đủ cả vĩ độ và kinh độ, hoặc để trống cả hai.")})


class _Span(models.Model):
    opens = models.TimeField(_("từ"), null=True, blank=True)
    closes = models.TimeField(_("đến"), null=True, blank=True)

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        if self.opens and self.closes and self.closes <= self.opens:
            raise ValidationError({"closes": _("Giờ đóng phải sau giờ mở.")})
        if bool(self.opens) != bool(self.closes):
            raise ValidationError({"closes": _("Cần đủ giờ mở và giờ đóng.")})


class DeskHours(RecordedDetails, _Span, Orderable):
    """One span of a weekday; a day with a lunch break has two."""

    desk = ParentalKey(Desk, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(_("thứ"), choices=Weekday)
    opens = models.TimeField(_("từ"))
    closes = models.TimeField(_("đến"))

    class Meta(Orderable.Meta):
        verbose_name = _("giờ làm việc")
        verbose_name_plural = _("giờ làm việc trong tuần")

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"


class DeskException(RecordedDetails, _Span, Orderable):
    """Other hours, or closed (no hours), from one day to another, both inclusive."""

    desk = ParentalKey(Desk, on_delete=models.CASCADE, related_name="exceptions")
    first_day = models.DateField(_("từ ngày"))
    last_day = models.DateField(_("đến hết ngày"))
    note = models.CharField(_("lý do"), max_length=200, blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("ngày khác lệ")
        verbose_name_plural = _("ngày nghỉ, ngày làm giờ khác")

    def __str__(self) -> str:
        return f"{self.first_day:%d/%m/%Y}–{self.last_day:%d/%m/%Y} {self.note}".strip()

    def clean(self) -> None:
        super().clean()
        if (
            isinstance(self.first_day, date)
            and isinstance(self.last_day, date)
            and self.last_day < self.first_day
        ):
            raise ValidationError({"last_day": _("Ngày cuối đứng trước ngày đầu.")})


class Counter(RecordedDetails, RevisionMixin, ClusterableModel):
    desk = models.ForeignKey(Desk, models.CASCADE, related_name="counters", verbose_name=_("bộ phận một cửa"))
    name = models.CharField(_("tên quầy"), max_length=120, help_text=_("Ví dụ: Quầy 1: Hộ tịch, chứng thực."))
    place = models.CharField(
        _("vị trí"), max_length=200, blank=True, help_text=_("Ví dụ: Tầng 1, bên trái cửa chính.")
    )
    phone = models.CharField(_("điện thoại"), max_length=40, blank=True, validators=[validate_phone])
    subjects = ParentalManyToManyField(
        Subject, blank=True, related_name="counters", verbose_name=_("lĩnh vực")
    )

    class Meta:
        verbose_name = _("quầy")
        verbose_name_plural = _("quầy")
        ordering = ["desk", "name"]

    def __str__(self) -> str:
        return f"{self.name} · {self.desk}"
