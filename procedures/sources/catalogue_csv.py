"""The national catalogue as a table of codes: fills what a fuller source left empty, never replaces. Pure: no Django."""

from __future__ import annotations

import csv
import dataclasses
import gzip
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from procedures.record import ProcedureRecord
from procedures.sources.choices import read_bodies
from procedures.sources.reading import Notes, says_nothing
from procedures.sources.scope import scope_of
from procedures.text.codes import normalise_code
from procedures.text.sanitising import clean_text
from procedures.text.short_title import readable_name

CODE, NAME, ISSUER, BODIES, FIELD, ADDRESS = (
    "Mã số",
    "Tên",
    "Cơ quan ban hành",
    "Cơ quan thực hiện",
    "Lĩnh vực",
    "URL",
)
COLUMNS = (CODE, NAME, ISSUER, BODIES, FIELD, ADDRESS)


class NotACatalogue(ValueError):
    """The file lacks a column of the national catalogue."""


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    code: str
    name: str
    issuing_body: str
    bodies: tuple[str, ...]
    field: str
    address: str


@dataclass(frozen=True, slots=True)
class CatalogueTable:
    rows: Mapping[str, CatalogueRow]
    problems: tuple[str, ...] = ()
    """Rows that could not be read, in Vietnamese, with their place."""


def read_catalogue_csv(path: str | Path) -> CatalogueTable:
    """`path` may be gzipped. Raises NotACatalogue, OSError or UnicodeDecodeError."""
    path = Path(path)
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as lines:
            return _read(lines, path.name)
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return _read(lines, path.name)


def _read(lines: TextIO, name: str) -> CatalogueTable:
    reader = csv.DictReader(lines)
    missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
    if missing:
        raise NotACatalogue(f"{name}: thiếu cột {', '.join(missing)}.")
    rows: dict[str, CatalogueRow] = {}
    problems: list[str] = []
    for raw in reader:
        place = f"{name} dòng {reader.line_num}"
        code = normalise_code(raw[CODE])
        if code is None:
            problems.append(f"{place}: mã “{clean_text(raw[CODE])}” không đúng dạng.")
        elif code in rows:
            problems.append(f"{place}: mã {code} đã có ở một dòng trước.")
        else:
            rows[code] = _row(code, raw)
    return CatalogueTable(rows, tuple(problems))


def _said(text: str | None) -> str:
    return "" if says_nothing(text) else clean_text(text)


def _row(code: str, raw: Mapping[str, str | None]) -> CatalogueRow:
    address = _said(raw[ADDRESS])
    return CatalogueRow(
        code=code,
        name=readable_name(_said(raw[NAME])),
        issuing_body=_said(raw[ISSUER]),
        bodies=read_bodies(raw[BODIES], Notes()),
        field=_said(raw[FIELD]),
        address=address if address.startswith(("https://", "http://")) else "",
    )


def supplemented(record: ProcedureRecord, row: CatalogueRow | None) -> ProcedureRecord:
    """The record with its gaps filled. What it says itself stands; whose procedure it is follows anew."""
    if row is None:
        return record
    gaps: dict[str, object] = {
        field: value
        for field, value in (
            ("name", row.name),
            ("issuing_body", row.issuing_body),
            ("bodies", row.bodies),
            ("field", row.field),
            ("national_url", row.address),
        )
        if value and not getattr(record, field)
    }
    if not gaps:
        return record
    filled = dataclasses.replace(record, **gaps)  # type: ignore[arg-type]  # names and types of the loop above
    if gaps.keys() & {"issuing_body", "bodies"}:
        filled = dataclasses.replace(
            filled,
            scope=scope_of(issuing_body=filled.issuing_body, levels=filled.levels, bodies=filled.bodies),
        )
    return filled


def supplement_all(
    records: Iterable[tuple[str, ProcedureRecord]], table: CatalogueTable | None
) -> Iterable[tuple[str, ProcedureRecord]]:
    if table is None:
        yield from records
        return
    for place, record in records:
        yield place, supplemented(record, table.rows.get(record.code))
