"""Curators' entries of the vocabulary, handed to `search.vocabulary`: every process sees a change at its next search."""

from __future__ import annotations

import logging
from collections.abc import Hashable, Iterable
from typing import Any

from django.db import DatabaseError
from django.db.models import Count, Max

from search import vocabulary
from search.models import VocabularyEntry
from search.vocabulary.entries import Entry
from search.vocabulary.reading import Vocabulary, load

logger = logging.getLogger(__name__)


def install() -> None:
    vocabulary.register_provider(entries=entries, version=version)


def entries(*, without: int | None = None) -> list[Entry]:
    """Those in use, in a fixed order."""
    rows = VocabularyEntry.objects.filter(active=True).order_by("pk")
    return [row.as_entry() for row in rows if row.pk != without]


def version() -> Hashable:
    """Before the tables are there (a first `migrate`), there are no entries."""
    try:
        found: dict[str, Any] = VocabularyEntry.objects.aggregate(Max("changed_at"), Count("pk"))
    except DatabaseError:
        logger.warning("The curators' vocabulary can't be read", exc_info=True)
        return None
    return (found["changed_at__max"], found["pk__count"])


def with_entry(entry: VocabularyEntry) -> Vocabulary:
    """The vocabulary as it would be if this entry were kept as it stands."""
    added: Iterable[Entry] = [entry.as_entry()] if entry.active else []
    return load([*entries(without=entry.pk), *added])
