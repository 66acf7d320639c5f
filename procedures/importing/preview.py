"""What an import would do, read-only: no row is locked, so that looking never stands in anybody's way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from procedures.importing.bulk import BATCH, Incoming, Refusal, once_each
from procedures.importing.citations import bases_of
from procedures.importing.merging import differing_sections, merge, source_hash
from procedures.importing.section_texts import Difference, difference
from procedures.mapping import record_of
from procedures.models import ImportedProcedure, ProcedurePage
from procedures.record import ProcedureRecord


@dataclass(frozen=True, slots=True)
class Change:
    code: str
    name: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """One procedure that both sides hold; `sections`: those in which they differ."""

    procedure: int
    ours: ProcedureRecord
    theirs: ProcedureRecord
    sections: tuple[str, ...]


@dataclass(slots=True)
class Preview:
    created: list[tuple[str, str]] = field(default_factory=list)
    """(code, name) of procedures that the portal does not hold."""
    changed: list[Change] = field(default_factory=list)
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return len(self.created) + len(self.changed) + self.unchanged + len(self.refused)

    @property
    def kept(self) -> int:
        return sum(d.kept for change in self.changed for d in change.differences)


def preview_records(
    incoming: Iterable[Incoming],
    *,
    preview: Preview | None = None,
    advance: Callable[[int], object] = lambda _n: None,
    observe: Callable[[list[Compared]], object] = lambda _batch: None,
) -> Preview:
    """Compare records with the portal's pages, part by part. `observe` is told of each batch what both sides hold."""
    result = preview or Preview()
    stream = iter(once_each(incoming, seen=set(), refused=result.refused))
    while batch := [record for _place, record in islice(stream, BATCH)]:
        held = _held([record.code for record in batch])
        compared: list[Compared] = []
        for record in batch:
            if record.code not in held:
                result.created.append((record.code, record.name))
                continue
            page_id, ours, imported = held[record.code]
            sections = differing_sections(ours, record)
            compared.append(Compared(page_id, ours, record, sections))
            if sections:
                differences = tuple(_differences(ours, imported, record, sections))
                result.changed.append(Change(record.code, record.name, differences))
            else:
                result.unchanged += 1
        observe(compared)
        advance(len(batch))
    return result


def _held(codes: list[str]) -> dict[str, tuple[int, ProcedureRecord, ImportedProcedure | None]]:
    """Code → the page, what it publishes, and what was last imported."""
    pages = list(ProcedurePage.objects.filter(code__in=codes).select_related("subject", "imported"))
    bases = bases_of([page.pk for page in pages])
    return {
        page.code: (page.pk, record_of(page, basis=bases.get(page.pk, ())), getattr(page, "imported", None))
        for page in pages
    }


def _differences(
    ours: ProcedureRecord,
    imported: ImportedProcedure | None,
    theirs: ProcedureRecord,
    differing: tuple[str, ...],
) -> Iterator[Difference]:
    # An entry whose source did not change is passed over: what was corrected here stands.
    passed_over = imported is not None and imported.source_hash == source_hash(theirs)
    taken = () if passed_over else merge(ours, theirs, imported.part_hashes if imported else {}).taken
    for name in differing:
        yield difference(name, ours, theirs, kept=name not in taken)
