"""The names of a portal's indexes on a cluster, how far an index is, and who may rebuild.

    portal-<version>                         the alias that is searched: one for each version of code and data
    portal-<version>-<time>-<random>         an index; the alias leads to the whole one
    portal-lock                              who rebuilds

How far an index is stands in an entry of its own inside it, written after what it speaks of and only if nobody has written it
meanwhile (`Held`).
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from elasticsearch import ApiError, ConflictError, Elasticsearch, NotFoundError

from search.engines.contract import EngineUnavailable, Place
from search.engines.elasticsearch import entries

LEASE_SECONDS: Final = 90
"""A rebuild that has given no sign of life for so long is dead."""
PATIENCE: Final = "20s"
"""What the server may take to bring shards to their places; it says so before the client gives up."""
_LOCK_ID: Final = "rebuild"
_BUILDING: Final = {
    "index": {
        # Sixty thousand documents are little; in one shard every count is exact.
        "number_of_shards": 1,
        # A copy from the start, where there is another node for it: a rebuild outlives the death of one.
        "auto_expand_replicas": "0-1",
        "refresh_interval": "-1",
        "max_result_window": 100_000,
        "mapping": {"total_fields": {"limit": 500}},
    }
}
_IN_USE: Final = {"index": {"refresh_interval": "1s"}}


class Rebuilding(EngineUnavailable):
    """Somebody else is rebuilding."""


@dataclass(frozen=True, slots=True)
class Held:
    """An index in use, and what its entry STATE said when it was read."""

    index: str
    place: Place | None
    sequence: int
    term: int


def state_id(index: str) -> str:
    """Of its own for each index: written through the alias, it can't land in one that was swapped in meanwhile."""
    return f"{entries.STATE}/{index.rsplit('-', 2)[1]}-{index.rsplit('-', 1)[1]}"


def state_entry(place: Place | None) -> dict[str, Any]:
    noted = {"transaction": place.transaction, "number": place.number} if place else None
    return {"kind": entries.STATE, "key": "", "listed": False, "state": {"place": noted}}


class Indexes:
    """All of it on one cluster, under names that begin with one prefix."""

    def __init__(self, client: Elasticsearch, prefix: str, version: str) -> None:
        self.client = client
        self.prefix = prefix
        self.alias = f"{prefix}-{version}"
        self._lock_index = f"{prefix}-lock"
        self._ours = re.compile(rf"{re.escape(prefix)}-[0-9a-f]{{12}}-\d{{14}}-[0-9a-f]{{8}}")

    # The index in use -------------------------------------------------------------------------------------------------

    def in_use(self) -> str | None:
        try:
            found = self.client.indices.get_alias(name=self.alias)
        except NotFoundError:
            return None
        return max(found) if found else None

    def held(self) -> Held | None:
        """None: there is no index of this version."""
        index = self.in_use()
        if index is None:
            return None
        try:
            found = self.client.get(index=index, id=state_id(index), source_includes=["state"])
        except NotFoundError:
            return None
        noted = found["_source"]["state"]["place"]
        place = Place(noted["transaction"], noted["number"]) if noted else None
        return Held(index, place, found["_seq_no"], found["_primary_term"])

    def note(self, held: Held, place: Place) -> bool:
        """Notes how far the index is, if nobody has noted anything since `held` was read; everything becomes visible."""
        try:
            self.client.index(
                index=self.alias,
                id=state_id(held.index),
                document=state_entry(place),
                if_seq_no=held.sequence,
                if_primary_term=held.term,
                require_alias=True,
                refresh=True,
            )
        except ConflictError:
            return False
        return True

    # A new one --------------------------------------------------------------------------------------------------------

    def create(self) -> str:
        made = f"{self.alias}-{datetime.now(UTC):%Y%m%d%H%M%S}-{secrets.token_hex(4)}"
        # With its copy there before the first document: else it would die with the one server that holds it.
        self.client.indices.create(
            index=made,
            settings=_BUILDING,
            mappings=entries.mapping(),
            wait_for_active_shards="all",
            timeout=PATIENCE,
        )
        return made

    def finish(self, made: str, place: Place) -> None:
        """Whole: notes its place and makes it visible."""
        self.client.index(index=made, id=state_id(made), document=state_entry(place))
        self.client.indices.refresh(index=made)
        self.client.indices.put_settings(index=made, settings=_IN_USE)
        self.client.cluster.health(index=made, wait_for_status="yellow", timeout=PATIENCE)

    def swap(self, made: str) -> list[str]:
        """From now on `made` is searched. Returns what was searched before."""
        before = sorted(self.client.indices.get_alias(name=self.alias)) if self.in_use() else []
        actions: list[dict[str, Any]] = [
            {"remove": {"index": index, "alias": self.alias, "must_exist": False}} for index in before
        ]
        actions.append({"add": {"index": made, "alias": self.alias}})
        self.client.indices.update_aliases(actions=actions)
        return before

    def drop(self, *names: str) -> None:
        if names:
            self.client.indices.delete(index=list(names), ignore_unavailable=True)

    def leftovers(self) -> list[str]:
        """Our indexes that nobody searches: what interrupted rebuilds left. Only for who holds the lock."""
        return [name for name, aliases in self._all().items() if not aliases]

    def others(self, keep: str) -> list[str]:
        """Every index of ours but one, of other versions too."""
        return [name for name in self._all() if name != keep]

    def _all(self) -> dict[str, list[str]]:
        found = self.client.indices.get(
            index=f"{self.prefix}-*", features="aliases", expand_wildcards="open,closed,hidden"
        )
        return {
            name: sorted(about.get("aliases", {}))
            for name, about in found.items()
            if self._ours.fullmatch(name)
        }

    # Who rebuilds -----------------------------------------------------------------------------------------------------

    @contextmanager
    def locked(self) -> Iterator[Lock]:
        """Raises Rebuilding while somebody else holds it."""
        lock = Lock(self.client, self._lock_index)
        lock.take()
        try:
            yield lock
        finally:
            lock.leave()


