"""What waits in inspection rounds, on the first page of the admin: for a unit's people, for inspectors, for the council."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component

from procedures.inspections.explaining import may_still_explain
from procedures.inspections.rights import assigned_to, is_council, own_sent
from procedures.models import Explanation, InspectedUnit, InspectionItem, InspectionRound, RoundState

MOST = 8


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line: what is to be done, where, until when."""

    title: str
    note: str
    url: str


def waiting(user: Any) -> list[Waiting]:
    """At most seven queries, however many rounds and units."""
    return [*to_explain(user), *_to_judge(user), *(_to_conduct() if is_council(user) else ())]


def to_explain(user: Any) -> Iterator[Waiting]:
    """Results that were sent to this person's units and that may still be answered."""
    rows = InspectedUnit.objects.filter(own_sent(user), round__state=RoundState.EXPLAINING, answered_at=None)
    rows = rows.defer("frozen").select_related("unit", "round").order_by("round__answer_until", "pk")
    for row in rows.distinct():
        if may_still_explain(row):
            yield Waiting(
                _("Xem và giải trình kết quả kiểm tra: %(unit)s") % {"unit": row.unit.name},
                _("%(round)s; giải trình đến hết ngày %(day)s")
                % {"round": row.round.title, "day": f"{row.round.answer_until:%d/%m/%Y}"},
                reverse("inspection_explain", args=[row.pk]),
            )


def _to_judge(user: Any) -> Iterator[Waiting]:
    rows = InspectedUnit.objects.filter(
        assigned_to(user), sent_at=None, round__state__in=(RoundState.OPEN, RoundState.EXPLAINING)
    )
    rows = rows.defer("frozen").select_related("unit", "round").order_by("round__as_of", "unit__name")
    counted = rows.annotate(
        total=Count("items", distinct=True),
        undecided=Count("items", filter=Q(items__verdict=""), distinct=True),
    )
    for row in counted.filter(undecided__gt=0):
        yield Waiting(
            _("Kiểm tra %(unit)s") % {"unit": row.unit.name},
            _("%(round)s; còn %(n)s trên %(all)s mục chưa có kết quả")
            % {"round": row.round.title, "n": row.undecided, "all": row.total},
            reverse("inspected_unit", args=[row.pk]),
        )


def _to_conduct() -> Iterator[Waiting]:
    rounds = list(InspectionRound.objects.exclude(state=RoundState.CONCLUDED).order_by("as_of", "pk"))
    if not rounds:
        return
    undecided = set(
        InspectionItem.objects.filter(inspected__round__in=rounds, verdict="").values_list(
            "inspected", flat=True
        )
    )
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    units = InspectedUnit.objects.filter(round__in=rounds).annotate(people=Count("inspectors"))
    for pk, round_id, sent_at, people in units.values_list("pk", "round", "sent_at", "people"):
        of_round = counts[round_id]
        of_round["units"] += 1
        of_round["unassigned"] += people == 0
        if sent_at is None:
            of_round["judge" if pk in undecided else "send"] += 1
    unanswered = Explanation.objects.filter(inspected__round__in=rounds, accepted=None).order_by()
    per_round = unanswered.values("inspected__round").annotate(n=Count("pk"))
    asked = dict(per_round.values_list("inspected__round", "n"))
    for round_ in rounds:
        said = "; ".join(_round_words(round_, counts[round_.pk], asked.get(round_.pk, 0)))
        yield Waiting(round_.title, said, reverse("inspection_round", args=[round_.pk]))


def _round_words(round_: InspectionRound, count: Counter[str], unanswered: int) -> Iterator[str]:
    if round_.state == RoundState.PREPARING:
        yield _("chưa mở, %(n)s đơn vị") % {"n": count["units"]}
    else:
        if count["judge"]:
            yield _("%(n)s đơn vị chưa kiểm tra xong") % {"n": count["judge"]}
        if count["send"]:
            yield _("%(n)s đơn vị đã kiểm tra xong, chưa gửi kết quả") % {"n": count["send"]}
    if count["unassigned"]:
        yield _("%(n)s đơn vị chưa giao người kiểm tra") % {"n": count["unassigned"]}
    if unanswered:
        yield _("%(n)s giải trình chưa được trả lời") % {"n": unanswered}
    if round_.state == RoundState.EXPLAINING:
        if round_.answer_until:
            yield _("giải trình đến hết ngày %(day)s") % {"day": f"{round_.answer_until:%d/%m/%Y}"}
        if not (count["judge"] or count["send"] or unanswered):
            yield _("chờ kết luận")


class InspectionsPanel(Component):
    """Nothing at all where nothing waits."""

    name = "inspections"
    template_name = "procedures/admin/inspections/home_panel.html"
    order = 40

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        lines = waiting(parent_context["request"].user)
        return {"lines": lines[:MOST], "more": max(0, len(lines) - MOST)}
