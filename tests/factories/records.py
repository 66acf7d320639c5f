"""Official records with every part filled, and extreme ones; published the way the catalogue comes in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from procedures.importing.bulk import import_records
from procedures.models import ProcedurePage
from procedures.record import Basis, Channel, Duration, Fee, Paper, PaperCase, ProcedureRecord, Result, Step

_numbers = count(1)

DAY = Duration(Decimal(1), "day")


def make_record(**fields: Any) -> ProcedureRecord:
    """A marriage-like procedure; what is given replaces what would be there."""
    number = next(_numbers)
    record = ProcedureRecord(
        code=f"8.{number:06d}",
        name="Thủ tục đăng ký hôn lễ thử",
        decision="163/QĐ-BTP",
        issuing_body="Bộ Tư pháp",
        field="Hộ tịch",
        levels=("commune",),
        audiences=("citizen",),
        bodies=("Ủy ban nhân dân cấp xã",),
        purpose="Để hai người được công nhận là vợ chồng.",
        steps=(
            Step("Nộp hồ sơ", "<p>Nộp tại quầy.</p>", "applicant"),
            Step("Thẩm tra", "<ul><li>Tra cứu</li><li>Ghi sổ</li></ul>", "office"),
        ),
        channels=(
            Channel("in_person", DAY, fees=(Fee(Decimal(10000)),), note_html="<p>Nộp tại quầy.</p>"),
            Channel("online", DAY, fees=(Fee(Decimal(7000)),), note_html="<p>Nộp trên mạng.</p>"),
        ),
        cases=(
            PaperCase(
                "",
                (
                    Paper("<p>Tờ khai theo mẫu</p>", originals=1, copies=0, form="to-khai.docx"),
                    Paper("Giấy tờ tùy thân", originals=1, copies=2, note="Xem rồi trả lại"),
                ),
            ),
        ),
        copies_text="01 bộ",
        results=(Result("Giấy chứng nhận thử", "KQ.G15.000032"),),
        conditions_html="<ul><li>Nam từ đủ 20 tuổi</li></ul>",
        basis=tuple(
            Basis(
                f"{60 + n}/2014/QH13",
                f"Luật số {n}",
                date(2014, 11, 20),
                "Quốc hội",
                "https://vbpl.example/1",
            )
            for n in range(6)
        ),
        online_level="partial",
        online_reason="Phải có mặt để ký.",
        national_url="https://dichvucong.gov.vn/thu-tuc-hanh-chinh/1",
        anywhere=True,
        everyday_names=("làm giấy kết duyên",),
    )
    return replace(record, **fields)


def publish(*records: ProcedureRecord) -> list[ProcedurePage]:
    """Through the importer; in the order given."""
    report = import_records((record.code, record) for record in records)
    assert not report.refused, report.refused
    pages = {page.code: page for page in ProcedurePage.objects.filter(code__in=[r.code for r in records])}
    return [pages[record.code] for record in records]


def monster_record(**fields: Any) -> ProcedureRecord:
    """As long as the longest real ones in each part: 1,192 characters of name, 224 papers in 14 cases, 44,590 of conditions."""
    name = "Đăng ký thay đổi đối với trường hợp thử độ dài của tên thủ tục"
    while len(name) < 1192:
        name += f"; trường hợp thứ {len(name)} theo quy định của pháp luật"
    sentence = "Điều kiện thử nghiệm có độ dài lớn để xem trang chịu được bao nhiêu chữ. "
    chapter = "<ul>" + f"<li>{sentence * 5}</li>" * 10 + "</ul>"
    conditions = ""
    while len(conditions) < 46_000:
        conditions += f"<p><strong>Đối với trường hợp số {len(conditions)}</strong></p>{chapter}"
    papers = tuple(
        Paper(f"<p>Giấy tờ thử số {n} theo Mẫu số 18 ban hành kèm theo văn bản quy định chi tiết</p>", originals=n % 3, copies=(n + 1) % 2)
        for n in range(16)
    )  # fmt: skip
    half_days = tuple(
        Channel(
            kind,
            Duration(amount, "working_day"),
            note_html=f"<p>Áp dụng cho trường hợp {amount} ngày theo quy định.</p>",
        )
        for amount in (Decimal("16.5"), Decimal(19))
        for kind in ("in_person", "online", "postal")
    )
    return make_record(
        name=name[:1192].rstrip(" ;"),
        cases=tuple(PaperCase(f"Đối với trường hợp thử thứ {n}", papers) for n in range(14)),
        conditions_html=conditions,
        channels=half_days,
        results=tuple(Result(f"Giấy chứng nhận loại {n}", f"KQ.G10.00{n:04}") for n in range(6)),
        basis=tuple(Basis(f"{n}/2025/NĐ-CP", "Quy định chi tiết " * 8) for n in range(1, 30)),
        audiences=("citizen", "overseas", "foreigner", "enterprise", "organisation"),
        **fields,
    )
