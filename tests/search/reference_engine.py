"""What a plan means, said as plainly as can be: every document looked at, every word compared. Engines are held against it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from functools import cache

from search.documents import Part, SearchDocument
from search.engines.contract import Concept, Plan
from search.text import words


@cache
def _words(*texts: str) -> frozenset[str]:
    return frozenset(word for text in texts for word in words(text))


def head_of(document: SearchDocument) -> Set[str]:
    return _words(*document.names, *document.everyday)


def parts_of(document: SearchDocument) -> Mapping[Part, Set[str]]:
    return {
        part: _words(*(passage.text for passage in document.passages if passage.part == part))
        for part in {passage.part for passage in document.passages}
    }


def stands_in(concept: Concept, found: Set[str]) -> bool:
    return any(
        way.tokens and all(_met(token, found, goes_on=concept.is_open and n == len(way.tokens)) for n, token in enumerate(way.tokens, 1))
        for way in concept.alternatives
    )  # fmt: skip


def _met(token: str, found: Set[str], *, goes_on: bool) -> bool:
    return any(word.startswith(token) for word in found) if goes_on else token in found


def meets_head(document: SearchDocument, plan: Plan) -> bool:
    standing = {n for n, concept in enumerate(plan.concepts) if stands_in(concept, head_of(document))}
    return any(wanted and wanted <= standing for wanted in plan.head)


def answers(document: SearchDocument, plan: Plan) -> bool:
    if document.ended:
        return False
    if plan.asks_nothing or meets_head(document, plan) or set(plan.codes) & set(document.codes):
        return True
    everything = frozenset().union(head_of(document), *parts_of(document).values())
    standing = {n for n, concept in enumerate(plan.concepts) if stands_in(concept, everything)}
    return any(wanted and wanted <= standing for wanted in plan.anywhere)


def masks(document: SearchDocument, plan: Plan) -> dict[Part, int]:
    found = {
        part: sum(1 << n for n, concept in enumerate(plan.concepts) if stands_in(concept, held))
        for part, held in parts_of(document).items()
    }
    return {part: mask for part, mask in found.items() if mask}


def values(document: SearchDocument, facet: str) -> tuple[str, ...]:
    return (document.id.kind,) if facet == "loai" else tuple(document.facets.get(facet, ()))


def suits(document: SearchDocument, filters: Mapping[str, tuple[str, ...]], without: str = "") -> bool:
    return all(
        set(values(document, facet)) & set(wanted)
        for facet, wanted in filters.items()
        if wanted and facet != without
    )


def counts(
    documents: Iterable[SearchDocument], plan: Plan, filters: Mapping[str, tuple[str, ...]], facet: str
) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for document in documents:
        if answers(document, plan) and suits(document, filters, without=facet):
            counted.update(set(values(document, facet)))
    return dict(counted)
