"""An inspection round on what really stands in a ledger: units that listed some of what they owe, late last year."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image

from home.enums import PortalGroup, Role
from home.models import Unit
from procedures.completeness.scheme import to_json
from procedures.completeness.yearly_schemes import example
from procedures.inspections.opening import open_round
from procedures.inspections.preparing import assign_inspectors, save_round
from procedures.inspections.steps import log_step
from procedures.ledger import clock
from procedures.listings.services import publish_listings
from procedures.models import (
    Explanation,
    InspectedUnit,
    InspectionFile,
    InspectionItem,
    InspectionRound,
    ProcedurePage,
    RoundState,
    ScoringScheme,
    Verdict,
)
from tests.factories.opening import make_opening
from tests.factories.people import make_member, make_user
from tests.factories.records import make_record, publish
from tests.factories.units import make_unit

BEGIN = datetime(2025, 12, 1, 2, tzinfo=UTC)
AS_OF = date(2025, 12, 31)


@dataclass
class InspectionWorld:
    """Two communes; the first lists all but two of its procedures, the second none."""

    unit: Unit
    other_unit: Unit
    pages: list[ProcedurePage]
    round: InspectionRound
    council: Any
    inspector: Any
    editor: Any
    approver: Any
    other_editor: Any
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def inspected(self) -> InspectedUnit:
        return InspectedUnit.objects.select_related("round", "unit").get(round=self.round, unit=self.unit)

    @property
    def other_inspected(self) -> InspectedUnit:
        return InspectedUnit.objects.select_related("round", "unit").get(
            round=self.round, unit=self.other_unit
        )

    def items(self) -> list[InspectionItem]:
        return list(self.inspected.items.order_by("place"))


def make_scheme(year: int = 2025, **fields: Any) -> ScoringScheme:
    title, source, scheme = example()
    values = {"title": title, "source": source, "content": to_json(scheme), "is_example": True} | fields
    return ScoringScheme.objects.create(year=year, **values)


def make_round(
    units: list[Unit], *, user: Any = None, scheme: ScoringScheme | None = None, **fields: Any
) -> InspectionRound:
    values = {
        "title": "Đợt kiểm tra cuối năm 2025",
        "year": 2025,
        "scheme": scheme or make_scheme(),
        "as_of": AS_OF,
        "sample_size": 4,
        "seed": "hạt giống thử",
    } | fields
    return save_round(values=values, units=units, user=user)


def make_inspections(
    *, procedures: int = 6, opened: bool = True, unit_name: str = "Xã Thanh Tra", **fields: Any
) -> InspectionWorld:
    """Round, people, content; opened unless told otherwise. The inspector has the first unit only."""
    with clock.ticking(BEGIN):
        unit, other = make_unit(unit_name), make_unit("Xã Kế Bên")
        pages = publish(*(make_record(name=f"Thủ tục thử số {n}") for n in range(1, procedures + 1)))
        ProcedurePage.objects.filter(pk__in=[page.pk for page in pages]).update(first_published_at=BEGIN)
        make_opening(day=BEGIN.date())
        publish_listings(unit=unit, procedures=[page.pk for page in pages[:-2]])
    council = make_user(PortalGroup.CURATOR)
    inspector = make_user(PortalGroup.INSPECTOR)
    round_ = make_round([unit, other], user=council, **fields)
    world = InspectionWorld(
        unit=unit,
        other_unit=other,
        pages=pages,
        round=round_,
        council=council,
        inspector=inspector,
        editor=make_member(unit),
        approver=make_member(unit, Role.APPROVER),
        other_editor=make_member(other),
    )
    assign_inspectors(round_=round_, inspected=[world.inspected], people=[inspector], user=council)
    if opened:
        world.round = open_round(round_=round_, user=council)
    return world


def photo(*, kind: str = "JPEG", size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **options)
    return out.getvalue()


def make_sent_unit(unit: Unit, *, words: str, year: int = 2001) -> InspectedUnit:
    """One unit of a round, sent and explained, with `words` wherever somebody wrote some; no ledger is needed."""
    round_ = make_round([unit], title="Đợt kiểm tra", scheme=make_scheme(year=year))
    now = clock.now()
    InspectionRound.objects.filter(pk=round_.pk).update(
        state=RoundState.EXPLAINING,
        opened_at=now,
        conclusion=words,
        answer_until=now.date() + timedelta(days=5),
    )
    score = dict.fromkeys(
        ("owed", "listed", "on_time", "complete", "missing", "late", "outdated", "should_be_gone", "lacking"),
        1,
    )
    finding = {
        "key": "late:1",
        "kind": "late",
        "code": "1.000001",
        "procedure": words,
        "since": "2025-12-01",
        "due": "2025-12-08",
        "cost": "1",
        "words": {"title": words, "why": words, "since": "01/12/2025", "until": words},
    }
    inspected = round_.units.get()
    inspected.frozen = {
        "unit": {"slug": unit.slug, "code": unit.code, "name": unit.name},
        "scheme": {"title": "Bộ tiêu chí", "year": 2001},
        "duties": [],
        "listed": [],
        "findings": [finding],
        "score": {**score, "points": "50", "maximum": "100", "criteria": []},
    }
    inspected.points = Decimal(50)
    inspected.sent_at = now
    inspected.conclusion = words
    inspected.save()
    item = InspectionItem.objects.create(
        inspected=inspected, title=words, place=1, verdict=Verdict.FAILED, note=words, deduction=1
    )
    explanation = Explanation.objects.create(inspected=inspected, item=item, text=words)
    file = InspectionFile(
        inspected=inspected,
        explanation=explanation,
        sha256="0" * 64,
        name=f"{words}.txt",
        size=len(words),
        content_type="text/plain",
    )
    file.file.save("x", ContentFile(words.encode()), save=True)
    log_step(round_, "verdict", None, inspected=inspected, note=words)
    return inspected
