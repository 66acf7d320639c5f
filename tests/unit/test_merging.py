"""Taking over a newer official text: three-way by section, and nothing corrected here is lost."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.enums import Part
from procedures.importing.merging import (
    OWN_FIELDS,
    SECTIONS,
    content_hash,
    differing_sections,
    merge,
    section_hashes,
    source_hash,
    take_sections,
)
from procedures.record import Basis, Channel, Duration, Fee, ProcedureRecord, Step

BASE = ProcedureRecord(
    code="1.000001",
    name="Thủ tục thử",
    field="Hộ tịch",
    levels=("province", "commune"),
    audiences=("citizen",),
    bodies=("Ủy ban nhân dân cấp xã",),
    steps=(Step("Nộp hồ sơ", "<p>Nộp tại quầy.</p>", "applicant"),),
    channels=(Channel("in_person", Duration(Decimal(3), "working_day"), fees=(Fee(Decimal(8000)),)),),
    copies_text="01 bộ",
    basis=(Basis("60/2014/QH13", "Luật Hộ tịch"),),
    absences={"conditions": "not_regulated"},
)

CHANGES: dict[str, dict[str, Any]] = {
    "name": {"name": "Thủ tục thử (sửa)"},
    "field": {"field": "Chứng thực"},
    "steps": {"steps": (*BASE.steps, Step("Nhận kết quả"))},
    "channels": {"channels": (Channel("online"),)},
    "copies": {"copies_text": "02 bộ"},
    "bodies": {"bodies": ("Sở Tư pháp",)},
    "conditions": {"conditions_html": "<p>Đủ 18 tuổi.</p>", "absences": {}},
    "basis": {"basis": (Basis("123/2015/NĐ-CP"),)},
    "online": {"online_level": "full"},
}


def changed(record: ProcedureRecord, names: frozenset[str]) -> ProcedureRecord:
    for name in sorted(names):
        record = dataclasses.replace(record, **CHANGES[name])
    return record


def test_every_field_of_a_record_belongs_to_one_section_or_is_our_own() -> None:
    held = [field for section in SECTIONS.values() for field in section.fields]
    assert sorted([*held, *OWN_FIELDS, "code", "absences"]) == sorted(
        f.name for f in dataclasses.fields(ProcedureRecord)
    )
    parts = [part for section in SECTIONS.values() for part in section.parts]
    assert sorted([*parts, "name"]) == sorted(Part.values)


@given(
    st.frozensets(st.sampled_from(sorted(CHANGES))),
    st.frozensets(st.sampled_from(sorted(CHANGES))),
)
def test_three_way(here: frozenset[str], outside: frozenset[str]) -> None:
    """What only outside changed is taken; what only we changed stays; the same change on both sides is no conflict."""
    ours, incoming = changed(BASE, here), changed(BASE, outside)
    result = merge(ours, incoming, section_hashes(BASE))
    assert set(result.taken) == outside - here
    assert result.kept == ()
    assert set(differing_sections(result.record, BASE)) == here | outside


@given(st.frozensets(st.sampled_from(sorted(CHANGES)), min_size=1))
def test_a_correction_against_a_newer_text_is_kept_and_named(names: frozenset[str]) -> None:
    ours = dataclasses.replace(changed(BASE, names), copies_text="03 bộ")
    incoming = dataclasses.replace(BASE, copies_text="04 bộ")
    result = merge(ours, incoming, section_hashes(BASE))
    assert result.kept == ("copies",)
    assert result.record.copies_text == "03 bộ"
    assert take_sections(result.record, incoming, result.kept).copies_text == "04 bộ"


def test_a_page_never_imported_counts_as_corrected_wherever_it_differs() -> None:
    incoming = changed(BASE, frozenset({"steps", "online"}))
    result = merge(BASE, incoming, {})
    assert set(result.kept) == {"steps", "online"}
    assert result.record == BASE


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ({"levels": ("commune", "province")}, {"levels": ("province", "commune")}),
        (
            {"channels": (Channel("in_person", Duration(Decimal("3.0"), "day")),)},
            {"channels": (Channel("in_person", Duration(Decimal(3), "day")),)},
        ),
        (
            {"basis": (Basis("Số: 60/2014/QH13", "Luật hộ tịch"),)},
            {"basis": (Basis("60/2014/QH13", "Luật Hộ tịch số 60"),)},
        ),
    ],
)
def test_what_sources_write_differently_is_the_same(a: dict[str, object], b: dict[str, object]) -> None:
    left, right = (dataclasses.replace(BASE, **values) for values in (a, b))  # type: ignore[arg-type] # a table of fields
    assert content_hash(left) == content_hash(right)


def test_our_own_words_change_the_source_but_not_the_official_version() -> None:
    richer = dataclasses.replace(BASE, purpose="Để làm gì.", everyday_names=("làm thử",))
    assert content_hash(richer) == content_hash(BASE)
    assert source_hash(richer) != source_hash(BASE)
    assert merge(BASE, richer, section_hashes(BASE)).record.purpose == "Để làm gì."
    kept = dataclasses.replace(BASE, purpose="Của ta.")
    assert merge(kept, richer, section_hashes(BASE)).record.purpose == "Của ta."


def test_an_absence_is_content_too() -> None:
    silent = dataclasses.replace(BASE, absences={})
    assert differing_sections(BASE, silent) == ("conditions",)
