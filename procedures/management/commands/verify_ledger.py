"""`manage.py verify_ledger`: is the ledger intact, or which entry is the first that is not?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from procedures.ledger import triggers
from procedures.ledger.beside import unlike_ledger
from procedures.ledger.verifying import told, verify_ledger


class Command(BaseCommand):
    help = (
        "Kiểm tra toàn bộ sổ niêm yết: từng mục, từng nội dung, mã gốc từng ngày, khóa của cơ sở dữ liệu, và những gì sổ giữ mã: "
        "kết luận kiểm tra, số đo của ngày."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--goc", default="", metavar="HASH", help="mã gốc giữ ở ngoài, phải có trong sổ (64 chữ số hệ 16)"
        )
        parser.add_argument("--muc", type=int, metavar="N", help="số thứ tự mục của mã gốc ấy")

    def handle(self, *args: Any, goc: str = "", muc: int | None = None, **options: Any) -> None:
        if muc is not None and not goc:
            raise CommandError("--muc chỉ dùng cùng --goc.")
        verdict = verify_ledger(outside=goc.strip().lower(), at=muc)
        if not verdict.intact:
            raise CommandError(told(verdict))
        if lost := triggers.missing():
            raise CommandError(
                f"Cơ sở dữ liệu thiếu khóa của sổ niêm yết: {', '.join(lost)}. Hãy chạy migrate."
            )
        if other := unlike_ledger():
            raise CommandError("\n".join(other))
        self.stdout.write(f"Sổ niêm yết nguyên vẹn: {verdict.count} mục, mã gốc {verdict.root}.")
