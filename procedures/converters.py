"""URL converter of procedure codes: takes every way of writing one; views redirect to the canonical address."""

from __future__ import annotations


class ProcedureCodeConverter:
    regex = r"[0-9][0-9A-Za-z.\-]{4,39}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