class Lock:
    """An entry with the time until which it counts. Whoever stops renewing it has lost it."""

    def __init__(self, client: Elasticsearch, index: str) -> None:
        self._client = client
        self._index = index
        self._owner = secrets.token_hex(8)
        self._sequence = self._term = 0
        self._renewed = 0.0

    def take(self) -> None:
        self._make_index()
        try:
            self._write(op_type="create")
        except ConflictError:
            self._take_over()

    def _make_index(self) -> None:
        settings = {"number_of_shards": 1, "auto_expand_replicas": "0-1"}
        mappings = {"dynamic": False, "properties": {"until": {"type": "date", "format": "epoch_second"}}}
        if not self._client.indices.exists(index=self._index):
            try:
                self._client.indices.create(index=self._index, settings=settings, mappings=mappings)
            except ApiError as error:
                if error.error != "resource_already_exists_exception":
                    raise

    def _take_over(self) -> None:
        try:
            held = self._client.get(index=self._index, id=_LOCK_ID)
            if held["_source"]["until"] > time.time():
                raise Rebuilding("another process is rebuilding the index")
            self._write(if_seq_no=held["_seq_no"], if_primary_term=held["_primary_term"])
        except (ConflictError, NotFoundError):
            # It changed hands between two questions.
            raise Rebuilding("another process is rebuilding the index") from None

    def renew(self) -> None:
        """Cheap when it was renewed a moment ago. Raises Rebuilding when it was lost."""
        if time.monotonic() - self._renewed < LEASE_SECONDS / 6:
            return
        try:
            self._write(if_seq_no=self._sequence, if_primary_term=self._term)
        except ConflictError:
            raise Rebuilding("another process took the rebuild over") from None

    def leave(self) -> None:
        """What can't be left runs out."""
        try:
            self._client.delete(
                index=self._index, id=_LOCK_ID, if_seq_no=self._sequence, if_primary_term=self._term
            )
        except ApiError:
            return

    def _write(self, **condition: Any) -> None:
        said = self._client.index(
            index=self._index,
            id=_LOCK_ID,
            document={"owner": self._owner, "until": int(time.time()) + LEASE_SECONDS},
            **condition,
        )
        self._sequence, self._term = said["_seq_no"], said["_primary_term"]
        self._renewed = time.monotonic()
