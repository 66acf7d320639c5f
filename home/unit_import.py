"""Units taken over from records: shipped data or a CSV. Repeatable; what a person entered is never blanked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from home.model_fields import unlines
from home.models import Unit
from home.unit_details import changing_units
from home.unit_records import UnitRecord, parent_of

FIELDS = ("kind", "name", "short_name", "slug", "active_until", "website", "email", "complaints_address")


@dataclass(slots=True)
class UnitImportReport:
    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: int = 0
    problems: list[str] = field(default_factory=list)


@changing_units()
def import_unit_records(records: Sequence[UnitRecord], *, dry_run: bool = False) -> UnitImportReport:
    """Create and update units by identity (code, active_from); successors and parents after all units stand.

    A website, mail or complaints address that is already there stays: people keep these up to date in the admin.
    """
    report = UnitImportReport()
    held = {(u.code, u.active_from): u for u in Unit.objects.all()}
    slugs = {u.slug: u for u in held.values()}
    units: dict[tuple[str, date | None], Unit] = {}
    touched: set[int] = set()
    for record in records:
        unit = held.get(record.identity)
        if unit is None:
            other = slugs.get(record.slug)
            if other is not None:
                report.problems.append(
                    f"{record.name}: đường dẫn «{record.slug}» đã thuộc đơn vị khác ({other.code})."
                )
                continue
            unit = Unit(code=record.code, active_from=record.active_from, old_names=unlines(record.old_names))
            _take(unit, record)
            unit.save()
            slugs[unit.slug] = unit
            report.created.append(unit.name)
        elif _take(unit, record):
            unit.save()
            touched.add(unit.pk)
        units[record.identity] = unit
    by_slug = {u.slug: u for u in Unit.objects.all()}
    for record in records:
        unit = units.get(record.identity)
        if unit is None:
            continue
        if _relate(unit, record, records, units, by_slug, report):
            touched.add(unit.pk)
    report.changed = [u.name for key, u in units.items() if u.pk in touched and key in held]
    report.unchanged = len(units) - len(report.changed) - len(report.created)
    if dry_run:
        transaction.set_rollback(True)
    return report


def _take(unit: Unit, record: UnitRecord) -> bool:
    changed = False
    for name in FIELDS:
        value = getattr(record, name)
        if value in ("", None) or (
            name in ("website", "email", "complaints_address") and getattr(unit, name)
        ):
            continue
        if name == "slug" and unit.pk:
            # Printed addresses and the ledger know the unit by it.
            continue
        if getattr(unit, name) != value:
            setattr(unit, name, value)
            changed = True
    names = [*unit.old_name_list, *(n for n in record.old_names if n not in unit.old_name_list)]
    if unlines(names) != unlines(unit.old_name_list):
        unit.old_names = unlines(names)
        changed = True
    return changed


def _relate(
    unit: Unit,
    record: UnitRecord,
    records: Sequence[UnitRecord],
    units: dict[tuple[str, date | None], Unit],
    by_slug: dict[str, Unit],
    report: UnitImportReport,
) -> bool:
    changed = False
    parent_record = parent_of(record, records)
    parent = units.get(parent_record.identity) if parent_record else None
    if parent and unit.parent_id != parent.pk:
        unit.parent = parent
        unit.save(update_fields=["parent"])
        changed = True
    if unknown := [s for s in record.successors if s not in by_slug]:
        report.problems.append(f"{record.name}: không có đơn vị kế tục «{'», «'.join(unknown)}».")
    wanted = {by_slug[s].pk for s in record.successors if s in by_slug}
    if wanted and wanted != set(
        Unit.successors.through.objects.filter(from_unit=unit).values_list("to_unit", flat=True)
    ):
        unit.successors.set(Unit.objects.filter(pk__in=wanted))
        unit.save()
        changed = True
    return changed
