"""Sending documents to an index: in bulk, patient with a busy server, each refusal reported and nobody else held up by it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from elasticsearch import Elasticsearch
from elasticsearch.helpers import streaming_bulk

from search.documents import DocumentId, SearchDocument
from search.engines.contract import IndexReport, Refused
from search.engines.elasticsearch import entries
from search.engines.elasticsearch.connection import BUSY, IsAway
from search.engines.wording import storable

CHUNK: Final = 500
CHUNK_BYTES: Final = 8 * 1024 * 1024
"""Together at once: well below what a server takes, and a small one's memory."""
MOST_BYTES: Final = 50 * 1024 * 1024
"""Of one document."""
RETRIES: Final = 6
FIRST_WAIT: Final = 0.2
"""Seconds before a document that a busy server would not take is sent again; twice as many each time."""
LONGEST_WAIT: Final = 5.0


@dataclass
class Sent:
    """What became of everything that was sent."""

    indexed: int = 0
    deleted: int = 0
    refused: list[Refused] = field(default_factory=list)
    out_of_place: list[DocumentId] = field(default_factory=list)
    """Refused ones, of which an older version may still be in the index."""

    def report(self) -> IndexReport:
        return IndexReport(self.indexed, self.deleted, tuple(self.refused))

    @property
    def done(self) -> int:
        return self.indexed + len(self.refused)


def send(
    client: Elasticsearch,
    target: str,
    documents: Iterable[SearchDocument],
    *,
    delete: Iterable[DocumentId] = (),
    is_alias: bool = True,
    after_each: Callable[[Sent], None] = lambda _sent: None,
) -> Sent:
    """`target` has to be there: an alias is never made, and an index of that name only by whoever rebuilds."""
    sent = Sent()
    asked: dict[str, DocumentId] = {}
    options = {"require_alias": True} if is_alias else {}

    def actions() -> Iterator[dict[str, Any]]:
        for gone in delete:
            if storable(gone.kind) and storable(gone.key):
                yield {"_op_type": "delete", "_id": entries.entry_id(gone)}
        for document in documents:
            try:
                made = entries.entry(document)
                size = sum(len(made.get(part, "")) for part in ("card", "whole", "all", "head"))
            except (UnicodeError, TypeError, ValueError, AttributeError, RecursionError) as error:
                _refuse(sent, document.id, str(error) or type(error).__name__)
                continue
            if size > MOST_BYTES:
                _refuse(sent, document.id, f"{size} bytes, more than {MOST_BYTES}")
                continue
            name = entries.entry_id(document.id)
            asked[name] = document.id
            yield {"_op_type": "index", "_id": name, "_source": made}

    results = streaming_bulk(
        client,
        actions(),
        index=target,
        chunk_size=CHUNK,
        max_chunk_bytes=CHUNK_BYTES,
        max_retries=RETRIES,
        initial_backoff=FIRST_WAIT,
        max_backoff=LONGEST_WAIT,
        retry_on_status=BUSY,
        raise_on_error=False,
        # Of the server, which then says that a shard is away; longer than the client waits, it would say nothing.
        timeout="15s",
        **options,
    )
    for taken, answer in results:
        kind, about = next(iter(answer.items()))
        if kind == "delete":
            sent.deleted += about["status"] == 200
            if about["status"] not in (200, 404):
                raise IsAway(_why(about))
        else:
            identity = asked[about["_id"]]
            if taken:
                sent.indexed += 1
            elif about["status"] == 400:
                _refuse(sent, identity, _why(about))
            else:
                # Not the document's fault.
                raise IsAway(_why(about))
        after_each(sent)
    return sent


def _refuse(sent: Sent, identity: DocumentId, reason: str) -> None:
    sent.refused.append(Refused(identity, reason))
    sent.out_of_place.append(identity)


def _why(about: dict[str, Any]) -> str:
    error = about.get("error")
    reasons = []
    while isinstance(error, dict):
        reasons.append(str(error.get("reason"))[:200])
        error = error.get("caused_by")
    # The outermost says which field, the innermost what is wrong with it.
    return (
        ": ".join(dict.fromkeys((reasons[0], reasons[-1]))) if reasons else f"{about['status']} {error}"[:200]
    )
