"""The council's conclusion: final points of each unit with their reasons, then the end of the round. Nothing moves after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models.fields.json import KT
from django.utils import timezone
from django.utils.translation import gettext as _

from procedures.inspections.freezing import is_unchanged, kept, together
from procedures.inspections.in_ledger import conclusion_records
from procedures.inspections.points import Reckoning, reckon
from procedures.inspections.steps import (
    Step,
    StepRefused,
    broken_step,
    locked_round,
    locked_unit,
    log_step,
    log_steps,
    require,
    step_hash,
)
from procedures.ledger import clock
from procedures.ledger.recording import append
from procedures.models import (
    Explanation,
    InspectedUnit,
    InspectionFile,
    InspectionItem,
    InspectionLogEntry,
    InspectionRound,
    RoundState,
    Verdict,
)

CONCLUSION_LENGTH = 10_000


def reckonings(rows: Iterable[InspectedUnit]) -> dict[int, Reckoning]:
    """Inspected unit → how its points are reckoned from what stands now. Four queries, however many units."""
    keys = [row.pk for row in rows]
    deductions: dict[int, list[Decimal]] = defaultdict(list)
    restored: dict[int, list[Decimal]] = defaultdict(list)
    accepted_items: set[int] = set()
    accepted_findings: dict[int, set[str]] = defaultdict(set)
    explanations = Explanation.objects.filter(inspected__in=keys, accepted=True)
    for one in explanations.only("inspected_id", "item_id", "finding_key"):
        if one.item_id is not None:
            accepted_items.add(one.item_id)
        elif one.finding_key:
            accepted_findings[one.inspected_id].add(one.finding_key)
    failed = InspectionItem.objects.filter(inspected__in=keys, verdict=Verdict.FAILED)
    for pk, inspected, deduction in failed.values_list("pk", "inspected", "deduction"):
        # The paper shows every item with its deduction: what it sums up is all of them, and what is given back apart.
        deductions[inspected].append(deduction)
        if pk in accepted_items:
            restored[inspected].append(deduction)
    # All that is frozen is long: only where one of its findings was accepted it is read as a whole.
    frozen = dict(
        InspectedUnit.objects.filter(pk__in=list(accepted_findings)).values_list("pk", "frozen__findings")
    )
    points = (
        InspectedUnit.objects.filter(pk__in=keys)
        .exclude(points=None)
        .values_list("pk", "points", KT("frozen__score__maximum"))
    )
    return {
        pk: reckon(
            computed,
            Decimal(maximum),
            deductions[pk],
            [
                *restored[pk],
                *(
                    Decimal(finding["cost"])
                    for finding in frozen.get(pk, [])
                    if finding["key"] in accepted_findings[pk]
                ),
            ],
        )
        for pk, computed, maximum in points
    }


def set_final(*, inspected: InspectedUnit, points: Decimal, conclusion: str, user: Any) -> InspectedUnit:
    """Final points of one unit; other ones than the reckoned need a reason."""
    with transaction.atomic():
        held = locked_unit(inspected.pk)
        require(held.round, RoundState.EXPLAINING)
        if held.sent_at is None:
            raise StepRefused(_("Kết quả chưa gửi đơn vị: đơn vị phải được giải trình trước."))
        reckoning = reckonings([held])[held.pk]
        conclusion = conclusion.strip()
        if len(conclusion) > CONCLUSION_LENGTH:
            raise StepRefused(_("Kết luận dài quá %(n)s ký tự.") % {"n": CONCLUSION_LENGTH})
        if not 0 <= points <= reckoning.maximum:
            raise StepRefused(
                _("Điểm từ 0 đến %(most)s.") % {"most": f"{reckoning.maximum:f}".replace(".", ",")}
            )
        if points != reckoning.proposed and not conclusion:
            raise StepRefused(
                _("Điểm khác điểm đề nghị (%(points)s): ghi lý do vào kết luận.")
                % {"points": f"{reckoning.proposed:f}".replace(".", ",")}
            )
        held.final_points = points.quantize(Decimal("0.01"))
        held.conclusion = conclusion
        held.save(update_fields=["final_points", "conclusion"])
        log_step(
            held.round,
            "final",
            user,
            inspected=held,
            points=held.final_points,
            proposed=reckoning.proposed,
            conclusion=conclusion,
        )
    return held


def take_proposed(*, round_: InspectionRound, inspected: Iterable[InspectedUnit], user: Any) -> int:
    """The reckoned points become final for units that have none yet; how many."""
    with transaction.atomic():
        held = locked_round(round_.pk)
        require(held, RoundState.EXPLAINING)
        rows = list(
            held.units.filter(
                pk__in=[row.pk for row in inspected], final_points=None, sent_at__isnull=False
            ).select_related("unit")
        )
        reckoned = reckonings(rows)
        for row in rows:
            row.final_points = reckoned[row.pk].proposed
        steps = [
            Step(
                "final",
                {"points": row.final_points, "proposed": row.final_points, "conclusion": row.conclusion},
                row,
            )
            for row in rows
        ]
        log_steps(held, steps, user)
        InspectedUnit.objects.bulk_update(rows, ["final_points"], batch_size=100)
    return len(rows)


def why_not_yet(round_: InspectionRound, rows: Iterable[InspectedUnit]) -> list[str]:
    """What keeps a round from being concluded, in Vietnamese."""
    rows = list(rows)
    reasons = []
    unsent = [row.unit.name for row in rows if row.sent_at is None]
    if unsent:
        reasons.append(_("%(n)s đơn vị chưa được gửi kết quả.") % {"n": len(unsent)})
    today = timezone.localdate(clock.now())
    if (
        not unsent
        and (round_.answer_until is None or today <= round_.answer_until)
        and any(row.answered_at is None for row in rows)
    ):
        reasons.append(
            _("Hạn giải trình còn đến hết ngày %(day)s và có đơn vị chưa báo giải trình xong.")
            % {"day": f"{round_.answer_until:%d/%m/%Y}" if round_.answer_until else ""}
        )
    waiting = Explanation.objects.filter(inspected__in=rows, accepted=None).count()
    if waiting:
        reasons.append(_("%(n)s giải trình chưa được trả lời.") % {"n": waiting})
    if open_ := [row for row in rows if row.final_points is None]:
        reasons.append(_("%(n)s đơn vị chưa có điểm kết luận.") % {"n": len(open_)})
    proposed = {pk: reckoning.proposed for pk, reckoning in reckonings(rows).items()}
    unexplained = [
        row.unit.name
        for row in rows
        if row.final_points is not None and row.final_points != proposed.get(row.pk) and not row.conclusion
    ]
    if unexplained:
        reasons.append(
            _("Điểm kết luận khác điểm đề nghị mà chưa ghi lý do: %(units)s.")
            % {"units": ", ".join(unexplained[:5])}
        )
    return reasons


def conclude_round(*, round_: InspectionRound, conclusion: str, user: Any) -> InspectionRound:
    """Ends the round: every unit's record gets its hash, which the ledger keeps with who and when. Raises StepRefused."""
    with transaction.atomic():
        held = locked_round(round_.pk)
        require(held, RoundState.EXPLAINING)
        rows = list(held.units.select_related("unit").order_by("unit__slug"))
        if reasons := why_not_yet(held, rows):
            raise StepRefused(" ".join(reasons))
        if broken := [row.unit.name for row in rows if not is_unchanged(row.frozen, row.frozen_hash)]:
            raise StepRefused(
                _("Số liệu đã chốt không còn khớp mã băm: %(units)s.") % {"units": ", ".join(broken[:5])}
            )
        if broken_step(held) is not None:
            raise StepRefused(_("Nhật ký của đợt không còn nguyên vẹn."))
        now = clock.now()
        held.conclusion = conclusion.strip()
        held.state = RoundState.CONCLUDED
        held.concluded_at, held.concluded_by = now, user
        for row in rows:
            row.round = held
            row.concluded_at = now
        records = unit_records(rows)
        for row in rows:
            row.concluded_hash = kept(records[row.pk])[1]
        hashes = {row.unit.slug: row.concluded_hash for row in rows}
        held.concluded_hash = concluded_together(held, hashes, by=user.pk if user else None)
        InspectedUnit.objects.bulk_update(rows, ["concluded_at", "concluded_hash"], batch_size=100)
        held.save(update_fields=["conclusion", "state", "concluded_at", "concluded_by", "concluded_hash"])
        log_step(
            held,
            "conclude",
            user,
            concluded_hash=held.concluded_hash,
            points={row.unit.slug: row.final_points for row in rows},
        )
        append(conclusion_records(held, rows, user))
    return held


