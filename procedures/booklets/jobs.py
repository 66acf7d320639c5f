"""Scheduled: booklets follow what the units list."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from home.jobs import scheduled
from home.models import Unit
from procedures.booklets.making import refresh_all


@scheduled("booklets", label=gettext_lazy("Sổ tay niêm yết"), every=timedelta(hours=1))
def booklets() -> str:
    """Only looks; the background tasks that it asks for do the work."""
    units = Unit.objects.active().listing_units().filter(listings__live=True).distinct().order_by("pk")
    return _("Lập lại sổ tay của %(number)s đơn vị.") % {"number": refresh_all(units)}
