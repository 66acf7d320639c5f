"""One official procedure as data: what every source is read into and every export is written from.

JSON lines, XLSX and the demo's YAML all become `ProcedureRecord`; the importer knows nothing else. Pure: no Django.
String values of choices are those of `procedures.enums`; a test ties the two together.

Text: `name`, titles and labels are plain text. Fields ending in `_html` hold the small set of HTML that
`procedures.text.sanitising` lets through (p, br, ul, ol, li, strong, em, a[href], table parts). All text is NFC.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Duration:
    """A time to decide: `amount` of `unit` (hour, working_hour, day, working_day, month, year)."""

    amount: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Fee:
    """One fee. `amount` is None where the source gives words only; 0 means free of charge."""

    amount: Decimal | None = None
    currency: str = "VND"
    label: str = ""
    """What it is for, e.g. "Lệ phí cấp giấy chứng nhận"; empty when there is one fee."""
    text: str = ""
    """The source's own words, kept as they were."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to hand in, with its own time and fees."""

    kind: str
    duration: Duration | None = None
    duration_text: str = ""
    """The source's own words, kept as they were; the reader sees them when there is no `duration`."""
    fees: tuple[Fee, ...] = ()
    note_html: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    name_html: str
    originals: int | None = None
    """Number of originals; None where the source does not say."""
    copies: int | None = None
    form: str = ""
    """File name of the form, as the source names it; the file itself is attached by the controller."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class PaperCase:
    """The papers for one case; `title` is empty where there is only one."""

    title: str
    papers: tuple[Paper, ...] = ()
    note_html: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    title: str
    text_html: str = ""
    actor: str = ""
    """"applicant", "office" or empty when the source does not say."""


@dataclass(frozen=True, slots=True)
class Result:
    name: str
    code: str = ""
    """E.g. KQ.G15.000032."""


@dataclass(frozen=True, slots=True)
class Basis:
    """One document of the legal basis. `number` is as the source writes it; `guidance` normalises it."""

    number: str
    title: str = ""
    issued: date | None = None
    issuer: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class ProcedureRecord:
    """The official content of one procedure. `absences` maps a part to "not_regulated" or "not_applicable"."""

    code: str
    """Normalised: 1.004194."""
    name: str
    decision: str = ""
    """Number of the announcing decision, e.g. 163/QĐ-BTP."""
    issuing_body: str = ""
    field: str = ""
    levels: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    scope: str = "province"
    purpose: str = ""
    """One or two plain sentences: what it is for. Ours, not the source's; may be empty."""
    steps: tuple[Step, ...] = ()
    channels: tuple[Channel, ...] = ()
    cases: tuple[PaperCase, ...] = ()
    copies_text: str = ""
    results: tuple[Result, ...] = ()
    conditions_html: str = ""
    basis: tuple[Basis, ...] = ()
    online_level: str = ""
    online_reason: str = ""
    """Why only partly online; asked for when `online_level` is "partial"."""
    national_url: str = ""
    anywhere: bool | None = None
    """May be handed in at any centre of the province (NĐ 118/2025/NĐ-CP)? None: not said."""
    everyday_names: tuple[str, ...] = ()
    absences: dict[str, str] = dataclasses.field(default_factory=dict)
