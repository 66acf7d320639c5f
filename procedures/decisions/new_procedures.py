"""A procedure that the portal does not know, made from its line: an unpublished page that waits for the controller.

Only what the row of a list says is filled in, with its own words where numbers would be a guess. Nothing publishes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from wagtail.models import Page

from home.models import Subject
from procedures.decisions.proposal import Proposal, ProposedLine
from procedures.enums import Absence, ChannelKind, Level, Part
from procedures.importing.bulk import PageWriter, catalogue_index
from procedures.importing.merging import fingerprint
from procedures.models import ProcedurePage
from procedures.models.decisions import LineAction
from procedures.record import Basis, Channel, ProcedureRecord
from procedures.sources.basis import read_basis
from procedures.sources.reading import Notes, absence_in, says_nothing
from procedures.text.measures import parse_duration, parse_fees
from procedures.text.sanitising import clean_text, text_to_html
from procedures.text.short_title import readable_name

MAX_ISSUER = 300
MAX_SUBJECT = 255

_DOCUMENT = r"(?=(?:bộ luật|luật|nghị định|nghị quyết|thông tư|quyết định|pháp lệnh|văn bản|công văn)\b)"
_ITEM = re.compile(r"\s*[;\n]\s*[-–+]\s+")
_LOOSE_NUMBER = re.compile(r"(\d{4}/[A-ZĐ]{1,5})\s*[-–]\s*(?=[A-ZĐ]{2})")
_LOST_DASH = re.compile(r"((?:\d{4}/(?:TT|NĐ|NQ)|/QĐ))(?=(?:CP|TTg|UBND|HĐND|VPCP|NHNN|B[A-ZĐ]{1,7})(?!\w))")
_NEXT_DOCUMENT = re.compile(rf"\n+|;\s*(?:[-–+•*]\s*)?{_DOCUMENT}|\s[-–+•*]\s+{_DOCUMENT}", re.IGNORECASE)


def record_from_line(line: ProposedLine, proposal: Proposal) -> ProcedureRecord:
    """Pure. `line.code` is a normalised code."""
    channel, absences = _channel(line)
    # Of an abolished procedure the column names what abolishes it.
    basis = () if line.action == LineAction.ABOLISHED else tuple(_basis(line.basis))
    name = readable_name(line.name) or line.code
    return ProcedureRecord(
        code=line.code,
        name=name,
        decision=proposal.number,
        issuing_body=proposal.issuer[:MAX_ISSUER],
        field=clean_text(line.field)[:MAX_SUBJECT],
        levels=(line.level,) if line.level in Level.values else (),
        channels=(channel,) if channel else (),
        basis=basis,
        absences=absences,
    )


def _channel(line: ProposedLine) -> tuple[Channel | None, dict[str, str]]:
    """Time, fee and place of a row belong to handing in: "in person", until somebody enters the others."""
    absences: dict[str, str] = {}
    time = clean_text(line.time, keep_lines=True)
    fee = clean_text(line.fee, keep_lines=True)
    place = _ITEM.sub("\n", clean_text(line.place, keep_lines=True)).strip(" -–;\n")
    if absence := absence_in(time):
        absences[Part.TIME] = absence
        time = ""
    if absence_in(fee) == Absence.NOT_REGULATED and "quy định" in fee.lower():
        absences[Part.FEE] = Absence.NOT_REGULATED
        fee = ""
    if says_nothing(time) and says_nothing(fee) and says_nothing(place):
        return None, absences
    return (
        Channel(
            kind=ChannelKind.IN_PERSON,
            duration=parse_duration(time),
            duration_text=time,
            fees=parse_fees(fee),
            note_html=text_to_html(place),
        ),
        absences,
    )


def _basis(text: str) -> Iterator[Basis]:
    seen: set[str] = set()
    written = _LOOSE_NUMBER.sub(r"\1-", clean_text(text, keep_lines=True))
    written = _LOST_DASH.sub(r"\1-", written)
    for piece in _NEXT_DOCUMENT.split(written):
        words = piece.strip(" -–+•*;.,\n")
        if not words or says_nothing(words):
            continue
        for basis in read_basis(None, words, Notes())[0]:
            key = basis.number or basis.title
            if key not in seen:
                seen.add(key)
                yield basis


def create_pages(records: Sequence[ProcedureRecord], *, user: Any) -> dict[str, ProcedurePage]:
    """Code → its unpublished page. Inside the caller's transaction, which has called `lock_catalogue`.

    What the line said counts as taken from outside: the next official catalogue that has the code fills the page.
    """
    if not records:
        return {}
    writer = PageWriter(
        parent=catalogue_index(),
        subjects=Subject.objects.ensure(record.field for record in records),
        user=user,
        prints={record.code: fingerprint(record) for record in records},
        source="decision",
    )
    return {page.code: page for page in writer.create(list(records), publish=False)}


def lock_catalogue() -> None:
    """Whoever changes official states or adds procedures waits here: importers, and others who apply a decision."""
    Page.objects.select_for_update().get(pk=catalogue_index().pk)
