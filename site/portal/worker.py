"""The worker beside the server: scheduled jobs and background tasks, one at a time.

Several may run; each job and each task is done by one of them. Killed at any moment, a worker leaves a lease that runs
out and a task that another takes up again; stopped in order (SIGTERM), it ends what it is doing and goes.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import DatabaseError, close_old_connections, connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks.base import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker as TaskWorker
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import exclusive_transaction

from home.jobs import Job, all_jobs
from home.models import JobRun, WorkerBeat
from home.schedules import next_due
from portal.search_keeper import SearchKeeper

logger = logging.getLogger(__name__)

BACKEND = "background"
POLL_SECONDS = 2.0
KEEP_SECONDS = 15
"""How often a busy worker renews its beat and its lease."""
LEASE = timedelta(seconds=90)
LONG_LEASE = timedelta(hours=1)
"""For a single pass, which nothing renews."""
GONE = timedelta(seconds=120)
"""A worker silent for so long is dead."""
MAX_TRIES = 3
MAX_ERROR = 2_000

Say = Callable[[str], None]


def _drop_broken_connection() -> None:
    """A worker lives longer than its connection; not inside a transaction, which would be lost with it."""
    if not connection.in_atomic_block:
        close_old_connections()


class PortalWorker:
    def __init__(self, *, say: Say = lambda _line: None, keep: bool = True) -> None:
        self.name = f"{socket.gethostname()[:30]}-{os.getpid()}-{os.urandom(4).hex()}"
        self.say = say
        self.keep = keep
        self.lease = LEASE if keep else LONG_LEASE
        self.stopping = threading.Event()
        self.jobs = all_jobs()

    # Running --------------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Until `stop()`."""
        self._begin()
        SearchKeeper(self.stopping).start()
        try:
            while not self.stopping.is_set():
                _drop_broken_connection()
                try:
                    self._beat()
                    worked = self.run_due_jobs() + self.run_one_task()
                except DatabaseError:
                    # The database is away or busy: the worker stays, and says so.
                    logger.exception("The worker could not reach the database")
                    worked = 0
                if not worked:
                    self.stopping.wait(POLL_SECONDS)
        finally:
            self._end()

    def run_once(self) -> int:
        """Everything that is due, and every waiting task; returns how many failed."""
        self._begin()
        try:
            failed = 0
            self._take_up_orphans()
            for job in self.jobs:
                if not self.stopping.is_set() and self._is_due(job, self._row(job)):
                    failed += self._run_job(job) is False
            while not self.stopping.is_set() and self.run_one_task():
                pass
            return failed
        finally:
            self._end()

    def stop(self) -> None:
        """After what is running now."""
        self.stopping.set()

    # Jobs -----------------------------------------------------------------------------------------------------------

    def run_due_jobs(self) -> int:
        done = 0
        rows = {row.name: row for row in JobRun.objects.all()}
        for job in self.jobs:
            if self.stopping.is_set():
                break
            # Looked at again: while an earlier job took its minutes, another worker may have done this one.
            if self._is_due(job, rows.get(job.name)) and self._is_due(job, self._row(job)):
                done += self._run_job(job) is not None
        return done

    @staticmethod
    def _is_due(job: Job, row: JobRun | None) -> bool:
        now = timezone.localtime()
        if row is None:
            return True
        if row.was_cut_off(now) and row.failures < MAX_TRIES:
            return True
        if next_due(job.schedule, row.started_at, now, failures=row.failures) <= now:
            return True
        # What failed waits for its own time: asked every other second, it would fail as often.
        return job.sooner is not None and not row.failures and not row.leased_by and job.sooner()

    @staticmethod
    def _row(job: Job) -> JobRun | None:
        return JobRun.objects.filter(name=job.name).first()

    def _run_job(self, job: Job) -> bool | None:
        """True: done; False: failed; None: another worker has it."""
        if not self._take(job):
            return None
        self.say(f"{job.label} …")
        try:
            with self._kept(str(job.label), job):
                note = job.run()
        except Exception as error:
            logger.exception("Job %s failed", job.name)
            _drop_broken_connection()
            self._finish(job, error=f"{type(error).__name__}: {error}")
            self.say(f"{job.label}: hỏng: {error}")
            return False
        self._finish(job, note=note or "")
        self.say(f"{job.label}: {note or 'xong'}")
        return True

    def _take(self, job: Job) -> bool:
        """One conditional UPDATE: of two workers, one sees a row change."""
        now = timezone.now()
        seen, _made = JobRun.objects.get_or_create(name=job.name)
        free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
        same = Q(started_at__isnull=True) if seen.started_at is None else Q(started_at=seen.started_at)
        taken = JobRun.objects.filter(free & same, name=job.name).update(
            leased_by=self.name,
            leased_until=now + self.lease,
            started_at=now,
            ended_at=None,
            # A run that was cut off counts: a job that kills its worker must not be begun for ever.
            failures=seen.failures + int(seen.was_cut_off(now)),
        )
        return bool(taken)

    def _finish(self, job: Job, *, note: str = "", error: str = "") -> None:
        now = timezone.now()
        row = JobRun.objects.filter(name=job.name, leased_by=self.name)
        shared = {"ended_at": now, "leased_by": "", "leased_until": None}
        if error:
            row.update(**shared, failures=F("failures") + 1, error=error[:MAX_ERROR])
        else:
            row.update(**shared, failures=0, error="", note=note[:MAX_ERROR], succeeded_at=now)

    # Tasks ----------------------------------------------------------------------------------------------------------

    def run_one_task(self) -> int:
        """One waiting background task, by the task library's own worker."""
        waiting = DBTaskResult.objects.ready().filter(backend_name=BACKEND)
        # Looked at without a lock first: the exclusive transaction below would hold up other writers every few seconds.
        if not waiting.exists():
            return 0
        with exclusive_transaction(waiting.db):
            task = waiting.get_locked()
            if task is None:
                return 0
            task.claim(self.name)
        runner = TaskWorker(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name=BACKEND,
            startup_delay=False,
            max_tasks=1,
            worker_id=self.name,
            excluded_queue_names=[],
        )
        with self._kept(_("việc nền")):
            runner.run_task(task)
        return 1

    def _take_up_orphans(self) -> None:
        """Tasks of workers that are gone wait again; a task that killed its worker several times does not."""
        alive = set(
            WorkerBeat.objects.filter(beaten_at__gte=timezone.now() - GONE).values_list("name", flat=True)
        )
        for task in DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, backend_name=BACKEND):
            if set(task.worker_ids) & alive:
                continue
            if len(task.worker_ids) >= MAX_TRIES:
                task.set_failed(
                    RuntimeError(f"The worker was killed {len(task.worker_ids)} times during this task.")
                )
            else:
                DBTaskResult.objects.filter(pk=task.pk, status=TaskResultStatus.RUNNING).update(
                    status=TaskResultStatus.READY, started_at=None
                )

    # Signs of life --------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        now = timezone.now()
        with transaction.atomic():
            WorkerBeat.objects.filter(beaten_at__lt=now - timedelta(days=1)).delete()
            WorkerBeat.objects.create(name=self.name, started_at=now, beaten_at=now)
        self._next_sweep = self._next_beat = now

    def _end(self) -> None:
        with contextlib.suppress(DatabaseError):
            WorkerBeat.objects.filter(name=self.name).delete()

    def _beat(self) -> None:
        now = timezone.now()
        if now >= self._next_beat:
            self._next_beat = now + timedelta(seconds=KEEP_SECONDS)
            WorkerBeat.objects.update_or_create(
                name=self.name,
                defaults={"beaten_at": now, "busy_with": ""},
                create_defaults={"started_at": now, "beaten_at": now},
            )
        if now >= self._next_sweep:
            self._next_sweep = now + GONE / 2
            self._take_up_orphans()

    @contextmanager
    def _kept(self, busy_with: str, job: Job | None = None) -> Iterator[None]:
        """While the work runs, a thread renews beat and lease; it ends with the process."""
        if not self.keep:
            yield
            return
        WorkerBeat.objects.filter(name=self.name).update(busy_with=busy_with[:200], beaten_at=timezone.now())
        ended = threading.Event()
        thread = threading.Thread(target=self._renew, args=(ended, job), daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join(timeout=5)

    def _renew(self, ended: threading.Event, job: Job | None) -> None:
        try:
            while not ended.wait(KEEP_SECONDS):
                now: datetime = timezone.now()
                # A database that is busy for a moment: the next round renews.
                with contextlib.suppress(DatabaseError):
                    WorkerBeat.objects.filter(name=self.name).update(beaten_at=now)
                    if job is not None:
                        JobRun.objects.filter(name=job.name, leased_by=self.name).update(
                            leased_until=now + self.lease
                        )
        finally:
            connection.close()
