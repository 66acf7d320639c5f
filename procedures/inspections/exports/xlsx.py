"""A paper as a workbook: a sheet with all that is said, then one for each table. Pure: no Django.

Nothing that somebody typed can become a formula: every text is written as text and marked so that it stays one when the
cell is opened.
"""

from __future__ import annotations

import io
import re
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from procedures.inspections.exports.paper import (
    COUNTRY,
    MOTTO,
    Cell,
    Facts,
    Grid,
    Heading,
    Paper,
    Words,
)

LONGEST = 32_767
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
_THIN = Side(style="thin", color="999999")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD = PatternFill("solid", fgColor="E7EEF1")
_WRAP = Alignment(wrap_text=True, vertical="top")


def write_xlsx(paper: Paper) -> bytes:
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "Tổng hợp"
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 46, 70
    row = _head(sheet, paper)
    for block in paper.blocks:
        if isinstance(block, Grid):
            _grid(book.create_sheet(_sheet_name(block.name)), block)
        elif isinstance(block, Facts):
            for label, value in block.rows:
                _put(sheet, row, 1, label)
                _put(sheet, row, 2, value).alignment = Alignment(
                    wrap_text=True, vertical="top", horizontal="left"
                )
                row += 1
        else:
            assert isinstance(block, Heading | Words)
            cell = _put(sheet, row, 1, block.text)
            cell.font = Font(bold=isinstance(block, Heading))
            if isinstance(block, Words):
                sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=2)
            row += 1
    row += 1
    for label, value in paper.proof:
        _put(sheet, row, 1, label)
        _put(sheet, row, 2, value).font = Font(name="Courier New")
        row += 1
    out = io.BytesIO()
    book.properties.title = paper.title
    book.properties.creator = paper.council
    book.save(out)
    return out.getvalue()


def _head(sheet: Any, paper: Paper) -> int:
    row = 1
    for left, right in (
        (paper.authority.upper(), COUNTRY),
        (paper.council.upper(), MOTTO),
        (paper.number, paper.place_and_day),
    ):
        _put(sheet, row, 1, left).font = Font(bold=row < 3)
        _put(sheet, row, 2, right).font = Font(bold=row < 3, italic=row == 3)
        row += 1
    row += 1
    _put(sheet, row, 1, f"{paper.kind} {paper.about}").font = Font(bold=True, size=13)
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=2)
    row += 1
    if paper.draft:
        _put(sheet, row, 1, paper.draft).font = Font(bold=True, color="AD141B")
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=2)
        row += 1
    return row + 1


def _grid(sheet: Any, grid: Grid) -> None:
    for place, column in enumerate(grid.columns, start=1):
        cell = _put(sheet, 1, place, column.label)
        cell.font, cell.fill, cell.border = Font(bold=True), _HEAD, _BOX
        sheet.column_dimensions[get_column_letter(place)].width = max(8, column.width * 1.2)
    for number, row in enumerate(grid.rows, start=2):
        for place, value in enumerate(row, start=1):
            _put(sheet, number, place, value).border = _BOX
    if not grid.rows:
        _put(sheet, 2, 1, grid.empty)
    sheet.freeze_panes = "A2"
    if grid.rows:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(grid.columns))}{len(grid.rows) + 1}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"


def _put(sheet: Any, row: int, column: int, value: Cell) -> Any:
    cell = sheet.cell(row=row, column=column)
    cell.alignment = _WRAP
    if isinstance(value, str):
        text = ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST]
        cell.value = text
        # Else "=…" typed by somebody would be run by the spreadsheet of whoever opens the file.
        cell.data_type = "s"
        if text.lstrip().startswith(_FORMULA_STARTS):
            cell.quotePrefix = True
    elif isinstance(value, Decimal):
        cell.value = value
        cell.number_format = "0.00" if int(value.as_tuple().exponent) <= -2 else "0.0"
    elif value is not None:
        cell.value = value
    return cell


def _sheet_name(name: str) -> str:
    return _SHEET_NAME.sub(" ", name)[:31]
