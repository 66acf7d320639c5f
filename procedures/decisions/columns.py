"""Which column of a list holds what: header rows found by their words, in any order and spelling. Pure: no Django."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from procedures.decisions.blocks import Cell, Row
from procedures.decisions.wording import is_process_header, plain

# The first pattern that fits names the role; what fits none is kept with its label in the line's note.
_ROLES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (role, re.compile(pattern))
    for role, pattern in (
        ("ordinal", r"(?:so )?(?:s ?t ?t|t ?t)|so thu tu|thu tu|so tt"),
        (
            "basis",
            r"(?:ten )?(?:vbqppl|van ban)\b.*|can cu\b.*|co so phap ly.*|.*\bvan ban (?:quy pham|quy dinh|can cu)\b.*",
        ),
        ("old_code", r"ma\b.*\b(?:cu|truoc day|duoc thay the|bi thay the|hien hanh)"),
        (
            "code",
            r"ma|ma (?:so )?(?:ho so )?(?:cua )?(?:tthc|tt hc|thu tuc|tt)\b.*|ma so|so ho so|so ho so (?:tthc|thu tuc).*|ma (?:so )?(?:ho so|quoc gia).*",
        ),
        (
            "old_name",
            r"ten\b.*\b(?:cu|truoc day|hien hanh|da cong bo|duoc thay the|bi thay the|truoc khi .*|truoc sua doi)|.*\bten cu\b.*",
        ),
        (
            "new_name",
            r"ten\b.*\b(?:moi|sau khi .*|(?<!duoc )(?<!bi )thay the|sau sua doi|dieu chinh|cong bo lai)|.*\bten moi\b.*",
        ),
        (
            "name",
            r"ten|ten (?:goi )?(?:cua )?(?:cac )?(?:tthc|thu tuc|tt hc)\b.*|ten danh muc.*|(?:danh muc )?(?:cac )?(?:thu tuc hanh chinh|tthc)|(?:danh muc )?thu tuc|noi dung thu tuc.*",
        ),
        ("time", r"(?:tong )?(?:thoi (?:han|gian))\b.*|han giai quyet"),
        ("fee", r"(?:muc )?(?:thu )?(?:phi|le phi)\b.*"),
        ("field", r"(?:ten )?linh vuc\b.*|nganh linh vuc.*"),
        (
            "body",
            r"(?:cap|co quan|don vi|noi)(?: co tham quyen)?(?: thuc hien| giai quyet| quyet dinh| tham quyen).*|tham quyen\b.*|co quan co tham quyen.*|cap hanh chinh|cap",
        ),
        ("place", r"dia diem\b.*|noi (?:tiep nhan|nop|thuc hien).*|co quan tiep nhan.*|bo phan tiep nhan.*"),
        ("manner", r"cach thuc\b.*|hinh thuc (?:thuc hien|nop|tiep nhan).*"),
        (
            "action",
            r"(?:noi dung|hinh thuc|loai|tinh trang|loai hinh) (?:cong bo|ban hanh|tthc)|tinh trang|loai",
        ),
        ("at_province", r"(?:cap )?tinh|ubnd (?:cap )?tinh"),
        ("at_commune", r"(?:cap )?xa|xa phuong|ubnd (?:cap )?xa"),
        (
            "note",
            r"ghi chu\b.*|noi dung (?:duoc )?sua doi.*|noi dung thay doi.*|ly do.*|noi dung (?:bai bo|thay the)",
        ),
    )
)
MAX_HEADER_CELL = 160
VALUE_ROLES = ("time", "place", "manner", "fee", "basis", "field", "body", "note")
"""Roles whose cells may say "như trên"."""


def role_of(text: str) -> str:
    """The role of a header cell, "extra" for words of none, "" for an empty or absurdly long cell."""
    words = plain(re.sub(r"\([^()]*\)", " ", text)) or plain(text)
    if not words or len(text) > MAX_HEADER_CELL:
        return ""
    return next((role for role, pattern in _ROLES if pattern.fullmatch(words)), "extra")


@dataclass(frozen=True, slots=True)
class Column:
    start: int
    end: int
    role: str
    label: str


@dataclass(frozen=True, slots=True)
class Header:
    columns: tuple[Column, ...]

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(column.role for column in self.columns)

    def has(self, role: str) -> bool:
        return any(column.role == role for column in self.columns)

    def cells(self, row: Row) -> list[tuple[Column, Cell]]:
        """Each column with its cell of the row. Grids of Word are ragged: as many cells as columns go one by one."""
        if len(row.cells) == len(self.columns):
            return list(zip(self.columns, row.cells, strict=True))
        found: list[tuple[Column, Cell]] = []
        for column in self.columns:
            overlaps = [
                (min(cell.end, column.end) - max(cell.start, column.start), cell) for cell in row.cells
            ]
            best = max(overlaps, key=lambda pair: pair[0], default=None)
            if best and best[0] > 0:
                found.append((column, best[1]))
        return found

    def role_at(self, cell: Cell) -> str:
        return next((column.role for column in self.columns if column.start <= cell.start < column.end), "")

    def columns_under(self, cell: Cell) -> int:
        """How many columns a cell of another row covers."""
        return sum(column.start < cell.end and cell.start < column.end for column in self.columns)


def _settled(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Old and new names told apart; a lone one of either is the name."""
    roles = [column.role for column in columns]
    renamed: dict[str, str] = {}
    if "name" not in roles:
        renamed = {"new_name": "name"} if "new_name" in roles else {"old_name": "name"}
    elif "new_name" in roles:
        # "Tên TTHC" beside "Tên mới": the first is the old one.
        renamed = {"name": "old_name", "new_name": "name"}
    if "code" not in roles:
        renamed["old_code"] = "code"
    seen: set[str] = set()
    settled = []
    for column in columns:
        role = renamed.get(column.role, column.role)
        if role in seen and role in ("ordinal", "name", "code"):
            role = "extra"
        seen.add(role)
        settled.append(Column(column.start, column.end, role, column.label))
    return tuple(settled)


