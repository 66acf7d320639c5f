"""Keeping what a comparison with the national snapshot found, section by section, until somebody settles it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from procedures.importing.merging import SECTIONS, section_hashes
from procedures.importing.preview import Compared
from procedures.models import Divergence
from procedures.record import ProcedureRecord
from procedures.record_json import fields_to_json


def section_json(record: ProcedureRecord, name: str) -> dict[str, Any]:
    """One section as it is kept: its fields, and which of its parts the source states to be absent."""
    section = SECTIONS[name]
    stated = {part: record.absences[part] for part in section.parts if part in record.absences}
    return {"fields": fields_to_json(record, section.fields), "absences": stated}


@dataclass(slots=True)
class Noting:
    """An observer of `preview_records`. `source` names the file, for the controller."""

    source: str
    found: int = 0
    """Differing sections that nobody has settled."""
    gone: int = 0
    """Differences noted before that are no more."""

    def __call__(self, batch: Sequence[Compared]) -> None:
        """A section that agrees again loses its row; one that was settled comes back only with another text."""
        if not batch:
            return
        now = timezone.now()
        fresh: list[Divergence] = []
        changed: list[Divergence] = []
        with transaction.atomic():
            held = {
                (row.procedure_id, row.section): row
                for row in Divergence.objects.select_for_update().filter(
                    procedure__in=[c.procedure for c in batch]
                )
            }
            for compared in batch:
                if not compared.sections:
                    continue
                ours, theirs = section_hashes(compared.ours), section_hashes(compared.theirs)
                for name in compared.sections:
                    row = held.pop((compared.procedure, name), None)
                    if row is None:
                        row = Divergence(procedure_id=compared.procedure, section=name)
                        fresh.append(row)
                    else:
                        changed.append(row)
                    if row.theirs_hash != theirs[name]:
                        row.settled_at, row.kept_reason = None, ""
                        row.theirs = section_json(compared.theirs, name)
                    row.ours_hash, row.theirs_hash = ours[name], theirs[name]
                    row.source, row.seen_at = self.source[:255], now
                    self.found += row.settled_at is None
            Divergence.objects.bulk_create(fresh, batch_size=500)
            Divergence.objects.bulk_update(
                changed,
                ["ours_hash", "theirs_hash", "theirs", "source", "seen_at", "settled_at", "kept_reason"],
                batch_size=200,
            )
            self.gone += len(held)
            Divergence.objects.filter(pk__in=[row.pk for row in held.values()]).delete()
