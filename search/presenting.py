"""From a `SearchResult` to what the templates show: rows, filters, pages, hints. Knows labels only through the registry."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from search import registry
from search.documents import KIND
from search.engines.contract import Sort
from search.parameters import SHOWN_FACETS, YEAR, SearchParameters
from search.query import Hint
from search.results import DidYouMean, FacetCount, Hit, Marked, SearchResult
from search.text import fold, tokenize

SHORTCUTS_SHOWN: Final = 3
"""Below the first results; whoever reads on looks for something else than an answer."""
LINKS_SHOWN: Final = 8
"""Of a filter; the rest is folded, unless it is one or two."""
NO_FACETS: Final = frozenset[str]()


@dataclass(frozen=True, slots=True)
class FacetLink:
    label: str
    query: str
    """The query string that choosing (or giving up) leads to."""
    count: int
    is_on: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    title: str
    links: tuple[FacetLink, ...]
    rest: tuple[FacetLink, ...] = ()


@dataclass(frozen=True, slots=True)
class QuoteView:
    heading: str
    text: SafeString
    url: str


@dataclass(frozen=True, slots=True)
class Shortcut:
    """The part of a document that the question is about."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class HitView:
    title: SafeString
    url: str
    code: str
    meta: tuple[str, ...]
    also: SafeString | None = None
    """An everyday name that has the words where the title has not."""
    kind: str = ""
    """What it is, where the list holds several kinds and this is not the usual one."""
    quote: QuoteView | None = None
    shortcut: Shortcut | None = None
    ended: str = ""
    place: str = ""
    """The reader's unit, as a sentence: whether this is its own listing."""
    document: str = ""
    """ "thu-tuc/1.004194": told when the row is opened."""
    position: int = 0
    score: float = 0.0
    why: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class SortLink:
    label: str
    query: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class DidYouMeanView:
    text: SafeString
    """Changed words in <b>."""
    query: str
    typed: str
    typed_query: str
    """Searches exactly what was typed."""
    is_applied: bool


@dataclass(frozen=True, slots=True)
class NearestField:
    label: str
    url: str
    count: int


@dataclass(frozen=True, slots=True)
class NothingFound:
    """What helps where nothing was found. The desk to phone is the page's."""

    words: str
    is_filtered: bool = False
    clear: str = ""
    """The query string without filters, the words kept."""
    tried: tuple[str, ...] = ()
    """Other ways to say it that were looked for as well."""
    left_out: tuple[str, ...] = ()
    fields: tuple[NearestField, ...] = ()
    fields_are_near: bool = False
    """Whether the words point to these fields; else they are simply the fullest ones."""
    fewer_words: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class ListView:
    """A list of what was found, beside its filters: the search page, the catalogue, what a unit lists."""

    q: str
    heading: str
    """ "14 thủ tục" """
    total: int
    hits: tuple[HitView, ...]
    page: Page[Any]
    pages: Sequence[int | str]
    query: str
    """All parameters but the page, ending in "&" where there are some: for the pager."""
    exact: tuple[HitView, ...] = ()
    """What bears the code that was typed; it may no longer be in force."""
    facets: tuple[Facet, ...] = ()
    on: int = 0
    """How many filters are on."""
    clear: str = ""
    """The query string without filters, the words kept."""
    sorts: tuple[SortLink, ...] = ()
    suggestion: DidYouMeanView | None = None
    promotions: tuple[Any, ...] = ()
    """What curators put on top (search.promotions.Promotion)."""
    place: Link | None = None
    """The unit that was named beside what was asked for: "kết hôn Cẩm Bình"."""
    widened: str = ""
    """Nothing answers at this unit: what is shown is found elsewhere."""
    nothing: NothingFound | None = None
    ignored: tuple[str, ...] = ()
    """Filters that were asked for and that don't exist: "lĩnh vực “x”"."""
    is_cut: bool = False
    """There are more than the pages reach."""
    normal: str = ""
    """The normal form of the query: told when a row is opened."""
    keep: tuple[tuple[str, str], ...] = field(default=())
    """Parameters that the search form carries along."""


