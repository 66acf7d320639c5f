"""A workbook as headings and tables: each visible sheet is one table, its name the heading above. Pure: no Django."""

from __future__ import annotations

import io
import re
import warnings
from datetime import date, datetime
from typing import Any

from openpyxl import load_workbook

from procedures.decisions.archives import Archive
from procedures.decisions.blocks import Block, Cell, Paragraph, Row, Table
from procedures.decisions.proposal import UnreadableDecision
from procedures.text.sanitising import TextTooLong, clean_text

MAX_ROWS = 20_000
MAX_COLUMNS = 60
MAX_MERGES = 20_000
_NAMELESS = re.compile(r"(?:sheet|trang|trang tính|bảng)\s*\(?\d*\)?", re.IGNORECASE)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DECIMALS = re.compile(r"0\.(0{1,10})")


def read_xlsx(archive: Archive, data: bytes) -> tuple[list[Block], list[str]]:
    """Blocks of all visible sheets, and the names of hidden ones. Raises UnreadableDecision."""
    archive.check_sheets()
    try:
        with warnings.catch_warnings():
            # openpyxl warns of what it drops: charts, validations; none of it is read here.
            warnings.simplefilter("ignore")
            workbook = load_workbook(io.BytesIO(data), data_only=True)
    except Exception as error:
        # A broken workbook fails in openpyxl with whatever its place of failure raises (KeyError, TypeError …).
        raise UnreadableDecision(
            "Tệp Excel bị hỏng. Hãy mở tệp bằng Excel, lưu lại thành tệp mới (.xlsx) rồi tải lên."
        ) from error
    blocks: list[Block] = []
    hidden: list[str] = []
    try:
        for sheet in workbook.worksheets:
            if sheet.sheet_state != "visible":
                hidden.append(sheet.title)
                continue
            table = _table(sheet)
            if table.rows:
                title = clean_text(sheet.title)
                blocks.append(Paragraph("" if _NAMELESS.fullmatch(title) else title, sheet=True))
                blocks.append(table)
    except TextTooLong as error:
        raise UnreadableDecision(str(error)) from error
    finally:
        workbook.close()
    return blocks, hidden


def _text(cell: Any) -> str:
    """As Excel shows it: whole numbers without a point, decimals as many as the format asks, dates by day."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return clean_text(_ESCAPED.sub(lambda m: chr(int(m[1], 16)), value), keep_lines=True).strip()
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, datetime | date):
        return f"{value:%d/%m/}{value.year:04}"
    if isinstance(value, float):
        if (places := _DECIMALS.fullmatch(cell.number_format or "")) and abs(value) < 1e9:
            return f"{value:.{len(places[1])}f}"
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return clean_text(str(value))


def _table(sheet: Any) -> Table:
    merges: dict[tuple[int, int], tuple[int, int, int, int]] = {}
    ranges = list(sheet.merged_cells.ranges)
    if len(ranges) > MAX_MERGES:
        raise UnreadableDecision(_too_large(sheet.title))
    for item in ranges:
        bounds = (
            item.min_row,
            item.min_col,
            min(item.max_row, item.min_row + MAX_ROWS),
            min(item.max_col, MAX_COLUMNS),
        )
        for row in range(bounds[0], bounds[2] + 1):
            merges[row, bounds[1]] = bounds
        if len(merges) > 10 * MAX_ROWS:
            raise UnreadableDecision(_too_large(sheet.title))
    # The cells that are there, not the grid: one formatted cell at the very bottom makes a million rows of nothing.
    there: dict[int, dict[int, Any]] = {}
    for (number, column), cell in sheet._cells.items():
        if column <= MAX_COLUMNS and (cell.value is not None or (number, column) in merges):
            there.setdefault(number, {})[column] = cell
    if len(there) > MAX_ROWS:
        raise UnreadableDecision(_too_large(sheet.title))
    width = max((n for row in there.values() for n, cell in row.items() if cell.value is not None), default=0)
    above: dict[int, str] = {}
    rows: list[Row] = []
    for number in sorted(there):
        cells = _cells(there[number], number, width, merges, above)
        if any(cell.text for cell in cells):
            rows.append(Row(number, tuple(cells)))
    return Table(f"trang “{clean_text(sheet.title)}”", width, tuple(rows))


def _cells(
    row: dict[int, Any],
    number: int,
    width: int,
    merges: dict[tuple[int, int], tuple[int, int, int, int]],
    above: dict[int, str],
) -> list[Cell]:
    """The cells of one row; `above` keeps the texts of merges that go on downwards."""
    cells: list[Cell] = []
    column = 1
    while column <= width:
        bounds = merges.get((number, column))
        span = min(bounds[3], width) - column + 1 if bounds else 1
        if bounds and bounds[0] < number:
            text = above.get(column, "")
            cells.append(Cell(text, column - 1, span, above=True, own_text=text))
        else:
            text = _text(row[column]) if column in row else ""
            if bounds:
                above[column] = text
            cells.append(Cell(text, column - 1, span, own_text=text))
        column += max(span, 1)
    return cells


def _too_large(title: str) -> str:
    return f"Trang “{clean_text(title)}” quá lớn so với một quyết định công bố. Hãy xoá các dòng, định dạng thừa rồi tải lên lại."
