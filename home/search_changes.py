"""Changes of units and pages, noted for the search in the transaction that makes them. Imported when the app starts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import receiver
from wagtail.signals import page_published, page_unpublished

from home.models import HomePage, Unit
from home.unit_details import touch, unit_details_changed
from home.unit_ends import unit_ended
from search.documents import DocumentId
from search.outbox import record

UNIT, PAGE = "don-vi", "trang"
LOOK_BACK = timedelta(days=31)
"""For how long a worker may stand still without a day's change being missed."""


def record_units(units: Iterable[int]) -> None:
    """These units, and those that carry them on: they are found under the names of the ones they were made of."""
    found = set(units)
    if not found:
        return
    after: defaultdict[int, list[int]] = defaultdict(list)
    for old, new in Unit.successors.through.objects.values_list("from_unit", "to_unit"):
        after[old].append(new)
    ahead = list(found)
    while ahead:
        heirs = set(after[ahead.pop()]) - found
        found |= heirs
        ahead += heirs
    slugs = Unit.objects.filter(pk__in=found).order_by("slug").values_list("slug", flat=True)
    record(DocumentId(UNIT, slug) for slug in slugs)


@receiver(unit_details_changed)
def units_changed(units: Collection[int], **_kwargs: Any) -> None:
    """Names, desks, counters: everything that a unit's page shows passes here, once for a piece of work."""
    record_units(units)


@receiver(unit_ended)
def unit_has_ended(unit: Unit, **_kwargs: Any) -> None:
    record_units([unit.pk])


@receiver(post_save, sender=Unit)
def unit_saved(instance: Unit, raw: bool = False, **_kwargs: Any) -> None:
    if raw:
        record([DocumentId(UNIT, instance.slug)])


@receiver(post_delete, sender=Unit)
def unit_deleted(instance: Unit, **_kwargs: Any) -> None:
    """By its slug: no row is left to ask for it."""
    record([DocumentId(UNIT, instance.slug)])


@receiver(m2m_changed, sender=Unit.successors.through)
def successors_changed(
    instance: Unit, action: str, reverse: bool, pk_set: set[int] | None, **_kwargs: Any
) -> None:
    """Whoever is no longer a successor loses the names. Told as a change of their details: once for a piece of work."""
    if action == "pre_clear":
        ends = Unit.successors.through.objects.filter(**{"to_unit" if reverse else "from_unit": instance.pk})
        touch(ends.values_list("from_unit" if reverse else "to_unit", flat=True))
    elif action in {"post_add", "post_remove"}:
        touch([*(pk_set or ()), instance.pk])


@receiver([page_published, page_unpublished], sender=HomePage)
def home_page_changed(instance: HomePage, **_kwargs: Any) -> None:
    record([DocumentId(PAGE, str(instance.pk))])


def record_turned(today: date) -> int:
    """Units whose first or last day has come without anybody saving them. Doing it again does no harm. How many."""
    since = today - LOOK_BACK
    turned = Unit.objects.filter(
        Q(active_from__gt=since, active_from__lte=today) | Q(active_until__gte=since, active_until__lt=today)
    )
    units = list(turned.values_list("pk", flat=True))
    record_units(units)
    return len(units)
