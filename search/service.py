"""Searching, from what was typed to what is shown: reading, planning, asking an engine, ranking, marking. Asks no app.

result = find("dang ky ket hon o Cẩm Bình", facets=("linh-vuc", "cap"), page=1)
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from search import engines, outbox, registry, usage, vocabulary
from search.documents import FIELD, KIND, DocumentId, Passage
from search.engines.contract import Answering, Found, Plan, Request, Sort
from search.lexicon import Lexicon
from search.marking import Sought, also_found, mark, quote_for, sought
from search.planning import Strictness, plan_for
from search.query import Query
from search.ranking import Ranked, lifted, rank
from search.reading import read
from search.repair import Kind, Repair, repairs
from search.repair.company import Familiar
from search.results import DidYouMean, FacetCount, Hit, NamedPlace, SearchResult
from search.text import words
from search.vocabulary.reading import Vocabulary

BLOCK: Final = 200
"""Candidates that are ranked together; later pages are ranked in blocks of their own, so that pages never overlap."""
MOST_PAGES: Final = 100
FEW: Final = 10
"""Documents whose names answer, from which texts are not searched as well."""
SURE: Final = 0.999
"""So much of a query in one name: it is found."""
NEARLY: Final = 0.95
"""So much of a repaired query in one name, and more than of what was typed: it is what was meant."""
HALFWAY: Final = 0.8
"""Less of a guess in any name: it is only offered."""
QUOTED: Final = 0.02
"""What a document's parts must add to its score before one of them is quoted."""
BETTER: Final = 0.1
"""How much more of a query a repaired one must meet before it is worth showing."""
_OF_UNITS: Final = re.compile(
    r"(?:{0})(?: (?:{0}))*".format(
        "|".join(
            " ".join(words(said))
            for said in (
                "bộ phận một cửa", "trung tâm phục vụ hành chính công", "ủy ban nhân dân", "số điện thoại", "điện thoại",
                "giờ làm việc", "giờ mở cửa", "mấy giờ mở cửa", "đường dây nóng", "địa chỉ", "liên hệ", "thư điện tử",
                "email", "trang web", "website", "trụ sở", "ở đâu", "cho hỏi", "ubnd", "xin", "số", "của", "tại", "ở",
            )
        )
    )
)  # fmt: skip
"""What people ask of a unit itself."""
Quoted = tuple[Sought, Sequence[Passage]]
NO_FILTERS: Final[Mapping[str, tuple[str, ...]]] = {}


@dataclass(frozen=True, slots=True)
class _Ask:
    """What stays the same however the words are understood."""

    engine: Answering
    lexicon: Lexicon
    vocabulary: Vocabulary
    filters: Mapping[str, tuple[str, ...]]
    facets: tuple[str, ...]
    sort: Sort
    page: int
    per_page: int
    unit: str
    without: frozenset[str]

    @property
    def block(self) -> int:
        return (self.page - 1) * self.per_page // BLOCK

    def ranks(self, plan: Plan) -> bool:
        """By date or title, and where nothing is asked, the engine's order is the page's."""
        return self.sort == Sort.RELEVANCE and not plan.asks_nothing


@dataclass(frozen=True, slots=True)
class _Answer:
    query: Query
    plan: Plan
    found: Found
    ranked: Sequence[Ranked]
    """Of the block that the page lies in; by date or title the page itself."""

    @property
    def covered(self) -> float:
        """How much of the query the best name holds."""
        return max((item.covered for item in self.ranked), default=0.0)


