"""Who may see and do what in inspection rounds.

The council conducts rounds: whoever holds `procedures.change_inspectionround`, which administrators and the curators of
the Department of Home Affairs (Sở Nội vụ, standing body of the appraisal council) do. Inspectors (Hội đồng thẩm định) see
the units assigned to them, only as long as they are of that group and don't work there. Staff of a unit see their own
unit's part once it
was sent; of a unit that has ended, the staff of its successors. Controllers, whose own work a round also judges, have no
part in it. What one may not see does not exist: 404.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from home.models import Unit
from home.permissions import current_roles
from procedures.models import InspectedUnit, InspectionFile, InspectionRound, RoundState

CONDUCT = "procedures.change_inspectionround"
INSPECT = "procedures.change_inspectionitem"
EXPLAIN = "procedures.add_explanation"

NOTHING = Q(pk__in=[])


def is_council(user: Any) -> bool:
    return bool(user.is_active and user.has_perm(CONDUCT))


def may_inspect(user: Any) -> bool:
    return bool(user.is_active and user.has_perm(INSPECT))


def assigned_to(user: Any) -> Q:
    """Opened rounds only: before, there is nothing to inspect and the seed is not for everybody's eyes."""
    if not may_inspect(user):
        return NOTHING
    return Q(inspectors=user) & ~Q(round__state=RoundState.PREPARING) & ~_where_they_work(user)


def _where_they_work(user: Any) -> Q:
    """Nobody inspects the unit they work in (or the one it carries on), also where they joined it after the assignment."""
    units = list(current_roles(user))
    if not units:
        return NOTHING
    return Q(unit__in=units) | _carried_on_by(units)


def _carried_on_by(units: list[int]) -> Q:
    ended = Unit.objects.filter(active_until__lt=timezone.localdate(), successors__in=units)
    return Q(unit__in=ended.order_by().values("pk"))


def own_sent(user: Any) -> Q:
    """Of this person's units, as what was sent to them."""
    if not user.is_active or not user.has_perm(EXPLAIN):
        return NOTHING
    units = list(current_roles(user))
    if not units:
        return NOTHING
    return (Q(unit__in=units) | _carried_on_by(units)) & Q(sent_at__isnull=False)


def visible_inspected(user: Any) -> models.QuerySet[InspectedUnit]:
    """Units of rounds that this person may look at."""
    rows = InspectedUnit.objects.all()
    if is_council(user):
        return rows
    # A condition over many-to-many relations would repeat rows.
    seen = InspectedUnit.objects.filter(assigned_to(user) | own_sent(user)).values("pk")
    return rows.filter(pk__in=seen)


def visible_rounds(user: Any) -> models.QuerySet[InspectionRound]:
    """Rounds whose own page this person may open: the council all, inspectors those with a unit of theirs."""
    rounds = InspectionRound.objects.all()
    if is_council(user):
        return rounds
    if not may_inspect(user):
        return rounds.none()
    return rounds.filter(pk__in=InspectedUnit.objects.filter(assigned_to(user)).values("round"))


def visible_files(user: Any) -> models.QuerySet[InspectionFile]:
    return InspectionFile.objects.filter(inspected__in=visible_inspected(user))


def takes_part(user: Any) -> bool:
    """Whether the menu shows rounds to this person."""
    return is_council(user) or may_inspect(user) or InspectedUnit.objects.filter(own_sent(user)).exists()


@dataclass(frozen=True, slots=True)
class InspectedRights:
    """What a person may do with one unit of a round."""

    conducts: bool
    inspects: bool
    explains: bool

    @property
    def sees_all(self) -> bool:
        """The council's and the inspectors' side."""
        return self.conducts or self.inspects


def rights_on(user: Any, inspected: InspectedUnit) -> InspectedRights:
    assigned = InspectedUnit.objects.filter(assigned_to(user), pk=inspected.pk).exists()
    own = InspectedUnit.objects.filter(own_sent(user), pk=inspected.pk).exists()
    return InspectedRights(conducts=is_council(user), inspects=assigned, explains=own)
