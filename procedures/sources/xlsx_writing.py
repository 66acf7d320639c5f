"""The catalogue as a workbook, and the empty template. Pure: no Django."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ERROR_CODES, ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from procedures.record import ProcedureRecord
from procedures.sources import xlsx_layout as layout
from procedures.sources.xlsx_layout import CONTINUED, GUIDE_TITLE, SHEETS, Sheet, pieces

Cell = str | int | float | None
LISTS_TITLE = "Danh mục"
TEMPLATE_ROWS = 2000
"""So many rows of the template offer their choices."""
# A workbook reads "_x000D_" as a control character; the underscore itself is then written so.
_ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


# -------------------------------------------------------------------------------------------- records to rows


def number_cell(number: Decimal | None) -> Cell:
    """A number where the workbook's own kind holds it exactly, else its digits as text."""
    if number is None:
        return None
    if number == number.to_integral_value() and abs(number) < 10**15:
        return int(number)
    as_float = float(number)
    return as_float if Decimal(repr(as_float)) == number else format(number, "f")


def _lines(values: Iterable[str]) -> str:
    return "\n".join(values)


def main_row(record: ProcedureRecord) -> list[Cell]:
    return [
        record.code,
        record.name,
        record.decision,
        record.issuing_body,
        record.field,
        _lines(layout.LEVELS.get(value, value) for value in record.levels),
        _lines(layout.AUDIENCES.get(value, value) for value in record.audiences),
        _lines(record.bodies),
        layout.SCOPES.get(record.scope, record.scope),
        record.purpose,
        record.copies_text,
        record.conditions_html,
        layout.ONLINE_LEVELS.get(record.online_level, record.online_level),
        record.online_reason,
        record.national_url,
        layout.ANYWHERE[record.anywhere],
        _lines(record.everyday_names),
        _lines(
            f"{layout.PARTS.get(part, part)}: {layout.ABSENCES.get(absence, absence)}"
            for part, absence in record.absences.items()
        ),
    ]


def channel_rows(record: ProcedureRecord) -> Iterator[list[Cell]]:
    for number, channel in enumerate(record.channels, start=1):
        time: list[Cell] = (
            [number_cell(channel.duration.amount), layout.UNITS[channel.duration.unit]]
            if channel.duration
            else [None, ""]
        )
        head: list[Cell] = [layout.KINDS[channel.kind], *time, channel.duration_text]
        note: Cell = channel.note_html
        for fee in channel.fees:
            cells: list[Cell] = [
                fee.label,
                number_cell(fee.amount),
                layout.CURRENCIES.get(fee.currency, fee.currency),
                fee.text,
            ]
            yield [record.code, number, *head, *cells, note]
            head, note = [None] * 4, None
        if not channel.fees:
            yield [record.code, number, *head, *[None] * 4, note]


def paper_rows(record: ProcedureRecord) -> Iterator[list[Cell]]:
    for number, case in enumerate(record.cases, start=1):
        head: list[Cell] = [case.title, case.note_html]
        for paper in case.papers:
            yield [
                record.code,
                number,
                *head,
                paper.name_html,
                paper.originals,
                paper.copies,
                paper.form,
                paper.note,
            ]
            head = [None, None]
        if not case.papers:
            yield [record.code, number, *head, *[None] * 5]


def sub_rows(sheet: Sheet, record: ProcedureRecord) -> Iterable[list[Cell]]:
    """Rows of a sheet other than the main one."""
    if sheet is layout.CHANNELS:
        return channel_rows(record)
    if sheet is layout.PAPERS:
        return paper_rows(record)
    if sheet is layout.STEPS:
        return (
            [record.code, s.title, layout.ACTORS.get(s.actor, s.actor), s.text_html] for s in record.steps
        )
    if sheet is layout.RESULTS:
        return ([record.code, result.name, result.code] for result in record.results)
    return (
        [
            record.code,
            basis.number,
            basis.title,
            f"{basis.issued:%d/%m/}{basis.issued.year:04}" if basis.issued else None,
            basis.issuer,
            basis.address,
        ]
        for basis in record.basis
    )


# ---------------------------------------------------------------------------------------------- rows to cells


def _text_cell(worksheet: Any, text: str) -> Any:
    text = ILLEGAL_CHARACTERS_RE.sub("", _ESCAPE_LIKE.sub("_x005F_", text))
    if text[:1] == "=" or text in ERROR_CODES:
        # What begins with "=" would become a formula of the reader's machine.
        cell = WriteOnlyCell(worksheet, text)
        cell.data_type = "s"
        return cell
    return text


def _append(worksheet: Any, row: Sequence[Cell]) -> None:
    """One row; what doesn't fit into a cell goes on in marked rows below."""
    rest: list[list[str]] = []
    cells: list[Any] = []
    for value in row:
        if not isinstance(value, str):
            cells.append(value)
            rest.append([])
            continue
        first, *more = pieces(value)
        cells.append(_text_cell(worksheet, first) if first else None)
        rest.append(more)
    worksheet.append(cells)
    for line in range(max(map(len, rest), default=0)):
        below = [_text_cell(worksheet, more[line]) if line < len(more) else None for more in rest]
        below[0] = CONTINUED
        worksheet.append(below)


_HEAD_FONT = Font(bold=True, color="FFFFFF")
_HEAD_FILL = PatternFill("solid", fgColor="8A1F1D")
_HEAD_ALIGNMENT = Alignment(wrap_text=True, vertical="center")


