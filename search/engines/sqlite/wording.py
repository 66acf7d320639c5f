"""Under which words, facets and scores a document is found. Pure, and part of the index's version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from search.documents import Part, SearchDocument
from search.text import accented_words, fold, words

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

KIND: Final = "loai"
UNITS: Final = "don-vi"

Key = tuple[int, str]
"""Where a set of documents is kept: the space, and the word, value or digit in it."""


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

    keys: frozenset[Key]
    codes: frozenset[str]
    passages: tuple[str, ...]
    """For each passage its words, once each, as the full-text table takes them."""


def spread(document: SearchDocument) -> Spread:
    codes = frozenset(key for key in map(code_key, document.codes) if key and storable(key))
    if document.ended:
        return Spread(frozenset(), codes, ())
    keys: set[Key] = {(EVERY, "")}
    heads = (*document.names, *document.everyday)
    for name in heads:
        keys.update((HEAD, word) for word in words(name) if word)
        keys.update((ACCENTED, word) for word in accented_words(name) if word)
    passages: list[str] = []
    for passage in document.passages:
        found = set(words(passage.text)) - {""}
        passages.append(" ".join(sorted(found)))
        space = PARTS[passage.part]
        keys.update((space, word) for word in found)
    for facet, values in document.facets.items():
        keys.update((FACETS, f"{facet}={value}") for value in values if storable(value))
    keys.add((FACETS, f"{KIND}={document.id.kind}"))
    points = standing(document)
    keys.update((STANDING, str(digit)) for digit in range(points.bit_length()) if points >> digit & 1)
    return Spread(frozenset(keys), codes, tuple(passages))


def standing(document: SearchDocument) -> int:
    """0…31: what people need most, and short names before long ones. Only a first guess: `search.ranking` decides."""
    prior = round((max(-1.0, min(1.0, document.prior)) + 1) * 8)
    shortest = min((len(name.split()) for name in document.names), default=0)
    return prior + max(0, 15 - shortest // 2)


MOST_STANDING: Final = 31
