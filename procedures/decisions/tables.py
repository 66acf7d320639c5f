"""Lists of procedures out of tables: each row a line with its words by column, under the headings that stand open.

Pure: no Django. The reader walks paragraphs and tables in order. A header row names the columns until the next one; a table
without one goes on where the last stopped if its rows look alike (a list that runs over pages); rows across the table are
headings; tables of steps, and all that stands under a heading of internal processes, are left out and named.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from procedures.decisions.blocks import Block, Cell, Paragraph, Row, Table
from procedures.decisions.codes_in_cells import looks_like_code, whole_codes
from procedures.decisions.columns import (
    VALUE_ROLES,
    Column,
    Header,
    glued_header,
    header_of,
    is_index_row,
    split_glued,
    with_second_row,
)
from procedures.decisions.sections import (
    MAX_HEADING,
    Outline,
    has_heading_words,
    is_heading_paragraph,
    label_style,
    read_heading,
    split_headings,
)
from procedures.decisions.wording import is_ditto, is_process_header, plain, row_meant

_STEP = re.compile(r"(?:B|Bước)\s*\d{1,2}\s*[.:]?", re.IGNORECASE)
_TOTAL = re.compile(
    r"(?:tong so|tong cong|cong|tong)(?: (?:so )?(?:thu tuc(?: hanh chinh)?|tthc))?(?: la| gom| co)? \d{1,4}(?: (?:thu tuc(?: hanh chinh)?|tthc))?"
)
_REMARK = re.compile(r"(?:ghi chu|luu y|chu thich|chu giai)\b")
_EXTRA = "extra"


@dataclass(slots=True)
class RawLine:
    """One row of a list as read; what its words mean is decided in `lines.py`."""

    where: str
    part: str
    actions: frozenset[str]
    level: str
    field: str
    values: dict[str, str]
    extras: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    """Cells of columns that have no place of their own, with their labels."""
    shared_ordinal: bool = False
    """Its number stands in a cell merged over several rows."""
    unresolved: list[str] = dataclasses.field(default_factory=list)
    """Roles whose "như trên" has nothing above."""

    def get(self, role: str) -> str:
        return self.values.get(role, "")


@dataclass(frozen=True, slots=True)
class HeadingClaim:
    """ "(12 TTHC)" in a heading, to be compared with the lines below it."""

    part: str
    stated: int
    actions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something in the annex that was not read as a list."""

    words: str
    codes: tuple[str, ...]


@dataclass(slots=True)
class ReadLists:
    lines: list[RawLine]
    claims: list[HeadingClaim]
    left_out: list[LeftOut]
    headings: list[str]


def read_lists(blocks: Iterable[Block]) -> ReadLists:
    """The lines of all lists among `blocks` (the annexes of a decision, or a workbook)."""
    reader = _ListReader()
    for block in blocks:
        reader.read(block)
    return ReadLists(reader.lines, reader.claims, reader.left_out, reader.headings)


def holds_list(table: Table) -> bool:
    """Has this table, or one inside it, the header of a list?"""
    return any(
        header_of(row) is not None or any(holds_list(inner) for cell in row.cells for inner in cell.tables)
        for row in table.rows
    )


