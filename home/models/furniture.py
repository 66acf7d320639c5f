"""Site furniture that an administrator edits: who answers, whom to phone."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

from home.models.desks import Desk


@register_setting(icon="cog")
class PortalSettings(BaseSiteSetting):
    help_desk = models.ForeignKey(
        Desk,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("bộ phận trả lời ở chân trang"),
        help_text=_("Tên, điện thoại và giờ làm việc hiện ở chân mọi trang."),
    )
    owner_line = models.CharField(
        _("dòng cơ quan chủ quản"),
        max_length=300,
        default="Cơ quan chủ quản: Ủy ban nhân dân tỉnh Hà Tĩnh. Quản lý nội dung: Sở Nội vụ và Văn phòng Ủy ban nhân dân tỉnh.",
    )
    complaints_address = models.TextField(
        _("nơi nhận phản ánh, kiến nghị của tỉnh"),
        blank=True,
        help_text=_("Hiện ở thủ tục khi đơn vị chưa có địa chỉ riêng."),
    )

    panels = [FieldPanel("help_desk"), FieldPanel("owner_line"), FieldPanel("complaints_address")]

    class Meta:
        verbose_name = _("chân trang và liên hệ")