def concluded_together(round_: InspectionRound, hashes: Mapping[str, str], *, by: int | None) -> str:
    """Over the units' records (slug → hash), the round's own facts and, as the part without a name, the log before it."""
    steps = round_.steps.exclude(action="conclude").order_by("-pk")
    last = steps.first()
    own = kept(round_record(round_, by=by))[1]
    return together({**hashes, "": step_hash(last) if last else "", "#round": own})


def round_record(round_: InspectionRound, *, by: int | None) -> dict[str, Any]:
    """What a concluded round's hash covers besides its units. `by`: the number of the account that concluded it."""
    scheme = round_.scheme
    return {
        "title": round_.title,
        "year": round_.year,
        "scheme": [scheme.title, scheme.year, scheme.content],
        "as_of": round_.as_of,
        "sample_size": round_.sample_size,
        "seed": round_.seed,
        "answer_until": round_.answer_until,
        "frozen_hash": round_.frozen_hash,
        "ledger_root": round_.ledger_root,
        "authority": round_.authority,
        "council": round_.council,
        "place": round_.place,
        "conclusion": round_.conclusion,
        "opened_at": round_.opened_at,
        "concluded_at": round_.concluded_at,
        "concluded_by": by,
    }


def _what_it_hangs_on(file: InspectionFile) -> tuple[str, int]:
    if file.item_id:
        return "item", file.item_id
    return ("explanation", file.explanation_id) if file.explanation_id else ("unit", file.inspected_id)


