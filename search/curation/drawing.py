"""Charts of the curator's page as attributes of SVG: no inline style, so that the strict policy stays. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

LEAST: Final = 1.5
"""Height of the smallest bar: one question among thousands is still seen."""


@dataclass(frozen=True, slots=True)
class Bar:
    x: str
    width: str
    y: str
    height: str
    lower_y: str
    lower_height: str
    """The part at the foot: questions without an answer."""


@dataclass(frozen=True, slots=True)
class Bars:
    width: int
    height: int
    bars: tuple[Bar, ...]
    top: int
    """What the upper edge stands for."""


def bars(values: Sequence[tuple[int, int]], *, width: int = 720, height: int = 160) -> Bars:
    """(whole, part of it at the foot) from left to right; from zero, up to a round number."""
    top = round_top(max((whole for whole, _part in values), default=0))
    step = width / max(len(values), 1)
    gap = min(2.0, step * 0.2)
    return Bars(
        width,
        height,
        tuple(
            Bar(
                _short(number * step + gap / 2),
                _short(step - gap),
                *_box(whole, top, height),
                *_box(min(part, whole), top, height),
            )
            for number, (whole, part) in enumerate(values)
        ),
        top,
    )


def _box(value: int, top: int, height: int) -> tuple[str, str]:
    tall = max(height * value / top, LEAST) if value else 0.0
    return _short(height - tall), _short(tall)


def round_top(highest: int) -> int:
    """The next of 5, 10, 20, 50, 100 … that is not below."""
    size = 1
    while True:
        for step in (5, 10, 20):
            if highest <= step * size:
                return step * size
        size *= 10


@dataclass(frozen=True, slots=True)
class Spark:
    path: str
    end_x: str
    end_y: str


def spark(values: Sequence[int], *, width: int = 96, height: int = 24, margin: int = 3) -> Spark | None:
    """A line from zero; None where one point is no line."""
    if len(values) < 2:
        return None
    top = max(*values, 1)
    points = [
        (
            _short(margin + (width - 2 * margin) * number / (len(values) - 1)),
            _short(height - margin - (height - 2 * margin) * value / top),
        )
        for number, value in enumerate(values)
    ]
    return Spark("M" + "L".join(f"{x} {y}" for x, y in points), *points[-1])


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