def header_of(row: Row) -> Header | None:
    """The header that a row is, or None: it names the procedures, and a number, code or two other things besides."""
    filled = row.filled()
    if not 2 <= len(filled) <= 40 or any(len(cell.text) > MAX_HEADER_CELL for cell in filled):
        return None
    columns = _settled([Column(cell.start, cell.end, role_of(cell.text), cell.text) for cell in row.cells])
    roles = {column.role for column in columns} - {"extra", ""}
    if "name" not in roles or len(roles) < 2:
        return None
    if not roles & {"ordinal", "code"} and len(roles) < 3:
        return None
    # "TT | Tên công việc | Trách nhiệm | Thời gian": steps that carry a name.
    if (
        "code" not in roles
        and "basis" not in roles
        and is_process_header([c.label for c in columns if c.role == "extra"])
    ):
        return None
    return Header(columns)


def with_second_row(header: Header, above: Row, row: Row) -> Header | None:
    """The header of two rows, or None where `row` is no second one: it only goes on, or divides merged cells above."""
    divided: list[Column] = []
    split = False
    for cell in row.cells:
        over = next((c for c in above.cells if c.start <= cell.start < c.end), None)
        if over is None:
            return None
        same = not cell.text or cell.above or cell.text == over.text
        if not same and (over.span == 1 or cell.span >= over.span or len(cell.text) > MAX_HEADER_CELL):
            return None
        column = next((c for c in header.columns if c.start <= cell.start < c.end), None)
        role, label = (column.role, column.label) if column else ("", "")
        if not same:
            split = True
            own = role_of(cell.text)
            role = own if own not in ("extra", "") else role
            label = f"{label} – {cell.text}"
        divided.append(Column(cell.start, cell.end, role, label))
    return Header(tuple(divided)) if split else None


_INDEX = re.compile(r"\d{1,2}|[A-Z]|\d{1,2}\s*=.{1,12}")


def is_index_row(row: Row) -> bool:
    """The row "(1) (2) (3) …" or "A B C 1 2 …" under a header."""
    texts = [cell.text.strip("() .") for cell in row.cells]
    return len(texts) >= 3 and len(set(texts)) == len(texts) and all(_INDEX.fullmatch(text) for text in texts)


# ------------------------------------------------------------------------------------------------- headers run together

_GLUED = re.compile(
    r"(?:^|\s)(?P<header>(?:STT|TT|Số TT)\s+(?=Tên|Mã|Số hồ sơ|Thủ tục|Lĩnh vực|Danh mục).+)$", re.DOTALL
)
_GLUED_STARTS = re.compile(
    r"(?<!\S)(?=(?:STT|TT|Số TT)\s+(?=Tên|Mã|Số)|Tên (?:thủ tục|TTHC|VBQPPL|văn bản)|Mã (?:số|TTHC|thủ tục|hồ sơ)|Số hồ sơ|Thời (?:hạn|gian)|Địa điểm|Cách thức"
    r"|Phí(?:,|\s|$)|Lệ phí|Căn cứ pháp|Lĩnh vực|Cơ quan|Ghi chú|Văn bản)"
)


def split_glued(text: str) -> tuple[str, list[str]]:
    """A heading and the header cells that were run into it: "II. … BỊ BÃI BỎ (01 TTHC) STT Tên … Số hồ sơ …"."""
    text = " ".join(text.split())
    match = _GLUED.search(text)
    if not match:
        return text, []
    words = match["header"]
    starts = [found.start() for found in _GLUED_STARTS.finditer(words)]
    # "Phí, lệ phí" and "Tên VBQPPL là căn cứ pháp lý" are one cell each.
    cells: list[str] = []
    for start, end in zip(starts, [*starts[1:], len(words)], strict=True):
        cell = words[start:end].strip()
        if cells and (cells[-1].endswith(",") or cells[-1].lower().endswith(("là", "của", "về", "quy định"))):
            cells[-1] = f"{cells[-1]} {cell}"
        else:
            cells.append(cell)
    return text[: match.start()].strip(), cells


def glued_header(cells: Sequence[str], row: Row) -> Header | None:
    """A header from words run together, laid over the cells of the row that follows it."""
    columns = [
        Column(cell.start, cell.end, role_of(label), label)
        for label, cell in zip(cells, row.cells, strict=False)
    ]
    settled = _settled(columns)
    # What lies beyond the words has no name.
    rest = [Column(cell.start, cell.end, "", "") for cell in row.cells[len(settled) :]]
    return Header((*settled, *rest)) if {"name"} <= {column.role for column in settled} else None
