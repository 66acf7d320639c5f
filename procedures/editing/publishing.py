"""Publishing a procedure from the admin: by the editor, on a schedule, out of a workflow or in bulk — one gate for all.

`ProcedurePage.publish` asks `ensure_publishable`. The official import doesn't: what the catalogue says is published as it
is, gaps shown (docs/decisions). It takes Wagtail's action itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from procedures.editing.requirements import Facts, Requirement, blocking, unmet
from procedures.enums import ProcedureState
from procedures.mapping import ABSENCE_FIELDS, PROCEDURE_PARTS, papers_without_file, part_is_entered

if TYPE_CHECKING:
    from procedures.models import ProcedurePage


class PublishRefused(Exception):
    """A procedure lacks what publishing needs. Nothing was changed."""

    def __init__(self, page: ProcedurePage, missing: list[Requirement]) -> None:
        super().__init__(f"{page.code}: " + " ".join(rule.message for rule in missing))
        self.page = page
        self.missing = missing


def facts_of(page: ProcedurePage, *, has_basis: bool | None = None) -> Facts:
    """Read from the page as it is in memory. `has_basis` replaces the page's own where a form holds the newer one."""
    entered = {part for part in PROCEDURE_PARTS if part != "basis" and part_is_entered(page, part)}
    if part_is_entered(page, "basis") if has_basis is None else has_basis:
        entered.add("basis")
    return Facts(
        entered=frozenset(entered),
        absences={part: value for part, name in ABSENCE_FIELDS.items() if (value := getattr(page, name))},
        online_level=page.online_level,
        online_reason=page.online_reason,
        national_url=page.national_url,
        has_subject=page.subject_id is not None,
        has_level=bool(page.levels),
        has_decision=bool(page.decision_number),
        has_purpose=bool(page.purpose),
        ended=page.state == ProcedureState.ENDED,
        end_explained=bool(page.end_reason or page.replaced_by_id),
        forms_without_file=papers_without_file(page),
    )


def unmet_requirements(page: ProcedurePage) -> list[Requirement]:
    return unmet(facts_of(page))


def ensure_publishable(page: ProcedurePage) -> None:
    """Raises PublishRefused."""
    if missing := blocking(facts_of(page)):
        raise PublishRefused(page, missing)
