"""Under which words, facets and scores a document is found. Pure, and part of the index's version."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Final

from search.documents import KIND, Part, SearchDocument
from search.text import accented_words, distinct_words, fold, words

HEAD: Final = 0
PARTS: Final = {part: number for number, part in enumerate(Part, start=1)}
TEXT_SPACES: Final = (HEAD, *PARTS.values())
ACCENTED: Final = 100
"""Words of the head with their accents."""
FACETS: Final = 101
"""Facet and value with "=" between."""
STANDING: Final = 102
"""What is known of a document whatever is asked: one digit of its points each (`standing`)."""
EVERY: Final = 103
"""All documents that are found by words: one set, for the empty word."""

Words = Mapping[int, Set[str]]
"""Space → the words, values or digits in it: under all of these a set of documents is kept."""


def storable(word: str) -> bool:
    """Whether SQLite can take it: half a surrogate pair is no text."""
    return word.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in word)


def code_key(code: str) -> str:
    """Codes are met whatever their accents, case and spaces: "876/QĐ- BNV" and "876/qd-bnv" are one."""
    return fold(code).replace(" ", "")


def title_key(title: str) -> str:
    """By what lists are ordered."""
    return fold(title)


@dataclass(frozen=True, slots=True)
class Spread:
    """Everything under which one document is filed."""

    words: Words = field(default_factory=dict)
    codes: Set[str] = frozenset()


def spread(document: SearchDocument) -> Spread:
    codes = {key for key in map(code_key, document.codes) if key and storable(key)}
    if document.ended:
        return Spread(codes=codes)
    heads = (*document.names, *document.everyday)
    filed = {
        EVERY: {""},
        HEAD: {word for name in heads for word in words(name)},
        ACCENTED: {word for name in heads for word in accented_words(name)},
        FACETS: {
            f"{facet}={value}"
            for facet, values in (*document.facets.items(), (KIND, (document.id.kind,)))
            for value in values
            if storable(value)
        },
        STANDING: _digits(standing(document)),
    }
    for passage in document.passages:
        filed.setdefault(PARTS[passage.part], set()).update(distinct_words(passage.text))
    return Spread(filed, codes)


def _digits(points: int) -> set[str]:
    return {str(digit) for digit in range(points.bit_length()) if points >> digit & 1}


def standing(document: SearchDocument) -> int:
    """0…31: what people need most, and short names before long ones. Only a first guess: `search.ranking` decides."""
    prior = round((max(-1.0, min(1.0, document.prior)) + 1) * 8)
    shortest = min((len(name.split()) for name in document.names), default=0)
    return prior + max(0, 15 - shortest // 2)


MOST_STANDING: Final = 31
