"""Cells, rows and sheets of a workbook that a person made: bounded, cleaned, and each with its place. Pure: no Django."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import IO, Any

from procedures.sources.reading import Notes
from procedures.sources.xlsx_layout import CONTINUED, Sheet
from procedures.text.sanitising import clean_html, clean_text, markdown_to_html

MAX_UNPACKED = 400_000_000
"""Bytes of a workbook once unpacked; the whole national catalogue has some 60 million."""
MAX_RATIO = 250
MAX_ENTRIES = 1_000
MAX_ROWS = 300_000
"""Rows of one sheet; the whole national catalogue has some 21,000 papers."""
BLANK_ROWS = 1_000
"""So many empty rows in a row end a sheet: a formatted empty sheet has a million."""


class NotAWorkbook(ValueError):
    """The file can't be read as the catalogue's workbook; the message says why, in Vietnamese."""


def check_size(target: str | Path | IO[bytes]) -> None:
    """Looks at the archive's directory only: nothing is unpacked before its size is known."""
    try:
        with zipfile.ZipFile(target) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise NotAWorkbook("Tệp không phải là bảng tính XLSX.") from error
    if hasattr(target, "seek"):
        target.seek(0)
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise NotAWorkbook("Tệp quá lớn sau khi giải nén, không phải danh mục thủ tục.")
    if any(
        entry.file_size > 1_000_000 and entry.file_size > MAX_RATIO * max(entry.compress_size, 1)
        for entry in entries
    ):
        raise NotAWorkbook("Tệp được nén bất thường, không đọc để bảo đảm an toàn.")


# -------------------------------------------------------------------------------------------------- raw cells

_ANY_TAG = re.compile(
    r"</?(?:p|br|ul|ol|li|strong|em|b|i|a|table|thead|tbody|tr|td|th|h[1-6]|div|span)[\s/>]", re.IGNORECASE
)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def _raw_text(value: object) -> str:
    """A cell's value as text; numbers as people write them, dates as day/month/year."""
    if value is None:
        return ""
    if isinstance(value, str):
        return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), value) if "_x" in value else value
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, (datetime, date)):
        return f"{value:%d/%m/}{value.year:04}"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)


@dataclass(slots=True)
class Row:
    """One row with what goes on below it; cells in the layout's order."""

    sheet: Sheet
    number: int
    cells: list[str]

    def place(self, heading: str = "") -> str:
        column = f", cột “{heading}”" if heading else ""
        return f"{self.sheet.title}, dòng {self.number}{column}"

    def raw(self, heading: str) -> str:
        return self.cells[self.sheet.place(heading)]

    def text(self, heading: str, *, keep_lines: bool = False) -> str:
        return clean_text(self.raw(heading), keep_lines=keep_lines).strip()

    def html(self, heading: str) -> str:
        """HTML as it is; text on several lines as the light Markdown that people write."""
        raw = self.raw(heading)
        as_typed = "\n" in raw.strip() and not _ANY_TAG.search(raw)
        return markdown_to_html(raw) if as_typed else clean_html(raw)

    def lines(self, heading: str) -> tuple[str, ...]:
        found = (clean_text(line) for line in self.raw(heading).split("\n"))
        return tuple(dict.fromkeys(line for line in found if line))

    def number_in(self, heading: str, notes: Notes) -> Decimal | None:
        """A number; "20.000" typed as text is twenty thousand, "7,5" seven and a half."""
        text = self.text(heading).replace(" ", "")
        if not text:
            return None
        if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", text):
            text = text.replace(".", "")
        try:
            number = Decimal(text.replace(",", "."))
        except InvalidOperation:
            number = Decimal(-1)
        if not number.is_finite() or number < 0:
            notes.add(f"{self.place(heading)}: “{self.text(heading)}” không phải là số.")
            return None
        return number

    def count_in(self, heading: str, notes: Notes) -> int | None:
        number = self.number_in(heading, notes)
        if number is None:
            return None
        if number != number.to_integral_value() or number > 100_000:
            notes.add(f"{self.place(heading)}: “{self.text(heading)}” không phải là số bản.")
            return None
        return int(number)

    def choice(self, heading: str, labels: dict[str, str], notes: Notes) -> str:
        """The value of a label (or of the value itself); "" and a note for what is neither."""
        return self._chosen(heading, self.text(heading), labels, notes)

    def choices(self, heading: str, labels: dict[str, str], notes: Notes) -> tuple[str, ...]:
        found = (self._chosen(heading, line, labels, notes) for line in self.lines(heading))
        return tuple(dict.fromkeys(value for value in found if value))

    def _chosen(self, heading: str, words: str, labels: dict[str, str], notes: Notes) -> str:
        for value, label in labels.items():
            if words and words.lower() in (label.lower(), value.lower()):
                return value
        if words:
            notes.add(f"{self.place(heading)}: “{words}” không có trong danh sách.")
        return ""


def rows_of(worksheet: Any, sheet: Sheet, notes: Notes) -> Iterator[Row]:
    """Rows of a sheet, each with its continuation; raises NotAWorkbook without the headings that it needs."""
    worksheet.reset_dimensions()
    lines = enumerate(worksheet.iter_rows(values_only=True, max_col=60), start=1)
    head = next(lines, (1, ()))[1]
    columns = _columns([clean_text(_raw_text(value)) for value in head], sheet, notes)
    current: Row | None = None
    blank = 0
    for number, values in lines:
        if number > MAX_ROWS:
            raise NotAWorkbook(f"Trang “{sheet.title}” có hơn {MAX_ROWS:,} dòng.".replace(",", "."))
        cells = [_raw_text(values[column]) if 0 <= column < len(values) else "" for column in columns]
        if not any(cells):
            blank += 1
            if blank >= BLANK_ROWS:
                break
            continue
        blank = 0
        if cells[0].strip() == CONTINUED:
            if current is None:
                notes.add(f"{sheet.title}, dòng {number}: dấu {CONTINUED} nhưng không có dòng nào ở trên.")
            else:
                current.cells[1:] = [
                    above + below for above, below in zip(current.cells[1:], cells[1:], strict=True)
                ]
            continue
        if current is not None:
            yield current
        current = Row(sheet, number, cells)
    if current is not None:
        yield current


def _columns(head: Sequence[str], sheet: Sheet, notes: Notes) -> list[int]:
    places = {heading.lower(): place for place, heading in reversed(list(enumerate(head))) if heading}
    for heading in sheet.headings[:2]:
        if heading.lower() not in places:
            raise NotAWorkbook(f"Trang “{sheet.title}” thiếu cột “{heading}” ở dòng đầu.")
    known = {heading.lower() for heading in sheet.headings}
    for heading in head:
        if heading and heading.lower() not in known:
            notes.add(f"Trang “{sheet.title}”: cột “{heading}” không có trong mẫu, không đọc.")
    return [places.get(heading.lower(), -1) for heading in sheet.headings]
