"""What may have been meant by one or two of the words that were typed. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import Final

from search.repair import costs
from search.repair.company import CLOSE, Company
from search.repair.keys import Decoded
from search.repair.spelling import Neighbours, Slip, with_y
from search.repair.telex import from_telex
from search.repair.vni import from_vni
from search.text import fold, one_spelling
from search.text.syllables import FOLDED_SYLLABLES, is_syllable

LONGEST: Final = 40
"""Letters of one word that are looked at: about ten syllables without a space."""
MOST: Final = 10
"""Candidates of one word that are weighed in a row with the others'."""
_LONGEST_WORD: Final = 7
_SHORT: Final = 3
_BEST_SPLITS: Final = 2


class Kind(StrEnum):
    """The surest first: a repair is named by the surest of its parts."""

    TELEX = "telex"
    VNI = "vni"
    SPELLING = "spelling"
    SPACE = "space"


@dataclass(frozen=True, slots=True)
class Typed:
    """One word of the query."""

    text: str
    """NFC, lower case, tones at today's place."""
    as_given: str
    word: str
    """Folded, in one spelling."""
    start: int
    end: int
    """Where it stands in the query."""
    is_fixed: bool
    """A number, a code, an abbreviation: never touched, and no company for its neighbours."""
    decoded: Decoded | None = None
    kind: Kind | None = None
    """How it was decoded."""
    is_short: bool = False
    """An abbreviation, as far as one can see: nothing but consonants."""

    @property
    def meanings(self) -> tuple[str, ...]:
        """What its neighbours may lean on."""
        return (self.word, one_spelling(fold(self.decoded.text))) if self.decoded else (self.word,)

    @property
    def has_accents(self) -> bool:
        return not self.text.isascii()


@dataclass(frozen=True, slots=True)
class Candidate:
    words: tuple[str, ...]
    cost: float
    kind: Kind | None = None
    """None: as typed."""
    shown: tuple[str, ...] = ()
    """With accents where they were typed; "" or nothing where the lexicon has to tell."""
    length: int = 1
    """How many typed words it stands for."""
    gives_up_word: bool = False
    """Whether what was typed may have been meant as it stands."""


def decoded(text: str) -> tuple[Decoded, Kind] | None:
    """What a word is if it was typed as Telex or VNI."""
    if telex := from_telex(text):
        return telex, Kind.TELEX
    vni = from_vni(text)
    return (vni, Kind.VNI) if vni else None


