"""What a reader asked of the search page, parsed once from its address into one value. Pure: no Django.

Every value is checked against a list or a shape, or bounded; what is unknown or absurd falls back to "not asked", never to
an error. Whether a field or a unit of that name exists only the index can tell: `search.presenting` names what doesn't.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from search.documents import FIELD, KIND, UNIT
from search.engines.contract import Sort
from search.query import MAX_TEXT
from search.text import clean

MAX_PAGE: Final = 10_000
MAX_SLUG: Final = 120
MAX_VALUES: Final = 5
"""Of one facet: any of them suits. An address that names more was not made by a page of ours."""
MAX_SHOWN: Final = 40
"""Of a value that doesn't exist, when it is named to the reader."""

YEAR: Final = "nam"
FACETS: Final = (KIND, FIELD, "cap", "doi-tuong", UNIT, "truc-tuyen", YEAR)
"""In the order in which they stand in addresses."""
SHOWN_FACETS: Final = (KIND, FIELD, "cap", "truc-tuyen", "doi-tuong", UNIT, YEAR)
"""In the order in which they stand beside results."""

VERBATIM: Final = "nguyen-van"
"""With "1": exactly what was typed, nothing repaired."""

_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_YEAR: Final = re.compile(r"(?:19|20)\d\d", re.ASCII)


Address = Mapping[str, Sequence[str]]
"""Parameter → its values in their order, as `dict(request.GET.lists())`. Of those that count once the last one counts."""


@dataclass(frozen=True, slots=True)
class SearchParameters:
    q: str = ""
    chosen: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Facet → values, in the order of `FACETS`; only facets that are asked for. Read it by `filters`."""
    page: int = 1
    sort: Sort = Sort.RELEVANCE
    verbatim: bool = False

    @property
    def filters(self) -> dict[str, tuple[str, ...]]:
        return dict(self.chosen)

    @property
    def unit(self) -> str:
        """The reader's unit; "" where none or several are asked for."""
        units = self.filters.get(UNIT, ())
        return units[0] if len(units) == 1 else ""

    @property
    def narrowing(self) -> int:
        """How many filters are on."""
        return len(self.chosen)

    @property
    def asks_nothing(self) -> bool:
        return not self.q and not self.chosen

    def with_facet(self, name: str, *values: str) -> SearchParameters:
        """That facet's values in place of those it had (none: the filter goes), from the first page."""
        filters = {**self.filters, name: values}
        return replace(self, chosen=_ordered(filters), page=1)

    def without_facets(self) -> SearchParameters:
        return replace(self, chosen=(), page=1)

    def sorted_by(self, sort: Sort) -> SearchParameters:
        return replace(self, sort=sort, page=1)

    def asking(self, q: str, *, verbatim: bool = False) -> SearchParameters:
        """Other words under the same filters."""
        return replace(self, q=q, verbatim=verbatim, page=1)

    def pairs(self) -> list[tuple[str, str]]:
        """Parameters and values in the order of the address: one question, one address. Without the page."""
        pairs = [("q", self.q)] if self.q else []
        pairs += [(name, value) for name, values in self.chosen for value in values]
        if self.sort:
            pairs.append(("sap-xep", self.sort.value))
        if self.verbatim:
            pairs.append((VERBATIM, "1"))
        return pairs

    def query(self) -> str:
        """The query string of its first page."""
        return urlencode(self.pairs())

    def own_query(self) -> str:
        """The query string of this very page."""
        return urlencode(self.pairs() + ([("trang", str(self.page))] if self.page > 1 else []))


def parse(address: Address, kinds: Iterable[str] = ()) -> SearchParameters:
    """`kinds`: those that are published, for `?loai=`."""
    known = frozenset(kinds)
    filters = {name: _values(name, address.get(name, ()), known) for name in FACETS}
    sort = _last(address, "sap-xep")
    return SearchParameters(
        q=clean(_last(address, "q"), MAX_TEXT),
        chosen=_ordered(filters),
        page=_page(_last(address, "trang")),
        sort=Sort(sort) if sort in set(Sort) else Sort.RELEVANCE,
        verbatim=_last(address, VERBATIM) == "1",
    )


def without_effect(address: Address, used: SearchParameters) -> tuple[tuple[str, str], ...]:
    """(facet, what it said) of filters that were asked for and that don't filter. `used`: what the list was filtered by."""
    filters = used.filters
    asked = (
        (name, clean(value, MAX_SHOWN)) for name in FACETS for value in address.get(name, ())[:MAX_VALUES]
    )
    return tuple((name, value) for name, value in asked if value and value not in filters.get(name, ()))


def only_known(parameters: SearchParameters, known: Mapping[str, Iterable[str]]) -> SearchParameters:
    """Without the values that don't exist. `known`: facet → those of the asked values that do; other facets stay."""
    filters = {
        name: tuple(value for value in values if name not in known or value in set(known[name]))
        for name, values in parameters.chosen
    }
    return replace(parameters, chosen=_ordered(filters))


def _last(address: Address, name: str) -> str:
    values = address.get(name, ())
    return values[-1] if values else ""


def _ordered(filters: Mapping[str, tuple[str, ...]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((name, filters[name]) for name in FACETS if filters.get(name))


def _values(name: str, values: Sequence[str], kinds: frozenset[str]) -> tuple[str, ...]:
    good = (value for value in values[: 4 * MAX_VALUES] if _suits(name, value, kinds))
    return tuple(sorted(dict.fromkeys(good)))[:MAX_VALUES]


def _suits(name: str, value: str, kinds: frozenset[str]) -> bool:
    if name == KIND:
        return value in kinds
    if name == YEAR:
        return _YEAR.fullmatch(value) is not None
    return len(value) <= MAX_SLUG and _SLUG.fullmatch(value) is not None


def _page(value: str) -> int:
    if not (value.isascii() and value.isdecimal()) or len(value) > len(str(MAX_PAGE)):
        return 1
    return min(max(int(value), 1), MAX_PAGE)
