"""Wagtail's index of references for many pages in a few statements; `ReferenceIndex` alone asks four times per page.

Uses two private methods of `ReferenceIndex`; a test compares the rows with those that Wagtail itself writes.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Page, ReferenceIndex

from procedures.models import ProcedurePage

STREAMS = ("steps", "channels", "cases", "results")

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
    ReferenceIndex.objects.bulk_create(
        [
            ReferenceIndex(
                content_type=own,
                base_content_type=base,
                object_id=str(page.pk),
                to_content_type_id=to_content_type_id,
                to_object_id=to_object_id,
                model_path=model_path,
                content_path=content_path,
                content_path_hash=ReferenceIndex._get_content_path_hash(content_path),
            )
            for page in pages
            for to_content_type_id, to_object_id, model_path, content_path in _references(page)
        ],
        batch_size=500,
    )


def _references(page: ProcedurePage) -> Iterator[Reference]:
    if not _has_forms(page):
        # Imported text links to no page or document of the portal: without attached forms the streams, which cost
        # most of the time, refer to nothing.
        page = copy.copy(page)
        for name in STREAMS:
            setattr(page, name, None)
    yield from dict.fromkeys(ReferenceIndex._extract_references_from_object(page))


def _has_forms(page: ProcedurePage) -> bool:
    return any(
        item.get("value", item).get("form")
        for case in page.cases.raw_data
        for item in case["value"].get("papers") or []
    )
