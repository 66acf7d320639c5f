"""What an official text says now against an earlier version of it: for one procedure, or for many at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from procedures.boards.comparing import MOST_ROWS, Comparison
from procedures.boards.version_texts import compare_section
from procedures.importing.merging import SECTIONS, section_hashes
from procedures.importing.section_texts import SECTION_LABELS
from procedures.ledger.versions import texts_of
from procedures.models import ProcedureVersion


@dataclass(frozen=True, slots=True)
class SectionChange:
    name: str
    is_material: bool
    """Units have to confirm it."""
    comparison: Comparison

    @property
    def label(self) -> Any:
        return SECTION_LABELS[self.name]


@dataclass(frozen=True, slots=True)
class Change:
    """From version `old` (0: unknown, nothing to compare with) to version `new` of one procedure."""

    procedure: int
    old: int
    new: int
    new_since: datetime | None = None
    old_since: datetime | None = None
    sections: tuple[SectionChange, ...] = ()
    """Material ones first."""

    @property
    def is_known(self) -> bool:
        return self.old > 0

    @property
    def material(self) -> tuple[SectionChange, ...]:
        return tuple(section for section in self.sections if section.is_material)

    @property
    def others(self) -> tuple[SectionChange, ...]:
        return tuple(section for section in self.sections if not section.is_material)


def changes_to_now(confirmed: Mapping[int, int], *, most: int = MOST_ROWS) -> dict[int, Change]:
    """Procedure id → what changed from the version given to the newest: two queries, however many."""
    rows: dict[int, list[ProcedureVersion]] = {}
    for version in ProcedureVersion.objects.filter(procedure__in=list(confirmed)).order_by("number"):
        rows.setdefault(version.procedure_id, []).append(version)
    pairs: dict[int, tuple[ProcedureVersion | None, ProcedureVersion]] = {}
    for pk, versions in rows.items():
        old = next((v for v in versions if v.number == confirmed[pk]), None)
        pairs[pk] = (old, versions[-1])
    wanted = [v for old, new in pairs.values() if old is not None for v in (old, new)]
    texts = texts_of(wanted) if wanted else {}
    found: dict[int, Change] = {}
    for pk, (old, new) in pairs.items():
        if old is None:
            found[pk] = Change(pk, 0, new.number, new.published_at)
            continue
        since = [v for v in rows[pk] if v.number > old.number]
        material = {name for version in since for name in version.material}
        sections = compare_versions(texts[old.pk], texts[new.pk], material=material, most=most)
        found[pk] = Change(pk, old.number, new.number, new.published_at, old.published_at, sections)
    return found


def change_of(version: ProcedureVersion, *, most: int = MOST_ROWS) -> Change:
    """What one version changed against the one before it."""
    before = ProcedureVersion.objects.filter(Q(procedure=version.procedure_id) & Q(number__lt=version.number))
    old = before.order_by("-number").first()
    if old is None:
        return Change(version.procedure_id, 0, version.number, version.published_at)
    texts = texts_of([old, version])
    sections = compare_versions(texts[old.pk], texts[version.pk], material=version.material, most=most)
    return Change(
        version.procedure_id, old.number, version.number, version.published_at, old.published_at, sections
    )


def compare_versions(
    old: Any, new: Any, *, material: Iterable[str], most: int = MOST_ROWS
) -> tuple[SectionChange, ...]:
    """Only sections that differ; material ones first, each group in the order of `SECTIONS`."""
    weighty = set(material)
    before, after = section_hashes(old), section_hashes(new)
    differing = [name for name in SECTIONS if before[name] != after[name]]
    differing.sort(key=lambda name: name not in weighty)
    return tuple(
        SectionChange(name, name in weighty, compare_section(old, new, name, most=most)) for name in differing
    )
