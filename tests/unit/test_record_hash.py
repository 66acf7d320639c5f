"""A record as JSON and back, and its hashes: a change in a part changes that part's hash and no other."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from procedures.record import Basis, Channel, Duration, Fee, Paper, PaperCase, ProcedureRecord, Result, Step
from procedures.record_hash import (
    DERIVED_PARTS,
    PART_FIELDS,
    canonical,
    from_jsonable,
    part_hashes,
    part_values,
    source_hash,
    to_jsonable,
)
from tests.factories.any_record import records
from tests.unit.conftest import RealCatalogue

BASE = ProcedureRecord(code="1.000001", name="Đăng ký thử", steps=(Step("Nộp hồ sơ"),))


@given(records())
def test_json_and_back(record: ProcedureRecord) -> None:
    again = from_jsonable(json.loads(json.dumps(to_jsonable(record))))
    assert again == record
    assert source_hash(again) == source_hash(record)
    assert part_hashes(again) == part_hashes(record)


def test_every_field_belongs_to_a_part() -> None:
    held = {field for part_fields in PART_FIELDS.values() for field in part_fields}
    assert held | {"code", "absences"} == {field.name for field in fields(ProcedureRecord)}


def test_parts_of_the_law_are_all_there() -> None:
    from procedures.enums import Part

    assert set(Part.values) <= {*PART_FIELDS, *DERIVED_PARTS}


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        ({"name": "Khác"}, {"name"}),
        ({"field": "Hộ tịch"}, {"field"}),
        ({"decision": "1/QĐ-BTP"}, {"decision"}),
        ({"steps": (Step("Nộp", "<p>x</p>"),)}, {"steps"}),
        ({"levels": ("commune",)}, {"levels"}),
        ({"national_url": "https://x.vn"}, {"national_url"}),
        ({"online_level": "full"}, {"online"}),
        ({"anywhere": False}, {"anywhere"}),
        ({"results": (Result("Giấy", "KQ"),)}, {"results"}),
        ({"basis": (Basis("1/2020/NĐ-CP", issued=date(2020, 1, 2)),)}, {"basis"}),
        ({"conditions_html": "<p>x</p>"}, {"conditions"}),
        ({"absences": {"conditions": "not_regulated"}}, {"conditions"}),
        ({"absences": {"time": "not_applicable"}}, {"time"}),
        ({"channels": (Channel("online"),)}, {"channels"}),
        ({"channels": (Channel("online", Duration(Decimal(3), "day")),)}, {"channels", "time"}),
        ({"channels": (Channel("online", fees=(Fee(Decimal(0)),)),)}, {"channels", "fee"}),
        ({"cases": (PaperCase("", (Paper("Đơn"),)),)}, {"papers"}),
        ({"cases": (PaperCase("", (Paper("Đơn", form="a.docx"),)),)}, {"papers", "forms"}),
    ],
)
def test_a_change_is_seen_in_its_part_only(changes: dict[str, Any], parts: set[str]) -> None:
    before, after = part_hashes(BASE), part_hashes(replace(BASE, **changes))
    assert {part for part in before | after if before.get(part) != after.get(part)} == parts
    assert source_hash(BASE) != source_hash(replace(BASE, **changes))


def test_equal_numbers_hash_equally() -> None:
    def with_fee(amount: str) -> ProcedureRecord:
        return replace(BASE, channels=(Channel("online", fees=(Fee(Decimal(amount)),)),))

    assert with_fee("20000") == with_fee("2E+4") == with_fee("20000.00")
    assert len({source_hash(with_fee(amount)) for amount in ("20000", "2E+4", "20000.00")}) == 1


def test_the_canonical_form_is_fixed() -> None:
    value = {"b": [Decimal("7.50"), None, True], "a": (date(2025, 7, 1), "đ")}
    assert canonical(value) == '{"a":["2025-07-01","đ"],"b":["7.5",null,true]}'


def test_order_counts() -> None:
    one, other = Step("Một"), Step("Hai")
    assert source_hash(replace(BASE, steps=(one, other))) != source_hash(replace(BASE, steps=(other, one)))


@pytest.mark.parametrize(
    "data",
    [
        {"code": "1.000001"},
        {"code": "1.000001", "name": "x", "unknown": 1},
        {"code": 1, "name": "x"},
        {"code": "1.000001", "name": "x", "steps": "x"},
        {"code": "1.000001", "name": "x", "steps": [1]},
        {"code": "1.000001", "name": "x", "absences": []},
        {"code": "1.000001", "name": "x", "basis": [{"number": "1", "issued": "nay"}]},
    ],
)
def test_what_never_was_a_record_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError)):
        from_jsonable(data)


def test_other_values_have_no_json() -> None:
    with pytest.raises(TypeError, match="No JSON"):
        to_jsonable(object())


def test_part_values_are_json() -> None:
    assert json.loads(json.dumps(part_values(BASE))) == part_values(BASE)


@pytest.mark.real_data
def test_real_records_are_json_and_back(real_catalogue: RealCatalogue) -> None:
    for record in real_catalogue.records:
        assert from_jsonable(to_jsonable(record)) == record
    assert len({source_hash(record) for record in real_catalogue.records}) == len(real_catalogue.records)
