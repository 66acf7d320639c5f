"""Announcing decisions as people make them: DOCX and XLSX built from tables of data, in any layout."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from openpyxl import Workbook


@dataclass(frozen=True)
class Merged:
    """A cell over several columns or rows; the cells it covers are not named again."""

    text: str
    across: int = 1
    down: int = 1


@dataclass(frozen=True)
class Inner:
    """A cell that holds paragraphs and tables."""

    blocks: tuple[Any, ...]


@dataclass(frozen=True)
class Numbered:
    """A cell (or paragraph) whose number Word puts there itself; the text holds none."""

    text: str = ""
    form: str = "decimal"


Grid = Sequence[Any]
"""Rows: sequences of cells."""
"""Rows of cells: text, `Merged`, `Inner`, `Numbered`, or None for one that a cell above covers."""


@dataclass(frozen=True)
class Tab:
    grid: Grid


def head(
    number: str = "1234/QĐ-UBND",
    day: str = "ngày 05 tháng 3 năm 2026",
    title: str = "Công bố Danh mục thủ tục hành chính được sửa đổi, bổ sung lĩnh vực Thử nghiệm trên địa bàn tỉnh",
) -> list[Any]:
    """The beginning of a decision; issuer and date side by side in a table without borders, as templates have it."""
    return [
        Tab(
            [
                [
                    "ỦY BAN NHÂN DÂN\nTỈNH HÀ TĨNH",
                    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc",
                ],
                [f"Số: {number}", f"Hà Tĩnh, {day}"],
            ]
        ),
        "QUYẾT ĐỊNH",
        title,
        "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH",
        "Căn cứ Luật Tổ chức chính quyền địa phương ngày 16/6/2025;",
        "Theo đề nghị của Giám đốc Sở Thử nghiệm tại Tờ trình số 77/TTr-STN ngày 01/3/2026.",
        "QUYẾT ĐỊNH:",
    ]


def tail(signer: str = "Trần Văn Thử") -> list[Any]:
    return [Tab([["Nơi nhận:\n- Như Điều 3;\n- Lưu: VT.", f"KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\n(Đã ký)\n{signer}"]])]


def articles(*texts: str) -> list[Any]:
    return [f"Điều {number}. {text}" for number, text in enumerate(texts, start=1)]


def decision(
    *annex: Any,
    first: str = "Công bố kèm theo Quyết định này Danh mục thủ tục hành chính.",
    others: Sequence[str] = ("Quyết định này có hiệu lực kể từ ngày ký.",),
    **named: str,
) -> bytes:
    """A whole decision as DOCX: head, articles, signature, then the annexes."""
    return docx_of([*head(**named), *articles(first, *others), *tail(), *annex])


# ----------------------------------------------------------------------------------------------------------------- DOCX


def docx_of(blocks: Sequence[Any]) -> bytes:
    document = Document()
    for block in blocks:
        _add(document, document, block)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _add(document: Any, parent: Any, block: Any) -> None:
    if isinstance(block, Tab):
        _add_table(document, parent, block.grid)
    elif isinstance(block, Numbered):
        _number(document, parent.add_paragraph(block.text), block.form)
    else:
        parent.add_paragraph(block)


def width_of(grid: Grid) -> int:
    return max(sum(cell.across if isinstance(cell, Merged) else 1 for cell in row) for row in grid)


def _add_table(document: Any, parent: Any, grid: Grid) -> None:
    """Built as XML: python-docx takes minutes to merge cells where this takes milliseconds."""
    width = width_of(grid)
    table = parent.add_table(0, width) if parent is document else parent.add_table(0, 0)
    open_cells: dict[int, tuple[int, int]] = {}
    for row in grid:
        row_element = OxmlElement("w:tr")
        table._tbl.append(row_element)
        column, cells = 0, iter(row)
        while column < width:
            if open_cells.get(column, (0, 0))[0]:
                left, across = open_cells[column]
                open_cells[column] = (left - 1, across)
                row_element.append(_cell_element(across, "continue"))
                column += across
                # A covered place may be written as None, for the eye.
                continue
            cell = next(cells, "")
            while cell is None:
                cell = next(cells, "")
            across = cell.across if isinstance(cell, Merged) else 1
            down = cell.down if isinstance(cell, Merged) else 1
            element = _cell_element(across, "restart" if down > 1 else "")
            row_element.append(element)
            _fill(document, table, element, cell)
            if down > 1:
                open_cells[column] = (down - 1, across)
            column += across


def _cell_element(across: int, merge: str) -> Any:
    element = OxmlElement("w:tc")
    properties = OxmlElement("w:tcPr")
    element.append(properties)
    if across > 1:
        span = OxmlElement("w:gridSpan")
        span.set(qn("w:val"), str(across))
        properties.append(span)
    if merge:
        vertical = OxmlElement("w:vMerge")
        if merge == "restart":
            vertical.set(qn("w:val"), "restart")
        properties.append(vertical)
    element.append(OxmlElement("w:p"))
    return element


def _fill(document: Any, table: Any, element: Any, cell: Any) -> None:
    from docx.table import _Cell

    wrapped = _Cell(element, table)
    if isinstance(cell, Inner):
        for block in cell.blocks:
            _add(document, wrapped, block)
    elif isinstance(cell, Numbered):
        _number(document, wrapped.paragraphs[0], cell.form)
        wrapped.paragraphs[0].add_run(cell.text)
    else:
        lines = str(cell.text if isinstance(cell, Merged) else cell).split("\n")
        wrapped.paragraphs[0].add_run(lines[0])
        for line in lines[1:]:
            wrapped.add_paragraph(line)


_ABSTRACT = {"decimal": "7001", "upperRoman": "7002"}


def _number(document: Any, paragraph: Any, form: str) -> None:
    """Word's own number before the paragraph; all of one form count on."""
    numbering = document.part.numbering_part.element
    abstract_id = _ABSTRACT[form]
    if not numbering.xpath(f"w:abstractNum[@w:abstractNumId='{abstract_id}']"):
        abstract = OxmlElement("w:abstractNum")
        abstract.set(qn("w:abstractNumId"), abstract_id)
        level = OxmlElement("w:lvl")
        level.set(qn("w:ilvl"), "0")
        for name, value in (("start", "1"), ("numFmt", form), ("lvlText", "%1.")):
            child = OxmlElement(f"w:{name}")
            child.set(qn("w:val"), value)
            level.append(child)
        abstract.append(level)
        numbering.insert(0, abstract)
        number = OxmlElement("w:num")
        number.set(qn("w:numId"), abstract_id)
        link = OxmlElement("w:abstractNumId")
        link.set(qn("w:val"), abstract_id)
        number.append(link)
        numbering.append(number)
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = 0
    properties.get_or_add_numId().val = int(abstract_id)


