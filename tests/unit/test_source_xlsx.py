"""The workbook of the catalogue: out and in again without loss, and every slip of a person told with its place."""

from __future__ import annotations

import io
import resource
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from procedures.record import Basis, Channel, Duration, Fee, Paper, PaperCase, ProcedureRecord, Result, Step
from procedures.sources import xlsx_cells
from procedures.sources import xlsx_layout as layout
from procedures.sources.reading import Reading
from procedures.sources.xlsx import NotAWorkbook, read_xlsx, write_template, write_xlsx
from procedures.sources.xlsx_layout import CELL_LIMIT, CONTINUED, SHEETS, pieces, units_of
from tests.factories.any_record import records
from tests.unit.conftest import RealCatalogue

BASE = ProcedureRecord(code="1.000001", name="Đăng ký thử", steps=(Step("Nộp hồ sơ"),))


def written(*items: ProcedureRecord) -> io.BytesIO:
    target = io.BytesIO()
    assert write_xlsx(items, target) == len(items)
    target.seek(0)
    return target


def back(*items: ProcedureRecord) -> list[ProcedureRecord]:
    readings = [reading for _, reading in read_xlsx(written(*items))]
    assert [reading.refusal for reading in readings if reading.refusal] == []
    assert [reading.notes for reading in readings if reading.notes] == []
    return [reading.record for reading in readings if reading.record]


# -------------------------------------------------------------------------------------------------------------- lossless


@settings(max_examples=30)
@given(st.lists(records(), unique_by=lambda record: record.code, max_size=3))
def test_any_records_come_back_equal(items: list[ProcedureRecord]) -> None:
    assert back(*items) == items


LONG = "Điều kiện số " + "x" * 40_000


@pytest.mark.parametrize(
    "changes",
    [
        {"conditions_html": f"<p>{'đ' * 44_590}</p>"},
        {"conditions_html": "<p>" + "🙂" * 40_000 + "</p>"},
        {"conditions_html": "<p>" + ("a " * 50_000).strip() + "</p>"},
        {"name": LONG},
        {"steps": (Step(LONG, f"<p>{LONG * 3}</p>"), Step("Hai"))},
        {"name": '=HYPERLINK("http://evil","x")'},
        {"name": "=1+1", "decision": "+1", "field": "@x", "purpose": "-1", "issuing_body": "#N/A"},
        {"name": "_x0041_ và _x000D_", "field": "_x", "purpose": "x_x0041"},
        {"name": "123", "field": "1.5", "decision": "01/02/2025", "purpose": "TRUE"},
        {"cases": (PaperCase("", (), ""), PaperCase("B", (Paper("a"), Paper("b", 0, None, "x.docx", "y")), "<p>c</p>"))},
        {"cases": (PaperCase("A", tuple(Paper(f"Giấy tờ {n}") for n in range(224))),)},
        {"channels": (Channel("online", Duration(Decimal("7.5"), "day"), "7,5 ngày", (Fee(Decimal("0.1"), "USD"), Fee(text="x\ny"))),)},
        {"channels": (Channel("postal", Duration(Decimal(0), "day")), Channel("postal"), Channel("postal", fees=(Fee(text="x"),)))},
        {"channels": (Channel("online", fees=(Fee(Decimal("12345678901234567.89")),)),)},
        {"basis": (Basis("1/QĐ", issued=date(1899, 12, 31)), Basis("", "Luật", date(9, 1, 2)))},
        {"anywhere": True, "online_level": "partial", "online_reason": "Phải đối chiếu bản chính"},
        {"anywhere": False, "absences": {"fee": "not_regulated", "conditions": "not_applicable"}},
        {"everyday_names": ("giấy khai sinh", "khai sinh"), "bodies": ("Sở Y tế, Bộ Y tế", "UBND; xã")},
        {"results": (Result("Giấy", "KQ.G15.000032"), Result("Giấy"))},
    ],
)  # fmt: skip
def test_hard_records_come_back_equal(changes: dict[str, Any]) -> None:
    record = replace(BASE, **changes)
    assert back(record, replace(BASE, code="1.000002")) == [record, replace(BASE, code="1.000002")]


@given(st.text(st.sampled_from("a đ🙂\n"), max_size=60))
def test_pieces_are_the_text(text: str) -> None:
    long = text * 1_500
    parts = pieces(long)
    assert "".join(parts) == long
    assert all(units_of(part) <= CELL_LIMIT for part in parts)


