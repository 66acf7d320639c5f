"""One procedure on screen, on its own page or as a unit's listing: everything the template shows, built here and only here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from home.models import Unit
from procedures.competence.table import current, facts_of
from procedures.enums import Actor, Audience, OnlineLevel, Part
from procedures.mapping import form_places, record_of
from procedures.models import FormVersion, Listing, ProcedurePage
from procedures.presenters.bodies import competent_bodies
from procedures.presenters.papers import PapersView, papers_view
from procedures.presenters.place import (
    ChooserView,
    DeskView,
    OnlineView,
    chooser_view,
    desk_view,
    is_web_address,
    online_view,
)
from procedures.presenters.rich_text import Chapter, chapters, plain, rich
from procedures.presenters.states import state_kind
from procedures.presenters.structured_data import government_service
from procedures.presenters.times_and_fees import (
    TimesAndFees,
    fee_fact,
    kinds_words,
    time_fact,
    times_and_fees,
)
from procedures.record import Basis, ProcedureRecord
from procedures.text.short_title import TITLE_LIMIT, short_title

LONG_CONDITIONS = 1_500
"""Conditions of more characters are folded."""
LONG_STEP = 600
BASIS_SHOWN = 4
FACT_LIMIT = 60
SHORT_LIST = 3
"""Audiences up to this number stand in one sentence."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A short fact at the top: words, or the reason why there are none (`kind` of components/state.html)."""

    term: str
    words: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class StepView:
    title: str
    text: SafeString
    actor: str
    is_long: bool
    """On paper it may run over to the next page."""


@dataclass(frozen=True, slots=True)
class EndedView:
    """Why a procedure is no longer in force, or will not be after `until`, and what took its place."""

    until: date | None
    reason: str
    successor_title: str = ""
    successor_url: str = ""


@dataclass(frozen=True, slots=True)
class ListingView:
    url: str
    listed_from: date | None
    confirmed: date | None
    is_outdated: bool
    notes: str


@dataclass(frozen=True, slots=True)
class PastText:
    """A procedure at one unit as it stood on a day (procedures.ledger.past_view)."""

    record: ProcedureRecord
    forms: Mapping[tuple[int, int], FormVersion]
    desk: DeskView | None


@dataclass(frozen=True, slots=True)
class ProcedureView:
    code: str
    url: str
    """Of the procedure's own page."""
    title: str
    full_name: str
    is_long: bool
    name_length: int
    subject: str
    subject_url: str
    facts: tuple[Fact, ...]
    purpose: str
    everyday_names: tuple[str, ...]
    audiences: tuple[str, ...]
    unit: Unit | None
    desk: DeskView | None
    chooser: ChooserView | None
    online: OnlineView
    anywhere: bool | None
    anywhere_note: str
    bodies: tuple[str, ...]
    papers: PapersView
    copies: str
    steps: tuple[StepView, ...]
    steps_say_who: bool
    times: TimesAndFees
    results: tuple[Any, ...]
    conditions: tuple[Chapter, ...]
    conditions_length: int
    conditions_folded: bool
    basis: tuple[Basis, ...]
    basis_rest: tuple[Basis, ...]
    states: dict[str, str]
    """Part → `kind` of components/state.html, for parts that hold nothing."""
    decision: str
    issuing_body: str
    in_force_from: date | None
    changed: date | None
    ended: EndedView | None
    ending: EndedView | None
    """The end that has been announced and has not come yet."""
    listing: ListingView | None
    complaints: str
    """The unit's own address for complaints; without one the portal's stands in the page."""
    all_open: bool
    structured: dict[str, Any]

    @property
    def basis_number(self) -> int:
        return len(self.basis) + len(self.basis_rest)


