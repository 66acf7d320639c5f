"""Taking over a newer official text without overwriting a controller's correction. Pure: records and hashes only.

A record falls into sections. For each the importer keeps the hash of what was last taken from outside. A section that
still equals it may be replaced by the incoming one; a section that was corrected here is kept, and reported.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from hashlib import sha256
from typing import Any

from guidance.numbers import reference_key
from procedures.record import Basis, ProcedureRecord
from procedures.text.rich_text import canonical


@dataclass(frozen=True, slots=True)
class Section:
    """Record fields that change hands together, and the parts of the law whose absence is stated with them."""

    fields: tuple[str, ...]
    parts: tuple[str, ...] = ()


SECTIONS: dict[str, Section] = {
    "name": Section(("name",)),
    "field": Section(("field",)),
    "decision": Section(("decision", "issuing_body")),
    "scope": Section(("scope", "levels")),
    "audience": Section(("audiences",), ("audience",)),
    "bodies": Section(("bodies",), ("bodies",)),
    "steps": Section(("steps",), ("steps",)),
    "channels": Section(("channels",), ("channels", "time", "fee")),
    "papers": Section(("cases",), ("papers", "forms")),
    "copies": Section(("copies_text",), ("copies",)),
    "results": Section(("results",), ("results",)),
    "conditions": Section(("conditions_html",), ("conditions",)),
    "basis": Section(("basis",), ("basis",)),
    "online": Section(("online_level", "online_reason", "national_url")),
    "anywhere": Section(("anywhere",)),
}
"""`purpose` and `everyday_names` are the portal's own words: never taken from outside once they are there."""

SETS = ("levels", "audiences")

OWN_FIELDS = ("purpose", "everyday_names")


def _canonical(value: Any) -> Any:
    kind: Any = type(value)
    if kind is str or value is None:  # most of them
        return value
    if kind is tuple or kind is list:
        return [_canonical(v) for v in value]
    match value:
        case Decimal():
            return format(value.normalize(), "f")
        case date():
            return value.isoformat()
        case Basis():
            # One document has one entry whatever a source calls it, so its identity is what counts.
            return reference_key(number=value.number, title=value.title)
        case _ if dataclasses.is_dataclass(value):
            return {name: _field(name, getattr(value, name)) for name in _names(kind)}
    return value


def _field(name: str, value: Any) -> Any:
    """Rich text counts by what it says: what the editor makes of it on saving is no other version."""
    return canonical(value) if name.endswith("_html") else _canonical(value)


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(f.name for f in dataclasses.fields(kind))


_encoded = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def _digest(value: Any) -> str:
    return sha256(_encoded(value).encode()).hexdigest()


def section_value(record: ProcedureRecord, name: str) -> Any:
    """JSON-able value of one section, absences included."""
    section = SECTIONS[name]
    value = {
        # Sets: their order says nothing, and sources give them in any.
        field: sorted(getattr(record, field)) if field in SETS else _field(field, getattr(record, field))
        for field in section.fields
    }
    return value | {f"{part}_absence": record.absences.get(part, "") for part in section.parts}


def section_hashes(record: ProcedureRecord) -> dict[str, str]:
    return {name: _digest(section_value(record, name)) for name in SECTIONS}


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """All hashes of one record: making them is most of the work of a run that changes nothing."""

    sections: dict[str, str]
    content: str
    """Identity of the official version: what a unit's listing confirms."""
    source: str
    """Over the whole cleaned record: equal means that nothing has to be looked at."""


def fingerprint(record: ProcedureRecord) -> Fingerprint:
    sections = section_hashes(record)
    own = {field: _canonical(getattr(record, field)) for field in OWN_FIELDS}
    return Fingerprint(sections=sections, content=_digest(sections), source=_digest(sections | own))


def source_hash(record: ProcedureRecord) -> str:
    return fingerprint(record).source


def content_hash(record: ProcedureRecord) -> str:
    return fingerprint(record).content


@dataclass(frozen=True, slots=True)
class Merge:
    record: ProcedureRecord
    taken: tuple[str, ...]
    """Sections replaced by the incoming text."""
    kept: tuple[str, ...]
    """Sections where a correction made here stands against a newer text from outside."""


def take_sections(
    ours: ProcedureRecord, incoming: ProcedureRecord, names: tuple[str, ...]
) -> ProcedureRecord:
    """`ours` with the named sections of `incoming`."""
    values: dict[str, Any] = {}
    absences = dict(ours.absences)
    for name in names:
        section = SECTIONS[name]
        values |= {field: getattr(incoming, field) for field in section.fields}
        for part in section.parts:
            absences.pop(part, None)
            if part in incoming.absences:
                absences[part] = incoming.absences[part]
    values |= {field: getattr(incoming, field) for field in OWN_FIELDS if not getattr(ours, field)}
    return dataclasses.replace(ours, **values, absences=absences)


def merge(
    ours: ProcedureRecord,
    incoming: ProcedureRecord,
    last_imported: dict[str, str],
    *,
    theirs: dict[str, str] | None = None,
) -> Merge:
    """Three-way by section: outside changed and ours did not → taken; both changed, to different texts → kept.

    `theirs`: the incoming sections' hashes, where they are known.
    """
    mine, theirs = section_hashes(ours), theirs or section_hashes(incoming)
    taken = tuple(
        n
        for n in SECTIONS
        if theirs[n] not in (last_imported.get(n), mine[n]) and mine[n] == last_imported.get(n)
    )
    kept = tuple(
        n
        for n in SECTIONS
        if theirs[n] not in (last_imported.get(n), mine[n]) and mine[n] != last_imported.get(n)
    )
    return Merge(record=take_sections(ours, incoming, taken), taken=taken, kept=kept)


def differing_sections(ours: ProcedureRecord, theirs: ProcedureRecord) -> tuple[str, ...]:
    a, b = section_hashes(ours), section_hashes(theirs)
    return tuple(n for n in SECTIONS if a[n] != b[n])
