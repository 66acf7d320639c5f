"""Listing in bulk: what each service writes, refuses and records; half of it is never left behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from wagtail.models import Revision

from home.models import Unit
from portal.jobs import publish_scheduled
from procedures.enums import Scope
from procedures.ledger.recording import open_ledger
from procedures.listings.changes import ListingChange, listings_changed
from procedures.listings.services import (
    Outcome,
    ReasonMissing,
    Skip,
    confirm_listings,
    publish_listings,
    relist,
    withdraw_listings,
)
from procedures.listings.state import unit_state
from procedures.models import Listing, ListingLogEntry, ProcedurePage
from tests.factories.catalogue import make_listing, make_procedure
from tests.factories.opening import make_opening
from tests.factories.people import make_member
from tests.factories.units import make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> Unit:
    return make_unit()


@pytest.fixture
def procedures() -> list[ProcedurePage]:
    return [make_procedure() for _n in range(3)]


@pytest.fixture
def changes() -> Iterator[list[tuple[ListingChange, list[int], str]]]:
    """What receivers of the seam were told."""
    told: list[tuple[ListingChange, list[int], str]] = []

    def note(*, change: ListingChange, listings: list[Listing], reason: str, **_more: Any) -> None:
        told.append((change, sorted(listing.procedure_id for listing in listings), reason))

    listings_changed.connect(note)
    yield told
    listings_changed.disconnect(note)


def ids(procedures: list[ProcedurePage]) -> list[int]:
    return [procedure.pk for procedure in procedures]


def actions(unit: Unit) -> list[str]:
    return sorted(ListingLogEntry.objects.filter(unit=unit).values_list("action", flat=True))


def test_listing_writes_rows_log_and_tells_the_seam(
    unit: Unit, procedures: list[ProcedurePage], changes: list[Any]
) -> None:
    user = make_member(unit)
    outcome = publish_listings(unit=unit, procedures=ids(procedures), user=user)
    assert outcome.count == 3
    for listing in Listing.objects.filter(unit=unit).select_related("procedure"):
        assert listing.live
        assert listing.first_published_at == listing.last_published_at == listing.confirmed_at
        assert listing.confirmed_version == listing.procedure.version
        assert listing.confirmed_by == user
        assert listing.latest_revision is None
        assert not listing.has_unpublished_changes
    entries = ListingLogEntry.objects.filter(unit=unit)
    assert {entry.action for entry in entries} == {"portal.listing.list"}
    assert len({entry.uuid for entry in entries}) == 1, "one action of one person"
    assert {entry.user for entry in entries} == {user}
    assert changes == [(ListingChange.LIST, sorted(ids(procedures)), "")]


def test_listing_again_changes_nothing(
    unit: Unit, procedures: list[ProcedurePage], changes: list[Any]
) -> None:
    publish_listings(unit=unit, procedures=ids(procedures))
    before = list(Listing.objects.order_by("pk").values())
    outcome = publish_listings(unit=unit, procedures=ids(procedures))
    assert outcome.count == 0
    assert outcome.skipped_for(Skip.ALREADY) == 3
    assert list(Listing.objects.order_by("pk").values()) == before
    assert len(changes) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "ended"},
        {"in_force_until": date(2020, 1, 1)},
        {"scope": Scope.OTHER_PROVINCE},
        {"live": False},
    ],
)
def test_only_what_is_public_and_in_force_is_listed(unit: Unit, fields: dict[str, Any]) -> None:
    procedure = make_procedure(**fields)
    outcome = publish_listings(unit=unit, procedures=[procedure.pk])
    assert outcome.skipped == {procedure.pk: Skip.NOT_IN_FORCE}
    assert not Listing.objects.exists()


def test_a_unit_that_ended_lists_nothing(procedures: list[ProcedurePage]) -> None:
    ended = make_unit(active_until=date(2025, 6, 30))
    assert publish_listings(unit=ended, procedures=ids(procedures)).skipped_for(Skip.UNIT_ENDED) == 3


def test_a_draft_is_listed_as_it_was_last_saved(unit: Unit) -> None:
    draft = make_listing(unit, live=False, phone="0239 3000 001")
    draft.phone = "0239 3000 002"
    draft.save_revision()
    assert Listing.objects.get().phone == "0239 3000 001", (
        "edits of what was never public stand in the revision"
    )
    publish_listings(unit=unit, procedures=[draft.procedure_id])
    listed = Listing.objects.get()
    assert (listed.live, listed.phone) == (True, "0239 3000 002")
    assert listed.live_revision_id == listed.latest_revision_id


@pytest.mark.parametrize(
    ("approves", "needs_approval", "listed"), [(False, True, False), (True, True, True), (False, False, True)]
)
def test_own_words_wait_for_an_approver(*, approves: bool, needs_approval: bool, listed: bool) -> None:
    unit = make_unit(notes_need_approval=needs_approval)
    draft = make_listing(unit, live=False)
    draft.notes = "Mang theo bản gốc"
    draft.save_revision()
    outcome = publish_listings(unit=unit, procedures=[draft.procedure_id], approves=approves)
    assert bool(outcome.count) is listed
    assert bool(outcome.skipped_for(Skip.WORDS)) is not listed


def test_confirming_what_has_changed(unit: Unit, procedures: list[ProcedurePage], changes: list[Any]) -> None:
    publish_listings(unit=unit, procedures=ids(procedures))
    changed, same, _third = procedures
    ProcedurePage.objects.filter(pk=changed.pk).update(version=2, material_version=2)
    user = make_member(unit)
    other = make_procedure()
    outcome = confirm_listings(unit=unit, procedures=[changed.pk, same.pk, other.pk], user=user)
    assert [listing.procedure_id for listing in outcome.done] == [changed.pk]
    assert outcome.skipped == {same.pk: Skip.CURRENT, other.pk: Skip.NOT_LIVE}
    listing = Listing.objects.get(procedure=changed)
    assert (listing.confirmed_version, listing.confirmed_by) == (2, user)
    assert changes[-1] == (ListingChange.CONFIRM, [changed.pk], "")


def test_what_nobody_saw_is_not_confirmed(unit: Unit, procedures: list[ProcedurePage]) -> None:
    """A version that comes into force between the look and the lock."""
    publish_listings(unit=unit, procedures=ids(procedures))
    first, second, third = ids(procedures)
    ProcedurePage.objects.filter(pk__in=[first, second, third]).update(version=3, material_version=3)
    outcome = confirm_listings(unit=unit, procedures=[first, second, third], seen={first: 3, second: 2})
    assert [listing.procedure_id for listing in outcome.done] == [first]
    assert outcome.skipped == {second: Skip.NEWER, third: Skip.NEWER}


def test_withdrawing_and_listing_again(
    unit: Unit, procedures: list[ProcedurePage], changes: list[Any]
) -> None:
    publish_listings(unit=unit, procedures=ids(procedures))
    first = procedures[0].pk
    withdraw_listings(unit=unit, procedures=[first], reason="  Chuyển về   sở ")
    listing = Listing.objects.get(procedure=first)
    assert not listing.live
    assert listing.withdrawn_reason == "Chuyển về sở"
    assert publish_listings(unit=unit, procedures=[first]).skipped == {first: Skip.WITHDRAWN}
    ProcedurePage.objects.filter(pk=first).update(version=2, material_version=2)
    assert relist(unit=unit, procedures=[first]).count == 1
    listing.refresh_from_db()
    assert listing.live
    assert (listing.withdrawn_at, listing.withdrawn_reason, listing.confirmed_version) == (None, "", 2)
    assert [change for change, _ids, _reason in changes] == ["portal.listing.list", "portal.listing.withdraw", "portal.listing.relist"]  # fmt: skip
    assert changes[1] == (ListingChange.WITHDRAW, [first], "Chuyển về sở")


def test_withdrawing_asks_for_a_reason(unit: Unit, procedures: list[ProcedurePage]) -> None:
    publish_listings(unit=unit, procedures=ids(procedures))
    with pytest.raises(ReasonMissing):
        withdraw_listings(unit=unit, procedures=ids(procedures), reason=" \n ")
    assert Listing.objects.live().count() == 3


def test_a_draft_written_after_the_withdrawal_stays_a_draft(unit: Unit) -> None:
    listing = make_listing(unit, notes="Công khai")
    withdraw_listings(unit=unit, procedures=[listing.procedure_id], reason="Sửa")
    draft = Listing.objects.get()
    draft.notes = "Chưa duyệt"
    draft.save_revision()
    relist(unit=unit, procedures=[listing.procedure_id])
    back = Listing.objects.get()
    assert (back.live, back.notes, back.has_unpublished_changes) == (True, "Công khai", True)


def _publish(unit: Unit, wanted: list[int]) -> Outcome:
    return publish_listings(unit=unit, procedures=wanted)


def _confirm(unit: Unit, wanted: list[int]) -> Outcome:
    return confirm_listings(unit=unit, procedures=wanted)


def _withdraw(unit: Unit, wanted: list[int]) -> Outcome:
    return withdraw_listings(unit=unit, procedures=wanted, reason="Thử")


def _relist(unit: Unit, wanted: list[int]) -> Outcome:
    return relist(unit=unit, procedures=wanted)


@pytest.mark.parametrize(
    ("service", "before"),
    [(_publish, None), (_confirm, "outdated"), (_withdraw, "live"), (_relist, "withdrawn")],
)
@pytest.mark.parametrize("where", ["log", "seam"])
def test_a_service_that_fails_half_way_leaves_nothing(
    unit: Unit,
    procedures: list[ProcedurePage],
    monkeypatch: pytest.MonkeyPatch,
    service: Callable[[Unit, list[int]], Outcome],
    before: str | None,
    where: str,
) -> None:
    if before:
        publish_listings(unit=unit, procedures=ids(procedures))
    if before == "outdated":
        ProcedurePage.objects.update(version=2, material_version=2)
    if before == "withdrawn":
        withdraw_listings(unit=unit, procedures=ids(procedures), reason="Thử")
    rows, log = list(Listing.objects.order_by("pk").values()), ListingLogEntry.objects.count()

    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("half way")

    if where == "log":
        monkeypatch.setattr(type(ListingLogEntry.objects), "bulk_create", fail, raising=False)
    else:
        listings_changed.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            service(unit, ids(procedures))
    finally:
        listings_changed.disconnect(fail)
    assert list(Listing.objects.order_by("pk").values()) == rows
    assert ListingLogEntry.objects.count() == log
    monkeypatch.undo()
    assert service(unit, ids(procedures)).count == 3, "and can be done again"


# One at a time, through Wagtail ---------------------------------------------------------------------------------------


def test_publishing_one_confirms_it_and_tells_the_seam(unit: Unit, changes: list[Any]) -> None:
    user = make_member(unit)
    listing = make_listing(unit, live=False, confirmed_version=0)
    listing.save_revision(user=user).publish(user=user)
    listing.refresh_from_db()
    assert listing.live
    assert listing.confirmed_version == listing.procedure.version
    assert changes == [(ListingChange.LIST, [listing.procedure_id], "")]


def test_publishing_by_schedule_confirms_for_its_author(unit: Unit) -> None:
    user = make_member(unit)
    listing = make_listing(unit, live=False, confirmed_version=0, confirmed_at=None)
    listing.save_revision(user=user).publish(user=None)
    listing.refresh_from_db()
    assert (listing.confirmed_by, listing.confirmed_version) == (user, listing.procedure.version)


def test_a_scheduled_return_stays_down_until_its_day(unit: Unit, changes: list[Any]) -> None:
    """Who schedules it confirms the official version of that moment; the public reads of the withdrawal until then."""
    now = timezone.now()
    listing = make_listing(
        unit,
        live=False,
        withdrawn_at=now,
        withdrawn_reason="Sửa bộ phận một cửa",
        first_published_at=now - timedelta(days=9),
        confirmed_at=now - timedelta(days=9),
    )
    user = make_member(unit)
    listing.go_live_at = timezone.now() + timedelta(days=2)
    revision = listing.save_revision(user=user)
    revision.publish(user=user)
    row = Listing.objects.withdrawn().get()
    assert (row.withdrawn_reason, row.confirmed_by) == ("Sửa bộ phận một cửa", user)
    assert changes == []
    version_seen = row.procedure.version
    ProcedurePage.objects.update(version=2, material_version=2)

    past = now - timedelta(minutes=1)
    content = {**revision.content, "go_live_at": past.isoformat()}
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=past, content=content)
    publish_scheduled()
    row = Listing.objects.live().get()
    assert (row.withdrawn_at, row.withdrawn_reason) == (None, "")
    assert (row.confirmed_version, row.confirmed_by) == (version_seen, user)
    assert row.is_outdated, "nobody confirmed the version that came in between"
    assert changes == [(ListingChange.RELIST, [row.procedure_id], "")]


def test_nothing_scheduled_brings_back_what_was_withdrawn_since(
    unit: Unit, procedures: list[ProcedurePage]
) -> None:
    user = make_member(unit)
    for procedure in procedures[:2]:
        listing = make_listing(unit, procedure)
        listing.notes = "Từ tuần sau"
        listing.go_live_at = timezone.now() + timedelta(days=7)
        listing.save_revision(user=user).publish(user=user)
    assert Revision.objects.filter(approved_go_live_at__isnull=False).count() == 2
    withdraw_listings(unit=unit, procedures=[procedures[0].pk], user=user, reason="Thử")
    (waiting,) = Revision.objects.filter(approved_go_live_at__isnull=False)
    assert waiting.content_object.procedure_id == procedures[1].pk


def test_unpublishing_and_publishing_again(unit: Unit, changes: list[Any]) -> None:
    listing = make_listing(unit, first_published_at=timezone.now() - timedelta(days=1))
    listing.unpublish()
    down = Listing.objects.withdrawn().get()
    assert down.withdrawn_at is not None
    user = make_member(unit)
    down.save_revision(user=user).publish(user=user)
    up = Listing.objects.live().get()
    assert up.withdrawn_at is None
    assert [change for change, _ids, _reason in changes] == [ListingChange.WITHDRAW, ListingChange.RELIST]


def test_an_edit_of_a_live_one_is_told_as_an_edit(unit: Unit, changes: list[Any]) -> None:
    user = make_member(unit)
    listing = make_listing(unit)
    listing.notes = "Mới"
    listing.save_revision(user=user).publish(user=user)
    assert changes == [(ListingChange.EDIT, [listing.procedure_id], "")]


@pytest.mark.parametrize("undo", [False, True])
def test_a_record_that_fails_undoes_a_single_publication(unit: Unit, *, undo: bool) -> None:
    listing = make_listing(unit, live=undo)

    def fail(**_kwargs: Any) -> None:
        raise RuntimeError("no ledger")

    listings_changed.connect(fail)
    try:
        change = listing.unpublish if undo else listing.save_revision().publish
        with pytest.raises(RuntimeError):
            change()
    finally:
        listings_changed.disconnect(fail)
    assert Listing.objects.get().live is undo


@pytest.mark.parametrize("way", ["object", "queryset"])
def test_what_was_public_is_never_deleted(unit: Unit, way: str) -> None:
    listing = make_listing(unit)
    delete = listing.delete if way == "object" else Listing.objects.all().delete
    with pytest.raises(ProtectedError), transaction.atomic():
        delete()
    assert Listing.objects.exists()


def test_a_draft_that_was_never_public_may_go(unit: Unit) -> None:
    make_listing(unit, live=False).delete()
    assert not Listing.objects.exists()


# State ----------------------------------------------------------------------------------------------------------------


def test_state_of_a_unit(unit: Unit) -> None:
    missing, live, outdated, draft, withdrawn = (make_procedure() for _n in range(5))
    make_opening()
    extra = make_procedure()
    make_listing(unit, live)
    make_listing(unit, outdated, confirmed_version=0)
    make_listing(unit, draft, live=False)
    make_listing(unit, withdrawn, live=False, withdrawn_at=timezone.now())
    make_listing(unit, extra)
    state = unit_state(unit)
    assert set(state.owed) == {missing.pk, live.pk, outdated.pk, draft.pk, withdrawn.pk}
    assert state.live == {live.pk, outdated.pk, extra.pk}
    assert state.missing == {missing.pk, draft.pk, withdrawn.pk}
    assert state.never_listed == {missing.pk, draft.pk}
    assert state.outdated == {outdated.pk}
    assert state.drafts == {draft.pk}
    assert state.withdrawn == {withdrawn.pk}
    assert state.owed_and_listed == {live.pk, outdated.pk}
    assert state.late == state.missing, "the opening of March is long due"


def test_queries_of_the_services(
    unit: Unit, procedures: list[ProcedurePage], django_assert_max_num_queries: Any
) -> None:
    open_ledger()
    with django_assert_max_num_queries(18):
        publish_listings(unit=unit, procedures=ids(procedures))
    with django_assert_max_num_queries(18):
        withdraw_listings(unit=unit, procedures=ids(procedures), reason="Thử")
