"""The ring of a board as attributes of SVG circles: no inline style, so that the strict Content-Security-Policy stays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

GAP = 0.8
LEAST = 0.7
"""A single procedure of hundreds is still seen."""


@dataclass(frozen=True, slots=True)
class Arc:
    """One stroke of a circle whose circumference is 100."""

    tone: str
    dash: str
    offset: str


def ring(parts: Iterable[tuple[str, int]]) -> tuple[Arc, ...]:
    """Arcs for (tone, count) in this order, clockwise from the top. What counts nothing is not drawn."""
    there = [(tone, count) for tone, count in parts if count]
    total = sum(count for _tone, count in there)
    gap = GAP if len(there) > 1 else 0.0
    arcs: list[Arc] = []
    start = 0.0
    for tone, count in there:
        share = 100 * count / total
        length = max(share - gap, min(LEAST, share))
        arcs.append(Arc(tone, f"{length:.2f} {100 - length:.2f}", f"{(125 - start) % 100:.2f}"))
        start += share
    return tuple(arcs)