# ----------------------------------------------------------------------------------------------------------------- XLSX


@dataclass(frozen=True)
class Sheet:
    title: str
    grid: Grid
    hidden: bool = False


def xlsx_of(*sheets: Sheet) -> bytes:
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for sheet in sheets:
        worksheet = workbook.create_sheet(sheet.title)
        if sheet.hidden:
            worksheet.sheet_state = "hidden"
        covered: set[tuple[int, int]] = set()
        for row_number, row in enumerate(sheet.grid, start=1):
            column = 1
            for cell in row:
                while (row_number, column) in covered:
                    column += 1
                if cell is None:
                    continue
                merged = cell if isinstance(cell, Merged) else Merged(cell)
                worksheet.cell(row_number, column).value = merged.text if merged.text != "" else None
                if merged.across > 1 or merged.down > 1:
                    last_row, last_column = row_number + merged.down - 1, column + merged.across - 1
                    worksheet.merge_cells(
                        start_row=row_number, start_column=column, end_row=last_row, end_column=last_column
                    )
                    covered |= {
                        (r, c)
                        for r in range(row_number, last_row + 1)
                        for c in range(column, last_column + 1)
                        if (r, c) != (row_number, column)
                    }
                column += merged.across
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def small_workbook(*rows: Sequence[Any]) -> bytes:
    """A list of decision 55/QĐ-UBND of 06/4/2026 that announces: number, code, name, time, in rows without more."""
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (
        ("DANH MỤC THỦ TỤC HÀNH CHÍNH MỚI BAN HÀNH",),
        ("Kèm theo Quyết định số 55/QĐ-UBND ngày 06/4/2026",),
        ("STT", "Mã TTHC", "Tên thủ tục hành chính", "Thời hạn giải quyết", "Phí, lệ phí"),
        *rows,
    ):
        sheet.append(list(row))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
