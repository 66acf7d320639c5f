"""How likely words are after each other, as far as names, texts and the vocabulary tell. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Self

from search.lexicon import Lexicon
from search.repair import costs
from search.text.syllables import FOLDED_SYLLABLES
from search.vocabulary.entries import marks

_TOGETHER: Final = 0.9
"""Share of a word's likelihood that comes from the word before it; the rest is its own."""
_SEEN: Final = 0.003
"""Likelihood of a pair that stands in texts or the vocabulary and in no name."""
_HALF: Final = 0.5
_UNMET: Final = 4
_OFTEN: Final = 1
_STRANGE: Final = 5.0
CLOSE: Final = 0.05
"""Share of a word's names in which it stands beside another."""
_VOWELS: Final = frozenset("aeiouy")


@dataclass(frozen=True, slots=True)
class Familiar:
    """Words and pairs that are right though no name has them: what the vocabulary knows, question words."""

    words: frozenset[str] = frozenset()
    pairs: frozenset[tuple[str, str]] = frozenset()
    small: frozenset[tuple[str, str]] = frozenset()
    """Words that stand beside any other ("tôi", "muốn"): folded, with their accents as `marks` tells them."""

    @classmethod
    def of(cls, phrases: Iterable[Sequence[str]], small: Iterable[tuple[str, str]] = ()) -> Self:
        """Phrases as folded words in one spelling."""
        held = [tuple(phrase) for phrase in phrases]
        return cls(
            frozenset(word for phrase in held for word in phrase),
            frozenset(pair for phrase in held for pair in pairwise(phrase)),
            frozenset(small),
        )


class Company:
    """Costs are negative logarithms, as those of slips."""

    def __init__(self, lexicon: Lexicon, familiar: Familiar) -> None:
        self._lexicon = lexicon
        self._familiar = familiar
        self._total = sum(map(lexicon.frequency, lexicon.words())) + 1.0

    def words(self) -> frozenset[str]:
        return frozenset(filter(self.knows, (*self._lexicon.known_words(), *self._familiar.words)))

    def knows(self, word: str) -> bool:
        """Without abbreviations, which keep company with everything."""
        return has_vowel(word) and (self._lexicon.is_word(word) or word in self._familiar.words)

    def is_small(self, word: str, text: str) -> bool:
        """Written with its accents: without, it may be another."""
        return not text.isascii() and (word, marks(text)) in self._familiar.small

    def is_abbreviation(self, word: str) -> bool:
        """One that the vocabulary writes out."""
        return word in self._familiar.words and not has_vowel(word)

    def is_written(self, word: str, text: str) -> bool:
        return self._lexicon.is_written(word, text)

    def is_kept(self, first: str, second: str) -> bool:
        return self._lexicon.keeps_company(first, second) or (first, second) in self._familiar.pairs

    def is_close(self, first: str, second: str, least: float) -> bool:
        """Whether the rarer of them is met with the other that often: "kết hôn" always, "khai tử" at times."""
        if (first, second) in self._familiar.pairs:
            return True
        together = self._lexicon.pair(first, second)
        rarer = min(self._lexicon.frequency(first), self._lexicon.frequency(second))
        return together >= _OFTEN and together >= least * rarer

    def cost(self, before: str, word: str) -> float:
        """Of `word` after `before` ("" at the beginning or after what is no word)."""
        if not self.knows(word):
            if not has_vowel(word):
                return costs.ABBREVIATION
            return costs.UNKNOWN_SYLLABLE if word in FOLDED_SYLLABLES else costs.unknown(word)
        own = max(self._lexicon.frequency(word), _HALF) / self._total
        if not before or not self.knows(before):
            return -math.log(own)
        together = self._together(before, word)
        if together == 0.0:
            # The oftener a word was met without this one after it, the less it is to be expected.
            return min(_STRANGE, math.log(self._lexicon.frequency(before) + _UNMET)) - math.log(own)
        return -math.log(_TOGETHER * together + (1 - _TOGETHER) * own)

    def _together(self, first: str, second: str) -> float:
        counted = self._lexicon.pair(first, second)
        if counted:
            return min(1.0, counted / self._lexicon.frequency(first))
        return _SEEN if self.is_kept(first, second) else 0.0


def has_vowel(word: str) -> bool:
    return not _VOWELS.isdisjoint(word)
