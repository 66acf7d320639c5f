"""The table of scheduled jobs, and those of this app.

An app declares its jobs in a module `jobs.py`, found when the worker starts (`run_jobs`):

    @scheduled("end_units", label=_("Đơn vị hết hiệu lực"), every=timedelta(hours=1))
    def end_units() -> str: ...

A job does all that is due and says in a sentence what it did. It may be killed at any moment and run again: what belongs
together stands in one transaction, and doing it twice does it once. One job runs at a time; what takes minutes belongs in
a background task (docs/decisions).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from home.memberships import sync_unit_staff
from home.schedules import DailyAt, Every, Schedule
from home.search_changes import record_turned
from home.unit_ends import note_ended_units
from search import jobs as search_jobs
from search import usage

Work = Callable[[], str]


@dataclass(frozen=True, slots=True)
class Job:
    name: str
    label: Any
    """What people read (lazy)."""
    schedule: Schedule
    run: Work
    sooner: Callable[[], bool] | None = None
    """Asked every other second between two runs: whether there is something to do before its time. Cheap."""


_jobs: dict[str, Job] = {}


def scheduled(
    name: str,
    *,
    label: Any,
    every: timedelta | None = None,
    at: time | None = None,
    sooner: Callable[[], bool] | None = None,
) -> Callable[[Work], Work]:
    """Puts a function into the table: `every` so often, or daily `at` a local time. Exactly one of the two."""
    if (every is None) == (at is None):
        raise ValueError(f"Job {name}: say either `every` or `at`.")
    schedule = Every(every) if every is not None else DailyAt(at)  # type: ignore[arg-type]  # one of the two is set

    def register(work: Work) -> Work:
        held = _jobs.get(name)
        if held is not None and held.run is not work:
            raise ValueError(f"Two jobs are called {name}.")
        _jobs[name] = Job(name, label, schedule, work, sooner)
        return work

    return register


def all_jobs() -> list[Job]:
    """Every job of every installed app, by name."""
    autodiscover_modules("jobs")
    return [_jobs[name] for name in sorted(_jobs)]


@scheduled("end_memberships", label=_("Phân công bắt đầu và kết thúc"), every=timedelta(minutes=15))
def end_memberships() -> str:
    """Rights never depend on it (`home.authentication`); lists and filters of people do."""
    return str(_("%(count)d người thay đổi nhóm.") % {"count": sync_unit_staff()})


@scheduled("end_units", label=_("Đơn vị hết hoạt động"), every=timedelta(hours=1))
def end_units() -> str:
    return str(_("%(count)d đơn vị vừa hết hoạt động.") % {"count": len(note_ended_units())})


# What `search` has to do: it lies below this table, so its functions are put in here.


@scheduled(
    "search_changes",
    label=_("Cập nhật chỉ mục tìm kiếm"),
    every=timedelta(minutes=1),
    sooner=search_jobs.changes_wait,
)
def search_changes() -> str:
    return search_jobs.apply_changes()


@scheduled("search_pruned", label=_("Dọn thay đổi đã vào chỉ mục tìm kiếm"), at=time(3, 40))
def search_pruned() -> str:
    return search_jobs.prune_changes()


@scheduled("search_compared", label=_("Đối chiếu chỉ mục tìm kiếm"), at=time(3, 50))
def search_compared() -> str:
    return search_jobs.compare_indexes()


@scheduled("search_units_turned", label=_("Đơn vị đến ngày đổi, cho tìm kiếm"), at=time(0, 1))
@transaction.atomic
def search_units_turned() -> str:
    """A day that comes changes what is found, and nobody saves anything."""
    return str(_("%(count)d đơn vị.") % {"count": record_turned(timezone.localdate())})


@scheduled("search_learned", label=_("Rút kinh nghiệm từ câu hỏi của người dân"), every=timedelta(hours=1))
def search_learned() -> str:
    return str(_("%(count)d câu hỏi.") % {"count": usage.learn()})


@scheduled("search_forgotten", label=_("Xóa số đếm câu hỏi đã cũ"), at=time(3, 50))
def search_forgotten() -> str:
    return str(_("%(count)d dòng.") % {"count": usage.forget()})
