"""The table of competence in the database: taking over what ships with the portal, reading it for the pure rules."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from home.model_fields import lines
from home.models import Unit
from procedures.competence.rules import UNIT, CompetenceTable, Facts, Resolution, Row
from procedures.enums import Level, Scope
from procedures.models import Competence, ProcedurePage
from procedures.models.competence import CompetenceTarget
from procedures.search_changes import competence_changed

SHIPPED = Path(__file__).parent / "shipped.yaml"
STEP = 10
"""Shipped rows leave room between them for rows made here."""

CONDITIONS = ("body", "issuing", "subject", "level")
CONTENT = (*CONDITIONS, "target", "unit", "kind", "note")


class CompetenceFileError(ValueError):
    """What is wrong in the shipped table, and where."""


@dataclass(slots=True)
class ShippedReport:
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: list[str] = field(default_factory=list)
    """Rows edited here: the shipped version is not taken over."""
    removed: int = 0
    problems: list[str] = field(default_factory=list)


def read_shipped(path: Path = SHIPPED) -> list[dict[str, str]]:
    """Rows in their order, every key of `CONTENT` present. Raises CompetenceFileError for what can't be read strictly."""
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(raw, list):
        raise CompetenceFileError(f"{path.name}: a list of rows is expected")
    rows: list[dict[str, str]] = []
    seen: dict[str, int] = {}
    for number, values in enumerate(raw, start=1):
        where = f"{path.name}, row {number}"
        if not isinstance(values, dict) or set(values) - set(CONTENT):
            raise CompetenceFileError(f"{where}: unknown keys in {values!r}")
        row = {name: str(values.get(name, "")) for name in CONTENT}
        _check(where, row)
        key = key_of(row)
        if key in seen:
            raise CompetenceFileError(f"{where}: the same conditions as row {seen[key]}")
        seen[key] = number
        rows.append(row)
    return rows


def _check(where: str, row: Mapping[str, str]) -> None:
    if row["target"] not in CompetenceTarget.values:
        raise CompetenceFileError(f"{where}: unknown target {row['target']!r}")
    if not any(row[name] for name in CONDITIONS):
        raise CompetenceFileError(f"{where}: a row without a condition would answer everything")
    if row["level"] and row["level"] not in Level.values:
        raise CompetenceFileError(f"{where}: unknown level {row['level']!r}")
    if (row["target"] == CompetenceTarget.UNIT) != bool(row["unit"]):
        raise CompetenceFileError(f"{where}: target `unit` and a unit's slug go together")
    if (row["target"] == CompetenceTarget.KIND) != bool(row["kind"]):
        raise CompetenceFileError(f"{where}: target `kind` and a kind go together")


def key_of(row: Mapping[str, str]) -> str:
    return "|".join(row[name] for name in CONDITIONS)


def hash_of(row: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps([row[name] for name in CONTENT]).encode()).hexdigest()


@transaction.atomic
def load_shipped(path: Path = SHIPPED) -> ShippedReport:
    """Bring the shipped rows up to date; safe to run again. A row edited or put to rest in the admin stays as it is."""
    report = ShippedReport()
    units = dict(Unit.objects.values_list("slug", "pk"))
    held = {row.shipped_key: row for row in Competence.objects.exclude(shipped_key="").select_related("unit")}
    fresh: list[Competence] = []
    changed: list[Competence] = []
    wanted: set[str] = set()
    for number, values in enumerate(read_shipped(path), start=1):
        key, new_hash = key_of(values), hash_of(values)
        wanted.add(key)
        if values["unit"] and values["unit"] not in units:
            report.problems.append(f"{path.name}, dòng {number}: không có đơn vị «{values['unit']}».")
            continue
        row = held.get(key)
        if row is None:
            row = Competence(shipped_key=key)
            _fill(row, values, units, priority=number * STEP, shipped_hash=new_hash)
            fresh.append(row)
        elif _was_edited(row):
            report.kept.append(str(row))
        elif row.shipped_hash != new_hash or row.priority != number * STEP:
            _fill(row, values, units, priority=number * STEP, shipped_hash=new_hash)
            changed.append(row)
        else:
            report.unchanged += 1
    if Competence.objects.bulk_create(fresh):
        competence_changed()
    for row in changed:
        row.save()
    gone = [row for key, row in held.items() if key not in wanted and not _was_edited(row)]
    for row in gone:
        row.delete()
    report.created, report.changed, report.removed = len(fresh), len(changed), len(gone)
    return report


