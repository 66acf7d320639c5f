"""The chain of the ledger: canonical JSON, hashes, verifying. Standard library only, it goes into every extract as it is.

An entry's hash covers all its other fields and the hash before it; a body is named by the hash of its own canonical
JSON. Whoever changes, drops, adds or moves anything has to make every later hash anew, up to the published root.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from unicodedata import is_normalized, normalize

START = "0" * 64
"""What the first entry names as the one before it."""


@dataclass(frozen=True)
class Header:
    """One entry, as it stands in the database and in an extract."""

    sequence: int
    kind: str
    subject: str
    body_hash: str
    actor: str
    at: str
    previous: str
    hash: str


@dataclass(frozen=True)
class Verdict:
    """`intact`, or the first entry that is broken and why (in Vietnamese)."""

    intact: bool
    count: int
    root: str
    broken: int | None = None
    reason: str = ""


def canonical_json(value: Any) -> str:
    """One text for one value: sorted keys, no spaces, NFC. Raises ValueError for what JSON does not hold exactly."""
    _refuse_inexact(value)
    text = _dumped(value)
    return text if is_normalized("NFC", text) else _dumped(_composed(value))


def body_hash(canonical: str) -> str:
    """Of a body's canonical JSON."""
    return sha256(canonical.encode("utf-8")).hexdigest()


def entry_hash(
    sequence: int, kind: str, subject: str, body_hash: str, actor: str, at: str, previous: str
) -> str:
    fields = [sequence, kind, subject, body_hash, actor, at, previous]
    return sha256(_dumped(fields).encode("utf-8")).hexdigest()


def verify(
    headers: Iterable[Header],
    bodies: Mapping[str, str] | None = None,
    *,
    needs: Any = None,
    root: tuple[int, str] | None = None,
) -> Verdict:
    """Walk the chain from its first entry.

    `bodies`: hash → canonical JSON of those at hand, each checked against its hash; `needs(header)` says whose body must
    be there. `root`: sequence and hash published elsewhere, which must be in the chain.
    """
    previous, count, at = START, 0, ""
    met_root = root is None or root == (0, START)
    checked: set[str] = set()
    for header in headers:
        expected = count + 1
        if reason := _fault(header, expected, previous, at):
            return Verdict(False, count, previous, expected, reason)
        if bodies is not None and header.body_hash not in checked:
            text = bodies.get(header.body_hash)
            if text is None:
                if needs is not None and needs(header):
                    return Verdict(False, count, previous, expected, "thiếu nội dung của mục này")
            elif body_hash(text) != header.body_hash:
                return Verdict(False, count, previous, expected, "nội dung không khớp với mã băm của nó")
            else:
                checked.add(header.body_hash)
        if root is not None and root[0] == expected:
            if root[1] != header.hash:
                return Verdict(False, count, previous, expected, "không khớp với mã gốc đã công bố")
            met_root = True
        previous, count, at = header.hash, expected, header.at
    if not met_root:
        return Verdict(False, count, previous, count + 1, "sổ kết thúc trước mục của mã gốc đã công bố")
    return Verdict(True, count, previous)


def _fault(header: Header, expected: int, previous: str, at: str) -> str:
    if header.sequence != expected:
        return f"số thứ tự là {header.sequence}, đáng lẽ là {expected}"
    if header.previous != previous:
        return "không nối với mục trước"
    if header.at < at:
        return "thời điểm đứng trước mục trước"
    own = entry_hash(
        header.sequence,
        header.kind,
        header.subject,
        header.body_hash,
        header.actor,
        header.at,
        header.previous,
    )
    return "" if own == header.hash else "mã băm của mục không đúng"


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _refuse_inexact(value: Any) -> None:
    kind = type(value)
    if kind is str or kind is int or kind is bool or value is None:
        return
    if kind is dict:
        for key, part in value.items():
            if type(key) is not str:
                raise ValueError(f"A key is no text: {key!r}")
            _refuse_inexact(part)
    elif kind is list or kind is tuple:
        for part in value:
            _refuse_inexact(part)
    elif isinstance(value, str):
        return
    else:
        raise ValueError(f"Not exact in JSON: {value!r}")


def _composed(value: Any) -> Any:
    if isinstance(value, str):
        return normalize("NFC", value)
    if isinstance(value, dict):
        return {normalize("NFC", key): _composed(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_composed(part) for part in value]
    return value
