"""What the search box offers while somebody types: names, and what others asked before them. Nothing is counted here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from search import engines, outbox, usage, vocabulary
from search.documents import DocumentId
from search.engines.contract import Alternative, Candidate, Concept, Plan, Suggestion
from search.planning import weighed
from search.ranking import rank
from search.reading import read
from search.service import find
from search.text import accented_words, words

MOST_WORDS: Final = 12
CANDIDATES: Final = 40
MEANT: Final = 4
"""Results of a search that are offered where the words typed mean others."""
PAST_QUERIES: Final = 2
QUERY: Final = "cau-hoi"
"""Kind of a suggestion that is a query, not a document; it has no address."""


def suggest(
    text: str, *, unit: str = "", kinds: Sequence[str] = (), limit: int = 8
) -> tuple[Suggestion, ...]:
    """Best first; the last word may go on ("ket ho"). `unit`: slug of the reader's unit, for addresses and order."""
    typed = words(text)[:MOST_WORDS]
    if not typed:
        return ()
    embedded = engines.embedded()
    outbox.catch_up(embedded)
    lexicon = embedded.lexicon()
    found = {item.id: item for item in engines.current().suggest(typed, kinds=kinds, limit=CANDIDATES)}
    plan = Plan(weighed(_concepts(typed, accented_words(text)[:MOST_WORDS]), lexicon))
    ranked = rank(map(_candidate, found.values()), plan, lexicon, unit=unit)
    offered = [found[item.candidate.id] for item in ranked]
    if _means_more(text, typed):
        # What is meant before what is only written alike: "so do" is "sổ đỏ".
        meant = _of_search(text, unit=unit, kinds=kinds, limit=MEANT)
        offered = [*meant, *(item for item in offered if item.id not in {one.id for one in meant})]
    asked = _past(text, limit=PAST_QUERIES) if not kinds else ()
    return (*offered[: limit - len(asked)], *asked)


def _concepts(typed: Sequence[str], accented: Sequence[str]) -> list[Concept]:
    last = len(typed) - 1
    return [
        Concept(
            (Alternative((word,), accented=(written,) if written != word else ()),), is_open=number == last
        )
        for number, (word, written) in enumerate(zip(typed, accented, strict=True))
    ]


def _means_more(text: str, typed: Sequence[str]) -> bool:
    """A code, or words that mean others ("sổ đỏ"): names alone can't answer."""
    query = read(text, vocabulary.current())
    return (
        bool(query.codes)
        or len(query.concepts) != len(typed)
        or any(len(concept.alternatives) > 1 for concept in query.concepts)
    )


def _of_search(text: str, *, unit: str, kinds: Sequence[str], limit: int) -> list[Suggestion]:
    result = find(text, unit=unit, kinds=kinds, per_page=limit, repair=False)
    return [
        Suggestion(hit.id, hit.title.text, hit.url, (hit.title.text,), (), 0.0, hit.meta)
        for hit in (*result.exact, *result.hits)
    ]


def _past(text: str, *, limit: int) -> tuple[Suggestion, ...]:
    return tuple(
        Suggestion(DocumentId(QUERY, asked), asked, "", (asked,), (), 0.0)
        for asked in usage.successful(text, limit=limit)
    )


def _candidate(item: Suggestion) -> Candidate:
    return Candidate(item.id, item.title, item.url, item.names, item.everyday, (), item.prior, {}, item.meta)
