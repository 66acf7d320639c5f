"""What the worker does for the search. Functions only: `home.jobs` puts them into its table, which lies above this app."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from search import outbox
from search.engines.contract import EngineUnavailable
from search.indexing import Done, Outcome, bring_up_to_date, known_engines

logger = logging.getLogger(__name__)

KEEP = timedelta(days=30)
"""How long a change stays in the outbox at least; an index that is older is built anew."""


def changes_wait() -> bool:
    """Asked every other second: one small query for each engine. An engine that is away waits for the job's own time."""
    for engine in known_engines():
        try:
            if outbox.is_behind(engine):
                return True
        except EngineUnavailable:
            continue
    return False


def apply_changes() -> str:
    """Every index up to date: bulk changes that searches leave, an engine that returned, an index that must be built."""
    said, failed = [], []
    for engine in known_engines():
        try:
            outcome = bring_up_to_date(engine)
        except EngineUnavailable as error:
            # The embedded engine answers meanwhile; the note in the admin and /readyz tell of it.
            logger.warning("The index of %s could not be brought up to date: %s", engine.name, error)
            failed.append(engine.name)
            continue
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
    """Daily: changes that every engine has passed and that are older than `KEEP`."""
    places = []
    for engine in known_engines():
        try:
            place = outbox.place_of(engine)
        except EngineUnavailable:
            place = None
        if place is not None:
            places.append(place)
    count = outbox.prune(timezone.now() - KEEP, places)
    return _("%(count)d thay đổi cũ.") % {"count": count} if count else ""