def procedure_view(
    page: ProcedurePage,
    *,
    unit: Unit | None = None,
    listing: Listing | None = None,
    asked_unit: str = "",
    is_listing_page: bool = False,
    all_open: bool = False,
    past: PastText | None = None,
) -> ProcedureView:
    """`listing`: the unit's live one, also on the procedure's own page. `asked_unit`: words for a unit that named no one.

    `past`: what stood on a day in the past, in place of what the database would say of today.
    """
    record = past.record if past else record_of(page)
    url = reverse("procedure", args=[page.code])
    competence = current()
    if past:
        bodies, desk = record.bodies, past.desk
    else:
        bodies = competent_bodies(
            facts_of(page), table=competence.table, names=competence.unit_names, reader=unit
        )
        desk = desk_view(unit, subject_id=page.subject_id, listing=listing) if unit else None
    listing_url = reverse("listing", args=[unit.slug, page.code]) if unit and listing else ""
    is_long = len(record.name) > TITLE_LIMIT
    title = short_title(page.title or record.name) if is_long else record.name
    basis = tuple(law if is_web_address(law.address) else replace(law, address="") for law in record.basis)
    conditions = chapters(record.conditions_html) if record.conditions_html else ()
    conditions_length = len(plain(record.conditions_html))
    states = {part: state_kind(getattr(page, f"{part}_absence", "")) for part in Part.values}
    return ProcedureView(
        code=page.code,
        url=url,
        title=title,
        full_name=record.name,
        is_long=is_long,
        name_length=len(record.name),
        subject=record.field,
        subject_url=page.subject.get_absolute_url() if page.subject else "",
        facts=_facts(record, states),
        purpose=record.purpose,
        everyday_names=record.everyday_names,
        audiences=tuple(str(Audience(who).label) for who in record.audiences if who in Audience.values),
        unit=unit,
        desk=desk,
        chooser=None if unit else chooser_view(page, action=url, asked=asked_unit),
        online=online_view(record),
        anywhere=record.anywhere,
        anywhere_note=page.anywhere_note,
        bodies=bodies,
        papers=papers_view(record.cases, forms=past.forms if past else _forms(page), all_open=all_open),
        copies=record.copies_text,
        steps=tuple(
            StepView(step.title, rich(step.text_html), step.actor, len(step.text_html) > LONG_STEP)
            for step in record.steps
        ),
        steps_say_who={step.actor for step in record.steps} == {Actor.APPLICANT, Actor.OFFICE},
        times=times_and_fees(record.channels),
        results=record.results,
        conditions=conditions,
        conditions_length=conditions_length,
        conditions_folded=conditions_length > LONG_CONDITIONS,
        basis=basis[:BASIS_SHOWN],
        basis_rest=basis[BASIS_SHOWN:],
        states=states,
        decision=record.decision,
        issuing_body=record.issuing_body,
        in_force_from=page.in_force_from,
        changed=_day(page.last_published_at),
        ended=_ended(page) if page.is_ended else None,
        ending=_ended(page) if page.in_force_until and not page.is_ended else None,
        listing=_listing(listing, listing_url) if listing else None,
        complaints=unit.complaints_address if unit else "",
        all_open=all_open,
        structured=government_service(
            record,
            url=f"{settings.PORTAL_BASE_URL}{listing_url if is_listing_page and listing_url else url}",
            title=title,
            bodies=bodies,
            unit=unit if is_listing_page else None,
            desk=desk if is_listing_page else None,
        ),
    )


def _facts(record: ProcedureRecord, states: dict[str, str]) -> tuple[Fact, ...]:
    time, fee = time_fact(record.channels), fee_fact(record.channels)
    facts = [
        Fact(_("Giải quyết trong"), time, "" if time else states[Part.TIME]),
        Fact(_("Phí, lệ phí"), fee, "" if fee else states[Part.FEE]),
        Fact(_("Cách nộp"), _short_kinds(record), "" if record.channels else states[Part.CHANNELS]),
    ]
    if len(record.cases) > SHORT_LIST:
        facts.append(Fact(_("Giấy tờ"), _("%(number)d trường hợp") % {"number": len(record.cases)}))
    elif len(record.results) > 1:
        facts.append(Fact(_("Kết quả"), _("%(number)d loại, xem mục 6") % {"number": len(record.results)}))
    elif record.results:
        facts.append(Fact(_("Kết quả"), short_title(record.results[0].name, FACT_LIMIT)))
    else:
        facts.append(Fact(_("Kết quả"), "", states[Part.RESULTS]))
    return tuple(facts)


def _short_kinds(record: ProcedureRecord) -> str:
    """As the table below, with the shortest words: "Trực tiếp, trực tuyến, bưu chính"."""
    return kinds_words(c.kind for c in record.channels).replace(_("qua dịch vụ bưu chính"), _("bưu chính"))


def _forms(page: ProcedurePage) -> dict[tuple[int, int], FormVersion]:
    """The newest version of each paper's form. One query, none without a form."""
    places = form_places(page)
    if not places:
        return {}
    newest: dict[int, FormVersion] = {}
    for version in (
        FormVersion.objects.filter(form__in=set(places.values()))
        .select_related("form")
        .order_by("since", "pk")
    ):
        newest[version.form_id] = version
    return {place: newest[form] for place, form in places.items() if form in newest}


def _day(moment: Any) -> date | None:
    return timezone.localtime(moment).date() if moment else None


def _ended(page: ProcedurePage) -> EndedView:
    successor = page.replaced_by if page.replaced_by_id else None
    return EndedView(
        until=page.in_force_until,
        reason=page.end_reason,
        successor_title=successor.title if successor else "",
        successor_url=reverse("procedure", args=[successor.code]) if successor else "",
    )


def _listing(listing: Listing, url: str) -> ListingView:
    return ListingView(
        url=url,
        listed_from=_day(listing.first_published_at),
        confirmed=_day(listing.confirmed_at),
        is_outdated=listing.is_outdated and listing.confirmed_at is not None,
        notes=listing.notes,
    )


def description(view: ProcedureView) -> str:
    """For search engines: what, where, how long, how much."""
    known = {fact.term: fact.words for fact in view.facts if fact.words}
    parts = [
        _("thời gian %(time)s") % {"time": _lower(time)}
        if (time := known.get(_("Giải quyết trong")))
        else "",
        _("phí, lệ phí: %(fee)s") % {"fee": _lower(fee)} if (fee := known.get(_("Phí, lệ phí"))) else "",
        _("nộp trực tuyến được") if view.online.state in (OnlineLevel.FULL, OnlineLevel.PARTIAL) else "",
    ]
    where = _(" tại %(unit)s") % {"unit": view.unit.label} if view.unit else ""
    head = _("%(title)s%(where)s: nơi nộp, giờ làm việc, giấy tờ cần mang") % {
        "title": short_title(view.title, 110),
        "where": where,
    }
    return ", ".join([head, *filter(None, parts)]) + "."


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
