"""What goes into the ledger as bodies: a procedure's version, a unit's details, a listing's own part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q
from django.utils import timezone

from home.models import Counter, Desk, Unit
from procedures.ledger.clock import now
from procedures.mapping import form_places
from procedures.models import FormVersion, Listing, ProcedurePage
from procedures.record import ProcedureRecord
from procedures.record_json import to_json

LIVE = "live"
WITHDRAWN = "withdrawn"


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""


# Listings --------------------------------------------------------------------------------------------------------------


def listing_subject(unit_slug: str, code: str) -> str:
    return f"listing/{unit_slug}/{code}"


def listing_body(listing: Listing, *, action: str) -> dict[str, Any]:
    """Without unit and procedure: all listings with the defaults share one body."""
    return {
        "state": LIVE if listing.live else WITHDRAWN,
        "action": action,
        "confirmed_version": listing.confirmed_version,
        "desk": listing.desk_id,
        "counter": listing.counter_id,
        "phone": listing.phone,
        "hours_note": listing.hours_note,
        "notes": listing.notes,
        "reason": "" if listing.live else listing.withdrawn_reason,
    }


# Procedures ------------------------------------------------------------------------------------------------------------


def procedure_subject(code: str) -> str:
    return f"procedure/{code}"


def procedure_body(
    page: ProcedurePage,
    record: ProcedureRecord,
    *,
    marks: Mapping[str, Any],
    forms: Sequence[Sequence[Any]] = (),
    replaced_by: str = "",
) -> dict[str, Any]:
    """`marks`: version, material_version, changed, material; `forms`: [case, paper, SHA-256, file name]."""
    return {
        **marks,
        "public": page.is_public,
        "title": page.title,
        "state": str(page.state),
        "in_force_from": _day(page.in_force_from),
        "in_force_until": _day(page.in_force_until),
        "replaced_by": replaced_by,
        "end_reason": page.end_reason,
        "anywhere_note": page.anywhere_note,
        "forms": [list(form) for form in forms],
        "text": to_json(record),
    }


def forms_of(pages: Sequence[ProcedurePage]) -> dict[int, list[tuple[int, int, str, str]]]:
    """Procedure id → the form files that readers get, by place. At most one query."""
    places = {page.pk: form_places(page) for page in pages}
    wanted = {form for forms in places.values() for form in forms.values()}
    if not wanted:
        return {}
    newest: dict[int, tuple[str, str]] = {}
    rows = FormVersion.objects.filter(form__in=wanted).order_by("since", "pk")
    for form, sha256, name in rows.values_list("form", "sha256", "name"):
        newest[form] = (sha256, name)
    return {
        pk: [(*place, *newest[form]) for place, form in sorted(forms.items()) if form in newest]
        for pk, forms in places.items()
    }


def successors_of(pages: Sequence[ProcedurePage]) -> dict[int, str]:
    """Procedure id → code of the one that replaced it. At most one query."""
    heirs = {page.replaced_by_id for page in pages if page.replaced_by_id}
    codes = dict(ProcedurePage.objects.filter(pk__in=heirs).values_list("pk", "code")) if heirs else {}
    return {page.pk: codes[page.replaced_by_id] for page in pages if page.replaced_by_id in codes}


# Units -----------------------------------------------------------------------------------------------------------------


def unit_subject(slug: str) -> str:
    return f"unit/{slug}"


def unit_bodies(units: Iterable[int] | None = None) -> dict[str, dict[str, Any]]:
    """Subject → what the public sees of the unit and where one goes there. A fixed number of queries."""
    chosen = Unit.objects.order_by("pk") if units is None else Unit.objects.filter(pk__in=list(units))
    found = {unit.pk: unit for unit in chosen.select_related("parent").order_by("pk")}
    heirs: defaultdict[int, list[str]] = defaultdict(list)
    pairs = Unit.successors.through.objects.filter(from_unit__in=found)
    for pk, slug in pairs.order_by("to_unit__slug").values_list("from_unit", "to_unit__slug"):
        heirs[pk].append(slug)
    desks = _desks_of(list(found))
    today = timezone.localdate(now())
    return {
        unit_subject(unit.slug): {
            "slug": unit.slug,
            "code": unit.code,
            "kind": str(unit.kind),
            "name": unit.name,
            "short_name": unit.short_name,
            "old_names": list(unit.old_name_list),
            "parent": unit.parent.slug if unit.parent else "",
            "email": unit.email,
            "website": unit.website,
            "complaints_address": unit.complaints_address,
            "active_from": _day(unit.active_from),
            "active_until": _day(unit.active_until),
            "ended": unit.active_until is not None and unit.active_until < today,
            "successors": heirs[pk],
            "desks": desks[pk],
        }
        for pk, unit in found.items()
    }


def _desks_of(units: list[int]) -> dict[int, list[dict[str, Any]]]:
    """Unit id → its own desks, then those it shares, then those that only its listings name: as readers get them."""
    chosen = set(units)
    reached: defaultdict[int, set[int]] = defaultdict(set)
    named = Listing.objects.filter(unit__in=units, live=True).filter(
        Q(desk__isnull=False) | Q(counter__isnull=False)
    )
    for unit, *ids in named.order_by().values_list("unit", "desk", "counter__desk").distinct():
        for desk in ids:
            if desk is not None:
                reached[desk].add(unit)
    counters = Counter.objects.prefetch_related("subjects").order_by("name", "pk")
    desks = (
        Desk.objects.filter(Q(unit__in=units) | Q(serves__in=units) | Q(pk__in=list(reached)))
        .distinct()
        .select_related("unit")
        .prefetch_related("hours", "exceptions", Prefetch("counters", counters), "serves")
        .order_by("name", "pk")
    )
    found: dict[int, list[dict[str, Any]]] = {pk: [] for pk in units}
    for desk in desks:
        body = _desk_body(desk)
        regular = {desk.unit_id, *(unit.pk for unit in desk.serves.all())}
        for pk in (regular | reached[desk.pk]) & chosen:
            owner = "" if desk.unit_id == pk else desk.unit.slug
            found[pk].append({**body, "owner": owner, "only_named": pk not in regular})
    for mine in found.values():
        mine.sort(key=lambda desk: (bool(desk["owner"]), desk["name"], desk["id"]))
    return found


def _desk_body(desk: Desk) -> dict[str, Any]:
    return {
        "id": desk.pk,
        "name": desk.name,
        "address": desk.address,
        "latitude": "" if desk.latitude is None else str(desk.latitude),
        "longitude": "" if desk.longitude is None else str(desk.longitude),
        "phone": desk.phone,
        "email": desk.email,
        "accessible": str(desk.accessible),
        "accessible_note": desk.accessible_note,
        "hours": sorted(
            [hours.weekday, f"{hours.opens:%H:%M}", f"{hours.closes:%H:%M}"] for hours in desk.hours.all()
        ),
        "exceptions": sorted(
            [
                day.first_day.isoformat(),
                day.last_day.isoformat(),
                f"{day.opens:%H:%M}" if day.opens else "",
                f"{day.closes:%H:%M}" if day.closes else "",
                day.note,
            ]
            for day in desk.exceptions.all()
        ),
        "counters": [
            {
                "id": counter.pk,
                "name": counter.name,
                "place": counter.place,
                "phone": counter.phone,
                "subjects": sorted(subject.name for subject in counter.subjects.all()),
            }
            for counter in desk.counters.all()
        ],
    }