def test_no_cell_is_too_long_or_a_formula() -> None:
    workbook = load_workbook(written(replace(BASE, name="=1+1", conditions_html=f"<p>{'🙂' * 40_000}</p>")))
    for sheet in workbook:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n", "inlineStr"), cell.value
                assert units_of(str(cell.value or "")) <= CELL_LIMIT
    main = workbook[layout.MAIN.title]
    assert [cell.value for cell in main["A"]] == ["Mã thủ tục", "1.000001", CONTINUED, CONTINUED]
    assert main.freeze_panes == "B2"


def test_a_code_that_comes_twice_is_refused() -> None:
    with pytest.raises(ValueError, match=r"1\.000001"):
        write_xlsx([BASE, BASE], io.BytesIO())


@pytest.mark.real_data
@pytest.mark.slow
def test_the_whole_catalogue_round_trips(real_catalogue: RealCatalogue, tmp_path: Path) -> None:
    path = tmp_path / "all.xlsx"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    write_xlsx(real_catalogue.records, path)
    middle = time.process_time()
    again = list(read_xlsx(path))
    end = time.process_time()
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    print(
        f"{path.stat().st_size >> 10} kB; written in {middle - start:.1f} s, read in {end - middle:.1f} s; {grown} MB more"
    )
    assert [reading.record for _, reading in again] == real_catalogue.records
    assert not [note for _, reading in again for note in reading.notes]
    assert end - start < 90
    assert grown < 400


# -------------------------------------------------------------------------------------------------------- people's files


def edited(edit: Callable[[Workbook], None], *items: ProcedureRecord) -> list[tuple[str, Reading]]:
    workbook = load_workbook(written(*(items or (BASE,))))
    edit(workbook)
    target = io.BytesIO()
    workbook.save(target)
    target.seek(0)
    return list(read_xlsx(target))


def cell(sheet: layout.Sheet, heading: str, value: Any, row: int = 2) -> Callable[[Workbook], None]:
    def edit(workbook: Workbook) -> None:
        workbook[sheet.title].cell(row, sheet.place(heading) + 1).value = value

    return edit


FULL = replace(
    BASE,
    levels=("province",),
    channels=(Channel("online", Duration(Decimal(3), "day"), fees=(Fee(Decimal(5000)),)),),
    cases=(PaperCase("", (Paper("Đơn", 1, 0),)),),
    results=(Result("Giấy"),),
    basis=(Basis("1/2020/NĐ-CP"),),
)


@pytest.mark.parametrize(
    ("sheet", "heading", "value", "note"),
    [
        (
            layout.MAIN,
            "Phạm vi",
            "Xa lắm",
            "Thủ tục, dòng 2, cột “Phạm vi”: “Xa lắm” không có trong danh sách.",
        ),
        (layout.MAIN, "Cấp thực hiện", "Cấp tỉnh\nCấp trời", "“Cấp trời” không có trong danh sách"),
        (layout.MAIN, "Nội dung không có", "Phí lệ", "cần dạng “Phần: lý do”"),
        (layout.MAIN, "Địa chỉ trên Cổng quốc gia", "javascript:x", "không phải là địa chỉ web"),
        (layout.MAIN, "Nộp ở nơi khác trong tỉnh", "Có lẽ", "không có trong danh sách"),
        (layout.CHANNELS, "Cách nộp", "Bồ câu", "Cách thức, dòng 2, cột “Cách nộp”: “Bồ câu”"),
        (layout.CHANNELS, "Thời hạn", "ba", "“ba” không phải là số"),
        (layout.CHANNELS, "Đơn vị thời hạn", None, "phải có đủ số và đơn vị thời hạn"),
        (layout.CHANNELS, "Số tiền", "-5", "không phải là số"),
        (layout.CHANNELS, "Đơn vị tiền", "vàng", "không có trong danh sách"),
        (layout.PAPERS, "Bản chính", "1,5", "không phải là số bản"),
        (layout.PAPERS, "Giấy tờ", None, "thiếu tên giấy tờ"),
        (layout.STEPS, "Ai làm", "Hàng xóm", "không có trong danh sách"),
        (layout.RESULTS, "Kết quả", None, "thiếu tên kết quả"),
        (layout.BASIS, "Ngày ban hành", "31/02/2020", "không phải là ngày"),
        (layout.BASIS, "Số, ký hiệu", None, "thiếu cả số và tên văn bản"),
    ],
)
def test_a_slip_costs_its_value_only(sheet: layout.Sheet, heading: str, value: Any, note: str) -> None:
    ((_, reading),) = edited(cell(sheet, heading, value), FULL)
    assert reading.record is not None
    assert (reading.record.name, reading.record.steps) == (FULL.name, FULL.steps)
    assert any(note in words for words in reading.notes), reading.notes


