"""The embedded engine: finding, counting and suggesting from one file, by any number of threads and processes.

- Whoever reads sees one state of the index throughout a question (SQLite's WAL), whoever writes does so in one transaction.
- A rebuilt index is another file that is swapped in (`files`); everybody notices at their next question.
- Whatever SQLite, the disk or the file itself does wrong becomes `EngineUnavailable`, with one line in the log.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _

from search.documents import DocumentId, Part, Passage, SearchDocument
from search.engines.contract import (
    Candidate,
    EngineStatus,
    EngineUnavailable,
    Found,
    IndexReport,
    Place,
    Progress,
    Request,
    Suggestion,
)
from search.engines.sqlite import lexicons, schema
from search.engines.sqlite.asking import Asking
from search.engines.sqlite.files import IndexFiles, connect
from search.engines.sqlite.memory import Memory
from search.engines.sqlite.writing import Filing
from search.engines.storing import Damaged, from_bytes, to_bytes
from search.lexicon import Lexicon

logger = logging.getLogger(__name__)

PATIENCE: Final = 2.0
"""Seconds to wait for another writer: a search that brings the index up to date must not hang behind the worker."""
BULK: Final = 50
"""More documents than a search brings up to date."""
_TRIES: Final = 5


class NoIndex(EngineUnavailable):
    """It was never built, or somebody removed it."""


class OtherVersion(EngineUnavailable):
    """Other code made the index."""


class _Opened:
    """A connection of one thread to one file."""

    def __init__(self, name: str, connection: sqlite3.Connection) -> None:
        self.name = name
        self.process = os.getpid()
        self.connection = connection
        self.memory = Memory()
        self.version = schema.fact(connection, "version")


_inherited: list[_Opened] = []


class SqliteEngine:
    name = "sqlite"

    def __init__(self, path: Path, *, starts_empty: bool = False) -> None:
        """`starts_empty`: where there is no index, an empty one that is ready is made (for tests); else it has to be built."""
        self.files = IndexFiles(path)
        self._starts_empty = starts_empty
        self._held = threading.local()
        self._lexicons = lexicons.Lexicons()
        self._logged = ""

    # Asking -------------------------------------------------------------------------------------------------------------

    def search(self, request: Request) -> Found:
        with self._asking() as asking:
            return asking.search(request)

    def passages(
        self, wanted: Mapping[DocumentId, Collection[Part]]
    ) -> Mapping[DocumentId, tuple[Passage, ...]]:
        with self._asking() as asking:
            return asking.passages(wanted)

    def suggest(
        self, words: tuple[str, ...], *, kinds: Collection[str] = (), limit: int = 20
    ) -> tuple[Suggestion, ...]:
        with self._asking() as asking:
            return asking.suggest(words, kinds, limit)

    def by_code(self, codes: Sequence[str]) -> tuple[Candidate, ...]:
        with self._asking() as asking:
            return asking.by_code(codes)

    def fetch(self, ids: Iterable[DocumentId]) -> tuple[SearchDocument, ...]:
        wanted = list(ids)
        with self._asking() as asking:
            return asking.fetch(wanted)

    def keys(self, kind: str) -> Iterator[str]:
        with self._asking() as asking:
            return iter(asking.keys(kind))

    def lexicon(self) -> Lexicon:
        """The words of the documents that are found by words; after single edits it may lag behind with its counts."""
        with self._reading() as opened:
            return self._lexicons.get(opened.name, opened.connection)

    def renew_lexicon(self, *, more_than: int = 0) -> bool:
        """For the worker: counts the edits in, where more than so many documents changed. Whether it did."""
        with self._reading() as opened:
            name = opened.name
            count, last = lexicons.changed(opened.connection)
            if count <= more_than:
                return False
            lexicon = lexicons.made(opened.connection)
        with self._guarded():
            opened = self._ready()
            if opened.name == name:
                with _transaction(opened.connection, "IMMEDIATE"):
                    lexicons.keep(opened.connection, lexicon, until=last)
        return True

    def status(self) -> EngineStatus:
        version = schema.version()
        try:
            with self._reading() as opened:
                damaged = self.files.is_damaged(opened.name)
                return EngineStatus(
                    name=self.name,
                    ready=not damaged,
                    documents=schema.number_fact(opened.connection, "documents"),
                    place=None if damaged else _place(opened.connection),
                    version=version,
                    bytes=self.files.size(),
                    note=_("Tệp chỉ mục bị hỏng, phải lập lại.") if damaged else "",
                )
        except EngineUnavailable as error:
            return EngineStatus(self.name, False, 0, None, version, self.files.size(), note=_note(error))

    def place(self) -> Place | None:
        """How far in the outbox the index is; None: it has to be built."""
        try:
            with self._reading() as opened:
                self._held.place_of = opened.name
                return None if self.files.is_damaged(opened.name) else _place(opened.connection)
        except EngineUnavailable:
            return None

    # Writing ------------------------------------------------------------------------------------------------------------

    def index(
        self,
        documents: Iterable[SearchDocument],
        *,
        delete: Iterable[DocumentId] = (),
        place: Place | None = None,
    ) -> IndexReport:
        with self._guarded():
            opened = self._ready()
            expected = getattr(self._held, "place_of", None)
            if place is not None and expected not in {None, opened.name}:
                # The new index may lack what lies between its own place and the one this caller began from.
                self._held.place_of = None
                raise EngineUnavailable("the index was rebuilt meanwhile; ask for its place again")
            connection = opened.connection
            with _transaction(connection, "IMMEDIATE"):
                filing = Filing(connection)
                for identity in delete:
                    filing.delete(identity)
                for document in documents:
                    filing.put(document)
                filing.finish()
                if place is not None:
                    schema.set_fact(connection, "place", _noted(place))
        if filing.indexed > BULK:
            # Whoever brings many is no search that somebody waits for.
            self.renew_lexicon(more_than=lexicons.LATELY)
        return IndexReport(filing.indexed, filing.deleted, tuple(filing.refused))

    def rebuild(
        self,
        documents: Callable[[], Iterable[SearchDocument]],
        *,
        place: Callable[[], Place],
        total: int | None = None,
        progress: Progress | None = None,
    ) -> IndexReport:
        with self._guarded(), self.files.rebuilding() as made:
            begins = place()
            with closing(_new(made)) as connection:
                with _transaction(connection, "EXCLUSIVE"):
                    filing = Filing(connection, fresh=True)
                    lexicon = Lexicon.of(_filed(documents(), filing, total, progress))
                    filing.finish()
                    lexicons.keep(connection, lexicon)
                    schema.set_fact(connection, "place", _noted(begins))
                connection.execute("PRAGMA journal_mode=WAL")
            self.files.swap(made)
            if progress is not None:
                progress(filing.indexed + len(filing.refused), total)
            return IndexReport(filing.indexed, 0, tuple(filing.refused))

    def close(self) -> None:
        """This thread's connection."""
        opened = getattr(self._held, "opened", None)
        self._held.opened = None
        if opened is not None:
            opened.connection.close()

    # Opening ------------------------------------------------------------------------------------------------------------

    @contextmanager
    def _asking(self) -> Iterator[Asking]:
        with self._reading() as opened:
            yield Asking(opened.connection, opened.memory)

    @contextmanager
    def _reading(self) -> Iterator[_Opened]:
        """One state of the index for everything that is asked inside."""
        with self._guarded():
            opened = self._ready()
            with _transaction(opened.connection, "DEFERRED"):
                opened.memory.for_generation(schema.fact(opened.connection, "generation"))
                yield opened
            self._logged = ""

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, Damaged, OSError) as error:
            if isinstance(error, Damaged) or type(error) is sqlite3.DatabaseError:
                # "Malformed", "not a database": the worker will see it and build another.
                self.files.note_damage(self.files.current())
            self.close()
            reason = f"{self.files.path}: {error or type(error).__name__}"
            if reason != self._logged:
                self._logged = reason
                logger.exception("The search index can't be used: %s", reason)
            raise EngineUnavailable(reason) from error

    def _ready(self) -> _Opened:
        opened = self._opened()
        if opened.version != schema.version():
            raise OtherVersion("the index was made by another version and has to be rebuilt")
        return opened

    def _opened(self) -> _Opened:
        """This thread's connection to the file in use now. A file may be swapped between its name being read and opened."""
        opened: _Opened | None = getattr(self._held, "opened", None)
        if opened is not None and opened.process != os.getpid():
            # Forked: the connection is the parent's. It must not even be closed, so it is kept somewhere for ever.
            _inherited.append(opened)
            self._held.opened = opened = None
        for tries_left in reversed(range(_TRIES)):
            name = self.files.current()
            if not name and self._starts_empty:
                self._make_empty()
                name = self.files.current()
            if not name:
                break
            if opened is not None and opened.name == name:
                return opened
            self.close()
            try:
                opened = self._held.opened = _open(name, self.files.file(name))
            except sqlite3.OperationalError:
                if not tries_left or self.files.current() == name:
                    raise
                continue
            return opened
        raise NoIndex("there is no index yet")

    def _make_empty(self) -> None:
        with suppress(EngineUnavailable):
            self.rebuild(lambda: (), place=Place)


