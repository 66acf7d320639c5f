"""What the screens of rounds show: units of a round with how far each has come. A fixed number of queries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Count, Q

from home.models import Membership
from home.vietnamese_order import vietnamese_key
from procedures.inspections.concluding import reckonings
from procedures.inspections.finding_words import kind_label
from procedures.inspections.points import Reckoning
from procedures.models import Explanation, InspectedUnit, InspectionItem, InspectionRound, Verdict


def person_name(user: Any) -> str:
    return (user.get_full_name() or user.get_username()) if user is not None else ""


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit in the table of a round."""

    inspected: InspectedUnit
    inspectors: tuple[str, ...]
    insiders: tuple[str, ...] = ()
    """Those of the inspectors who joined the unit since: they can't inspect it any more."""
    items: int = 0
    judged: int = 0
    failed: int = 0
    explanations: int = 0
    unanswered: int = 0
    reckoning: Reckoning | None = None

    @property
    def name(self) -> str:
        return self.inspected.unit.name

    @property
    def is_checked(self) -> bool:
        return self.judged == self.items

    @property
    def differs(self) -> bool:
        """The council's points are other ones than the reckoned."""
        final = self.inspected.final_points
        return final is not None and self.reckoning is not None and final != self.reckoning.proposed


def unit_lines(rows: models.QuerySet[InspectedUnit]) -> list[UnitLine]:
    """Departments first, then communes, each in the order of their names."""
    held = list(rows.defer("frozen").select_related("unit").prefetch_related("inspectors"))
    keys = [row.pk for row in held]
    counts = {
        line["inspected"]: line
        for line in InspectionItem.objects.filter(inspected__in=keys)
        .order_by()
        .values("inspected")
        .annotate(
            items=Count("pk"),
            judged=Count("pk", filter=~Q(verdict="")),
            failed=Count("pk", filter=Q(verdict=Verdict.FAILED)),
        )
    }
    explained = {
        line["inspected"]: line
        for line in Explanation.objects.filter(inspected__in=keys)
        .order_by()
        .values("inspected")
        .annotate(explanations=Count("pk"), unanswered=Count("pk", filter=Q(accepted=None)))
    }
    reckoned = reckonings(held)
    working = set(
        Membership.objects.current()
        .filter(unit__in=[row.unit_id for row in held])
        .values_list("unit", "user")
    )
    lines = []
    for row in held:
        numbers: dict[str, Any] = {**counts.get(row.pk, {}), **explained.get(row.pk, {})}
        numbers.pop("inspected", None)
        people = sorted(person_name(person) for person in row.inspectors.all())
        inside = sorted(
            person_name(person) for person in row.inspectors.all() if (row.unit_id, person.pk) in working
        )
        lines.append(UnitLine(row, tuple(people), tuple(inside), reckoning=reckoned.get(row.pk), **numbers))
    return sorted(lines, key=lambda line: (line.inspected.unit.is_commune, vietnamese_key(line.name)))


@dataclass(frozen=True, slots=True)
class RoundLine:
    """One round in the list of rounds."""

    round: InspectionRound
    units: int
    sent: int


def with_counts(rounds: models.QuerySet[InspectionRound]) -> models.QuerySet[Any]:
    """In the model's order, which counting would drop."""
    counted = rounds.select_related("scheme").annotate(
        unit_count=Count("units"), sent_count=Count("units", filter=Q(units__sent_at__isnull=False))
    )
    return counted.order_by("-as_of", "-pk")


def round_lines(rounds: Iterable[Any]) -> list[RoundLine]:
    """Of rounds `with_counts`."""
    return [RoundLine(row, row.unit_count, row.sent_count) for row in rounds]


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """Frozen findings of one kind."""

    kind: str
    label: Any
    findings: tuple[dict[str, Any], ...]
    cost: Decimal


def finding_groups(frozen: dict[str, Any]) -> list[FindingGroup]:
    """Frozen findings by kind, the most costly kind first."""
    by_kind: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for finding in frozen.get("findings", []):
        by_kind[finding["kind"]].append(finding)
    groups = [
        FindingGroup(
            kind,
            kind_label(kind),
            tuple(sorted(found, key=lambda row: (-Decimal(row["cost"]), row["code"]))),
            sum((Decimal(row["cost"]) for row in found), Decimal(0)),
        )
        for kind, found in by_kind.items()
    ]
    return sorted(groups, key=lambda group: (-group.cost, group.kind))


def verdict_counts(items: Iterable[InspectionItem]) -> Counter[str]:
    return Counter(item.verdict for item in items)
