"""Units as CSV: the portal's own shape (`home/data/units.csv`), and the two shapes in which reorganisations are published.

- portal: `code, kind, name, slug` and any of the other columns of COLUMNS; lists are joined by "; "
- communes of today: `code, name, type, old_units`, the last as "Xã A (Huyện B); Phường C (Thị xã D)"
- old to new: one row per old and new commune; a split commune has several rows

Both published shapes give today's communes alike; only the second knows the codes of the old ones and of the districts.
UTF-8 with or without BOM; comma, semicolon or tab.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final, TypeAlias

from home.slugs import ended_commune_slug, is_slug, slugify_vi
from home.unit_records import COMMUNE, DISTRICT, KINDS, TOWNSHIP, TWO_LEVELS_FROM, WARD, UnitRecord

COLUMNS: Final = (
    "code", "kind", "name", "short_name", "old_names", "slug", "parent", "active_from", "active_until", "successors",
    "website", "email", "complaints_address",
)  # fmt: skip
_NEEDED: Final = ("code", "kind", "name", "slug")
_CURRENT: Final = ("code", "name", "type", "old_units")
_OLD_TO_NEW: Final = ("old_code", "old_name", "old_district_code", "old_district", "new_code", "new_name")

SHIPPED_UNITS: Final = Path(__file__).parent / "data" / "units.csv"

_COMMUNE_WORDS: Final = {"Xã": COMMUNE, "Phường": WARD, "Thị trấn": TOWNSHIP}
_DISTRICT_WORDS: Final = {"Thành phố": "TP. ", "Thị xã": "TX. ", "Huyện": ""}
_LAST_DAY: Final = TWO_LEVELS_FROM - timedelta(days=1)
_INVISIBLE: Final = re.compile("[\u200b-\u200d\u2060\ufeff\u00ad\ue000-\uf8ff]")
_OLD_UNIT: Final = re.compile(r"(?P<name>[^()]+?)\s*\((?P<district>[^()]+)\)")


@dataclass(frozen=True, slots=True)
class UnitProblem:
    """What was refused: the row counts lines of the file, as an editor shows them; row 1 is the header."""

    file: str
    row: int
    field: str
    reason: str
    value: str = ""

    def __str__(self) -> str:
        said = f" (trong tệp ghi: “{self.value}”)" if self.value else ""
        field = f", cột {self.field}" if self.field else ""
        return f"{self.file}, dòng {self.row}{field}: {self.reason}{said}"


@dataclass(frozen=True, slots=True)
class ReadResult:
    records: tuple[UnitRecord, ...]
    problems: tuple[UnitProblem, ...]


class _CellError(Exception):
    """A row that can't be taken."""

    def __init__(self, field: str, reason: str, value: str = "") -> None:
        super().__init__(reason)
        self.field, self.reason, self.value = field, reason, value


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def needed(self, column: str) -> str:
        if not self[column]:
            raise _CellError(column, "để trống, cột này bắt buộc")
        return self[column]


_Report: TypeAlias = Callable[[int, _CellError], None]


def read_units_csv(path: str | Path, *, province_code: str = "") -> ReadResult:
    """Reads any of the three shapes; what is wrong is reported, everything else is kept.

    `province_code` becomes the parent of today's communes in the published shapes, which don't state it.
    Raises OSError where there is no such file.
    """
    path = Path(path)
    problems: list[UnitProblem] = []

    def report(line: int, fault: _CellError) -> None:
        problems.append(UnitProblem(path.name, line, fault.field, fault.reason, fault.value))

    try:
        records = tuple(_records(path.read_bytes(), report, province_code))
    except _CellError as fault:
        report(1, fault)
        records = ()
    return ReadResult(records, tuple(sorted(problems, key=lambda p: p.row)))


def _records(data: bytes, report: _Report, province_code: str) -> Iterator[UnitRecord]:
    columns, rows = _table(data, report)
    if set(_NEEDED) <= set(columns):
        return _read_portal(rows, report)
    if set(_OLD_TO_NEW) <= set(columns):
        return _read_old_to_new(rows, report, province_code)
    if set(_CURRENT) <= set(columns):
        return _read_current(rows, report, province_code)
    shapes = "; ".join(", ".join(shape) for shape in (_NEEDED, _CURRENT, _OLD_TO_NEW))
    reason = f"tiêu đề không khớp mẫu nào. Các cột cần có là một trong: {shapes}"
    raise _CellError("", reason, ", ".join(columns))


def shipped_units() -> tuple[UnitRecord, ...]:
    """The portal's own units. Raises ValueError if the file has been damaged."""
    result = read_units_csv(SHIPPED_UNITS)
    if result.problems:
        raise ValueError("\n".join(str(p) for p in result.problems))
    return result.records