# Rows -----------------------------------------------------------------------------------------------------------------


def marked(text: Marked) -> SafeString:
    """With <mark> around what was found."""
    return _wrapped(text.text, text.spans, "mark")


def hit_view(
    hit: Hit, *, position: int = 0, kinds: Mapping[str, registry.Kind], hint: Hint = Hint.NONE
) -> HitView:
    """`kinds`: by name; the first of them is the usual one, which needs no words."""
    kind = kinds.get(hit.id.kind)
    is_usual = next(iter(kinds), hit.id.kind) == hit.id.kind
    return HitView(
        title=marked(hit.title),
        url=hit.url,
        code=hit.code,
        meta=hit.meta,
        also=marked(hit.also) if hit.also else None,
        kind="" if kind is None or is_usual else str(kind.label),
        quote=QuoteView(hit.quote.heading, marked(hit.quote.text), hit.quote.url) if hit.quote else None,
        shortcut=_shortcut(hit, hint) if position <= SHORTCUTS_SHOWN else None,
        ended=hit.ended,
        document=f"{hit.id.kind}/{hit.id.key}",
        position=position,
        score=hit.score,
        why=hit.why,
    )


def hit_views(result: SearchResult, *, per_page: int) -> tuple[HitView, ...]:
    kinds = {kind.name: kind for kind in registry.kinds()}
    first = (result.page - 1) * per_page + 1
    first += len(result.exact) if result.page == 1 else 0
    return tuple(
        hit_view(hit, position=place, kinds=kinds, hint=result.hint)
        for place, hit in enumerate(result.hits, first)
    )


def exact_views(result: SearchResult, *, unit: str = "") -> tuple[HitView, ...]:
    """`unit`: the name of the reader's."""
    kinds = {kind.name: kind for kind in registry.kinds()}
    return tuple(
        replace(
            hit_view(hit, position=number, kinds=kinds, hint=result.hint),
            place=_place(hit, unit),
        )
        for number, hit in enumerate(result.exact, 1)
    )


def _place(hit: Hit, unit: str) -> str:
    if not unit or hit.ended:
        return ""
    words = _("Nơi nộp: %(unit)s") if hit.at_unit else _("%(unit)s không niêm yết thủ tục này")
    return words % {"unit": unit}


def _shortcut(hit: Hit, hint: Hint) -> Shortcut | None:
    found = registry.shortcut(hit.id.kind, hint)
    return Shortcut(str(found[1]), f"{hit.url.partition('#')[0]}#{found[0]}") if found else None


def _wrapped(text: str, spans: Sequence[tuple[int, int]], tag: str) -> SafeString:
    out: list[str] = []
    end = 0
    for begin, until in spans:
        out += [escape(text[end:begin]), f"<{tag}>{escape(text[begin:until])}</{tag}>"]
        end = until
    out.append(escape(text[end:]))
    return mark_safe("".join(out))  # noqa: S308 -- every piece is escaped above


# Filters --------------------------------------------------------------------------------------------------------------


def facet_views(
    result: SearchResult,
    link: Callable[[str, str], str],
    *,
    hidden: frozenset[str] = NO_FACETS,
) -> tuple[Facet, ...]:
    """`link`: facet and value ("" gives it up) → query string. A filter that leaves no choice is not offered."""
    made = (
        _facet(name, result.facets[name], link)
        for name in SHOWN_FACETS
        if name in result.facets and name not in hidden
    )
    return tuple(
        facet for facet in made if facet and (len(facet.links) > 1 or any(one.is_on for one in facet.links))
    )


def _facet(name: str, counted: Sequence[FacetCount], link: Callable[[str, str], str]) -> Facet | None:
    labels = words_of(name, [one.value for one in counted])
    links = [
        FacetLink(labels[one.value], link(name, "" if one.chosen else one.value), one.count, one.chosen)
        for one in counted
        if one.value in labels
    ]
    if not links:
        return None
    links.sort(key=lambda one: not one.is_on)
    return folded(title_of(name), links)


