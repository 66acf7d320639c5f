"""Boards on the first page of the admin: of a unit's people their unit's, of the controller the province's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import NoReverseMatch, reverse
from wagtail.admin.ui.components import Component

from home.models import Unit
from procedures.boards.tasks import tasks
from procedures.boards.unit_board import board_url, unit_board
from procedures.completeness.reports import UnitReport, unit_reports
from procedures.listings.opening import opening_decision
from procedures.listings.rights import LISTING_POLICY
from procedures.listings.units import rights_in

MOST_UNITS = 6
"""With more, the list of units is the better way."""


def work_units(user: Any) -> list[Unit]:
    """Units for which this person lists; one more than are shown, to know that there are more."""
    units = LISTING_POLICY.units(user, "list").active().listing_units().order_by("name")
    return list(units[: MOST_UNITS + 1])


def board_context(user: Any, unit: Unit | None = None) -> dict[str, Any]:
    """The board of `unit`, else of the one of the person's units that loses most; and the way to the others."""
    own = work_units(user)
    more = len(own) > MOST_UNITS
    own = own[:MOST_UNITS]
    asked = own if unit is None else ([*own] if unit in own and len(own) > 1 else [unit])
    reports = unit_reports(asked)
    if not reports:
        return {"board": None, "units": [], "more": more}
    chosen = next((r for r in reports if r.unit == unit), None) or max(reports, key=lambda r: r.score.lost)
    return {
        "board": unit_board(chosen, rights_in(user, chosen.unit)),
        "units": _switch(reports, chosen),
        "more": more,
        "opening": bool(chosen.duties) or opening_decision() is not None,
        "compare_url": transparency_url(),
    }


def _switch(reports: Sequence[UnitReport], chosen: UnitReport) -> list[dict[str, Any]]:
    return [
        {
            "name": report.unit.label,
            "url": board_url(report.unit),
            "count": sum(task.count for task in tasks(report.findings)),
            "current": report.unit == chosen.unit,
        }
        for report in reports
    ]


def transparency_url() -> str:
    try:
        return reverse("transparency")
    except NoReverseMatch:
        return ""


class UnitBoardPanel(Component):
    """Of those who work for units."""

    name = "unit_board"
    template_name = "procedures/admin/board_home_unit.html"
    order = 50

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return board_context(parent_context["request"].user)
