"""Which volumes a unit's booklet has, and whether a volume made earlier still says what the pages say."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import astuple, dataclass, field
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Count, Sum
from django.db.models.fields import TextField
from django.db.models.functions import Cast, Coalesce, Length

from home.desk_hours import week_line
from home.models import PortalSettings, Subject, Unit
from home.vietnamese_order import vietnamese_key
from procedures.booklets.loading import Desks, load_desks, newest_forms
from procedures.competence.table import CurrentTable, current
from procedures.mapping import form_places
from procedures.models import Listing, ProcedurePage
from procedures.printing.press import FONT_FOLDER, TEMPLATE_FOLDER

MAX_PROCEDURES = 600
MAX_CHARACTERS = 5_000_000
"""Of one volume, over the stored texts: some 1,600 pages, 20 MB. More is a volume for each field, for readers' sake; memory is bounded
by the pieces in which a volume is set (`setting.py`)."""
EDITION = 1
"""Raise it when `text.py` says something else of the same content: every booklet is made anew."""

_TEXTS = ("steps", "cases", "channels", "results", "conditions")
_COLUMNS = (
    "procedure",
    "procedure__code",
    "procedure__title",
    "procedure__content_hash",
    "procedure__version",
    "procedure__purpose",
    "procedure__everyday_names",
    "procedure__anywhere",
    "procedure__anywhere_note",
    "procedure__in_force_from",
    "procedure__subject__name",
    "desk",
    "counter",
    "phone",
    "hours_note",
    "notes",
    "first_published_at",
)


@dataclass(frozen=True, slots=True)
class Volume:
    unit: Unit
    subject: Subject | None
    """None: everything that the unit lists, or the rest."""
    procedures: int
    is_rest: bool = False
    """Beside the volumes of fields: what belongs to none."""

    def listings(self) -> Any:
        found = listed_now(self.unit)
        if self.subject is not None:
            return found.filter(procedure__subject=self.subject)
        return found.filter(procedure__subject=None) if self.is_rest else found


def listed_now(unit: Unit) -> Any:
    """Listings that the public sees on the unit's pages today."""
    return Listing.objects.live().filter(
        unit=unit, procedure__in=ProcedurePage.objects.listed_publicly().order_by().values("pk")
    )


def volumes_of(unit: Unit) -> tuple[Volume, ...]:
    """One for all, or one for each field of a unit that lists too much for one. Two queries, three with fields."""
    size = sum((Coalesce(Length(Cast(f"procedure__{name}", TextField())), 0) for name in _TEXTS), start=0)
    counted = listed_now(unit).aggregate(number=Count("pk"), characters=Coalesce(Sum(size), 0))
    if not counted["number"]:
        return ()
    if counted["number"] <= MAX_PROCEDURES and counted["characters"] <= MAX_CHARACTERS:
        return (Volume(unit, None, counted["number"]),)
    rows = dict(listed_now(unit).order_by().values_list("procedure__subject").annotate(number=Count("pk")))
    subjects = Subject.objects.in_bulk([pk for pk in rows if pk is not None])
    ordered = sorted(subjects.values(), key=lambda subject: vietnamese_key(subject.name))
    volumes = [Volume(unit, subject, rows[subject.pk]) for subject in ordered]
    return (*volumes, Volume(unit, None, rows[None], is_rest=True)) if None in rows else tuple(volumes)


def complaints_of(unit: Unit) -> str:
    """The unit's address for complaints, else the province's."""
    return (
        unit.complaints_address
        or PortalSettings.objects.filter(site__is_default_site=True)
        .values_list("complaints_address", flat=True)
        .first()
        or ""
    )


@dataclass(slots=True)
class FormUse:
    """Which version of which form a procedure hands out; kept while many units are looked at, most list the same."""

    by_procedure: dict[int, list[str]] = field(default_factory=dict)

    def of(self, procedures: Iterable[int]) -> dict[int, list[str]]:
        wanted = set(procedures)
        if new := wanted - self.by_procedure.keys():
            pages = ProcedurePage.objects.filter(pk__in=new).only("pk", "cases")
            used = {page.pk: sorted(set(form_places(page).values())) for page in pages.iterator(200)}
            newest = newest_forms({form for forms in used.values() for form in forms})
            for pk, forms in used.items():
                self.by_procedure[pk] = [
                    f"{newest[form].sha256} {newest[form].form}" for form in forms if form in newest
                ]
        return {pk: self.by_procedure.get(pk, []) for pk in wanted}


def fingerprint(volume: Volume, *, forms: FormUse | None = None, table: CurrentTable | None = None) -> str:
    """SHA-256 over all that the volume says, but for the day and the ledger's head. A fixed number of queries."""
    unit = volume.unit
    listings = volume.listings().order_by("pk")
    rows = list(listings.values_list(*_COLUMNS))
    used = (forms or FormUse()).of(row[0] for row in rows)
    told = [
        EDITION,
        _layout(),
        settings.PORTAL_BASE_URL,
        settings.PORTAL_DEMO,
        [unit.name, unit.slug, unit.kind, volume.subject.name if volume.subject else "", volume.is_rest],
        complaints_of(unit),
        _desks(load_desks(unit)),
        # Who decides, in the province's words.
        hash_of([astuple(row) for row in (table or current()).table.rows]),
        [[*row, used[row[0]]] for row in rows],
    ]
    return hash_of(told)


def _desks(desks: Desks) -> list[Any]:
    return [
        [
            desk.pk, desk.name, desk.address, desk.phone, week_line(desk), desk.unit_id,
            [
                [counter.pk, counter.name, counter.place, counter.phone, sorted(s.pk for s in counter.subjects.all())]
                for counter in desk.counters.all()
            ],
        ]
        for desk in desks.desks
    ]  # fmt: skip


def hash_of(value: Any) -> str:
    return hashlib.sha256(
        json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str).encode()
    ).hexdigest()


@cache
def _layout() -> str:
    """The templates and letters that the portal was started with."""
    digest = hashlib.sha256()
    for path in sorted((*TEMPLATE_FOLDER.glob("*.typ"), *FONT_FOLDER.glob("*.ttf"))):
        if path.name in ("frame.typ", "booklet.typ") or path.suffix == ".ttf":
            digest.update(path.read_bytes())
    return digest.hexdigest()
