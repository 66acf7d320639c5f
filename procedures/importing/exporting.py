"""The catalogue as records again, for whoever writes it to a file."""

from __future__ import annotations

from collections.abc import Iterator

from procedures.importing.bulk import BATCH
from procedures.importing.citations import bases_of
from procedures.mapping import record_of
from procedures.models import ProcedurePage
from procedures.record import ProcedureRecord


def count_pages() -> int:
    return ProcedurePage.objects.count()


def catalogue_records(*, batch_size: int = BATCH) -> Iterator[ProcedureRecord]:
    """What the portal holds, of every scope and state, by code. A batch of pages is in memory at a time."""
    ids = list(ProcedurePage.objects.order_by("code").values_list("pk", flat=True))
    for start in range(0, len(ids), batch_size):
        chunk = ids[start : start + batch_size]
        bases = bases_of(chunk)
        for page in ProcedurePage.objects.filter(pk__in=chunk).select_related("subject").order_by("code"):
            yield record_of(page, basis=bases.get(page.pk, ()))
