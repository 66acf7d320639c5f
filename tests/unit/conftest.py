"""The real catalogue, read once for all tests of a run that look at it."""

from __future__ import annotations

import gzip
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from procedures.record import ProcedureRecord
from procedures.sources.json_lines import read_jsonl
from procedures.sources.reading import Reading


@dataclass(frozen=True)
class RealCatalogue:
    raw: list[dict[str, Any]]
    readings: list[tuple[int, Reading]]
    cpu_seconds: float
    """What reading took, without what other processes took meanwhile."""

    @property
    def records(self) -> list[ProcedureRecord]:
        return [reading.record for _, reading in self.readings if reading.record]


@pytest.fixture(scope="session")
def real_catalogue(real_data: Path) -> RealCatalogue:
    path = real_data / "procedures" / "procedures-2026.jsonl.gz"
    if not path.is_file():
        pytest.skip(f"{path.name} is not in the folder of real data")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        raw = [json.loads(line) for line in lines]
    start = time.process_time()
    readings = list(read_jsonl(path))
    return RealCatalogue(raw, readings, time.process_time() - start)
