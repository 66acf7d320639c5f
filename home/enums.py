"""Choices of units and people. Values are stored, so they never change."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class UnitKind(models.TextChoices):
    PROVINCE = "province", _("Ủy ban nhân dân tỉnh")
    DEPARTMENT = "department", _("Sở, ban, ngành cấp tỉnh")
    COMMUNE = "commune", _("Xã")
    WARD = "ward", _("Phường")
    TOWNSHIP = "township", _("Thị trấn")
    DISTRICT = "district", _("Huyện, thị xã, thành phố thuộc tỉnh")
    CENTRAL = "central", _("Cơ quan trung ương tại tỉnh")
    SERVICE_CENTRE = "service_centre", _("Trung tâm Phục vụ hành chính công")


COMMUNE_KINDS = (UnitKind.COMMUNE, UnitKind.WARD, UnitKind.TOWNSHIP)
"""Cấp xã: what a procedure of level commune is owed by."""


class Role(models.TextChoices):
    """What a person is in one unit. A role in one unit gives nothing in another."""

    EDITOR = "editor", _("Biên tập viên")
    APPROVER = "approver", _("Người phê duyệt")


class PortalGroup(models.TextChoices):
    """Groups of Django under the names that the admin shows: the value is the group's name."""

    ADMINISTRATOR = "Quản trị cổng", _("Quản trị cổng")
    CONTROLLER = "Kiểm soát thủ tục hành chính", _("Kiểm soát thủ tục hành chính")
    CURATOR = "Sở Nội vụ (sáng kiến, văn bản)", _("Sở Nội vụ (sáng kiến, văn bản)")
    INSPECTOR = "Hội đồng thẩm định", _("Hội đồng thẩm định")
    UNIT_STAFF = "Cán bộ đơn vị", _("Cán bộ đơn vị")


PROVINCE_GROUPS = (
    PortalGroup.ADMINISTRATOR,
    PortalGroup.CONTROLLER,
    PortalGroup.CURATOR,
    PortalGroup.INSPECTOR,
)
"""Given by hand. `UNIT_STAFF` is not: it follows from memberships."""


SAMPLE_ACCOUNTS = "Tài khoản mẫu"
"""Name of the group of accounts that the demo made, with a password that everybody knows: it gives no rights and, where
demo mode is off, takes away the right to sign in."""


class Weekday(models.IntegerChoices):
    """As `date.weekday()` counts."""

    MONDAY = 0, _("Thứ Hai")
    TUESDAY = 1, _("Thứ Ba")
    WEDNESDAY = 2, _("Thứ Tư")
    THURSDAY = 3, _("Thứ Năm")
    FRIDAY = 4, _("Thứ Sáu")
    SATURDAY = 5, _("Thứ Bảy")
    SUNDAY = 6, _("Chủ nhật")


class Accessible(models.TextChoices):
    """Step-free access; nobody having said is not the same as no."""

    UNKNOWN = "", _("Chưa có thông tin")
    YES = "yes", _("Có lối đi cho xe lăn")
    HELP = "help", _("Có người giúp khi gọi trước")
    NO = "no", _("Chưa có lối đi cho xe lăn")


class DayKind(models.TextChoices):
    WORKING = "working", _("Ngày làm việc (làm bù)")
    OFF = "off", _("Ngày nghỉ")