def units_csv(records: Iterable[UnitRecord]) -> str:
    """The records in the portal's shape: what `read_units_csv` reads back unchanged."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for r in records:
        writer.writerow(_as_cell(getattr(r, column)) for column in COLUMNS)
    return out.getvalue()


def _as_cell(value: object) -> str:
    if isinstance(value, tuple):
        return "; ".join(value)
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


# The table below the shapes


def _table(data: bytes, report: _Report) -> tuple[Sequence[str], list[_Row]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise _CellError("", f"tệp không phải UTF-8 (lỗi ở dòng {line}). Hãy lưu lại với mã UTF-8") from error
    if "\0" in text:
        raise _CellError("", "đây không phải tệp CSV")
    header = text.lstrip().partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns: list[str] = []
    rows: list[_Row] = []
    line = 1
    try:
        for cells in reader:
            values = [_clean(cell) for cell in cells]
            if any(values) and not columns:
                columns = [value.lower() for value in values]
                if twice := {c for c in columns if c and columns.count(c) > 1}:
                    raise _CellError("", "tiêu đề có cột lặp lại", ", ".join(sorted(twice)))
            elif any(values):
                if len(values) > len(columns) and any(values[len(columns) :]):
                    report(line, _CellError("", f"có {len(values)} ô, tiêu đề chỉ có {len(columns)} cột"))
                else:
                    rows.append(_Row(line, dict(zip(columns, values, strict=False))))
            line = reader.line_num + 1
    except csv.Error as error:
        if not columns:
            raise _CellError("", "không đọc được dòng tiêu đề") from error
        report(line, _CellError("", "dấu ngoặc kép không khép lại; từ dòng này trở đi không đọc được"))
    if not columns:
        raise _CellError("", "tệp rỗng")
    return columns, rows


def _clean(cell: str) -> str:
    return unicodedata.normalize("NFC", " ".join(_INVISIBLE.sub("", cell).split()))


def _each(rows: Iterable[_Row], report: _Report, take: Callable[[_Row], None]) -> None:
    for row in rows:
        try:
            take(row)
        except _CellError as fault:
            report(row.line, fault)


# Cells


def _commune_code(row: _Row, column: str) -> str:
    return _digits(row, column, 5, "mã xã, phường gồm 5 chữ số")


def _digits(row: _Row, column: str, length: int, rule: str) -> str:
    code = row.needed(column)
    if not (len(code) == length and code.isascii() and code.isdigit()):
        raise _CellError(column, rule, code)
    return code


def _split_name(row: _Row, column: str, words: Mapping[str, str], value: str = "") -> tuple[str, str, str]:
    """(name, its leading word, the rest): ("Xã Cẩm Bình", "Xã", "Cẩm Bình")."""
    name = value or row.needed(column)
    for word in words:
        bare = name.removeprefix(word + " ")
        if bare != name and bare:
            return name, word, bare
    raise _CellError(column, f"tên phải bắt đầu bằng {', '.join(words)}", name)


def _date(row: _Row, column: str) -> date | None:
    value = row[column]
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise _CellError(column, "ngày phải viết dạng năm-tháng-ngày, ví dụ 2025-07-01", value) from error


def _list(row: _Row, column: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for raw in row[column].split(";") if (part := raw.strip())))


# Shapes


def _read_portal(rows: Iterable[_Row], report: _Report) -> Iterator[UnitRecord]:
    records: dict[str, UnitRecord] = {}
    identities: set[tuple[str, date | None]] = set()

    def take(row: _Row) -> None:
        for column in _NEEDED:
            row.needed(column)
        if row["kind"] not in KINDS:
            raise _CellError("kind", f"loại phải là một trong {', '.join(KINDS)}", row["kind"])
        if not is_slug(row["slug"]):
            raise _CellError("slug", "chỉ gồm chữ thường không dấu, chữ số và dấu nối", row["slug"])
        if row["slug"] in records:
            raise _CellError("slug", "đường dẫn đã dùng ở một dòng trước", row["slug"])
        successors = _list(row, "successors")
        for slug in successors:
            if not is_slug(slug):
                raise _CellError("successors", "không phải đường dẫn của một đơn vị", slug)
        start, end = _date(row, "active_from"), _date(row, "active_until")
        if start and end and end < start:
            raise _CellError("active_until", "đứng trước ngày bắt đầu", row["active_until"])
        if (row["code"], start) in identities:
            raise _CellError("code", "mã và ngày bắt đầu đã có ở một dòng trước", row["code"])
        identities.add((row["code"], start))
        records[row["slug"]] = UnitRecord(
            code=row["code"],
            kind=row["kind"],
            name=row["name"],
            slug=row["slug"],
            short_name=row["short_name"],
            old_names=_list(row, "old_names"),
            parent=row["parent"],
            active_from=start,
            active_until=end,
            successors=successors,
            website=row["website"],
            email=row["email"],
            complaints_address=row["complaints_address"],
        )

    _each(rows, report, take)
    yield from records.values()


def _current_record(code: str, name: str, word: str, old: Iterable[str], province_code: str) -> UnitRecord:
    return UnitRecord(
        code=code,
        kind=_COMMUNE_WORDS[word],
        name=name,
        slug=slugify_vi(name),
        # By slug: the two published shapes list them in different orders.
        old_names=tuple(sorted(dict.fromkeys(old), key=lambda n: (slugify_vi(n), n))),
        parent=province_code,
        active_from=TWO_LEVELS_FROM,
    )


def _read_current(rows: Iterable[_Row], report: _Report, province_code: str) -> Iterator[UnitRecord]:
    records: dict[str, UnitRecord] = {}
    slugs: set[str] = set()

    def take(row: _Row) -> None:
        code = _commune_code(row, "code")
        name, word, _bare = _split_name(row, "name", _COMMUNE_WORDS)
        if row["type"] != word:
            raise _CellError("type", f"không khớp với tên “{name}”", row["type"])
        old: list[str] = []
        for part in _list(row, "old_units"):
            if not (match := _OLD_UNIT.fullmatch(part)):
                raise _CellError("old_units", "mỗi đơn vị cũ phải viết dạng “Xã A (Huyện B)”", part)
            old.append(_split_name(row, "old_units", _COMMUNE_WORDS, match["name"])[0])
        if row["n_old_units"] and row["n_old_units"] != str(len(old)):
            raise _CellError("n_old_units", f"cột old_units có {len(old)} đơn vị", row["n_old_units"])
        if code in records:
            raise _CellError("code", "mã đã có ở một dòng trước", code)
        record = _current_record(code, name, word, old, province_code)
        if record.slug in slugs:
            raise _CellError("name", "tên đã có ở một dòng trước", name)
        slugs.add(record.slug)
        records[code] = record

    _each(rows, report, take)
    yield from records.values()


@dataclass(slots=True)
class _Merger:
    """What the rows of the shape "old to new" have said so far; ordered as they came."""

    new: dict[str, tuple[str, str, str]]
    old: dict[str, tuple[str, str, str]]
    districts: dict[str, tuple[str, str, str]]
    heirs: dict[str, list[str]]


def _read_old_to_new(rows: Iterable[_Row], report: _Report, province_code: str) -> Iterator[UnitRecord]:
    seen = _Merger({}, {}, {}, defaultdict(list))

    def agree(known: Mapping[str, tuple[str, ...]], code: str, value: tuple[str, ...], column: str) -> None:
        if known.get(code, value) != value:
            raise _CellError(column, f"mã {code} ở dòng trước mang tên “{known[code][0]}”", value[0])

    def take(row: _Row) -> None:
        old_code, new_code = _commune_code(row, "old_code"), _commune_code(row, "new_code")
        district_code = _digits(row, "old_district_code", 3, "mã cấp huyện gồm 3 chữ số")
        old_name, old_word, _bare = _split_name(row, "old_name", _COMMUNE_WORDS)
        new = _split_name(row, "new_name", _COMMUNE_WORDS)
        if _COMMUNE_WORDS[new[1]] == TOWNSHIP:
            raise _CellError("new_name", "không còn thị trấn từ 01/07/2025", new[0])
        district = _split_name(row, "old_district", _DISTRICT_WORDS)
        agree(seen.districts, district_code, district, "old_district")
        agree(seen.new, new_code, new, "new_name")
        old = (old_name, old_word, district_code)
        agree(seen.old, old_code, old, "old_name")
        if new_code in seen.heirs[old_code]:
            raise _CellError("new_code", "dòng này lặp lại một dòng trước", f"{old_code} → {new_code}")
        seen.districts[district_code] = district
        seen.new[new_code] = new
        seen.old[old_code] = old
        seen.heirs[old_code].append(new_code)

    _each(rows, report, take)
    yield from _merged(seen, province_code)


def _merged(seen: _Merger, province_code: str) -> Iterator[UnitRecord]:
    slug_of = {code: slugify_vi(name) for code, (name, _word, _bare) in seen.new.items()}
    for code, (name, word, _bare) in seen.new.items():
        old_names = (seen.old[c][0] for c, heirs in seen.heirs.items() if code in heirs)
        yield _current_record(code, name, word, old_names, province_code)
    for code, (name, word, bare) in seen.districts.items():
        heirs = dict.fromkeys(slug_of[n] for c, o in seen.old.items() if o[2] == code for n in seen.heirs[c])
        yield UnitRecord(
            code=code,
            kind=DISTRICT,
            name=name,
            slug=slugify_vi(name),
            short_name=_DISTRICT_WORDS[word] + bare,
            parent=province_code,
            active_until=_LAST_DAY,
            successors=tuple(sorted(heirs)),
        )
    for code, (name, word, district_code) in seen.old.items():
        yield UnitRecord(
            code=code,
            kind=_COMMUNE_WORDS[word],
            name=name,
            slug=ended_commune_slug(name, seen.districts[district_code][0]),
            parent=district_code,
            active_until=_LAST_DAY,
            successors=tuple(slug_of[n] for n in seen.heirs[code]),
        )
