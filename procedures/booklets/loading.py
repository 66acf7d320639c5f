"""Everything that a unit's board or booklet shows, read in a fixed number of queries however much it lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch, Q

from guidance.models import LegalReference
from home.models import Counter, Desk, Subject, Unit
from home.vietnamese_order import vietnamese_key
from procedures.mapping import form_places
from procedures.models import FormVersion, Listing
from procedures.models.catalogue import ProcedureBasis
from procedures.presenters.place import choose
from procedures.record import Basis


@dataclass(slots=True)
class Desks:
    """Where a unit's readers hand in: its own desks, those it shares, those that only a listing names."""

    unit: Unit
    desks: list[Desk] = field(default_factory=list)

    def of(self, listing: Listing) -> tuple[Desk | None, Counter | None]:
        """As `presenters.place.desk_view` chooses, without asking again."""
        if not self.desks:
            return None, None
        own = [desk for desk in self.desks if self._is_offered(desk) or desk.pk == self._named_desk(listing)]
        if not own:
            return None, None
        subject = listing.procedure.subject_id
        for desk in own:
            for counter in desk.counters.all():
                counter.serves_field = subject is not None and any(
                    s.pk == subject for s in counter.subjects.all()
                )
        return choose(own, desk_id=listing.desk_id, counter_id=listing.counter_id)

    def _is_offered(self, desk: Desk) -> bool:
        return desk.unit_id == self.unit.pk or any(unit.pk == self.unit.pk for unit in desk.serves.all())

    def _named_desk(self, listing: Listing) -> int | None:
        if listing.desk_id:
            return listing.desk_id
        return next(
            (d.pk for d in self.desks for c in d.counters.all() if c.pk == listing.counter_id),
            None,
        )


@dataclass(frozen=True, slots=True)
class Contents:
    """What one volume holds, in its order."""

    unit: Unit
    subject: Subject | None
    listings: tuple[Listing, ...]
    """With their procedure and its field; by field, then by name."""
    desks: Desks
    basis: Mapping[int, tuple[Basis, ...]]
    """By procedure."""
    forms: Mapping[int, FormVersion]
    """The newest version of each form, by form."""


def in_order(listings: Any) -> list[Listing]:
    """Listings of one unit with their procedures, by field, then by name. One query."""
    found = list(listings.select_related("procedure__subject", "unit"))
    return sorted(found, key=_order)


def _order(listing: Listing) -> tuple[bool, tuple[str, str], tuple[str, str], str]:
    subject = listing.procedure.subject
    return (
        subject is None,
        vietnamese_key(subject.name) if subject else ("", ""),
        vietnamese_key(listing.procedure.title),
        listing.procedure.code,
    )


def load_desks(unit: Unit) -> Desks:
    """Those of the unit, and those that only its live listings name. Six queries at the most."""
    live = Listing.objects.live().filter(unit=unit)
    wanted = (
        Q(unit=unit)
        | Q(serves=unit)
        | Q(pk__in=live.exclude(desk=None).values("desk"))
        | Q(counters__in=live.exclude(counter=None).values("counter"))
    )
    found = (
        Desk.objects.filter(wanted)
        .distinct()
        .prefetch_related(
            "hours",
            "exceptions",
            "serves",
            Prefetch("counters", Counter.objects.order_by("name").prefetch_related("subjects")),
        )
    )
    return Desks(unit, sorted(found, key=lambda desk: (desk.unit_id != unit.pk, desk.name)))


def load_contents(unit: Unit, *, subject: Subject | None, listings: Sequence[Listing]) -> Contents:
    """`listings`: as `in_order` gives them."""
    pages = [listing.procedure for listing in listings]
    return Contents(
        unit=unit,
        subject=subject,
        listings=tuple(listings),
        desks=load_desks(unit),
        basis=_basis([page.pk for page in pages]),
        forms=newest_forms({form for page in pages for form in form_places(page).values()}),
    )


def _basis(procedures: Sequence[int]) -> dict[int, tuple[Basis, ...]]:
    """Two queries."""
    links = list(
        ProcedureBasis.objects.filter(procedure__in=procedures)
        .order_by("procedure", "sort_order", "pk")
        .values_list("procedure_id", "reference_id")
    )
    held = LegalReference.objects.in_bulk({reference for _procedure, reference in links})
    found: defaultdict[int, list[Basis]] = defaultdict(list)
    for procedure, reference in links:
        law = held[reference]
        found[procedure].append(
            Basis(
                number=law.number,
                title=law.title,
                issued=law.issued,
                issuer=law.issuer,
                address=law.address,
            )
        )
    return {procedure: tuple(laws) for procedure, laws in found.items()}


def newest_forms(forms: Iterable[int]) -> dict[int, FormVersion]:
    """One query, none without a form."""
    wanted = set(forms)
    if not wanted:
        return {}
    versions = FormVersion.objects.filter(form__in=wanted).select_related("form").order_by("since", "pk")
    return {version.form_id: version for version in versions}
