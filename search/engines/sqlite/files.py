"""Where the index lies: a link with the name that is set, which leads to the file in use.

SQLite keeps a journal beside the file it opens, under that file's own name. A file put in the place of another would be
read together with the journal of its predecessor; so every rebuilt index has a name of its own, "search.sqlite3." and a number
that never comes again, and what is swapped, at once and whole, is the link.
"""

from __future__ import annotations

import fcntl
import os
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from search.engines.contract import EngineUnavailable


class IndexFiles:
    def __init__(self, path: Path) -> None:
        self.path = path

    def current(self) -> str:
        """Name of the file in use; "" if there is none. Costs microseconds: asked at every search."""
        try:
            target = os.readlink(self.path)  # noqa: PTH115 -- a Path of it would cost as much as the rest of the call
        except OSError:
            return ""
        return target if self._number(target) is not None else ""

    def file(self, name: str) -> Path:
        return self.path.parent / name

    def _number(self, name: str) -> int | None:
        found = re.fullmatch(re.escape(self.path.name) + r"\.([0-9]{1,20})", name)
        return int(found[1]) if found else None

    @contextmanager
    def rebuilding(self) -> Iterator[Path]:
        """A name for a new file, for one process at a time; whatever an interrupted one left behind is removed first, and
        what is not in use at the end."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with (self.path.parent / f"{self.path.name}.lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise EngineUnavailable("the index is being rebuilt by another process") from None
            self._tidy()
            try:
                yield self.file(f"{self.path.name}.{time.time_ns()}")
            finally:
                self._tidy()

    def swap(self, made: Path) -> None:
        """From now on `made` is the index; it is on the disk before anybody is led to it."""
        with made.open("rb") as file:
            os.fsync(file.fileno())
        link = self.path.with_name(f"{self.path.name}.link")
        link.unlink(missing_ok=True)
        link.symlink_to(made.name)
        link.replace(self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def note_damage(self, name: str) -> None:
        """For every process to see: file `name` has to be built anew, though it may answer most questions still."""
        with suppress(OSError):
            self._damage.write_text(name, encoding="utf-8")

    def is_damaged(self, name: str) -> bool:
        try:
            return self._damage.read_text(encoding="utf-8") == name
        except (OSError, ValueError):
            return False

    @property
    def _damage(self) -> Path:
        return self.path.with_name(f"{self.path.name}.damaged")

    def _entries(self) -> list[Path]:
        return list(self.path.parent.glob(f"{self.path.name}.[0-9]*"))

    def _tidy(self) -> None:
        used = self.current()
        if not self.is_damaged(used):
            self._damage.unlink(missing_ok=True)
        for entry in self._entries():
            base = re.sub(r"-(?:wal|shm|journal)$", "", entry.name)
            if base != used and self._number(base) is not None:
                with suppress(OSError):
                    entry.unlink()

    def remove(self) -> None:
        """The index and everything beside it."""
        for entry in self._entries():
            entry.unlink(missing_ok=True)
        for ending in ("", ".lock", ".link", ".damaged"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)

    def size(self) -> int | None:
        name = self.current()
        found = [self.file(name + ending) for ending in ("", "-wal")] if name else []
        sizes = [file.stat().st_size for file in found if file.exists()]
        return sum(sizes) if sizes else None


def connect(file: Path, *, patience: float) -> sqlite3.Connection:
    """`patience`: seconds to wait for another writer. The file must be there."""
    connection = sqlite3.connect(
        f"file:{quote(str(file))}?mode=rw",
        uri=True,
        isolation_level=None,
        timeout=patience,
        cached_statements=256,
    )
    try:
        connection.execute("PRAGMA cache_size=-8192")
        connection.execute("PRAGMA mmap_size=1073741824")
        connection.execute("PRAGMA synchronous=NORMAL")
    except BaseException:
        connection.close()
        raise
    return connection
