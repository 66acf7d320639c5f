"""The judged queries of this folder, and a database with the real catalogue to ask them of."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from django.utils import timezone

from home.models import Unit
from home.unit_csv import shipped_units
from home.unit_import import import_unit_records
from procedures.competence.rules import owes
from procedures.competence.table import load_shipped, procedures_in_scope, resolve_all
from procedures.enums import Scope
from procedures.importing import bulk
from procedures.importing.files import open_sources
from procedures.importing.merging import Fingerprint
from procedures.models import Listing
from search.engines.contract import Engine
from search.evaluation import DEPTH, Judged, Outcome, evaluate, read_queries
from search.service import ranked_ids

QUERIES: Final = Path(__file__).with_name("queries.tsv")
FLOORS: Final = Path(__file__).with_name("floors.yaml")
CATALOGUE: Final = "procedures/procedures-2026.jsonl.gz"
KIND: Final = "thu-tuc"

LISTING: Final = (
    "xa-cam-binh", "phuong-thanh-sen", "xa-duc-tho", "phuong-vung-ang", "xa-ky-anh", "xa-thien-cam", "xa-ky-khang",
    "xa-huong-son", "xa-huong-khe", "phuong-ha-huy-tap", "xa-nghi-xuan",
)  # fmt: skip
"""Units that the queries name: they list what they owe. All of them would make 23,000 rows and change no figure."""


def judged_queries() -> list[Judged]:
    judged, bad = read_queries(QUERIES.read_text("utf-8").splitlines())
    assert not bad
    return judged


def floors() -> dict[str, dict[str, float]]:
    held: dict[str, dict[str, float]] = yaml.safe_load(FLOORS.read_text("utf-8"))
    return held


def outcomes_of(engine: Engine, judged: Collection[Judged]) -> list[Outcome]:
    """As `search_eval` asks them."""
    return evaluate(
        judged,
        lambda text: [found.key for found in ranked_ids(text, kind=KIND, engine=engine, limit=DEPTH)],
    )


def fill_database(real_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Units, competence, some listings, and what is published of the catalogue, imported without its history.

    Revisions, hashes and the ledger take half of an import, and nothing of them is searched.
    """
    nothing: Any = lambda *_args, **_options: None  # noqa: E731 -- one for all
    for step in ("_write_revisions", "_remember", "_index"):
        monkeypatch.setattr(bulk.PageWriter, step, nothing)
    monkeypatch.setattr(bulk, "record_versions", nothing)
    monkeypatch.setattr(bulk, "fingerprint", lambda record: Fingerprint({}, record.code, record.code))
    import_unit_records(shipped_units())
    load_shipped()
    records = open_sources([real_data / CATALOGUE]).records()
    report = bulk.import_records(
        (place, record) for place, record in records if record.scope != Scope.OTHER_PROVINCE
    )
    assert len(report.created) == 3455
    _list(LISTING)


def _list(slugs: Collection[str]) -> None:
    units = list(Unit.objects.active().filter(slug__in=slugs))
    assert len(units) == len(slugs)
    now = timezone.now()
    Listing.objects.bulk_create(
        Listing(
            unit=unit,
            procedure_id=pk,
            live=True,
            confirmed_version=1,
            confirmed_at=now,
            first_published_at=now,
            last_published_at=now,
        )
        for pk, resolution in resolve_all(procedures_in_scope()).items()
        for unit in units
        if owes(resolution.owners, unit=unit.slug, kind=unit.kind, is_commune=True)
    )
