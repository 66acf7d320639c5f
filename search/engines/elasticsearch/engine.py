"""The engine of larger installations: an index on a cluster of Elasticsearch servers.

- Only the server's core is used: no plugin, no script, no analysis of its own. Text arrives folded (`search.text`).
- A search has half a second (`connection.SEARCH_SECONDS`); writing and building may take longer.
- What is in the index and how far it is are written so that a crash between the two does the work again (`indexes.Held`).
- Whatever the client, the network or the cluster does wrong is `EngineUnavailable`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from django.utils.translation import gettext as _
from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError

from search.documents import DocumentId, Part, Passage, SearchDocument
from search.engines.contract import (
    Candidate,
    EngineStatus,
    Found,
    IndexReport,
    Place,
    Progress,
    Request,
    Suggestion,
)
from search.engines.elasticsearch import entries, queries
from search.engines.elasticsearch.connection import (
    BUSY,
    DEFAULT_PREFIX,
    SEARCH_SECONDS,
    WORK_SECONDS,
    IsAway,
    asking,
    reading,
)
from search.engines.elasticsearch.indexes import Held, Indexes
from search.engines.elasticsearch.writing import Sent, send
from search.engines.wording import code_key

FETCHED: Final = 200
"""Whole documents that are asked for together."""
KEYS: Final = 2_000
MOST_BY_CODE: Final = 200
_TRIES: Final = 5


class NotBuilt(IsAway):
    """The cluster answers; this portal has no index on it yet, or only one of another version."""


class ElasticsearchEngine:
    name = "elasticsearch"

    def __init__(
        self,
        client: Elasticsearch,
        *,
        prefix: str = DEFAULT_PREFIX,
        version: str = "",
        patience: float = SEARCH_SECONDS,
    ) -> None:
        """`patience`: seconds that a search may take. `version`: of the documents' shape, beside this package's own."""
        self.version = entries.version(version)
        self._asked = client.options(request_timeout=patience, max_retries=2, retry_on_timeout=False)
        patient = client.options(
            request_timeout=max(WORK_SECONDS, patience),
            max_retries=3,
            retry_on_status=BUSY,
            retry_on_timeout=False,
        )
        self._client = patient
        self._glance = client.options(request_timeout=patience * 2, max_retries=2, retry_on_timeout=False)
        self._patience = patience
        self.indexes = Indexes(patient, prefix, self.version)
        self._glancing = Indexes(self._glance, prefix, self.version)
        self._begun = threading.local()
        self._writing = threading.Lock()

    # Asking -----------------------------------------------------------------------------------------------------------

    def _search(self, body: dict[str, Any]) -> dict[str, Any]:
        try:
            answer = self._asked.search(
                index=self.indexes.alias, body=body, allow_partial_search_results=False
            )
        except NotFoundError as error:
            raise NotBuilt("there is no index of this version yet") from error
        found: dict[str, Any] = answer.body
        return found

    def search(self, request: Request) -> Found:
        body = queries.search(request)
        with reading():
            answer = self._search(body)
            return Found(
                candidates=tuple(entries.candidate(hit) for hit in answer["hits"]["hits"]),
                total=answer["hits"]["total"]["value"],
                facets={
                    facet: _counted(answer["aggregations"][queries.counted_as(number)])
                    for number, facet in enumerate(request.facets)
                },
            )

    def passages(
        self, wanted: Mapping[DocumentId, Collection[Part]]
    ) -> Mapping[DocumentId, tuple[Passage, ...]]:
        if not wanted:
            return {}
        body = queries.whole(list(wanted), fields=("kind", "key", "whole"))
        with reading():
            hits = self._search(body)["hits"]["hits"]
            held = {
                identity: entries.passages(hit, wanted[identity])
                for hit in hits
                if (identity := entries.identity(hit)) in wanted
            }
            return {identity: passages for identity, passages in held.items() if passages}

    def suggest(
        self, words: tuple[str, ...], *, kinds: Collection[str] = (), limit: int = 20
    ) -> tuple[Suggestion, ...]:
        body = queries.suggest(words, kinds, limit)
        with reading():
            answer = self._search(body)
            return tuple(entries.suggestion(hit) for hit in answer["hits"]["hits"])

    def by_code(self, codes: Sequence[str]) -> tuple[Candidate, ...]:
        if queries.coded(codes) == queries.NOTHING:
            return ()
        body = queries.by_code(codes, MOST_BY_CODE)
        order = {key: place for place, key in reversed(list(enumerate(map(code_key, codes))))}
        with reading():
            hits = self._search(body)["hits"]["hits"]
            hits.sort(key=lambda hit: min(order.get(code, len(order)) for code in hit["fields"]["codes"]))
            return tuple(entries.candidate(hit) for hit in hits)

    def fetch(self, ids: Iterable[DocumentId]) -> tuple[SearchDocument, ...]:
        wanted = list(dict.fromkeys(ids))
        found: dict[DocumentId, SearchDocument] = {}
        with reading():
            for start in range(0, len(wanted), FETCHED):
                answer = self._client.search(
                    index=self.indexes.alias,
                    body=queries.whole(wanted[start : start + FETCHED]),
                    allow_partial_search_results=False,
                )
                for hit in answer["hits"]["hits"]:
                    found[entries.identity(hit)] = entries.document(hit)
        return tuple(found[document] for document in wanted if document in found)

    def keys(self, kind: str) -> Iterator[str]:
        """As they are when the first is asked for; read in batches."""
        with reading():
            point = self._client.open_point_in_time(index=self.indexes.alias, keep_alive="2m")["id"]
            try:
                after: list[Any] | None = None
                while True:
                    hits = self._client.search(body=queries.keys(kind, point, after, KEYS))["hits"]["hits"]
                    yield from (hit["fields"]["key"][0] for hit in hits)
                    if len(hits) < KEYS:
                        return
                    after = hits[-1]["sort"]
            finally:
                with suppress(ApiError, TransportError):
                    self._client.close_point_in_time(id=point)

    # How far it is ----------------------------------------------------------------------------------------------------

    def place(self) -> Place | None:
        """How far in the outbox the index is; None: it has to be built. Raises EngineUnavailable when nobody knows."""
        with reading():
            held = self._glancing.held()
        self._begun.index = held.index if held else None
        return held.place if held else None

    def status(self) -> EngineStatus:
        """A glance: no longer than a search. Raises EngineUnavailable when the cluster does not answer."""
        with reading():
            held = self._glancing.held()
            if held is None:
                return EngineStatus(self.name, False, 0, None, self.version, note=_("chưa có chỉ mục"))
            counted = self._glance.count(index=held.index, query=queries.LISTED)["count"]
            stored = self._glance.indices.stats(index=held.index, metric="store")
            health = self._glance.cluster.health(index=held.index, timeout="0s")
            return EngineStatus(
                name=self.name,
                ready=held.place is not None,
                documents=counted,
                place=held.place,
                version=self.version,
                bytes=stored["_all"]["total"]["store"]["size_in_bytes"],
                note=_note(health["status"], health["number_of_nodes"]),
            )

    # Writing ----------------------------------------------------------------------------------------------------------

    def index(
        self,
        documents: Iterable[SearchDocument],
        *,
        delete: Iterable[DocumentId] = (),
        place: Place | None = None,
    ) -> IndexReport:
        # Of two threads of one process the second waits; of two processes the later one notices (`_go_back`).
        with self._writing, asking():
            held = self._held()
            sent = send(self._client, self.indexes.alias, documents, delete=delete)
            if sent.out_of_place:
                send(self._client, self.indexes.alias, (), delete=sent.out_of_place)
            if place is None:
                self._client.indices.refresh(index=held.index)
            elif not self.indexes.note(held, place):
                self._go_back(held)
            return sent.report()

    def _held(self) -> Held:
        held = self.indexes.held()
        begun = getattr(self._begun, "index", None)
        if held is None:
            raise NotBuilt("there is no index of this version yet")
        if begun not in {None, held.index}:
            # The new index may lack what lies between its own place and the one this caller began from.
            self._begun.index = None
            raise IsAway("the index was rebuilt meanwhile; ask for its place again")
        return held

    def _go_back(self, held: Held) -> None:
        """Somebody else wrote at the same time, perhaps older content over newer: everything since is done again."""
        self._begun.index = None
        for _try in range(_TRIES):
            now = self.indexes.held()
            if now is None:
                break
            if self.indexes.note(now, min(held.place or Place(), now.place or Place(), key=_order)):
                break
        raise IsAway("somebody else wrote to the index meanwhile; ask for its place again")

    def rebuild(
        self,
        documents: Callable[[], Iterable[SearchDocument]],
        *,
        place: Callable[[], Place],
        total: int | None = None,
        progress: Progress | None = None,
    ) -> IndexReport:
        indexes = self.indexes
        with asking(), indexes.locked() as lock:
            indexes.drop(*indexes.leftovers())
            begins = place()
            made = indexes.create()

            def told(sent: Sent) -> None:
                lock.renew()
                if progress is not None:
                    progress(sent.done, total)

            try:
                sent = send(self._client, made, documents(), is_alias=False, after_each=told)
                indexes.finish(made, begins)
                lock.renew()
                indexes.swap(made)
            except BaseException:
                with suppress(ApiError, TransportError):
                    indexes.drop(made)
                raise
            # Searches that began before the swap are still reading the old one.
            time.sleep(min(self._patience, SEARCH_SECONDS))
            indexes.drop(*indexes.others(made))
            return sent.report()


def _note(colour: str, nodes: int) -> str:
    if colour == "green":
        return ""
    if colour == "yellow":
        return _("%(nodes)d máy của cụm đang chạy; chỉ mục chưa đủ bản sao") % {"nodes": nodes}
    return _("%(nodes)d máy của cụm đang chạy; chỉ mục thiếu dữ liệu") % {"nodes": nodes}


def _order(place: Place) -> tuple[int, int]:
    return place.transaction, place.number


def _counted(answer: Mapping[str, Any]) -> dict[str, int]:
    return {bucket["key"]: bucket["doc_count"] for bucket in answer["values"]["buckets"]}
