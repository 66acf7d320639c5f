"""When a job is due. Pure: no Django, no clock read inside.

A run that was missed because the worker stood still is made up once, however many were missed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

FIRST_RETRY = timedelta(minutes=5)
LONGEST_RETRY = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Every:
    interval: timedelta


@dataclass(frozen=True, slots=True)
class DailyAt:
    """Local time of day."""

    at: time


Schedule = Every | DailyAt


def next_due(schedule: Schedule, last: datetime | None, now: datetime, *, failures: int = 0) -> datetime:
    """When the job is due next; in the past or `now`: it is due. `last`: start of its last run.

    `now` is aware and in local time. After `failures` in a row a daily job is tried again before its next day, at
    growing distances; a frequent one at its own pace.
    """
    if last is None:
        return now
    if isinstance(schedule, Every):
        return last + schedule.interval
    local = last.astimezone(now.tzinfo)
    slot = datetime.combine(local.date(), schedule.at, tzinfo=now.tzinfo)
    if slot <= local:
        slot += timedelta(days=1)
    if failures:
        wait: timedelta = min(FIRST_RETRY * 2 ** min(failures - 1, 10), LONGEST_RETRY)
        return min(slot, last + wait)
    return slot
