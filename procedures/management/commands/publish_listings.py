from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from home.models import Unit
from home.unit_lookup import find_units
from procedures.listings.opening import opening_decision
from procedures.listings.work import list_missing


class Command(BaseCommand):
    help = "Lists everything that units owe and do not list yet, in bulk, with a log entry each."

    def add_arguments(self, parser: CommandParser) -> None:
        chosen = parser.add_mutually_exclusive_group(required=True)
        chosen.add_argument("--unit", nargs="+", metavar="CODE", help="code, CODE@DATE or slug")
        chosen.add_argument("--all", action="store_true", help="every active unit")
        parser.add_argument("--dry-run", action="store_true")

    def handle(self, *args: Any, unit: list[str] | None, dry_run: bool, **options: Any) -> None:
        if unit:
            units, problems = find_units(unit)
            if problems:
                raise CommandError("\n".join(problems), returncode=2)
        else:
            units = list(Unit.objects.active().listing_units().order_by("name"))
        if opening_decision() is None:
            raise CommandError(
                "Chưa xác nhận danh mục đầu kỳ: chưa đơn vị nào phải niêm yết gì.", returncode=1
            )
        with tqdm(total=len(units), unit="đơn vị", disable=not sys.stderr.isatty()) as bar:

            def advance(n: int) -> None:
                bar.update(n)

            run = list_missing(units, dry_run=dry_run, advance=advance)
        verb = "sẽ niêm yết" if dry_run else "đã niêm yết"
        self.stdout.write(f"{run.units} đơn vị, {verb} {run.listings} thủ tục, {run.seconds:.1f} giây.")
        if run.withdrawn:
            self.stdout.write(f"{run.withdrawn} thủ tục đã được gỡ có lý do: giữ nguyên.")
        if run.skipped:
            self.stderr.write(
                f"{run.skipped} thủ tục không niêm yết được (chưa công khai hoặc đã hết hiệu lực)."
            )
            raise SystemExit(1)
