"""From what was typed to which documents answer: the rule that every engine follows. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import IntEnum
from itertools import combinations
from typing import Final

from search.engines.contract import Concept, Plan
from search.lexicon import Lexicon
from search.query import Query


class Strictness(IntEnum):
    """How much of a query a document must answer; tried in this order until enough is found."""

    NAMES = 0
    """Only names decide: in a long text most words stand somewhere."""
    USUAL = 1
    LOOSE = 2
    ANY = 3


_SHARES: Final = {
    Strictness.NAMES: (0.6, 0.0),
    Strictness.USUAL: (0.6, 0.85),
    Strictness.LOOSE: (0.4, 0.6),
    Strictness.ANY: (0.2, 0.35),
}
"""Share of the query's weight that must stand in the head, or anywhere (0: that is not asked)."""
_LONG: Final = {4: 0.85, 5: 0.85, 6: 0.7}
"""Concepts of a query → what is asked of that share: the longer a question, the more of it is talk. 6 stands for more."""
_ALONE: Final = {3: 0.7, 4: 0.5, 5: 0.4}
"""Concepts of a query → what a word counts that follows or precedes no neighbour of the query in any name. 5 stands for
more. What is asked for is mostly a phrase that names know ("lý lịch tư pháp"); the talk around it isn't."""
_JUDGED: Final = 8
"""Concepts that decide what is found; others only help to rank. 2 to the power of this many sets at most."""
_MOST_SETS: Final = 60
_TELLING: Final = 0.2
"""Share of a query's weight from which a known phrase is enough by itself."""
_PHRASE: Final = 1.5
"""A phrase of several words tells at most so much more than its rarest word."""
_UNKNOWN: Final = 0.5
"""A word that no name holds can't be met there: it must not decide what is found."""


def plan_for(query: Query, lexicon: Lexicon, *, strictness: Strictness = Strictness.USUAL) -> Plan:
    """`query.codes` and `query.numbers` are asked for beside the words."""
    concepts = weighed(query.concepts, lexicon)
    less = _LONG.get(min(len(concepts), max(_LONG)), 1.0)
    in_head, anywhere = (share * less for share in _SHARES[strictness])
    return Plan(
        concepts=concepts,
        head=_minimal([*_phrases(concepts), *minimal_sets(concepts, in_head)]),
        anywhere=minimal_sets(concepts, anywhere) if anywhere else (),
        codes=(*query.codes, *query.numbers),
    )


def weighed(concepts: Sequence[Concept], lexicon: Lexicon) -> tuple[Concept, ...]:
    alone = _ALONE.get(min(len(concepts), max(_ALONE)), 1.0)
    return tuple(
        replace(
            concept,
            weight=concept.weight
            * _weight(concept, lexicon)
            * (1.0 if alone == 1.0 or _in_company(concepts, number, lexicon) else alone),
        )
        for number, concept in enumerate(concepts)
    )


def _in_company(concepts: Sequence[Concept], number: int, lexicon: Lexicon) -> bool:
    """A phrase is its own company; of a word, a name must know it beside its neighbour in the query."""
    concept = concepts[number]
    if any(len(way.tokens) > 1 for way in concept.alternatives):
        return True
    (word,) = concept.alternatives[0].tokens
    before = concepts[number - 1].alternatives[0].tokens[-1] if number else ""
    after = concepts[number + 1].alternatives[0].tokens[0] if number + 1 < len(concepts) else ""
    return bool((before and lexicon.pair(before, word)) or (after and lexicon.pair(word, after)))


def _weight(concept: Concept, lexicon: Lexicon) -> float:
    return max(_tells(way.tokens, lexicon) for way in concept.alternatives) or 0.1


def _tells(tokens: Sequence[str], lexicon: Lexicon) -> float:
    weights = [lexicon.weight(token) for token in tokens]
    told = min(sum(weights), _PHRASE * max(weights, default=0.0))
    return told if all(token in lexicon for token in tokens) else told * _UNKNOWN


def _phrases(concepts: Sequence[Concept]) -> list[frozenset[int]]:
    """Phrases that the vocabulary knows are what a question is about: a name that holds one answers, whatever the rest."""
    total = sum(concept.weight for concept in concepts)
    return [
        frozenset({number})
        for number, concept in enumerate(concepts)
        if len(concept.alternatives) > 1 and concept.weight >= _TELLING * total
    ]


def _minimal(sets: Sequence[frozenset[int]]) -> tuple[frozenset[int], ...]:
    return tuple(one for one in dict.fromkeys(sets) if not any(other < one for other in sets))


def minimal_sets(concepts: Sequence[Concept], share: float) -> tuple[frozenset[int], ...]:
    """The smallest sets of concepts that hold `share` of the weight of those that decide; none holds another."""
    judged = sorted(range(len(concepts)), key=lambda i: (-concepts[i].weight, i))[:_JUDGED]
    if not judged:
        return ()
    needed = share * sum(concepts[i].weight for i in judged) - 1e-9
    found: list[frozenset[int]] = []
    for size in range(1, len(judged) + 1):
        for chosen in combinations(judged, size):
            if sum(concepts[i].weight for i in chosen) < needed:
                continue
            kept = frozenset(chosen)
            if not any(other <= kept for other in found):
                found.append(kept)
            if len(found) == _MOST_SETS:
                return tuple(found)
    return tuple(found)
