"""Opening a round: duties, findings and points of its units as they stood at the end of a day are frozen, samples drawn."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from procedures.completeness.reports import UnitReport, unit_reports
from procedures.completeness.scheme import SchemeError, read_scheme
from procedures.inspections.finding_words import frozen_words
from procedures.inspections.freezing import Names, codes_to_draw_from, freeze, together
from procedures.inspections.sampling import draw
from procedures.inspections.steps import StepRefused, locked_round, log_step, require
from procedures.ledger import clock, reading
from procedures.models import (
    AnnouncementDecision,
    InspectedUnit,
    InspectionItem,
    InspectionRound,
    ProcedurePage,
    RoundState,
    ScoringScheme,
)

BATCH = 500


def why_not(round_: InspectionRound) -> str:
    """Why the round can't be opened now, in Vietnamese; "" when it can."""
    if round_.as_of >= timezone.localdate(clock.now()):
        return _("Ngày %(day)s chưa qua: chỉ chốt được số liệu của một ngày đã hết.") % {
            "day": f"{round_.as_of:%d/%m/%Y}"
        }
    first = reading.first_day()
    if first is None:
        return _("Sổ niêm yết chưa mở nên không biết công chúng đã thấy gì vào ngày đó.")
    if round_.as_of < first:
        return _("Sổ niêm yết mở ngày %(first)s; không biết chắc công chúng đã thấy gì vào ngày %(day)s.") % {
            "first": f"{first:%d/%m/%Y}",
            "day": f"{round_.as_of:%d/%m/%Y}",
        }
    return ""


def open_round(*, round_: InspectionRound, user: Any) -> InspectionRound:
    """Freezes and draws, all units or none. Raises StepRefused."""
    with transaction.atomic():
        held = locked_round(round_.pk)
        require(held, RoundState.PREPARING)
        if reason := why_not(held):
            raise StepRefused(reason)
        _check_scheme(held.scheme)
        rows = list(held.units.select_related("unit").order_by("unit__slug"))
        if not rows:
            raise StepRefused(_("Chọn ít nhất một đơn vị."))
        root = reading.root_of(held.as_of)
        if root is None:
            raise StepRefused(_("Sổ niêm yết không có mã gốc cho ngày này."))
        reports = unit_reports([row.unit for row in rows], held.as_of, scheme=held.scheme)
        _freeze_all(held, rows, reports)
        items = _draw_all(held, rows)
        held.frozen_hash = together({row.unit.slug: row.frozen_hash for row in rows})
        held.ledger_root = root.hash
        held.state = RoundState.OPEN
        held.opened_at = clock.now()
        held.save(update_fields=["frozen_hash", "ledger_root", "state", "opened_at"])
        log_step(
            held,
            "open",
            user,
            frozen_hash=held.frozen_hash,
            ledger_root=root.hash,
            ledger_sequence=root.sequence,
            seed=held.seed,
            units=len(rows),
            items=items,
        )
    return held


def _check_scheme(scheme: ScoringScheme) -> None:
    """Boards go on with the example when a scheme can't be read; a round must not."""
    try:
        read_scheme(scheme.content)
    except SchemeError as error:
        raise StepRefused(
            _("Bộ tiêu chí có lỗi: %(errors)s") % {"errors": " ".join(error.errors.values())}
        ) from error


def _freeze_all(round_: InspectionRound, rows: list[InspectedUnit], reports: Iterable[UnitReport]) -> None:
    by_unit = {report.unit.pk: report for report in reports}
    unknown = [row.unit.name for row in rows if by_unit[row.unit_id].no_ledger]
    if unknown:
        raise StepRefused(
            _("Sổ niêm yết không có gì về ngày này của: %(units)s.") % {"units": ", ".join(unknown[:5])}
        )
    names = _names(list(by_unit.values()))
    scheme = scheme_record(round_.scheme)
    for row in rows:
        report = by_unit[row.unit_id]
        row.frozen, row.frozen_hash = freeze(report, names, scheme=scheme)
        row.points = report.score.points
    InspectedUnit.objects.bulk_update(rows, ["frozen", "frozen_hash", "points"], batch_size=20)


def scheme_record(scheme: ScoringScheme) -> dict[str, Any]:
    return {
        "title": scheme.title,
        "year": scheme.year,
        "example": scheme.is_example,
        "content": scheme.content,
    }


def _names(reports: Collection[UnitReport]) -> Names:
    """Of every procedure, decision and finding that the reports speak of."""
    wanted: set[int] = set()
    decisions: set[int] = set()
    for report in reports:
        wanted |= set(report.duties) | set(report.listed)
        wanted |= {finding.procedure for finding in report.findings if finding.procedure is not None}
        decisions |= {duty.decision for duty in report.duties.values()}
    return Names(_titles(wanted), _numbers(decisions), frozen_words(reports))


def _titles(keys: set[int]) -> Mapping[int, tuple[str, str]]:
    # All of them: a list of thousands of keys is no shorter than the catalogue.
    rows = ProcedurePage.objects.values_list("pk", "code", "title").iterator()
    return {pk: (code, title) for pk, code, title in rows if pk in keys}


def _numbers(keys: set[int]) -> Mapping[int, str]:
    rows = AnnouncementDecision.objects.values_list("pk", "number")
    return {pk: number for pk, number in rows if pk in keys}


def _draw_all(round_: InspectionRound, rows: list[InspectedUnit]) -> int:
    drawn = {
        row.pk: draw(round_.seed, row.unit.slug, codes_to_draw_from(row.frozen), round_.sample_size)
        for row in rows
    }
    codes = {code for codes in drawn.values() for code in codes}
    pages = {
        code: (pk, title)
        for pk, code, title in ProcedurePage.objects.values_list("pk", "code", "title").iterator()
        if code in codes
    }
    items = [
        InspectionItem(
            inspected_id=row.pk,
            procedure_id=pages[code][0],
            code=code,
            title=pages[code][1],
            place=place,
        )
        for row in rows
        for place, code in enumerate(drawn[row.pk], start=1)
    ]
    InspectionItem.objects.bulk_create(items, batch_size=BATCH)
    return len(items)