def _begin(workbook: Workbook, sheet: Sheet) -> Any:
    worksheet = workbook.create_sheet(sheet.title)
    worksheet.freeze_panes = "B2"
    cells = []
    for place, column in enumerate(sheet.columns, start=1):
        worksheet.column_dimensions[get_column_letter(place)].width = column.width
        cell = WriteOnlyCell(worksheet, column.heading)
        cell.font, cell.fill, cell.alignment = _HEAD_FONT, _HEAD_FILL, _HEAD_ALIGNMENT
        cells.append(cell)
    worksheet.append(cells)
    return worksheet


def _each_once(records: Iterable[ProcedureRecord]) -> Iterator[ProcedureRecord]:
    seen: set[str] = set()
    for record in records:
        if record.code in seen:
            raise ValueError(f"Mã {record.code} có hai lần.")
        seen.add(record.code)
        yield record


def write_xlsx(records: Iterable[ProcedureRecord], target: str | Path | IO[bytes]) -> int:
    """Writes all records, returns how many. Nothing of a record is lost: reading the file gives equal
    records.

    Records are taken one by one; rows wait on disk, not in memory. Raises ValueError for a code that comes
    twice.
    """
    workbook = Workbook(write_only=True)
    worksheets = {sheet.title: _begin(workbook, sheet) for sheet in SHEETS}
    count = 0
    try:
        for record in _each_once(records):
            count += 1
            _append(worksheets[layout.MAIN.title], main_row(record))
            for sheet in SHEETS[1:]:
                for row in sub_rows(sheet, record):
                    _append(worksheets[sheet.title], row)
    except BaseException:
        # Each sheet holds an open file of its own until the workbook is saved.
        for worksheet in worksheets.values():
            worksheet.close()
        raise
    workbook.save(target)
    return count


# --------------------------------------------------------------------------------------------------- template

_EXPLANATION = (
    "Mẫu nhập danh mục thủ tục hành chính",
    "",
    (
        "Mỗi thủ tục là một dòng ở trang “Thủ tục”. Các trang khác ghi chi tiết; mỗi dòng bắt đầu bằng mã của thủ tục và theo"
        " thứ tự trên trang."
    ),
    (
        "Bắt buộc có mã, tên và ít nhất một bước. Phần chưa có thông tin thì để trống; phần pháp luật không quy định thì ghi ở"
        " cột “Nội dung không có”. Để trống không bao giờ được hiểu là “không có”."
    ),
    f"Một ô chứa tối đa {layout.CELL_LIMIT:,} ký tự".replace(",", ".")
    + f". Văn bản dài hơn viết tiếp ở dòng dưới, cùng cột, với dấu {CONTINUED} ở cột đầu.",
    "Ô có danh sách chọn chỉ nhận giá trị trong danh sách. Không đổi tên trang và tên cột; thứ tự cột không quan trọng.",
    "",
)


def write_template(target: str | Path | IO[bytes]) -> None:
    """An empty workbook in the same form, with an explanation sheet and choices offered in the cells."""
    workbook = Workbook()
    guide = workbook.active
    assert guide is not None, "a new workbook has a sheet"
    guide.title = GUIDE_TITLE
    guide.column_dimensions["A"].width, guide.column_dimensions["B"].width = 30, 34
    guide.column_dimensions["C"].width = 90
    for line in _EXPLANATION:
        guide.append([line])
    guide["A1"].font = Font(bold=True, size=14)
    guide.append(["Trang", "Cột", "Cách ghi"])
    for cell in guide[guide.max_row]:
        cell.font, cell.fill = _HEAD_FONT, _HEAD_FILL
    lists = workbook.create_sheet(LISTS_TITLE)
    for sheet in SHEETS:
        worksheet = workbook.create_sheet(sheet.title)
        worksheet.append(list(sheet.headings))
        worksheet.freeze_panes = "B2"
        for place, column in enumerate(sheet.columns, start=1):
            letter = get_column_letter(place)
            worksheet.column_dimensions[letter].width = column.width
            head = worksheet.cell(1, place)
            head.font, head.fill, head.alignment = _HEAD_FONT, _HEAD_FILL, _HEAD_ALIGNMENT
            choices = tuple(column.choices or ())
            guide.append([sheet.title, column.heading, column.help or "; ".join(choices)])
            if choices:
                _offer(lists, worksheet, letter, f"{sheet.title}: {column.heading}", choices)
    lists.sheet_state = "hidden"
    for row in guide.iter_rows(min_row=2, min_col=3, max_col=3):
        row[0].alignment = Alignment(wrap_text=True, vertical="top")
    workbook.move_sheet(LISTS_TITLE, offset=len(SHEETS))
    workbook.save(target)


def _offer(lists: Any, worksheet: Any, letter: str, heading: str, choices: Sequence[str]) -> None:
    """Choices stand on a sheet of their own: a list written into the cell could hold no comma."""
    place = 1 if lists.cell(1, 1).value is None else lists.max_column + 1
    for row, value in enumerate((heading, *choices), start=1):
        lists.cell(row, place, value)
    source = get_column_letter(place)
    validation = DataValidation(
        type="list",
        formula1=f"'{LISTS_TITLE}'!${source}$2:${source}${len(choices) + 1}",
        allow_blank=True,
        showErrorMessage=True,
        errorTitle="Không có trong danh sách",
        error="Hãy chọn một giá trị trong danh sách.",
    )
    validation.add(f"{letter}2:{letter}{TEMPLATE_ROWS}")
    worksheet.add_data_validation(validation)
