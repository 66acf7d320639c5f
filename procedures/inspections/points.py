"""How the council's points follow from the computed ones. Pure: no Django."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

HUNDREDTH = Decimal("0.01")
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Reckoning:
    """From the computed points to those that the verdicts and the accepted explanations lead to."""

    computed: Decimal
    maximum: Decimal
    deducted: Decimal = ZERO
    """By all items that failed, as the report lists them."""
    restored: Decimal = ZERO
    """By accepted explanations: deductions of items and cost of findings."""

    @property
    def proposed(self) -> Decimal:
        """Never below nothing, never above all points of the scheme."""
        return min(max(self.computed - self.deducted + self.restored, ZERO), self.maximum).quantize(
            HUNDREDTH, ROUND_HALF_UP
        )


def reckon(
    computed: Decimal, maximum: Decimal, deductions: Iterable[Decimal], restored: Iterable[Decimal]
) -> Reckoning:
    return Reckoning(computed, maximum, sum(deductions, ZERO), sum(restored, ZERO))


def ranks(points: Sequence[Decimal]) -> list[int]:
    """Places of points, best first: the same points share a place, and the next one counts them all (1, 2, 2, 4)."""
    order = sorted(points, reverse=True)
    return [order.index(value) + 1 for value in points]
