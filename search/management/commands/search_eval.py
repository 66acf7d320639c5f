from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from search import engines
from search.documents import DocumentId
from search.engines.contract import Engine, EngineUnavailable, Progress
from search.evaluation import (
    ALL,
    DEPTH,
    BadRow,
    Figures,
    Judged,
    Outcome,
    evaluate,
    figures,
    misses,
    read_queries,
    same_first,
)
from search.indexing import bring_up_to_date
from search.ranking import COMPONENTS
from search.service import ranked_ids

KIND = "thu-tuc"
"""The kind whose keys are the codes of judged queries."""
HEADINGS = ("đúng đầu", "trong 5", "nDCG@10")
SHOWN_CODES = 10


@dataclass(frozen=True, slots=True)
class Run:
    engine: Engine
    without: frozenset[str] = frozenset()

    @property
    def label(self) -> str:
        return " ".join([self.engine.name, *(f"−{part}" for part in sorted(self.without))])

    def rank(self, text: str) -> list[str]:
        found = ranked_ids(text, kind=KIND, without=self.without, engine=self.engine, limit=DEPTH)
        return [one.key for one in found]


class Command(BaseCommand):
    help = (
        "How well judged queries are answered: success@1, success@5, nDCG@10 per way of asking and over all."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "queries", metavar="QUERIES.tsv", help="rows of stratum, query, comma-separated codes"
        )
        parser.add_argument(
            "--engine",
            action="append",
            default=[],
            metavar="NAME",
            help="sqlite or elasticsearch; default the one that is set; twice: side by side",
        )
        parser.add_argument(
            "--without",
            action="append",
            default=[],
            choices=COMPONENTS,
            metavar="PART",
            help=f"switch a part of the ranking off, to see its worth (may be repeated): {', '.join(COMPONENTS)}",
        )
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", help="the figures for machines")
        form.add_argument(
            "--misses", action="store_true", help="also list queries whose first result is wrong"
        )

    def handle(
        self,
        *args: Any,
        queries: str,
        engine: list[str],
        without: list[str],
        json: bool,
        misses: bool,
        **options: Any,
    ) -> None:
        judged, bad = read_file(Path(queries))
        chosen = self._engines(engine)
        runs = [Run(one, frozenset(without)) for one in chosen]
        if without and len(runs) == 1 and not json:
            runs.insert(0, Run(chosen[0]))
        try:
            for one in chosen:
                with _progress(f"{one.name}: tài liệu") as advance:
                    bring_up_to_date(one, progress=advance)
            self._unknown_codes(judged, chosen[0])
            answered = self._answer(judged, runs)
        except EngineUnavailable as error:
            raise CommandError(f"Máy tìm không trả lời: {error}", returncode=2) from error
        if json:
            self._json(runs, answered)
        else:
            self._table(runs, answered)
            if misses:
                self._misses(runs, answered)
        for row in bad:
            self.stderr.write(f"{queries}, dòng {row.line}, cột {row.field}: {row.reason}.")
        if bad:
            raise SystemExit(1)

    def _engines(self, names: Sequence[str]) -> list[Engine]:
        if not names:
            return [engines.kept()[-1]]
        try:
            return [engines.engine_named(name) for name in dict.fromkeys(names)]
        except ValueError as error:
            raise CommandError(f"Không có máy tìm này: {', '.join(names)}.", returncode=2) from error

    def _unknown_codes(self, judged: Sequence[Judged], engine: Engine) -> None:
        held = set(engine.keys(KIND))
        unknown = sorted({code for one in judged for code in one.codes} - held)
        if unknown:
            shown = ", ".join(unknown[:SHOWN_CODES]) + (" …" if len(unknown) > SHOWN_CODES else "")
            self.stderr.write(f"{len(unknown)} mã không có trong chỉ mục nên không thể tìm thấy: {shown}")

    def _answer(self, judged: Sequence[Judged], runs: Sequence[Run]) -> list[list[Outcome]]:
        with _bar("câu hỏi", len(judged) * len(runs)) as bar:
            return [evaluate(judged, run.rank, advance=partial(bar.update, 1)) for run in runs]

    def _json(self, runs: Sequence[Run], answered: Sequence[Sequence[Outcome]]) -> None:
        told: dict[str, Any] = {
            run.engine.name: figures(outcomes) for run, outcomes in zip(runs, answered, strict=True)
        }
        if len(runs) == 1:
            told = told[runs[0].engine.name]
        else:
            told["same_first"] = round(same_first(answered[0], answered[1]), 4)
        self.stdout.write(json.dumps(told, ensure_ascii=False, indent=1))

    def _table(self, runs: Sequence[Run], answered: Sequence[Sequence[Outcome]]) -> None:
        found = [figures(outcomes) for outcomes in answered]
        width = max(map(len, ("Cách hỏi", *found[0])))
        group = sum(len(heading) + 2 for heading in HEADINGS)
        if len(runs) > 1:
            labels = "".join(f"  {run.label}".ljust(group) for run in runs)
            self.stdout.write((" " * (width + 8) + labels).rstrip())
        heads = "".join(f"  {heading}" for heading in HEADINGS) * len(runs)
        self.stdout.write(f"{'Cách hỏi'.ljust(width)}  Số câu{heads}")
        for name in found[0]:
            cells = "".join(_cells(one[name]) for one in found)
            shown = "Tất cả" if name == ALL else name
            self.stdout.write(f"{shown.ljust(width)}  {found[0][name]['n']:>6}{cells}")
        if len(runs) > 1:
            share = f"{same_first(answered[0], answered[1]) * 100:.1f}".replace(".", ",")
            self.stdout.write(f"Cùng kết quả đầu: {share} % số câu.")

    def _misses(self, runs: Sequence[Run], answered: Sequence[Sequence[Outcome]]) -> None:
        for run, outcomes in zip(runs, answered, strict=True):
            missed = misses(outcomes)
            titles = _titles(run.engine, missed)
            self.stdout.write(f"\nSai kết quả đầu ({run.label}): {len(missed)} câu.")
            for outcome in missed:
                place = next(
                    (n for n, code in enumerate(outcome.ranked, 1) if code in outcome.judged.codes), None
                )
                first = f"{outcome.first} {titles.get(outcome.first, '')}" if outcome.first else "không có gì"
                self.stdout.write(
                    f"{outcome.judged.stratum}  “{outcome.judged.query}”  cần {', '.join(outcome.judged.codes)} "
                    f"({f'đứng thứ {place}' if place else f'không có trong {DEPTH} kết quả đầu'}); đầu tiên: {first}"
                )


