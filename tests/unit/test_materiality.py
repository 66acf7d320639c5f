"""The table of what a unit has to confirm covers every section of the official text."""

from __future__ import annotations

import pytest

from procedures.importing.merging import SECTIONS
from procedures.ledger.materiality import MATERIAL, default_material
from procedures.ledger.places import lacks, place_of


def test_every_section_has_a_mark() -> None:
    assert list(MATERIAL) == list(SECTIONS)


@pytest.mark.parametrize(
    ("changed", "material"),
    [
        ((), ()),
        (("decision", "field", "basis", "online", "copies"), ()),
        (("results", "steps", "basis"), ("steps", "results")),
        (
            tuple(SECTIONS),
            ("name", "audience", "bodies", "steps", "channels", "papers", "results", "conditions"),
        ),
    ],
)
def test_default_marks(changed: tuple[str, ...], material: tuple[str, ...]) -> None:
    assert default_material(changed) == material


def desk(number: int, *, subjects: tuple[str, ...] = (), only_named: bool = False, phone: str = "") -> dict:
    return {
        "id": number,
        "only_named": only_named,
        "phone": phone,
        "hours": [[0, "07:00", "11:00"]],
        "counters": [{"id": number * 10, "subjects": list(subjects), "phone": ""}],
    }


UNIT = {"desks": [desk(1), desk(2, subjects=("Hộ tịch",), phone="1"), desk(3, only_named=True)]}


@pytest.mark.parametrize(
    ("named", "counter", "field", "wanted"),
    [
        (None, None, "Đất đai", (1, None)),
        (None, None, "Hộ tịch", (2, 20)),
        (1, None, "Hộ tịch", (1, None)),
        (2, None, "Hộ tịch", (2, 20)),
        (3, None, "Hộ tịch", (3, None)),
        (None, 30, "Hộ tịch", (3, 30)),
        (9, None, "Đất đai", (1, None)),
    ],
)
def test_where_one_went(
    named: int | None, counter: int | None, field: str, wanted: tuple[int, int | None]
) -> None:
    """The listing's counter, its desk, the counter for the field, the first desk."""
    place, window = place_of(UNIT, {"desk": named, "counter": counter}, field)
    assert (place and place["id"], window and window["id"]) == wanted


def test_what_was_lacking() -> None:
    listing = {"desk": None, "counter": None, "phone": "", "hours_note": ""}
    assert lacks(None, listing, "Hộ tịch") == ("desk", "hours", "phone")
    assert lacks(UNIT, listing, "Đất đai") == ("phone",)
    assert lacks(UNIT, listing, "Hộ tịch") == ()
    assert lacks(UNIT, listing | {"phone": "2"}, "Đất đai") == ()
