"""By when units have to list what a decision announces: as it orders itself, else the default of the year's scheme."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from procedures.completeness.yearly_schemes import scheme_for
from procedures.decisions.proposal import Proposal

MAX_SOURCE = 300


@dataclass(frozen=True, slots=True)
class Deadline:
    """Working days from the day after signing, and the sentence or rule that says so."""

    days: int
    source: str
    is_ordered: bool = False


def listing_deadline(proposal: Proposal) -> Deadline:
    """The shortest of the tasks that order public listing at units. At most one query."""
    ordered = [(task.days, task) for task in proposal.tasks if task.orders_listing and task.days]
    if ordered:
        days, task = min(ordered, key=lambda pair: pair[0])
        said = ": ".join(filter(None, (task.article, task.sentence)))
        return Deadline(days, said[:MAX_SOURCE], is_ordered=True)
    chosen = scheme_for(proposal.signed_on)
    default = chosen.scheme.deadlines.list
    title = str(chosen.row) if chosen.row else _("Bộ tiêu chí mẫu")
    return Deadline(default.days, f"{title}: {default.source}"[:MAX_SOURCE])