@pytest.mark.parametrize(
    ("sheet", "heading", "value", "refusal"),
    [
        (layout.MAIN, "Tên thủ tục", None, "thiếu tên"),
        (layout.MAIN, "Mã thủ tục", "1.0125010", "không đúng dạng"),
        (layout.MAIN, "Mã thủ tục", None, "thiếu mã"),
        (layout.STEPS, "Bước", None, "thiếu các bước"),
    ],
)
def test_without_code_name_or_steps_it_is_refused(
    sheet: layout.Sheet, heading: str, value: Any, refusal: str
) -> None:
    readings = edited(cell(sheet, heading, value), BASE, replace(BASE, code="1.000002"))
    assert any(refusal in (reading.refusal or "") for _, reading in readings)
    assert [r.record.code for _, r in readings if r.record] == ["1.000002"], "everything valid is kept"


def test_values_as_people_type_them() -> None:
    def edit(workbook: Workbook) -> None:
        cell(layout.MAIN, "Mã thủ tục", 1.000001)(workbook)
        cell(layout.MAIN, "Yêu cầu, điều kiện", "Đủ điều kiện:\n- 18 tuổi\n- cư trú < 5 km")(workbook)
        cell(layout.MAIN, "Cấp thực hiện", "cấp XÃ")(workbook)
        cell(layout.CHANNELS, "Số tiền", "20.000")(workbook)
        cell(layout.CHANNELS, "Thời hạn", "7,5")(workbook)
        cell(layout.CHANNELS, "Cách số", None)(workbook)
        cell(layout.PAPERS, "Giấy tờ", "Đơn & <script>alert(1)</script>tờ khai")(workbook)
        cell(layout.PAPERS, "Bản chính", 2.0)(workbook)
        cell(layout.BASIS, "Ngày ban hành", datetime(2025, 6, 9))(workbook)  # noqa: DTZ001 - what a workbook holds
        for sheet in SHEETS[1:]:
            cell(sheet, "Mã thủ tục", " 1000001.H27")(workbook)

    ((_, reading),) = edited(edit, FULL)
    record = reading.record
    assert record is not None, reading
    assert reading.notes == ()
    assert record.conditions_html == "<p>Đủ điều kiện:</p><ul><li>18 tuổi</li><li>cư trú &lt; 5 km</li></ul>"
    assert record.levels == ("commune",)
    assert record.channels[0].duration == Duration(Decimal("7.5"), "day")
    assert record.channels[0].fees[0].amount == 20_000
    assert record.cases[0].papers[0] == Paper("Đơn &amp; tờ khai", 2, 0)
    assert record.basis[0].issued == date(2025, 6, 9)


def test_columns_may_stand_in_any_order() -> None:
    def edit(workbook: Workbook) -> None:
        sheet = workbook[layout.MAIN.title]
        sheet.insert_cols(1)
        sheet.cell(1, 1, "Ghi chú riêng")
        sheet.move_range(f"C1:C{sheet.max_row}", cols=30)

    ((_, reading),) = edited(edit, FULL)
    assert reading.record == FULL
    assert reading.notes == ("Trang “Thủ tục”: cột “Ghi chú riêng” không có trong mẫu, không đọc.",)


def test_details_without_their_procedure_are_told() -> None:
    def edit(workbook: Workbook) -> None:
        workbook[layout.STEPS.title].append(["1.999999", "Bước lạ"])
        workbook[layout.STEPS.title].append([None, "Bước không mã"])
        workbook[layout.MAIN.title].append(["1.000001", "Trùng mã"])

    refusals = [reading.refusal for _, reading in edited(edit) if reading.refusal]
    assert len(refusals) == 3
    assert "đã có ở một dòng trước" in refusals[0]
    assert "Các bước, dòng 3: mã 1.999999 không có ở trang “Thủ tục”" in refusals[1]
    assert "dòng thiếu mã" in refusals[2]


def test_missing_sheets_and_empty_rows() -> None:
    def edit(workbook: Workbook) -> None:
        for sheet in (layout.CHANNELS, layout.PAPERS, layout.RESULTS, layout.BASIS):
            del workbook[sheet.title]
        workbook[layout.STEPS.title].insert_rows(2, amount=3)
        workbook[layout.MAIN.title].cell(5_000, 1, "quá xa")

    ((place, reading),) = edited(edit)
    assert (place, reading.record) == ("Thủ tục, dòng 2", BASE)


