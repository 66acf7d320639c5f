"""Wagtail's index of references for many pages in a few statements; `ReferenceIndex` alone asks four times per page.

Uses three private methods of `ReferenceIndex`; a test compares the rows with those that Wagtail itself writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from modelcluster.fields import ParentalKey
from wagtail.models import Page, ReferenceIndex

from procedures.importing.plain_rows import insert_rows
from procedures.models import ProcedureBasis, ProcedurePage

STREAMS = ("steps", "channels", "cases", "results")
COLUMNS = (
    "content_type",
    "base_content_type",
    "object_id",
    "to_content_type",
    "to_object_id",
    "model_path",
    "content_path",
    "content_path_hash",
)

Reference = tuple[int, str, str, str]


def write_references(pages: list[ProcedurePage], *, fresh: bool) -> None:
    """`pages` as they stand in memory, children included; `fresh`: they have no rows yet."""
    if not pages:
        return
    base = ContentType.objects.get_for_model(Page)
    own = ContentType.objects.get_for_model(ProcedurePage)
    if not fresh:
        ReferenceIndex.objects.filter(
            base_content_type=base, object_id__in=[str(page.pk) for page in pages]
        ).delete()
    links = _links(ProcedurePage), _links(ProcedureBasis)
    insert_rows(
        ReferenceIndex,
        COLUMNS,
        (
            (own.pk, base.pk, str(page.pk), *reference, ReferenceIndex._get_content_path_hash(reference[-1]))
            for page in pages
            for reference in _references(page, *links)
        ),
    )


Link = tuple[int, str, str]
"""(content type of the model it leads to, name of the field, attribute that holds the key)."""


def _links(model: type[Any]) -> list[Link]:
    """Foreign keys that `ReferenceIndex` watches. Looked up once for all objects of a model, not for each."""
    return [
        (ReferenceIndex._get_base_content_type(field.related_model).pk, field.name, field.attname)
        for field in model._meta.get_fields()
        if field.is_relation
        and field.many_to_one
        and not isinstance(field, ParentalKey | GenericForeignKey)
        and not getattr(field, "wagtail_reference_index_ignore", False)
        and not getattr(field.related_model, "wagtail_reference_index_ignore", False)
    ]


def _references(page: ProcedurePage, own: list[Link], of_basis: list[Link]) -> Iterator[Reference]:
    if _has_forms(page) or "<a " in page.conditions or "<embed" in page.conditions:
        yield from dict.fromkeys(ReferenceIndex._extract_references_from_object(page))
        return
    # Imported text links to no page or document of the portal: without attached forms the streams, which cost most of
    # the time, refer to nothing.
    for target, name, attribute in own:
        if (key := getattr(page, attribute)) is not None:
            yield target, str(key), name, name
    for row in page.basis.all():
        for target, name, attribute in of_basis:
            if (key := getattr(row, attribute)) is not None:
                yield target, str(key), f"basis.item.{name}", f"basis.{row.pk}.{name}"


def _has_forms(page: ProcedurePage) -> bool:
    return any(
        item.get("value", item).get("form")
        for case in page.cases.raw_data
        for item in case["value"].get("papers") or []
    )