class _ListReader:
    def __init__(self) -> None:
        self.lines: list[RawLine] = []
        self.claims: list[HeadingClaim] = []
        self.left_out: list[LeftOut] = []
        self.headings: list[str] = []
        self._outline = Outline()
        self._header: Header | None = None
        self._above: dict[str, str] = {}
        """The last words of each role, for "như trên"."""
        self._last: RawLine | None = None
        self._glued: list[str] = []
        """Header words met in a heading; the next row tells which columns they mean."""
        # State of the table being read:
        self._table: Table | None = None
        self._skipped: list[Row] = []
        self._steps = False

    def read(self, block: Block) -> None:
        if isinstance(block, Paragraph) and block.sheet:
            self._outline.put_sheet(block.text)
            self._header, self._above, self._last = None, {}, None
        elif isinstance(block, Paragraph):
            if len(block.text) > MAX_HEADING:
                return
            text, glued = split_glued(block.text)
            for piece in split_headings(text):
                if is_heading_paragraph(piece):
                    self._open(piece)
            self._glued = glued
        else:
            self._read_table(block)

    # Headings ----------------------------------------------------------------------------------------------------

    def _open(self, text: str, label: str = "", *, in_row: bool = False) -> None:
        heading = self._outline.put(read_heading(text, label=label, in_row=in_row))
        self.headings.append(heading.text)
        self._steps = False
        self._last = None
        if heading.count is not None and not self._outline.in_process:
            self.claims.append(HeadingClaim(self._outline.path, heading.count, heading.actions))

    # Tables ------------------------------------------------------------------------------------------------------

    def _read_table(self, table: Table) -> None:
        outer = self._table, self._skipped, self._steps
        self._table, self._skipped, self._steps = table, [], False
        inherited = self._header
        # A header holds for its table; for the next only if that goes on with it.
        self._header = None
        second_row = False
        for place, row in enumerate(table.rows):
            if second_row:
                second_row = False
                continue
            following = table.rows[place + 1] if place + 1 < len(table.rows) else None
            if found := self._header_at(row, following):
                self._start(found[0], keep=inherited)
                second_row, inherited = found[1], self._header
            elif not row.filled() or is_index_row(row):
                continue
            else:
                if self._header is None and inherited and self._goes_on(inherited, row):
                    self._header = inherited
                self._read_row(row)
        self._report_skipped()
        if self._header is None:
            self._header = inherited
        self._table, self._skipped, self._steps = outer

    def _header_at(self, row: Row, following: Row | None) -> tuple[Header, bool] | None:
        """The header of this row and whether the next row is its second one; None inside processes."""
        if self._outline.in_process or not (header := header_of(row)):
            return None
        second = with_second_row(header, row, following) if following else None
        return (second, True) if second else (header, False)

    def _start(self, header: Header, *, keep: Header | None) -> None:
        if keep is None or keep.roles != header.roles:
            # Other columns: what stood above stood above something else.
            self._above = {}
            self._last = None
        self._header, self._glued, self._steps = header, [], False

    def _goes_on(self, header: Header, row: Row) -> bool:
        """Can this row, first of its table, belong to the list before? It has as many cells, its code where codes stood."""
        if self._outline.in_process or self._is_step(row):
            return False
        codes = [
            column.role for column, cell in header.cells(row) if looks_like_code(cell.text) and cell.text
        ]
        if len(row.cells) != len(header.columns):
            # A heading across the table says nothing yet; the next row will.
            return False
        return bool({"code", "name"} & set(codes)) or (
            not header.has("code") and not self._process_cells(row)
        )

    def _read_row(self, row: Row) -> None:
        if self._read_inner_tables(row):
            return
        if self._try_heading(row):
            return
        if self._glued and (header := glued_header(self._glued, row)):
            self._start(header, keep=None)
        if self._outline.in_process or self._steps or self._header is None:
            self._skipped.append(row)
            self._steps = self._steps or self._process_cells(row)
            return
        if self._is_step(row) or self._process_cells(row):
            self._steps = True
            self._skipped.append(row)
            return
        self._read_line(row, self._header)

    def _read_inner_tables(self, row: Row) -> bool:
        """A list inside a cell (a page laid out by a table) is read as a list of its own."""
        inner = [table for cell in row.cells for table in cell.tables if holds_list(table)]
        for cell in row.cells if inner else ():
            self.read(Paragraph(cell.own_text))
            for table in cell.tables:
                self._read_table(table)
        return bool(inner)

    @staticmethod
    def _is_step(row: Row) -> bool:
        return any(_STEP.fullmatch(cell.text) for cell in row.cells[:2])

    @staticmethod
    def _process_cells(row: Row) -> bool:
        filled = row.filled()
        # A line of a list may speak of copies and results too.
        if any(looks_like_code(cell.text) for cell in filled) or (
            filled and filled[0].text.strip(".").isdigit()
        ):
            return False
        return is_process_header([cell.text for cell in filled])

    def _report_skipped(self) -> None:
        """Names what was left out, once for each table."""
        rows = self._skipped
        # What stands before the header (titles, mottoes) is no loss.
        if (
            not rows
            or self._table is None
            or (self._header is not None and not self._outline.in_process and not self._steps)
        ):
            return
        text = "\n".join(cell.text for row in rows for cell in row.cells)
        codes = tuple(whole_codes(text))
        whole = len(rows) >= len(self._table.rows) - 1
        where = self._table.name if whole else f"{self._table.name}, từ dòng {rows[0].number}"
        steps = self._outline.in_process or any(
            self._is_step(row) or self._process_cells(row) for row in rows
        )
        why = "quy trình nội bộ, không phải danh mục" if steps else "không nhận ra dòng tiêu đề của danh mục"
        first = next((cell.text for row in rows for cell in row.cells if len(cell.text) > 3), "")
        self.left_out.append(LeftOut(f"{where}: {why} (“{' '.join(first.split())[:80]}”)", codes))

    # Rows across the table -----------------------------------------------------------------------------------------

    def _try_heading(self, row: Row) -> bool:
        fresh = [cell for cell in row.cells if cell.text and not cell.above]
        if not fresh:
            return True
        if any(looks_like_code(cell.text) for cell in fresh):
            return False
        if _TOTAL.fullmatch(plain(" ".join(cell.text for cell in fresh)[:120])):
            return not self._outline.in_process
        label, text = self._heading_words(row, fresh)
        if not text or len(text) > MAX_HEADING:
            return False
        text, glued = split_glued(text)
        pieces = split_headings(text)
        if self._outline.in_process and not self._ends_process(pieces, label):
            return False
        if self._header is None and not label and not any(is_heading_paragraph(piece) for piece in pieces):
            # Above the header of a sheet: the issuer, the motto.
            return False
        if not label and _REMARK.match(plain(text)):
            return not self._outline.in_process
        for number, piece in enumerate(pieces):
            self._open(piece, label if number == 0 else "", in_row=self._header is not None)
        if glued:
            self._glued = glued
        if self._outline.in_process:
            self._skipped.append(row)
        return bool(pieces)

    def _ends_process(self, pieces: Sequence[str], label: str) -> bool:
        first = read_heading(pieces[0], label=label) if pieces else None
        return bool(first and (first.is_list or first.actions == {"abolished"}))

    def _heading_words(self, row: Row, fresh: Sequence[Cell]) -> tuple[str, str]:
        """Label and words of a row that is a heading; ("", "") for any other."""
        header = self._header
        if len(fresh) == 1:
            cell = fresh[0]
            if self._is_wide(cell, row):
                # A line of a name that runs on, or an "x" lost in a merged row, is no heading.
                return ("", cell.text) if len(cell.text) > 2 and not cell.text[0].islower() else ("", "")
            at = header.role_at(cell) if header else ""
            numbered = bool(re.match(r"[IVXLC]{1,6}\.|[A-H]\.", cell.text))
            alone = at in ("ordinal", "name", "code", "field", "") and not any(
                c.above and c.text for c in row.cells
            )
            if alone and (
                has_heading_words(cell.text) or numbered or (len(cell.text) > 3 and cell.text.isupper())
            ):
                return "", cell.text
            return "", ""
        # A label stands where the numbers stand; an "x" or "V" in another column is a mark.
        numbered_cell = fresh[0] is row.cells[0] or (header and header.role_at(fresh[0]) == "ordinal")
        style = label_style(fresh[0].text) if numbered_cell else ""
        if len(fresh) == 2 and style:
            text = fresh[1].text
            if (
                not style.startswith(("number", "small"))
                or self._is_wide(fresh[1], row)
                or has_heading_words(text)
            ):
                return fresh[0].text, text
        elif len(fresh) <= 3 and style in ("roman", "letter", "letter or roman"):
            # "I | Lĩnh vực Đất đai | | 5 TTHC"
            return fresh[0].text, " ".join(cell.text for cell in fresh[1:])
        return "", ""

    def _is_wide(self, cell: Cell, row: Row) -> bool:
        """Does the cell cover several columns, the name's among them?"""
        if len(row.cells) == 1:
            return True
        if self._header is None:
            return cell.span > 1 or len(row.filled()) == 1
        covered = self._header.columns_under(cell)
        return cell.span > 1 and (covered > 2 or covered * 2 > len(self._header.columns))

    # Lines ---------------------------------------------------------------------------------------------------------

    def _read_line(self, row: Row, header: Header) -> None:
        pairs = header.cells(row)
        cells: dict[str, Cell] = {}
        extras: list[tuple[str, str]] = []
        for column, cell in pairs:
            if column.role in cells and column.role not in ("", _EXTRA):
                # Two columns of one role (fee in person, fee online): the second keeps its label.
                if cell.text:
                    extras.append((column.label, cell.text))
            elif column.role == _EXTRA:
                if cell.text:
                    extras.append((column.label, cell.text))
            elif column.role:
                cells[column.role] = cell
        if self._last is not None and self._runs_on(cells):
            self._append(self._last, pairs)
            return
        if not any(cells[role].text for role in ("name", "code", "old_name") if role in cells):
            self._skipped.append(row)
            return
        assert self._table is not None
        line = RawLine(
            where=self._table.place(row),
            part=self._outline.path,
            actions=self._outline.actions,
            level=self._outline.level,
            field=self._outline.field,
            values={role: cell.text for role, cell in cells.items()},
            extras=extras,
            shared_ordinal="ordinal" in cells and cells["ordinal"].above,
        )
        self._resolve(line)
        self.lines.append(line)
        self._last = line
        self._outline.used = True

    @staticmethod
    def _runs_on(cells: dict[str, Cell]) -> bool:
        """Does the row go on with the procedure above: merged downwards, or broken by a page?"""
        name, code, ordinal = (cells.get(role) for role in ("name", "code", "ordinal"))
        if code is not None and code.text and not code.above:
            return False
        if name is not None and name.above:
            return not (ordinal is not None and ordinal.text and not ordinal.above)
        if ordinal is not None and ordinal.text and not ordinal.above:
            return False
        return name is None or not name.text or name.text[0].islower()

    @staticmethod
    def _append(line: RawLine, pairs: Sequence[tuple[Column, Cell]]) -> None:
        for column, cell in pairs:
            role = column.role
            if not role or not cell.text or cell.above or is_ditto(cell.text):
                continue
            if role == _EXTRA:
                line.extras.append((column.label, cell.text))
            elif before := line.get(role):
                line.values[role] = (
                    f"{before}{' ' if role in ('name', 'old_name', 'code') else chr(10)}{cell.text}"
                )
            else:
                line.values[role] = cell.text

    def _resolve(self, line: RawLine) -> None:
        """Words for "như trên": those above in the same column; also over headings, as one reads the page."""
        for role in VALUE_ROLES:
            text = line.get(role)
            if not text:
                continue
            if is_ditto(text):
                if above := self._above.get(role):
                    line.values[role] = above
                else:
                    line.values[role] = ""
                    line.unresolved.append(role)
                    continue
            elif number := row_meant(text):
                meant = self._row_numbered(number, line.part)
                if meant is None or not meant.get(role):
                    line.unresolved.append(role)
                    continue
                line.values[role] = meant.get(role)
            self._above[role] = line.values[role]
        for place, (label, text) in enumerate(line.extras):
            if is_ditto(text):
                line.extras[place] = (label, self._above.get(f"extra {label}", ""))
            else:
                self._above[f"extra {label}"] = text
        line.extras = [(label, text) for label, text in line.extras if text]

    def _row_numbered(self, number: str, part: str) -> RawLine | None:
        for line in reversed(self.lines):
            if line.part == part and line.get("ordinal").strip(". ").lstrip("0") == number:
                return line
        return None
