"""`publish_listings` and `listing_status` from the command line, and units named there."""

from __future__ import annotations

import json
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from home.enums import UnitKind
from home.models import Unit
from home.unit_lookup import UnitNotFoundError, find_unit, find_units
from procedures.models import Listing, ProcedurePage
from tests.factories.catalogue import make_listing, make_procedure
from tests.factories.opening import make_opening
from tests.factories.units import make_unit

pytestmark = pytest.mark.django_db


def run(*args: str, **options: Any) -> str:
    out = StringIO()
    call_command(*args, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def communes() -> list[Unit]:
    units = [make_unit("Xã Một", code="18001"), make_unit("Xã Hai", code="18002")]
    for _n in range(3):
        make_procedure()
    make_opening()
    return units


def test_lists_what_is_missing_and_again_nothing(communes: list[Unit]) -> None:
    first = run("publish_listings", "--all")
    assert first.startswith("2 đơn vị, đã niêm yết 6 thủ tục, ")
    assert Listing.objects.live().count() == 6
    assert run("publish_listings", "--all").startswith("0 đơn vị, đã niêm yết 0 thủ tục, ")


def test_a_dry_run_changes_nothing(communes: list[Unit]) -> None:
    assert run("publish_listings", "--all", "--dry-run").startswith("2 đơn vị, sẽ niêm yết 6 thủ tục, ")
    assert not Listing.objects.exists()


def test_one_unit_only_and_what_was_withdrawn_stays_down(communes: list[Unit]) -> None:
    first, second = communes
    gone = make_listing(first, ProcedurePage.objects.first(), live=False)
    Listing.objects.filter(pk=gone.pk).update(withdrawn_at="2026-03-03T00:00:00Z")
    out = run("publish_listings", "--unit", "18001")
    assert "đã niêm yết 2 thủ tục" in out
    assert "1 thủ tục đã được gỡ có lý do: giữ nguyên." in out
    assert not Listing.objects.filter(unit=second).exists()


@pytest.mark.parametrize(("arguments", "code"), [(("--unit", "99"), 2), ((), 1)])
def test_exit_codes(communes: list[Unit], arguments: tuple[str, ...], code: int) -> None:
    with pytest.raises(CommandError) as error:
        run("publish_listings", *arguments)
    if arguments:
        assert error.value.returncode == code


def test_without_an_opening_catalogue_it_says_so() -> None:
    make_unit()
    with pytest.raises(CommandError, match="danh mục đầu kỳ") as error:
        run("publish_listings", "--all")
    assert error.value.returncode == 1


def test_status_in_every_format(communes: list[Unit]) -> None:
    run("publish_listings", "--unit", "18001")
    rows = json.loads(run("listing_status", "--format", "json"))
    assert [(row["code"], row["owed"], row["listed"], row["missing"]) for row in rows] == [
        ("18002", 3, 0, 3),
        ("18001", 3, 3, 0),
    ]
    assert next(iter(rows[0])) == "code"
    lines = run("listing_status", "--format", "csv", "--unit", "18001").splitlines()
    assert lines[0].startswith("code,name,owed,")
    assert lines[1].startswith("18001,Xã Một,3,3,0,")
    table = run("listing_status").splitlines()
    assert table[0].split()[0] == "Mã"
    assert table[1].startswith("18002")


def test_status_of_an_earlier_day(communes: list[Unit]) -> None:
    rows = json.loads(run("listing_status", "--as-of", "2026-03-01", "--format", "json"))
    assert [row["owed"] for row in rows] == [0, 0]
    with pytest.raises(CommandError) as error:
        run("listing_status", "--as-of", "hôm qua")
    assert error.value.returncode == 2


# Units by name --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("18001", "xa-moi"),
        ("18001@2025-06-30", "xa-cu"),
        ("18001@2025-07-01", "xa-moi"),
        ("xa-cu", "xa-cu"),
        (" so-moi ", "so-moi"),
        ("snv", "so-moi"),
    ],
)
def test_finding_a_unit(name: str, slug: str) -> None:
    make_unit(code="18001", slug="xa-cu", active_until=date(2025, 6, 30))
    make_unit(code="18001", slug="xa-moi", active_from=date(2025, 7, 1))
    make_unit(code="SNV", slug="so-moi", kind=UnitKind.DEPARTMENT)
    assert find_unit(name).slug == slug


@pytest.mark.parametrize("name", ["", "18001", "18001@", "18001@2025-13-01", "18001@2026-01-01", "xa"])
def test_a_unit_that_is_not_there(name: str) -> None:
    make_unit(code="18001", slug="xa-cu", active_until=date(2025, 6, 30))
    with pytest.raises(UnitNotFoundError):
        find_unit(name)


def test_several_are_found_once_and_every_problem_is_told() -> None:
    unit = make_unit(code="18001", slug="xa-a")
    found, problems = find_units(["18001", "xa-a", "x", "y"])
    assert found == [unit]
    assert len(problems) == 2
