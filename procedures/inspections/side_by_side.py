"""What a unit listed at the end of one day against the end of another, procedure by procedure, both out of the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from home.models import Unit
from procedures.importing.merging import SECTIONS
from procedures.importing.section_texts import SECTION_LABELS
from procedures.ledger import reading
from procedures.ledger.reading import ListedItem, UnitAsOf


class Change(StrEnum):
    ADDED = "added"
    GONE = "gone"
    CHANGED = "changed"
    CONFIRMED = "confirmed"
    """The unit confirmed anew what readers see just as before."""
    SAME = "same"


CHANGE_LABELS = {
    Change.ADDED: _("Niêm yết sau ngày đó"),
    Change.GONE: _("Đã gỡ sau ngày đó"),
    Change.CHANGED: _("Nội dung đã khác"),
    Change.CONFIRMED: _("Đã xác nhận lại"),
    Change.SAME: _("Như cũ"),
}

LISTING_LABELS = {
    "confirmed_version": _("bản đơn vị đã xác nhận"),
    "desk": _("bộ phận một cửa"),
    "counter": _("quầy"),
    "phone": _("điện thoại riêng"),
    "hours_note": _("giờ riêng"),
    "notes": _("ghi chú của đơn vị"),
}
"""Parts of a listing that readers see or that count."""


@dataclass(frozen=True, slots=True)
class ComparedRow:
    code: str
    title: str
    then: datetime | None
    """Public since; None: not public on that day."""
    now: datetime | None
    change: Change
    parts: tuple[Any, ...] = ()
    """What differs, in words."""

    @property
    def label(self) -> Any:
        return CHANGE_LABELS[self.change]

    @property
    def is_changed(self) -> bool:
        return self.change is not Change.SAME


@dataclass(frozen=True, slots=True)
class Compared:
    then: UnitAsOf
    now: UnitAsOf
    rows: tuple[ComparedRow, ...]
    unit_changed: bool
    """Name, desks, hours or where to complain."""

    def count(self, change: str) -> int:
        return sum(row.change == change for row in self.rows)

    @property
    def counts(self) -> list[tuple[Any, int]]:
        return [(CHANGE_LABELS[change], self.count(change)) for change in Change]


def compare_unit(unit: Unit, then: date, now: date) -> Compared:
    before, after = reading.listed(unit, then), reading.listed(unit, now)
    return Compared(before, after, compare(before.items, after.items), before.unit_body != after.unit_body)


def compare(before: Iterable[ListedItem], after: Iterable[ListedItem]) -> tuple[ComparedRow, ...]:
    """In the order of the codes."""
    old, new = {item.code: item for item in before}, {item.code: item for item in after}
    return tuple(_row(code, old.get(code), new.get(code)) for code in sorted(old.keys() | new.keys()))


def _row(code: str, before: ListedItem | None, after: ListedItem | None) -> ComparedRow:
    newest = after or before
    assert newest is not None
    title = str(newest.procedure_body.get("title", ""))
    if before is None:
        return ComparedRow(code, title, None, newest.since, Change.ADDED)
    if after is None:
        return ComparedRow(code, title, before.since, None, Change.GONE)
    parts = tuple(_differences(before, after))
    if not parts:
        change = Change.SAME
    elif parts == (LISTING_LABELS["confirmed_version"],):
        change = Change.CONFIRMED
    else:
        change = Change.CHANGED
    return ComparedRow(code, title, before.since, after.since, change, parts)


def _differences(before: ListedItem, after: ListedItem) -> Iterable[Any]:
    if before.since != after.since:
        yield _("đã gỡ rồi niêm yết lại")
    for name, label in LISTING_LABELS.items():
        if before.listing_body.get(name) != after.listing_body.get(name):
            yield label
    yield from _text_differences(before.procedure_body, after.procedure_body)


def _text_differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[Any]:
    old, new = before.get("text", {}), after.get("text", {})
    for name, section in SECTIONS.items():
        fields_differ = any(old.get(field) != new.get(field) for field in section.fields)
        absences_differ = any(
            (old.get("absences") or {}).get(part) != (new.get("absences") or {}).get(part)
            for part in section.parts
        )
        if fields_differ or absences_differ:
            yield SECTION_LABELS[name]
    if before.get("forms") != after.get("forms"):
        yield _("tệp biểu mẫu")
