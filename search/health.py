"""How the search is: which engine answers, whether another stands in for it, and what their indexes lack. For operators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q

from search import engines, outbox
from search.engines.contract import Engine, EngineStatus, EngineUnavailable, Place
from search.models import OutboxChange


@dataclass(frozen=True, slots=True)
class Report:
    """Of one engine whose index is kept."""

    name: str
    status: EngineStatus | None
    """None: it does not answer."""
    waiting: int = 0
    """Changes that its index lacks."""
    problem: str = ""
    """In English, as in the log; "": none."""

    @property
    def is_ready(self) -> bool:
        return self.status is not None and self.status.ready


@dataclass(frozen=True, slots=True)
class Health:
    embedded: Report
    cluster: Report | None
    """None: only the embedded engine is set."""
    stands_in_since: datetime | None = None
    """As this process saw it; None: the engine that is set answers."""
    reason: str = ""

    @property
    def answers(self) -> str:
        """Name of the engine that answers; "": none can."""
        if self.cluster is not None and not self.stands_in:
            return self.cluster.name
        return self.embedded.name if self.embedded.is_ready else ""

    @property
    def stands_in(self) -> bool:
        return self.stands_in_since is not None

    @property
    def reports(self) -> tuple[Report, ...]:
        return (self.embedded,) if self.cluster is None else (self.embedded, self.cluster)


def examine() -> Health:
    """A few queries; asks the cluster with a searcher's patience, and not at all while it is known to be away."""
    embedded = _report(engines.embedded())
    if not settings.PORTAL_SEARCH_URL.startswith(("http://", "https://")):
        return Health(embedded, None)
    from search.engines import choosing
    from search.engines.elasticsearch import configured
    from search.engines.elasticsearch.connection import WrongAddress

    circuit = choosing.circuit()
    circuit.may_ask()
    cluster = Report("elasticsearch", None, problem=circuit.outage.reason if circuit.outage else "")
    if circuit.outage is None:
        try:
            cluster = _report(configured.searching())
        except WrongAddress as error:
            cluster = Report("elasticsearch", None, problem=f"PORTAL_SEARCH_URL: {error}")
        if not cluster.is_ready:
            circuit.failed(EngineUnavailable(cluster.problem or "its index has to be built"))
    outage = circuit.outage
    if outage is None:
        return Health(embedded, cluster)
    return Health(embedded, cluster, outage.since, outage.reason)


def _report(engine: Engine) -> Report:
    try:
        status = engine.status()
    except EngineUnavailable as error:
        return Report(engine.name, None, problem=str(error))
    if not status.ready or status.place is None:
        return Report(engine.name, status, OutboxChange.objects.count(), status.note)
    if not outbox.knows(status.place):
        return Report(engine.name, status, OutboxChange.objects.count(), "its index is older than the outbox")
    return Report(engine.name, status, waiting(status.place))


def waiting(place: Place) -> int:
    """How many changes lie behind a place."""
    later = Q(transaction__gt=place.transaction) | Q(transaction=place.transaction, pk__gt=place.number)
    return OutboxChange.objects.filter(later).count()
