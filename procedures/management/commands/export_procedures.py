from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from procedures.importing.exporting import catalogue_records, count_pages
from procedures.sources.xlsx import write_template, write_xlsx


class Command(BaseCommand):
    help = "The whole catalogue as XLSX in several sheets, without loss; --template writes the empty form."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="where to write, .xlsx")
        parser.add_argument(
            "--template", action="store_true", help="no procedures, only the sheets to fill in"
        )

    def handle(self, *args: Any, file: str, template: bool, **options: Any) -> None:
        path = Path(file)
        if path.suffix.lower() != ".xlsx":
            raise CommandError(f"{path.name}: cần tên tệp .xlsx.", returncode=2)
        # Beside the goal and renamed at the end: an interrupted export leaves no half a file.
        partial = path.with_name(f".{path.name}.partial")
        try:
            if template:
                write_template(partial)
                said = "Đã ghi mẫu trống"
            else:
                shown = sys.stderr.isatty()
                count = count_pages()
                records = tqdm(
                    catalogue_records(), total=count, unit=" thủ tục", disable=not shown, file=sys.stderr
                )
                write_xlsx(records, partial)
                said = f"Đã ghi {count} thủ tục"
            partial.replace(path)
        except OSError as error:
            raise CommandError(f"Không ghi được {path}: {error.strerror}", returncode=2) from error
        finally:
            partial.unlink(missing_ok=True)
        self.stdout.write(f"{said} vào {path}.")