def find(  # noqa: PLR0913 -- what an address may ask for, each with a default
    text: str,
    *,
    filters: Mapping[str, tuple[str, ...]] = NO_FILTERS,
    unit: str = "",
    page: int = 1,
    per_page: int = 20,
    sort: Sort = Sort.RELEVANCE,
    facets: Sequence[str] = (),
    kinds: Sequence[str] = (),
    repair: bool = True,
    explain: bool = False,
    without: Collection[str] = (),
    engine: Answering | None = None,
) -> SearchResult:
    """`unit`: slug of the reader's unit, whose listings stand first; it is no filter (that is "don-vi" in `filters`).

    `filters`: facet → values, any of which suits. `repair=False`: exactly what was typed. `without`: components of the
    ranking that are left out. Raises EngineUnavailable only when not even the embedded engine can answer.
    """
    asked = engine or engines.current()
    outbox.catch_up(engines.embedded())
    per_page = max(1, min(per_page, BLOCK))
    ask = _Ask(
        engine=asked,
        lexicon=engines.embedded().lexicon(),
        vocabulary=vocabulary.current(),
        filters={**filters, **({KIND: tuple(kinds)} if kinds else {})},
        facets=tuple(facets),
        sort=sort,
        page=max(1, min(page, MOST_PAGES)),
        per_page=per_page,
        unit=unit,
        without=frozenset(without),
    )
    query = read(text, ask.vocabulary)
    if query.text and query.is_empty:
        # Signs alone ask for nothing, which is not the same as asking for everything.
        return SearchResult(query, hits=(), total=0, page=1, pages=0, sort=sort, engine=asked.name)
    answer = _answer(ask, query)
    place: NamedPlace | None = None
    if (placed := _placed(ask, text, answer)) is not None:
        ask, answer, place = placed
    suggestion: DidYouMean | None = None
    if repair and "repair" not in ask.without and answer.covered < SURE and not answer.query.codes:
        answer, suggestion = _repaired(ask, answer)
    return _result(ask, _lifted(ask, answer), place=place, suggestion=suggestion, explain=explain)


def ranked_ids(
    text: str,
    *,
    kind: str,
    without: Collection[str] = (),
    engine: Answering | None = None,
    limit: int = 20,
) -> list[DocumentId]:
    """What `find` shows first, for judging: exact hits, then the others."""
    result = find(text, kinds=(kind,), per_page=limit, without=without, engine=engine)
    return [hit.id for hit in (*result.exact, *result.hits)][:limit]


# Asking ---------------------------------------------------------------------------------------------------------------


def _answer(ask: _Ask, query: Query) -> _Answer:
    """Strictly first; looser only where nothing answers. Filters never decide how strictly: what a facet counts is found."""
    narrowed = set(ask.filters) - {KIND}
    plan: Plan | None = None
    found: Found | None = None
    for strictness in Strictness:
        looser = plan_for(query, ask.lexicon, strictness=strictness)
        if plan is not None and (looser.head, looser.anywhere) == (plan.head, plan.anywhere):
            continue
        plan = looser
        found = None if narrowed else _found(ask, plan)
        total = found.total if found else _total(ask, plan)
        enough = FEW if strictness is Strictness.NAMES else 1
        if total >= enough or not query.concepts:
            break
    assert plan is not None
    found = found or _found(ask, plan)
    if not ask.ranks(plan):
        return _Answer(query, plan, found, [Ranked(c, 0.0, {}, c.title, 0.0) for c in found.candidates])
    block = found.candidates[ask.block * BLOCK :]
    return _Answer(query, plan, found, rank(block, plan, ask.lexicon, unit=ask.unit, without=ask.without))


def _total(ask: _Ask, plan: Plan) -> int:
    """Documents that answer under no filter but the kind."""
    kinds = {facet: values for facet, values in ask.filters.items() if facet == KIND}
    return ask.engine.search(Request(plan, filters=kinds, limit=1)).total


def _found(ask: _Ask, plan: Plan) -> Found:
    ranks = ask.ranks(plan)
    return ask.engine.search(
        Request(
            plan,
            filters=ask.filters,
            facets=ask.facets,
            sort=ask.sort,
            limit=BLOCK * (ask.block + 1) if ranks else ask.per_page,
            offset=0 if ranks else (ask.page - 1) * ask.per_page,
        )
    )


def _lifted(ask: _Ask, answer: _Answer) -> _Answer:
    """With what others opened after the same query, which never decides how a query is understood."""
    if "popularity" in ask.without or not ask.ranks(answer.plan) or not answer.ranked:
        return answer
    opened = usage.popularity(answer.query.normal, [item.candidate.id for item in answer.ranked])
    return replace(answer, ranked=lifted(answer.ranked, opened)) if opened else answer


