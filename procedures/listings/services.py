"""Listing, confirming, withdrawing, listing again: whole sets of one unit's listings, each call one transaction.

Rows are written in bulk with a log entry each and begin their revisions at the first edit. Who may do what is asked by
the callers (`procedures.listings.rights`); here stands what must hold whoever asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision

from home.models import Unit
from procedures.ledger import clock
from procedures.listings.changes import ListingChange, listings_changed
from procedures.listings.rights import OWN_WORDS
from procedures.models import Listing, ListingLogEntry, ProcedurePage

BATCH = 1_000

UNIT_FIELDS = ("desk_id", "counter_id", "phone", *OWN_WORDS)
"""What a unit's draft says."""

ROW_FIELDS = (
    "desk",
    "counter",
    "phone",
    *OWN_WORDS,
    "live",
    "has_unpublished_changes",
    "first_published_at",
    "last_published_at",
    "expired",
    "expire_at",
    "go_live_at",
    "confirmed_version",
    "confirmed_at",
    "confirmed_by",
    "withdrawn_at",
    "withdrawn_reason",
    "live_revision",
)
"""What bringing a row up writes."""
CONFIRM_FIELDS = ("confirmed_version", "confirmed_at", "confirmed_by")
WITHDRAW_FIELDS = ("live", "has_unpublished_changes", "live_revision", "withdrawn_at", "withdrawn_reason")

REASON_LENGTH = Listing._meta.get_field("withdrawn_reason").max_length or 300


class Skip(StrEnum):
    """Why one of the procedures asked for was passed over."""

    ALREADY = "already"
    WITHDRAWN = "withdrawn"
    WORDS = "words"
    NOT_IN_FORCE = "not_in_force"
    UNIT_ENDED = "unit_ended"
    NOT_LIVE = "not_live"
    CURRENT = "current"
    NEWER = "newer"


SKIP_WORDS = {
    Skip.ALREADY: _("đang niêm yết rồi"),
    Skip.WITHDRAWN: _("đã gỡ có lý do; người phê duyệt niêm yết lại từng mục"),
    Skip.WORDS: _("có ghi chú riêng đang chờ người phê duyệt của đơn vị"),
    Skip.NOT_IN_FORCE: _("thủ tục chưa công khai hoặc đã hết hiệu lực"),
    Skip.UNIT_ENDED: _("đơn vị đã kết thúc hoạt động"),
    Skip.NOT_LIVE: _("không đang niêm yết"),
    Skip.CURRENT: _("đã xác nhận bản đang có hiệu lực"),
    Skip.NEWER: _("vừa có bản mới hơn bản đã xem"),
}


class ReasonMissing(ValueError):
    """A withdrawal tells the public why."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`done`: listings that were changed; `skipped`: procedure id → why it was not."""

    done: tuple[Listing, ...] = ()
    skipped: Mapping[int, Skip] | None = None

    @property
    def count(self) -> int:
        return len(self.done)

    def skipped_for(self, why: Skip) -> int:
        return sum(reason == why for reason in (self.skipped or {}).values())


def publish_listings(
    *, unit: Unit, procedures: Iterable[int], user: Any = None, approves: bool = True
) -> Outcome:
    """List procedures with their official text and the unit's defaults.

    What was withdrawn stays down: only `relist` brings it back. `approves`: the person may publish the unit's own
    words; without it a draft that holds some is passed over.
    """
    with transaction.atomic():
        held = _lock(unit)
        wanted = list(dict.fromkeys(procedures))
        versions = _in_force(wanted)
        now = clock.now()
        skipped: dict[int, Skip] = {}
        is_active = unit.is_active()
        fresh: list[Listing] = []
        drafts: list[Listing] = []
        for pk in wanted:
            listing = held.get(pk)
            if not is_active:
                skipped[pk] = Skip.UNIT_ENDED
            elif pk not in versions:
                skipped[pk] = Skip.NOT_IN_FORCE
            elif listing is None:
                fresh.append(Listing(unit=unit, procedure_id=pk))
            elif listing.live:
                skipped[pk] = Skip.ALREADY
            elif listing.withdrawn_at is not None:
                skipped[pk] = Skip.WITHDRAWN
            else:
                _take_draft(listing)
                if not approves and _holds_own_words(listing, unit):
                    skipped[pk] = Skip.WORDS
                else:
                    drafts.append(listing)
        for listing in (*fresh, *drafts):
            _make_live(listing, versions[listing.procedure_id], user=user, now=now)
        Listing.objects.bulk_create(fresh, batch_size=BATCH)
        _write(drafts)
        _end_schedules(drafts)
        done = [*fresh, *drafts]
        _record(unit, ListingChange.LIST, done, user=user, now=now)
    return Outcome(tuple(done), skipped)


