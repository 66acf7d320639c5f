"""From what is asked to Elasticsearch's words. Only composes: no connection, and nothing is decided here.

What answers is `Plan`'s rule, clause by clause; what is handed over first follows the embedded engine's first guess point by
point, so that both hand the same documents over for ranking.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from elasticsearch.dsl import A, Q, Search
from elasticsearch.dsl.aggs import Agg
from elasticsearch.dsl.query import Query

from search.documents import DocumentId, Part
from search.engines.contract import Alternative, Concept, Plan, Request, Sort
from search.engines.elasticsearch.entries import CARD_FIELDS, MOST_PASSAGES, entry_id, mask_name
from search.engines.sqlite.wording import KIND, code_key, storable

HEAD: Final = "head"
ALL: Final = "all"
ACCENTED: Final = "accented"
MOST_VALUES: Final = 5_000
"""Of a facet: more than any has, so that counts are exact."""

_IN_HEAD: Final = 12
"""Points for the concept that tells most, in the head; elsewhere in a document `_ELSEWHERE`."""
_ELSEWHERE: Final = 3
_ACCENTED: Final = 8
_WHOLE_WORD: Final = 8
_CODE_FOUND: Final = 1 << 14
_HEAD_MET: Final = 1 << 13
"""More than all other points together."""
_MOST_POINTS: Final = _HEAD_MET - 1 - 31

NOTHING: Final = Q("match_none")
LISTED: Final = Q("term", listed=True)
_STANDING: Final = Q(
    "function_score",
    query=Q("match_all"),
    functions=[{"field_value_factor": {"field": "standing", "missing": 0}}],
    boost_mode="replace",
)
"""What is known of a document whatever is asked: 0 to 31 points."""


# Where something stands -----------------------------------------------------------------------------------------------


def any_of(queries: Sequence[Query]) -> Query:
    if not queries:
        return NOTHING
    return queries[0] if len(queries) == 1 else Q("bool", should=list(queries), minimum_should_match=1)


def all_of(queries: Sequence[Query]) -> Query:
    return queries[0] if len(queries) == 1 else Q("bool", filter=list(queries))


def stands(concept: Concept, field: str) -> Query:
    """All tokens of one of its alternatives stand in the field."""
    ways = [
        _way(way, field, is_open=concept.is_open)
        for way in concept.alternatives
        if way.tokens and all(map(storable, way.tokens))
    ]
    return any_of(ways)


def _way(way: Alternative, field: str, *, is_open: bool) -> Query:
    last = len(way.tokens) - 1
    return all_of(
        [
            Q("prefix" if is_open and place == last else "term", **{field: token})
            for place, token in enumerate(way.tokens)
        ]
    )


def suffices(sets: Iterable[frozenset[int]], found: Sequence[Query]) -> Query:
    """Any of the sets, all of its concepts. What several sets share is asked once, or the question grows too long."""
    return any_of(_ways_to_suffice([frozenset(chosen) for chosen in sets if chosen], found))


def _ways_to_suffice(sets: list[frozenset[int]], found: Sequence[Query]) -> list[Query]:
    alone = sorted({next(iter(chosen)) for chosen in sets if len(chosen) == 1})
    ways = [found[concept] for concept in alone]
    left = [chosen for chosen in sets if len(chosen) > 1 and not chosen & set(alone)]
    while left:
        counted = Counter(concept for chosen in left for concept in chosen)
        shared = min(counted, key=lambda concept: (-counted[concept], concept))
        rest = any_of(_ways_to_suffice([chosen - {shared} for chosen in left if shared in chosen], found))
        ways.append(all_of([found[shared], rest]))
        left = [chosen for chosen in left if shared not in chosen]
    return ways


def coded(codes: Iterable[str]) -> Query | None:
    keys = [key for key in dict.fromkeys(map(code_key, codes)) if key and storable(key)]
    return Q("terms", codes=keys) if keys else None


def has_value(facet: str, values: Iterable[str]) -> Query:
    field = "kind" if facet == KIND else f"facets.{facet}"
    return Q("terms", **{field: [value for value in values if storable(value)]})


# Searching ------------------------------------------------------------------------------------------------------------


def search(request: Request) -> dict[str, Any]:
    plan = request.plan
    in_head = suffices(plan.head, [stands(concept, HEAD) for concept in plan.concepts])
    by_code = coded(plan.codes)
    answers = [
        in_head,
        suffices(plan.anywhere, [stands(concept, ALL) for concept in plan.concepts]),
        *([by_code] if by_code is not None else []),
    ]
    allowed = {facet: has_value(facet, values) for facet, values in request.filters.items() if values}
    filters = [LISTED]
    if not plan.asks_nothing:
        filters.append(any_of([query for query in answers if query != NOTHING]))
    if not request.facets:
        filters += allowed.values()
    if plan.concepts:
        filters.append(_masks(plan))
    points = _points(plan, in_head, by_code) if request.sort == Sort.RELEVANCE else []
    asked = (
        Search()
        .query("bool", filter=filters, should=points)
        .sort(*_order(request.sort))
        .source(False)
        .extra(
            docvalue_fields=list(CARD_FIELDS),
            track_total_hits=True,
            track_scores=False,
            size=request.limit,
            from_=request.offset,
        )
    )
    if request.facets:
        if allowed:
            asked = asked.post_filter(all_of(list(allowed.values())))
        for facet in request.facets:
            asked.aggs.bucket(facet, _counts(facet, allowed))
    made: dict[str, Any] = asked.to_dict()
    return made


def _counts(facet: str, allowed: Mapping[str, Query]) -> Agg:
    """Under all filters but its own."""
    others = [query for other, query in allowed.items() if other != facet]
    field = "kind" if facet == KIND else f"facets.{facet}"
    values = A("terms", field=field, size=MOST_VALUES)
    return A("filter", all_of(others) if others else Q("match_all"), aggs={"values": values})


def _order(sort: Sort) -> list[Any]:
    by_key: list[Any] = ["kind", "key"]
    if sort == Sort.DATE:
        return [{"dated": {"order": "desc", "missing": "_last"}}, "title_key", *by_key]
    if sort == Sort.TITLE:
        return ["title_key", *by_key]
    return [{"_score": {"order": "desc"}}, *by_key]


def _masks(plan: Plan) -> Query:
    """Changes nothing about what is found: beside something that must be met, what may be met is not even looked at. But
    of every document that is handed over, the server names which of these it meets."""
    named = []
    for number, concept in enumerate(plan.concepts):
        for part in Part:
            query = stands(concept, f"parts.{part.value}")
            if query == NOTHING:
                break
            named.append(Q("bool", filter=[query], _name=mask_name(part, number)))
    return Q("bool", filter=[Q("match_all")], should=named)


def _points(plan: Plan, in_head: Query, by_code: Query | None) -> list[Query]:
    most = max((concept.weight for concept in plan.concepts), default=0.0) or 1.0
    scale = min(1.0, _MOST_POINTS / ((_IN_HEAD + _ACCENTED) * max(1, len(plan.concepts))))
    points: list[Query] = [_STANDING]
    for concept in plan.concepts:
        share = scale * max(0.0, concept.weight) / most
        head = stands(concept, HEAD)
        if head == NOTHING:
            continue
        elsewhere = max(1, round(_ELSEWHERE * share))
        points += _worth(stands(concept, ALL), elsewhere)
        points += _worth(head, max(1, round(_IN_HEAD * share)) - elsewhere)
        points += _worth(_meant(concept, head), round(_ACCENTED * share))
    points += _worth(in_head, _HEAD_MET)
    points += _worth(by_code, _CODE_FOUND)
    return points


def _meant(concept: Concept, head: Query) -> Query | None:
    """The first way that was typed with accents, with the same ones."""
    way = next((way for way in concept.alternatives if way.accented), None)
    if way is None or concept.is_open or not all(map(storable, way.accented)):
        return None
    return all_of([head, *(Q("term", accented=word) for word in way.accented)])


def _worth(query: Query | None, points: int) -> list[Query]:
    if query is None or query == NOTHING or points <= 0:
        return []
    return [Q("constant_score", filter=query, boost=points)]


# Other questions ------------------------------------------------------------------------------------------------------


def suggest(words: Sequence[str], kinds: Collection[str], limit: int) -> dict[str, Any]:
    filters = [LISTED]
    points: list[Query] = [_STANDING]
    if not all(map(storable, words)):
        filters.append(NOTHING)
    elif words:
        filters += [Q("term", head=word) for word in words[:-1]]
        # Whole words of which the last may go on; a whole one stands before one that goes on.
        filters.append(Q("prefix", head=words[-1]))
        points += _worth(Q("term", head=words[-1]), _WHOLE_WORD)
    if kinds:
        filters.append(has_value(KIND, kinds))
    asked = Search().query("bool", filter=filters, should=points).sort(*_order(Sort.RELEVANCE)).source(False)
    made: dict[str, Any] = asked.extra(
        docvalue_fields=["kind", "key", "card"], track_total_hits=False, size=limit
    ).to_dict()
    return made


def by_code(query: Query, limit: int) -> dict[str, Any]:
    asked = Search().query("bool", filter=[query]).sort("kind", "key").source(False)
    made: dict[str, Any] = asked.extra(
        docvalue_fields=[*CARD_FIELDS, "codes"], track_total_hits=False, size=limit
    ).to_dict()
    return made


def passages(ids: Sequence[DocumentId], plan: Plan) -> dict[str, Any] | None:
    """None: there is nothing to ask for."""
    met = [query for concept in plan.concepts if (query := stands(concept, "passages.words")) != NOTHING]
    if not met or not ids:
        return None
    inner = {"size": MOST_PASSAGES, "_source": False}
    asked = (
        Search()
        .query(
            "bool",
            filter=[
                Q("ids", values=[entry_id(wanted) for wanted in ids if storable("".join(wanted))]),
                Q("nested", path="passages", query=any_of(met), inner_hits=inner),
            ],
        )
        .source(False)
    )
    made: dict[str, Any] = asked.extra(
        stored_fields=["whole"], docvalue_fields=["kind", "key"], track_total_hits=False, size=len(ids)
    ).to_dict()
    return made


def whole(ids: Sequence[DocumentId]) -> dict[str, Any]:
    asked = Search().query("ids", values=[entry_id(wanted) for wanted in ids if storable("".join(wanted))])
    made: dict[str, Any] = (
        asked.source(False)
        .extra(
            stored_fields=["whole"],
            docvalue_fields=["kind", "key", "card"],
            track_total_hits=False,
            size=max(1, len(ids)),
        )
        .to_dict()
    )
    return made


def keys(kind: str, point: str, after: list[Any] | None, size: int) -> dict[str, Any]:
    asked = Search().query("term", kind=kind).sort("key").source(False)
    made: dict[str, Any] = asked.extra(
        pit={"id": point, "keep_alive": "2m"},
        docvalue_fields=["key"],
        track_total_hits=False,
        size=size,
        **({"search_after": after} if after else {}),
    ).to_dict()
    return made
