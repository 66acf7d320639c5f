"""Words of the lexicon that are one slip away from what was typed. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from search.repair import costs
from search.text import one_spelling

LEAST: Final = 2
LONGEST: Final = 20
"""Letters of a word that is compared: the language's longest syllable has seven, foreign words more."""


class Slip(NamedTuple):
    cost: float
    is_heard: bool = False
    """Written as it is said: no slip of the finger."""


class Neighbours:
    """Finds by leaving out one letter: two words that are one edit apart share what is left (or one is the other's)."""

    def __init__(self, words: Iterable[str]) -> None:
        found: defaultdict[str, list[str]] = defaultdict(list)
        kept = [w for w in words if w.isalpha() and w.isascii() and LEAST <= len(w) <= LONGEST]
        # Fingers meet the keys of "ký", not those of its other spelling.
        self._words = {written: word for word in kept for written in (word, with_y(word))}
        for written in self._words:
            for shorter in _shortened(written):
                found[shorter].append(written)
        self._by_shortened = dict(found)

    def of(self, typed: str) -> dict[str, Slip]:
        """Word → the cheapest slip that made `typed` of it."""
        if len(typed) > LONGEST + 1:
            return {}
        heard = Slip(costs.SOUNDS_ALIKE, is_heard=True)
        found = {self._words[said]: heard for said in _said_alike(typed) if said in self._words}
        for written in self._near(typed):
            word, cost = self._words[written], slip(written, typed)
            if cost is not None and (word not in found or cost < found[word].cost):
                found[word] = Slip(cost)
        found.pop(typed, None)
        return found

    def _near(self, typed: str) -> set[str]:
        found = set(self._by_shortened.get(typed, ()))
        for shorter in _shortened(typed):
            if shorter in self._words:
                found.add(shorter)
            found.update(self._by_shortened.get(shorter, ()))
        return found


def with_y(word: str) -> str:
    """ "ki" as it is mostly written: "ky"."""
    written = f"{word[:-1]}y"
    return written if word.endswith("i") and one_spelling(written) == word else word


def _shortened(word: str) -> set[str]:
    return {word[:at] + word[at + 1 :] for at in range(len(word))}


def slip(word: str, typed: str) -> float | None:
    """What it costs to have typed this for that, if one slip explains it."""
    if abs(len(word) - len(typed)) > 1 or word == typed:
        return None
    start = 0
    while start < min(len(word), len(typed)) and word[start] == typed[start]:
        start += 1
    if len(typed) > len(word):
        return _added(word, typed, start) if typed[start + 1 :] == word[start:] else None
    if len(typed) < len(word):
        return costs.MISSING if word[start + 1 :] == typed[start:] else None
    if word[start + 1 :] == typed[start + 1 :]:
        near = typed[start] in costs.NEIGHBOURS.get(word[start], ())
        return costs.NEIGHBOUR if near else costs.OTHER
    if word[start : start + 2] == typed[start : start + 2][::-1] and word[start + 2 :] == typed[start + 2 :]:
        return costs.SWAPPED
    return None


def _added(word: str, typed: str, at: int) -> float:
    """Of equal letters in a row the last is the one too many, so the letter before tells whether it is doubled."""
    extra = typed[at]
    if at and typed[at - 1] == extra:
        return costs.DOUBLED
    beside = costs.NEIGHBOURS.get(extra, frozenset())
    return costs.NEIGHBOUR if beside & set(word[max(0, at - 1) : at + 1]) else costs.EXTRA


def _said_alike(typed: str) -> Iterator[str]:
    for pairs, replaced in ((costs.ALIKE_FIRST, _first), (costs.ALIKE_LAST, _last)):
        for pair in pairs:
            for heard, meant in (pair, pair[::-1]):
                if said := replaced(typed, heard, meant):
                    yield said


def _first(typed: str, heard: str, meant: str) -> str:
    return meant + typed[len(heard) :] if typed.startswith(heard) else ""


def _last(typed: str, heard: str, meant: str) -> str:
    return typed[: -len(heard)] + meant if typed.endswith(heard) else ""
