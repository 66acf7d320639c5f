"""What an entry of the vocabulary changes, seen before it is kept: for judged queries, and for what people ask most.

Every query is read with and without the entry (that takes no engine); only those that are understood differently are
searched both ways, and only those whose first results differ are told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from search import usage, vocabulary
from search.reading import read
from search.service import find
from search.vocabulary.reading import Vocabulary

JUDGED: Final = Path(__file__).parent / "judged.tsv"
"""The judged queries as they were when this version was made: the portal has no tests beside it where it runs."""
COMPARED: Final = 3
"""Results from the top that are compared."""
MOST_TOLD: Final = 40
"""More changes than these nobody reads; the others are counted."""


class Verdict(StrEnum):
    BETTER = "better"
    WORSE = "worse"
    FOUND = "found"
    """Nothing was found before; whether it is what was meant, only a person can tell."""
    OTHER = "other"
    """Different, and nobody has judged which is right."""


@dataclass(frozen=True, slots=True)
class Sample:
    text: str
    codes: tuple[str, ...] = ()
    """What answers it, where it was judged."""
    times: int = 0
    """How often it was asked, where it comes from people."""


@dataclass(frozen=True, slots=True)
class First:
    """A result near the top."""

    title: str
    code: str
    url: str


@dataclass(frozen=True, slots=True)
class Change:
    sample: Sample
    before: tuple[First, ...]
    after: tuple[First, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Effect:
    looked_at: int
    understood_anew: int
    """Queries that are read differently, whether their results change or not."""
    changes: tuple[Change, ...]
    """Worse ones first, then better ones, then the others by how often they are asked."""
    untold: int

    @property
    def worse(self) -> int:
        return sum(change.verdict is Verdict.WORSE for change in self.changes)

    @property
    def better(self) -> int:
        return sum(change.verdict is Verdict.BETTER for change in self.changes)


@cache
def judged() -> tuple[Sample, ...]:
    rows = (line.split("\t") for line in JUDGED.read_text("utf-8").splitlines() if line and line[0] != "#")
    return tuple(
        Sample(text, tuple(code.strip() for code in codes.split(","))) for _stratum, text, codes in rows
    )


def asked(queries: Iterable[tuple[str, int]]) -> Iterator[Sample]:
    """Past queries with the accents that their words usually have: nearer to what was typed than none at all."""
    return (Sample(usage.shown(normal), times=times) for normal, times in queries)


def effect(before: Vocabulary, after: Vocabulary, samples: Sequence[Sample]) -> Effect:
    anew = [sample for sample in samples if _reads_anew(sample.text, before, after)]
    changes = [change for sample in anew[:MOST_TOLD] if (change := _change(sample, before, after))]
    order = list(Verdict)
    changes.sort(
        key=lambda change: (
            order.index(change.verdict) if change.verdict is not Verdict.WORSE else -1,
            -change.sample.times,
        )
    )
    return Effect(len(samples), len(anew), tuple(changes), max(0, len(anew) - MOST_TOLD))


def _reads_anew(text: str, before: Vocabulary, after: Vocabulary) -> bool:
    one, other = read(text, before), read(text, after)
    return one.concepts != other.concepts or one.codes != other.codes


def _change(sample: Sample, before: Vocabulary, after: Vocabulary) -> Change | None:
    first, then = _firsts(sample.text, before), _firsts(sample.text, after)
    if first == then:
        return None
    return Change(sample, first, then, _verdict(sample, first, then))


def _firsts(text: str, known: Vocabulary) -> tuple[First, ...]:
    with vocabulary.trying(known):
        result = find(text, per_page=COMPARED)
    hits = (*result.exact, *result.hits)[:COMPARED]
    return tuple(First(hit.title.text, hit.code, hit.url) for hit in hits)


def _verdict(sample: Sample, before: Sequence[First], after: Sequence[First]) -> Verdict:
    if sample.codes:
        was, is_now = _place(sample, before), _place(sample, after)
        return Verdict.OTHER if was == is_now else Verdict.BETTER if is_now < was else Verdict.WORSE
    if not before:
        return Verdict.FOUND
    return Verdict.OTHER if after else Verdict.WORSE


def _place(sample: Sample, firsts: Sequence[First]) -> int:
    """Of the first right one, from 0; behind all where there is none."""
    return next((place for place, first in enumerate(firsts) if first.code in sample.codes), COMPARED)
