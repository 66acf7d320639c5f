"""The ledger of this portal, verified whole: every header, every body, the head, every root that was written down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import F, Q
from django.utils import timezone

from procedures.ledger.chain import Header, Verdict, body_hash, verify
from procedures.ledger.clock import now
from procedures.ledger.moments import day_of, end_of_day, moment_text
from procedures.ledger.recording import BATCH, BodyBroken, body_text
from procedures.models import LedgerBody, LedgerEntry, LedgerHead, LedgerRoot

COLUMNS = ("sequence", "kind", "subject", "body_hash", "actor", "at", "previous", "hash")
SKEW = timedelta(minutes=10)
"""Between the clocks of several machines."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A root as it was written down."""

    day: date
    sequence: int
    hash: str


def headers(*, until: int | None = None) -> Iterator[Header]:
    rows = LedgerEntry.objects.order_by("sequence")
    if until is not None:
        rows = rows.filter(sequence__lte=until)
    for row in rows.values_list(*COLUMNS).iterator(chunk_size=BATCH):
        yield Header(*row)


def verify_ledger(*, outside: str = "", at: int | None = None, rooted_until: date | None = None) -> Verdict:
    """Headers against each other, the head and the roots; bodies against their hashes.

    `outside`: a hash that somebody kept elsewhere, of entry `at` where that is known. `rooted_until`: the last day that must
    have a root. Roots and head are read first: what is written meanwhile does not count.
    """
    roots = [_Kept(*row) for row in LedgerRoot.objects.order_by("day").values_list("day", "sequence", "hash")]
    head = LedgerHead.objects.filter(pk=1).values_list("sequence", "hash", "at").first()
    bodies, garbage = _bodies()
    used: set[str] = set()
    met: list[int] = []

    def walked() -> Iterator[Header]:
        for header in headers(until=head[0] if head else None):
            used.add(header.body_hash)
            if header.hash == outside:
                met.append(header.sequence)
            yield header

    verdict = verify(walked(), bodies, needs=lambda _header: True)
    if not verdict.intact:
        return _with_garbage_named(verdict, garbage)
    fault = (
        _roots_fault(roots, rooted_until)
        or _head_fault(head, verdict)
        or _outside_fault(outside, at, met)
        or _unused_fault(bodies, garbage, used)
    )
    return replace(verdict, intact=False, broken=fault[0], reason=fault[1]) if fault else verdict


def told(verdict: Verdict) -> str:
    """A broken ledger in a sentence."""
    if verdict.broken is None:
        return f"Sổ niêm yết KHÔNG nguyên vẹn: {verdict.reason}."
    return f"Sổ niêm yết KHÔNG nguyên vẹn. Mục hỏng đầu tiên: {verdict.broken} ({verdict.reason})."


Fault = tuple[int | None, str] | None
"""Which entry, if it is one, and why."""


def _with_garbage_named(verdict: Verdict, garbage: set[str]) -> Verdict:
    name = LedgerEntry.objects.filter(pk=verdict.broken or 0).values_list("body_hash", flat=True).first()
    return replace(verdict, reason=f"nội dung {name} không đọc được") if name in garbage else verdict


def _head_fault(head: tuple[int, str, str] | None, verdict: Verdict) -> Fault:
    if head is None:
        return (verdict.count, "thiếu dòng đầu sổ") if verdict.count else None
    sequence, name, at = head
    if (sequence, name) != (verdict.count, verdict.root):
        return sequence, "đầu sổ không khớp với mục cuối"
    last = LedgerEntry.objects.order_by("-sequence").values_list("sequence", flat=True).first() or 0
    moved = LedgerHead.objects.filter(pk=1).values_list("sequence", flat=True).first() or 0
    if last > moved:
        return moved + 1, "mục nằm sau đầu sổ"
    if not sequence:
        return None
    if at > moment_text(now() + SKEW):
        return sequence, "đầu sổ mang thời điểm chưa đến"
    written = LedgerEntry.objects.values_list("at", flat=True).get(pk=sequence)
    closed = LedgerRoot.objects.order_by("-day").values_list("day", flat=True).first()
    ends = end_of_day(closed, timezone.get_current_timezone()) if closed else ""
    # Somebody wrote meanwhile: then what was read first says nothing about the last root.
    if moved == sequence and at != max(written, ends) and not _root_came_since(head):
        return sequence, "thời điểm của đầu sổ không khớp với mục cuối và mã gốc cuối"
    return None


def _root_came_since(head: tuple[int, str, str]) -> bool:
    return LedgerHead.objects.filter(pk=1).values_list("sequence", "hash", "at").first() != head


def _roots_fault(roots: list[_Kept], until: date | None) -> Fault:
    zone = timezone.get_current_timezone()
    first = LedgerEntry.objects.filter(pk=1).values_list("at", flat=True).first()
    if first is None:
        return (None, "có mã gốc mà sổ không có mục nào") if roots else None
    rows = LedgerEntry.objects.filter(
        Q(pk__in=LedgerRoot.objects.values("sequence"))
        | Q(pk__in=LedgerRoot.objects.annotate(next=F("sequence") + 1).values("next"))
    )
    entries = {sequence: (name, at) for sequence, name, at in rows.values_list("sequence", "hash", "at")}
    today = timezone.localdate(now())
    due = day_of(first, zone)
    for root in roots:
        if root.day >= today:
            return root.sequence, f"mã gốc ngày {root.day:%d/%m/%Y} là của ngày chưa qua"
        if root.day != due:
            return root.sequence, f"thiếu mã gốc ngày {due:%d/%m/%Y}"
        name, at = entries.get(root.sequence, ("", ""))
        if name != root.hash:
            return root.sequence, f"không khớp với mã gốc ngày {root.day:%d/%m/%Y}"
        end = end_of_day(root.day, zone)
        _next, after = entries.get(root.sequence + 1, ("", end))
        if at >= end or after < end:
            return root.sequence, f"mã gốc ngày {root.day:%d/%m/%Y} không phải mục cuối của ngày"
        due = root.day + timedelta(days=1)
    if until is not None and due <= until:
        return None, f"thiếu mã gốc ngày {due:%d/%m/%Y}"
    return None


def _outside_fault(outside: str, at: int | None, met: list[int]) -> Fault:
    if not outside:
        return None
    if not met:
        return at, "sổ không có mã gốc đã giữ ở ngoài"
    if at is not None and at not in met:
        return at, f"mã gốc đã giữ ở ngoài là của mục {met[0]}"
    return None


def _unused_fault(bodies: Mapping[str, str], garbage: set[str], used: set[str]) -> Fault:
    """What no entry names is harmless only as long as it is what its own name says."""
    wrong = {name for name, text in bodies.items() if name not in used and body_hash(text) != name}
    if spoilt := sorted(garbage - used | wrong):
        return None, f"nội dung {spoilt[0]} không mục nào dùng và không đúng mã băm của nó"
    return None


def _bodies() -> tuple[dict[str, str], set[str]]:
    """Hash → canonical JSON, and the hashes of those that can't be read."""
    texts: dict[str, str] = {}
    garbage: set[str] = set()
    for name, content in LedgerBody.objects.values_list("hash", "content").iterator(chunk_size=200):
        try:
            texts[name] = body_text(content)
        except BodyBroken:
            garbage.add(name)
    return texts, garbage
