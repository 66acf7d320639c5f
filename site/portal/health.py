"""Is the portal alive, can it serve, and its figures: /healthz, /readyz, /metrics."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from threading import Lock
from time import monotonic
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import REGISTRY, Collector

from home.jobs import all_jobs
from home.models import JobRun, WorkerBeat
from home.schedules import next_due
from portal.security import from_this_machine
from procedures.ledger import triggers
from procedures.models import Listing, ProcedurePage
from search import engines
from search import health as search_health

logger = logging.getLogger(__name__)

LATE = timedelta(seconds=120)
"""A worker that has given no sign of life for so long is late."""
JOB_LATE = timedelta(minutes=15)
"""A job that should have begun so long ago is late, even while the worker lives."""
KEEP_ANSWER = 5.0
"""Seconds for which /readyz repeats its answer: asking often costs nothing."""


@dataclass(frozen=True, slots=True)
class Part:
    ok: bool
    says: str


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers; it asks nothing of the database."""
    return JsonResponse({"status": "ok"})


def has_token(request: HttpRequest) -> bool:
    token: str = settings.PORTAL_METRICS_TOKEN
    given = request.headers.get("Authorization", "")
    return bool(token) and hmac.compare_digest(given.encode(), f"Bearer {token}".encode())


# /readyz ------------------------------------------------------------------------------------------------------------


def database() -> Part:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Part(True, _("Cơ sở dữ liệu trả lời."))


_migrated = False


def migrations() -> Part:
    """Once all are applied, that stays so for the life of the process."""
    global _migrated  # noqa: PLW0603 -- a process-wide answer that never turns back
    if not _migrated:
        executor = MigrationExecutor(connection)
        waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        if waiting:
            return Part(
                False,
                _("%(count)d thay đổi cấu trúc dữ liệu chưa áp dụng: chạy bootstrap.") % {"count": waiting},
            )
        _migrated = True
    return Part(True, _("Cấu trúc dữ liệu đúng phiên bản."))


def storage() -> Part:
    name = default_storage.save(f"readyz/{uuid4().hex}", ContentFile(b"readyz"))
    default_storage.delete(name)
    return Part(True, _("Nơi lưu tệp ghi được."))


def search() -> Part:
    """Able to serve as long as one engine answers: an embedded one that stands in is named, and is enough."""
    health = search_health.examine()
    if not health.answers:
        return Part(False, _("Chỉ mục tìm kiếm chưa dùng được: chạy search_index."))
    engines.current().suggest(("dang",), limit=1)
    if health.stands_in_since is not None:
        return Part(
            True,
            _("Công cụ nhúng trả lời thay cụm tìm kiếm từ %(since)s (%(reason)s).")
            % {
                "since": f"{timezone.localtime(health.stands_in_since):%H:%M %d/%m/%Y}",
                "reason": health.reason,
            },
        )
    answering = health.cluster or health.embedded
    assert answering.status is not None  # it answers
    return Part(
        True,
        _(
            "Tìm kiếm trả lời (%(engine)s, chỉ mục %(version)s): %(documents)d tài liệu, %(waiting)d thay đổi đang chờ."
        )
        % {
            "engine": answering.name,
            "version": answering.status.version,
            "documents": answering.status.documents,
            "waiting": answering.waiting,
        },
    )


