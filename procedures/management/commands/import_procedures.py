from __future__ import annotations

import sys
from typing import Any

from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from procedures.divergence.noting import Noting
from procedures.importing.bulk import ImportReport, MissingTree, import_records
from procedures.importing.files import Sources, UnusableFile, count_entries, open_sources
from procedures.importing.preview import Preview, preview_records
from procedures.importing.report import (
    detail_lines,
    difference_lines,
    preview_summary,
    refusal_lines,
    summary,
)


class Command(BaseCommand):
    help = (
        "The official catalogue from .jsonl, .jsonl.gz or .xlsx; a .csv among the files fills what is empty."
    )
    # Those of addresses and templates load every view and form of the admin: a second in which nothing is imported.
    requires_system_checks = (Tags.models,)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", nargs="+", help=".jsonl, .jsonl.gz, .xlsx; .csv, .csv.gz: only supplements"
        )
        mode = parser.add_mutually_exclusive_group()
        mode.add_argument(
            "--compare",
            action="store_true",
            help="only report what differs, part by part; the report is kept for the admin too",
        )
        mode.add_argument("--dry-run", action="store_true", help="import and take it all back")

    def handle(
        self, *args: Any, file: list[str], compare: bool, dry_run: bool, verbosity: int, **options: Any
    ) -> None:
        try:
            sources = open_sources(file)
            if compare:
                refused = self._compare(sources)
            else:
                refused = self._import(sources, dry_run=dry_run, everything=verbosity > 1)
        except (UnusableFile, MissingTree) as error:
            raise CommandError(str(error), returncode=2) from error
        if refused:
            raise SystemExit(1)

    def _compare(self, sources: Sources) -> int:
        with self._progress(sources) as bar:
            noting = Noting(", ".join(path.name for path in sources.paths))
            preview = preview_records(
                sources.records(),
                preview=Preview(refused=sources.refused),
                advance=bar.update,
                observe=noting,
            )
        for line in difference_lines(preview):
            self.stdout.write(line)
        for line in refusal_lines(preview):
            self.stderr.write(line)
        self.stdout.write(preview_summary(preview))
        self.stdout.write(f"{noting.found} phần khác chờ xử lý, {noting.gone} phần đã hết khác.")
        return len(preview.refused)

    def _import(self, sources: Sources, *, dry_run: bool, everything: bool) -> int:
        with self._progress(sources) as bar:
            report = import_records(
                sources.records(),
                report=ImportReport(refused=sources.refused, notes=sources.notes),
                dry_run=dry_run,
                advance=bar.update,
            )
        for line in refusal_lines(report):
            self.stderr.write(line)
        for line in detail_lines(report, everything=everything):
            self.stdout.write(line)
        self.stdout.write(("Chạy thử, không ghi gì: " if dry_run else "") + summary(report))
        return len(report.refused)

    def _progress(self, sources: Sources) -> Any:
        shown = sys.stderr.isatty()
        total = count_entries(sources.paths) if shown else None
        return tqdm(total=total, unit=" thủ tục", disable=not shown, file=sys.stderr)
