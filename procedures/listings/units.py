"""Whose listings a person works on: the same policy as everywhere, asked for units instead of listings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from home.models import Unit
from home.models.units import UnitQuerySet
from home.permissions import is_administrator, sees_everything, unit_ids_for
from procedures.listings.rights import LISTING_POLICY


def visible_units(user: Any) -> UnitQuerySet:
    """Units whose listings this person may look at."""
    if not LISTING_POLICY.user_has_permission(user, "view"):
        return Unit.objects.none()
    units = Unit.objects.all() if sees_everything(user) else LISTING_POLICY.units(user, "view")
    return units.listing_units()


@dataclass(frozen=True, slots=True)
class ListingRights:
    """What a person may do with one unit's listings on the screens of "Niêm yết"."""

    list: bool
    """List with official text and the unit's defaults; confirm."""
    approve: bool
    """Withdraw, list again, publish the unit's own words."""

    @property
    def any(self) -> bool:
        return self.list or self.approve


def rights_in(user: Any, unit: Unit) -> ListingRights:
    def may(action: str) -> bool:
        return LISTING_POLICY.user_has_permission(user, action) and (
            is_administrator(user) or unit.pk in unit_ids_for(user, LISTING_POLICY.grants[action])
        )

    approve = may("publish")
    return ListingRights(list=approve or may("list"), approve=approve)
