"""The table of competence as it stands in the database, for the pages that name who is competent."""

from __future__ import annotations

from procedures.competence.rules import CompetenceTable
from procedures.competence.table import current, facts_of

Loaded = tuple[CompetenceTable, dict[str, str]]

__all__ = ["Loaded", "facts_of", "load_table"]


def load_table() -> Loaded:
    """The table, units by slug, and the names of these units. One query; a table that did not change is not built anew."""
    loaded = current()
    return loaded.table, dict(loaded.unit_names)
