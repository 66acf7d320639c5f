"""A chain of entries as the ledger makes them, in memory."""

from __future__ import annotations

from procedures.ledger.chain import START, Header, body_hash, canonical_json, entry_hash


def chain(count: int) -> tuple[list[Header], dict[str, str]]:
    headers, bodies, previous = [], {}, START
    for n in range(1, count + 1):
        text = canonical_json({"n": n % 7, "ten": "Hộ tịch"})
        bodies[body_hash(text)] = text
        fields = (n, "listing", f"listing/x/{n}", body_hash(text), "", f"2026-01-01T00:00:{n:06}", previous)
        previous = entry_hash(*fields)
        headers.append(Header(*fields, previous))
    return headers, bodies
