"""The one way into the ledger: `append`, in the transaction of what it records.

Locking the head row keeps writers in line; the chain is made in Python and written in bulk. The database refuses what
does not come this way (`procedures.ledger.triggers`).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from procedures.ledger.chain import body_hash, canonical_json, entry_hash
from procedures.ledger.clock import now
from procedures.ledger.moments import moment_of, moment_text
from procedures.models import LedgerBody, LedgerEntry, LedgerHead, LedgerKind, StaffKey

BATCH = 1_000
WAITED = timedelta(minutes=10)
"""How far behind the head a writer's time may lie: it took its time, then waited for its turn."""
FORMAT = 1
"""Of bodies; told in the `opened` entry."""
LONGEST_BODY = 64 * 1024 * 1024
"""Of canonical JSON: what unpacks to more than this was made to fill the memory."""
LEDGER_SUBJECT = "ledger"


class LedgerRefused(RuntimeError):
    """Nothing was written, and the caller's transaction must not commit."""


class BodyBroken(RuntimeError):
    """A body that is stored is not what its hash names, or is gone."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A body whose text and hash are made already."""

    text: str
    hash: str


def seal(body: Mapping[str, Any]) -> Sealed:
    text = canonical_json(dict(body))
    return Sealed(text, body_hash(text))


@dataclass(frozen=True, slots=True)
class Record:
    """What is to be written. `always`: even where the subject's last body is the same (an action was taken)."""

    kind: str
    subject: str
    body: Mapping[str, Any] | Sealed
    user: Any = None
    at: datetime | None = None
    always: bool = False


@dataclass(frozen=True, slots=True)
class _Prepared:
    record: Record
    text: str
    hash: str


def append(records: Sequence[Record]) -> int:
    """Chain the records in their order; those that say nothing new are left out. Returns how many were written.

    The very first append opens the ledger: an `opened` entry, then everything that already stands.
    """
    if not connection.in_atomic_block:
        raise LedgerRefused("The ledger is written in the transaction of what it records.")
    if not records:
        return 0
    head = locked_head()
    written = 0
    if head.sequence == 0:
        written += _write(head, _opening())
    return written + _write(head, records)


def open_ledger(*, user: Any = None) -> int:
    """Begin the ledger, or complete it: everything that stands and is not in it as it stands. Idempotent."""
    from procedures.ledger.standing import standing_records

    with transaction.atomic():
        head = locked_head()
        records = standing_records()
        if head.sequence == 0:
            if not records:
                return 0
            records = [_opened(user), *records]
        return _write(head, records)


def is_open() -> bool:
    return LedgerHead.objects.filter(pk=1, sequence__gt=0).exists()


def locked_head() -> LedgerHead:
    """The head row, ours until the transaction ends."""
    head = LedgerHead.objects.select_for_update().filter(pk=1).first()
    if head is None:
        LedgerHead.objects.get_or_create(pk=1)
        head = LedgerHead.objects.select_for_update().get(pk=1)
    return head


def _opening() -> list[Record]:
    from procedures.ledger.standing import standing_records

    return [_opened(None), *standing_records(whole=True)]


def _opened(user: Any) -> Record:
    body = {"format": FORMAT, "portal": str(settings.WAGTAIL_SITE_NAME), "address": settings.PORTAL_BASE_URL}
    return Record(LedgerKind.OPENED, LEDGER_SUBJECT, body, user, always=True)


def _write(head: LedgerHead, records: Sequence[Record]) -> int:
    fresh = _news(records)
    if not fresh:
        return 0
    keys = staff_keys(item.record.user for item in fresh)
    moment = now()
    entries: list[LedgerEntry] = []
    sequence, previous, at = head.sequence, head.hash, head.at
    for item in fresh:
        record = item.record
        sequence += 1
        at = _in_turn(record.at or moment, at)
        actor = keys.get(getattr(record.user, "pk", None), "")
        own = entry_hash(sequence, str(record.kind), record.subject, item.hash, actor, at, previous)
        entries.append(
            LedgerEntry(
                sequence=sequence,
                kind=record.kind,
                subject=record.subject,
                body_hash=item.hash,
                actor=actor,
                at=at,
                previous=previous,
                hash=own,
            )
        )
        previous = own
    store_bodies({item.hash: item.text for item in fresh})
    LedgerEntry.objects.bulk_create(entries, batch_size=BATCH)
    head.sequence, head.hash, head.at = sequence, previous, at
    head.save(update_fields=["sequence", "hash", "at"])
    return len(entries)


