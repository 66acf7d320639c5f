"""Derived columns of procedures follow every publish and save."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import pre_save
from django.dispatch import receiver
from wagtail.models import TaskState
from wagtail.signals import task_submitted

from procedures.importing.merging import content_hash
from procedures.listings.approval_mail import tell_approvers
from procedures.mapping import record_of
from procedures.models import ProcedurePage


@receiver(pre_save, sender=ProcedurePage)
def refresh_search_key(sender: type[ProcedurePage], instance: ProcedurePage, **_kwargs: Any) -> None:
    instance.search_key = instance.folded_names()


@receiver(pre_save, sender=ProcedurePage)
def refresh_content_hash(
    sender: type[ProcedurePage],
    instance: ProcedurePage,
    update_fields: Any = None,
    raw: bool = False,
    **_kwargs: Any,
) -> None:
    """The row's own text is what is published: its identity is written with it, in the same statement.

    Saving a revision updates a few bookkeeping columns of a page that holds a draft in memory: then nothing follows.
    """
    if not raw and (update_fields is None or "content_hash" in update_fields):
        instance.content_hash = content_hash(record_of(instance))


task_submitted.connect(tell_approvers, sender=TaskState, dispatch_uid="listing_words_wait")
