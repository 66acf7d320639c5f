"""What remains of a file once Word and Excel are taken away: paragraphs and tables, in reading order. Pure: no Django."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of clean text; line breaks inside it stay."""

    text: str
    sheet: bool = False
    """The name of a worksheet ("" for "Sheet1"): what stood open above it is over."""


@dataclass(frozen=True, slots=True)
class Cell:
    """`start` and `span` are columns of the table's grid. `above`: goes on from the cell above (merged downwards).

    A cell that goes on holds the text of the cell it belongs to.
    """

    text: str
    start: int
    span: int = 1
    above: bool = False
    tables: tuple[Table, ...] = ()
    """Tables inside this cell; their words are in `text` too."""
    own_text: str = ""
    """The cell's text without those of its tables."""

    @property
    def end(self) -> int:
        return self.start + self.span


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    """As a person counts it in the table or sheet, from 1."""
    cells: tuple[Cell, ...]

    def filled(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.text]


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    """ "bảng 2" or "trang “Danh mục”": how a person finds it."""
    width: int
    rows: tuple[Row, ...]

    def place(self, row: Row) -> str:
        return f"{self.name}, dòng {row.number}"


Block = Paragraph | Table


def all_text(blocks: list[Block]) -> Iterator[str]:
    """The words of the blocks, cell by cell, as if there were no tables: headers and signatures often stand in one."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.text
        else:
            for row in block.rows:
                for cell in row.cells:
                    if cell.text and not cell.above:
                        yield cell.text
