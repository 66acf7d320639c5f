"""The unit gets its findings, explains (giải trình) until a day, and is answered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from procedures.inspections.checking import keep_files, require_room
from procedures.inspections.evidence_files import Evidence
from procedures.inspections.steps import (
    Step,
    StepRefused,
    locked_round,
    locked_unit,
    log_step,
    log_steps,
    require,
)
from procedures.ledger import clock
from procedures.models import Explanation, InspectedUnit, InspectionItem, InspectionRound, RoundState

TEXT_LENGTH = 10_000
MAX_EXPLANATIONS = 500
MAX_FILES_EACH = 10
"""Of one explanation."""


def send_findings(
    *, round_: InspectionRound, inspected: Iterable[InspectedUnit], until: date, user: Any
) -> int:
    """Shows these units what was found and lets them explain to the end of `until`; how many were new.

    The last day is one for the whole round; a later one extends it for all. A unit with an item that is not judged is refused.
    """
    with transaction.atomic():
        held = locked_round(round_.pk)
        require(held, RoundState.OPEN, RoundState.EXPLAINING)
        _set_last_day(held, until, user)
        rows = list(
            held.units.filter(pk__in=[row.pk for row in inspected], sent_at=None).select_related("unit")
        )
        open_items = set(
            InspectionItem.objects.filter(inspected__in=rows, verdict="").values_list("inspected", flat=True)
        )
        if unfinished := [row.unit.name for row in rows if row.pk in open_items]:
            raise StepRefused(_("Còn mục chưa có kết quả: %(units)s.") % {"units": _first_few(unfinished)})
        held.state = RoundState.EXPLAINING
        held.save(update_fields=["state"])
        now = clock.now()
        for row in rows:
            row.sent_at = now
        log_steps(held, [Step("send", {"until": until}, row) for row in rows], user)
        InspectedUnit.objects.bulk_update(rows, ["sent_at"])
    return len(rows)


def extend_explaining(*, round_: InspectionRound, until: date, user: Any) -> None:
    """A later last day for all units of the round."""
    with transaction.atomic():
        held = locked_round(round_.pk)
        require(held, RoundState.EXPLAINING)
        _set_last_day(held, until, user)


def _set_last_day(held: InspectionRound, until: date, user: Any) -> None:
    if until < timezone.localdate(clock.now()):
        raise StepRefused(_("Ngày hết hạn giải trình đã qua."))
    if held.answer_until and until < held.answer_until:
        raise StepRefused(
            _("Hạn giải trình đã báo cho đơn vị là hết ngày %(day)s; chỉ gia hạn, không rút ngắn.")
            % {"day": f"{held.answer_until:%d/%m/%Y}"}
        )
    if held.answer_until != until:
        if held.answer_until is not None:
            log_step(held, "extend", user, before=held.answer_until, until=until)
        held.answer_until = until
        held.save(update_fields=["answer_until"])


def _first_few(names: list[str], most: int = 5) -> str:
    shown = ", ".join(names[:most])
    return f"{shown}, …" if len(names) > most else shown


def may_still_explain(inspected: InspectedUnit) -> bool:
    """Sent, not concluded, and the last day is not over."""
    round_ = inspected.round
    return (
        inspected.sent_at is not None
        and round_.state == RoundState.EXPLAINING
        and round_.answer_until is not None
        and timezone.localdate(clock.now()) <= round_.answer_until
    )


def require_files(inspected: InspectedUnit, count: int) -> None:
    """Before files are examined, which costs time: whether an explanation with so many of them would be taken at all."""
    _require_explaining(inspected)
    if count > MAX_FILES_EACH:
        raise StepRefused(_("Mỗi giải trình kèm tối đa %(n)s tệp.") % {"n": MAX_FILES_EACH})
    require_room(inspected, count)


def _require_explaining(held: InspectedUnit) -> None:
    require(held.round, RoundState.EXPLAINING)
    if held.sent_at is None:
        raise StepRefused(_("Kết quả của đơn vị chưa được gửi."))
    if not may_still_explain(held):
        raise StepRefused(
            _("Đã hết hạn giải trình (hết ngày %(day)s).") % {"day": f"{held.round.answer_until:%d/%m/%Y}"}
        )


def explain(
    *,
    inspected: InspectedUnit,
    text: str,
    user: Any,
    item: InspectionItem | None = None,
    finding_key: str = "",
    evidence: Iterable[Evidence] = (),
) -> Explanation:
    """The unit answers one item, one frozen finding, or all of it; with its files, in one transaction."""
    with transaction.atomic():
        held = locked_unit(inspected.pk)
        _require_explaining(held)
        text = text.strip()
        if not text:
            raise StepRefused(_("Ghi nội dung giải trình."))
        if len(text) > TEXT_LENGTH:
            raise StepRefused(_("Giải trình dài quá %(n)s ký tự.") % {"n": TEXT_LENGTH})
        if item is not None and item.inspected_id != held.pk:
            raise StepRefused(_("Mục này không thuộc đơn vị."))
        if finding_key and finding_key not in {row["key"] for row in held.frozen["findings"]}:
            raise StepRefused(_("Không có phát hiện này trong số liệu đã chốt."))
        if held.explanations.count() >= MAX_EXPLANATIONS:
            raise StepRefused(_("Quá nhiều giải trình; hãy gộp vào một văn bản kèm theo."))
        made = Explanation.objects.create(
            inspected=held, item=item, finding_key=finding_key, text=text, created_by=user
        )
        if held.answered_at is not None:
            held.answered_at = None
            held.save(update_fields=["answered_at"])
        log_step(
            held.round,
            "explain",
            user,
            inspected=held,
            explanation=made.pk,
            item=item.place if item else None,
            finding=finding_key,
            text=text,
        )
        keep_files(inspected=held, evidence=evidence, user=user, explanation=made)
    return made


def finish_explaining(*, inspected: InspectedUnit, user: Any) -> None:
    """The unit has nothing (more) to say; the council need not wait for the last day."""
    with transaction.atomic():
        held = locked_unit(inspected.pk)
        _require_explaining(held)
        if held.answered_at is None:
            held.answered_at = clock.now()
            held.save(update_fields=["answered_at"])
            log_step(held.round, "answered", user, inspected=held)


def answer_explanation(
    *, explanation: Explanation, accepted: bool | None, answer: str, user: Any
) -> Explanation:
    """The council accepts an explanation or not, and says why; it may think again until it concludes."""
    with transaction.atomic():
        inspected = locked_unit(explanation.inspected_id)
        require(inspected.round, RoundState.EXPLAINING)
        held = Explanation.objects.get(pk=explanation.pk)
        answer = answer.strip()
        if accepted is None:
            raise StepRefused(_("Chọn chấp nhận hay không chấp nhận."))
        if not accepted and not answer:
            raise StepRefused(_("Ghi lý do không chấp nhận giải trình."))
        if len(answer) > TEXT_LENGTH:
            raise StepRefused(_("Ý kiến dài quá %(n)s ký tự.") % {"n": TEXT_LENGTH})
        held.accepted, held.answer = accepted, answer
        held.answered_by, held.answered_at = user, clock.now()
        held.save(update_fields=["accepted", "answer", "answered_by", "answered_at"])
        log_step(
            inspected.round,
            "answer",
            user,
            inspected=inspected,
            explanation=held.pk,
            accepted=accepted,
            answer=answer,
        )
    return held
