"""By when units have to list what a decision announces: as it orders itself, else the year's dated default."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from procedures.decisions.proposal import Proposal
from procedures.listings.opening import DUE_DAYS


@dataclass(frozen=True, slots=True)
class Deadline:
    """Working days from the day after signing, and the sentence or rule that says so."""

    days: int
    source: str


def listing_deadline(proposal: Proposal) -> Deadline:
    """The shortest of the tasks that order public listing at units."""
    ordered = [task for task in proposal.tasks if task.orders_listing and task.days]
    if ordered:
        task = min(ordered, key=lambda t: t.days or 0)
        return Deadline(task.days or DUE_DAYS, ": ".join(filter(None, (task.article, task.sentence)))[:300])
    return Deadline(DUE_DAYS, _("Mặc định của cổng: %(n)s ngày làm việc.") % {"n": DUE_DAYS})
