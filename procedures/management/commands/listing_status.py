from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from home.models import Unit
from home.unit_lookup import find_units
from procedures.listings.state import UnitListingState, unit_states

COLUMNS = {
    "code": "Mã",
    "name": "Đơn vị",
    "owed": "Phải niêm yết",
    "listed": "Đã niêm yết",
    "missing": "Còn thiếu",
    "late": "Quá hạn",
    "outdated": "Lỗi thời",
    "drafts": "Bản nháp",
    "withdrawn": "Đã gỡ",
}


def row_of(state: UnitListingState) -> dict[str, str | int]:
    return {
        "code": state.unit.code,
        "name": state.unit.name,
        "owed": len(state.owed),
        "listed": len(state.owed_and_listed),
        "missing": len(state.missing),
        "late": len(state.late),
        "outdated": len(state.outdated),
        "drafts": len(state.drafts),
        "withdrawn": len(state.withdrawn),
    }


class Command(BaseCommand):
    help = "What units owe and how they list it; one line a unit."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--unit", nargs="+", metavar="CODE", help="code, CODE@DATE or slug")
        parser.add_argument("--as-of", metavar="DATE", help="duties at the end of that day; default today")
        parser.add_argument("--format", choices=["table", "json", "csv"], default="table")

    def handle(self, *args: Any, unit: list[str] | None, as_of: str | None, **options: Any) -> None:
        try:
            day = date.fromisoformat(as_of) if as_of else timezone.localdate()
        except ValueError as error:
            raise CommandError(f"--as-of {as_of}: ngày phải có dạng 2026-03-31.", returncode=2) from error
        if unit:
            units, problems = find_units(unit)
            if problems:
                raise CommandError("\n".join(problems), returncode=2)
        else:
            units = list(Unit.objects.active(day).listing_units().order_by("name"))
        rows = [row_of(state) for state in unit_states(units, day)]
        {"table": self._table, "json": self._json, "csv": self._csv}[options["format"]](rows)

    def _table(self, rows: list[dict[str, str | int]]) -> None:
        shown: list[Mapping[str, str | int]] = [dict(COLUMNS), *rows]
        widths = {key: max(len(str(row[key])) for row in shown) for key in COLUMNS}
        for row in shown:
            cells = (
                str(value).ljust(widths[key]) if key in ("code", "name") else str(value).rjust(widths[key])
                for key, value in row.items()
            )
            self.stdout.write("  ".join(cells).rstrip())

    def _json(self, rows: list[dict[str, str | int]]) -> None:
        self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))

    def _csv(self, rows: list[dict[str, str | int]]) -> None:
        writer = csv.DictWriter(self.stdout, fieldnames=list(COLUMNS), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
