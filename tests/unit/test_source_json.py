"""The crawled catalogue into records: every kind of dirt in small, then all 4,025 real ones."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.record import Basis, Channel, Duration, Fee, Paper, PaperCase, ProcedureRecord, Result, Step
from procedures.sources.basis import read_basis
from procedures.sources.channels import read_channels
from procedures.sources.choices import read_audiences, read_bodies, read_levels
from procedures.sources.json_lines import read_jsonl, read_record
from procedures.sources.papers import file_names, read_papers
from procedures.sources.reading import Notes, absence_in, says_nothing
from procedures.sources.scope import provinces_named, scope_of
from procedures.sources.steps import WHOLE, read_steps
from procedures.text.sanitising import clean_html, clean_text, html_to_text
from tests.unit.conftest import RealCatalogue

MINIMAL: dict[str, Any] = {"ma": "1.000001", "ten": "Đăng ký thử", "trinh_tu": "Người dân nộp hồ sơ."}


def read(**fields: Any) -> ProcedureRecord:
    record = read_record(MINIMAL | fields).record
    assert record is not None
    return record


# ------------------------------------------------------------------------------------------------------- words for nothing


@pytest.mark.parametrize(
    "words", ["", None, "Không có thông tin", " không có thông tin. ", "N/A", "--", "\u200b"]
)
def test_words_that_say_nothing(words: str | None) -> None:
    assert says_nothing(words)
    assert not absence_in(words)


@pytest.mark.parametrize(
    ("words", "absence"),
    [
        ("Không", "not_regulated"),
        ("Không quy định.", "not_regulated"),
        ("Không có yêu cầu, điều kiện!", "not_regulated"),
        ("NOT_ASSIGNED_REGULATION", "not_regulated"),
        ("NOT_APPLICABLE", "not_applicable"),
        ("Không áp dụng", "not_applicable"),
        ("SOMETHING_ELSE", ""),
        ("Không thuộc trường hợp bị cấm", ""),
    ],
)
def test_absences_are_told_from_missing(words: str, absence: str) -> None:
    assert absence_in(words) == absence
    assert not says_nothing(words)


# --------------------------------------------------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"ma": None}, "mã"),
        ({"ma": "1.0125010"}, "mã"),
        ({"ten": " \u200b"}, "tên"),
        ({"ten": None}, "tên"),
        ({"trinh_tu": "Không có thông tin"}, "trình tự"),
        ({"trinh_tu": None}, "trình tự"),
        ({"trinh_tu": ["x"]}, "trình tự"),
        ({"trinh_tu": "x" * 2_000_001}, "vượt giới hạn"),
    ],
)
def test_only_without_code_name_or_steps_is_it_refused(fields: dict[str, Any], word: str) -> None:
    reading = read_record(MINIMAL | fields)
    assert reading.record is None
    assert word in (reading.refusal or "")


@pytest.mark.parametrize("raw", [None, 3, "x", [], [1]])
def test_what_is_no_object_is_refused(raw: object) -> None:
    assert read_record(raw).refusal


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=20)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            field: st.one_of(
                json_values,
                st.lists(
                    st.dictionaries(
                        st.sampled_from(
                            [
                                "Hình thức nộp", "Thời gian giải quyết", "Mô tả", "hinh_thuc", "thoi_gian", "phi", "phi_ghi_chu",
                                "mo_ta", "nhom", "giay_to", "Tên giấy tờ", "Bản chính", "ten", "ma", "Mã văn bản",
                            ]
                        ),
                        st.one_of(json_values, st.sampled_from(["Trực tiếp", "3 Ngày", "120 ", "VNĐ(20.000 đ)", "((", "Miễn phí"])),
                        max_size=6,
                    ),
                    max_size=3,
                ),
            )
            for field in [*MINIMAL, "cach_thuc_bang", "cach_thuc_tu_A", "ho_so", "ho_so_text", "can_cu", "ket_qua", "doi_tuong", "url"]
        },
    )
)  # fmt: skip
def test_no_object_is_a_crash(fields: dict[str, Any]) -> None:
    reading = read_record(MINIMAL | fields)
    assert (reading.record is None) != (reading.refusal is None)


def test_nothing_is_silently_dropped() -> None:
    reading = read_record(
        MINIMAL
        | {
            "la": "gì đó",
            "cap_thuc_hien": "Cấp huyện",
            "doi_tuong": "nhóm 1",
            "url": "C:\\x",
            "linh_vuc": "SOME_ENUM",
        }
    )
    assert reading.record is not None
    notes = "\n".join(reading.notes)
    for words in ("gì đó", "Cấp huyện", "nhóm 1", "C:\\x", "SOME_ENUM"):
        assert words in notes


# ----------------------------------------------------------------------------------------------------------------- choices


def test_levels_in_any_order() -> None:
    notes = Notes()
    assert read_levels("Cấp xã, Cấp tỉnh, Cấp bộ/ngành", notes) == ("ministry", "province", "commune")
    assert read_levels("Cơ quan khác", notes) == ("other",)
    assert read_levels("Không có thông tin", notes) == ()
    assert notes.as_tuple() == ()


def test_audiences_with_commas_in_their_names() -> None:
    notes = Notes()
    text = "Tổ chức (không bao gồm doanh nghiệp, HTX), Cán bộ, công chức, viên chức, Công dân Việt Nam, Doanh nghiệp Việt Nam"
    assert read_audiences(text, notes) == ("citizen", "official", "enterprise", "organisation")
    assert notes.as_tuple() == ()
    assert read_audiences("Đảng viên", notes) == ("citizen",)
    assert "nhóm rộng hơn" in notes.as_tuple()[0]


@pytest.mark.parametrize(
    ("text", "bodies"),
    [
        ("Sở Tư pháp", ("Sở Tư pháp",)),
        ("Sở Y tế, Bộ Y tế", ("Sở Y tế", "Bộ Y tế")),
        ("Phòng Kinh tế; Ủy ban nhân dân cấp xã", ("Phòng Kinh tế", "Ủy ban nhân dân cấp xã")),
        ("Cơ sở giáo dục\n\nSở Giáo dục và Đào tạo", ("Cơ sở giáo dục", "Sở Giáo dục và Đào tạo")),
        ("Sở Văn hóa, Thể thao và Du lịch", ("Sở Văn hóa, Thể thao và Du lịch",)),
        ("Thuế tỉnh, thành phố, Thuế cơ sở", ("Thuế tỉnh, thành phố", "Thuế cơ sở")),
        ("Bộ, cơ quan ngang Bộ, cơ quan thuộc Chính phủ", ("Bộ, cơ quan ngang Bộ, cơ quan thuộc Chính phủ",)),
        ("Phòng Kinh tế, Hạ tầng và Đô thị", ("Phòng Kinh tế, Hạ tầng và Đô thị",)),
        ("Ủy ban Nhân dân\u00a0xã,\u00a0phường, Sở Nội vụ", ("Ủy ban Nhân dân xã, phường", "Sở Nội vụ")),
        ("Sở Y tế, sở y tế", ("Sở Y tế, sở y tế",)),
        ("Sở Y tế, Sở Y tế", ("Sở Y tế",)),
        ("Không có thông tin", ()),
    ],
)
def test_bodies_are_split_where_one_ends(text: str, bodies: tuple[str, ...]) -> None:
    assert read_bodies(text, Notes()) == bodies


@pytest.mark.parametrize(
    ("issuer", "levels", "bodies", "scope"),
    [
        ("Bộ Tư pháp", ("province",), (), "province"),
        ("Bộ Tư pháp", ("ministry",), (), "central"),
        ("Bộ Tư pháp", ("ministry", "province"), (), "province"),
        ("UBND tỉnh Lạng Sơn", ("province",), (), "other_province"),
        ("UBND tỉnh Lạng Sơn", ("ministry",), (), "other_province"),
        ("UBND Thành phố Huế", ("commune",), (), "other_province"),
        ("Trung tâm phục vụ hành chính công Thành phố Hà Nội", ("province",), (), "other_province"),
        ("UBND tỉnh Hà Tĩnh", ("commune",), (), "province"),
        ("", ("province",), ("Sở Y tế - tỉnh Điện Biên",), "other_province"),
        ("", ("province",), ("Sở Y tế - tỉnh Điện Biên", "Ủy ban nhân dân cấp xã"), "province"),
        ("Bộ Giáo dục và Đào tạo", ("province",), ("Sở Giáo dục và Đào tạo - Tỉnh Bạc Liêu",), "province"),
        ("", (), (), "province"),
    ],
)
def test_scope(issuer: str, levels: tuple[str, ...], bodies: tuple[str, ...], scope: str) -> None:
    assert scope_of(issuing_body=issuer, levels=levels, bodies=bodies) == scope


def test_scope_follows_the_home_province() -> None:
    assert scope_of(issuing_body="UBND tỉnh Lạng Sơn", levels=(), home="Lạng Sơn") == "province"
    assert scope_of(issuing_body="UBND tỉnh Hà Tĩnh", levels=(), home="Lạng Sơn") == "other_province"
    assert provinces_named("Sở Y tế tỉnh Thanh Hoá và TP.HCM") == {"Thanh Hóa", "Hồ Chí Minh"}


# ---------------------------------------------------------------------------------------------------------------- channels


def channels_of(
    a: list[dict[str, Any]] | None = None, b: list[dict[str, Any]] | None = None, text: str = ""
) -> tuple[Channel, ...]:
    return read_channels(b, a, text=text, notes=Notes())[0]


def row_a(
    time: str | None, fee: str | None, note: str | None = None, about: str | None = None
) -> dict[str, Any]:
    return {"hinh_thuc": "Trực tiếp", "thoi_gian": time, "phi": fee, "phi_ghi_chu": note, "mo_ta": about}


def row_b(time: str, about: str | None = None, kind: str = "Trực tiếp") -> dict[str, Any]:
    return {"Hình thức nộp": kind, "Thời gian giải quyết": time, "Phí, lệ phí": None, "Mô tả": about}


@pytest.mark.parametrize(
    ("row", "fee"),
    [
        (row_a("3 Ngày", "Miễn phí"), Fee(Decimal(0), text="Miễn phí")),
        (row_a("3 Ngày", "Miễn phí", "(Không có)"), Fee(Decimal(0), text="Miễn phí (Không có)")),
        (row_a("3 Ngày", "Không có thông tin"), None),
        # the default word beside a note that names money: nobody knows
        (row_a("3 Ngày", "Miễn phí", "(150.000 đồng/giấy)"), Fee(None, text="Miễn phí (150.000 đồng/giấy)")),
        (row_a("3 Ngày", "7,000 Việt Nam Đồng"), Fee(Decimal(7000), text="7,000 Việt Nam Đồng")),
        (row_a("3 Ngày", "20 VNĐ", "(20.000 đ/tờ khai)"), Fee(Decimal(20_000), text="20 VNĐ (20.000 đ/tờ khai)")),
        (row_a("3 Ngày", "20 VNĐ"), Fee(None, text="20 VNĐ")),
        (
            row_a("3 Ngày", "800,000 VNĐ", "(áp dụng mức phí 400.000 đồng/hồ sơ)"),
            Fee(None, text="800,000 VNĐ (áp dụng mức phí 400.000 đồng/hồ sơ)"),
        ),
        (row_a("3 Ngày", "10 USD", "(/lần)"), Fee(Decimal(10), "USD", text="10 USD (/lần)")),
        # the note, cut at its first bracket, goes on in the description
        (
            row_a("5 Ngày", "40,000,000 VNĐ", "(Phí (AOC)", ": 40.000.000 đồng/lần.)50 ngày, kể từ ngày nhận."),
            Fee(Decimal(40_000_000), text="40,000,000 VNĐ (Phí (AOC): 40.000.000 đồng/lần.)"),
        ),
        # time 1 and fee 20 run together
        (row_a("120 ", None, None, "VNĐ(20.000 đ/tờ khai)"), Fee(Decimal(20_000), text="20.000 đ/tờ khai")),
        # time missing: fee and description run together
        (row_a(None, "Không có thông tin", None, "Miễn phíTại trụ sở"), Fee(Decimal(0), text="Miễn phí")),
    ],
)  # fmt: skip
def test_fees_of_a_channel(row: dict[str, Any], fee: Fee | None) -> None:
    (channel,) = channels_of([row])
    assert channel.fees == ((fee,) if fee else ())


def test_what_follows_a_cut_note_is_the_description() -> None:
    (channel,) = channels_of([row_a("5 Ngày", "1,000 VNĐ", "(Phí (AOC)", "x)Nộp tại trụ sở")])
    assert channel.note_html == "<p>Nộp tại trụ sở</p>"
    (channel,) = channels_of([row_a(None, "Không có thông tin", None, "Không có thông tinGửi qua bưu điện")])
    assert (channel.note_html, channel.fees) == ("<p>Gửi qua bưu điện</p>", ())
    (channel,) = channels_of([row_a(None, None, None, "Không phải trả kết quảMiễn phíNộp tại trụ sở")])
    assert (channel.duration_text, channel.note_html) == ("Không phải trả kết quả", "<p>Nộp tại trụ sở</p>")


@pytest.mark.parametrize(
    ("a", "b", "prose", "duration", "words"),
    [
        ("3 Ngày làm việc", None, "", ("3", "working_day"), "3 Ngày làm việc"),
        (None, "5 ngày làm việc", "", ("5", "working_day"), "5 ngày làm việc"),
        # table B writes "ngày" for months: the other table knows
        ("6 Tháng", "6 ngày", "", ("6", "month"), "6 Tháng"),
        # alone it counts only where the prose says the same
        (None, "6 ngày", "", None, "6 ngày"),
        (None, "6 ngày", "trong 06 ngày kể từ khi nhận", ("6", "day"), "6 ngày"),
        (None, "6 ngày", "trong 06 ngày làm việc", None, "6 ngày"),
        ("12", None, "trong 12 ngày làm việc", None, "12 (nguồn không ghi đơn vị thời gian)"),
        (None, "Không quá 03 ngày làm việc ngày", "", ("3", "working_day"), "Không quá 03 ngày làm việc"),
        (None, "15/12 hàng năm ngày", "", None, "15/12 hàng năm"),
        (None, "N/A", "", None, ""),
    ],
)
def test_times_of_a_channel(
    a: str | None, b: str | None, prose: str, duration: tuple[str, str] | None, words: str
) -> None:
    (channel,) = channels_of([row_a(a, "Miễn phí")] if a else None, [row_b(b)] if b else None, prose)
    assert channel.duration == (Duration(Decimal(duration[0]), duration[1]) if duration else None)
    assert channel.duration_text == words


def test_both_tables_make_each_channel_once() -> None:
    a = [
        row_a("3 Ngày", "Miễn phí", None, "Nộp tại trụ sở."),
        row_a("3 Ngày", "Miễn phí", None, "Nộp tại trụ sở."),
    ]
    b = [row_b("3 ngày", "Nộp tại trụ sở"), row_b("3 ngày", "Nộp tại trụ sở")]
    assert len(channels_of(a, b)) == 1
    different = channels_of(a, [row_b("8 ngày làm việc", "Khi phải xác minh"), *b])
    assert [c.duration_text for c in different] == ["3 Ngày", "8 ngày làm việc"]


def test_descriptions_of_both_tables_are_kept() -> None:
    (channel,) = channels_of([row_a("3 Ngày", "Miễn phí", None, "Tại quầy")], [row_b("3 ngày", "Ở sảnh")])
    assert html_to_text(channel.note_html) == "Ở sảnh\nTại quầy"


def test_absences_of_time_and_fee() -> None:
    channels, absences = read_channels([row_b("Không quy định ngày")], None, text="", notes=Notes())
    assert (channels[0].duration_text, absences) == ("", {"time": "not_regulated"})
    _, absences = read_channels(
        None, [row_a("3 Ngày", "Không có thông tin", "(Không quy định)")], text="", notes=Notes()
    )
    assert absences == {"fee": "not_regulated"}


# ------------------------------------------------------------------------------------------------------------------- steps


def titles(text: str) -> list[str]:
    return [step.title for step in read_steps(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bước 1: Nộp hồ sơ\nBước 2: Trả kết quả", ["Nộp hồ sơ", "Trả kết quả"]),
        ("- Bước 1. Nộp hồ sơ\n- Bước 2. Trả kết quả", ["Nộp hồ sơ", "Trả kết quả"]),
        (
            "1. **Bước 1: Nộp hồ sơ**\n\n   Người dân nộp.\n\n2. **Bước 2: Trả kết quả**\n",
            ["Nộp hồ sơ", "Trả kết quả"],
        ),
        ("1. **Bước 1:** Nộp hồ sơ\n2. **Bước 2:** Trả kết quả", ["Nộp hồ sơ", "Trả kết quả"]),
        ("1. Bước 1: Nộp hồ sơ\n   Bước 2: Trả kết quả", ["Nộp hồ sơ", "Trả kết quả"]),
        ("a) Nộp hồ sơ\nb) Trả kết quả", ["Nộp hồ sơ", "Trả kết quả"]),
        ("1. a) Nộp hồ sơ\n   - tại quầy\n   b) Trả kết quả", ["Nộp hồ sơ", "Trả kết quả"]),
        ("- Nộp hồ sơ.\n+ tại quầy\n- Trả kết quả.", ["Nộp hồ sơ.", "Trả kết quả."]),
        ("1. Nộp hồ sơ\n2. Trả kết quả", ["Nộp hồ sơ", "Trả kết quả"]),
        ("Bước 1: Nộp hồ sơ theo quy định. Bước 2: Trả kết quả", ["Nộp hồ sơ theo quy định.", "Trả kết quả"]),
        ("Nộp hồ sơ rồi chờ.", [WHOLE]),
        ("a) Trường hợp mất: nộp đơn\nb) Trường hợp hỏng: nộp đơn", [WHOLE]),
        # an order that doesn't hold keeps the source's own labels
        ("Bước 1: Một\nBước 3: Ba", ["Bước 1: Một", "Bước 3: Ba"]),
        ("Bước 1: Một\nBước 1a: Nữa\nBước 2: Hai", ["Bước 1: Một", "Bước 1a: Nữa", "Bước 2: Hai"]),
        ("Không có thông tin", []),
        ("", []),
    ],
)
def test_steps_are_found_in_every_order_that_people_write(text: str, expected: list[str]) -> None:
    assert titles(text) == expected


def test_a_long_step_has_its_number_for_a_title() -> None:
    long = "Cơ quan tiếp nhận " + "và kiểm tra hồ sơ " * 20
    first, second = read_steps(f"Bước 1: {long}\nBước 2: Trả kết quả")
    assert first == Step("Bước 1", f"<p>{long.strip()}</p>", "office")
    assert second == Step("Trả kết quả", "", "office")


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        ("Tổ chức, cá nhân nộp hồ sơ tại quầy", "applicant"),
        ("Người có yêu cầu chuẩn bị hồ sơ", "applicant"),
        ("Người tiếp nhận kiểm tra hồ sơ", "office"),
        ("Trong thời hạn 03 ngày, kể từ ngày nhận đủ hồ sơ, Sở Y tế thẩm định", "office"),
        ("Ủy ban nhân dân cấp xã cấp giấy", "office"),
        ("Cơ quan, tổ chức, doanh nghiệp nộp hồ sơ", "applicant"),
        ("Tiếp nhận hồ sơ", "office"),
        ("Nộp hồ sơ", "applicant"),
        ("Nộp và tiếp nhận hồ sơ", ""),
        ("Doanh nghiệp được kiểm tra", ""),
        ("Hồ sơ hợp lệ thì chuyển", ""),
    ],
)
def test_who_acts_only_where_the_words_say_so(text: str, actor: str) -> None:
    assert read_steps(f"Bước 1: {text}\nBước 2: x")[0].actor == actor


# ---------------------------------------------------------------------------------------------------------- papers, basis


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("[Mẫu 01 (1).docx](file:///C:/Users/ai/M%E1%BA%ABu%2001%20%281%29.docx)", ("Mẫu 01 (1).docx",)),
        ("[a.docx](file:///C:/x/a.docx)<br>[b.pdf](file:///C:/x/b.pdf)", ("a.docx", "b.pdf")),
        ("file:///C:/Users/ai/T%E1%BB%9D%20khai.docx", ("Tờ khai.docx",)),
        ("C:\\Users\\ai\\x.doc", ("x.doc",)),
        (None, ()),
        ("Không có thông tin", ()),
    ],
)
def test_of_attached_files_only_the_names_are_kept(cell: str | None, names: tuple[str, ...]) -> None:
    assert file_names(cell) == names


def test_papers_in_cases_with_remarks_and_sets() -> None:
    def paper(name: str, originals: str = "1", copies: str = "0", form: str | None = None) -> dict[str, Any]:
        return {"Tên giấy tờ": name, "Bản chính": originals, "Bản sao": copies, "Tệp đính kèm": form}

    groups = [
        {"nhom": "* Giấy tờ phải nộp:", "giay_to": [paper("- Tờ khai;", form="[TK.docx](file:///C:/TK.docx)"), paper("+ Ảnh", "2", "x")]},
        {"nhom": "* Lưu ý:", "giay_to": [paper("Xuất trình căn cước", "0")]},
        {"nhom": "Số lượng hồ sơ: 01 bộ.", "giay_to": []},
    ]  # fmt: skip
    notes = Notes()
    cases, copies, absence = read_papers(groups, None, notes)
    (case,) = cases
    assert case.title == "Giấy tờ phải nộp"
    assert case.papers == (Paper("Tờ khai;", 1, 0, "TK.docx"), Paper("+ Ảnh", 2, None))
    assert html_to_text(case.note_html) == "Lưu ý:\nXuất trình căn cước"
    assert (copies, absence) == ("01 bộ", "")
    assert "x" in notes.as_tuple()[0]


def test_papers_of_a_flattened_table() -> None:
    text = (
        "Trường hợp cấp mớiTên giấy tờMẫu đơn, tờ khaiSố lượngĐơn đề nghị theo quy địnhMauDon (2).docx1 bản chính"
        "Bản sao: nộp 02 bản chính;0 bản chính,1 bản saoTrường hợp cấp lạiTên giấy tờMẫu đơn, tờ khaiSố lượngĐơn1 bản chính"
    )
    cases, _, _ = read_papers(None, text, Notes())
    assert cases == (
        PaperCase(
            "Trường hợp cấp mới",
            (
                Paper("Đơn đề nghị theo quy định", 1, 0, "MauDon (2).docx"),
                Paper("Bản sao: nộp 02 bản chính;", 0, 1),
            ),
        ),
        PaperCase("Trường hợp cấp lại", (Paper("Đơn", 1, 0),)),
    )
    assert read_papers(None, "--Tên giấy tờMẫu đơn, tờ khaiSố lượngĐơn1 bản chính", Notes())[0][0].title == ""


@pytest.mark.parametrize(
    ("number", "title", "expected"),
    [
        ("61/2018/NĐ-CP", "Về một cửa", Basis("61/2018/NĐ-CP", "Về một cửa", None, "Chính phủ")),
        ("Nghị định số 61/2018/NĐ-CP.", "Về một cửa", Basis("61/2018/NĐ-CP", "Về một cửa", None, "Chính phủ")),
        ("118/2025/NĐ-C", "Một cửa", Basis("118/2025/NĐ-CP", "Một cửa", None, "Chính phủ")),
        ("54/2014/QH13", "Luật Hải quan", Basis("54/2014/QH13", "Luật Hải quan", None, "Quốc hội")),
        (
            "65/2025/NĐ-CP",
            "Nghị định số 65/2025/NĐ-CP ngày 12 tháng 3 năm 2025 của Chính phủ sửa đổi Nghị định số 40/2016/NĐ-CP ngày 15/5/2016",
            Basis(
                "65/2025/NĐ-CP",
                "Nghị định số 65/2025/NĐ-CP ngày 12 tháng 3 năm 2025 của Chính phủ sửa đổi Nghị định số 40/2016/NĐ-CP ngày 15/5/2016",
                date(2025, 3, 12),
                "Chính phủ",
            ),
        ),
        ("Không có thông tin", "Luật Hộ tịch", Basis("", "Luật Hộ tịch")),
        ("", "Thông tư 02/2017/TT-VPCP", Basis("02/2017/TT-VPCP", "Thông tư 02/2017/TT-VPCP", None, "Văn phòng Chính phủ")),
        ("45/2026/QĐ-UBND ngày 31/02/2026", "Quyết định", Basis("45/2026/QĐ-UBND", "Quyết định")),
    ],
)  # fmt: skip
def test_a_document_of_the_basis(number: str, title: str, expected: Basis) -> None:
    rows = [{"Mã văn bản": number, "Tên văn bản pháp lý": title}]
    assert read_basis(rows, None, Notes())[0] == (expected,)


def test_each_document_once() -> None:
    rows = [
        {"Mã văn bản": "61/2018/NĐ-CP", "Tên văn bản pháp lý": "Một cửa"},
        {"Mã văn bản": "Nghị định 61/2018/NĐ-CP", "Tên văn bản pháp lý": "Về cơ chế một cửa"},
        {"Mã văn bản": None, "Tên văn bản pháp lý": None},
    ]
    assert read_basis(rows, None, Notes())[0] == (
        Basis("61/2018/NĐ-CP", "Về cơ chế một cửa", None, "Chính phủ"),
    )


def test_documents_of_a_flattened_table() -> None:
    text = (
        "Tên văn bản pháp lýMã văn bảnLuật 54/2014/QH1354/2014/QH13Thông tư quy định chi tiếtthông tư 03/2020/TT-BXD"
        "Nghị quyết cắt giảm thủ tục66.16/2026/NQ-CP Thông tư số 08/2025/TT-BTP ngày 12/6/2025 của Bộ Tư pháp08/2025/TT-BTP"
        "Luật Thú yLuật 79/2015/QH13Văn bản không số"
    )
    documents, _ = read_basis(None, text, Notes())
    assert [(d.number, d.title) for d in documents] == [
        ("54/2014/QH13", "Luật 54/2014/QH13"),
        ("03/2020/TT-BXD", "Thông tư quy định chi tiết"),
        ("66.16/2026/NQ-CP", "Nghị quyết cắt giảm thủ tục"),
        ("08/2025/TT-BTP", "Thông tư số 08/2025/TT-BTP ngày 12/6/2025 của Bộ Tư pháp"),
        ("79/2015/QH13", "Luật Thú y"),
        ("", "Văn bản không số"),
    ]
    assert documents[3].issued == date(2025, 6, 12)


# ------------------------------------------------------------------------------------------------------------ other parts


def test_results_with_codes_each_once() -> None:
    rows = [
        {"ten": "Giấy phép;", "ma": "KQ.G12.000327"},
        {"ten": "+ Giấy phép", "ma": "KQ.G12.000327"},
        {"ten": "Không có thông tin", "ma": None},
    ]
    assert read(ket_qua=rows).results == (Result("Giấy phép", "KQ.G12.000327"),)
    assert read(ket_qua=[{"ten": "Không", "ma": None}]).absences == {"results": "not_regulated"}


def test_conditions_without_the_page_around_them() -> None:
    furniture = (
        "Từ khóaKhông có thông tinMô tảKhông có thông tinChọn cơ quan thực hiệnTỉnh/ Thành phốNộp hồ sơ"
    )
    assert read(yeu_cau_dieu_kien=f"Đủ 18 tuổi.{furniture}").conditions_html == "<p>Đủ 18 tuổi.</p>"
    assert read(yeu_cau_dieu_kien=f"Không có thông tin{furniture}").conditions_html == ""
    assert read(yeu_cau_dieu_kien="Không quy định.").absences == {"conditions": "not_regulated"}
    assert read(yeu_cau_dieu_kien=None).absences == {}


def test_hostile_fields_are_harmless() -> None:
    bad = "<script>alert(1)</script><img src=x onerror=alert(1)>[x](javascript:alert(1))"
    record = read(
        ten=f"Tên {bad}",
        trinh_tu=f"Bước 1: {bad}\nBước 2: {bad}",
        yeu_cau_dieu_kien=bad,
        cach_thuc_tu_A=[row_a("3 Ngày", "Miễn phí", None, bad)],
        ho_so=[
            {
                "nhom": bad,
                "giay_to": [{"Tên giấy tờ": bad, "Bản chính": "1", "Bản sao": "0", "Tệp đính kèm": bad}],
            }
        ],
    )
    stored = [record.conditions_html, record.channels[0].note_html, record.cases[0].papers[0].name_html]
    stored += [step.text_html for step in record.steps]
    for markup in stored:
        assert clean_html(markup) == markup
        assert not re.search(r"<(?!/?(?:p|ul|li)>)", markup)


# ------------------------------------------------------------------------------------------------------------------- files


def test_a_broken_line_is_a_refusal_with_its_number(tmp_path: Path) -> None:
    good = json.dumps(MINIMAL, ensure_ascii=False).encode()
    lines = [
        b"\xef\xbb\xbf" + good,
        b"",
        b"{",
        good.replace(b"1.000001", b"1.000002"),
        b"\xff\xfe",
        b"[" * 100_000,
        b"3",
        good,
        b'{"ma": ' + b"1" * 10_000 + b"}",
    ]
    path = tmp_path / "x.jsonl"
    path.write_bytes(b"\n".join(lines))
    readings = dict(read_jsonl(path))
    assert sorted(readings) == [1, 3, 4, 5, 6, 7, 8, 9]
    assert [number for number, reading in readings.items() if reading.record] == [1, 4, 8]
    assert all(readings[number].refusal for number in (3, 5, 6, 7, 9))
    packed = tmp_path / "x.jsonl.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert dict(read_jsonl(packed)) == readings


def test_an_endless_line_is_one_refusal(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b"x" * 17_000_000 + b"\n" + json.dumps(MINIMAL).encode())
    first, second = read_jsonl(path)
    assert "quá dài" in (first[1].refusal or "")
    assert (second[0], second[1].refusal) == (2, None)


# -------------------------------------------------------------------------------------------------------------- real data


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", clean_text(text.replace("\\", "")).lower()))


STEP_LABELS = re.compile(r"\d+[a-z]?|[ivx]+|[a-zđ]|bước|trình|tự|thực|hiện")


@pytest.mark.real_data
class TestRealCatalogue:
    def test_all_records_are_read(self, real_catalogue: RealCatalogue) -> None:
        assert len(real_catalogue.readings) == len(real_catalogue.raw) == 4_025
        assert [reading.refusal for _, reading in real_catalogue.readings if reading.refusal] == []
        assert len({record.code for record in real_catalogue.records}) == 4_025

    def test_it_is_quick(self, real_catalogue: RealCatalogue) -> None:
        # 5 to 6 s alone on the machine it was written on; a busy one takes more.
        assert real_catalogue.cpu_seconds < 16

    def test_scopes_are_those_of_the_data_description(self, real_catalogue: RealCatalogue) -> None:
        scopes = Counter(record.scope for record in real_catalogue.records)
        # 569 by people's committees of other provinces, and one by Hà Nội's service centre.
        assert scopes == {"province": 2_128, "central": 1_327, "other_province": 570}
        own = [r for r in real_catalogue.records if r.issuing_body == "UBND tỉnh Hà Tĩnh"]
        assert own
        assert {record.scope for record in own} == {"province"}

    def test_what_is_entered(self, real_catalogue: RealCatalogue) -> None:
        records = real_catalogue.records
        least = {
            "levels": 3_999,
            "audiences": 3_999,
            "channels": 3_999,
            "bodies": 3_700,
            "results": 3_850,
            "cases": 3_920,
            "basis": 3_854,
            "conditions_html": 1_400,
            "national_url": 4_023,
            "issuing_body": 3_954,
        }
        for field, number in least.items():
            assert sum(bool(getattr(record, field)) for record in records) >= number, field
        assert sum(any(c.duration for c in r.channels) for r in records) > 3_000
        assert sum(any(f.amount is not None for c in r.channels for f in c.fees) for r in records) > 1_800
        assert sum("conditions" in r.absences for r in records) > 250

    def test_no_word_of_the_steps_is_lost(self, real_catalogue: RealCatalogue) -> None:
        differing = {}
        for raw, record in zip(real_catalogue.raw, real_catalogue.records, strict=True):
            source = _words(re.sub("[\uf000-\uf0ff]", " ", raw["trinh_tu"]))
            ours: Counter[str] = Counter()
            for step in record.steps:
                ours += _words(f"{step.title} {html_to_text(step.text_html)}")
            off = [word for word in (source - ours) + (ours - source) if not STEP_LABELS.fullmatch(word)]
            if off:
                differing[record.code] = off[:5]
        assert differing == {}

    def test_no_word_of_the_papers_is_lost(self, real_catalogue: RealCatalogue) -> None:
        differing = {}
        for raw, (_, reading) in zip(real_catalogue.raw, real_catalogue.readings, strict=True):
            record = reading.record
            assert record is not None
            said = [record.copies_text, *reading.notes]
            for case in record.cases:
                said += [case.title, html_to_text(case.note_html)]
                said += [f"{html_to_text(paper.name_html)} {paper.form}" for paper in case.papers]
            source = Counter[str]()
            for group in raw["ho_so"] or []:
                source += _words(group["nhom"] or "")
                for paper in group["giay_to"]:
                    source += _words(paper["Tên giấy tờ"] or "")
            lost = [
                w
                for w in source - _words(" ".join(said))
                if w not in {"số", "lượng", "hồ", "sơ", "bộ"} and not w.isdigit()
            ]
            if lost:
                differing[record.code] = lost[:5]
        assert differing == {}

    def test_only_names_of_files_are_kept(self, real_catalogue: RealCatalogue) -> None:
        attached = [
            paper["Tệp đính kèm"]
            for raw in real_catalogue.raw
            for group in raw["ho_so"] or []
            for paper in group["giay_to"]
            if paper["Tệp đính kèm"]
        ]
        assert len(attached) == 2_104
        forms = [
            paper.form
            for r in real_catalogue.records
            for case in r.cases
            for paper in case.papers
            if paper.form
        ]
        assert len(forms) > 3_500
        assert not [
            form for form in forms if "file:" in form or "C:" in form or "%20" in form or len(form) > 300
        ]

    def test_text_is_clean_and_html_a_fixed_point(self, real_catalogue: RealCatalogue) -> None:
        for record in real_catalogue.records:
            markup = [record.conditions_html]
            markup += [step.text_html for step in record.steps]
            markup += [channel.note_html for channel in record.channels]
            for case in record.cases:
                markup += [case.note_html, *(paper.name_html for paper in case.papers)]
            for text in markup:
                assert clean_html(text) == text
            plain = [record.name, record.field, *record.bodies, *(step.title for step in record.steps)]
            plain += [basis.title for basis in record.basis] + [result.name for result in record.results]
            for text in plain:
                assert clean_text(text) == text
                assert "Không có thông tin" not in text

    def test_every_part_has_what_its_form_asks_for(self, real_catalogue: RealCatalogue) -> None:
        for record in real_catalogue.records:
            assert all(step.title for step in record.steps)
            assert all(result.name and len(result.code) <= 60 for result in record.results)
            assert all(paper.name_html for case in record.cases for paper in case.papers)
            assert all(basis.number or basis.title for basis in record.basis)
            assert all(
                fee.text or fee.amount is not None for channel in record.channels for fee in channel.fees
            )
            assert len({basis.number for basis in record.basis if basis.number}) == sum(
                bool(b.number) for b in record.basis
            )
            assert len(record.copies_text) <= 300

    def test_reading_again_gives_the_same(self, real_catalogue: RealCatalogue) -> None:
        for raw, record in list(zip(real_catalogue.raw, real_catalogue.records, strict=True))[::40]:
            assert read_record(raw).record == record
            assert replace(record) == record
