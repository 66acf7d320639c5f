"""`manage.py export_evidence UNIT --as-of DATE --to DIR`"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from home.unit_lookup import find_units
from procedures.ledger.clock import now
from procedures.ledger.evidence import NoLedger, gather_evidence, write_evidence


class Command(BaseCommand):
    help = "Trích sổ niêm yết của một đơn vị vào một thư mục, kèm chương trình kiểm tra verify.py."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("unit", metavar="UNIT", help="code, CODE@DATE or slug")
        parser.add_argument(
            "--as-of",
            type=date.fromisoformat,
            metavar="DATE",
            help="YYYY-MM-DD, a day that is over; default yesterday",
        )
        parser.add_argument("--to", type=Path, required=True, metavar="DIR")

    def handle(self, *args: Any, unit: str, as_of: date | None, to: Path, **options: Any) -> None:
        units, problems = find_units([unit])
        if problems:
            raise CommandError("\n".join(problems), returncode=2)
        if to.exists() and (not to.is_dir() or any(to.iterdir())):
            raise CommandError(f"Thư mục {to} không trống.", returncode=2)
        today = timezone.localdate(now())
        day = as_of or today - timedelta(days=1)
        if day > today:
            raise CommandError("Ngày này chưa đến.", returncode=2)
        if day == today:
            raise CommandError(
                "Ngày hôm nay chưa hết: bản trích chỉ lập cho ngày đã qua, khi sổ của ngày không đổi nữa.",
                returncode=2,
            )
        try:
            evidence = gather_evidence(units[0], day)
        except NoLedger as error:
            raise CommandError("Chưa có sổ niêm yết.", returncode=1) from error
        write_evidence(evidence, to)
        shown = evidence.shown
        state = (
            f"{len(shown.items)} thủ tục đang niêm yết" if shown.sequence else "ngày này chưa có sổ niêm yết"
        )
        self.stdout.write(
            f"{units[0].name}, cuối ngày {day:%d/%m/%Y}: {state}. {evidence.sequence} mục, mã gốc {evidence.root}. "
            f"Kiểm tra: python3 {to / 'verify.py'}"
        )
