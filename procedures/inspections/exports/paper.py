"""An official paper as values: head, body, signatures. Each format draws the same paper. Pure: no Django.

The head follows NĐ 30/2020/NĐ-CP, Phụ lục I: issuing body at the left, the name of the country and its motto at the right,
number and place with the day below them; then the kind of paper and what it is about.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

COUNTRY = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"

Cell = str | int | Decimal | None


@dataclass(frozen=True, slots=True)
class Heading:
    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """Paragraphs: one a line."""

    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    rows: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True, slots=True)
class Column:
    label: str
    width: int
    """Share of the line."""
    number: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; `name` is also the name of its sheet."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str = ""
    """What is said where there are no rows."""


Block = Heading | Words | Facts | Grid


@dataclass(frozen=True, slots=True)
class Signature:
    role: str
    note: str = "(Ký, ghi rõ họ tên)"


@dataclass(frozen=True, slots=True)
class Paper:
    authority: str
    council: str
    number: str
    place_and_day: str
    kind: str
    about: str
    blocks: tuple[Block, ...]
    signatures: tuple[Signature, ...]
    proof: tuple[tuple[str, str], ...]
    """What a reader compares with the record: labels and hashes."""
    title: str
    """Of the document, for readers' programs."""
    draft: str = ""
    """Said clearly at the top while it is no final record."""
    landscape: bool = False


def shown(cell: Cell) -> str:
    """As a reader reads it: 1.214 and 97,4."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        whole, _dot, part = f"{cell:f}".partition(".")
        sign = "-" if whole.startswith("-") else ""
        grouped = f"{int(whole.lstrip('-') or 0):,}".replace(",", ".")
        return f"{sign}{grouped},{part}" if part else f"{sign}{grouped}"
    if isinstance(cell, int):
        return f"{cell:,}".replace(",", ".")
    return cell
