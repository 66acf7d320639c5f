"""From what is asked to Elasticsearch's words. Only composes: no connection, and nothing is decided here.

What answers is `Plan`'s rule, clause by clause; what is handed over first follows the embedded engine's first guess point by
point, so that both hand the same documents over for ranking.

Clauses are plain dictionaries: a question has up to a thousand, and as objects of the library they would take longer to
compose than to answer. What stands around them is the library's `Search`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from elasticsearch.dsl import A, Search
from elasticsearch.dsl.aggs import Agg

from search.documents import KIND, DocumentId, Part
from search.engines.contract import Alternative, Concept, Plan, Request, Sort
from search.engines.elasticsearch.entries import (
    CARD_FIELDS,
    MOST_LETTERS,
    entry_id,
    facet_field,
    mask_name,
)
from search.engines.wording import code_key, storable

HEAD: Final = "head"
ALL: Final = "all"
ACCENTED: Final = "accented"
MOST_VALUES: Final = 5_000
"""Of a facet: more than any has, so that counts are exact."""

MOST_CONCEPTS: Final = 64
"""Further ones decide what is found, but neither what is handed over first nor the masks. No question has half as many, and
a server takes only so many clauses."""
MOST_WORDS: Final = 256
"""Of names that are suggested: none is so long."""

_DEEPEST: Final = 10
"""Of clauses in clauses: a server takes thirty, of which each of ours is two."""

_IN_HEAD: Final = 12
"""Points for the concept that tells most, in the head; elsewhere in a document `_ELSEWHERE`."""
_ELSEWHERE: Final = 3
_ACCENTED: Final = 8
_WHOLE_WORD: Final = 8
_CODE_FOUND: Final = 1 << 14
_HEAD_MET: Final = 1 << 13
"""More than all other points together."""
_MOST_POINTS: Final = _HEAD_MET - 1 - 31

Clause = dict[str, Any]

NOTHING: Final[Clause] = {"match_none": {}}
EVERYTHING: Final[Clause] = {"match_all": {}}
LISTED: Final[Clause] = {"term": {"listed": True}}
_STANDING: Final[Clause] = {
    "function_score": {
        "query": EVERYTHING,
        "functions": [{"field_value_factor": {"field": "standing", "missing": 0}}],
        "boost_mode": "replace",
    }
}
"""What is known of a document whatever is asked: 0 to 31 points."""


# Where something stands -----------------------------------------------------------------------------------------------


def any_of(clauses: Sequence[Clause]) -> Clause:
    if not clauses:
        return NOTHING
    return clauses[0] if len(clauses) == 1 else {"bool": {"should": clauses, "minimum_should_match": 1}}


def all_of(clauses: Sequence[Clause]) -> Clause:
    return clauses[0] if len(clauses) == 1 else {"bool": {"filter": clauses}}


def stands(concept: Concept, field: str) -> Clause:
    """All tokens of one of its alternatives stand in the field."""
    return any_of(
        [
            _way(way, field, is_open=concept.is_open)
            for way in concept.alternatives
            if way.tokens and all(map(storable, way.tokens))
        ]
    )


def _way(way: Alternative, field: str, *, is_open: bool) -> Clause:
    clauses: list[Clause] = [{"term": {field: token}} for token in way.tokens]
    if is_open:
        clauses[-1] = _begun(field, way.tokens[-1])
    return all_of(clauses)


def _begun(field: str, token: str) -> Clause:
    """No longer word is in an index, and a much longer one is an error."""
    return {"prefix": {field: token}} if len(token) <= MOST_LETTERS else NOTHING


def suffices(sets: Iterable[frozenset[int]], found: Sequence[Clause]) -> Clause:
    """Any of the sets, all of its concepts. What several sets share is asked once, or the question grows too long."""
    return any_of(_ways_to_suffice([chosen for chosen in sets if chosen], found))


def _ways_to_suffice(sets: list[frozenset[int]], found: Sequence[Clause], depth: int = 0) -> list[Clause]:
    alone = sorted({next(iter(chosen)) for chosen in sets if len(chosen) == 1})
    ways = [found[concept] for concept in alone]
    left = [chosen for chosen in sets if len(chosen) > 1 and not chosen & set(alone)]
    while left:
        counted = Counter(concept for chosen in left for concept in chosen)
        shared = min(counted, key=lambda concept: (-counted[concept], concept))
        if counted[shared] == 1 or depth == _DEEPEST:
            return [*ways, *(all_of([found[concept] for concept in sorted(chosen)]) for chosen in left)]
        rest = [chosen - {shared} for chosen in left if shared in chosen]
        ways.append(all_of([found[shared], any_of(_ways_to_suffice(rest, found, depth + 1))]))
        left = [chosen for chosen in left if shared not in chosen]
    return ways


def coded(codes: Iterable[str]) -> Clause:
    keys = [key for key in dict.fromkeys(map(code_key, codes)) if key and storable(key)]
    return {"terms": {"codes": keys}} if keys else NOTHING


def has_value(facet: str, values: Iterable[str]) -> Clause:
    return {"terms": {_field(facet): [value for value in values if storable(value)]}}


def _field(facet: str) -> str:
    return "kind" if facet == KIND else f"facets.{facet_field(facet)}"


# Searching ------------------------------------------------------------------------------------------------------------


def search(request: Request) -> dict[str, Any]:
    plan = request.plan
    heads = [stands(concept, HEAD) for concept in plan.concepts]
    wholes = [stands(concept, ALL) for concept in plan.concepts]
    in_head, by_code = suffices(plan.head, heads), coded(plan.codes)
    allowed = {facet: has_value(facet, values) for facet, values in request.filters.items() if values}
    filters = [LISTED]
    if not plan.asks_nothing:
        ways = [in_head, suffices(plan.anywhere, wholes), by_code]
        filters.append(any_of([way for way in ways if way != NOTHING]))
    if not request.facets:
        filters += allowed.values()
    if plan.concepts:
        filters.append(_masks(plan))
    points: list[Clause] = []
    if request.sort == Sort.RELEVANCE:
        points = [*_points(plan, heads, wholes), *_worth(in_head, _HEAD_MET), *_worth(by_code, _CODE_FOUND)]
    asked = _asking(
        {"bool": {"filter": filters, "should": points}},
        fields=CARD_FIELDS,
        sort=_order(request.sort),
        size=request.limit,
        track_total_hits=True,
        from_=request.offset,
    )
    if request.facets:
        if allowed:
            asked = asked.extra(post_filter=all_of(list(allowed.values())))
        for number, facet in enumerate(request.facets):
            asked.aggs.bucket(counted_as(number), _counts(facet, allowed))
    return _made(asked)


def _asking(
    clause: Clause, *, fields: Iterable[str], sort: Sequence[Any] = (), size: int, **more: Any
) -> Search:
    """Fields of their own only: of what is stored as a whole, not even the name is read, or it would all be unpacked."""
    extra = {"query": clause, "docvalue_fields": list(fields), "stored_fields": "_none_", "size": size}
    return Search().sort(*sort).extra(**extra, **{"track_total_hits": False, **more})


def _made(asked: Search) -> dict[str, Any]:
    made: dict[str, Any] = asked.to_dict()
    return made


def counted_as(number: int) -> str:
    """Name of the counts of the facet with this number: not every name of a facet would do."""
    return f"facet-{number}"


def _counts(facet: str, allowed: Mapping[str, Clause]) -> Agg:
    """Under all filters but its own."""
    others = [clause for other, clause in allowed.items() if other != facet]
    values = A("terms", field=_field(facet), size=MOST_VALUES)
    return A("filter", all_of(others) if others else EVERYTHING, aggs={"values": values})


def _order(sort: Sort) -> list[Any]:
    by_key: list[Any] = ["kind", "key"]
    if sort == Sort.DATE:
        return [{"dated": {"order": "desc", "missing": "_last"}}, "title_key", *by_key]
    if sort == Sort.TITLE:
        return ["title_key", *by_key]
    return [{"_score": {"order": "desc"}}, *by_key]


def _masks(plan: Plan) -> Clause:
    """Changes nothing about what is found: beside something that must be met, what may be met is not even looked at. But
    of every document that is handed over, the server names which of these it meets."""
    named: list[Clause] = []
    for number, concept in enumerate(plan.concepts[:MOST_CONCEPTS]):
        for part in Part:
            clause = stands(concept, f"parts.{part.value}")
            if clause != NOTHING:
                named.append({"bool": {"filter": [clause], "_name": mask_name(part, number)}})
    return {"bool": {"filter": [EVERYTHING], "should": named}}


def _points(plan: Plan, heads: Sequence[Clause], wholes: Sequence[Clause]) -> list[Clause]:
    most = max((concept.weight for concept in plan.concepts), default=0.0) or 1.0
    scale = min(1.0, _MOST_POINTS / ((_IN_HEAD + _ACCENTED) * max(1, len(plan.concepts))))
    points: list[Clause] = [_STANDING]
    asked = list(zip(plan.concepts, heads, wholes, strict=True))
    for concept, head, whole in asked[:MOST_CONCEPTS]:
        share = scale * max(0.0, concept.weight) / most
        elsewhere = max(1, round(_ELSEWHERE * share))
        points += _worth(whole, elsewhere)
        points += _worth(head, max(1, round(_IN_HEAD * share)) - elsewhere)
        points += _worth(_meant(concept, head), round(_ACCENTED * share))
    return points


def _meant(concept: Concept, head: Clause) -> Clause:
    """The first way that was typed with accents, with the same ones."""
    way = next((way for way in concept.alternatives if way.accented), None)
    if way is None or concept.is_open or head == NOTHING or not all(map(storable, way.accented)):
        return NOTHING
    return all_of([head, *({"term": {ACCENTED: word}} for word in way.accented)])


def _worth(clause: Clause, points: int) -> list[Clause]:
    if clause == NOTHING or points <= 0:
        return []
    return [{"constant_score": {"filter": clause, "boost": points}}]


# Other questions ------------------------------------------------------------------------------------------------------


def suggest(words: Sequence[str], kinds: Collection[str], limit: int) -> dict[str, Any]:
    filters = [LISTED]
    points: list[Clause] = [_STANDING]
    if len(words) > MOST_WORDS or not all(map(storable, words)):
        filters.append(NOTHING)
    elif words:
        # Whole words of which the last may go on; a whole one stands before one that goes on.
        filters += [{"term": {HEAD: word}} for word in words[:-1]]
        filters.append(_begun(HEAD, words[-1]))
        points += _worth({"term": {HEAD: words[-1]}}, _WHOLE_WORD)
    if kinds:
        filters.append(has_value(KIND, kinds))
    clause = {"bool": {"filter": filters, "should": points}}
    return _made(_asking(clause, fields=("kind", "key", "card"), sort=_order(Sort.RELEVANCE), size=limit))


def by_code(codes: Iterable[str], limit: int) -> dict[str, Any]:
    return _made(_asking(coded(codes), fields=(*CARD_FIELDS, "codes"), sort=("kind", "key"), size=limit))


def whole(
    ids: Sequence[DocumentId], fields: Sequence[str] = ("kind", "key", "card", "whole")
) -> dict[str, Any]:
    return _made(_asking(_named(ids), fields=fields, size=max(1, len(ids))))


def _named(ids: Iterable[DocumentId]) -> Clause:
    return {"ids": {"values": [entry_id(wanted) for wanted in ids if storable("".join(wanted))]}}


def keys(kind: str, point: str, after: list[Any] | None, size: int) -> dict[str, Any]:
    asked = _asking(
        {"term": {"kind": kind}} if storable(kind) else NOTHING, fields=("key",), sort=("key",), size=size
    )
    asked = asked.extra(pit={"id": point, "keep_alive": "2m"})
    return _made(asked.extra(search_after=after) if after else asked)
