"""What the worker does for the search. Functions only: `home.jobs` puts them into its table, which lies above this app."""

from __future__ import annotations

import logging
import threading
import time
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from search import outbox
from search.engines.contract import Engine, EngineUnavailable
from search.engines.sqlite.engine import SqliteEngine
from search.indexing import (
    Done,
    Outcome,
    bring_up_to_date,
    differences,
    known_engines,
    still_different,
)

logger = logging.getLogger(__name__)

KEEP = timedelta(days=30)
"""How long a change stays in the outbox at least; an index that is older is built anew."""
REST_SECONDS = 30.0

turn = threading.Lock()
"""Held by whoever of this process brings an index up to date that is not the embedded one: twice at once is twice the work."""
_resting: dict[str, float] = {}
"""Engine that failed → until when it is left alone (monotonic seconds of this process)."""


def changes_wait() -> bool:
    """Asked every other second: one small query for each engine, none for one that failed a moment ago."""
    now = time.monotonic()
    return any(_is_behind(engine) for engine in known_engines() if _resting.get(engine.name, 0.0) <= now)


def _is_behind(engine: Engine) -> bool:
    try:
        return outbox.is_behind(engine)
    except EngineUnavailable:
        return False


def apply_changes() -> str:
    """Every index up to date: bulk changes that searches leave, an engine that returned, an index that must be built.

    An engine that is away doesn't hold up the others: the embedded one answers meanwhile, and the note says so.
    """
    said, failed = [], []
    for engine in known_engines():
        try:
            with turn:
                outcome = bring_up_to_date(engine)
        except EngineUnavailable as error:
            logger.warning("The index of %s could not be brought up to date: %s", engine.name, error)
            _resting[engine.name] = time.monotonic() + REST_SECONDS
            failed.append(engine.name)
            continue
        _resting.pop(engine.name, None)
        if outcome.done is not Done.NOTHING:
            said.append(f"{engine.name}: {words(outcome)}")
    if failed:
        said.append(_("chưa cập nhật được: %(engines)s") % {"engines": ", ".join(failed)})
    return "; ".join(said)


def words(outcome: Outcome) -> str:
    """What was done, in Vietnamese."""
    report = outcome.report
    counts = {"indexed": report.indexed, "deleted": report.deleted, "refused": len(report.refused)}
    if outcome.done is Done.NOTHING:
        return _("chỉ mục đã đủ, không có gì phải làm")
    if outcome.done is Done.REBUILT:
        said = _("lập lại toàn bộ, %(indexed)d tài liệu") % counts
    else:
        said = _("cập nhật %(indexed)d tài liệu, bỏ %(deleted)d") % counts
    return said + (_(", %(refused)d tài liệu không nhận được") % counts if report.refused else "")


def prune_changes() -> str:
    """Daily: changes that every engine has passed and that are older than `KEEP`. The embedded engine's lexicon, which single
    edits don't make anew, takes them over."""
    places = []
    for engine in known_engines():
        try:
            place = outbox.place_of(engine)
            if isinstance(engine, SqliteEngine):
                engine.renew_lexicon()
        except EngineUnavailable:
            place = None
        if place is not None:
            places.append(place)
    count = outbox.prune(timezone.now() - KEEP, places)
    return _("%(count)d thay đổi cũ.") % {"count": count} if count else ""


def compare_indexes() -> str:
    """Nightly: whatever an index holds otherwise than the database is noted anew, so that it is put right.

    There should be nothing. Raises IndexDiffered where there was, so that somebody looks why.
    """
    found: dict[str, int] = {}
    for engine in known_engines():
        try:
            with turn:
                bring_up_to_date(engine)
            # Reading both takes a while: whoever keeps the index up to date must not wait for it.
            seen = [difference.id for difference in differences(engine)]
            with turn:
                wrong = still_different(engine, seen)
        except EngineUnavailable:
            continue
        if wrong:
            outbox.record(wrong)
            found[engine.name] = len(wrong)
    if found:
        raise IndexDiffered(
            "; ".join(
                _("%(engine)s: %(count)d tài liệu khác với cơ sở dữ liệu, đã ghi để sửa")
                % {"engine": name, "count": count}
                for name, count in found.items()
            )
        )
    return _("Chỉ mục khớp với cơ sở dữ liệu.")


class IndexDiffered(RuntimeError):
    """An index and the database were not the same."""
