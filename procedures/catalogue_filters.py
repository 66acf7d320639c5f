"""What a reader asked of a list of procedures, parsed once into a value object. Pure: no Django.

Every value is checked against a list or bounded; what is unknown or absurd falls back to "not asked", never to an error.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

MAX_QUERY: Final = 200
MAX_PAGE: Final = 10_000

LEVELS: Final = {"xa": "commune", "tinh": "province", "bo": "ministry", "khac": "other"}
AUDIENCES: Final = {
    "cong-dan": "citizen",
    "viet-kieu": "overseas",
    "nguoi-nuoc-ngoai": "foreigner",
    "can-bo": "official",
    "doanh-nghiep": "enterprise",
    "doanh-nghiep-nuoc-ngoai": "foreign_invested",
    "hop-tac-xa": "cooperative",
    "to-chuc": "organisation",
    "to-chuc-nuoc-ngoai": "foreign_organisation",
}
ONLINE: Final = {"toan-trinh": "full", "mot-phan": "partial", "khong": "none"}

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
MAX_SLUG: Final = 120
MAX_SHOWN: Final = 40
"""Of a filter that doesn't exist, when it is named to the reader."""


@dataclass(frozen=True, slots=True)
class CatalogueFilters:
    """Addresses' words, not the database's: `level` is "xa", `audience` "cong-dan", `online` "toan-trinh"."""

    q: str = ""
    subject: str = ""
    level: str = ""
    audience: str = ""
    unit: str = ""
    online: str = ""
    exact: str = ""
    """"1": exactly what was typed, nothing repaired."""
    page: int = 1

    @property
    def narrowing(self) -> int:
        """How many filters are on, the words not counted."""
        return sum(map(bool, (self.subject, self.level, self.audience, self.unit, self.online)))

    @property
    def is_plain(self) -> bool:
        """The list as it is without any question."""
        return not self.q and not self.narrowing and self.page == 1

    def pairs(self) -> list[tuple[str, str]]:
        """Parameters and values in the order of the address; without the page."""
        asked = [(name, getattr(self, field)) for name, field in PARAMETERS.items()]
        return [(name, value) for name, value in asked if value]

    def query(self, **changes: str) -> str:
        """The query string with some fields changed; from the first page."""
        return urlencode(replace(self, **changes).pairs())  # type: ignore[arg-type]  # all but `page` are text

    def without(self, *fields: str) -> CatalogueFilters:
        return replace(self, **dict.fromkeys(fields, ""))  # type: ignore[arg-type]  # all but `page` are text


PARAMETERS: Final = {
    "q": "q",
    "linh-vuc": "subject",
    "cap": "level",
    "doi-tuong": "audience",
    "don-vi": "unit",
    "truc-tuyen": "online",
    "nguyen-van": "exact",
}


def parse_filters(params: Mapping[str, str]) -> CatalogueFilters:
    """From the parameters of an address (`request.GET`)."""
    return CatalogueFilters(
        q=clean_query(params.get("q", "")),
        subject=_slug(params.get("linh-vuc", "")),
        level=_choice(params.get("cap", ""), LEVELS),
        audience=_choice(params.get("doi-tuong", ""), AUDIENCES),
        unit=_slug(params.get("don-vi", "")),
        online=_choice(params.get("truc-tuyen", ""), ONLINE),
        exact="1" if params.get("nguyen-van", "") == "1" else "",
        page=_page(params.get("trang", "")),
    )


def without_effect(params: Mapping[str, str], used: CatalogueFilters) -> tuple[tuple[str, str], ...]:
    """(parameter, what it said) of filters that were asked for and that no list has. `used`: what the list was filtered by."""
    asked = ((name, clean_query(params.get(name, ""))) for name, field in PARAMETERS.items() if field != "q")
    return tuple(
        (name, value[:MAX_SHOWN]) for name, value in asked if value and not getattr(used, PARAMETERS[name])
    )


def clean_query(text: str) -> str:
    """NFC, one line, single spaces, at most `MAX_QUERY` characters."""
    plain = _CONTROL.sub(" ", unicodedata.normalize("NFC", text[: 4 * MAX_QUERY]))
    return " ".join(plain.split())[:MAX_QUERY].strip()


def _choice(value: str, known: Mapping[str, str]) -> str:
    """The address's word; the stored value is understood too."""
    if value in known:
        return value
    return next((word for word, stored in known.items() if stored == value), "")


def _slug(value: str) -> str:
    return value if len(value) <= MAX_SLUG and _SLUG.fullmatch(value) else ""


def _page(value: str) -> int:
    if not (value.isascii() and value.isdecimal()) or len(value) > len(str(MAX_PAGE)):
        return 1
    return min(max(int(value), 1), MAX_PAGE)
