"""Results that curators put on top of an answer: matched by what was meant, not by how it was typed.

A promotion (`wagtail.contrib.search_promotions`) has words of its own. A query asks for it if it says the same thing by
thing, in any order, where each thing may be said in every way that the vocabulary knows: promoted for "sổ đỏ", it stands
over "so do" and over "giấy chứng nhận quyền sử dụng đất", but not over "sổ đỏ bị mất". Wagtail's own counting of queries
is never used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from wagtail.contrib.search_promotions.models import Query as PromotedQuery
from wagtail.contrib.search_promotions.models import SearchPromotion

from search import vocabulary
from search.engines.contract import Concept
from search.query import Query
from search.reading import EXPANDED, read

MOST_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Promotion:
    title: str
    url: str
    description: str
    is_elsewhere: bool
    """Leads away from the portal."""


def promoted(query: Query) -> tuple[Promotion, ...]:
    """In the order that curators gave them. One look-up, two where something is promoted."""
    if query.is_empty:
        return ()
    words = dict(PromotedQuery.objects.filter(editors_picks__isnull=False).values_list("pk", "query_string"))
    version = vocabulary.current().version
    matching = [pk for pk, text in words.items() if answers(_read(text, version), query)]
    if not matching:
        return ()
    picks = (
        SearchPromotion.objects.filter(query__in=matching).select_related("page").order_by("sort_order", "pk")
    )
    shown = {promotion.url: promotion for pick in picks if (promotion := _promotion(pick)) is not None}
    return tuple(shown.values())[:MOST_SHOWN]


def answers(promoted_for: Query, asked: Query) -> bool:
    """Whether what is promoted for the one query stands over the answer to the other. Pure."""
    if promoted_for.is_empty or set(promoted_for.codes) != set(asked.codes):
        return False
    if promoted_for.normal == asked.normal:
        return True
    if promoted_for.numbers != asked.numbers:
        return False
    return any(_can_be_said(bag, asked.concepts) for bag in _bags(promoted_for))


def _bags(query: Query) -> Iterator[Counter[str]]:
    """The words of a promotion as they were written, and as what they stand for wholly: abbreviations, everyday words."""
    yield Counter(token for concept in query.concepts for token in concept.alternatives[0].tokens)
    yield Counter(
        token
        for concept in query.concepts
        for token in next(
            (way.tokens for way in concept.alternatives[1:] if way.weight >= EXPANDED),
            concept.alternatives[0].tokens,
        )
    )


def _can_be_said(wanted: Counter[str], concepts: Sequence[Concept]) -> bool:
    """Whether some way to say each of the concepts uses exactly these words: "sổ đỏ" is three of them elsewhere."""
    if not concepts:
        return not wanted
    for way in concepts[0].alternatives:
        tokens = Counter(way.tokens)
        if tokens <= wanted and _can_be_said(wanted - tokens, concepts[1:]):
            return True
    return False


@lru_cache(maxsize=1_000)
def _read(text: str, _version: str) -> Query:
    """Kept as long as the vocabulary stays the same."""
    return read(text, vocabulary.current())


def _promotion(pick: SearchPromotion) -> Promotion | None:
    """None: the page is not public any more."""
    if pick.page is not None:
        if not pick.page.live or pick.page.get_view_restrictions().exists():
            return None
        url = pick.page.specific.get_url()
        return Promotion(pick.page.title, url, pick.description, is_elsewhere=False) if url else None
    own = settings.PORTAL_BASE_URL
    url = pick.external_link_url
    if urlsplit(url).netloc == urlsplit(own).netloc:
        parts = urlsplit(url)
        local = (
            # Two slashes would begin another site's address.
            "/"
            + parts.path.lstrip("/\\")
            + (f"?{parts.query}" if parts.query else "")
            + (f"#{parts.fragment}" if parts.fragment else "")
        )
        return Promotion(pick.external_link_text, local, pick.description, is_elsewhere=False)
    return Promotion(pick.external_link_text, url, pick.description, is_elsewhere=True)
