"""Filters beside a list: links with the number each would leave, true under all the other filters that are on."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from home.model_fields import needle
from procedures.catalogue_filters import AUDIENCES, LEVELS, ONLINE, CatalogueFilters
from procedures.enums import Audience, Level
from procedures.models.catalogue import ProcedureQuerySet
from search.presenting import Facet, FacetLink, folded


def narrowed(procedures: ProcedureQuerySet, filters: CatalogueFilters, *, but: str = "") -> ProcedureQuerySet:
    """With every filter that is on, except the field `but`. The unit's filter is the caller's."""
    if filters.subject and but != "subject":
        procedures = procedures.filter(subject__slug=filters.subject)
    if filters.level and but != "level":
        procedures = procedures.of_level(LEVELS[filters.level])
    if filters.audience and but != "audience":
        procedures = procedures.for_audience(AUDIENCES[filters.audience])
    if filters.online and but != "online":
        procedures = procedures.filter(online_level=ONLINE[filters.online])
    return procedures


def facets(
    procedures: ProcedureQuerySet,
    filters: CatalogueFilters,
    *,
    fields: Iterable[str] = ("subject", "level", "online", "audience"),
) -> tuple[Facet, ...]:
    """One query a field. `procedures`: what the words and the unit leave, no filter applied."""
    makers: dict[str, Callable[[ProcedureQuerySet, CatalogueFilters], Facet]] = {
        "subject": _subjects,
        "level": _levels,
        "online": _online,
        "audience": _audiences,
    }
    made = (makers[field](narrowed(procedures, filters, but=field).order_by(), filters) for field in fields)
    return tuple(facet for facet in made if len(facet.links) > 1 or any(link.is_on for link in facet.links))


def _link(filters: CatalogueFilters, field: str, value: str, label: str, count: int) -> FacetLink:
    is_on = getattr(filters, field) == value
    query = filters.query(**{field: "" if is_on else value})
    return FacetLink(label, query, count, is_on)


def _subjects(procedures: ProcedureQuerySet, filters: CatalogueFilters) -> Facet:
    rows = (
        procedures.filter(subject__isnull=False)
        .values_list("subject__slug", "subject__name")
        .annotate(n=Count("pk"))
        .order_by("-n", "subject__name")
    )
    links = [_link(filters, "subject", slug, name, n) for slug, name, n in rows]
    links.sort(key=lambda link: not link.is_on)
    return folded(_("Lĩnh vực"), links)


def _levels(procedures: ProcedureQuerySet, filters: CatalogueFilters) -> Facet:
    labels = {word: str(Level(value).label) for word, value in LEVELS.items()}
    return _set_facet(procedures, filters, "level", "levels", _("Cấp thực hiện"), LEVELS, labels)


def _audiences(procedures: ProcedureQuerySet, filters: CatalogueFilters) -> Facet:
    labels = {word: str(Audience(value).label) for word, value in AUDIENCES.items()}
    return _set_facet(procedures, filters, "audience", "audiences", _("Người làm thủ tục"), AUDIENCES, labels)


def _set_facet(
    procedures: ProcedureQuerySet,
    filters: CatalogueFilters,
    field: str,
    column: str,
    title: str,
    values: dict[str, str],
    labels: dict[str, str],
) -> Facet:
    """A procedure may have several of the values: each is counted by itself, all in one query."""
    counted = procedures.aggregate(
        **{
            f"n{i}": Count("pk", filter=Q(**{f"{column}__contains": needle(value)}))
            for i, value in enumerate(values.values())
        }
    )
    links = (
        _link(filters, field, word, labels[word], counted[f"n{i}"])
        for i, word in enumerate(values)
        if counted[f"n{i}"] or getattr(filters, field) == word
    )
    return Facet(title, tuple(links))


def _online(procedures: ProcedureQuerySet, filters: CatalogueFilters) -> Facet:
    counted = dict(procedures.values_list("online_level").annotate(n=Count("pk")))
    labels = {
        "toan-trinh": _("Toàn trình"),
        "mot-phan": _("Một phần"),
        "khong": _("Không nhận trực tuyến"),
    }
    links = (
        _link(filters, "online", word, labels[word], counted.get(value, 0))
        for word, value in ONLINE.items()
        if counted.get(value) or filters.online == word
    )
    return Facet(_("Dịch vụ trực tuyến"), tuple(links))
