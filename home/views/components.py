"""Every component in every state on one page, for whoever builds or checks them. Only in debug mode."""

from __future__ import annotations

from datetime import date, time, timedelta
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from home.desk_hours import HoursView, hours_view
from home.enums import Accessible
from home.models import Desk, DeskException, DeskHours
from home.sections import sections_for
from search.component_samples import samples as found_samples

LONG = "Giấy chứng nhận quyền sử dụng đất, quyền sở hữu tài sản gắn liền với đất đã cấp qua các thời kỳ, kể cả bản bị nhòe, rách"


def index(request: HttpRequest) -> HttpResponse:
    if not settings.DEBUG:
        raise Http404
    samples = _samples()
    more = sections_for("components", desk=samples["desk"], hours=samples["hours"])
    found = found_samples(desk=samples["desk"], hours=samples["hours"])
    return render(request, "home/components_page.html", {**samples, **more, "found": found})


def _samples() -> dict[str, Any]:
    today = timezone.localdate()
    desk, bare = _desk(today), Desk(name=_("Bộ phận một cửa chưa nhập thông tin"))
    pages = Paginator(range(400), 20)
    return {
        "page_title": _("Thành phần giao diện"),
        "noindex": True,
        "crumbs": [(_("Đơn vị"), "#don-vi"), (_("Xã Cẩm Bình"), "#xa-cam-binh")],
        "desk": desk,
        "hours": hours_view(desk, today=today),
        "bare_desk": bare,
        "no_hours": HoursView(is_known=False),
        "facts": [
            (_("Giải quyết trong"), _("1 ngày")),
            (_("Lệ phí"), _("Miễn")),
            (_("Cách nộp"), _("Trực tiếp, trực tuyến, bưu chính")),
            (_("Kết quả"), loader.render_to_string("components/state.html", {"kind": "gap"})),
        ],
        "pairs": [
            (_("Trang thông tin"), mark_safe('<a href="#khac">hatinh.gov.vn</a>')),
            (_("Phản ánh, kiến nghị"), LONG),
        ],
        "links": [
            SimpleNamespace(label=_("Đăng ký khai sinh"), url="#1", note="1.001193"),
            SimpleNamespace(label=LONG, url="#2"),
        ],
        "counts": [
            SimpleNamespace(label=_("Hộ tịch"), url="#3", count=41),
            SimpleNamespace(label=LONG, url="#4", count=1214),
        ],
        "rows": [
            SimpleNamespace(
                label=_("Đăng ký thường trú"),
                url="#5",
                code="1.004222",
                meta=(_("7 ngày làm việc"), _("20.000 đồng, trực tuyến 10.000 đồng")),
            ),
            SimpleNamespace(label=LONG, url="#6", code="1.000894", meta=(_("1 ngày"),)),
        ],
        "options": [("xa", _("Cấp xã")), ("tinh", _("Cấp tỉnh"))],
        "first_page": pages.page(1),
        "first_pages": list(pages.get_elided_page_range(1)),
        "middle_page": pages.page(10),
        "middle_pages": list(pages.get_elided_page_range(10)),
    }


def _desk(today: date) -> Desk:
    """Unsaved: modelcluster keeps its hours in memory."""
    desk = Desk(
        name=_("Trung tâm Phục vụ hành chính công xã Cẩm Bình"),
        address=_("Tầng 1, trụ sở Ủy ban nhân dân xã Cẩm Bình"),
        phone="0239 3000 111",
        email="motcua@cambinh.example",
        accessible=Accessible.YES,
        accessible_note=_("Có chỗ ngồi chờ"),
        latitude="18.31000",
        longitude="105.95000",
    )
    desk.hours = [  # type: ignore[misc] # modelcluster takes unsaved children so
        DeskHours(weekday=weekday, opens=opens, closes=closes)
        for weekday in range(5)
        for opens, closes in ((time(7), time(11, 30)), (time(13, 30), time(17)))
    ]
    soon = today + timedelta(days=(3 - today.weekday()) % 7 or 7)
    desk.exceptions = [  # type: ignore[misc] # as above
        DeskException(
            first_day=soon, last_day=soon, opens=time(7), closes=time(11, 30), note=_("Họp toàn xã")
        )
    ]
    return desk
