"""What verifying the ledger finds when somebody wrote past the portal."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from home.models import JobRun, Unit
from portal import health
from procedures.ledger import clock, triggers
from procedures.ledger.jobs import LedgerBroken, ledger_verified
from procedures.ledger.recording import BodyBroken, LedgerRefused, body_text
from procedures.ledger.roots import write_roots
from procedures.ledger.verifying import verify_ledger
from procedures.listings.services import publish_listings, withdraw_listings
from procedures.models import LedgerBody, LedgerEntry, LedgerHead, LedgerRoot
from tests.factories.records import make_record, publish
from tests.factories.units import make_unit

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 3, 2, 2, tzinfo=UTC)
FIRST = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def unit() -> Unit:
    """Three days with roots; on the second something was written."""
    unit = make_unit()
    with clock.ticking(MORNING):
        pages = publish(make_record())
        publish_listings(unit=unit, procedures=[pages[0].pk])
    with clock.ticking(MORNING + timedelta(days=1)):
        withdraw_listings(unit=unit, procedures=[pages[0].pk], reason="Sai")
    with clock.ticking(MORNING + timedelta(days=3)):
        write_roots()
    return unit


def drop_root() -> None:
    LedgerRoot.objects.filter(day=FIRST + timedelta(days=1)).delete()


def earlier_root() -> None:
    entry = LedgerEntry.objects.get(pk=1)
    LedgerRoot.objects.filter(day=FIRST).update(sequence=1, hash=entry.hash)


def future_root() -> None:
    last = LedgerEntry.objects.latest("sequence")
    LedgerRoot.objects.create(day=date(2099, 12, 31), sequence=last.sequence, hash=last.hash)


def no_head() -> None:
    LedgerHead.objects.all().delete()


def head_ahead() -> None:
    LedgerHead.objects.update(at="2099-01-01T00:00:00.000000Z")


def head_behind() -> None:
    LedgerHead.objects.update(at="2026-03-02T00:00:00.000000Z")


def head_moved_back() -> None:
    entry = LedgerEntry.objects.get(pk=2)
    LedgerHead.objects.update(sequence=2, hash=entry.hash)


def garbage_in_use() -> None:
    name = LedgerEntry.objects.get(pk=2).body_hash
    LedgerBody.objects.filter(pk=name).update(content=b"\x00")


def garbage_beside() -> None:
    LedgerBody.objects.create(hash="ab" * 32, content=b"\x00")


def wrong_beside() -> None:
    LedgerBody.objects.create(hash="cd" * 32, content=zlib.compress(b"{}"))


@pytest.mark.parametrize(
    ("tamper", "broken", "reason"),
    [
        (drop_root, True, "thiếu mã gốc ngày 03/03/2026"),
        (earlier_root, True, "không phải mục cuối của ngày"),
        (future_root, True, "31/12/2099 là của ngày chưa qua"),
        (no_head, True, "thiếu dòng đầu sổ"),
        (head_ahead, True, "chưa đến"),
        (head_behind, True, "không khớp với mục cuối"),
        (head_moved_back, True, "nằm sau đầu sổ"),
        (garbage_in_use, True, "không đọc được"),
        (garbage_beside, False, "ab" * 32),
        (wrong_beside, False, "cd" * 32),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_what_was_tampered_with_is_named(tamper: Callable[[], None], broken: bool, reason: str) -> None:
    assert verify_ledger().intact
    with triggers.lifted():
        tamper()
    verdict = verify_ledger()
    assert not verdict.intact
    assert reason in verdict.reason
    assert (verdict.broken is not None) == broken
    with pytest.raises(CommandError, match="KHÔNG nguyên vẹn"):
        call_command("verify_ledger", stdout=StringIO())


def test_a_hash_kept_outside() -> None:
    entry = LedgerEntry.objects.get(pk=3)
    call_command("verify_ledger", f"--goc={entry.hash.upper()}", "--muc=3", stdout=StringIO())
    call_command("verify_ledger", f"--goc={entry.hash}", stdout=StringIO())
    with pytest.raises(CommandError, match="là của mục 3"):
        call_command("verify_ledger", f"--goc={entry.hash}", "--muc=2", stdout=StringIO())
    with pytest.raises(CommandError, match="đã giữ ở ngoài"):
        call_command("verify_ledger", f"--goc={'a' * 64}", stdout=StringIO())
    with pytest.raises(CommandError, match="--goc"):
        call_command("verify_ledger", "--muc=2", stdout=StringIO())


def test_the_last_days_need_their_roots() -> None:
    assert verify_ledger(rooted_until=FIRST + timedelta(days=2)).intact
    assert "05/03/2026" in verify_ledger(rooted_until=FIRST + timedelta(days=3)).reason


@pytest.mark.parametrize("content", [b"\x00", b"", zlib.compress(b"{}") + b"x", zlib.compress(b"{}")[:-2]])
def test_what_is_no_body(content: bytes) -> None:
    with pytest.raises(BodyBroken):
        body_text(content)


def test_a_past_page_that_can_not_be_read_says_so(client: Client, unit: Unit) -> None:
    name = LedgerEntry.objects.filter(subject__startswith="listing/").values_list("body_hash", flat=True)[0]
    with triggers.lifted():
        LedgerBody.objects.filter(pk=name).update(content=b"\x00")
    client.raise_request_exception = False
    answer = client.get(reverse("unit_as_of", args=[unit.slug, FIRST.isoformat()]))
    assert answer.status_code == 503
    assert "Chưa đọc được sổ niêm yết" in answer.content.decode()


def test_what_the_ledger_refuses_is_told(client: Client, unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_more: object) -> None:
        raise LedgerRefused("Sổ niêm yết đã ghi đến năm 2099.")

    monkeypatch.setattr("procedures.views.as_of.listed", refuse)
    client.raise_request_exception = False
    answer = client.get(reverse("unit_as_of", args=[unit.slug, FIRST.isoformat()]))
    assert answer.status_code == 503
    assert "Sổ niêm yết đã ghi đến năm 2099." in answer.content.decode()


def test_the_nightly_look() -> None:
    with clock.ticking(MORNING + timedelta(days=3)):
        assert "nguyên vẹn" in ledger_verified()
    with clock.ticking(MORNING + timedelta(days=4)), pytest.raises(LedgerBroken, match="05/03/2026"):
        ledger_verified()
    with triggers.lifted():
        garbage_beside()
    with clock.ticking(MORNING + timedelta(days=3)), pytest.raises(LedgerBroken, match="abab"):
        ledger_verified()


def test_readyz_tells_of_the_nightly_look() -> None:
    assert health.ledger().ok
    run = JobRun.objects.create(name="ledger_verified", succeeded_at=MORNING, note="5 mục, nguyên vẹn.")
    assert health.ledger() == health.Part(
        True, "Sổ niêm yết được khóa; kiểm tra lúc 09:00 02/03/2026: 5 mục, nguyên vẹn."
    )
    JobRun.objects.filter(pk=run.pk).update(failures=1, error="Mục hỏng đầu tiên: 3")
    assert not health.ledger().ok
    assert "Mục hỏng đầu tiên: 3" in health.ledger().says
