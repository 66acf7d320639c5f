"""`manage.py verify_ledger`: is the ledger intact, or which entry is the first that is not?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from procedures.ledger import triggers
from procedures.ledger.verifying import verify_ledger


class Command(BaseCommand):
    help = (
        "Kiểm tra toàn bộ sổ niêm yết: từng mục, từng nội dung, mã gốc từng ngày, và khóa của cơ sở dữ liệu."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = verify_ledger()
        if not verdict.intact:
            raise CommandError(
                f"Sổ niêm yết KHÔNG nguyên vẹn. Mục hỏng đầu tiên: {verdict.broken} ({verdict.reason})."
            )
        if lost := triggers.missing():
            raise CommandError(
                f"Cơ sở dữ liệu thiếu khóa của sổ niêm yết: {', '.join(lost)}. Hãy chạy migrate."
            )
        self.stdout.write(f"Sổ niêm yết nguyên vẹn: {verdict.count} mục, mã gốc {verdict.root}.")