def read_file(path: Path) -> tuple[list[Judged], list[BadRow]]:
    """Raises CommandError with code 2 where there is nothing to judge by."""
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise CommandError(f"Không đọc được {path}: {error.strerror}", returncode=2) from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{path} không phải tệp chữ UTF-8.", returncode=2) from error
    judged, bad = read_queries(text.split("\n"))
    if not judged and not bad:
        raise CommandError(f"{path} không có câu hỏi nào.", returncode=2)
    return judged, bad


def _bar(words: str, total: int | None) -> tqdm[Any]:
    return tqdm(desc=words, total=total, leave=False, disable=not sys.stderr.isatty(), file=sys.stderr)


@contextmanager
def _progress(words: str) -> Iterator[Progress]:
    with _bar(words, None) as bar:

        def advance(done: int, total: int | None) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield advance


def _titles(engine: Engine, missed: Sequence[Outcome]) -> dict[str, str]:
    wanted = dict.fromkeys(DocumentId(KIND, outcome.first) for outcome in missed if outcome.first)
    return {document.id.key: document.title for document in engine.fetch(wanted)}


def _cells(one: Figures) -> str:
    values = (one["success@1"], one["success@5"], one["ndcg@10"])
    return "".join(
        "  " + f"{value:.3f}".replace(".", ",").rjust(len(heading))
        for value, heading in zip(values, HEADINGS, strict=True)
    )
