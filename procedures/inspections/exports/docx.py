"""A paper as an editable document, laid out as NĐ 30/2020/NĐ-CP, Phụ lục I asks: A4, its margins, Times New Roman. Pure: no Django."""

from __future__ import annotations

import io
import re
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from procedures.inspections.exports.paper import (
    COUNTRY,
    MOTTO,
    Facts,
    Grid,
    Heading,
    Paper,
    Signature,
    Words,
    shown,
)

FONT = "Times New Roman"
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_CENTRE, _RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
WIDE, TALL = Mm(297), Mm(210)


def write_docx(paper: Paper) -> bytes:
    document = Document()
    _page(document, landscape=paper.landscape)
    _letters(document)
    _head(document, paper)
    for block in paper.blocks:
        if isinstance(block, Heading):
            _paragraph(document, block.text, bold=True, style="Heading 2", before=8)
        elif isinstance(block, Words):
            for line in block.text.split("\n"):
                _paragraph(document, line)
        elif isinstance(block, Facts):
            for label, value in block.rows:
                line = _paragraph(document, f"{label}: ")
                line.add_run(_clean(shown(value))).bold = True
        else:
            _grid(document, block)
    for label, value in paper.proof:
        line = _paragraph(document, f"{label}: {value}", size=9)
        line.paragraph_format.keep_together = True
        # Signatures never stand alone on a page.
        line.paragraph_format.keep_with_next = True
    _signatures(document, paper.signatures)
    document.core_properties.title = _clean(paper.title)
    document.core_properties.author = _clean(paper.council)
    document.core_properties.language = "vi-VN"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)


def _page(document: Any, *, landscape: bool) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = (WIDE, TALL) if landscape else (TALL, WIDE)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    # Page numbers at the top, in the middle, from the second page on.
    section.different_first_page_header_footer = True
    line = section.header.paragraphs[0]
    line.alignment = _CENTRE
    run = line.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        if kind:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        else:
            part = OxmlElement("w:instrText")
            part.text = text
        run._r.append(part)


def _letters(document: Any) -> None:
    for name, size in (("Normal", 13), ("Heading 1", 14), ("Heading 2", 13)):
        style = document.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        style.font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
            fonts.set(qn(script), FONT)
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(theme), None)
        style.paragraph_format.space_after = Pt(3)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    document.styles["Normal"].element.get_or_add_rPr().append(language)


def _paragraph(
    place: Any,
    text: str,
    *,
    bold: bool = False,
    italic: bool = False,
    align: Any = None,
    size: float | None = None,
    style: str | None = None,
    before: float = 0,
) -> Any:
    line = place.add_paragraph(style=style) if style else place.add_paragraph()
    run = line.add_run(_clean(text))
    run.bold, run.italic = bold, italic
    if size:
        run.font.size = Pt(size)
    if align is not None:
        line.alignment = align
    line.paragraph_format.space_before = Pt(before)
    return line


def _head(document: Any, paper: Paper) -> None:
    table = document.add_table(rows=1, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    left, right = table.rows[0].cells
    _set_widths(table, (2, 3))
    _cell_line(left, paper.authority.upper(), size=12, first=True)
    _cell_line(left, paper.council.upper(), size=12, bold=True, underline=True)
    _cell_line(left, paper.number, size=13, before=6)
    _cell_line(right, COUNTRY, size=12, bold=True, first=True)
    _cell_line(right, MOTTO, size=13, bold=True, underline=True)
    _cell_line(right, paper.place_and_day, size=13, italic=True, before=6)
    _paragraph(document, paper.kind, bold=True, align=_CENTRE, size=14, style="Heading 1", before=14)
    _paragraph(document, paper.about, bold=True, align=_CENTRE, size=13)
    if paper.draft:
        _paragraph(document, paper.draft, bold=True, align=_CENTRE, size=13)


def _cell_line(
    cell: Any,
    text: str,
    *,
    size: float,
    bold: bool = False,
    italic: bool = False,
    underline: bool = False,
    first: bool = False,
    before: float = 0,
) -> None:
    line = cell.paragraphs[0] if first else cell.add_paragraph()
    line.alignment = _CENTRE
    line.paragraph_format.space_after = Pt(0)
    line.paragraph_format.space_before = Pt(before)
    run = line.add_run(_clean(text))
    run.bold, run.italic, run.font.size, run.underline = bold, italic, Pt(size), underline


def _set_widths(table: Any, shares: tuple[int, ...]) -> None:
    section = table.part.document.sections[0]
    room = section.page_width - section.left_margin - section.right_margin
    table.autofit = False
    for column, share in zip(table.columns, shares, strict=True):
        width = int(room * share / sum(shares))
        column.width = width
        for cell in column.cells:
            cell.width = width


def _grid(document: Any, grid: Grid) -> None:
    if not grid.rows:
        _paragraph(document, grid.empty, italic=True)
        return
    table = document.add_table(rows=1 + len(grid.rows), cols=len(grid.columns))
    table.style = "Table Grid"
    head = table.rows[0]
    repeat = OxmlElement("w:tblHeader")
    repeat.set(qn("w:val"), "true")
    head._tr.get_or_add_trPr().append(repeat)
    for cell, column in zip(head.cells, grid.columns, strict=True):
        _fill(cell, column.label, bold=True, align=_CENTRE)
    for row, values in zip(list(table.rows)[1:], grid.rows, strict=True):
        whole = OxmlElement("w:cantSplit")
        row._tr.get_or_add_trPr().append(whole)
        for cell, column, value in zip(row.cells, grid.columns, values, strict=True):
            _fill(cell, shown(value), align=_RIGHT if column.number else None)
    _set_widths(table, tuple(column.width for column in grid.columns))
    _paragraph(document, "", size=6)


def _fill(cell: Any, text: str, *, bold: bool = False, align: Any = None) -> None:
    line = cell.paragraphs[0]
    line.paragraph_format.space_after = Pt(0)
    run = line.add_run(_clean(text))
    run.bold, run.font.size = bold, Pt(11)
    if align is not None:
        line.alignment = align


def _signatures(document: Any, signatures: tuple[Signature, ...]) -> None:
    if not signatures:
        return
    table = document.add_table(rows=1, cols=len(signatures))
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for cell, signature in zip(table.rows[0].cells, signatures, strict=True):
        _cell_line(cell, signature.role, size=13, bold=True, first=True, before=12)
        _cell_line(cell, signature.note, size=12, italic=True)
        for _blank in range(4):
            _cell_line(cell, "", size=13)
