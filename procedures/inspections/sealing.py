"""Whether a concluded round still says what it said when it was concluded: hashes made anew, beside those that were kept."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from procedures.inspections.concluding import concluded_together, unit_records
from procedures.inspections.freezing import is_unchanged, kept
from procedures.inspections.in_ledger import entered
from procedures.inspections.steps import broken_step
from procedures.ledger.composing import inspection_subject
from procedures.ledger.recording import BodyBroken
from procedures.models import InspectedUnit, InspectionRound, RoundState


@dataclass(frozen=True, slots=True)
class Seal:
    round_stands: bool = True
    """The round's own facts, the hashes of its units, its log."""
    broken_units: frozenset[int] = frozenset()
    """Units whose record is another one than was concluded."""
    entry: int | None = None
    """The ledger's entry of this conclusion; rounds concluded before the ledger took them have none."""

    @property
    def is_broken(self) -> bool:
        return not self.round_stands or bool(self.broken_units)

    @property
    def words(self) -> str:
        """For screens and papers; nothing as long as all stands."""
        if not self.is_broken:
            return ""
        return _("KHÔNG KHỚP với mã băm lúc kết luận: dữ liệu đã bị sửa sau khi kết luận")


def seal_of_round(round_: InspectionRound) -> Seal:
    """All of a round but the long frozen figures of its units, which are checked unit by unit. Ten queries and the log."""
    if round_.state != RoundState.CONCLUDED:
        return Seal()
    rows = list(round_.units.defer("frozen").select_related("unit", "round"))
    written, readable = _entered(round_, rows)
    entry, name = written.get(inspection_subject(round_.pk), (None, round_.concluded_hash))
    stands = readable and name == round_.concluded_hash and _round_stands(round_)
    return Seal(stands, _broken(rows, written), entry)


def seal_of_unit(inspected: InspectedUnit) -> Seal:
    """One unit, its frozen figures too, and what its paper says of the round."""
    round_ = inspected.round
    if round_.state != RoundState.CONCLUDED:
        return Seal()
    written, readable = _entered(round_, [inspected])
    broken = _broken([inspected], written)
    if not is_unchanged(inspected.frozen, inspected.frozen_hash):
        broken |= {inspected.pk}
    _round, name = written.get(inspection_subject(round_.pk), (None, round_.concluded_hash))
    entry, _hash = written.get(inspection_subject(round_.pk, inspected.unit.slug), (None, ""))
    return Seal(readable and name == round_.concluded_hash and _round_stands(round_), broken, entry)


Entered = dict[str, tuple[int, str]]


def _entered(round_: InspectionRound, rows: list[InspectedUnit]) -> tuple[Entered, bool]:
    """What the ledger says of the round and these units; False: it can't be read."""
    try:
        return entered(
            [
                inspection_subject(round_.pk),
                *(inspection_subject(round_.pk, row.unit.slug) for row in rows),
            ]
        ), True
    except BodyBroken:
        return {}, False


def _broken(rows: list[InspectedUnit], written: Entered) -> frozenset[int]:
    records = unit_records(rows)
    return frozenset(
        row.pk
        for row in rows
        if kept(records[row.pk])[1] != row.concluded_hash
        or written.get(inspection_subject(row.round_id, row.unit.slug), (0, row.concluded_hash))[1]
        != row.concluded_hash
    )


def _round_stands(round_: InspectionRound) -> bool:
    last = round_.steps.filter(action="conclude").order_by("-pk").first()
    if last is None or last.data.get("concluded_hash") != round_.concluded_hash:
        return False
    # An account may be gone; the log still holds its number.
    by = last.data.get("by")
    if round_.concluded_by_id not in (None, by):
        return False
    hashes = dict(round_.units.values_list("unit__slug", "concluded_hash"))
    if concluded_together(round_, hashes, by=by) != round_.concluded_hash:
        return False
    return broken_step(round_) is None
