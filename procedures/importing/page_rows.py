"""Pages, their revisions and their history as rows, for many at once. A test pins each to what Wagtail itself writes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import uuid4

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import CharField, F, OuterRef, Subquery
from django.db.models.functions import Cast
from modelcluster.models import get_all_child_m2m_relations, get_all_child_relations, get_field_value
from wagtail.models import Page, PageLogEntry, Revision

from procedures.importing.plain_rows import PLAIN, insert_rows
from procedures.models import ProcedurePage

REVISION_COLUMNS = (
    "content_type",
    "base_content_type",
    "object_id",
    "created_at",
    "user",
    "object_str",
    "content",
    "approved_go_live_at",
)
LOG_COLUMNS = (
    "content_type",
    "label",
    "action",
    "data",
    "timestamp",
    "uuid",
    "user",
    "revision",
    "content_changed",
    "deleted",
    "page",
)


def insert_pages(pages: Sequence[ProcedurePage]) -> None:
    """Parent rows, then the child table; the objects get their keys. Tree fields are set already."""
    for page in pages:
        page.translation_key = uuid4()
    _insert(Page, [f for f in Page._meta.local_concrete_fields if not f.primary_key], pages)
    keys = dict(Page.objects.filter(path__in=[page.path for page in pages]).values_list("path", "pk"))
    for page in pages:
        page.pk = page.id = page.page_ptr_id = keys[page.path]
        page._state.adding = False
    _insert(ProcedurePage, ProcedurePage._meta.local_concrete_fields, pages)


def _insert(model: type[models.Model], fields: Sequence[Any], pages: Sequence[ProcedurePage]) -> None:
    attributes = [field.attname for field in fields]
    rows = ([getattr(page, name) for name in attributes] for page in pages)
    insert_rows(model, [field.name for field in fields], rows)


def write_revisions(
    pages: Sequence[ProcedurePage], *, user: Any, at: datetime, content_type: ContentType
) -> None:
    """One for each page as it stands in memory, children included; the public ones' is live."""
    base = ContentType.objects.get_for_model(Page)
    author = user.pk if user else None
    insert_rows(
        Revision,
        REVISION_COLUMNS,
        (
            (content_type.pk, base.pk, str(page.pk), at, author, str(page), content_of(page), None)
            for page in pages
        ),
    )
    ids = [page.pk for page in pages]
    held = Revision.objects.filter(base_content_type=base, object_id__in=[str(pk) for pk in ids])
    newest = dict(held.order_by("pk").values_list("object_id", "pk"))
    for page in pages:
        page.latest_revision_id = newest[str(page.pk)]
        page.live_revision_id = page.latest_revision_id if page.live else None
    rows = Page.objects.filter(pk__in=ids)
    mine = Revision.objects.filter(base_content_type=base, object_id=Cast(OuterRef("pk"), CharField()))
    rows.update(latest_revision=Subquery(mine.order_by("-pk").values("pk")[:1]), live_revision=None)
    live = [page.pk for page in pages if page.live]
    Page.objects.filter(pk__in=live).update(live_revision=F("latest_revision"))


def content_of(page: models.Model) -> dict[str, Any]:
    """What `serializable_data()` gives of a page; modelcluster asks every field anew what it is, for every object."""
    kind = type(page)
    data = _values(page)
    for relation in _child_relations(kind):
        children = getattr(page, relation).all()
        data[relation] = [
            child.serializable_data() if hasattr(child, "serializable_data") else _values(child)
            for child in children
        ]
    for name in _many_to_many(kind):
        data[name] = [child.pk for child in getattr(page, name).all()]
    return data


def _values(thing: models.Model) -> dict[str, Any]:
    data: dict[str, Any] = {"pk": thing.pk}
    for name, attribute, field in _serialized(type(thing)):
        value = getattr(thing, attribute)
        data[name] = value if type(value) in PLAIN else get_field_value(field, thing)
    return data


@cache
def _serialized(model: type[models.Model]) -> list[tuple[str, str, Any]]:
    fields: Iterable[Any] = model._meta.fields
    return [(field.name, field.attname, field) for field in fields if field.serialize]


@cache
def _child_relations(model: type[models.Model]) -> list[str]:
    return [relation.get_accessor_name() for relation in get_all_child_relations(model)]


@cache
def _many_to_many(model: type[models.Model]) -> list[str]:
    return [field.name for field in get_all_child_m2m_relations(model) if field.serialize]


def write_history(
    pages: Sequence[ProcedurePage],
    *,
    actions: Sequence[str],
    user: Any,
    at: datetime,
    content_type: ContentType,
    source: str,
) -> None:
    """Entries for pages and their newest revisions; nothing is published of a page that is not live."""
    insert_rows(
        PageLogEntry,
        LOG_COLUMNS,
        (
            (
                content_type.pk,
                page.get_admin_display_title()[:250],
                action,
                {"source": source},
                at,
                None,
                user.pk if user else None,
                page.latest_revision_id,
                action != "wagtail.publish",
                False,
                page.pk,
            )
            for page in pages
            for action in actions
            if page.live or action != "wagtail.publish"
        ),
    )
