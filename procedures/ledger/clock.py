"""The time that is recorded. Demo and tests may inject another one; a production portal only knows the real one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.conf import settings
from django.utils import timezone

_injected: ContextVar[datetime | None] = ContextVar("ledger_clock", default=None)


class ClockRefused(RuntimeError):
    """Somebody tried to inject a time into a production portal."""


def now() -> datetime:
    """The moment that services write into rows, logs and the ledger."""
    return _injected.get() or timezone.now()


def is_injected() -> bool:
    return _injected.get() is not None


@contextmanager
def ticking(at: datetime) -> Iterator[None]:
    """Within the block `now()` is `at`. Blocks nest; the inner one wins."""
    if settings.PORTAL_PRODUCTION:
        raise ClockRefused("A production portal records the real time only.")
    if timezone.is_naive(at):
        raise ValueError("The injected time needs a time zone.")
    token = _injected.set(at)
    try:
        yield
    finally:
        _injected.reset(token)
