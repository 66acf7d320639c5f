from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from home.unit_csv import read_units_csv
from home.unit_import import import_unit_records


class Command(BaseCommand):
    help = "Units from CSV: the portal's own shape, the list of communes, or the old-to-new table."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="+")
        parser.add_argument("--dry-run", action="store_true")

    def handle(self, *args: Any, file: list[str], dry_run: bool, **options: Any) -> None:
        refused = 0
        for path in file:
            try:
                result = read_units_csv(path)
            except OSError as error:
                raise CommandError(f"Không đọc được {path}: {error.strerror}", returncode=2) from error
            report = import_unit_records(result.records, dry_run=dry_run)
            problems = [*map(str, result.problems), *report.problems]
            for problem in problems:
                self.stderr.write(problem)
            refused += len(problems)
            self.stdout.write(
                f"{path}: {len(report.created)} mới, {len(report.changed)} thay đổi, {report.unchanged} giữ nguyên, "
                f"{len(problems)} chỗ không nhận."
            )
        if refused:
            raise SystemExit(1)
