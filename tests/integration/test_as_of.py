"""What stood at the end of a day: read back from the ledger, shown to everybody and in the admin."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from home.enums import PortalGroup, Role
from home.models import Desk, DeskHours, Unit
from procedures.completeness.reports import current_facts
from procedures.importing.bulk import import_records
from procedures.ledger import clock
from procedures.ledger.reading import current_root, first_day, listed, listings_at, root_of, versions_at
from procedures.ledger.roots import write_roots
from procedures.ledger.versions import mark_material, text_of
from procedures.listings.services import confirm_listings, publish_listings, relist, withdraw_listings
from procedures.models import Listing, ProcedurePage, ProcedureVersion
from procedures.record import Basis, ProcedureRecord, Result
from tests.factories.people import make_member, make_user
from tests.factories.records import make_record, publish
from tests.factories.units import make_counter, make_desk, make_subject, make_unit

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 10)


def at(days: int = 0, hour: int = 9) -> Any:
    """Within: the time of the ledger is that many days after DAY, at `hour` in Vietnam."""
    return clock.ticking(datetime(2026, 3, 10, tzinfo=UTC) + timedelta(days=days, hours=hour - 7))


def root_hash(when: date) -> str:
    root = root_of(when)
    assert root
    return root.hash


def day(days: int) -> date:
    return DAY + timedelta(days=days)


@pytest.fixture
def unit() -> Unit:
    return make_unit(complaints_address="Số 1 đường Thử")


@pytest.fixture
def records() -> list[ProcedureRecord]:
    return [make_record(), make_record()]


@pytest.fixture
def pages(unit: Unit, records: list[ProcedureRecord]) -> list[ProcedurePage]:
    """Public since DAY; the unit lists both."""
    make_counter(make_desk(unit), subjects=(make_subject("Hộ tịch"),))
    with at():
        found = publish(*records)
        publish_listings(unit=unit, procedures=[page.pk for page in found], user=make_member(unit))
    return found


# Reading -----------------------------------------------------------------------------------------------------------------


def test_a_day_ends_at_midnight_in_vietnam(unit: Unit, pages: list[ProcedurePage]) -> None:
    with clock.ticking(datetime(2026, 3, 10, 16, 59, 59, 999999, tzinfo=UTC)):
        withdraw_listings(unit=unit, procedures=[pages[0].pk], reason="Sai")
    with clock.ticking(datetime(2026, 3, 10, 17, tzinfo=UTC)):
        withdraw_listings(unit=unit, procedures=[pages[1].pk], reason="Sai")
    assert [item.code for item in listed(unit, DAY).items] == [pages[1].code]
    assert listed(unit, day(1)).items == ()
    assert listed(unit, day(-1)).no_ledger
    assert not listed(unit, day(1)).no_ledger
    assert first_day() == DAY
    with at(3):
        assert current_root() == replace(root_of(day(1)), day=day(3))  # type: ignore[type-var]  # a Root


def test_public_without_a_break_since(unit: Unit, pages: list[ProcedurePage]) -> None:
    ids = [pages[0].pk]
    with at(1):
        confirm_listings(unit=unit, procedures=ids)
    assert {item.since.date() for item in listed(unit, day(1)).items} == {DAY}
    with at(2):
        withdraw_listings(unit=unit, procedures=ids, reason="Sai")
    with at(4):
        relist(unit=unit, procedures=ids)
    assert [item.code for item in listed(unit, day(3)).items] == [pages[1].code]
    since = {item.code: item.since.date() for item in listed(unit, day(4)).items}
    assert since == {pages[0].code: day(4), pages[1].code: DAY}
    facts = listings_at([unit], day(4))[unit.pk][pages[0].pk]
    assert facts.since == DAY, "coming down in between does not begin it anew"


def test_what_the_unit_said_and_where_it_was(unit: Unit, pages: list[ProcedurePage]) -> None:
    desk = Desk.objects.get(unit=unit)
    with at(1):
        desk.phone = "0239 000 222"
        desk.hours.add(DeskHours(weekday=5, opens=time(8), closes=time(11)))
        desk.save()
        Listing.objects.filter(procedure=pages[0]).first()
        listing = Listing.objects.get(procedure=pages[0])
        listing.notes = "Mang theo sổ cũ"
        listing.save_revision().publish()
    before, after = listed(unit, DAY), listed(unit, day(1))
    assert before.unit_body
    assert after.unit_body
    assert before.unit_body["desks"][0]["phone"] == "0239 000 001"
    assert after.unit_body["desks"][0]["phone"] == "0239 000 222"
    assert [5, "08:00", "11:00"] in after.unit_body["desks"][0]["hours"]
    assert [item.listing_body["notes"] for item in before.items] == ["", ""]
    assert sorted(item.listing_body["notes"] for item in after.items) == ["", "Mang theo sổ cũ"]


def test_a_procedure_that_is_not_public_was_seen_nowhere(unit: Unit, pages: list[ProcedurePage]) -> None:
    with at(1):
        ProcedurePage.objects.get(pk=pages[0].pk).unpublish()
    assert len(listed(unit, DAY).items) == 2
    assert [item.code for item in listed(unit, day(1)).items] == [pages[1].code]


def test_a_row_that_is_gone_stood_in_the_past(unit: Unit, pages: list[ProcedurePage]) -> None:
    with at(1):
        many = [make_unit() for _n in range(14)]
    codes, ids = {page.code for page in pages}, {page.pk for page in pages}
    Listing.objects.filter(unit=unit)._raw_delete("default")
    assert {item.code for item in listed(unit, DAY).items} == codes
    assert [item.code for item in listed(unit, DAY, only=pages[1].code).items] == [pages[1].code]
    for units in ([unit], [unit, *many]):
        facts = listings_at(units, day(1))[unit.pk]
        assert set(facts) == ids
        assert {(one.live, one.listing) for one in facts.values()} == {(True, None)}


def test_units_with_names_that_begin_alike_are_apart(pages: list[ProcedurePage]) -> None:
    with at(1):
        longer = make_unit(slug="xa-thu-nghiem")
        publish_listings(unit=longer, procedures=[pages[0].pk])
        shorter = make_unit(slug="xa-thu")
    assert listed(shorter, day(1)).items == ()
    assert listings_at([shorter], day(1)) == {shorter.pk: {}}
    assert len(listed(longer, day(1)).items) == 1


def test_today_is_the_same_by_the_rows_and_by_the_ledger(
    unit: Unit, pages: list[ProcedurePage], records: list[ProcedureRecord]
) -> None:
    with at(1):
        bare = make_unit()
        publish_listings(unit=bare, procedures=[page.pk for page in pages])
        withdraw_listings(unit=bare, procedures=[pages[1].pk], reason="Sai")
        import_records([("thử", replace(records[0], results=(Result("Khác"),)))])
    units = [unit, bare]
    by_rows, versions = current_facts(units)
    by_ledger = listings_at(units, day(1))
    for one in units:
        for pk, facts in by_ledger[one.pk].items():
            row = by_rows[one.pk][pk]
            names = (
                "procedure",
                "live",
                "confirmed_version",
                "lacks",
                "listing",
                "withdrawn",
                "confirmed_on",
            )
            assert [getattr(facts, name) for name in names] == [getattr(row, name) for name in names]
    assert by_ledger[bare.pk][pages[0].pk].lacks == ("desk", "hours", "phone")
    assert by_ledger[unit.pk][pages[0].pk].lacks == ()
    then = versions_at(day(1))[pages[0].pk]
    assert (then.current, then.material, then.parts) == (2, 2, ("results",))
    assert versions[pages[0].pk].material == then.material


def test_queries_do_not_grow(pages: list[ProcedurePage], unit: Unit, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(6):
        assert len(listed(unit, DAY).items) == 2
    with django_assert_num_queries(6):
        listings_at([unit], DAY)
    with at(1):
        many = [make_unit() for _n in range(14)]
        more = publish(*(make_record() for _n in range(3)))
        for one in (unit, *many):
            publish_listings(unit=one, procedures=[page.pk for page in more])
    with django_assert_num_queries(6):
        assert len(listed(unit, day(1)).items) == 5
    with django_assert_num_queries(6):
        assert len(listings_at([unit, *many], day(1))) == 15
    with django_assert_num_queries(1):
        versions_at(day(1))


# Versions ----------------------------------------------------------------------------------------------------------------


def test_a_change_makes_a_version_and_the_default_marks(
    pages: list[ProcedurePage], records: list[ProcedureRecord], unit: Unit
) -> None:
    record = records[0]
    with at(1):
        other = replace(record, basis=(*record.basis, Basis("99/2026/QH16", "Luật mới")), decision="9/QĐ-BTP")
        import_records([("thử", other)])
    page = ProcedurePage.objects.get(pk=pages[0].pk)
    assert (page.version, page.material_version) == (2, 1)
    assert page.versions.get(number=2).changed == ["decision", "basis"]
    listing = Listing.objects.get(procedure=page)
    assert not listing.is_outdated, "its decision and basis are nothing that a unit has to confirm"
    with at(2):
        import_records([("thử", replace(other, results=(Result("Khác"),)))])
    page.refresh_from_db()
    assert (page.version, page.material_version) == (3, 3)
    assert page.versions.get(number=3).material == ["results"]
    assert list(Listing.objects.outdated()) == [listing]
    confirm_listings(unit=unit, procedures=[page.pk])
    assert not Listing.objects.outdated().exists()
    assert text_of(page.versions.get(number=1)).decision == record.decision
    assert text_of(page.versions.get(number=3)).results == (Result("Khác"),)


def test_the_same_again_makes_none(pages: list[ProcedurePage], records: list[ProcedureRecord]) -> None:
    import_records(("thử", record) for record in records)
    ProcedurePage.objects.get(pk=pages[0].pk).get_latest_revision().publish()
    assert set(ProcedureVersion.objects.values_list("number", flat=True)) == {1}


def test_publishing_in_the_editor_counts_on(pages: list[ProcedurePage]) -> None:
    for number in (2, 3):
        draft = ProcedurePage.objects.get(pk=pages[0].pk).get_latest_revision_as_object()
        draft.copies_text = f"{number:02} bộ"
        draft.save_revision(clean=False).publish(user=make_user(is_superuser=True))
        page = ProcedurePage.objects.get(pk=pages[0].pk)
        assert (page.version, page.material_version) == (number, 1)
    assert page.versions.get(number=3).published_by is not None


def test_a_controller_marks(pages: list[ProcedurePage], records: list[ProcedureRecord]) -> None:
    user = make_user()
    with at(1):
        import_records([("thử", replace(records[0], results=(Result("Khác"),), copies_text="02 bộ"))])
    version = ProcedureVersion.objects.get(procedure=pages[0], number=2)
    assert version.material == ["results"]
    with pytest.raises(ValueError, match="steps"):
        mark_material(version, ["steps"], user)
    with at(2):
        mark_material(version, [], user)
    assert not Listing.objects.outdated().exists()
    with at(3):
        mark_material(version, ["copies"], user)
    page = ProcedurePage.objects.get(pk=pages[0].pk)
    assert (page.version, page.material_version) == (2, 2)
    version.refresh_from_db()
    assert (version.material, version.marked_by) == (["copies"], user)
    assert [versions_at(day(n))[page.pk].parts for n in (0, 1, 3)] == [(), ("results",), ("copies",)]


def test_an_unpublished_procedure_keeps_its_number(pages: list[ProcedurePage]) -> None:
    page = ProcedurePage.objects.get(pk=pages[0].pk)
    page.unpublish()
    page.get_latest_revision().publish()
    page.refresh_from_db()
    assert (page.live, page.version, page.versions.count()) == (True, 1, 1)


# The public page ---------------------------------------------------------------------------------------------------------


def address(unit: Unit, when: date, code: str = "") -> str:
    if code:
        return reverse("unit_as_of_procedure", args=[unit.slug, when.isoformat(), code])
    return reverse("unit_as_of", args=[unit.slug, when.isoformat()])


def test_the_day_for_everybody(client: Client, unit: Unit, pages: list[ProcedurePage]) -> None:
    with at(1):
        withdraw_listings(unit=unit, procedures=[pages[0].pk], reason="Sai")
        write_roots()
    then = client.get(address(unit, DAY))
    page = then.content.decode()
    assert then.status_code == 200
    assert 'name="robots" content="noindex' in page
    assert address(unit, DAY, pages[0].code) in page
    assert "tel:+84239000001" in page
    assert "data-hours" not in page, "whether it is open now has nothing to do with that day"
    assert root_hash(DAY)[:8] in page
    assert len(then.content) < 100_000
    after = client.get(address(unit, day(1))).content.decode()
    assert address(unit, day(1), pages[0].code) not in after
    assert "chưa có sổ niêm yết" in client.get(address(unit, day(-1))).content.decode()


def test_nothing_is_said_of_the_end_of_a_day_that_goes_on(
    client: Client, unit: Unit, pages: list[ProcedurePage]
) -> None:
    addresses = [address(unit, DAY), address(unit, DAY, pages[0].code)]
    admin = reverse("unit_day", args=[unit.slug, DAY.isoformat()])
    staff = signed_in(make_member(unit, Role.APPROVER))
    with at(hour=15):
        running = [client.get(one).content.decode() for one in addresses] + [
            staff.get(admin).content.decode()
        ]
        refused = staff.get(f"{admin}trich/")
    for page in running:
        assert "lúc 15:00 hôm nay" in page
        assert "ngày chưa hết" in page
        assert "uối ngày" not in page
    assert "trich/" not in running[-1]
    assert (refused.status_code, refused.headers["Location"]) == (302, admin)
    with at(1, hour=0):
        ended = [client.get(one).content.decode() for one in addresses] + [staff.get(admin).content.decode()]
        assert staff.get(f"{admin}trich/").headers["Content-Type"] == "application/zip"
    for page in ended:
        assert "uối ngày" in page
        assert "ngày chưa hết" not in page


def test_the_text_of_that_day(
    client: Client, unit: Unit, pages: list[ProcedurePage], records: list[ProcedureRecord]
) -> None:
    with at(1):
        import_records([("thử", replace(records[0], results=(Result("Giấy khác"),)))])
        unit.complaints_address = "Nơi khác"
        unit.save()
    then = client.get(address(unit, DAY, records[0].code)).content.decode()
    after = client.get(address(unit, day(1), records[0].code)).content.decode()
    assert "Giấy chứng nhận thử" in then
    assert "Giấy khác" not in then
    assert "Giấy khác" in after
    assert "Số 1 đường Thử" in then
    assert "Nơi khác" in after
    assert "chưa xác nhận bản này" in after
    assert "chưa xác nhận bản này" not in then
    assert client.get(address(unit, DAY, "1.999999")).status_code == 404


@pytest.mark.parametrize("written", ["2026-3-10", "10/03/2026", "hom-qua", "2999-01-01", "2026-02-30"])
def test_no_such_day(client: Client, unit: Unit, written: str) -> None:
    assert client.get(f"/don-vi/{unit.slug}/niem-yet/{written}/").status_code == 404


@pytest.mark.parametrize(("written", "wanted"), [("2026-03-10", "2026-03-10"), ("10/3/2026", "2026-03-10")])
def test_choosing_a_day(client: Client, unit: Unit, written: str, wanted: str) -> None:
    answer = client.get(reverse("unit_as_of_choose", args=[unit.slug]), {"ngay": written})
    assert answer.headers["Location"] == f"/don-vi/{unit.slug}/niem-yet/{wanted}/"


def test_an_ended_unit_keeps_its_past(client: Client, unit: Unit, pages: list[ProcedurePage]) -> None:
    unit.active_until = day(5)
    unit.save()
    assert client.get(address(unit, DAY)).status_code == 200


def test_the_feed_of_roots(client: Client, unit: Unit, pages: list[ProcedurePage]) -> None:
    with at(2):
        write_roots()
    answer = client.get(reverse("ledger_roots"))
    feed = answer.content.decode()
    assert answer.headers["Content-Type"].startswith("application/atom+xml")
    assert feed.count("<entry>") == 2
    assert root_hash(DAY) in feed


# The admin's page ---------------------------------------------------------------------------------------------------------


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="home.authentication.MembershipBackend")
    return client


def test_the_day_in_the_admin_names_people_to_those_who_may_know(
    unit: Unit, pages: list[ProcedurePage]
) -> None:
    own = reverse("unit_day", args=[unit.slug, DAY.isoformat()])
    for user, knows in (
        (make_member(unit, Role.APPROVER), True),
        (make_user(PortalGroup.CONTROLLER), True),
        (make_user(PortalGroup.INSPECTOR), False),
    ):
        answer = signed_in(user).get(own)
        page = answer.content.decode()
        assert answer.status_code == 200
        assert pages[0].code in page
        assert ("Cán bộ số" in page.split("<table", 1)[1]) is knows
    stranger = signed_in(make_member(make_unit()))
    assert stranger.get(own).status_code == 404
    assert stranger.get(f"{own}trich/").status_code == 404


def test_the_extract_from_the_admin(unit: Unit, pages: list[ProcedurePage]) -> None:
    client = signed_in(make_member(unit, Role.APPROVER))
    own = reverse("unit_day", args=[unit.slug, DAY.isoformat()])
    assert "trich/" in client.get(own).content.decode()
    answer = client.get(f"{own}trich/")
    with zipfile.ZipFile(BytesIO(answer.content)) as archive:
        names = {name.split("/")[-1] for name in archive.namelist()}
    assert {"verify.py", "muc.jsonl", "noi-dung.jsonl", f"ngay-{DAY.isoformat()}.html"} <= names
    chosen = client.get(reverse("unit_day_choose", args=[unit.slug]), {"ngay": "10/03/2026"})
    assert chosen.headers["Location"] == own
