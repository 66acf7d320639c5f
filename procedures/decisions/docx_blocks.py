"""A Word document as paragraphs and tables: what a reader of the page sees, merged cells and automatic numbers included.

Pure: no Django. The XML is read directly: deleted and moved text of tracked changes, hidden text, field codes and footnote
marks are left out, content controls and text boxes are read where they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from lxml import etree

from procedures.decisions.archives import Archive
from procedures.decisions.blocks import Block, Cell, Paragraph, Row, Table
from procedures.decisions.numbering import Numbering, W
from procedures.decisions.proposal import UnreadableDecision
from procedures.text.sanitising import TextTooLong, clean_text

MAX_CELLS = 200_000
MAX_SPAN = 200
MAX_NESTING = 6

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
# Around content that stands where they stand.
_WRAPPERS = {
    f"{W}{name}"
    for name in (
        "sdt",
        "sdtContent",
        "customXml",
        "smartTag",
        "ins",
        "moveTo",
        "hyperlink",
        "fldSimple",
        "dir",
        "bdo",
    )
}
_UNSEEN = {f"{W}{name}" for name in ("del", "moveFrom", "delText", "instrText", "sdtPr", "rPr", "pPr")} | {
    f"{_MC}Fallback"
}
_NOTE_MARK = re.compile(r"[\s()\[\]*\d†‡]+")
_TOO_MANY = "Bảng trong tệp quá lớn so với một quyết định công bố. Hãy chia tệp hoặc bỏ phần không liên quan rồi tải lên lại."


def read_docx(archive: Archive) -> list[Block]:
    """The document's blocks in reading order. Raises UnreadableDecision."""
    root = archive.xml("word/document.xml")
    body = root.find(f"{W}body")
    if body is None:
        raise UnreadableDecision("Tệp Word không có nội dung. Hãy kiểm tra lại tệp rồi tải lên.")
    numbering, styles = (
        archive.xml(name) if name in archive.names else None
        for name in ("word/numbering.xml", "word/styles.xml")
    )
    try:
        return list(_Reader(Numbering(numbering, styles)).blocks(body, 0))
    except TextTooLong as error:
        raise UnreadableDecision(str(error)) from error


def _on(properties: Any, name: str) -> bool:
    """Is a switch such as `w:vanish` there and not turned off?"""
    if properties is None or (switch := properties.find(f"{W}{name}")) is None:
        return False
    return switch.get(f"{W}val") not in ("0", "false", "off")


def _number(parent: Any, name: str) -> int:
    element = parent.find(f"{W}{name}") if parent is not None else None
    value = element.get(f"{W}val") if element is not None else None
    return min(int(value), MAX_SPAN) if value and re.fullmatch(r"\d{1,5}", value) else 0


@dataclass(slots=True)
class _Words:
    """The text of one paragraph as it grows, and the text boxes anchored in it."""

    pieces: list[str] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)


