"""The ledger of this portal, verified whole: every header, every body, every root that was written down."""

from __future__ import annotations

from collections.abc import Iterator

from procedures.ledger.chain import Header, Verdict, verify
from procedures.ledger.recording import BATCH, body_text
from procedures.models import LedgerBody, LedgerEntry, LedgerHead, LedgerRoot

COLUMNS = ("sequence", "kind", "subject", "body_hash", "actor", "at", "previous", "hash")


def headers() -> Iterator[Header]:
    for row in LedgerEntry.objects.order_by("sequence").values_list(*COLUMNS).iterator(chunk_size=BATCH):
        yield Header(*row)


def verify_ledger() -> Verdict:
    """Headers against each other, the head and the roots; bodies against their hashes."""
    bodies = {name: body_text(content) for name, content in _contents()}
    verdict = verify(headers(), bodies, needs=lambda _header: True)
    if not verdict.intact:
        return verdict
    head = LedgerHead.objects.filter(pk=1).values_list("sequence", "hash").first()
    if head and head != (verdict.count, verdict.root):
        return Verdict(False, verdict.count, verdict.root, head[0], "đầu sổ không khớp với mục cuối")
    kept = dict(
        LedgerEntry.objects.filter(pk__in=LedgerRoot.objects.values("sequence")).values_list("pk", "hash")
    )
    for day, sequence, name in LedgerRoot.objects.order_by("day").values_list("day", "sequence", "hash"):
        if kept.get(sequence) != name:
            return Verdict(
                False, verdict.count, verdict.root, sequence, f"không khớp với mã gốc ngày {day:%d/%m/%Y}"
            )
    return verdict


def _contents() -> Iterator[tuple[str, bytes | memoryview]]:
    yield from LedgerBody.objects.values_list("hash", "content").iterator(chunk_size=200)
