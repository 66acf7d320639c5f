"""A record as plain JSON, back again, and hashed: as a whole and part by part. Pure: no Django.

Canonical: sorted keys, no spaces, numbers as decimal text without trailing zeros, dates in ISO 8601; so equal
records hash equally on every machine. The hash says nothing about order of keys, but everything about order
of steps, papers or fees.
"""

from __future__ import annotations

import json
import typing
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from hashlib import sha256
from types import UnionType
from typing import Any

from procedures.record import Basis, Channel, Duration, Fee, Paper, PaperCase, ProcedureRecord, Result, Step

_CLASSES = frozenset({ProcedureRecord, Step, Channel, Duration, Fee, PaperCase, Paper, Result, Basis})


@cache
def _hints(kind: type) -> dict[str, Any]:
    """Fields of a class of the record in their order, with their types."""
    return typing.get_type_hints(kind)


PART_FIELDS: Mapping[str, tuple[str, ...]] = {
    "name": ("name",),
    "steps": ("steps",),
    "channels": ("channels",),
    "papers": ("cases",),
    "copies": ("copies_text",),
    "audience": ("audiences",),
    "bodies": ("bodies",),
    "results": ("results",),
    "conditions": ("conditions_html",),
    "basis": ("basis",),
    "decision": ("decision", "issuing_body"),
    "field": ("field",),
    "levels": ("levels",),
    "scope": ("scope",),
    "online": ("online_level", "online_reason"),
    "national_url": ("national_url",),
    "anywhere": ("anywhere",),
    "purpose": ("purpose",),
    "everyday_names": ("everyday_names",),
}
"""Parts of the law (`enums.Part`) and the record's other parts, each with the fields that hold it."""
DERIVED_PARTS = ("time", "fee", "forms")
"""Parts of the law that live inside channels and papers; their values are looked out of those."""


def to_jsonable(value: Any) -> Any:
    """Records, their parts and tuples of them as dictionaries, lists, strings, numbers and None."""
    match value:
        case Decimal():
            return format(value.normalize() + 0, "f")
        case date():
            return value.isoformat()
        case tuple() | list():
            return [to_jsonable(item) for item in value]
        case Mapping():
            return {str(key): to_jsonable(item) for key, item in value.items()}
        case None | bool() | int() | str():
            return value
    kind: type = type(value)
    if kind in _CLASSES:
        return {name: to_jsonable(getattr(value, name)) for name in _hints(kind)}
    raise TypeError(f"No JSON for {type(value).__name__}")


def from_jsonable(data: Mapping[str, Any]) -> ProcedureRecord:
    """The record that `to_jsonable` came from. Fields that are not there get their defaults; unknown ones are
    refused.

    Raises ValueError or TypeError for what never was a record.
    """
    record = _built(ProcedureRecord, data)
    assert isinstance(record, ProcedureRecord), "built of that very class"
    return record


def _built(kind: Any, data: Any) -> Any:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, UnionType):
        inner = next(argument for argument in arguments if argument is not type(None))
        return None if data is None else _built(inner, data)
    if origin is tuple:
        if not isinstance(data, list):
            raise TypeError("A list is needed here")
        return tuple(_built(arguments[0], item) for item in data)
    if origin is dict:
        if not isinstance(data, Mapping):
            raise TypeError("A mapping is needed here")
        return dict(data)
    if kind in _CLASSES:
        if not isinstance(data, Mapping):
            raise TypeError(f"No {kind.__name__}: {data!r}")
        hints = _hints(kind)
        if unknown := data.keys() - hints.keys():
            raise ValueError(f"Unknown fields: {', '.join(sorted(unknown))}")
        return kind(**{name: _built(hints[name], item) for name, item in data.items()})
    return _scalar(kind, data)


def _scalar(kind: type, data: Any) -> Any:
    if kind is Decimal and isinstance(data, str):
        return Decimal(data)
    if kind is date and isinstance(data, str):
        return date.fromisoformat(data)
    if type(data) is kind:
        return data
    raise TypeError(f"{kind.__name__} is needed, not {data!r}")


def part_values(record: ProcedureRecord) -> dict[str, Any]:
    """What the record says in each part, as JSON; with the absence that is stated for it, if any."""
    values: dict[str, Any] = {}
    for part, fields in PART_FIELDS.items():
        said = [to_jsonable(getattr(record, field)) for field in fields]
        values[part] = {"value": said[0] if len(said) == 1 else said}
    values["time"] = {
        "value": [
            [c.kind, to_jsonable(c.duration), c.duration_text]
            for c in record.channels
            if c.duration or c.duration_text
        ]
    }
    values["fee"] = {"value": [[c.kind, to_jsonable(c.fees)] for c in record.channels if c.fees]}
    values["forms"] = {"value": [paper.form for case in record.cases for paper in case.papers if paper.form]}
    for part, absence in record.absences.items():
        values.setdefault(part, {"value": None})["absence"] = absence
    return values


def canonical(value: Any) -> str:
    """The one way in which a value is written for hashing."""
    return json.dumps(to_jsonable(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _hash(value: Any) -> str:
    return sha256(canonical(value).encode()).hexdigest()


def part_hashes(record: ProcedureRecord) -> dict[str, str]:
    """SHA-256 of each part's value: equal where a part says the same."""
    return {part: _hash(value) for part, value in part_values(record).items()}


def source_hash(record: ProcedureRecord) -> str:
    """SHA-256 of the whole cleaned record."""
    return _hash(record)
