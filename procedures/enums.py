"""Choices of the official catalogue. Values are stored, so they never change; labels are what people read."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """Where a procedure is decided (cấp thực hiện)."""

    MINISTRY = "ministry", _("Cấp bộ")
    PROVINCE = "province", _("Cấp tỉnh")
    COMMUNE = "commune", _("Cấp xã")
    OTHER = "other", _("Cơ quan khác")


class Scope(models.TextChoices):
    """Whose procedure it is: the national catalogue holds all of them."""

    PROVINCE = "province", _("Trong tỉnh")
    CENTRAL = "central", _("Trung ương")
    OTHER_PROVINCE = "other_province", _("Tỉnh khác")


class Audience(models.TextChoices):
    """Who may apply (đối tượng thực hiện), as the national catalogue names them."""

    CITIZEN = "citizen", _("Công dân Việt Nam")
    OVERSEAS = "overseas", _("Người Việt Nam định cư ở nước ngoài")
    FOREIGNER = "foreigner", _("Người nước ngoài")
    OFFICIAL = "official", _("Cán bộ, công chức, viên chức")
    ENTERPRISE = "enterprise", _("Doanh nghiệp")
    FOREIGN_INVESTED = "foreign_invested", _("Doanh nghiệp có vốn đầu tư nước ngoài")
    COOPERATIVE = "cooperative", _("Hợp tác xã")
    ORGANISATION = "organisation", _("Tổ chức (không gồm doanh nghiệp, hợp tác xã)")
    FOREIGN_ORGANISATION = "foreign_organisation", _("Tổ chức nước ngoài")


class ChannelKind(models.TextChoices):
    """How one hands in (cách thức thực hiện; NĐ 63/2010/NĐ-CP art. 8(2)(b))."""

    IN_PERSON = "in_person", _("Trực tiếp")
    ONLINE = "online", _("Trực tuyến")
    POSTAL = "postal", _("Qua dịch vụ bưu chính")


class TimeUnit(models.TextChoices):
    HOUR = "hour", _("giờ")
    WORKING_HOUR = "working_hour", _("giờ làm việc")
    DAY = "day", _("ngày")
    WORKING_DAY = "working_day", _("ngày làm việc")
    MONTH = "month", _("tháng")
    YEAR = "year", _("năm")


class Currency(models.TextChoices):
    VND = "VND", _("đồng")
    USD = "USD", _("đô la Mỹ")
    EUR = "EUR", _("euro")


class Actor(models.TextChoices):
    """Who acts in a step."""

    UNKNOWN = "", _("Không nêu rõ")
    APPLICANT = "applicant", _("Người làm thủ tục")
    OFFICE = "office", _("Cơ quan giải quyết")


class OnlineLevel(models.TextChoices):
    UNKNOWN = "", _("Chưa có thông tin")
    NONE = "none", _("Không tiếp nhận trực tuyến")
    PARTIAL = "partial", _("Dịch vụ công trực tuyến một phần")
    FULL = "full", _("Dịch vụ công trực tuyến toàn trình")


class Absence(models.TextChoices):
    """Why a part of a procedure holds nothing. Blank is never taken for "none"."""

    NOT_ENTERED = "", _("Chưa có thông tin")
    NOT_REGULATED = "not_regulated", _("Pháp luật không quy định")
    NOT_APPLICABLE = "not_applicable", _("Không áp dụng")


class Part(models.TextChoices):
    """The parts that an official procedure must have (NĐ 63/2010/NĐ-CP art. 8(2), amended by NĐ 92/2017/NĐ-CP)."""

    NAME = "name", _("Tên thủ tục")
    STEPS = "steps", _("Trình tự thực hiện")
    CHANNELS = "channels", _("Cách thức thực hiện")
    PAPERS = "papers", _("Thành phần hồ sơ")
    COPIES = "copies", _("Số lượng hồ sơ")
    TIME = "time", _("Thời hạn giải quyết")
    AUDIENCE = "audience", _("Đối tượng thực hiện")
    BODIES = "bodies", _("Cơ quan thực hiện")
    RESULTS = "results", _("Kết quả thực hiện")
    FEE = "fee", _("Phí, lệ phí")
    FORMS = "forms", _("Mẫu đơn, tờ khai")
    CONDITIONS = "conditions", _("Yêu cầu, điều kiện")
    BASIS = "basis", _("Căn cứ pháp lý")


class ProcedureState(models.TextChoices):
    IN_FORCE = "in_force", _("Đang có hiệu lực")
    ENDED = "ended", _("Đã hết hiệu lực")
