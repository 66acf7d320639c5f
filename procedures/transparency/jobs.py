"""Every night each closed day is measured."""

from __future__ import annotations

from datetime import time

from django.utils.translation import gettext_lazy as _

from home.jobs import scheduled
from procedures.transparency.measuring import days_to_measure, measure


@scheduled("measure_units", label=_("Đo mức độ niêm yết của từng đơn vị"), at=time(0, 30))
def measure_units() -> str:
    """Day by day, each whole by itself: what a killed run left is made up by the next."""
    days = days_to_measure()
    units = [measure(day) for day in days]
    return str(_("%(days)d ngày, %(units)d đơn vị.") % {"days": len(days), "units": max(units, default=0)})
