"""The one place where `ProcedureRecord` and `ProcedurePage` meet.

`page_values` gives the columns for a record; `record_of` reads a page back, so that an export, a hash or a comparison
sees what the editor sees. StreamField ids are made from the code and the place: importing again changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from home.model_fields import unlines
from procedures.enums import Absence, Part
from procedures.record import Basis, Channel, Duration, Fee, Paper, PaperCase, ProcedureRecord, Result, Step
from procedures.text.rich_text import editable_html, inline_if_single, stored_breaks
from procedures.text.sanitising import clean_html
from procedures.text.short_title import short_title

if TYPE_CHECKING:
    from guidance.models import LegalReference
    from procedures.models import ProcedurePage

PROCEDURE_PARTS: tuple[str, ...] = tuple(Part.values)
ABSENCE_FIELDS = {part: f"{part}_absence" for part in Part.values if part != Part.NAME}


def _id(code: str, *place: object) -> str:
    return str(uuid5(NAMESPACE_URL, "/".join(map(str, ("tthc", code, *place)))))


def _number(value: Decimal | None) -> str | None:
    return None if value is None else format(value.normalize(), "f")


def _stream(code: str, kind: str, values: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"type": kind, "id": _id(code, kind, i), "value": value} for i, value in enumerate(values)]


def _items(code: str, place: str, values: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"type": "item", "id": _id(code, place, i), "value": value} for i, value in enumerate(values)]


class RichTexts:
    """Rich text on its way to be stored and back; remembers the way, so that what was just stored is not cleaned again.

    What comes in is clean (`procedures.record`). One object serves a batch: it holds all the texts that it has seen.
    """

    def __init__(self) -> None:
        self._clean: dict[str, str] = {}

    def stored(self, clean: str) -> str:
        stored = editable_html(clean)
        if stored is clean or stored == stored_breaks(clean):
            self._clean[stored] = clean
        return stored

    def clean(self, stored: str) -> str:
        known = self._clean.get(stored)
        return clean_html(stored) if known is None else known


def stream_values(
    record: ProcedureRecord,
    *,
    form_ids: dict[str, int] | None = None,
    stored: Callable[[str], str] = editable_html,
) -> dict[str, list[dict[str, Any]]]:
    """Raw StreamField data of a record. `form_ids` maps a form's file name to a ControlledForm where one is held."""
    forms = form_ids or {}
    code = record.code
    return {
        "steps": _stream(
            code,
            "step",
            ({"title": s.title, "actor": s.actor, "text": stored(s.text_html)} for s in record.steps),
        ),
        "channels": _stream(
            code,
            "channel",
            (
                {
                    "kind": c.kind,
                    "duration_amount": _number(c.duration.amount) if c.duration else None,
                    "duration_unit": c.duration.unit if c.duration else "",
                    "duration_text": c.duration_text,
                    "fees": _items(
                        code,
                        f"channel/{i}/fee",
                        (
                            {
                                "label": f.label,
                                "amount": _number(f.amount),
                                "currency": f.currency,
                                "text": f.text,
                            }
                            for f in c.fees
                        ),
                    ),
                    "note": stored(c.note_html),
                }
                for i, c in enumerate(record.channels)
            ),
        ),
        "cases": _stream(
            code,
            "case",
            (
                {
                    "title": case.title,
                    "note": stored(case.note_html),
                    "papers": _items(
                        code,
                        f"case/{i}/paper",
                        (
                            {
                                "name": stored(p.name_html),
                                "originals": p.originals,
                                "copies": p.copies,
                                "note": p.note,
                                "form": forms.get(p.form),
                                "form_name": p.form,
                            }
                            for p in case.papers
                        ),
                    ),
                }
                for i, case in enumerate(record.cases)
            ),
        ),
        "results": _stream(code, "result", ({"name": r.name, "code": r.code} for r in record.results)),
    }


def page_values(record: ProcedureRecord, *, stored: Callable[[str], str] = editable_html) -> dict[str, Any]:
    """Plain columns of a ProcedurePage for a record; streams come from `stream_values`, subject and basis by the caller."""
    values: dict[str, Any] = {
        "code": record.code,
        "full_name": record.name,
        "title": short_title(record.name),
        "decision_number": record.decision,
        "issuing_body": record.issuing_body,
        "scope": record.scope,
        "levels": record.levels,
        "audiences": record.audiences,
        "bodies": unlines(record.bodies),
        "copies_text": record.copies_text,
        "conditions": stored(record.conditions_html),
        "online_level": record.online_level,
        "online_reason": record.online_reason,
        "national_url": record.national_url,
        "anywhere": record.anywhere,
    }
    values |= {
        field: record.absences.get(part, Absence.NOT_ENTERED.value) for part, field in ABSENCE_FIELDS.items()
    }
    if record.purpose:
        values["purpose"] = record.purpose
    if record.everyday_names:
        values["everyday_names"] = unlines(record.everyday_names)
    return values


def _decimal(value: Any) -> Decimal | None:
    return None if value in (None, "") else Decimal(str(value)).normalize()


def raw_values(stream: Any) -> list[dict[str, Any]]:
    """Values of a StreamField's blocks without building the block objects; ListBlock items are unwrapped by `raw_items`."""
    return [block["value"] for block in stream.raw_data]


def raw_items(items: Iterable[Any]) -> list[dict[str, Any]]:
    return [
        item["value"] if isinstance(item, dict) and "value" in item and item.get("type") == "item" else item
        for item in items
    ]


def cited(reference: LegalReference) -> Basis:
    return Basis(
        number=reference.number,
        title=reference.title,
        issued=reference.issued,
        issuer=reference.issuer,
        address=reference.address,
    )


