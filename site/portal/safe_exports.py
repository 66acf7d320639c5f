"""CSV of Wagtail's lists and reports without formulas: what somebody typed must stay text in a spreadsheet.

`=HYPERLINK(…)` as the title of a draft would else be run by the spreadsheet of the administrator who downloads a report.
Wagtail does this for XLSX itself, where a cell has a type.
"""

from __future__ import annotations

from typing import Any

from wagtail.admin.views.mixins import SpreadsheetExportMixin

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""The last four are the full-width forms, which some spreadsheets read as the plain ones."""


def as_text(value: Any) -> Any:
    """A leading apostrophe says "text" to spreadsheets; numbers stay numbers."""
    if isinstance(value, str) and value.lstrip(" ").startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def install() -> None:
    """Once, when the process starts: all of Wagtail's exports pass through this one method."""

    def write_csv_row(view: Any, writer: Any, row: dict[str, Any]) -> Any:
        return writer.writerow(
            {
                field: as_text(view.preprocess_field_value(field, value, view.FORMAT_CSV))
                for field, value in row.items()
            }
        )

    SpreadsheetExportMixin.write_csv_row = write_csv_row
