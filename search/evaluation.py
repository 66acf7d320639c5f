"""How well the search answers: judged queries, and the figures that ranked answers earn. Pure.

A judged query is a row of a tab-separated file: stratum (a way of asking), the query as typed, the codes that answer it,
any of which is right at the first place. The figures are those of ir-measures (`Success@1`, `Success@5`, `nDCG@10` of
trec_eval), computed here: that package pulls numpy and scipy in (170 MB, no wheel for ARM), which a server need not carry
for thirty lines. A test holds both against each other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from statistics import fmean
from typing import Final, TypedDict

DEPTH: Final = 10
"""So many results of a query are judged."""
ALL: Final = "all"
"""The figures over every query: no stratum may be called so."""
COLUMNS: Final = ("stratum", "query", "codes")

_CODE = re.compile(r"\d\.\d{6}")


@dataclass(frozen=True, slots=True)
class Judged:
    line: int
    stratum: str
    query: str
    codes: tuple[str, ...]
    """In normal form ("1.004194"), each once; any of them answers."""


@dataclass(frozen=True, slots=True)
class BadRow:
    line: int
    field: str
    """Of COLUMNS."""
    reason: str
    """In Vietnamese, for whoever wrote the file."""


Figures = TypedDict("Figures", {"n": int, "success@1": float, "success@5": float, "ndcg@10": float})
"""As `search_eval --json` prints them."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the search answered to a judged query."""

    judged: Judged
    ranked: tuple[str, ...]
    """Codes, best first, at most DEPTH."""

    @property
    def first(self) -> str:
        return self.ranked[0] if self.ranked else ""

    def success(self, depth: int) -> bool:
        return any(code in self.judged.codes for code in self.ranked[:depth])

    def ndcg(self, depth: int) -> float:
        """Gain 1 for each right code, discounted by log2(place + 1), of what the best order would gain."""
        gained = sum(
            1 / log2(place + 1)
            for place, code in enumerate(self.ranked[:depth], 1)
            if code in self.judged.codes
        )
        best = sum(1 / log2(place + 1) for place in range(1, min(depth, len(self.judged.codes)) + 1))
        return gained / best


# Reading --------------------------------------------------------------------------------------------------------------


def read_queries(lines: Iterable[str]) -> tuple[list[Judged], list[BadRow]]:
    """Rows of a file without a heading (one is skipped); blank lines and those that begin with "#" say nothing."""
    judged: list[Judged] = []
    bad: list[BadRow] = []
    seen: dict[tuple[str, str], int] = {}
    for number, text in enumerate(lines, 1):
        line = unicodedata.normalize("NFC", text.rstrip("\r\n"))
        if number == 1:
            line = line.removeprefix("\ufeff")
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if number == 1 and tuple(cell.lower() for cell in cells) == COLUMNS:
            continue
        row = _row(number, cells)
        if isinstance(row, BadRow):
            bad.append(row)
        elif (first := seen.setdefault((row.stratum, row.query), number)) != number:
            bad.append(BadRow(number, "query", f"trùng với dòng {first}"))
        else:
            judged.append(row)
    return judged, bad


def _row(number: int, cells: Sequence[str]) -> Judged | BadRow:
    if len(cells) != len(COLUMNS):
        missing = COLUMNS[len(cells)] if len(cells) < len(COLUMNS) else COLUMNS[-1]
        return BadRow(number, missing, f"cần đúng 3 cột cách nhau bằng dấu tab, dòng này có {len(cells)}")
    stratum, query, codes = cells
    for field, value in zip(COLUMNS, cells, strict=True):
        if not value:
            return BadRow(number, field, "còn trống")
    if stratum == ALL:
        return BadRow(number, "stratum", f"“{ALL}” là tên dành cho số liệu chung")
    found = tuple(dict.fromkeys(code.strip() for code in codes.split(",") if code.strip()))
    if wrong := [code for code in found if not _CODE.fullmatch(code)]:
        return BadRow(number, "codes", f"“{wrong[0]}” không phải mã thủ tục (dạng 1.004194)")
    if not found:
        return BadRow(number, "codes", "còn trống")
    return Judged(number, stratum, query, found)


# Measuring ------------------------------------------------------------------------------------------------------------


def evaluate(
    judged: Iterable[Judged],
    rank: Callable[[str], Sequence[str]],
    *,
    advance: Callable[[], object] = lambda: None,
) -> list[Outcome]:
    """`rank` answers a query with codes, best first."""
    outcomes = []
    for one in judged:
        outcomes.append(Outcome(one, tuple(rank(one.query)[:DEPTH])))
        advance()
    return outcomes


def figures(outcomes: Sequence[Outcome]) -> dict[str, Figures]:
    """Per stratum, in the order in which the file names them, then over all of them; {} without queries."""
    strata: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        strata.setdefault(outcome.judged.stratum, []).append(outcome)
    if outcomes:
        strata[ALL] = list(outcomes)
    return {name: _figures(group) for name, group in strata.items()}


def _figures(group: Sequence[Outcome]) -> Figures:
    return {
        "n": len(group),
        "success@1": round(fmean(outcome.success(1) for outcome in group), 4),
        "success@5": round(fmean(outcome.success(5) for outcome in group), 4),
        "ndcg@10": round(fmean(outcome.ndcg(DEPTH) for outcome in group), 4),
    }


def misses(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Queries whose first result is wrong."""
    return [outcome for outcome in outcomes if not outcome.success(1)]


def same_first(one: Sequence[Outcome], other: Sequence[Outcome]) -> float:
    """Share of the queries to which two runs give the same first result; 1 without queries."""
    if not one:
        return 1.0
    return fmean(a.first == b.first for a, b in zip(one, other, strict=True))


def below(
    found: Mapping[str, Figures], floors: Mapping[str, Mapping[str, float]]
) -> list[tuple[str, str, float, float]]:
    """Figures that fall below their floor: stratum, measure, figure, floor. A stratum that is missing falls to 0."""
    lost = []
    for stratum, measures in floors.items():
        held: Mapping[str, object] = found.get(stratum, {})
        for measure, floor in measures.items():
            value = held.get(measure, 0.0)
            figure = float(value) if isinstance(value, int | float) else 0.0
            if figure < floor:
                lost.append((stratum, measure, figure, floor))
    return lost
