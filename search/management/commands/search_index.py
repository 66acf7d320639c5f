from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from search import engines
from search.engines.contract import Engine, EngineUnavailable, Progress
from search.indexing import Difference, Wrong, bring_up_to_date, differences, known_engines
from search.jobs import words

WORDS = {
    Wrong.MISSING: "chưa có trong chỉ mục",
    Wrong.DIFFERENT: "khác với cơ sở dữ liệu",
    Wrong.LEFT: "không còn công khai mà vẫn trong chỉ mục",
}
MOST_NAMED = 1_000


class Command(BaseCommand):
    help = "Brings the indexes of the search up to date; the first run builds them."

    def add_arguments(self, parser: CommandParser) -> None:
        mode = parser.add_mutually_exclusive_group()
        mode.add_argument("--rebuild", action="store_true", help="build anew, beside the index in use")
        mode.add_argument(
            "--compare", action="store_true", help="change nothing; name what differs from the database"
        )
        parser.add_argument(
            "--engine", metavar="NAME", help="only this one (default: every engine that is set)"
        )

    def handle(
        self, *args: Any, rebuild: bool, compare: bool, engine: str | None = None, **options: Any
    ) -> None:
        wrong = 0
        for chosen in _chosen(engine):
            try:
                wrong += self._compare(chosen) if compare else self._update(chosen, rebuild=rebuild)
            except EngineUnavailable as error:
                self.stderr.write(f"{chosen.name}: không trả lời: {error}")
                wrong += 1
        if wrong:
            raise SystemExit(1)

    def _update(self, engine: Engine, *, rebuild: bool) -> int:
        began = time.monotonic()
        with _progress(engine.name) as advance:
            outcome = bring_up_to_date(engine, rebuild=rebuild, progress=advance)
        for refused in outcome.report.refused:
            self.stderr.write(f"{engine.name}: {refused.id.kind}/{refused.id.key}: {refused.reason}")
        status = engine.status()
        size = f", {status.bytes / 1_000_000:.1f} MB" if status.bytes else ""
        self.stdout.write(
            f"{engine.name}: {words(outcome)}; {status.documents} tài liệu{size}, {time.monotonic() - began:.1f} giây."
        )
        return len(outcome.report.refused)

    def _compare(self, engine: Engine) -> int:
        with _progress(engine.name) as advance:
            found = list(differences(engine, advance))
        for difference in islice(found, MOST_NAMED):
            self.stdout.write(f"{engine.name}: {_line(difference)}")
        if len(found) > MOST_NAMED:
            self.stdout.write(f"{engine.name}: … và {len(found) - MOST_NAMED} tài liệu khác nữa.")
        self.stdout.write(
            f"{engine.name}: {len(found)} tài liệu khác với cơ sở dữ liệu."
            if found
            else f"{engine.name}: chỉ mục khớp với cơ sở dữ liệu, {engine.status().documents} tài liệu."
        )
        return len(found)


def _chosen(name: str | None) -> list[Engine]:
    if name is None:
        return known_engines()
    try:
        return [engines.engine_named(name)]
    except ValueError as error:
        raise CommandError(f"Không có máy tìm tên “{name}”.", returncode=2) from error


def _line(difference: Difference) -> str:
    fields = f": {', '.join(difference.fields)}" if difference.fields else ""
    return f"{difference.id.kind}/{difference.id.key} {WORDS[difference.wrong]}{fields}"


@contextmanager
def _progress(name: str) -> Iterator[Progress]:
    with tqdm(desc=name, unit=" tài liệu", disable=not sys.stderr.isatty(), file=sys.stderr) as bar:

        def advance(done: int, total: int | None) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield advance
