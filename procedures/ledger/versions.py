"""Official versions of procedures: a number for each text that stood in force, with what changed and what is material."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from procedures.importing.citations import bases_of
from procedures.importing.merging import SECTIONS, section_hashes
from procedures.ledger.bodies import forms_of, procedure_body, procedure_subject, successors_of
from procedures.ledger.clock import now
from procedures.ledger.materiality import default_material
from procedures.ledger.recording import Record, Sealed, append, body_text, last_bodies, seal
from procedures.mapping import record_of
from procedures.models import LedgerBody, LedgerKind, ProcedurePage, ProcedureVersion
from procedures.record import ProcedureRecord
from procedures.record_json import from_json
from procedures.search_changes import record_procedures


def record_versions(
    pages: Sequence[ProcedurePage],
    *,
    user: Any = None,
    at: datetime | None = None,
    texts: Mapping[int, ProcedureRecord] | None = None,
) -> list[ProcedureVersion]:
    """Versions and ledger entries of pages as they now stand in their rows (published, changed, ended, withdrawn).

    Call it inside the transaction that changed them, with their `content_hash` up to date; pages whose public text did not change make nothing. Columns
    `version` and `material_version` are written, in the database and on the objects given. `texts`: procedure id →
    `record_of` its page, of all of them, where the caller holds that anyway.
    """
    records, versions = prepare_versions(pages, user=user, at=at, texts=texts)
    append(records)
    record_procedures(pages)
    return versions


def prepare_versions(
    pages: Sequence[ProcedurePage],
    *,
    user: Any = None,
    at: datetime | None = None,
    texts: Mapping[int, ProcedureRecord] | None = None,
) -> tuple[list[Record], list[ProcedureVersion]]:
    """Writes versions and columns; the records are for the caller to append. A fixed number of queries."""
    if not pages:
        return [], []
    moment = at or now()
    author = user if user is not None and user.pk else None
    held = _held([page.pk for page in pages])
    stood = last_bodies(
        procedure_subject(page.code) for page in pages if not page.is_public and page.pk not in held
    )
    # What never was public is nobody's business.
    told = [
        page for page in pages if page.is_public or page.pk in held or procedure_subject(page.code) in stood
    ]
    if texts is None:
        bases = bases_of([page.pk for page in told])
        texts = {page.pk: record_of(page, basis=bases.get(page.pk, ())) for page in told}
    changed = {
        page.pk
        for page in told
        if page.is_public and page.pk in held and held[page.pk].content_hash != page.content_hash
    }
    before = _sections({pk: held[pk] for pk in changed})
    forms, heirs = forms_of(told), successors_of(told)
    records: list[Record] = []
    versions: list[ProcedureVersion] = []
    columns: list[ProcedurePage] = []
    for page in told:
        known = held.get(page.pk)
        fresh = page.is_public and (known is None or page.pk in changed)
        if known is None:
            marks = _Held(max(page.version, 1), max(page.material_version, 1), "", "", (), ())
        elif fresh:
            sections = section_hashes(texts[page.pk])
            differing = tuple(n for n in SECTIONS if sections[n] != before[page.pk][n])
            material = default_material(differing)
            number = known.number + 1
            marks = _Held(number, number if material else known.material_version, "", "", differing, material)
        else:
            marks = known
        body = seal(
            procedure_body(
                page,
                texts[page.pk],
                marks=marks.as_body(),
                forms=forms.get(page.pk, ()),
                replaced_by=heirs.get(page.pk, ""),
            )
        )
        if fresh:
            versions.append(_version(page, marks, body, author=author, at=moment))
        if (page.version, page.material_version) != (marks.number, marks.material_version):
            page.version, page.material_version = marks.number, marks.material_version
            columns.append(page)
        records.append(Record(LedgerKind.PROCEDURE, procedure_subject(page.code), body, author, moment))
    ProcedureVersion.objects.bulk_create(versions, batch_size=500)
    if columns:
        ProcedurePage.objects.bulk_update(columns, ["version", "material_version"], batch_size=500)
    return records, versions


def mark_material(version: ProcedureVersion, sections: Iterable[str], user: Any) -> ProcedureVersion:
    """Which of the changed sections units have to confirm; raises ValueError for one that did not change."""
    chosen = set(sections)
    if foreign := sorted(chosen - set(version.changed)):
        raise ValueError(f"Not changed by this version: {', '.join(foreign)}")
    with transaction.atomic():
        page = ProcedurePage.objects.select_for_update(of=("self",)).get(pk=version.procedure_id)
        version.material = [name for name in SECTIONS if name in chosen]
        version.marked_at = now()
        version.marked_by = user if user is not None and user.pk else None
        version.save(update_fields=["material", "marked_at", "marked_by"])
        record_versions([page], user=user)
    return version


# What stands -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Held:
    """The last version of a procedure; `material_version`: the last one that units have to confirm."""

    number: int
    material_version: int
    content_hash: str
    body_hash: str
    changed: tuple[str, ...]
    material: tuple[str, ...]

    def as_body(self) -> dict[str, Any]:
        return {
            "version": self.number,
            "material_version": self.material_version,
            "changed": list(self.changed),
            "material": list(self.material),
        }


def _held(ids: Sequence[int]) -> dict[int, _Held]:
    """One query. The first version is material: before it there was nothing to stand by."""
    found: dict[int, _Held] = {}
    rows = ProcedureVersion.objects.filter(procedure__in=ids).order_by("procedure", "number")
    for pk, number, content, body, changed, material in rows.values_list(
        "procedure", "number", "content_hash", "body_hash", "changed", "material"
    ):
        known = found.get(pk)
        last = number if known is None or material else known.material_version
        found[pk] = _Held(number, last, content, body, tuple(changed), tuple(material))
    return found


def _sections(held: Mapping[int, _Held]) -> dict[int, dict[str, str]]:
    """Procedure id → hashes of its last version's sections: one query, where there are any."""
    if not held:
        return {}
    texts = _texts({last.body_hash for last in held.values()})
    return {pk: section_hashes(texts[last.body_hash]) for pk, last in held.items()}


def _version(
    page: ProcedurePage, marks: _Held, body: Sealed, *, author: Any, at: datetime
) -> ProcedureVersion:
    return ProcedureVersion(
        procedure=page,
        number=marks.number,
        content_hash=page.content_hash,
        body_hash=body.hash,
        published_at=at,
        published_by=author,
        changed=list(marks.changed),
        material=list(marks.material),
    )


def text_of(version: ProcedureVersion) -> ProcedureRecord:
    """The official text of one version, out of the ledger."""
    return texts_of([version])[version.pk]


def texts_of(versions: Sequence[ProcedureVersion]) -> dict[int, ProcedureRecord]:
    """Version id → its text: one query."""
    texts = _texts({version.body_hash for version in versions})
    return {version.pk: texts[version.body_hash] for version in versions}


def _texts(hashes: Iterable[str]) -> dict[str, ProcedureRecord]:
    rows = LedgerBody.objects.filter(pk__in=list(hashes)).values_list("pk", "content")
    return {pk: from_json(json.loads(body_text(content))["text"]) for pk, content in rows}
