"""The shipped units are complete, agree with themselves and with the published tables."""

from __future__ import annotations

import unicodedata
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from home.slugs import ended_commune_slug, slugify_vi
from home.unit_csv import SHIPPED_UNITS, read_units_csv, shipped_units, units_csv
from home.unit_records import (
    KINDS,
    UnitRecord,
    check_units,
    former_district,
    living_successors,
    parent_of,
    predecessors_of,
)

UNITS = shipped_units()
BY_SLUG = {u.slug: u for u in UNITS}
BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)


def names(units: tuple[UnitRecord, ...]) -> set[str]:
    return {u.name for u in units}


def test_nothing_contradicts_itself() -> None:
    assert check_units(UNITS) == []


def test_kinds_are_those_of_the_database() -> None:
    from home.enums import COMMUNE_KINDS, UnitKind

    assert set(KINDS) == set(UnitKind.values)
    assert {u.slug for u in UNITS if u.is_commune} == {u.slug for u in UNITS if u.kind in set(COMMUNE_KINDS)}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        # The old communes were 209, the new ones are 69; the districts ended with the old ones.
        (
            date(2025, 1, 31),
            {
                "province": 1,
                "service_centre": 1,
                "department": 19,
                "central": 12,
                "district": 12,
                "communes": 209,
            },
        ),
        (
            BEFORE,
            {
                "province": 1,
                "service_centre": 1,
                "department": 14,
                "central": 12,
                "district": 12,
                "communes": 209,
            },
        ),
        (AFTER, {"province": 1, "service_centre": 1, "department": 14, "central": 12, "communes": 69}),
    ],
)
def test_how_many_of_each_kind_live(day: date, expected: dict[str, int]) -> None:
    assert Counter("communes" if u.is_commune else u.kind for u in UNITS if u.is_active(day)) == expected


def test_every_ended_unit_leads_somewhere_that_lives_today() -> None:
    homeless = [u.slug for u in UNITS if u.active_until and not living_successors(u, BY_SLUG, AFTER)]
    assert homeless == []


def test_two_old_communes_were_split() -> None:
    split = {u.name: len(u.successors) for u in UNITS if u.is_commune and len(u.successors) > 1}
    assert split == {"Phường Đại Nài": 2, "Xã Kỳ Lợi": 3}


def test_every_new_commune_reuses_an_old_code_and_names_what_it_was_made_of() -> None:
    old_codes = {u.code for u in UNITS if u.is_commune and u.active_until}
    for unit in (u for u in UNITS if u.is_commune and u.active_until is None):
        assert unit.code in old_codes
        assert set(unit.old_names) == names(predecessors_of(unit, UNITS)) - {
            u.name for u in predecessors_of(unit, UNITS) if u.kind == "district"
        }


def test_departments_name_what_they_took_over() -> None:
    for unit in UNITS:
        if unit.kind == "department" and unit.active_until:
            heir = BY_SLUG[unit.successors[0]]
            assert unit.name in heir.old_names, unit.name


def test_slugs_say_what_they_are() -> None:
    for unit in UNITS:
        if unit.is_commune and unit.active_until:
            district = parent_of(unit, UNITS)
            assert district is not None
            assert district.kind == "district"
            assert unit.slug == ended_commune_slug(unit.name, district.name)
        elif unit.is_commune or unit.kind == "district":
            assert unit.slug == slugify_vi(unit.name)


@pytest.mark.parametrize(
    ("slug", "name", "heirs"),
    [
        ("xa-cam-binh-tp-ha-tinh-cu", "Xã Cẩm Bình", {"xa-cam-binh"}),
        ("xa-cam-thanh-huyen-cam-xuyen-cu", "Xã Cẩm Thành", {"xa-cam-binh"}),
        ("phuong-tran-phu-tp-ha-tinh-cu", "Phường Trần Phú", {"phuong-thanh-sen"}),
        ("thi-tran-nghen-huyen-can-loc-cu", "Thị trấn Nghèn", {"xa-can-loc"}),
        ("thi-xa-hong-linh", "Thị xã Hồng Lĩnh", {"phuong-bac-hong-linh", "phuong-nam-hong-linh"}),
        ("so-tai-nguyen-va-moi-truong", "Sở Tài nguyên và Môi trường", {"so-nong-nghiep-va-moi-truong"}),
    ],
)
def test_where_old_addresses_lead(slug: str, name: str, heirs: set[str]) -> None:
    assert BY_SLUG[slug].name == name
    assert {u.slug for u in living_successors(BY_SLUG[slug], BY_SLUG, AFTER)} == heirs


@pytest.mark.parametrize(
    ("slug", "district"),
    [
        ("xa-cam-binh", "Thành phố Hà Tĩnh"),  # three of its four communes
        ("phuong-bac-hong-linh", "Thị xã Hồng Lĩnh"),
        ("xa-ky-hoa", "Thị xã Kỳ Anh"),  # one each: the one with the same name
        ("xa-ky-anh", "Huyện Kỳ Anh"),
    ],
)
def test_communes_are_listed_under_one_former_district(slug: str, district: str) -> None:
    found = former_district(BY_SLUG[slug], UNITS)
    assert found is not None
    assert found.name == district


def test_every_commune_has_a_former_district() -> None:
    found = Counter(
        d.short_name
        for u in UNITS
        if u.is_commune and not u.active_until and (d := former_district(u, UNITS))
    )
    assert sum(found.values()) == 69
    assert len(found) == 12
    assert former_district(BY_SLUG["so-noi-vu"], UNITS) is None


def test_the_file_is_as_the_portal_writes_it() -> None:
    text = SHIPPED_UNITS.read_text(encoding="utf-8")
    assert text == units_csv(UNITS)
    assert text == unicodedata.normalize("NFC", text)


def test_websites_are_official_ones() -> None:
    for unit in UNITS:
        assert not unit.website or (
            unit.website.startswith("https://") and unit.website.endswith("hatinh.gov.vn")
        )


@pytest.mark.real_data
@pytest.mark.parametrize(("name", "count"), [("communes-2025.csv", 69), ("communes-old-to-new.csv", 290)])
def test_published_tables_say_the_same(real_data: Path, name: str, count: int) -> None:
    result = read_units_csv(real_data / "units" / name, province_code="42")
    assert result.problems == ()
    assert len(result.records) == count
    for record in result.records:
        ours = BY_SLUG[record.slug]
        # Huyện Thạch Hà bears the name of the district it took in; the table can't know.
        old_names = ours.old_names if record.kind == "district" else record.old_names
        assert (record.identity, record.name, record.parent, record.active_until, record.successors, old_names) == (
            ours.identity, ours.name, ours.parent, ours.active_until, ours.successors, ours.old_names
        )  # fmt: skip
