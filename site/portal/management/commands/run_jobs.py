from __future__ import annotations

import signal
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.worker import PortalWorker


class Command(BaseCommand):
    help = "The worker beside the server: scheduled jobs and background tasks, until it is stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="run everything that is due, then end")

    def handle(self, *args: Any, once: bool, verbosity: int, **options: Any) -> None:
        worker = PortalWorker(say=self._say if once or verbosity > 1 else lambda _line: None, keep=not once)
        if once:
            if failed := worker.run_once():
                self.stderr.write(f"{failed} việc bị hỏng.")
                raise SystemExit(1)
            return

        def stop(_signal: int, _frame: FrameType | None) -> None:
            worker.stop()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        self.stdout.write(f"Bộ chạy việc {worker.name}: {len(worker.jobs)} việc theo lịch.")
        worker.run()
        self.stdout.write("Bộ chạy việc đã dừng.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