def _placed(ask: _Ask, text: str, whole: _Answer) -> tuple[_Ask, _Answer, NamedPlace] | None:
    """A unit named beside what is asked for ("kết hôn ở Cẩm Bình"); not where a name holds all of the words itself."""
    if whole.covered >= SURE:
        return None
    placed = registry.find_place(text)
    if placed is None or not placed.rest.strip():
        return None
    if _OF_UNITS.fullmatch(" ".join(words(placed.rest))):
        # "số điện thoại UBND xã Đức Thọ": nothing is asked for but the unit.
        there, query = ask, read(placed.name, ask.vocabulary)
    else:
        there, query = replace(ask, unit=placed.slug), read(placed.rest, ask.vocabulary)
        if query.is_empty:
            return None
    answer = _answer(there, query)
    if not answer.found.total:
        return None
    return there, answer, NamedPlace(placed.slug, placed.name, placed.url)


def _repaired(ask: _Ask, typed: _Answer) -> tuple[_Answer, DidYouMean | None]:
    """Another way to write the query, where no name holds what was typed: run at once if that names nothing at all."""
    for repair in _tries(ask, typed):
        is_guess = repair.kind in (Kind.SPELLING, Kind.SPACE)
        # Accents that were only guessed for showing must not tell words apart.
        guessed = is_guess and not typed.query.has_accents
        query = read(repair.normal if guessed else repair.text, ask.vocabulary)
        if query.is_empty or query.normal == typed.query.normal:
            continue
        answer = _answer(ask, query)
        better = 0.0 if repair.is_sure else BETTER
        if not answer.found.total or answer.covered <= typed.covered + better:
            continue
        believed = not is_guess or repair.is_sure or answer.covered >= HALFWAY
        applied = (
            not typed.found.total
            or answer.covered >= NEARLY
            or (believed and _names_nothing(typed, ask.lexicon))
        )
        return (answer if applied else typed), DidYouMean(repair.text, applied=applied)
    return typed, None


def _tries(ask: _Ask, typed: _Answer) -> Sequence[Repair]:
    return repairs(typed.query.text, ask.lexicon, familiar=_familiar(ask.vocabulary))[:2]


def _familiar(known: Vocabulary) -> Familiar:
    """Words and pairs that are right though no name has them. Made once for a vocabulary: repairs keep tables by it."""
    global _held_familiar  # noqa: PLW0603 -- a cache of one
    if _held_familiar is None or _held_familiar[0] is not known:
        phrases = (
            phrase.tokens
            for index in (known.phrases, known.abbreviations)
            for found in index.values()
            for phrase in found
        )
        small = known.light_accented | known.skipped
        _held_familiar = (known, Familiar.of((*phrases, *((word,) for word in known.light)), small))
    return _held_familiar[1]


_held_familiar: tuple[Vocabulary, Familiar] | None = None


def _names_nothing(typed: _Answer, lexicon: Lexicon) -> bool:
    """A word that stands in no name: whoever typed it did not find what they named."""
    return any(
        not any(all(token in lexicon for token in way.tokens) for way in concept.alternatives)
        for concept in typed.query.concepts
    )


# Showing --------------------------------------------------------------------------------------------------------------


