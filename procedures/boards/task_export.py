"""What a unit has to do as a workbook: one row a finding. Cells are text, never formulas."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from procedures.boards.figures import full_day
from procedures.boards.item_list import why_of
from procedures.boards.naming import Names
from procedures.boards.tasks import TaskKind, task_kind
from procedures.completeness.reports import UnitReport

WIDTHS = (14, 16, 70, 26, 60, 14, 12)


def tasks_workbook(report: UnitReport, names: Names) -> bytes:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(_("Việc cần làm"))
    for column, width in zip("ABCDEFG", WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A2"

    def text(value: str, *, bold: bool = False) -> Any:
        cell = WriteOnlyCell(sheet, value=value)
        # "=…" in a name stays a name.
        cell.data_type = "s"
        if bold:
            cell.font = Font(bold=True)
        return cell

    heads = (_("Việc"), _("Mã"), _("Thủ tục"), _("Lĩnh vực"), _("Vì sao"), _("Hạn"), _("Điểm đang mất"))
    sheet.append([text(head, bold=True) for head in heads])
    labels = kind_labels()
    for finding in report.findings:
        if not finding.is_units or (named := names.of(finding)) is None:
            continue
        row = [labels[task_kind(finding)], named.code, named.title, named.subject, why_of(finding, names)]
        due = full_day(finding.due) if finding.due else ""
        sheet.append([*(text(value) for value in row), text(due), float(finding.cost)])
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


def kind_labels() -> dict[TaskKind, str]:
    return {
        TaskKind.LATE: _("Quá hạn"),
        TaskKind.MISSING: _("Còn hạn"),
        TaskKind.RELIST: _("Đã gỡ"),
        TaskKind.OUTDATED: _("Đã cũ"),
        TaskKind.GONE: _("Phải gỡ"),
        TaskKind.DETAILS: _("Thiếu nơi nộp"),
    }
