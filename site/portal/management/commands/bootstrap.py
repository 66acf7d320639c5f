from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.bootstrap import bootstrap, update_search
from portal.demo import load_demo, logins
from portal.demo_questions import lay_questions


class Command(BaseCommand):
    help = "Everything that a fresh database needs; safe to run again. --demo adds sample content and logins."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--demo", action="store_true", help="sample content and logins; refused in production"
        )

    def handle(self, *args: Any, demo: bool, **options: Any) -> None:
        if demo and not settings.PORTAL_DEMO:
            raise CommandError(
                "--demo writes logins with known passwords: set PORTAL_DEMO=1 (production settings refuse it).",
                returncode=2,
            )
        bootstrap(say=self.stdout.write)
        if demo:
            load_demo(say=self.stdout.write, catalogue=not settings.PORTAL_REAL_DATA)
        update_search(say=self.stdout.write)
        if demo:
            # After the index: each question is counted with what the search answers to it.
            if not settings.PORTAL_REAL_DATA and (asked := lay_questions()):
                self.stdout.write(f"Câu hỏi mẫu cho người chăm sóc tìm kiếm: {asked} lượt.")
            for line in logins():
                self.stdout.write(line)
