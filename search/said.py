"""What documents and the vocabulary say: by it a person's name is told from a phrase, and what may be shown to others."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from search import engines, vocabulary
from search.documents import DocumentId
from search.engines.contract import EngineUnavailable, Request
from search.lexicon import Lexicon
from search.planning import Strictness, plan_for
from search.query import Query
from search.ranking import Ranked, rank
from search.reading import read
from search.text import accented_words, one_spelling, words
from search.vocabulary.reading import Vocabulary

WHOLE: Final = 0.999
BEST: Final = 50
"""One of the first results has a name that says it all, or nobody is told of the query."""
CANDIDATES: Final = 200
FEW: Final = 10
"""As a search does it: looser only where few names answer."""


@dataclass(frozen=True, slots=True)
class Known:
    """Neighbours in names of documents and in the vocabulary (`search.privacy.Neighbours`)."""

    lexicon: Lexicon
    folded: frozenset[tuple[str, str]]
    written: frozenset[tuple[str, str]]

    def follow(self, first: str, second: str) -> bool:
        one, two = one_spelling(first), one_spelling(second)
        return (one, two) in self.folded or bool(self.lexicon.pair(one, two))

    def are_written(self, first: str, second: str) -> bool:
        return (first, second) in self.written or self.lexicon.are_written(first, second)


_held: tuple[Hashable, frozenset[tuple[str, str]], frozenset[tuple[str, str]]] | None = None


def known() -> Known | None:
    """None while there is no index, or an empty one."""
    try:
        lexicon = engines.embedded().lexicon()
    except EngineUnavailable:
        return None
    if not lexicon.documents:
        return None
    _version, folded, written = _of_vocabulary(vocabulary.current())
    return Known(lexicon, folded, written)


def _of_vocabulary(
    current: Vocabulary,
) -> tuple[Hashable, frozenset[tuple[str, str]], frozenset[tuple[str, str]]]:
    global _held  # noqa: PLW0603 -- worked out once for a vocabulary
    held = _held
    if held is None or held[0] != current.version:
        texts = {text for entry in current.entries for text in entry.write}
        texts |= {" ".join(phrase.tokens) for some in current.phrases.values() for phrase in some}
        folded = frozenset(pair for text in texts for pair in pairwise(words(text)))
        written = frozenset(
            pair for text in texts if not text.isascii() for pair in pairwise(accented_words(text))
        )
        _held = held = (current.version, folded, written)
    return held


@dataclass(frozen=True, slots=True)
class Answered:
    """What the index answers to a past query now."""

    said: bool
    """The name of one document says all of it, in its words or in those the vocabulary has for them: so nothing can be
    brought among the suggestions that no document says, however often it is asked."""
    places: Mapping[DocumentId, int]
    """Results → their places from 1, as the words alone order them."""


def answered(normal: str) -> Answered | None:
    """None while no index can be asked. Popularity is left out: it must not prove itself."""
    query = read(normal, vocabulary.current())
    try:
        engine = engines.embedded()
        lexicon = engine.lexicon()
        if not lexicon.documents:
            return None
        ranked: list[Ranked] = []
        for strictness in Strictness:
            plan = plan_for(query, lexicon, strictness=strictness)
            ranked = rank(engine.search(Request(plan, limit=CANDIDATES)).candidates, plan, lexicon)
            if len(ranked) >= (FEW if strictness is Strictness.NAMES else 1):
                break
    except EngineUnavailable:
        return None
    places = {item.candidate.id: place for place, item in enumerate(ranked, start=1)}
    said = bool(query.concepts) and not query.codes and not query.numbers and _is_said(query, lexicon, ranked)
    return Answered(said, places)


def _is_said(query: Query, lexicon: Lexicon, ranked: Sequence[Ranked]) -> bool:
    """Another way to say a thing is as good as the thing; half a word is not."""
    concepts = tuple(
        replace(
            concept,
            is_open=False,
            alternatives=tuple(replace(way, weight=1.0) for way in concept.alternatives),
        )
        for concept in query.concepts
    )
    plan = plan_for(replace(query, concepts=concepts), lexicon, strictness=Strictness.NAMES)
    return any(
        item.covered >= WHOLE for item in rank([item.candidate for item in ranked[:BEST]], plan, lexicon)
    )
