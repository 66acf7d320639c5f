"""Beside the worker's jobs: the cluster's index takes an edit over within a second, whatever else the worker is doing.

The job `search_changes` does the same every other second, and builds an index that has to be built; but a worker that makes
a booklet or imports a catalogue comes to its next job only after that.
"""

from __future__ import annotations

import logging
import threading

from django.db import DatabaseError, close_old_connections, connection

from search import engines, outbox
from search.engines.contract import Engine, EngineUnavailable, Place
from search.jobs import turn

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
"""Between two looks: one small query each while nothing changes."""
REST_SECONDS = 5.0
"""After a failure, or while the index has to be built."""


class SearchKeeper:
    def __init__(self, stopping: threading.Event) -> None:
        self._stopping = stopping
        self._seen: dict[str, Place] = {}
        """How far each index was when it was last looked at: nothing behind that, and the engine need not be asked."""

    def start(self) -> None:
        """A thread that ends with the process or with `stopping`; none where only the embedded engine is set."""
        if len(engines.kept()) > 1:
            threading.Thread(target=self.run, name="search-keeper", daemon=True).start()

    def run(self) -> None:
        try:
            wait = LOOK_SECONDS
            while not self._stopping.wait(wait):
                close_old_connections()
                wait = LOOK_SECONDS if self._look_at_all() else REST_SECONDS
        finally:
            connection.close()

    def _look_at_all(self) -> bool:
        try:
            # The embedded engine is brought up to date by whoever searches.
            return all(self.look(engine) for engine in engines.kept()[1:])
        except (DatabaseError, EngineUnavailable) as error:
            # The job says so in its note, and the searches in the log.
            logger.info("The index could not be brought up to date: %s", error)
        except Exception:
            # A thread that ended would be noticed by nobody.
            logger.exception("Bringing the index up to date failed")
        self._seen.clear()
        return False

    def look(self, engine: Engine) -> bool:
        """Applies what waits. False: it can't be, the index has to be built. Raises EngineUnavailable."""
        seen = self._seen.get(engine.name)
        if seen is not None and not outbox.waiting(seen, 1):
            return True
        # While the job is at it, it does all there is to do.
        if not turn.acquire(blocking=False):
            return True
        try:
            place = outbox.place_of(engine)
            if place is None or not outbox.knows(place):
                self._seen.pop(engine.name, None)
                return False
            if outbox.waiting(place, 1):
                outbox.apply(engine)
                place = outbox.place_of(engine)
            if place is not None:
                self._seen[engine.name] = place
        finally:
            turn.release()
        return True
