"""Which engine answers now: the one that is set, or the embedded one in its place.

The embedded engine stands in when the other is away, slow, not built or behind. A search learns of it at most once in
`RETRY_SECONDS`: until then the embedded engine answers at once. Each process sees for itself; a line in the log marks the
beginning and the end, not every search.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

from django.utils import timezone

from search import outbox
from search.documents import DocumentId, Part, Passage
from search.engines.contract import Answering, Candidate, EngineUnavailable, Found, Request, Suggestion
from search.engines.elasticsearch import configured
from search.engines.elasticsearch.connection import WrongAddress
from search.models import OutboxChange

logger = logging.getLogger(__name__)

RETRY_SECONDS: Final = 5.0
"""For so long after a failure the other engine isn't asked; as often it is looked at whether it keeps up."""
MOST_BEHIND: Final = timedelta(seconds=15)
"""A change that has waited for so long: whoever searches there would not find what stands on the page."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outage:
    since: datetime
    reason: str
    """For logs and administrators."""


class Circuit:
    """What this process knows of the engine that is set. Used by many threads."""

    def __init__(
        self, how_far_behind: Callable[[], timedelta], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`how_far_behind`: how long the oldest change that is missing there has waited. Raises EngineUnavailable."""
        self._how_far_behind = how_far_behind
        self._clock = clock
        self._lock = threading.Lock()
        self._look_at = -1.0
        self._outage: Outage | None = None

    @property
    def outage(self) -> Outage | None:
        return self._outage

    def may_ask(self) -> bool:
        """Now and then one caller looks for all others whether the engine answers and keeps up."""
        now = self._clock()
        with self._lock:
            looks = now >= self._look_at
            if looks:
                self._look_at = now + RETRY_SECONDS
        if not looks:
            return self._outage is None
        try:
            behind = self._how_far_behind()
        except EngineUnavailable as error:
            self.failed(error)
            return False
        if behind > MOST_BEHIND:
            self.failed(EngineUnavailable(f"its index is {behind.total_seconds():.0f} seconds behind"))
            return False
        # An outage ends with an answer, not with the hope for one.
        return True

    def failed(self, error: EngineUnavailable) -> None:
        with self._lock:
            self._look_at = self._clock() + RETRY_SECONDS
            begins = self._outage is None
            if self._outage is None or self._outage.reason != str(error):
                since = self._outage.since if self._outage else datetime.now(UTC)
                self._outage = Outage(since, str(error))
        if begins:
            logger.warning("The embedded engine answers searches: %s", error)

    def answered(self) -> None:
        if self._outage is None:
            return
        with self._lock:
            ended, self._outage = self._outage, None
        if ended is not None:
            logger.warning("Searches are answered by the engine that is set again, after %s", ended.reason)


class Chosen:
    """What answers one request of a reader: once the stand-in has answered, it answers the rest of it too."""

    def __init__(self, preferred: Answering, stand_in: Answering, circuit: Circuit) -> None:
        self._preferred = preferred
        self._stand_in = stand_in
        self._circuit = circuit
        self.stood_in = not circuit.may_ask()
        self.name = (stand_in if self.stood_in else preferred).name

    def _asked(self, question: Callable[[Answering], T]) -> T:
        if not self.stood_in:
            try:
                answer = question(self._preferred)
            except EngineUnavailable as error:
                self._circuit.failed(error)
                self.stood_in, self.name = True, self._stand_in.name
            else:
                self._circuit.answered()
                return answer
        return question(self._stand_in)

    def search(self, request: Request) -> Found:
        return self._asked(lambda engine: engine.search(request))

    def passages(
        self, wanted: Mapping[DocumentId, Collection[Part]]
    ) -> Mapping[DocumentId, tuple[Passage, ...]]:
        return self._asked(lambda engine: engine.passages(wanted))

    def suggest(
        self, words: tuple[str, ...], *, kinds: Collection[str] = (), limit: int = 20
    ) -> tuple[Suggestion, ...]:
        return self._asked(lambda engine: engine.suggest(words, kinds=kinds, limit=limit))

    def by_code(self, codes: Sequence[str]) -> tuple[Candidate, ...]:
        return self._asked(lambda engine: engine.by_code(codes))


# The one of this process ------------------------------------------------------------------------------------------------

_lock = threading.Lock()
_circuit: Circuit | None = None


def circuit() -> Circuit:
    global _circuit  # noqa: PLW0603 -- what a process has learned
    with _lock:
        if _circuit is None:
            _circuit = Circuit(how_far_behind)
        return _circuit


def forget() -> None:
    """For tests."""
    global _circuit  # noqa: PLW0603 -- as above
    with _lock:
        _circuit = None


def chosen(embedded: Answering) -> Answering:
    """For one request of a reader, where a cluster is set."""
    try:
        preferred = configured.searching()
    except WrongAddress as error:
        circuit().failed(EngineUnavailable(f"PORTAL_SEARCH_URL: {error}"))
        return embedded
    return Chosen(preferred, embedded, circuit())


def how_far_behind() -> timedelta:
    """How long the oldest change has waited that the cluster's index lacks. Raises EngineUnavailable."""
    place = configured.searching().place()
    if place is None:
        raise EngineUnavailable("its index has to be built")
    if not outbox.knows(place):
        raise EngineUnavailable("its index is older than the outbox, or another database's")
    waiting = outbox.waiting(place, 1)
    if not waiting:
        return timedelta(0)
    since = OutboxChange.objects.filter(pk=waiting[0].place.number).values_list("at", flat=True).first()
    return timezone.now() - since if since else timedelta(0)