def unit_records(rows: Iterable[InspectedUnit]) -> Mapping[int, dict[str, Any]]:
    """All that a concluded unit's hash covers. A fixed number of queries."""
    rows = list(rows)
    files: dict[tuple[str, int], list[list[str]]] = defaultdict(list)
    for file in InspectionFile.objects.filter(inspected__in=rows).order_by("pk"):
        files[_what_it_hangs_on(file)].append([file.name, file.sha256])
    # Who added an item may be gone with their account; the log stays.
    steps = InspectionLogEntry.objects.filter(inspected__in=rows, action="add_item")
    added = {(key, data.get("item")) for key, data in steps.values_list("inspected", "data")}
    items: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for item in InspectionItem.objects.filter(inspected__in=rows).order_by("place"):
        items[item.inspected_id].append(
            {
                "place": item.place,
                "code": item.code,
                "title": item.title,
                "added": (item.inspected_id, item.place) in added,
                "verdict": item.verdict,
                "note": item.note,
                "deduction": item.deduction,
                "files": files["item", item.pk],
            }
        )
    places = dict(InspectionItem.objects.filter(inspected__in=rows).values_list("pk", "place"))
    explanations: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for one in Explanation.objects.filter(inspected__in=rows).order_by("created_at", "pk"):
        explanations[one.inspected_id].append(
            {
                "item": places.get(one.item_id or 0),
                "finding": one.finding_key,
                "text": one.text,
                "at": one.created_at,
                "accepted": one.accepted,
                "answer": one.answer,
                "files": files["explanation", one.pk],
            }
        )
    return {
        row.pk: {
            "unit": row.unit.slug,
            "as_of": row.round.as_of,
            "frozen_hash": row.frozen_hash,
            "ledger_root": row.round.ledger_root,
            "seed": row.round.seed,
            "points": row.points,
            "items": items[row.pk],
            "files": files["unit", row.pk],
            "explanations": explanations[row.pk],
            "final_points": row.final_points,
            "conclusion": row.conclusion,
        }
        for row in rows
    }