def confirm_listings(
    *, unit: Unit, procedures: Iterable[int], user: Any = None, seen: Mapping[int, int] | None = None
) -> Outcome:
    """The unit has seen the official version in force and stands by it.

    `seen`: procedure → version that was on the screen; where another is in force by now, nothing is confirmed.
    """
    with transaction.atomic():
        held = _lock(unit)
        wanted = list(dict.fromkeys(procedures))
        versions = _in_force(wanted)
        now = clock.now()
        skipped: dict[int, Skip] = {}
        done: list[Listing] = []
        for pk in wanted:
            listing = held.get(pk)
            if listing is None or not listing.live:
                skipped[pk] = Skip.NOT_LIVE
            elif pk not in versions:
                skipped[pk] = Skip.NOT_IN_FORCE
            elif listing.confirmed_version >= versions[pk]:
                skipped[pk] = Skip.CURRENT
            elif seen is not None and seen.get(pk) != versions[pk]:
                skipped[pk] = Skip.NEWER
            else:
                _confirm(listing, versions[pk], user=user, now=now)
                done.append(listing)
        _write(done, CONFIRM_FIELDS)
        _record(unit, ListingChange.CONFIRM, done, user=user, now=now)
    return Outcome(tuple(done), skipped)


def withdraw_listings(*, unit: Unit, procedures: Iterable[int], user: Any = None, reason: str) -> Outcome:
    """Take listings down; the reason stands on the page that is left. Raises ReasonMissing."""
    reason = " ".join(reason.split())[:REASON_LENGTH]
    if not reason:
        raise ReasonMissing
    with transaction.atomic():
        held = _lock(unit)
        now = clock.now()
        skipped: dict[int, Skip] = {}
        done: list[Listing] = []
        for pk in dict.fromkeys(procedures):
            listing = held.get(pk)
            if listing is None or not listing.live:
                skipped[pk] = Skip.NOT_LIVE
                continue
            listing.live = False
            # As Wagtail's own unpublishing leaves it.
            listing.has_unpublished_changes = True
            listing.live_revision_id = None
            listing.withdrawn_at = now
            listing.withdrawn_reason = reason
            done.append(listing)
        _write(done, WITHDRAW_FIELDS)
        _end_schedules(done)
        _record(unit, ListingChange.WITHDRAW, done, user=user, now=now, reason=reason)
    return Outcome(tuple(done), skipped)


def relist(*, unit: Unit, procedures: Iterable[int], user: Any = None) -> Outcome:
    """Bring back what was withdrawn, as the public last saw it, confirmed for the official version in force."""
    with transaction.atomic():
        held = _lock(unit)
        wanted = list(dict.fromkeys(procedures))
        versions = _in_force(wanted)
        now = clock.now()
        skipped: dict[int, Skip] = {}
        done: list[Listing] = []
        for pk in wanted:
            listing = held.get(pk)
            if listing is None or (not listing.live and listing.withdrawn_at is None):
                skipped[pk] = Skip.NOT_LIVE
            elif listing.live:
                skipped[pk] = Skip.ALREADY
            elif not unit.is_active():
                skipped[pk] = Skip.UNIT_ENDED
            elif pk not in versions:
                skipped[pk] = Skip.NOT_IN_FORCE
            else:
                written_since = _draft_since(listing)
                _make_live(listing, versions[pk], user=user, now=now)
                if written_since:
                    listing.has_unpublished_changes = True
                    listing.live_revision_id = None
                done.append(listing)
        _write(done)
        _end_schedules(done)
        _record(unit, ListingChange.RELIST, done, user=user, now=now)
    return Outcome(tuple(done), skipped)


# One row -----------------------------------------------------------------------------------------------------------------