def _result(
    ask: _Ask,
    answer: _Answer,
    *,
    place: NamedPlace | None,
    suggestion: DidYouMean | None,
    explain: bool,
) -> SearchResult:
    exact_ids: set[DocumentId] = set()
    exact: tuple[Hit, ...] = ()
    codes = answer.plan.codes
    if codes:
        by_code = [
            Ranked(candidate, 1.0, {}, candidate.title, 1.0)
            for candidate in ask.engine.by_code(codes)
            if _suits(candidate.id, ask.filters)
        ]
        exact_ids = {item.candidate.id for item in by_code}
        if ask.page == 1:
            exact = tuple(_hit(ask, answer, item, {}, explain=False) for item in by_code)
    shown = [item for item in _page(ask, answer) if item.candidate.id not in exact_ids]
    quotes = _quotes(ask, answer, shown)
    total = max(answer.found.total, len(exact))
    reachable = min(total, MOST_PAGES * ask.per_page)
    return SearchResult(
        query=answer.query,
        hits=tuple(_hit(ask, answer, item, quotes, explain=explain) for item in shown),
        total=total,
        page=ask.page,
        pages=-(-reachable // ask.per_page),
        sort=ask.sort,
        exact=exact,
        facets={
            facet: _counts(answer.found.facets.get(facet, {}), ask.filters.get(facet, ()))
            for facet in ask.facets
        },
        suggestion=suggestion,
        place=place,
        hint=answer.query.hint,
        nearest=_nearest(ask, answer) if not total else {},
        engine=ask.engine.name,
        stood_in=getattr(ask.engine, "stood_in", False),
    )


def _page(ask: _Ask, answer: _Answer) -> list[Ranked]:
    if not ask.ranks(answer.plan):
        return list(answer.ranked)
    begin = (ask.page - 1) * ask.per_page - ask.block * BLOCK
    return list(answer.ranked[begin : begin + ask.per_page])


def _quotes(ask: _Ask, answer: _Answer, shown: Sequence[Ranked]) -> Mapping[DocumentId, Quoted]:
    """For the results that owe something to their parts: what to quote from there."""
    wanted = {
        item.candidate.id: found
        for item in shown
        if item.shares.get("parts", 0.0) >= QUOTED
        and (found := sought(item.candidate, item.name, answer.plan)) is not None
    }
    if not wanted:
        return {}
    passages = ask.engine.passages({document: found.parts for document, found in wanted.items()})
    return {document: (wanted[document], held) for document, held in passages.items()}


def _hit(
    ask: _Ask, answer: _Answer, item: Ranked, quotes: Mapping[DocumentId, Quoted], *, explain: bool
) -> Hit:
    candidate = item.candidate
    at_unit = bool(ask.unit) and ask.unit in candidate.units
    url = candidate.url
    if at_unit and candidate.unit_url:
        url = candidate.unit_url.replace("{unit}", ask.unit)
    elif ask.unit and candidate.reader_url:
        url = candidate.reader_url.replace("{unit}", ask.unit)
    quoted = quotes.get(candidate.id)
    return Hit(
        id=candidate.id,
        title=mark(candidate.title, answer.plan),
        url=url,
        meta=candidate.meta,
        code=candidate.codes[0] if candidate.codes else "",
        also=also_found(candidate, item.name, answer.plan),
        quote=quote_for(*quoted, answer.plan, url=url) if quoted else None,
        at_unit=at_unit,
        dated=candidate.dated,
        ended=candidate.ended,
        score=round(item.score, 4),
        why=item.why if explain else (),
    )


def _suits(document: DocumentId, filters: Mapping[str, tuple[str, ...]]) -> bool:
    """A code is exact: only the kind of document can still say no."""
    return not filters.get(KIND) or document.kind in filters[KIND]


def _counts(found: Mapping[str, int], chosen: Sequence[str]) -> tuple[FacetCount, ...]:
    """A chosen value stands there even where it leaves nothing: it must be possible to take it away."""
    counted = {**dict.fromkeys(chosen, 0), **found}
    best = sorted(counted, key=lambda value: (-counted[value], value))
    return tuple(FacetCount(value, counted[value], value in chosen) for value in best)


def _nearest(ask: _Ask, answer: _Answer) -> Mapping[str, int]:
    """Where nothing was found: the fields that the single words point to."""
    loose = plan_for(answer.query, ask.lexicon, strictness=Strictness.ANY)
    every = tuple(frozenset({number}) for number in range(len(loose.concepts)))
    counted = ask.engine.search(
        Request(replace(loose, head=every, anywhere=every), facets=(FIELD,), limit=1)
    ).facets.get(FIELD, {})
    return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:4])