def _fill(
    row: Competence, values: Mapping[str, str], units: Mapping[str, int], *, priority: int, shipped_hash: str
) -> None:
    for name in (*CONDITIONS, "target", "note"):
        setattr(row, name, values[name])
    row.unit_id = units.get(values["unit"])
    row.unit_kind = values["kind"]
    row.priority = priority
    row.shipped_hash = shipped_hash


def _was_edited(row: Competence) -> bool:
    """By its content, or by having been put to rest or moved between other rows."""
    content = {name: getattr(row, name) for name in (*CONDITIONS, "target", "note")}
    content |= {"unit": row.unit.slug if row.unit_id and row.unit else "", "kind": row.unit_kind}
    return not row.active or row.priority % STEP != 0 or hash_of(content) != row.shipped_hash


# Reading --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CurrentTable:
    """The pure table with what ties it back to the database. Units stand in it by slug."""

    table: CompetenceTable
    row_ids: tuple[int, ...]
    """Competence ids by index of the row in the table."""
    unit_names: Mapping[str, str]


def current() -> CurrentTable:
    """The table in use: one query. A table whose rows are as before is not built anew, and remembers what it resolved."""
    rows: list[Row] = []
    ids: list[int] = []
    names: dict[str, str] = {}
    columns = ("pk", "target", "unit__slug", "unit__name", "unit_kind", "body", "issuing", "subject", "level")
    held = Competence.objects.in_use().in_order().values_list(*columns)
    for pk, target, slug, name, kind, body, issuing, subject, level in held:
        value = (slug or "") if target == UNIT else kind
        rows.append(Row(target, value, body, issuing, subject, level))
        ids.append(pk)
        if slug:
            names[slug] = name
    return CurrentTable(_table(tuple(rows)), tuple(ids), names)


@lru_cache(maxsize=4)
def _table(rows: tuple[Row, ...]) -> CompetenceTable:
    return CompetenceTable(rows)


def current_table() -> CompetenceTable:
    return current().table


FACT_COLUMNS = ("pk", "bodies", "issuing_body", "subject__name", "levels")


def facts_of(page: ProcedurePage) -> Facts:
    return Facts(
        bodies=page.body_list,
        issuing=page.issuing_body,
        subject=page.subject.name if page.subject_id and page.subject else "",
        levels=tuple(page.levels),
    )


def facts_by_id(procedures: Any) -> dict[int, Facts]:
    """For a queryset of procedures; one query without their long texts."""
    return {
        pk: Facts(lines(bodies), issuing, subject or "", tuple(levels))
        for pk, bodies, issuing, subject, levels in procedures.values_list(*FACT_COLUMNS)
    }


def resolve_all(procedures: Any) -> dict[int, Resolution]:
    """Procedure id → who owes it. Two queries."""
    table = current_table()
    return {pk: table.resolve(facts) for pk, facts in facts_by_id(procedures).items()}


def answered_by_row(resolutions: Iterable[Resolution], row_ids: tuple[int, ...]) -> Counter[int]:
    """Competence id → number of procedures that the row answers."""
    return Counter(row_ids[index] for resolution in resolutions for index in resolution.rows)


@dataclass(frozen=True, slots=True)
class UnmappedWords:
    """Words that no row answers. `whole`: procedures that nobody owes because of them; the rest has other owners."""

    words: str
    procedures: int
    whole: int
    examples: tuple[int, ...]


def unmapped_words(resolutions: Mapping[int, Resolution], *, examples: int = 3) -> list[UnmappedWords]:
    """By weight: what leaves most procedures without anyone first."""
    found: dict[str, list[int]] = {}
    for pk, resolution in resolutions.items():
        for words in resolution.unmapped:
            found.setdefault(words, []).append(pk)
    weighed = [
        UnmappedWords(
            words, len(pks), sum(resolutions[pk].is_unmapped for pk in pks), tuple(sorted(pks)[:examples])
        )
        for words, pks in found.items()
    ]
    return sorted(weighed, key=lambda u: (-u.whole, -u.procedures, u.words))


def procedures_in_scope(on: date | None = None) -> Any:
    """What somebody in the province owes, or a row must say why nobody does."""
    return ProcedurePage.objects.live().in_force(on).filter(scope=Scope.PROVINCE)
