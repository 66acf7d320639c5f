"""A record goes into JSON and comes back as it was."""

from __future__ import annotations

import json

from hypothesis import given, settings

from procedures.record import ProcedureRecord
from procedures.record_json import fields_from_json, fields_to_json, from_json, to_json
from tests.factories.any_record import records


@settings(max_examples=60, deadline=None)
@given(records())
def test_there_and_back(record: ProcedureRecord) -> None:
    assert from_json(json.loads(json.dumps(to_json(record)))) == record


def test_what_a_later_version_adds_gets_its_default() -> None:
    assert from_json({"code": "1.000001", "name": "A", "unheard_of": 1}) == ProcedureRecord("1.000001", "A")


def test_some_fields_only() -> None:
    record = ProcedureRecord("1.000001", "A", bodies=("X", "Y"))
    assert fields_from_json(fields_to_json(record, ["bodies", "anywhere"])) == {
        "bodies": ("X", "Y"),
        "anywhere": None,
    }