def test_a_continuation_without_a_row_above_is_told() -> None:
    def edit(workbook: Workbook) -> None:
        workbook[layout.MAIN.title].insert_rows(2)
        workbook[layout.MAIN.title].cell(2, 1, CONTINUED)

    ((_, reading),) = edited(edit)
    assert "không có dòng nào ở trên" in reading.notes[0]


# -------------------------------------------------------------------------------------------------------- no such files


def refused(data: bytes) -> str:
    with pytest.raises(NotAWorkbook) as error:
        list(read_xlsx(io.BytesIO(data)))
    return str(error.value)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"code;name\n", b"\xd0\xcf\x11\xe0" * 200])
def test_what_is_no_workbook(data: bytes) -> None:
    assert "không phải là bảng tính XLSX" in refused(data)


def archive(**entries: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in entries.items():
            packed.writestr(name, data)
    return target.getvalue()


def test_other_archives_are_no_workbook() -> None:
    assert "không phải là bảng tính XLSX" in refused(archive(**{"a.txt": b"x"}))


def test_bombs_are_refused_before_unpacking(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = archive(**{"xl/worksheets/sheet1.xml": b" " * 50_000_000})
    assert len(bomb) < 100_000
    start = time.process_time()
    assert "nén bất thường" in refused(bomb)
    assert time.process_time() - start < 1
    monkeypatch.setattr(xlsx_cells, "MAX_UNPACKED", 10_000)
    assert "quá lớn" in refused(written(BASE).getvalue())
    monkeypatch.setattr(xlsx_cells, "MAX_ENTRIES", 2)
    assert "quá lớn" in refused(written(BASE).getvalue())


def test_entities_are_not_expanded() -> None:
    xml = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
        b'<c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'
    )
    source = zipfile.ZipFile(written(BASE))
    entries = {name: source.read(name) for name in source.namelist()}
    entries["xl/worksheets/sheet1.xml"] = xml
    with pytest.raises((ValueError, NotAWorkbook), match=r"Entities|XLSX|hỏng"):
        list(read_xlsx(io.BytesIO(archive(**entries))))


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_cells, "MAX_ROWS", 3)
    data = written(*(replace(BASE, code=f"1.00000{n}") for n in range(5))).getvalue()
    assert "có hơn 3 dòng" in refused(data)


def test_a_workbook_without_its_sheets_or_headings() -> None:
    workbook = Workbook()
    target = io.BytesIO()
    workbook.save(target)
    assert "không có trang “Thủ tục”" in refused(target.getvalue())
    workbook.create_sheet("Thủ tục").append(["Mã thủ tục", "Tựa đề"])
    target = io.BytesIO()
    workbook.save(target)
    assert "thiếu cột “Tên thủ tục”" in refused(target.getvalue())


# --------------------------------------------------------------------------------------------------------------- template


def test_the_template_explains_itself_and_offers_choices() -> None:
    target = io.BytesIO()
    write_template(target)
    target.seek(0)
    assert list(read_xlsx(target)) == []
    workbook = load_workbook(target)
    assert workbook.sheetnames[0] == layout.GUIDE_TITLE
    guide = {(row[0], row[1]) for row in workbook[layout.GUIDE_TITLE].iter_rows(values_only=True)}
    for sheet in SHEETS:
        worksheet = workbook[sheet.title]
        assert tuple(c.value for c in worksheet[1]) == sheet.headings
        assert worksheet.freeze_panes == "B2"
        assert {(sheet.title, heading) for heading in sheet.headings} <= guide
        offered = {str(v.sqref).split(":")[0] for v in worksheet.data_validations.dataValidation}
        wanted = {
            worksheet.cell(2, place).coordinate
            for place, column in enumerate(sheet.columns, 1)
            if column.choices
        }
        assert offered == wanted
    assert workbook["Danh mục"].sheet_state == "hidden"


def test_labels_are_those_of_the_portal() -> None:
    from django.utils import translation

    from procedures import enums

    with translation.override("vi"):
        for labels, choices in (
            (layout.LEVELS, enums.Level),
            (layout.AUDIENCES, enums.Audience),
            (layout.SCOPES, enums.Scope),
            (layout.KINDS, enums.ChannelKind),
            (layout.UNITS, enums.TimeUnit),
            (layout.CURRENCIES, enums.Currency),
            (layout.ACTORS, enums.Actor),
            (layout.ONLINE_LEVELS, enums.OnlineLevel),
            (layout.ABSENCES, enums.Absence),
            (layout.PARTS, enums.Part),
        ):
            expected = {value: str(label) for value, label in choices.choices if value and value != "name"}
            assert {value: label for value, label in labels.items() if value} == expected