class Candidates:
    """Knows the words to choose from; made once for a lexicon."""

    def __init__(self, company: Company) -> None:
        self._company = company
        words = company.words()
        self._neighbours = Neighbours(words)
        # What a piece of a longer run may be: a known syllable, in either spelling.
        self._parts = {written: word for word in words & FOLDED_SYLLABLES for written in (word, with_y(word))}

    def of(self, query: Sequence[Typed], at: int, *, undecoded: bool) -> list[Candidate]:
        """`undecoded`: other words of the query show that the keyboard was off."""
        typed = query[at]
        found = [Candidate((typed.word,), 0.0, shown=(typed.text if typed.has_accents else "",))]
        if typed.is_fixed:
            return found
        if typed.decoded and typed.kind and (undecoded or sum(map(str.isalpha, typed.word)) > 1):
            made = [*self._decoded(typed.decoded, typed.kind, sure=undecoded)]
            if made and undecoded and not self._company.knows(typed.word):
                return made
            found += made
        if not typed.word.isalpha():
            return found
        following = query[at + 1] if at + 1 < len(query) else None
        doubtful = self.is_doubtful(query, at)
        if doubtful:
            found += self._slips(query, at)
            if not self._company.knows(typed.word):
                found += self._split(typed.word, costs.MISSING_SPACE, length=1)
        if following and not following.is_fixed and (doubtful or self.is_doubtful(query, at + 1)):
            found += self._with_next(typed, following)
        return found

    def is_doubtful(self, query: Sequence[Typed], at: int) -> bool:
        """Not known, or not known in this company."""
        typed = query[at]
        company = self._company
        if typed.is_fixed or company.is_abbreviation(typed.word) or company.is_small(typed.word, typed.text):
            return False
        return not company.knows(typed.word) or not all(self._kept_beside(query, at, typed.word))

    def strange(self, query: Sequence[Typed]) -> int:
        """How many known words stand beside one that no text has there: plain speech is full of them."""
        kept, knows = self._company.is_kept, self._company.knows
        return sum(
            knows(one.word) and knows(two.word) and not kept(one.word, two.word)
            for one, two in pairwise(query)
            if not (one.is_fixed or two.is_fixed)
        )

    def _kept_beside(self, query: Sequence[Typed], at: int, word: str) -> list[bool]:
        """For the word before and the one after, as far as there are any: whether `word` keeps company with it."""
        kept = self._company.is_kept
        return [any(kept(*pair) for pair in pairs) for pairs in _pairs(query, at, word)]

    def _decoded(self, made: Decoded, kind: Kind, *, sure: bool) -> Iterator[Candidate]:
        word = one_spelling(fold(made.text))
        sure = sure or made.keys > 1
        written = self._company.is_written(word, made.text)
        if sure or written:
            cost = costs.UNDECODED if sure else costs.UNDECODED_ALONE
            yield Candidate((word,), cost + (0 if written else costs.DECODED_UNKNOWN), kind, (made.text,))

    def _slips(self, query: Sequence[Typed], at: int) -> list[Candidate]:
        typed = query[at]
        more = self._loss(typed)
        found = [
            (self._price(typed, slip) + more, word)
            for word, slip in self._neighbours.of(typed.word).items()
            if self._fits(query, at, word, gives_up_word=more > 0)
        ]
        return [
            Candidate((word,), cost, Kind.SPELLING, gives_up_word=more > 0)
            for cost, word in sorted(found)[:MOST]
        ]

    def _price(self, typed: Typed, slip: Slip) -> float:
        cost = slip.cost
        if cost >= costs.OTHER and (typed.is_short or len(typed.word) <= _SHORT or self._loss(typed)):
            cost += costs.UNLIKE
        # What is written as it is said is written with all its accents.
        if typed.has_accents and not slip.is_heard and is_syllable(typed.text):
            cost += costs.TYPED_ACCENTS
        return cost

    def _loss(self, typed: Typed) -> float:
        """What giving up a word costs that may be meant as it stands."""
        if self._company.knows(typed.word):
            return costs.REAL_WORD
        return costs.SYLLABLE if typed.word in FOLDED_SYLLABLES else 0.0

    def _fits(self, query: Sequence[Typed], at: int, word: str, *, gives_up_word: bool) -> bool:
        """What can be a word is only given up for one that is close to a neighbour it is strange to, and loses none."""
        beside = self._kept_beside(query, at, word)
        if not gives_up_word:
            return all(beside) or not query[at].is_short
        as_typed = self._kept_beside(query, at, query[at].word)
        close = [
            any(self._company.is_close(*pair, CLOSE) for pair in pairs) for pairs in _pairs(query, at, word)
        ]
        return all(now or not was for now, was in zip(beside, as_typed, strict=True)) and any(
            now and not was for now, was in zip(close, as_typed, strict=True)
        )

    def _with_next(self, typed: Typed, following: Typed) -> Iterator[Candidate]:
        joined = typed.word + following.word
        if joined in self._parts:
            yield Candidate((self._parts[joined],), costs.EXTRA_SPACE, Kind.SPACE, length=2)
        as_typed = (typed.word, following.word)
        lost = self._loss(typed) + self._loss(following)
        for moved in self._split(joined, costs.MOVED_SPACE + lost, length=2):
            if moved.words != as_typed:
                yield replace(moved, gives_up_word=lost > 0)

    def _split(self, joined: str, cost: float, *, length: int) -> list[Candidate]:
        """The likeliest ways to write it as several known words; of two typed words only as two others."""
        ways: dict[int, list[tuple[float, tuple[str, ...]]]] = {0: [(0.0, ())]}
        for end in range(1, len(joined) + 1):
            reached = [
                (before + self._company.cost(said[-1] if said else "", word), (*said, word))
                for start in range(max(0, end - _LONGEST_WORD), end)
                for before, said in ways.get(start, ())
                if (word := self._parts.get(joined[start:end])) and (length == 1 or len(said) < length)
            ]
            if reached:
                ways[end] = sorted(reached)[:_BEST_SPLITS]
        return [
            Candidate(said, cost * (len(said) - 1), Kind.SPACE, length=length)
            for _score, said in ways.get(len(joined), ())
            if len(said) > 1 and (length == 1 or len(said) == length)
        ]


def _pairs(query: Sequence[Typed], at: int, word: str) -> list[list[tuple[str, str]]]:
    """`word` behind the one before and before the one after, as far as there are any; each in all that may be meant."""
    before = query[at - 1] if at and not query[at - 1].is_fixed else None
    after = query[at + 1] if at + 1 < len(query) and not query[at + 1].is_fixed else None
    pairs = [[(other, word) for other in before.meanings]] if before else []
    return [*pairs, [(word, other) for other in after.meanings]] if after else pairs
