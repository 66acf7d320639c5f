"""A procedure's record as JSON and back, without loss: for the ledger, and for texts that wait beside ours. Pure.

Amounts are written as strings (no floats), days as ISO dates. What a later version of the portal adds to a record is
simply absent from older JSON, and gets its default.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from procedures.record import ProcedureRecord


def to_json(record: ProcedureRecord) -> dict[str, Any]:
    return {field.name: _plain(getattr(record, field.name)) for field in dataclasses.fields(record)}


def from_json(data: Mapping[str, Any]) -> ProcedureRecord:
    """Raises TypeError where code or name is missing."""
    record = _built(ProcedureRecord, data)
    assert isinstance(record, ProcedureRecord)
    return record


def fields_to_json(record: ProcedureRecord, names: Iterable[str]) -> dict[str, Any]:
    """Some fields only: what `fields_from_json` gives back."""
    return {name: _plain(getattr(record, name)) for name in names}


def fields_from_json(data: Mapping[str, Any]) -> dict[str, Any]:
    kinds = _types(ProcedureRecord)
    return {name: _value(kinds[name], value) for name, value in data.items() if name in kinds}


def _plain(value: Any) -> Any:
    match value:
        case str() | None:  # most of them
            return value
        case Decimal():
            return format(value, "f")
        case date():
            return value.isoformat()
        case tuple() | list():
            return [_plain(part) for part in value]
        case dict():
            return {key: _plain(part) for key, part in value.items()}
        case _ if dataclasses.is_dataclass(value):
            return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    return value


@cache
def _types(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _built(kind: type, data: Mapping[str, Any]) -> Any:
    kinds = _types(kind)
    return kind(**{name: _value(kinds[name], value) for name, value in data.items() if name in kinds})


def _value(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is types.UnionType or origin is typing.Union:
        return _value(next(part for part in arguments if part is not type(None)), value)
    if origin is tuple:
        return tuple(_value(arguments[0], part) for part in value)
    if kind is Decimal:
        return Decimal(value)
    if kind is date:
        return date.fromisoformat(value)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _built(kind, value)
    return dict(value) if origin is dict else value
