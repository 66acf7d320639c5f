"""What is searched: the shape in which every app hands its content to every engine. Pure.

An app builds `SearchDocument`s in its `search_documents.py` (`search.registry`); an engine stores them and gives them back
as `search.engines.contract.Candidate`s. Nothing here knows an app, an engine or the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

KIND: Final = "loai"
FIELD: Final = "linh-vuc"
UNIT: Final = "don-vi"
"""Facets that the search itself knows by name, as they stand in addresses."""


class DocumentId(NamedTuple):
    kind: str
    """As in `?loai=`: "thu-tuc", "don-vi", "trang"."""
    key: str
    """Stable within its kind: a procedure's code, a unit's slug, a page's number."""


class Part(StrEnum):
    """Where in a document a word stands. The names of a document are not a part: they are ranked word by word."""

    FIELD = "field"
    """The field (lĩnh vực)."""
    BODIES = "bodies"
    AUDIENCE = "audience"
    PURPOSE = "purpose"
    RESULTS = "results"
    PAPERS = "papers"
    STEPS = "steps"
    CONDITIONS = "conditions"
    BASIS = "basis"
    TEXT = "text"
    """Any other text: a page, a passage of a guidance document."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a document that can be quoted and led to."""

    part: Part
    anchor: str
    """What stands behind "#" in the address, or "" for the top; a page of a file: "trang-3"."""
    heading: str
    """"Thành phần hồ sơ": what readers see before the quotation."""
    text: str
    """Plain text in NFC, no markup."""


@dataclass(frozen=True, slots=True)
class SearchDocument:
    id: DocumentId
    title: str
    """What the list of results shows."""
    url: str
    names: tuple[str, ...]
    """Full names as they are written, the title's long form first; never empty."""
    everyday: tuple[str, ...] = ()
    """Everyday, old and short names: as good as a name for finding, shown only where the title doesn't tell why."""
    codes: tuple[str, ...] = ()
    """Exact names: "1.004194", "876/QĐ-BNV"."""
    passages: tuple[Passage, ...] = ()
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Facet (a parameter of the address: "linh-vuc", "cap", "doi-tuong", "truc-tuyen", "don-vi", "nam") → values."""
    meta: tuple[str, ...] = ()
    """Short facts below the title, in Vietnamese: level, time, field."""
    prior: float = 0.0
    """How likely people are to want it, whatever they typed, from −1 (a ministry's own) to 1 (what most people need)."""
    dated: date | None = None
    """For sorting by date."""
    unit_url: str = ""
    """Address at a unit, with "{unit}" for its slug; used for units in the facet "don-vi". "": it has none."""
    reader_url: str = ""
    """Address that keeps the reader's unit where that doesn't list it, with "{unit}"; "": `url`."""
    ended: str = ""
    """Only found by its code; says why it is out of the lists ("Hết hiệu lực từ 01/07/2025")."""