def channels_of(
    page: ProcedurePage, *, with_notes: bool = True, clean: Callable[[str], str] = clean_html
) -> tuple[Channel, ...]:
    """The channels alone: what lists show of time and fee."""
    return tuple(
        Channel(
            kind=v["kind"],
            duration=Duration(amount, v["duration_unit"])
            if (amount := _decimal(v.get("duration_amount"))) is not None
            else None,
            duration_text=v.get("duration_text") or "",
            fees=tuple(
                Fee(
                    amount=_decimal(f.get("amount")),
                    currency=f.get("currency") or "VND",
                    label=f.get("label") or "",
                    text=f.get("text") or "",
                )
                for f in raw_items(v.get("fees") or [])
            ),
            note_html=clean(v.get("note") or "") if with_notes else "",
        )
        for v in raw_values(page.channels)
    )


def record_of(
    page: ProcedurePage,
    *,
    basis: Iterable[Basis] | None = None,
    clean: Callable[[str], str] = clean_html,
) -> ProcedureRecord:
    """The page's official content as a record. Pass `basis` when it has been read in bulk."""
    if basis is None:
        basis = [cited(row.reference) for row in page.basis.select_related("reference").all()]
    return ProcedureRecord(
        code=page.code,
        name=page.full_name,
        decision=page.decision_number,
        issuing_body=page.issuing_body,
        field=page.subject.name if page.subject else "",
        levels=tuple(page.levels),
        audiences=tuple(page.audiences),
        bodies=page.body_list,
        scope=page.scope,
        purpose=page.purpose,
        steps=tuple(
            Step(title=v["title"], text_html=clean(v.get("text") or ""), actor=v.get("actor") or "")
            for v in raw_values(page.steps)
        ),
        channels=channels_of(page, clean=clean),
        cases=tuple(
            PaperCase(
                title=v.get("title") or "",
                note_html=clean(v.get("note") or ""),
                papers=tuple(
                    Paper(
                        name_html=inline_if_single(clean(p["name"])),
                        originals=p.get("originals"),
                        copies=p.get("copies"),
                        form=p.get("form_name") or "",
                        note=p.get("note") or "",
                    )
                    for p in raw_items(v.get("papers") or [])
                ),
            )
            for v in raw_values(page.cases)
        ),
        copies_text=page.copies_text,
        results=tuple(Result(name=v["name"], code=v.get("code") or "") for v in raw_values(page.results)),
        conditions_html=clean(page.conditions),
        basis=tuple(basis),
        online_level=page.online_level,
        online_reason=page.online_reason,
        national_url=page.national_url,
        anywhere=page.anywhere,
        everyday_names=page.everyday_name_list,
        absences={part: value for part, field in ABSENCE_FIELDS.items() if (value := getattr(page, field))},
    )


def held_forms(page: ProcedurePage) -> dict[str, int]:
    """File name → ControlledForm that a controller has attached: taking over new papers must not detach the files."""
    if page._state.adding:
        return {}
    return {
        paper["form_name"]: paper["form"]
        for case in raw_values(page.cases)
        for paper in raw_items(case.get("papers") or [])
        if paper.get("form") and paper.get("form_name")
    }


def form_places(page: ProcedurePage) -> dict[tuple[int, int], int]:
    """(place of the case, place of the paper) → key of the ControlledForm that the paper asks for."""
    return {
        (i, j): paper["form"]
        for i, case in enumerate(raw_values(page.cases))
        for j, paper in enumerate(raw_items(case.get("papers") or []))
        if paper.get("form")
    }


def _papers(page: ProcedurePage) -> Iterator[dict[str, Any]]:
    return (paper for case in raw_values(page.cases) for paper in raw_items(case.get("papers") or []))


# `Any`: the page model imports this module, and mypy cannot see its fields through the cycle.
_ENTERED: dict[str, Callable[[Any], bool]] = {
    Part.NAME: lambda page: bool(page.full_name),
    Part.STEPS: lambda page: bool(page.steps),
    Part.CHANNELS: lambda page: bool(page.channels),
    Part.PAPERS: lambda page: any(_papers(page)) or any(case.get("note") for case in raw_values(page.cases)),
    Part.COPIES: lambda page: bool(page.copies_text),
    Part.TIME: lambda page: any(
        channel.get("duration_amount") not in (None, "") or channel.get("duration_text")
        for channel in raw_values(page.channels)
    ),
    Part.AUDIENCE: lambda page: bool(page.audiences),
    Part.BODIES: lambda page: bool(page.body_list),
    Part.RESULTS: lambda page: bool(page.results),
    Part.FEE: lambda page: any(channel.get("fees") for channel in raw_values(page.channels)),
    Part.FORMS: lambda page: any(paper.get("form") or paper.get("form_name") for paper in _papers(page)),
    Part.CONDITIONS: lambda page: bool(page.conditions),
    Part.BASIS: lambda page: bool(page.basis.all()),
}


def says(markup: str | None) -> bool:
    """Does rich text hold any words? The editor leaves an empty paragraph where nothing was typed."""
    return bool(markup) and bool(clean_html(markup))


def part_is_entered(page: ProcedurePage, part: str) -> bool:
    """Does this part of the page hold anything at all?"""
    return _ENTERED[part](page)


def forms_without_file(page: ProcedurePage) -> list[str]:
    """File names of forms that papers ask for and that nobody has attached."""
    return [p["form_name"] for p in _papers(page) if p.get("form_name") and not p.get("form")]


def papers_without_file(page: ProcedurePage) -> int:
    """Papers that name a form which nobody has attached."""
    return len(forms_without_file(page))
