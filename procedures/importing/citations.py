"""The legal bases of procedures: from rows to records, one query for many, and from records to rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from guidance.references import cited_key, ensure_references
from procedures.mapping import cited
from procedures.models import ProcedureBasis
from procedures.record import Basis


def bases_of(page_ids: Sequence[int]) -> dict[int, tuple[Basis, ...]]:
    result: dict[int, list[Basis]] = {}
    for row in (
        ProcedureBasis.objects.filter(procedure__in=page_ids)
        .select_related("reference")
        .order_by("procedure", "sort_order")
    ):
        result.setdefault(row.procedure_id, []).append(cited(row.reference))
    return {pk: tuple(bases) for pk, bases in result.items()}


def basis_rows(basis: Iterable[Basis]) -> list[ProcedureBasis]:
    """Unsaved rows for a page's `basis`, each document once; makes the references that are missing."""
    basis = list(basis)
    references = ensure_references(basis)
    return [
        ProcedureBasis(reference=references[key], sort_order=i)
        for i, key in enumerate(dict.fromkeys(map(cited_key, basis)))
    ]
