"""The first page of the admin: what waits for a unit's people, and for the controller of the province, with the next step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from wagtail.admin.ui.components import Component

from home.models import Unit
from procedures.completeness.loading import load_obligations
from procedures.listings.opening import opening_decision
from procedures.listings.rights import LISTING_POLICY
from procedures.listings.screen import Tab
from procedures.listings.state import UnitListingState, load_listings, unit_states
from procedures.listings.units import rights_in, visible_units
from procedures.models import ProcedurePage

MOST_UNITS = 6
"""With more the panel sends one to the list of units."""
PROVINCE_SECONDS = 120
"""How old the province's figures may be: they take a second at full size."""
PROVINCE_KEY = "admin-home-province"


@dataclass(frozen=True, slots=True)
class Step:
    words: str
    url: str
    is_late: bool = False


def unit_steps(state: UnitListingState, *, may_list: bool, may_relist: bool) -> list[Step]:
    """What this unit has to do next, the most urgent first; empty: nothing."""
    screen = reverse("unit_listings", args=[state.unit.slug])
    steps = []
    if never := len(state.never_listed):
        late = len(state.late & state.never_listed)
        words = (
            ngettext("Niêm yết %(n)s thủ tục còn thiếu", "Niêm yết %(n)s thủ tục còn thiếu", never)
            if may_list
            else ngettext("Xem %(n)s thủ tục còn thiếu", "Xem %(n)s thủ tục còn thiếu", never)
        ) % {"n": never}
        if late:
            words += gettext(", %(n)s đã quá hạn") % {"n": late}
        steps.append(Step(words, f"{screen}?loc={Tab.MISSING}", bool(late)))
    if outdated := len(state.outdated):
        words = gettext("Xác nhận lại %(n)s thủ tục có nội dung chính thức đã đổi") % {"n": outdated}
        steps.append(Step(words, f"{screen}?loc={Tab.OUTDATED}"))
    if (down := len(state.missing & state.withdrawn)) and may_relist:
        words = gettext("Xem lại %(n)s thủ tục phải niêm yết mà đã gỡ") % {"n": down}
        steps.append(Step(words, f"{screen}?loc={Tab.WITHDRAWN}"))
    return steps


class UnitWorkPanel(Component):
    """Of those who work for units: figures of each unit and the next step."""

    name = "unit_work"
    template_name = "procedures/admin/home_units.html"
    order = 50

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        user = parent_context["request"].user
        units = list(
            LISTING_POLICY.units(user, "view").active().listing_units().order_by("name")[: MOST_UNITS + 1]
        )
        work = []
        for state in unit_states(units[:MOST_UNITS]):
            rights = rights_in(user, state.unit)
            steps = unit_steps(state, may_list=rights.list, may_relist=rights.approve)
            work.append({"state": state, "steps": steps})
        return {"work": work, "more": len(units) > MOST_UNITS, "opening": opening_decision()}


class ProvinceWorkPanel(Component):
    """Of the controller: what keeps units from listing rightly."""

    name = "province_work"
    template_name = "procedures/admin/home_province.html"
    order = 50

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        user = parent_context["request"].user
        figures = cache.get(PROVINCE_KEY)
        if figures is None:
            figures = province_figures(list(visible_units(user).active()))
            cache.set(PROVINCE_KEY, figures, PROVINCE_SECONDS)
        return {
            "figures": figures,
            "opening": opening_decision(),
            "confirms": user.has_perm("procedures.add_announcementdecision"),
            "edits": user.has_perm("procedures.change_competence"),
        }


def province_figures(units: list[Unit]) -> dict[str, Any]:
    day = timezone.localdate()
    duties, listings = load_obligations(units, day), load_listings(units)
    states = [UnitListingState(unit, day, duties.of(unit.pk), listings[unit.pk]) for unit in units]
    waiting = Q(live=False) | Q(has_unpublished_changes=True)
    return {
        "units": len(states),
        "late_units": sum(bool(state.late) for state in states),
        "late": sum(len(state.late) for state in states),
        "missing": sum(len(state.missing) for state in states),
        "outdated": sum(len(state.outdated) for state in states),
        "unmapped": len(duties.unmapped) + len(duties.ownerless),
        "drafts": ProcedurePage.objects.filter(waiting).count(),
        "at": timezone.now(),
    }
