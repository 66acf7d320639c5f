"""The worker: what is due runs once, what fails is seen, what was cut off is taken up again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from home import jobs
from home.enums import PortalGroup
from home.jobs import all_jobs, scheduled
from home.models import JobRun, UnitLogEntry, WorkerBeat
from home.unit_ends import unit_ended
from portal.worker import MAX_TRIES, PortalWorker
from tests.factories.people import make_membership
from tests.factories.units import make_unit

ROOT = Path(__file__).resolve().parents[2]
ran: list[str] = []


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of jobs of the test's own."""
    all_jobs()
    monkeypatch.setattr(jobs, "_jobs", {})
    monkeypatch.setattr(jobs, "autodiscover_modules", lambda *_names: None)
    ran.clear()


@task(backend="background")
def count_up(number: int) -> int:
    ran.append(f"task {number}")
    return number + 1


def quick(name: str = "quick") -> str:
    ran.append(name)
    return "xong"


def worker() -> PortalWorker:
    return PortalWorker(keep=False)


def put_back(name: str, **ago: int) -> None:
    past = timezone.now() - timedelta(**ago)
    JobRun.objects.filter(name=name).update(started_at=past)


@pytest.mark.django_db
def test_every_app_may_declare_jobs() -> None:
    names = {job.name for job in all_jobs()}
    assert {
        "publish_scheduled",
        "end_memberships",
        "end_units",
        "clear_sessions",
        "clear_logins",
        "clear_tasks",
    } <= names


def test_a_job_says_when() -> None:
    with pytest.raises(ValueError, match="either"):
        scheduled("never", label="")
    with pytest.raises(ValueError, match="Two jobs"):
        scheduled("end_units", label="", every=timedelta(hours=1))(quick)


@pytest.mark.django_db
def test_what_is_due_runs_once(table: None) -> None:
    scheduled("quick", label="Nhanh", every=timedelta(hours=1))(quick)
    assert worker().run_once() == 0
    assert worker().run_once() == 0
    assert ran == ["quick"]
    row = JobRun.objects.get(name="quick")
    assert (row.note, row.failures, row.leased_by) == ("xong", 0, "")
    put_back("quick", hours=5)
    worker().run_once()
    assert ran == ["quick", "quick"], "missed runs are made up, once"
    assert not WorkerBeat.objects.exists()


@pytest.mark.django_db
def test_a_failure_is_seen_and_stops_nothing(table: None) -> None:
    def broken() -> str:
        raise RuntimeError("hỏng rồi")

    scheduled("a_broken", label="Hỏng", every=timedelta(hours=1))(broken)
    scheduled("quick", label="Nhanh", every=timedelta(hours=1))(quick)
    assert worker().run_once() == 1
    row = JobRun.objects.get(name="a_broken")
    assert row.failures == 1
    assert "hỏng rồi" in row.error
    assert ran == ["quick"]
    put_back("a_broken", hours=2)
    worker().run_once()
    assert JobRun.objects.get(name="a_broken").failures == 2


@pytest.mark.django_db
def test_two_workers_never_run_one_job(table: None) -> None:
    scheduled("quick", label="Nhanh", every=timedelta(seconds=1))(quick)
    first, second = worker(), worker()
    (job,) = first.jobs
    assert first._take(job)
    put_back("quick", hours=1)
    assert not second._take(job)
    assert second._run_job(job) is None
    assert ran == []


@pytest.mark.django_db
def test_a_killed_workers_job_is_taken_up_again(table: None) -> None:
    scheduled("nightly", label="Đêm", at=timezone.localtime().time())(quick)
    killed = worker()
    assert killed._take(killed.jobs[0])
    assert worker().run_once() == 0
    assert ran == [], "the lease still holds"
    JobRun.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    worker().run_once()
    assert ran == ["quick"]
    row = JobRun.objects.get(name="nightly")
    assert row.failures == 0
    assert row.ended_at is not None


@pytest.mark.django_db
def test_background_tasks(table: None) -> None:
    result = count_up.enqueue(1)
    worker().run_once()
    assert ran == ["task 1"]
    assert DBTaskResult.objects.get(pk=result.id).status == TaskResultStatus.SUCCESSFUL


@pytest.mark.django_db
def test_a_killed_workers_task_waits_again(table: None) -> None:
    row = DBTaskResult.objects.get(pk=count_up.enqueue(2).id)
    row.claim("a-worker-that-is-gone")
    worker().run_once()
    assert ran == ["task 2"]


@pytest.mark.django_db
def test_a_task_that_kills_its_worker_ends(table: None) -> None:
    row = DBTaskResult.objects.get(pk=count_up.enqueue(3).id)
    row.claim("a-worker-that-is-gone")
    DBTaskResult.objects.filter(pk=row.pk).update(worker_ids=["gone"] * MAX_TRIES)
    worker().run_once()
    assert ran == []
    assert DBTaskResult.objects.get(pk=row.pk).status == TaskResultStatus.FAILED


@pytest.mark.django_db
def test_ended_units_are_noted_once() -> None:
    unit = make_unit(active_until=timezone.localdate() - timedelta(days=1))
    heard: list[object] = []

    def hear(unit: object, **_kwargs: object) -> None:
        heard.append(unit)

    unit_ended.connect(hear)
    try:
        call_command("run_jobs", "--once", stdout=StringIO())
        JobRun.objects.update(started_at=timezone.now() - timedelta(days=2))
        call_command("run_jobs", "--once", stdout=StringIO())
    finally:
        unit_ended.disconnect(hear)
    assert heard == [unit]
    assert UnitLogEntry.objects.filter(action="portal.unit.end", object_id=str(unit.pk)).count() == 1


@pytest.mark.django_db
def test_memberships_that_ended_leave_the_group() -> None:
    membership = make_membership()
    group = membership.user.groups.filter(name=PortalGroup.UNIT_STAFF)
    assert group.exists()
    type(membership).objects.update(valid_until=timezone.localdate() - timedelta(days=1))
    call_command("run_jobs", "--once", stdout=StringIO())
    assert not group.exists()


@pytest.mark.slow
def test_sigterm_ends_the_worker_in_order(tmp_path: Path, migrated_sqlite: Path) -> None:
    shutil.copy(migrated_sqlite, tmp_path / "worker.sqlite3")
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings.test",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "site"), str(ROOT)]),
        "PORTAL_DATABASE_URL": f"sqlite:///{tmp_path / 'worker.sqlite3'}",
        "PYTHONUNBUFFERED": "1",
    }
    with subprocess.Popen(
        [sys.executable, "manage.py", "run_jobs"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert "Bộ chạy việc" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        rest = process.stdout.read()
        assert process.wait(timeout=60) == 0
    assert "đã dừng" in rest