def _note(error: EngineUnavailable) -> str:
    """For operators."""
    if isinstance(error, NoIndex):
        return _("Chưa có chỉ mục, phải lập.")
    if isinstance(error, OtherVersion):
        return _("Chỉ mục do phiên bản khác lập, phải lập lại.")
    return _("Không dùng được tệp chỉ mục: %(reason)s") % {"reason": error}


def _open(name: str, file: Path) -> _Opened:
    connection = connect(file, patience=PATIENCE)
    try:
        return _Opened(name, connection)
    except BaseException:
        connection.close()
        raise


def _new(made: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(made, isolation_level=None)
    # Nobody is led to this file before it is whole: a journal would only protect what is thrown away anyway.
    connection.execute("PRAGMA journal_mode=OFF")
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA locking_mode=EXCLUSIVE")
    connection.execute("PRAGMA cache_size=-65536")
    schema.create(connection)
    return connection


@contextmanager
def _transaction(connection: sqlite3.Connection, how: str) -> Iterator[None]:
    connection.execute(f"BEGIN {how}")
    try:
        yield
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _filed(
    documents: Iterable[SearchDocument], filing: Filing, total: int | None, progress: Progress | None
) -> Iterator[SearchDocument]:
    """Each document once it is filed: read once for the index and for the lexicon."""
    for done, document in enumerate(documents, start=1):
        if filing.put(document) and not document.ended:
            yield document
        if progress is not None and done % 100 == 0:
            progress(done, total)


def _noted(place: Place) -> bytes:
    return to_bytes([place.transaction, place.number])


def _place(connection: sqlite3.Connection) -> Place | None:
    stored: Any = schema.fact(connection, "place")
    return Place(*from_bytes(stored)) if stored else None
