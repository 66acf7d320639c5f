"""What helps where nothing was found: what was tried, the nearest fields, fewer words. Asked only then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.urls import reverse

from search import registry
from search.documents import FIELD
from search.engines.contract import EngineUnavailable
from search.presenting import NearestField, NothingFound, other_ways, words_of
from search.results import SearchResult
from search.service import find

NEAREST: Final = 4
TRIES: Final = 3
MOST_WORDS: Final = 12


def nothing_found(result: SearchResult, words: str, *, clear: str, is_filtered: bool) -> NothingFound:
    """`clear`: the query string without filters, the words kept."""
    counted = counted_fields()
    nearest = list(result.nearest) or list(counted)
    return NothingFound(
        words=words,
        is_filtered=is_filtered,
        clear=clear,
        tried=other_ways(result),
        left_out=result.query.left_out,
        fields=field_links({slug: counted[slug] for slug in nearest if slug in counted}, limit=NEAREST),
        fields_are_near=bool(result.nearest),
        fewer_words=fewer_words(words),
    )


def counted_fields() -> dict[str, int]:
    """Field → how many documents of the usual kind it has, fullest first."""
    usual = registry.kinds()[:1]
    try:
        found = find("", kinds=[kind.name for kind in usual], facets=(FIELD,), per_page=1)
    except EngineUnavailable:
        # A page that only wanted to offer them stands without.
        return {}
    return {one.value: one.count for one in found.facets.get(FIELD, ())}


def field_links(counted: Mapping[str, int], *, limit: int) -> tuple[NearestField, ...]:
    """To the catalogue, where a field has a page."""
    labels = words_of(FIELD, list(counted)[:limit])
    address = reverse("catalogue")
    return tuple(
        NearestField(labels[slug], f"{address}?{FIELD}={slug}", counted[slug])
        for slug in counted
        if slug in labels
    )


def fewer_words(text: str) -> str:
    """A beginning of what was typed that finds something; "" where none of a few does."""
    words = text.split()[:MOST_WORDS]
    sizes = dict.fromkeys((len(words) - 1, len(words) * 2 // 3, len(words) // 2))
    for part in (" ".join(words[:size]) for size in list(sizes)[:TRIES] if size > 0):
        if find(part, per_page=1, repair=False).total:
            return part
    return ""