def _news(records: Sequence[Record]) -> list[_Prepared]:
    """Those that are written: actions, and bodies that differ from the last one of their subject."""
    sealed: dict[int, Sealed] = {}
    prepared = [_prepare(record, sealed) for record in records]
    last = last_bodies(item.record.subject for item in prepared if not item.record.always)
    fresh = []
    for item in prepared:
        if item.record.always or last.get(item.record.subject) != item.hash:
            fresh.append(item)
        last[item.record.subject] = item.hash
    return fresh


def _prepare(record: Record, sealed: dict[int, Sealed]) -> _Prepared:
    """Many records of one call share one body object: its text is made once."""
    if isinstance(record.body, Sealed):
        return _Prepared(record, record.body.text, record.body.hash)
    held = sealed.get(id(record.body))
    if held is None:
        held = sealed[id(record.body)] = seal(record.body)
    return _Prepared(record, held.text, held.hash)


def _in_turn(wanted: datetime, last: str) -> str:
    """Entries are in the order of their times: who waited for a turn gets the time of the head."""
    text = moment_text(wanted)
    if text >= last:
        return text
    if moment_of(last) - wanted > WAITED:
        raise LedgerRefused(
            str(_("Sổ niêm yết đã ghi đến %(last)s, không ghi được việc của %(at)s."))
            % {"last": last, "at": text}
        )
    return last


# Bodies and people -----------------------------------------------------------------------------------------------------


def last_bodies(subjects: Iterable[str], *, before: str = "") -> dict[str, str]:
    """Subject → hash of its last body; `before`: as of that moment (UTC text, not included)."""
    wanted = sorted(set(subjects))
    found: dict[str, str] = {}
    for start in range(0, len(wanted), BATCH):
        rows = LedgerEntry.objects.filter(subject__in=wanted[start : start + BATCH])
        if before:
            rows = rows.filter(at__lt=before)
        found |= dict(rows.order_by("sequence").values_list("subject", "body_hash"))
    return found


def store_bodies(texts: Mapping[str, str]) -> None:
    """Canonical JSON by hash; what is there already stays."""
    held: set[str] = set()
    hashes = list(texts)
    for start in range(0, len(hashes), BATCH):
        held |= set(
            LedgerBody.objects.filter(pk__in=hashes[start : start + BATCH]).values_list("pk", flat=True)
        )
    LedgerBody.objects.bulk_create(
        (
            LedgerBody(hash=name, content=zlib.compress(text.encode(), 6))
            for name, text in texts.items()
            if name not in held
        ),
        batch_size=200,
        ignore_conflicts=True,
    )


def body_text(content: bytes | memoryview) -> str:
    """Canonical JSON of a stored body. Raises BodyBroken: somebody wrote past the ledger's own way."""
    reader = zlib.decompressobj()
    try:
        text = reader.decompress(bytes(content), LONGEST_BODY)
        if not reader.eof or reader.unused_data:
            raise BodyBroken(_("Nội dung trong sổ niêm yết không đọc được."))
        return text.decode()
    except (zlib.error, UnicodeDecodeError) as error:
        raise BodyBroken(_("Nội dung trong sổ niêm yết không đọc được.")) from error


def staff_keys(users: Iterable[Any]) -> dict[Any, str]:
    """User id → pseudonymous key, made on first use. Random: nothing about the person follows from it."""
    ids = {user.pk for user in users if user is not None and user.pk}
    if not ids:
        return {}
    held = dict(StaffKey.objects.filter(user__in=ids).values_list("user", "key"))
    for pk in sorted(ids - held.keys()):
        held[pk] = StaffKey.objects.get_or_create(user_id=pk, defaults={"key": token_hex(12)})[0].key
    return held
