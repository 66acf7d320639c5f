"""Bodies of the ledger as the templates of today show them: desks with their hours, a procedure at one unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import Any

from django.utils import timezone

from home.desk_hours import hours_view, portal_calendar
from home.models import Counter, Desk, DeskException, DeskHours, Subject, Unit
from procedures.ledger.places import place_of
from procedures.ledger.reading import ListedItem, UnitAsOf
from procedures.mapping import page_values
from procedures.models import FormVersion, ProcedurePage
from procedures.presenters.place import DeskView
from procedures.presenters.procedure import EndedView, ListingView, PastText, ProcedureView, procedure_view
from procedures.record_json import from_json

Body = Mapping[str, Any]


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _time(text: str) -> time | None:
    return time.fromisoformat(text) if text else None


def past_unit(unit: Unit, body: Body | None) -> Unit:
    """An unsaved unit with the name and addresses of that day."""
    if body is None:
        return unit
    fields = ("kind", "code", "name", "short_name", "slug", "email", "website", "complaints_address")
    found = Unit(pk=unit.pk, **{name: body[name] for name in fields})
    found.active_from, found.active_until = _day(body["active_from"]), _day(body["active_until"])
    return found


def past_desk(body: Body, day: date, *, counter: Body | None = None, listing: Body | None = None) -> DeskView:
    """Without the facts by which the page's script would say whether it is open now."""
    desk = Desk(
        **{
            name: body[name]
            for name in ("name", "address", "phone", "email", "accessible", "accessible_note")
        },
        latitude=Decimal(body["latitude"]) if body["latitude"] else None,
        longitude=Decimal(body["longitude"]) if body["longitude"] else None,
    )
    weekly = [
        DeskHours(weekday=weekday, opens=time.fromisoformat(opens), closes=time.fromisoformat(closes))
        for weekday, opens, closes in body["hours"]
    ]
    dated = [
        DeskException(
            first_day=date.fromisoformat(first),
            last_day=date.fromisoformat(last),
            opens=_time(opens),
            closes=_time(closes),
            note=note,
        )
        for first, last, opens, closes, note in body["exceptions"]
    ]
    # Children of an unsaved parent, as modelcluster takes them.
    setattr(desk, "hours", weekly)  # noqa: B010 -- django-stubs sees a class variable
    setattr(desk, "exceptions", dated)  # noqa: B010 -- as above
    hours = replace(hours_view(desk, calendar=portal_calendar(), today=day), for_script=None)
    return DeskView(
        desk=desk,
        hours=hours,
        counter=Counter(name=counter["name"], place=counter["place"], phone=counter["phone"])
        if counter
        else None,
        phone=listing["phone"] if listing else "",
        hours_note=listing["hours_note"] if listing else "",
    )


def past_desks(shown: UnitAsOf) -> list[DeskView]:
    """Where one went at this unit on that day."""
    desks = shown.unit_body["desks"] if shown.unit_body else []
    return [past_desk(desk, shown.day) for desk in desks if not desk["only_named"]]


def past_procedure(shown: UnitAsOf, item: ListedItem, *, all_open: bool = False) -> ProcedureView:
    """What the unit's page of this procedure said at the end of that day."""
    body, listing = item.procedure_body, item.listing_body
    record = from_json(body["text"])
    page = ProcedurePage(**page_values(record) | {"title": body["title"]})
    page.anywhere_note = body["anywhere_note"]
    page.in_force_from, page.in_force_until = _day(body["in_force_from"]), _day(body["in_force_until"])
    page.subject = Subject.objects.filter(name=record.field).first() if record.field else None
    unit = past_unit(shown.unit, shown.unit_body)
    desk, counter = place_of(shown.unit_body, listing, record.field)
    past = PastText(
        record=record,
        forms=_forms(body),
        desk=past_desk(desk, shown.day, counter=counter, listing=listing) if desk else None,
    )
    view = procedure_view(page, unit=unit, all_open=all_open, past=past)
    ended = _ended(body, shown.day)
    return replace(
        view,
        ended=ended,
        ending=EndedView(page.in_force_until, body["end_reason"])
        if page.in_force_until and not ended
        else None,
        changed=None,
        listing=ListingView(
            url="",
            listed_from=timezone.localtime(item.since).date(),
            confirmed=None,
            is_outdated=listing["confirmed_version"] < body["material_version"],
            notes=listing["notes"],
        ),
    )


def _forms(body: Body) -> dict[tuple[int, int], FormVersion]:
    """The very files of that day: a version's address never changes."""
    held = FormVersion.objects.filter(sha256__in=[sha for _case, _paper, sha, _name in body["forms"]])
    by_hash = {version.sha256: version for version in held.select_related("form")}
    return {(case, paper): by_hash[sha] for case, paper, sha, _name in body["forms"] if sha in by_hash}


def _ended(body: Body, day: date) -> EndedView | None:
    until = _day(body["in_force_until"])
    if body["state"] != "ended" and (until is None or until >= day):
        return None
    heir = (
        ProcedurePage.objects.public().filter(code=body["replaced_by"]).first()
        if body["replaced_by"]
        else None
    )
    return EndedView(until, body["end_reason"], heir.title if heir else "", heir.get_url() if heir else "")
