"""Moments and days as the ledger writes them: UTC text that sorts as time does. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"


def moment_text(at: datetime) -> str:
    return at.astimezone(UTC).strftime(FORMAT)


def moment_of(text: str) -> datetime:
    return datetime.strptime(text, FORMAT).replace(tzinfo=UTC)


def end_of_day(day: date, zone: tzinfo) -> str:
    """The first moment that no longer belongs to the day."""
    return moment_text(datetime.combine(day + timedelta(days=1), time(), zone))


def day_of(text: str, zone: tzinfo) -> date:
    return moment_of(text).astimezone(zone).date()
