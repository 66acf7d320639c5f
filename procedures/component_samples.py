"""The components of procedure pages in every state, for the page of components that `home` shows in debug mode.

Invented texts of usual and of extreme length, made into views by the presenters that make the real ones.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext as _

from home.desk_hours import HoursView
from home.enums import UnitKind
from home.models import Counter, Desk, Unit
from home.qr_codes import qr_code
from home.sections import provides
from procedures.presenters.papers import CaseView, FormLink, PapersView, papers_view
from procedures.presenters.place import ChooserView, DeskView, OnlineView, UnitChoice
from procedures.presenters.procedure import EndedView, Fact, StepView
from procedures.presenters.rich_text import Chapter, chapters, rich
from procedures.presenters.times_and_fees import TimesAndFees, times_and_fees
from procedures.record import Basis, Channel, Duration, Fee, Paper, PaperCase
from procedures.transparency.screen import Share
from search.component_samples import LONG, Sample, each

STATES = dict.fromkeys(("papers", "copies", "time", "fee", "channels"), "gap")
BY_LAW = dict.fromkeys(STATES, "law")


@provides("components")
def samples(*, desk: Desk, hours: HoursView, **_other: Any) -> dict[str, Any]:
    """No query: nothing here is stored."""
    return {
        "component_templates": ["procedures/component_samples.html"],
        "samples": {
            "short_facts": _short_facts(),
            "ended": _ended(),
            "ending": each(
                (_("Chỉ biết ngày"), {"ending": EndedView(date(2026, 11, 24), "")}),
                (
                    _("Biết lý do và thủ tục thay thế"),
                    {
                        "ending": EndedView(
                            date(2026, 11, 24), _("Bị bãi bỏ theo quyết định công bố mới."), LONG, "#thay"
                        )
                    },
                ),
            ),
            "where": _where(desk, hours),
            "online": _online(),
            "unit_chooser": _choosers(),
            "papers": _papers(),
            "case": _cases(),
            "form_link": _forms(),
            "steps": _steps(),
            "channels": _channels(),
            "chapters": _chapters(),
            "basis": _basis(),
            "law": _laws(),
            "booklet_facts": _booklets(),
            "qr": each(
                (_("Địa chỉ ngắn"), {"code": qr_code("https://cong.example.vn/q/a1/")}),
                (
                    _("Địa chỉ dài"),
                    {"code": qr_code(f"https://cong.example.vn/don-vi/{'x' * 90}/thu-tuc/1.004222/")},
                ),
            ),
            "share": each(
                (_("Từ 95% trở lên"), {"share": Share("", Decimal("97.4")), "big": False}),
                (_("Dưới 95%, cỡ lớn"), {"share": Share("", Decimal("81.0")), "big": True}),
                (_("Không có gì phải niêm yết"), {"share": Share("", None), "big": False}),
            ),
        },
    }


# One procedure ---------------------------------------------------------------------------------------------------


def _short_facts() -> tuple[Sample, ...]:
    usual = (Fact(_("Giải quyết trong"), _("1 ngày")), Fact(_("Phí, lệ phí"), _("Miễn")))
    long = (
        Fact(_("Giải quyết trong"), _("16,5 đến 19 ngày làm việc, trực tuyến 12 ngày làm việc")),
        Fact(_("Phí, lệ phí"), _("1.500.000 đồng và 23 khoản khác")),
        Fact(_("Cách nộp"), _("Trực tiếp, trực tuyến, bưu chính")),
        Fact(_("Kết quả"), LONG),
    )
    terms = (_("Giải quyết trong"), _("Phí, lệ phí"), _("Cách nộp"))
    empty = tuple(Fact(term, "", kind) for term, kind in zip(terms, ("gap", "law", "na"), strict=True))
    return each(
        (_("Thường gặp"), {"facts": usual}), (_("Dài"), {"facts": long}), (_("Trống"), {"facts": empty})
    )


def _ended() -> tuple[Sample, ...]:
    full = EndedView(date(2026, 1, 31), _("Bãi bỏ theo quyết định công bố mới."), LONG, "#thu-tuc-moi")
    return each((_("Biết ngày và thủ tục thay thế"), {"ended": full}), (_("Không biết gì thêm"), {"ended": EndedView(None, "")}))  # fmt: skip


def _where(desk: Desk, hours: HoursView) -> tuple[Sample, ...]:
    unit = Unit(name=_("Xã Cẩm Bình"), slug="xa-cam-binh", kind=UnitKind.COMMUNE)
    counter = Counter(desk=desk, name=_("Quầy 1: Hộ tịch, chứng thực"), place=_("Tầng 1, cạnh lối vào"))
    place = DeskView(desk, hours, counter, "0239 3000 112", _("Thứ Sáu nhận hồ sơ đến 16 giờ."))
    full, unknown = OnlineView("full", is_possible=True, url="#nop"), OnlineView("")
    return each(
        (_("Có quầy"), {"view": SimpleNamespace(unit=unit, desk=place, online=full)}),
        (_("Đơn vị chưa nhập nơi nộp"), {"view": SimpleNamespace(unit=unit, desk=None, online=unknown)}),
    )


def _online() -> tuple[Sample, ...]:
    partial = OnlineView("partial", is_possible=True, url="#nop", reason=_("Phải có mặt để ký vào sổ."))
    return each(
        (_("Toàn trình"), {"online": OnlineView("full", is_possible=True, url="#nop"), "boxed": True}),
        (_("Một phần"), {"online": partial, "boxed": True}),
        (_("Chưa rõ mức"), {"online": OnlineView("", is_possible=True, url="#nop"), "boxed": True}),
        (_("Toàn trình, thiếu địa chỉ"), {"online": OnlineView("full", is_possible=True), "boxed": True}),
        (_("Một phần, thiếu địa chỉ"), {"online": replace(partial, url="", reason=LONG), "boxed": True}),
        (_("Chưa rõ mức, thiếu địa chỉ"), {"online": OnlineView("", is_possible=True), "boxed": True}),
        (_("Không nhận trực tuyến"), {"online": OnlineView("none"), "boxed": True}),
        (_("Chưa nhập"), {"online": OnlineView(""), "boxed": False}),
    )


def _choices(number: int) -> tuple[UnitChoice, ...]:
    names = (_("Xã Cẩm Bình"), _("Phường Thành Sen"), _("Xã Kỳ Xuân"))
    return tuple(UnitChoice(names[n % len(names)], f"#don-vi-{n}") for n in range(number))


def _choosers() -> tuple[Sample, ...]:
    why = _("nay gồm xã Thạch Bình, xã Cẩm Vịnh, xã Tượng Sơn, xã Thạch Thắng và một phần thị trấn cũ")
    ways = (*_choices(2), UnitChoice(_("Xã Thạch Lạc"), "#thach-lac", why))
    several = ChooserView("", asked="thạch", choices=ways, listed_by=_choices(69), number=69)
    return each(
        (_("Chưa hỏi, chưa ai niêm yết"), {"chooser": ChooserView("")}),
        (_("Không có nơi nào"), {"chooser": ChooserView("", asked=LONG, listed_by=_choices(1), number=1)}),
        (_("Nhiều nơi"), {"chooser": several}),
    )


def _paper(n: int = 0) -> Paper:
    return (
        Paper(_("<p>Tờ khai theo mẫu</p>"), originals=1, copies=0, form="to-khai.docx"),
        Paper(_("Giấy tờ tùy thân"), originals=1, copies=2, note=_("Xem rồi trả lại")),
        Paper(f"<p>{LONG}</p><ul><li>{LONG}</li><li>{LONG}</li></ul>", note=LONG),
        Paper(_("Văn bản ủy quyền, nếu nộp thay")),
    )[n % 4]


def _view_of(*cases: tuple[str, int], note: str = "") -> PapersView:
    made = tuple(PaperCase(title, tuple(_paper(n) for n in range(number)), note) for title, number in cases)
    return papers_view(made, forms={})


def _papers() -> tuple[Sample, ...]:
    one, two = _("Trường hợp người nước ngoài là nhà quản lý"), _("Trường hợp còn lại")
    common = _view_of(
        (_("Giấy tờ chung"), 2), (one, 4), (LONG, 0), note=f"<p>{_('Mang theo bản chính.')}</p>"
    )
    copies = _("01 bộ")
    return each(
        (_("Một danh sách"), {"papers": _view_of(("", 4)), "copies": copies, "states": STATES}),
        (_("Hai trường hợp"), {"papers": _view_of((one, 1), (two, 2)), "copies": copies, "states": STATES}),
        (_("Phần chung và các trường hợp"), {"papers": common, "copies": LONG, "states": STATES}),
        (_("Nhiều trường hợp"), {"papers": _view_of((one, 9), (two, 1), (LONG, 2)), "copies": "", "states": BY_LAW}),
        (_("Danh sách rất dài"), {"papers": _view_of(("", 14)), "copies": "", "states": STATES}),
        (_("Pháp luật không quy định"), {"papers": PapersView(), "copies": "", "states": BY_LAW}),
        (_("Chưa nhập"), {"papers": PapersView(), "copies": "", "states": STATES}),
    )  # fmt: skip


def _cases() -> tuple[Sample, ...]:
    note = rich(f"<p>{LONG}</p>")
    usual = _view_of(("", 3)).cases[0]
    return each(
        (_("Có giấy tờ và ghi chú"), {"case": replace(usual, note=note)}),
        (_("Chỉ ghi chú"), {"case": CaseView("", note, (), "", is_open=True)}),
    )


def _forms() -> tuple[Sample, ...]:
    name = "mau_so_01_ban_hanh_kem_theo_thong_tu_" * 4 + "_ban_cuoi.docx"
    return each(
        (_("Có tệp"), {"form": FormLink(_("Tờ khai đăng ký"), "#to-khai", "DOCX, 46 kB")}),
        (_("Chỉ biết tên"), {"form": FormLink("to-khai.docx")}),
        (_("Tên rất dài"), {"form": FormLink(name)}),
    )


def _steps() -> tuple[Sample, ...]:
    text = rich(f"<p>{_('Nộp tại quầy, nhận giấy hẹn.')}</p>")
    long = rich(f"<ol><li>{LONG}</li><li>{LONG}</li></ol><p>{LONG}</p>")
    both = (
        StepView(_("Nộp hồ sơ"), text, "applicant", is_long=False),
        StepView(_("Thẩm tra"), long, "office", is_long=True),
        StepView(LONG, text, "applicant", is_long=False),
    )
    unsaid = tuple(StepView(_("Bước %(n)d") % {"n": n}, text, "", is_long=False) for n in range(1, 13))
    return each(
        (_("Hai bên cùng làm"), {"steps": both, "say_who": True, "state": "gap"}),
        (_("Không nói ai làm"), {"steps": unsaid, "say_who": False, "state": "gap"}),
        (_("Chưa nhập"), {"steps": (), "say_who": False, "state": "gap"}),
        (_("Pháp luật không quy định"), {"steps": (), "say_who": False, "state": "law"}),
    )


def _channels() -> tuple[Sample, ...]:
    day = Duration(Decimal(1), "day")
    note, long = f"<p>{_('Nộp tại quầy.')}</p>", f"<p>{LONG}</p>" * 3
    fees = tuple(Fee(Decimal(5000 * n), label=_("Khoản thu thứ %(n)d") % {"n": n}) for n in range(1, 9))
    usual = (
        Channel("in_person", day, fees=(Fee(Decimal(0)),), note_html=note),
        Channel("online", day, fees=(Fee(Decimal(0)),), note_html=long),
        Channel("postal"),
    )
    by_case = (
        Channel("in_person", day, fees=(Fee(Decimal(1500000)),), note_html=long),
        Channel("in_person", Duration(Decimal("16.5"), "working_day"), LONG, fees, note),
        Channel("postal", duration_text=LONG, fees=(Fee(text=LONG),)),
    )
    return each(
        (_("Thường gặp"), {"times": times_and_fees(usual), "states": STATES, "all_open": False}),
        (_("Mỗi trường hợp một mức"), {"times": times_and_fees(by_case), "states": BY_LAW, "all_open": False}),
        (_("Mở hết, như khi in"), {"times": times_and_fees(by_case[:2]), "states": BY_LAW, "all_open": True}),
        (_("Chưa nhập"), {"times": TimesAndFees((), has_notes=False), "states": STATES, "all_open": False}),
    )  # fmt: skip


def _chapters() -> tuple[Sample, ...]:
    table = (
        f"<table><tr><th>{_('Loại')}</th><th>{_('Mức')}</th></tr><tr><td>{LONG}</td><td>20</td></tr></table>"
    )
    short = chapters(f"<ul><li>{_('Từ đủ 18 tuổi')}</li></ul>{table}")
    headed = (Chapter("", rich(f"<p>{LONG}</p>")), Chapter(LONG, rich(f"<p>{LONG}</p>" * 4)), Chapter(_("Điều kiện về vốn"), rich(table)))  # fmt: skip
    long = chapters(f"<p>{LONG}</p>" * 8)
    return each(
        (_("Ngắn"), {"chapters": short, "folded": False, "length": 14, "all_open": False}),
        (_("Ngắn, có đề mục"), {"chapters": headed[1:], "folded": False, "length": 900, "all_open": False}),
        (_("Dài"), {"chapters": long, "folded": True, "length": 44590, "all_open": False}),
        (_("Dài, nhiều phần"), {"chapters": headed, "folded": True, "length": 44590, "all_open": False}),
    )


def _law(n: int, *, address: str = "#van-ban") -> Basis:
    return Basis(f"{n}/2014/QH13", _("Luật mẫu số %(n)d") % {"n": n}, address=address)


def _basis() -> tuple[Sample, ...]:
    laws = tuple(_law(n, address="#van-ban" if n % 2 else "") for n in range(1, 25))
    return each(
        (_("Nhiều"), {"basis": laws[:4], "rest": laws[4:], "number": 24, "state": "gap", "all_open": False}),
        (_("Ít"), {"basis": laws[:1], "rest": (), "number": 1, "state": "gap", "all_open": False}),
        (_("Chưa nhập"), {"basis": (), "rest": (), "number": 0, "state": "gap", "all_open": False}),
    )


def _laws() -> tuple[Sample, ...]:
    return each(
        (_("Có địa chỉ"), {"law": _law(60)}),
        (_("Chưa có địa chỉ"), {"law": _law(61, address="")}),
        (_("Chỉ có tên, rất dài"), {"law": Basis("", LONG)}),
    )


def _booklets() -> tuple[Sample, ...]:
    facts = ((_("Một xã"), 342, 780, "11,2 MB"), (_("Một lĩnh vực"), 1, 4, "62 kB"))
    return each(
        *(
            (
                label,
                {
                    "item": SimpleNamespace(
                        procedures=procedures, pages=pages, size=size, day=date(2026, 3, 24)
                    )
                },
            )
            for label, procedures, pages, size in facts
        )
    )
