"""Rows of a list of procedures as the database has it: title and what helps to choose."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.html import conditional_escape
from django.utils.translation import gettext as _

from home.models import Unit
from procedures.enums import Level, Scope
from procedures.mapping import channels_of
from procedures.models import ProcedurePage
from procedures.short_facts import short_time
from search.presenting import HitView


def hits(
    procedures: Iterable[ProcedurePage], *, unit: Unit | None = None, start: int = 1
) -> tuple[HitView, ...]:
    """`procedures` with their subjects; `unit`: whose listings the links lead to."""
    return tuple(hit(page, unit=unit, position=place) for place, page in enumerate(procedures, start))


def hit(page: ProcedurePage, *, unit: Unit | None = None, position: int = 0) -> HitView:
    meta = (level_words(page), short_time(channels_of(page)), page.subject.name if page.subject else "")
    return HitView(
        title=conditional_escape(page.title),
        url=reverse("listing", args=[unit.slug, page.code])
        if unit
        else reverse("procedure", args=[page.code]),
        code=page.code,
        meta=tuple(said for said in meta if said),
        position=position,
    )


def level_words(page: ProcedurePage) -> str:
    if page.scope == Scope.CENTRAL:
        return _("Cơ quan trung ương")
    return ", ".join(str(Level(level).label) for level in page.levels if level in Level.values)
