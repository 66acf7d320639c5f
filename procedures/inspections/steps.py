"""What every step of a round has in common: it is refused with words, done under the round's lock, and logged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.utils.translation import gettext_lazy as _

from procedures.inspections.freezing import digest, exact
from procedures.models import InspectedUnit, InspectionLogEntry, InspectionRound, RoundState


class StepRefused(Exception):
    """The step does not fit the round as it stands; the words are for the person who tried it."""

    def __init__(self, message: Any) -> None:
        super().__init__(message)
        self.message = message


STEPS = {
    "create": _("Lập đợt kiểm tra"),
    "edit": _("Sửa đợt kiểm tra"),
    "open": _("Mở đợt, chốt số liệu và chọn mẫu"),
    "assign": _("Giao người kiểm tra"),
    "unassign": _("Thôi giao người kiểm tra"),
    "verdict": _("Ghi kết quả một mục"),
    "add_item": _("Thêm mục kiểm tra"),
    "upload": _("Thêm tệp"),
    "send": _("Gửi kết quả cho đơn vị"),
    "extend": _("Gia hạn giải trình"),
    "explain": _("Đơn vị giải trình"),
    "answered": _("Đơn vị báo đã giải trình xong"),
    "answer": _("Trả lời giải trình"),
    "final": _("Ghi điểm kết luận của đơn vị"),
    "conclude": _("Kết luận đợt kiểm tra"),
}
"""Every step that a round's log can hold."""


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be logged."""

    action: str
    data: Mapping[str, Any]
    inspected: InspectedUnit | None = None


def log_steps(round_: InspectionRound, steps: Iterable[Step], user: Any) -> None:
    """Lines of the log, in the transaction of the steps; nothing ever changes or removes one.

    Each line names the hash of the one before it, so that a line that was changed, dropped or put in between shows. The
    caller holds the round. Two queries, however many steps.
    """
    last = round_.steps.order_by("-pk").first()
    previous = step_hash(last) if last else ""
    rows = []
    for step in steps:
        if step.action not in STEPS:
            raise ValueError(step.action)
        kept_data = exact(step.data) | {"by": user.pk if user else None, "previous": previous}
        row = InspectionLogEntry(
            round=round_, inspected=step.inspected, action=step.action, user=user, data=kept_data
        )
        previous = step_hash(row)
        rows.append(row)
    InspectionLogEntry.objects.bulk_create(rows)


def log_step(
    round_: InspectionRound, action: str, user: Any, *, inspected: InspectedUnit | None = None, **data: Any
) -> None:
    log_steps(round_, [Step(action, data, inspected)], user)


def step_hash(step: InspectionLogEntry) -> str:
    """Without the person's row: deleting an account must not look like tampering; `data` holds its number."""
    return digest([step.at.astimezone(UTC).isoformat(), step.action, step.inspected_id, step.data])


def broken_step(round_: InspectionRound) -> InspectionLogEntry | None:
    """The first line of the log that does not follow from the one before it."""
    previous = ""
    for step in round_.steps.order_by("pk").iterator():
        if step.data.get("previous") != previous:
            return step
        previous = step_hash(step)
    return None


def locked_round(pk: int) -> InspectionRound:
    """The round as it stands, held until the transaction ends: no step overtakes another."""
    return InspectionRound.objects.select_for_update().get(pk=pk)


def locked_unit(pk: int) -> InspectedUnit:
    """One unit of a round, with its round held."""
    round_ = locked_round(InspectedUnit.objects.values_list("round_id", flat=True).get(pk=pk))
    inspected = InspectedUnit.objects.select_related("unit").get(pk=pk)
    inspected.round = round_
    return inspected


def require(round_: InspectionRound, *states: RoundState) -> None:
    """Refuses what does not fit the round's state; a concluded one takes nothing any more."""
    if round_.state in states:
        return
    if round_.state == RoundState.CONCLUDED:
        raise StepRefused(_("Đợt kiểm tra đã kết luận nên không đổi được gì nữa."))
    if round_.state == RoundState.PREPARING:
        raise StepRefused(_("Đợt kiểm tra chưa mở."))
    raise StepRefused(_("Đợt kiểm tra đã mở nên không làm được việc này."))