def _make_live(listing: Listing, version: int, *, user: Any, now: datetime) -> None:
    listing.live = True
    listing.has_unpublished_changes = False
    listing.first_published_at = listing.first_published_at or now
    listing.last_published_at = now
    listing.expired = False
    # A date that once took it down, or was to bring it up, has done its work.
    listing.expire_at = None
    listing.go_live_at = None
    listing.withdrawn_at = None
    listing.withdrawn_reason = ""
    listing.live_revision_id = listing.latest_revision_id
    _confirm(listing, version, user=user, now=now)


def _take_draft(listing: Listing) -> None:
    """Edits of what was never public stand in its latest revision only: that is what is meant to be listed."""
    if listing.latest_revision is not None:
        draft = listing.with_content_json(listing.latest_revision.content)
        for name in UNIT_FIELDS:
            setattr(listing, name, getattr(draft, name))


def _confirm(listing: Listing, version: int, *, user: Any, now: datetime) -> None:
    listing.confirmed_version = version
    listing.confirmed_at = now
    listing.confirmed_by = user if user is not None and user.pk else None


def _holds_own_words(listing: Listing, unit: Unit) -> bool:
    return unit.notes_need_approval and any(getattr(listing, name).strip() for name in OWN_WORDS)


def _draft_since(listing: Listing) -> bool:
    """Whether somebody saved a draft after the listing was taken down."""
    latest = listing.latest_revision
    return bool(latest and listing.withdrawn_at and latest.created_at > listing.withdrawn_at)


# Reading and writing -----------------------------------------------------------------------------------------------------


def _lock(unit: Unit) -> dict[int, Listing]:
    """The unit's listings by procedure. Two people listing at once come one after the other."""
    Unit.objects.select_for_update().only("pk").get(pk=unit.pk)
    rows = Listing.objects.filter(unit=unit).select_related("latest_revision")
    listings = {listing.procedure_id: listing for listing in rows.defer("latest_revision__content")}
    for listing in listings.values():
        listing.unit = unit
    return listings


def _in_force(procedures: Sequence[int]) -> dict[int, int]:
    """Numbers of the official versions of those that may be public now."""
    return dict(
        ProcedurePage.objects.listed_publicly()
        .filter(pk__in=procedures)
        .order_by()
        .values_list("pk", "version")
    )


def _write(listings: Sequence[Listing], fields: Sequence[str] = ROW_FIELDS) -> None:
    if listings:
        Listing.objects.bulk_update(listings, fields, batch_size=200)


def _end_schedules(listings: Sequence[Listing]) -> None:
    """As Wagtail's own publishing and unpublishing: no appointment of before changes what was decided now."""
    held = [str(listing.pk) for listing in listings if listing.latest_revision_id]
    if held:
        Revision.objects.filter(
            content_type=ContentType.objects.get_for_model(Listing),
            object_id__in=held,
            approved_go_live_at__isnull=False,
        ).update(approved_go_live_at=None)


def _record(
    unit: Unit,
    change: ListingChange,
    listings: Sequence[Listing],
    *,
    user: Any,
    now: datetime,
    reason: str = "",
) -> None:
    """Log entries of one action under one id, then whoever records changes, all in the caller's transaction."""
    if not listings:
        return
    titles = dict(
        ProcedurePage.objects.filter(pk__in=[listing.procedure_id for listing in listings])
        .order_by()
        .values_list("pk", "title")
    )
    content_type = ContentType.objects.get_for_model(Listing)
    user_id = user.pk if user is not None else None
    action_id = uuid4()
    ListingLogEntry.objects.bulk_create(
        (
            ListingLogEntry(
                content_type_id=content_type.pk,
                object_id=str(listing.pk),
                unit_id=unit.pk,
                label=f"{titles.get(listing.procedure_id, '')} · {unit}",
                action=change.value,
                user_id=user_id,
                uuid=action_id,
                timestamp=now,
                data={"reason": reason} if reason else {},
                content_changed=change is not ListingChange.CONFIRM,
            )
            for listing in listings
        ),
        batch_size=BATCH,
    )
    listings_changed.send(
        sender=Listing, unit=unit, change=change, listings=list(listings), user=user, reason=reason, at=now
    )
