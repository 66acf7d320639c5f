"""When a job is due."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from home.schedules import DailyAt, Every, Schedule, next_due

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


MINUTE = Every(timedelta(minutes=1))
NIGHT = DailyAt(time(3, 10))


@pytest.mark.parametrize(
    ("schedule", "last", "failures", "due"),
    [
        (MINUTE, None, 0, "2026-05-04T12:00"),
        (MINUTE, "2026-05-04T11:59:30", 0, "2026-05-04T12:00:30"),
        (MINUTE, "2026-05-01T08:00", 0, "2026-05-01T08:01"),
        (MINUTE, "2026-05-04T11:59", 7, "2026-05-04T12:00"),
        (NIGHT, None, 0, "2026-05-04T12:00"),
        # Begun in time, then again the next night; begun late in the day (made up), still the next night.
        (NIGHT, "2026-05-04T03:10", 0, "2026-05-05T03:10"),
        (NIGHT, "2026-05-04T03:10:07", 0, "2026-05-05T03:10"),
        (NIGHT, "2026-05-03T23:00", 0, "2026-05-04T03:10"),
        # Days without a worker: due since the first night that was missed.
        (NIGHT, "2026-04-20T03:10", 0, "2026-04-21T03:10"),
        (NIGHT, "2026-05-04T03:10", 1, "2026-05-04T03:15"),
        (NIGHT, "2026-05-04T03:10", 3, "2026-05-04T03:30"),
        (NIGHT, "2026-05-04T03:10", 40, "2026-05-04T09:10"),
        (NIGHT, "2026-05-04T23:00", 40, "2026-05-05T03:10"),
    ],
)
def test_next_due(schedule: Schedule, last: str | None, failures: int, due: str) -> None:
    now = at("2026-05-04T12:00")
    assert next_due(schedule, last and at(last), now, failures=failures) == at(due)  # type: ignore[arg-type]  # None passes


def test_days_are_local() -> None:
    """03:10 in Hà Tĩnh is 20:10 of the day before in UTC."""
    last = datetime(2026, 5, 3, 20, 10, tzinfo=ZoneInfo("UTC"))
    assert next_due(NIGHT, last, at("2026-05-04T12:00")) == at("2026-05-05T03:10")
