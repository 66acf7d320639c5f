"""Reading the catalogue's workbook back into records. Pure: no Django.

A file comes from a person: columns may stand in any order, cells may hold slips. A slip costs its own value,
with a note that says sheet, row and column; the rest of the procedure is kept. A file that is no such
workbook, or absurdly large, is refused as a whole before it is unpacked.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from procedures.record import Basis, Channel, Duration, Fee, Paper, PaperCase, ProcedureRecord, Result, Step
from procedures.sources import xlsx_layout as layout
from procedures.sources.reading import Notes, Reading
from procedures.sources.scope import HOME_PROVINCE, scope_of
from procedures.sources.xlsx_cells import NotAWorkbook, Row, check_size, rows_of
from procedures.sources.xlsx_layout import SHEETS, Sheet
from procedures.text.codes import normalise_code
from procedures.text.sanitising import TextTooLong, clean_text

# ---------------------------------------------------------------------------------------------- rows to parts


def _fee(row: Row, notes: Notes) -> Fee | None:
    headings = ("Khoản phí, lệ phí", "Số tiền", "Đơn vị tiền", "Diễn giải phí")
    if not any(row.raw(heading).strip() for heading in headings):
        return None
    return Fee(
        amount=row.number_in("Số tiền", notes),
        currency=row.choice("Đơn vị tiền", layout.CURRENCIES, notes) or "VND",
        label=row.text("Khoản phí, lệ phí"),
        text=row.text("Diễn giải phí", keep_lines=True),
    )


def _grouped(rows: Sequence[Row], heading: str, same: Callable[[Row], bool]) -> list[list[Row]]:
    """Rows of one channel or case: those with the same number, or without one where `same` says so."""
    groups: list[list[Row]] = []
    by_number: dict[str, list[Row]] = {}
    for row in rows:
        number = row.text(heading)
        if number and number in by_number:
            by_number[number].append(row)
        elif not number and groups and same(row):
            groups[-1].append(row)
        else:
            groups.append([row])
            if number:
                by_number[number] = groups[-1]
    return groups


def _channels(rows: Sequence[Row], notes: Notes) -> tuple[Channel, ...]:
    channels = []
    for group in _grouped(rows, "Cách số", lambda row: not row.raw("Cách nộp").strip()):
        first = group[0]
        kind = first.choice("Cách nộp", layout.KINDS, notes)
        if not kind:
            notes.add(f"{first.place('Cách nộp')}: thiếu cách nộp, không đọc cả dòng.")
            continue
        amount = first.number_in("Thời hạn", notes)
        unit = first.choice("Đơn vị thời hạn", layout.UNITS, notes)
        if (amount is None) != (not unit):
            notes.add(f"{first.place('Thời hạn')}: phải có đủ số và đơn vị thời hạn.")
        channels.append(
            Channel(
                kind=kind,
                duration=Duration(amount, unit) if amount is not None and unit else None,
                duration_text=first.text("Diễn giải thời hạn", keep_lines=True),
                fees=tuple(fee for row in group if (fee := _fee(row, notes))),
                note_html=first.html("Mô tả"),
            )
        )
    return tuple(channels)


def _cases(rows: Sequence[Row], notes: Notes) -> tuple[PaperCase, ...]:
    cases = []
    for group in _grouped(rows, "Trường hợp số", lambda row: not row.raw("Trường hợp").strip()):
        papers = []
        for row in group:
            paper = Paper(
                name_html=row.html("Giấy tờ"),
                originals=row.count_in("Bản chính", notes),
                copies=row.count_in("Bản sao", notes),
                form=row.text("Tệp mẫu"),
                note=row.text("Ghi chú"),
            )
            if paper.name_html:
                papers.append(paper)
            elif paper != Paper(name_html=""):
                notes.add(f"{row.place('Giấy tờ')}: thiếu tên giấy tờ, không đọc dòng.")
        first = group[0]
        cases.append(
            PaperCase(
                title=first.text("Trường hợp"), papers=tuple(papers), note_html=first.html("Chỉ dẫn chung")
            )
        )
    return tuple(cases)


def _steps(rows: Sequence[Row], notes: Notes) -> tuple[Step, ...]:
    return tuple(
        Step(
            title=row.text("Bước") or f"Bước {number}",
            text_html=row.html("Nội dung"),
            actor=row.choice("Ai làm", layout.ACTORS, notes),
        )
        for number, row in enumerate(rows, start=1)
        if row.raw("Bước").strip() or row.raw("Nội dung").strip()
    )


def _results(rows: Sequence[Row], notes: Notes) -> tuple[Result, ...]:
    results = []
    for row in rows:
        name, code = row.text("Kết quả"), row.text("Mã kết quả")
        if name:
            results.append(Result(name=name, code=code))
        else:
            notes.add(f"{row.place('Kết quả')}: thiếu tên kết quả, không đọc dòng.")
    return tuple(results)


def _date(row: Row, notes: Notes) -> date | None:
    text = row.text("Ngày ban hành")
    if not text:
        return None
    match = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?: .*)?", text)
    try:
        if match:
            return date(int(match[3]), int(match[2]), int(match[1]))
        return date.fromisoformat(text)
    except ValueError:
        notes.add(f"{row.place('Ngày ban hành')}: “{text}” không phải là ngày (ngày/tháng/năm).")
        return None


def _basis(rows: Sequence[Row], notes: Notes) -> tuple[Basis, ...]:
    documents = []
    for row in rows:
        number, title = row.text("Số, ký hiệu"), row.text("Tên văn bản")
        if number or title:
            documents.append(
                Basis(
                    number=number,
                    title=title,
                    issued=_date(row, notes),
                    issuer=row.text("Cơ quan ban hành"),
                    address=row.text("Địa chỉ"),
                )
            )
        else:
            notes.add(f"{row.place()}: thiếu cả số và tên văn bản, không đọc dòng.")
    return tuple(documents)


def _absences(row: Row, notes: Notes) -> dict[str, str]:
    heading = "Nội dung không có"
    parts = {label.lower(): part for part, label in layout.PARTS.items()}
    reasons = {label.lower(): value for value, label in layout.ABSENCES.items()}
    found = {}
    for line in row.lines(heading):
        part, _, reason = line.partition(":")
        key = parts.get(part.strip().lower(), part.strip() if part.strip() in layout.PARTS else "")
        value = reasons.get(
            reason.strip().lower(), reason.strip() if reason.strip() in layout.ABSENCES else ""
        )
        if key and value:
            found[key] = value
        else:
            notes.add(f"{row.place(heading)}: không hiểu “{line}”; cần dạng “Phần: lý do”.")
    return found


# --------------------------------------------------------------------------------------------------- a record


@dataclass(frozen=True, slots=True)
class _Parts:
    """Rows of the other sheets, by code."""

    rows: dict[str, dict[str, list[Row]]]

    def of(self, sheet: Sheet, code: str) -> list[Row]:
        return self.rows[sheet.title].get(code, [])


def _record(row: Row, code: str, parts: _Parts, notes: Notes, home: str) -> Reading:
    name = row.text("Tên thủ tục")
    steps = _steps(parts.of(layout.STEPS, code), notes)
    missing = [words for words, value in (("tên", name), ("các bước thực hiện", steps)) if not value]
    if missing:
        return Reading(None, f"{row.place()}: thủ tục {code} thiếu {', '.join(missing)}.", notes.as_tuple())
    levels = row.choices("Cấp thực hiện", layout.LEVELS, notes)
    bodies, issuing_body = row.lines("Cơ quan thực hiện"), row.text("Cơ quan công bố")
    address = row.text("Địa chỉ trên Cổng quốc gia")
    if address and not re.match(r"https?://", address):
        notes.add(f"{row.place('Địa chỉ trên Cổng quốc gia')}: “{address}” không phải là địa chỉ web.")
        address = ""
    record = ProcedureRecord(
        code=code,
        name=name,
        decision=row.text("Quyết định công bố"),
        issuing_body=issuing_body,
        field=row.text("Lĩnh vực"),
        levels=levels,
        audiences=row.choices("Đối tượng thực hiện", layout.AUDIENCES, notes),
        bodies=bodies,
        scope=row.choice("Phạm vi", layout.SCOPES, notes)
        or scope_of(issuing_body=issuing_body, levels=levels, bodies=bodies, home=home),
        purpose=row.text("Thủ tục này để làm gì"),
        steps=steps,
        channels=_channels(parts.of(layout.CHANNELS, code), notes),
        cases=_cases(parts.of(layout.PAPERS, code), notes),
        copies_text=row.text("Số lượng hồ sơ"),
        results=_results(parts.of(layout.RESULTS, code), notes),
        conditions_html=row.html("Yêu cầu, điều kiện"),
        basis=_basis(parts.of(layout.BASIS, code), notes),
        online_level=row.choice("Mức độ trực tuyến", layout.ONLINE_LEVELS, notes),
        online_reason=row.text("Lý do chưa toàn trình"),
        national_url=address,
        anywhere={"1": True, "0": False}.get(
            row.choice("Nộp ở nơi khác trong tỉnh", {"1": "Có", "0": "Không"}, notes)
        ),
        everyday_names=row.lines("Tên thường gọi"),
        absences=_absences(row, notes),
    )
    return Reading(record, None, notes.as_tuple())


def read_xlsx(source: str | Path | IO[bytes], *, home: str = HOME_PROVINCE) -> Iterator[tuple[str, Reading]]:
    """Readings with their places ("Thủ tục, dòng 5"), one by one; details of a code that the main sheet lacks
    at the end.

    Raises NotAWorkbook before the first of them, or OSError.
    """
    check_size(source)
    try:
        workbook = load_workbook(source, read_only=True, data_only=True, keep_links=False)
    except (InvalidFileException, KeyError, ValueError, ParseError, zipfile.BadZipFile) as error:
        raise NotAWorkbook("Tệp không phải là bảng tính XLSX đọc được.") from error
    try:
        yield from _readings(workbook, home)
    except (ParseError, zipfile.BadZipFile) as error:
        raise NotAWorkbook("Tệp bảng tính bị hỏng.") from error
    finally:
        workbook.close()


def _readings(workbook: Any, home: str) -> Iterator[tuple[str, Reading]]:
    if layout.MAIN.title not in workbook.sheetnames:
        raise NotAWorkbook(f"Tệp không có trang “{layout.MAIN.title}”.")
    file_notes = Notes()
    parts = _Parts({})
    for sheet in SHEETS[1:]:
        by_code: dict[str, list[Row]] = {}
        if sheet.title in workbook.sheetnames:
            for row in rows_of(workbook[sheet.title], sheet, file_notes):
                code = normalise_code(row.cells[0])
                by_code.setdefault(code or row.cells[0].strip(), []).append(row)
        parts.rows[sheet.title] = by_code
    seen: set[str] = set()
    for row in rows_of(workbook[layout.MAIN.title], layout.MAIN, file_notes):
        place = row.place()
        code = normalise_code(row.cells[0])
        if code is None:
            words = clean_text(row.cells[0])
            yield (
                place,
                Reading(
                    None,
                    f"{place}: mã “{words}” không đúng dạng 1.004194." if words else f"{place}: thiếu mã.",
                ),
            )
            continue
        if code in seen:
            yield place, Reading(None, f"{place}: mã {code} đã có ở một dòng trước.")
            continue
        seen.add(code)
        # What concerns the whole file is told with its first procedure.
        notes, file_notes = file_notes, Notes()
        try:
            yield place, _record(row, code, parts, notes, home)
        except TextTooLong as error:
            yield place, Reading(None, f"{place}: {error}", notes.as_tuple())
    for by_code in parts.rows.values():
        for code, rows in by_code.items():
            if code not in seen:
                words = f"mã {code}" if code else "dòng thiếu mã"
                place = rows[0].place()
                yield (
                    place,
                    Reading(
                        None, f"{place}: {words} không có ở trang “{layout.MAIN.title}” ({len(rows)} dòng)."
                    ),
                )
