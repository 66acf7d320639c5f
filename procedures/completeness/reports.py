"""What units owe, list and lack, with points: the one place where models meet the rules of completeness."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone

from home.desk_hours import portal_calendar
from home.models import Unit
from procedures.completeness.findings import Finding, ListedFacts, MaterialChange, VersionFacts, findings
from procedures.completeness.loading import day_of, load_obligations
from procedures.completeness.obligations import Duty, Obligations
from procedures.completeness.official import official_findings
from procedures.completeness.official_texts import read_official_texts
from procedures.completeness.scoring import Scheme, Score, priced, score
from procedures.completeness.unit_details import ListingDetails, UnitDetails
from procedures.completeness.yearly_schemes import ChosenScheme, chosen, scheme_for
from procedures.ledger.materiality import default_material
from procedures.models import Listing, ProcedureVersion, ScoringScheme

Listings = Mapping[int, Mapping[int, ListedFacts]]
Versions = Mapping[int, VersionFacts]


@dataclass(frozen=True)
class UnitReport:
    unit: Unit
    as_of: date
    duties: Mapping[int, Duty]
    listed: Mapping[int, ListedFacts]
    """By procedure; drafts and withdrawn ones too."""
    findings: tuple[Finding, ...]
    """Most costly first."""
    score: Score
    scheme: ScoringScheme | None
    """None: no scheme is in the database, the shipped example counts."""
    rules: Scheme
    """The scheme as it was read."""
    no_ledger: bool = False
    """Nothing is known of what was public on that day: no findings, no points, never "nothing was listed"."""

    @property
    def is_example(self) -> bool:
        """The points say nothing official."""
        return self.scheme is None or self.scheme.is_example

    @property
    def listed_late(self) -> int:
        return _listed_late(self.duties, self.listed)


def unit_reports(
    units: Iterable[Unit], as_of: date | None = None, *, scheme: ScoringScheme | None = None
) -> list[UnitReport]:
    """In the order of `units`; a fixed number of queries however many there are.

    Today comes from the rows, the past from the ledger. `scheme`: another than the year's own, as an inspection has it.
    """
    held = list(units)
    day = as_of or timezone.localdate()
    using = chosen(scheme) if scheme is not None else scheme_for(day)
    calendar = portal_calendar()
    obligations = load_obligations(held, day, calendar=calendar)
    known = facts_at(held, day)
    if known is None:
        return [_unknown(unit, day, obligations, using) for unit in held]
    listings, versions = known
    deadlines = using.scheme.deadlines
    found = findings(
        obligations,
        listings,
        versions,
        day,
        calendar=calendar,
        confirm_days=deadlines.confirm.days,
        remove_days=deadlines.remove.days,
        detail_days=deadlines.details.days,
    )
    by_unit: dict[int | None, list[Finding]] = {}
    for finding in found:
        by_unit.setdefault(finding.unit, []).append(finding)
    return [
        _report(
            unit, day, obligations.of(unit.pk), listings.get(unit.pk, {}), by_unit.get(unit.pk, []), using
        )
        for unit in held
    ]


def unit_report(unit: Unit, as_of: date | None = None, *, scheme: ScoringScheme | None = None) -> UnitReport:
    return unit_reports([unit], as_of, scheme=scheme)[0]


def _report(
    unit: Unit,
    day: date,
    duties: Mapping[int, Duty],
    listed: Mapping[int, ListedFacts],
    found: list[Finding],
    using: ChosenScheme,
) -> UnitReport:
    result = score(
        found,
        using.scheme,
        owed=len(duties),
        listed=sum(1 for pk in duties if pk in listed and listed[pk].live),
        listed_late=_listed_late(duties, listed),
    )
    return UnitReport(unit, day, duties, listed, priced(found, result), result, using.row, using.scheme)


def _listed_late(duties: Mapping[int, Duty], listed: Mapping[int, ListedFacts]) -> int:
    return sum(
        1
        for pk, duty in duties.items()
        if (held := listed.get(pk)) is not None
        and held.live
        and held.since is not None
        and held.since > duty.due
    )


def _unknown(unit: Unit, day: date, obligations: Obligations, using: ChosenScheme) -> UnitReport:
    duties = obligations.of(unit.pk)
    nothing = Score(
        Decimal(0), using.scheme.maximum, using.scheme.maximum, owed=len(duties), share_listed=Decimal(0),
        share_on_time=Decimal(0), share_complete=Decimal(0),
    )  # fmt: skip
    return UnitReport(unit, day, duties, {}, (), nothing, using.row, using.scheme, no_ledger=True)


# What was public ------------------------------------------------------------------------------------------------------


def facts_at(units: list[Unit], day: date) -> tuple[Listings, Versions] | None:
    """Listings and versions at the end of that day; None: it lies before the ledger."""
    if day >= timezone.localdate():
        return current_facts(units)
    from procedures.ledger import reading

    first = reading.first_day()
    if first is None or day < first:
        return None
    return reading.listings_at(units, day), reading.versions_at(day)


_LISTING_COLUMNS = (
    "pk", "unit", "procedure", "live", "confirmed_version", "confirmed_at", "first_published_at", "withdrawn_at",
    "has_unpublished_changes", "desk", "counter", "phone", "hours_note", "procedure__subject",
    "procedure__material_version",
)  # fmt: skip


def current_facts(units: Iterable[Unit]) -> tuple[Listings, Versions]:
    """As the rows stand now. Six queries, and one more where something is outdated."""
    ids = [unit.pk for unit in units]
    found: dict[int, dict[int, ListedFacts]] = {pk: {} for pk in ids}
    details = UnitDetails(ids)
    outdated: dict[int, int] = {}
    rows = Listing.objects.filter(unit__in=ids).order_by().values_list(*_LISTING_COLUMNS)
    for (
        pk, unit, procedure, live, confirmed, confirmed_at, first, withdrawn_at, has_draft, desk, counter, phone,
        hours, subject, material,
    ) in rows:  # fmt: skip
        if live and confirmed < material:
            outdated[procedure] = material
        lacks = (
            details.lacks(unit, ListingDetails(desk, counter, subject, bool(phone), bool(hours)))
            if live
            else ()
        )
        withdrawn = not live and withdrawn_at is not None
        found[unit][procedure] = ListedFacts(
            procedure, live, confirmed, day_of(confirmed_at), lacks, day_of(first), pk, withdrawn,
            has_draft if live else not withdrawn,
        )  # fmt: skip
    return found, _current_versions(outdated)


def _current_versions(material: Mapping[int, int]) -> dict[int, VersionFacts]:
    """Of procedures that some unit has not confirmed; `material` is the number of the version it should have."""
    if not material:
        return {}
    changes: dict[int, list[MaterialChange]] = {pk: [] for pk in material}
    rows = ProcedureVersion.objects.filter(procedure__in=list(material)).order_by("procedure", "number")
    columns = ("procedure", "number", "published_at", "changed", "material", "marked_at")
    for pk, number, published_at, changed, parts, marked_at in rows.values_list(*columns):
        if (parts or number == 1) and number <= material[pk]:
            # What only a controller made material, units could not know before.
            told = marked_at if marked_at and number > 1 and not default_material(changed) else published_at
            changes[pk].append(MaterialChange(number, day_of(told), tuple(parts)))
    found = {}
    for pk, number in material.items():
        last = changes[pk][-1] if changes[pk] and changes[pk][-1].number == number else MaterialChange(number)
        earlier = tuple(change for change in changes[pk] if change.number < number)
        found[pk] = VersionFacts(pk, number, number, last.on, last.parts, earlier)
    return found


# The controllers' -----------------------------------------------------------------------------------------------------


def province_obligations(as_of: date | None = None) -> Obligations:
    """Duties of every unit that can owe a listing, with what the controllers have to settle."""
    day = as_of or timezone.localdate()
    return load_obligations(Unit.objects.active(day).listing_units(), day)


def controller_findings(
    as_of: date | None = None, *, obligations: Obligations | None = None
) -> tuple[Finding, ...]:
    """What the controllers have to mend. Texts are judged as they are now: their gaps are not kept by day."""
    day = as_of or timezone.localdate()
    known = obligations or province_obligations(day)
    return official_findings(read_official_texts(known.announced), known, day)
