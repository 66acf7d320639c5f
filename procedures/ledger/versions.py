"""Official versions of procedures: a number for each text that stood in force, with what changed and what is material."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from procedures.models import ProcedurePage, ProcedureVersion


def record_versions(
    pages: Sequence[ProcedurePage], *, user: Any = None, at: datetime | None = None
) -> list[ProcedureVersion]:
    """Versions and ledger entries of pages as they now stand in their rows (published, changed, ended, withdrawn).

    Call it inside the transaction that changed them; pages whose public text did not change make nothing. Columns
    `version` and `material_version` are written, in the database and on the objects given.
    """
    raise NotImplementedError


def mark_material(version: ProcedureVersion, sections: Iterable[str], user: Any) -> ProcedureVersion:
    """Which of the changed sections units have to confirm; raises ValueError for one that did not change."""
    raise NotImplementedError
