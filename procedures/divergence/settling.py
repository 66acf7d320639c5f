"""Settling differences: the snapshot's text becomes a draft of the page, or ours is kept on purpose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from home.models import Subject
from procedures.importing.citations import basis_rows
from procedures.importing.merging import SECTIONS, section_hashes, take_sections
from procedures.mapping import held_forms, page_values, record_of, stream_values
from procedures.models import Divergence, ProcedurePage
from procedures.record import ProcedureRecord
from procedures.record_json import fields_from_json

TAKEN, KEPT = "procedures.divergence.take", "procedures.divergence.keep"


class NothingToSettle(ValueError):
    """All of the differences asked for were settled by somebody else, or are no more."""


def theirs_of(ours: ProcedureRecord, rows: Iterable[Divergence]) -> ProcedureRecord:
    """`ours` as the snapshot would have it in these sections."""
    values: dict[str, Any] = {}
    absences = dict(ours.absences)
    for row in rows:
        values |= fields_from_json(row.theirs["fields"])
        for part in SECTIONS[row.section].parts:
            absences.pop(part, None)
        absences |= row.theirs["absences"]
    return replace(ours, **values, absences=absences)


def take_into_draft(*, page: ProcedurePage, sections: Sequence[str], user: Any) -> Any:
    """Write the snapshot's sections into the page's draft (a waiting one is carried along) and give the new revision.

    Readers see nothing of it until the draft is published. Raises NothingToSettle.
    """
    with transaction.atomic():
        locked = ProcedurePage.objects.select_for_update(of=("self",)).get(pk=page.pk)
        rows = _open(locked, sections)
        draft = locked.get_latest_revision_as_object()
        before = record_of(draft)
        names = tuple(row.section for row in rows)
        wanted = take_sections(before, theirs_of(before, rows), names)
        write_record(draft, wanted)
        revision = draft.save_revision(user=user, clean=False)
        _settle(rows, reason="")
        log(locked, TAKEN, user=user, revision=revision, content_changed=True, data={"sections": list(names)})
    return revision


def keep_ours(*, page: ProcedurePage, sections: Sequence[str], reason: str, user: Any) -> None:
    """The portal's text is right; the same snapshot text is not reported again. Raises NothingToSettle."""
    with transaction.atomic():
        rows = _open(page, sections)
        _settle(rows, reason=reason)
        log(page, KEPT, user=user, data={"sections": [row.section for row in rows], "reason": reason})


def still_differing(page: ProcedurePage, rows: Iterable[Divergence]) -> frozenset[str]:
    """Which of these sections the published text still says otherwise than the snapshot."""
    ours = section_hashes(record_of(page))
    return frozenset(row.section for row in rows if ours[row.section] != row.theirs_hash)


def write_record(page: ProcedurePage, record: ProcedureRecord) -> None:
    """Put a record into a page in memory, its legal basis too; files that a controller attached stay."""
    for name, value in page_values(record).items():
        setattr(page, name, value)
    for name, raw in stream_values(record, form_ids=held_forms(page)).items():
        setattr(page, name, ProcedurePage._meta.get_field(name).stream_block.to_python(raw))
    page.draft_title = page.title
    page.subject = Subject.objects.ensure([record.field])[record.field] if record.field else None
    page.basis.set(basis_rows(record.basis))


def _open(page: ProcedurePage, sections: Sequence[str]) -> list[Divergence]:
    rows = list(
        Divergence.objects.select_for_update().filter(procedure=page, section__in=sections, settled_at=None)
    )
    if not rows:
        raise NothingToSettle
    return rows


def _settle(rows: list[Divergence], *, reason: str) -> None:
    now = timezone.now()
    for row in rows:
        row.settled_at, row.kept_reason = now, reason[:300]
    Divergence.objects.bulk_update(rows, ["settled_at", "kept_reason"])
