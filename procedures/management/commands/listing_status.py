from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from home.models import Unit
from home.unit_lookup import find_units
from procedures.completeness.reports import UnitReport, unit_reports
from procedures.completeness.words import describe, load_context

COLUMNS = {
    "code": "Mã",
    "name": "Đơn vị",
    "owed": "Phải niêm yết",
    "listed": "Đã niêm yết",
    "missing": "Còn thiếu",
    "late": "Quá hạn",
    "outdated": "Nội dung đã cũ",
    "should_be_gone": "Phải gỡ",
    "lacking": "Thiếu thông tin",
    "drafts": "Bản nháp",
    "withdrawn": "Đã gỡ",
    "points": "Điểm",
    "possible": "Có thể đạt",
    "maximum": "Tối đa",
    "note": "Ghi chú",
}
WORDS = ("code", "name", "note")
NO_LEDGER = "chưa có sổ niêm yết"
EXAMPLE = "bộ tiêu chí mẫu"

Cell = str | int | Decimal | None
Row = dict[str, Cell]


def row_of(report: UnitReport) -> Row:
    """A cell is None where nobody knows: before the ledger nothing says what was public."""
    row: Row = {"code": report.unit.code, "name": report.unit.name, "owed": len(report.duties)}
    if report.no_ledger:
        return row | dict.fromkeys(list(COLUMNS)[3:-1]) | {"note": NO_LEDGER}
    score = report.score
    return row | {
        "listed": score.listed,
        "missing": score.owed - score.listed,
        "late": score.late,
        "outdated": score.outdated,
        "should_be_gone": score.should_be_gone,
        "lacking": score.lacking,
        "drafts": sum(1 for listed in report.listed.values() if listed.draft),
        "withdrawn": sum(1 for listed in report.listed.values() if listed.withdrawn),
        "points": score.points,
        "possible": score.possible,
        "maximum": score.maximum,
        "note": EXAMPLE if report.is_example else "",
    }


def findings_of(report: UnitReport) -> list[dict[str, Any]]:
    context = load_context(report.findings, report.as_of)
    told = []
    for finding in report.findings:
        named = context.procedures.get(finding.procedure or 0)
        words = describe(finding, context)
        told.append(
            {
                "kind": finding.kind.value,
                "procedure": named.code if named else "",
                "title": words.title,
                "why": words.why,
                "since": finding.since.isoformat(),
                "due": finding.due.isoformat() if finding.due else None,
                "overdue": finding.overdue,
                "details": list(finding.details),
                "cost": float(round(finding.cost, 6)),
                "gain": float(round(finding.gain, 6)),
            }
        )
    return told


class Command(BaseCommand):
    help = "What units owe, how they list it, what is lacking and what it costs; one line a unit."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--unit", nargs="+", metavar="CODE", help="code, CODE@DATE or slug")
        parser.add_argument("--as-of", metavar="DATE", help="the state at the end of that day; default today")
        parser.add_argument(
            "--format",
            choices=["table", "json", "csv"],
            default="table",
            help="json of single units also tells every finding",
        )

    def handle(self, *args: Any, unit: list[str] | None, as_of: str | None, **options: Any) -> None:
        try:
            day = date.fromisoformat(as_of) if as_of else timezone.localdate()
        except ValueError as error:
            raise CommandError(f"--as-of {as_of}: ngày phải có dạng 2026-03-31.", returncode=2) from error
        if day > timezone.localdate():
            raise CommandError("Ngày này chưa đến.", returncode=2)
        if unit:
            units, problems = find_units(unit)
            if problems:
                raise CommandError("\n".join(problems), returncode=2)
        else:
            units = list(Unit.objects.active(day).listing_units().order_by("name"))
        reports = unit_reports(units, day)
        if any(report.no_ledger for report in reports):
            self.stderr.write(
                f"Sổ niêm yết chưa mở vào ngày {day:%d/%m/%Y}: không có gì chứng minh khi đó đơn vị đã niêm yết những gì."
            )
        match options["format"]:
            case "json":
                self._json(reports, with_findings=bool(unit))
            case "csv":
                self._csv([row_of(report) for report in reports])
            case _:
                self._table([row_of(report) for report in reports])

    def _table(self, rows: Sequence[Row]) -> None:
        shown = [dict(COLUMNS), *({key: _shown(value) for key, value in row.items()} for row in rows)]
        widths = {key: max(len(row[key]) for row in shown) for key in COLUMNS}
        for row in shown:
            cells = (
                row[key].ljust(widths[key]) if key in WORDS else row[key].rjust(widths[key])
                for key in COLUMNS
            )
            self.stdout.write("  ".join(cells).rstrip())

    def _json(self, reports: Sequence[UnitReport], *, with_findings: bool) -> None:
        told: list[Mapping[str, Any]] = []
        for report in reports:
            row: dict[str, Any] = {
                key: float(value) if isinstance(value, Decimal) else value
                for key, value in row_of(report).items()
            }
            row |= {"as_of": report.as_of.isoformat(), "no_ledger": report.no_ledger}
            if with_findings:
                row["findings"] = findings_of(report)
            told.append(row)
        self.stdout.write(json.dumps(told, ensure_ascii=False, indent=1))

    def _csv(self, rows: Sequence[Row]) -> None:
        writer = csv.DictWriter(self.stdout, fieldnames=list(COLUMNS), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _shown(value: Cell) -> str:
    if value is None:
        return "–"
    return str(value).replace(".", ",") if isinstance(value, Decimal) else str(value)
