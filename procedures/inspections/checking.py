"""What inspectors do in a unit: verdict after verdict, more items, evidence. Two may work at once; neither loses anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from procedures.inspections.evidence_files import Evidence
from procedures.inspections.steps import Step, StepRefused, locked_unit, log_step, log_steps, require
from procedures.ledger import clock
from procedures.models import (
    Explanation,
    InspectedUnit,
    InspectionFile,
    InspectionItem,
    ProcedurePage,
    RoundState,
    Verdict,
)

MAX_ITEMS = 300
MAX_FILES = 200
"""Of one unit in one round."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one item says: as it stands, or as somebody typed it."""

    verdict: str = ""
    note: str = ""
    deduction: Decimal = Decimal(0)

    @property
    def mark(self) -> str:
        """Tells whether an item is still as somebody saw it. Not a secret: it only guards against overlooking."""
        text = "\n".join((self.verdict, f"{self.deduction:.2f}", self.note.replace("\r\n", "\n").strip()))
        return sha256(text.encode()).hexdigest()[:20]


def judgement_of(item: InspectionItem) -> Judgement:
    return Judgement(item.verdict, item.note, item.deduction)


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed for an item, and the mark of what stood there when they began."""

    judgement: Judgement
    seen: str


@dataclass(frozen=True, slots=True)
class Recorded:
    saved: tuple[InspectionItem, ...] = ()
    conflicts: Mapping[int, InspectionItem] = field(default_factory=dict)
    """Item id → how it stands now: somebody else changed it in between, so nothing was written over."""


def record_verdicts(*, inspected: InspectedUnit, typed: Mapping[int, Typed], user: Any) -> Recorded:
    """Writes what was changed, one log line each; leaves alone what was not touched or what another has changed."""
    with transaction.atomic():
        held = locked_unit(inspected.pk)
        _require_checking(held)
        now = clock.now()
        saved: list[InspectionItem] = []
        conflicts: dict[int, InspectionItem] = {}
        steps: list[Step] = []
        for item in held.items.filter(pk__in=typed).select_related("decided_by"):
            wish, stands = typed[item.pk], judgement_of(item)
            if wish.judgement.mark in (wish.seen, stands.mark):
                continue
            if stands.mark != wish.seen:
                conflicts[item.pk] = item
                continue
            _check(wish.judgement)
            item.verdict = wish.judgement.verdict
            item.note = wish.judgement.note
            item.deduction = wish.judgement.deduction
            item.decided_by = user
            item.decided_at = now
            saved.append(item)
            said = {
                "item": item.place,
                "code": item.code,
                "verdict": item.verdict,
                "deduction": item.deduction,
                "note": item.note,
                "before": [stands.verdict, stands.deduction, stands.note],
            }
            steps.append(Step("verdict", said, held))
        InspectionItem.objects.bulk_update(
            saved, ["verdict", "note", "deduction", "decided_by", "decided_at"], batch_size=100
        )
        log_steps(held.round, steps, user)
    return Recorded(tuple(saved), conflicts)


def _check(judgement: Judgement) -> None:
    if judgement.verdict not in ("", *Verdict.values):
        raise StepRefused(_("Kết quả không có trong danh sách."))
    if judgement.deduction < 0:
        raise StepRefused(_("Điểm trừ không âm."))
    if judgement.deduction and judgement.verdict != Verdict.FAILED:
        raise StepRefused(_("Chỉ trừ điểm ở mục không đạt."))
    if judgement.deduction and not judgement.note.strip():
        raise StepRefused(_("Ghi lý do trừ điểm vào nhận xét."))


def _require_checking(held: InspectedUnit) -> None:
    require(held.round, RoundState.OPEN, RoundState.EXPLAINING)
    if held.sent_at is not None:
        raise StepRefused(_("Kết quả đã gửi đơn vị nên không sửa được nữa."))


def add_item(
    *, inspected: InspectedUnit, title: str, user: Any, procedure: ProcedurePage | None = None
) -> InspectionItem:
    """One more thing to look at: a procedure, or anything else in the inspector's words."""
    with transaction.atomic():
        held = locked_unit(inspected.pk)
        _require_checking(held)
        title = title.strip() or (procedure.title if procedure else "")
        if not title:
            raise StepRefused(_("Ghi nội dung kiểm tra hoặc chọn thủ tục."))
        if held.items.count() >= MAX_ITEMS:
            raise StepRefused(_("Một đơn vị có tối đa %(n)s mục.") % {"n": MAX_ITEMS})
        if procedure is not None and held.items.filter(procedure=procedure).exists():
            raise StepRefused(_("Thủ tục %(code)s đã có trong danh sách.") % {"code": procedure.code})
        last = held.items.aggregate(last=Max("place"))["last"] or 0
        item = InspectionItem.objects.create(
            inspected=held,
            procedure=procedure,
            code=procedure.code if procedure else "",
            title=title[:500],
            place=last + 1,
            added_by=user,
        )
        log_step(
            held.round, "add_item", user, inspected=held, item=item.place, code=item.code, title=item.title
        )
    return item


def require_room(inspected: InspectedUnit, count: int) -> None:
    """Whether so many files more can be kept: asked before any of them is examined, which costs time."""
    if count and inspected.files.count() + count > MAX_FILES:
        raise StepRefused(_("Một đơn vị giữ tối đa %(n)s tệp.") % {"n": MAX_FILES})


def keep_files(
    *,
    inspected: InspectedUnit,
    evidence: Iterable[Evidence],
    user: Any,
    item: InspectionItem | None = None,
    explanation: Explanation | None = None,
) -> list[InspectionFile]:
    """Files that have passed `evidence_files.examine`: of an inspector (on an item or on the unit) or of an explanation."""
    evidence = list(evidence)
    if not evidence:
        return []
    with transaction.atomic():
        held = locked_unit(inspected.pk)
        if explanation is None:
            _require_checking(held)
        else:
            require(held.round, RoundState.EXPLAINING)
        require_room(held, len(evidence))
        rows = []
        for one in evidence:
            row = InspectionFile(
                inspected=held,
                item=item,
                explanation=explanation,
                sha256=one.sha256,
                name=one.name,
                size=one.size,
                content_type=one.content_type,
                uploaded_by=user,
            )
            row.file.save(one.sha256, ContentFile(one.content), save=False)
            row.save()
            rows.append(row)
            log_step(
                held.round,
                "upload",
                user,
                inspected=held,
                item=item.place if item else None,
                explanation=explanation.pk if explanation else None,
                name=one.name,
                sha256=one.sha256,
                size=one.size,
            )
    return rows
