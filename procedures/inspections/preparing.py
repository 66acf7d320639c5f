"""Before a round opens: what is checked, which units, who inspects them."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from home.enums import PortalGroup
from home.models import Membership, Unit
from procedures.inspections.steps import StepRefused, locked_round, log_step, require
from procedures.models import InspectedUnit, InspectionRound, RoundState

FIELDS = (
    "title",
    "year",
    "scheme",
    "as_of",
    "sample_size",
    "seed",
    "authority",
    "council",
    "place",
)
"""What may be set, as long as the round is being prepared."""


def new_seed() -> str:
    """A seed that nobody could have chosen for its sample."""
    return secrets.token_hex(8)


def save_round(
    *, values: dict[str, Any], units: Iterable[Unit], user: Any, round_: InspectionRound | None = None
) -> InspectionRound:
    """Makes a round, or changes one that is being prepared. Units that are no longer named leave it."""
    with transaction.atomic():
        if round_ is None:
            saved = InspectionRound(created_by=user)
        else:
            saved = locked_round(round_.pk)
            require(saved, RoundState.PREPARING)
        for name in FIELDS:
            if name in values:
                setattr(saved, name, values[name])
        saved.seed = saved.seed or new_seed()
        saved.save()
        chosen = {unit.pk for unit in units}
        saved.units.exclude(unit__in=chosen).delete()
        held = set(saved.units.values_list("unit_id", flat=True))
        InspectedUnit.objects.bulk_create(
            InspectedUnit(round=saved, unit_id=pk) for pk in sorted(chosen - held)
        )
        log_step(
            saved,
            "edit" if round_ else "create",
            user,
            as_of=saved.as_of,
            scheme=saved.scheme_id,
            sample_size=saved.sample_size,
            seed=saved.seed,
            units=sorted(unit.slug for unit in units),
        )
    return saved


def possible_inspectors() -> models.QuerySet[Any]:
    """People who may be given units: of the council's groups, with an active account."""
    return (
        get_user_model()
        .objects.filter(is_active=True)
        .filter(
            groups__name__in=[
                PortalGroup.INSPECTOR.value,
                PortalGroup.CURATOR.value,
                PortalGroup.ADMINISTRATOR.value,
            ]
        )
        .distinct()
        .order_by("last_name", "first_name", "pk")
    )


def assign_inspectors(
    *,
    round_: InspectionRound,
    inspected: Iterable[InspectedUnit],
    people: Iterable[Any],
    user: Any,
    give: bool = True,
) -> int:
    """Gives units to people, or takes them away; how many pairs changed. Nobody inspects a unit that they work in."""
    with transaction.atomic():
        held = locked_round(round_.pk)
        require(held, RoundState.PREPARING, RoundState.OPEN, RoundState.EXPLAINING)
        rows = list(held.units.filter(pk__in=[row.pk for row in inspected]).select_related("unit"))
        allowed = list(possible_inspectors().filter(pk__in=[person.pk for person in people]))
        if give:
            _refuse_own_units(rows, allowed)
        pairs = {
            (link.inspectedunit_id, link.user_id)
            for link in InspectedUnit.inspectors.through.objects.filter(inspectedunit__in=rows)
        }
        wanted = {(row.pk, person.pk) for row in rows for person in allowed}
        changed = wanted - pairs if give else wanted & pairs
        through = InspectedUnit.inspectors.through
        if give:
            through.objects.bulk_create(
                through(inspectedunit_id=row, user_id=person) for row, person in sorted(changed)
            )
        elif changed:
            condition = Q(pk__in=[])
            for row in rows:
                people_here = [person for pk, person in changed if pk == row.pk]
                condition |= Q(inspectedunit=row, user__in=people_here)
            through.objects.filter(condition).delete()
        if changed:
            log_step(
                held,
                "assign" if give else "unassign",
                user,
                units=sorted({row.unit.slug for row in rows if any(pk == row.pk for pk, _p in changed)}),
                people=sorted({person.get_username() for person in allowed}),
            )
    return len(changed)


def _refuse_own_units(rows: list[InspectedUnit], people: list[Any]) -> None:
    own = (
        Membership.objects.current()
        .filter(unit__in=[row.unit_id for row in rows], user__in=people)
        .select_related("unit", "user")
        .first()
    )
    if own is not None:
        raise StepRefused(
            _("%(person)s đang làm việc ở %(unit)s nên không kiểm tra đơn vị này.")
            % {"person": own.person_name, "unit": own.unit.name}
        )