class _Reader:
    def __init__(self, numbering: Numbering) -> None:
        self._numbering = numbering
        self._tables = count(1)
        self._cells = 0

    # Blocks ------------------------------------------------------------------------------------------------------

    def blocks(self, parent: Any, nesting: int) -> Iterator[Block]:
        for element in parent.iterchildren(etree.Element):
            if element.tag == f"{W}p":
                yield from self._paragraph(element, nesting)
            elif element.tag == f"{W}tbl":
                if nesting <= MAX_NESTING:
                    yield self._table(element, nesting)
            elif element.tag in _WRAPPERS:
                yield from self.blocks(element, nesting)
            elif element.tag == f"{_MC}AlternateContent":
                for choice in element.findall(f"{_MC}Choice")[:1]:
                    yield from self.blocks(choice, nesting)

    def _paragraph(self, element: Any, nesting: int) -> Iterator[Block]:
        properties = element.find(f"{W}pPr")
        words = _Words()
        self._collect(element, words)
        text = clean_text("".join(words.pieces), keep_lines=True).strip()
        label = self._numbering.label(properties)
        # An empty bullet shows nothing worth keeping; an empty number is the whole content of many "STT" cells.
        if label and (text or label != "-"):
            text = clean_text(f"{label} {text}", keep_lines=True).strip()
        if text:
            yield Paragraph(text)
        for box in words.boxes:
            if nesting < MAX_NESTING:
                yield from self.blocks(box, nesting + 1)

    def _collect(self, element: Any, words: _Words) -> None:
        for child in element.iterchildren(etree.Element):
            tag = child.tag
            if tag == f"{W}r":
                if not _on(child.find(f"{W}rPr"), "vanish"):
                    self._run(child, words)
            elif tag not in _UNSEEN:
                # Wrappers known and unknown: what is inside is on the page.
                self._piece(child, words)

    def _run(self, run: Any, words: _Words) -> None:
        inner = _Words(boxes=words.boxes)
        self._collect(run, inner)
        text = "".join(inner.pieces)
        raised = run.find(f"{W}rPr/{W}vertAlign")
        if text.strip() and raised is not None and raised.get(f"{W}val") == "superscript":
            before = "".join(words.pieces[-3:])
            if text.strip() in ("2", "3") and re.search(r"(?:\d|\b)[kcd]?m$", before):
                text = text.replace("2", "²").replace("3", "³")
            elif _NOTE_MARK.fullmatch(text):
                # A footnote typed by hand; "m²" is none.
                text = ""
        words.pieces.append(text)

    def _piece(self, child: Any, words: _Words) -> None:
        match etree.QName(child).localname if child.tag.startswith(W) else child.tag:
            case "t":
                words.pieces.append(child.text or "")
            case "tab" | "ptab":
                words.pieces.append(" ")
            case "br" | "cr":
                words.pieces.append("\n")
            case "noBreakHyphen":
                words.pieces.append("-")
            case "txbxContent":
                words.boxes.append(child)
            case _:
                self._collect(child, words)

    # Tables ------------------------------------------------------------------------------------------------------

    def _table(self, element: Any, nesting: int) -> Table:
        name = f"bảng {next(self._tables)}"
        rows: list[Row] = []
        open_cells: dict[int, Cell] = {}
        for number, row in enumerate(_found(element, f"{W}tr"), start=1):
            properties = row.find(f"{W}trPr")
            if properties is not None and properties.find(f"{W}del") is not None:
                continue
            cells = self._row(row, _number(properties, "gridBefore"), open_cells, nesting)
            if cells:
                rows.append(Row(number, tuple(cells)))
        width = max((row.cells[-1].end for row in rows), default=0)
        return Table(name, width, tuple(rows))

    def _row(self, row: Any, start: int, open_cells: dict[int, Cell], nesting: int) -> list[Cell]:
        cells: list[Cell] = []
        for element in _found(row, f"{W}tc"):
            self._cells += 1
            if self._cells > MAX_CELLS:
                raise UnreadableDecision(_TOO_MANY)
            properties = element.find(f"{W}tcPr")
            span = max(_number(properties, "gridSpan"), 1)
            if cells and _merge(properties, "hMerge") == "continue":
                cells[-1] = _wider(cells[-1], span)
                start = cells[-1].end
                continue
            cell = self._cell(element, start, span, nesting)
            merge = _merge(properties, "vMerge")
            if merge == "continue" and (above := open_cells.get(start)):
                cell = Cell(above.text, start, span, above=True, own_text=above.own_text)
            elif merge:
                open_cells[start] = cell
            else:
                open_cells.pop(start, None)
            cells.append(cell)
            start = cell.end
        return cells

    def _cell(self, element: Any, start: int, span: int, nesting: int) -> Cell:
        inner = list(self.blocks(element, nesting + 1))
        own = "\n".join(block.text for block in inner if isinstance(block, Paragraph))
        texts = [block.text if isinstance(block, Paragraph) else _flat(block) for block in inner]
        tables = tuple(block for block in inner if isinstance(block, Table))
        return Cell("\n".join(text for text in texts if text), start, span, tables=tables, own_text=own)


def _found(parent: Any, tag: str) -> Iterator[Any]:
    """Rows of a table or cells of a row, also inside content controls."""
    for child in parent.iterchildren(etree.Element):
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _found(child, tag)


def _merge(properties: Any, name: str) -> str:
    """ "restart", "continue" or "": without a value Word means that the cell goes on."""
    element = properties.find(f"{W}{name}") if properties is not None else None
    return (element.get(f"{W}val") or "continue") if element is not None else ""


def _wider(cell: Cell, span: int) -> Cell:
    return Cell(cell.text, cell.start, cell.span + span, cell.above, cell.tables, cell.own_text)


def _flat(table: Table) -> str:
    """A table inside a cell as lines of text."""
    return "\n".join(
        "; ".join(cell.text for cell in row.cells if cell.text and not cell.above)
        for row in table.rows
        if row.filled()
    )