def title_of(facet: str) -> str:
    own = {KIND: _("Loại nội dung"), YEAR: _("Năm")}
    return own.get(facet) or str(registry.facet_label(facet))


def words_of(facet: str, values: Sequence[str]) -> Mapping[str, str]:
    """Values that exist → what readers see."""
    if facet == KIND:
        return {kind.name: str(kind.label) for kind in registry.kinds() if kind.name in values}
    if facet == YEAR:
        return {value: value for value in values}
    return registry.facet_words(facet, values)


def folded(title: str, links: Sequence[FacetLink]) -> Facet:
    shown = LINKS_SHOWN if len(links) > LINKS_SHOWN + 2 else len(links)
    return Facet(title, tuple(links[:shown]), tuple(links[shown:]))


def known_values(parameters: SearchParameters) -> dict[str, list[str]]:
    """Facet → those of the asked values that exist."""
    return {name: list(words_of(name, values)) for name, values in parameters.chosen}


def ignored_words(names: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """A filter that doesn't exist is named, so that nobody takes the whole list for the filtered one."""
    return tuple(f"{_lower(title_of(name))} “{value}”" for name, value in names)


# Pages, sorting, suggestions ------------------------------------------------------------------------------------------


def pages_of(result: SearchResult, *, per_page: int) -> tuple[Page[Any], list[int | str]]:
    reachable = min(result.total, result.pages * per_page)
    paginator = Paginator(range(reachable), per_page)
    page = paginator.get_page(result.page)
    return page, list(paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))


def sort_links(parameters: SearchParameters) -> tuple[SortLink, ...]:
    labels = {Sort.RELEVANCE: _("phù hợp nhất"), Sort.DATE: _("mới thay đổi")}
    if parameters.sort == Sort.TITLE:
        labels[Sort.TITLE] = _("tên")
    return tuple(
        SortLink(words, parameters.sorted_by(sort).query(), sort == parameters.sort)
        for sort, words in labels.items()
    )


def did_you_mean(
    suggestion: DidYouMean | None, typed: str, link: Callable[[str, bool], str]
) -> DidYouMeanView | None:
    """`link`: words, and whether exactly they → query string."""
    if suggestion is None:
        return None
    known = {token.folded for token in tokenize(typed)}
    changed = [(token.start, token.end) for token in tokenize(suggestion.text) if token.folded not in known]
    return DidYouMeanView(
        text=_wrapped(suggestion.text, changed, "b"),
        query=link(suggestion.text, False),
        typed=typed,
        typed_query=link(typed, True),
        is_applied=suggestion.applied,
    )


def counted_words(total: int, kind: str = "") -> str:
    """ "14 kết quả"; of one kind alone "14 thủ tục"."""
    number = f"{total:,}".replace(",", ".")
    return f"{number} {_lower(kind)}" if kind else _("%(number)s kết quả") % {"number": number}


def kind_words(parameters: SearchParameters, result: SearchResult) -> str:
    """The label of the one kind that is asked for, or of which everything found is."""
    shown = parameters.filters.get(KIND) or tuple(
        one.value for one in result.facets.get(KIND, ()) if one.count
    )
    kinds = {kind.name: str(kind.label) for kind in registry.kinds()}
    return kinds.get(shown[0], "") if len(shown) == 1 else ""


def other_ways(result: SearchResult) -> tuple[str, ...]:
    """What else was looked for, as it is written with accents; nothing that only repeats what was typed."""
    typed = fold(result.query.text)
    ways = (
        " ".join(way.accented)
        for concept in result.query.concepts
        for way in concept.alternatives[1:]
        if way.accented
    )
    return tuple(dict.fromkeys(way for way in ways if fold(way) not in typed))[:6]


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
