"""The catalogue as an XLSX workbook, in and out without loss. Pure: no Django.

`write_xlsx` and `read_xlsx` are inverse: reading what was written gives equal records (a test does it with
the whole national catalogue). `write_template` makes the empty form for people. The sheets are described in
`xlsx_layout`.
"""

from __future__ import annotations

from procedures.sources.xlsx_cells import NotAWorkbook
from procedures.sources.xlsx_reading import read_xlsx
from procedures.sources.xlsx_writing import write_template, write_xlsx

__all__ = ["NotAWorkbook", "read_xlsx", "write_template", "write_xlsx"]
