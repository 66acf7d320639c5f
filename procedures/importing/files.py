"""Files of the official catalogue, read one after the other into records for the importer."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from procedures.importing.bulk import Incoming, Refusal
from procedures.sources.catalogue_csv import CatalogueRow, CatalogueTable, read_catalogue_csv, supplement_all
from procedures.sources.json_lines import read_jsonl
from procedures.sources.reading import Reading
from procedures.sources.xlsx import read_xlsx

JSON_SUFFIXES = (".jsonl", ".jsonl.gz")
XLSX_SUFFIXES = (".xlsx",)
CSV_SUFFIXES = (".csv", ".csv.gz")
SUFFIXES = (*JSON_SUFFIXES, *XLSX_SUFFIXES, *CSV_SUFFIXES)


class UnusableFile(Exception):
    """A file that can't be read at all; the message is for people."""


@dataclass(slots=True)
class Sources:
    """`records()` may be read once; refusals and notes grow while it is."""

    paths: list[Path]
    supplement: CatalogueTable | None = None
    refused: list[Refusal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def records(self) -> Iterator[Incoming]:
        yield from supplement_all(self._read(), self.supplement)

    def _read(self) -> Iterator[Incoming]:
        for path in self.paths:
            name = path.name
            try:
                for where, reading in _readings(path):
                    place = f"{name}, {where}"
                    # A reader that names the place itself ("Thủ tục, dòng 5: …") is not made to say it twice.
                    own = f"{where}: "
                    self.notes += [f"{place}: {note.removeprefix(own)}" for note in reading.notes]
                    if reading.record is None:
                        self.refused.append(Refusal(place, "", (reading.refusal or "").removeprefix(own)))
                    else:
                        yield place, reading.record
            except (OSError, EOFError, ValueError) as error:
                raise UnusableFile(f"Không đọc được {name}: {error}") from error


def _readings(path: Path) -> Iterable[tuple[str, Reading]]:
    """(place within the file, in words; reading)."""
    if path.name.lower().endswith(XLSX_SUFFIXES):
        return read_xlsx(path)
    return ((f"dòng {line}", reading) for line, reading in read_jsonl(path))


def open_sources(paths: Iterable[str | Path]) -> Sources:
    """Sorts the files by what they are; a table of codes supplements the others. Raises UnusableFile."""
    sources = Sources([])
    tables: list[CatalogueTable] = []
    for path in map(Path, paths):
        name = path.name.lower()
        if not path.is_file():
            raise UnusableFile(f"Không có tệp {path}.")
        if name.endswith(CSV_SUFFIXES):
            try:
                tables.append(read_catalogue_csv(path))
            except (OSError, EOFError, ValueError) as error:
                raise UnusableFile(f"Không đọc được {path.name}: {error}") from error
        elif name.endswith((*JSON_SUFFIXES, *XLSX_SUFFIXES)):
            sources.paths.append(path)
        else:
            raise UnusableFile(f"{path.name}: cần tệp {', '.join(SUFFIXES)}.")
    if not sources.paths:
        raise UnusableFile("Cần ít nhất một tệp .jsonl, .jsonl.gz hoặc .xlsx; tệp .csv chỉ để bổ sung.")
    if tables:
        sources.supplement = _joined(tables)
        sources.notes += sources.supplement.problems
    return sources


def _joined(tables: list[CatalogueTable]) -> CatalogueTable:
    rows: dict[str, CatalogueRow] = {}
    for table in tables:
        rows = {**table.rows, **rows}
    return CatalogueTable(rows, tuple(problem for table in tables for problem in table.problems))


def count_entries(paths: Iterable[Path]) -> int | None:
    """How many entries the files hold, for a progress bar; None where only reading would tell."""
    total = 0
    for path in paths:
        if not path.name.lower().endswith(JSON_SUFFIXES):
            return None
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
            total += sum(1 for line in lines if line.strip())
    return total