def worker() -> Part:
    now = timezone.now()
    beat = WorkerBeat.objects.order_by("-beaten_at").first()
    if beat is None:
        return Part(False, _("Bộ chạy việc không chạy: khởi động run_jobs."))
    if now - beat.beaten_at > LATE:
        return Part(
            False,
            _("Bộ chạy việc trễ: lần cuối thấy cách đây %(minutes)d phút.")
            % {"minutes": (now - beat.beaten_at) // timedelta(minutes=1)},
        )
    if late := late_jobs():
        return Part(False, _("Việc theo lịch bị trễ: %(names)s.") % {"names": ", ".join(late)})
    return Part(True, _("Bộ chạy việc đang chạy."))


def late_jobs() -> list[str]:
    now = timezone.localtime()
    rows = {row.name: row for row in JobRun.objects.all()}
    first_beat = WorkerBeat.objects.order_by("started_at").values_list("started_at", flat=True).first()
    late = []
    for job in all_jobs():
        row = rows.get(job.name)
        if row is None or row.started_at is None:
            # Never run: late only once a worker has been there for long enough.
            due = first_beat or now
        elif row.leased_until and row.leased_until > now:
            continue
        else:
            due = next_due(job.schedule, row.started_at, now, failures=row.failures)
        if now - due > JOB_LATE:
            late.append(str(job.label))
    return late


def ledger() -> Part:
    """The locks that keep the ledger as it was written: a migration may have lost them."""
    if lost := triggers.missing():
        return Part(
            False,
            _("Sổ niêm yết thiếu khóa trong cơ sở dữ liệu (%(names)s): chạy bootstrap.")
            % {"names": ", ".join(lost)},
        )
    run = JobRun.objects.filter(name="ledger_verified").first()
    if run is not None and run.failures:
        return Part(
            False, _("Lần kiểm tra sổ niêm yết gần nhất không đạt: %(error)s") % {"error": run.error[:300]}
        )
    if run is None or run.succeeded_at is None:
        return Part(True, _("Sổ niêm yết được khóa; chưa kiểm tra lần nào."))
    return Part(
        True,
        _("Sổ niêm yết được khóa; kiểm tra lúc %(at)s: %(note)s")
        % {"at": f"{timezone.localtime(run.succeeded_at):%H:%M %d/%m/%Y}", "note": run.note},
    )


PARTS: dict[str, Callable[[], Part]] = {
    "database": database,
    "migrations": migrations,
    "storage": storage,
    "search": search,
    "worker": worker,
    "ledger": ledger,
}
FAILED = {
    "database": "Cơ sở dữ liệu không trả lời.",
    "migrations": "Không đọc được cấu trúc dữ liệu.",
    "storage": "Nơi lưu tệp không ghi được.",
    "search": "Tìm kiếm không trả lời.",
    "worker": "Không biết tình trạng bộ chạy việc.",
    "ledger": "Không biết tình trạng khóa của sổ niêm yết.",
}


def examine() -> dict[str, Part]:
    """Every part by itself; what went wrong in detail stands in the log, not in the answer."""
    result = {}
    for name, part in PARTS.items():
        try:
            result[name] = part()
        except Exception:
            logger.exception("readyz: %s", name)
            result[name] = Part(False, _(FAILED[name]))
    return result


class _Answer:
    """The last examination, kept for a few seconds."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.taken = 0.0
        self.parts: dict[str, Part] | None = None

    def get(self) -> dict[str, Part]:
        with self.lock:
            if self.parts is None or monotonic() - self.taken > KEEP_ANSWER:
                self.parts, self.taken = examine(), monotonic()
            return self.parts

    def forget(self) -> None:
        with self.lock:
            self.parts = None


answer = _Answer()


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """What is wrong is for whoever runs the portal; the public learns that it is."""
    parts = answer.get()
    ready = all(part.ok for part in parts.values())
    said: dict[str, Any] = {"status": "ok" if ready else "unavailable"}
    if has_token(request) or from_this_machine(request):
        said["parts"] = {name: {"ok": part.ok, "says": part.says} for name, part in parts.items()}
    return JsonResponse(
        said,
        status=200 if ready else 503,
        json_dumps_params={"ensure_ascii": False},
    )


# /metrics -----------------------------------------------------------------------------------------------------------


def may_read_metrics(request: HttpRequest) -> bool:
    return has_token(request) or (settings.PORTAL_METRICS_LOCALLY and from_this_machine(request))


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    if not may_read_metrics(request):
        return HttpResponseForbidden(
            _("Số liệu giám sát không công khai."), content_type="text/plain; charset=utf-8"
        )
    return ExportToDjangoView(request)


class PortalCollector(Collector):
    """Figures of the portal, counted when they are asked for."""

    def describe(self) -> list[Any]:
        """Nothing to ask of the database when the process starts."""
        return []

    def collect(self) -> Iterator[Any]:
        procedures = GaugeMetricFamily("portal_procedures", "Published procedures", labels=["scope"])
        for scope in ("province", "central"):
            procedures.add_metric([scope], ProcedurePage.objects.live().filter(scope=scope).count())
        yield procedures
        yield GaugeMetricFamily(
            "portal_listings", "Published listings of units", Listing.objects.filter(live=True).count()
        )
        beat = WorkerBeat.objects.order_by("-beaten_at").values_list("beaten_at", flat=True).first()
        yield GaugeMetricFamily(
            "portal_worker_lag_seconds",
            "Seconds since the worker gave a sign of life; NaN: there is none",
            (timezone.now() - beat).total_seconds() if beat else float("nan"),
        )
        failures = GaugeMetricFamily("portal_job_failures", "Failures in a row of each job", labels=["job"])
        for name, count in JobRun.objects.values_list("name", "failures"):
            failures.add_metric([name], count)
        yield failures
        tasks = GaugeMetricFamily("portal_tasks", "Background tasks", labels=["status"])
        for status in (TaskResultStatus.READY, TaskResultStatus.RUNNING, TaskResultStatus.FAILED):
            tasks.add_metric([status.value.lower()], DBTaskResult.objects.filter(status=status).count())
        yield tasks
        yield from search_figures()


def search_figures() -> Iterator[Any]:
    health = search_health.examine()
    documents = GaugeMetricFamily(
        "portal_search_documents", "Documents in each engine's index", labels=["engine"]
    )
    waiting = GaugeMetricFamily(
        "portal_search_waiting", "Changes that each engine's index lacks", labels=["engine"]
    )
    size = GaugeMetricFamily("portal_search_index_bytes", "Size of each engine's index", labels=["engine"])
    ready = GaugeMetricFamily("portal_search_ready", "1: this engine can answer", labels=["engine"])
    for report in health.reports:
        ready.add_metric([report.name], int(report.is_ready))
        waiting.add_metric([report.name], report.waiting)
        if report.status is not None:
            documents.add_metric([report.name], report.status.documents)
            size.add_metric([report.name], report.status.bytes or 0)
    yield from (ready, documents, waiting, size)
    yield GaugeMetricFamily(
        "portal_search_stood_in_seconds",
        "Seconds since the embedded engine answers for the one that is set; 0: it does not",
        (timezone.now() - health.stands_in_since).total_seconds() if health.stands_in_since else 0,
    )


def register_collector() -> None:
    """Once per process."""
    if not getattr(REGISTRY, "_portal_collector", None):
        collector = PortalCollector()
        REGISTRY.register(collector)
        REGISTRY._portal_collector = collector


register_collector()
