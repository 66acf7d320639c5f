"""A scheme in words and tables: what readers see of it, and what it makes of sample units."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procedures.completeness.findings import FindingKind
from procedures.completeness.samples import SAMPLES, Worked, work
from procedures.completeness.scheme import (
    HUNDRED,
    Criterion,
    Deadlines,
    Measure,
    Method,
    Scheme,
    SchemeError,
    read_scheme,
)
from procedures.completeness.words import points_words

MEASURE_NAMES = {
    Measure.LISTED: gettext_lazy("tỷ lệ đã niêm yết"),
    Measure.ON_TIME: gettext_lazy("tỷ lệ niêm yết đúng hạn"),
    Measure.CURRENT: gettext_lazy("tỷ lệ đúng bản hiện hành"),
    Measure.DETAILS: gettext_lazy("tỷ lệ đủ thông tin của đơn vị"),
    Measure.COMPLETE: gettext_lazy("tỷ lệ đầy đủ, đúng bản"),
    Measure.CLEAN: gettext_lazy("tỷ lệ không còn mục phải gỡ"),
}
GAP_LABELS = {
    FindingKind.LATE: gettext_lazy("thủ tục quá hạn niêm yết"),
    FindingKind.OUTDATED: gettext_lazy("thủ tục quá hạn xác nhận lại"),
    FindingKind.SHOULD_BE_GONE: gettext_lazy("thủ tục quá hạn gỡ"),
    FindingKind.UNIT_DETAIL: gettext_lazy("thủ tục quá hạn ghi đủ thông tin"),
}
SAMPLE_LABELS = {
    "fair": gettext_lazy("Đơn vị còn thiếu một ít"),
    "good": gettext_lazy("Đơn vị làm gần đủ"),
    "poor": gettext_lazy("Đơn vị còn thiếu nhiều"),
}


@dataclass(frozen=True, slots=True)
class CriterionRow:
    label: str
    points: str
    rule: str
    source: str
    deductions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    label: str
    days: int
    source: str


def criterion_rows(scheme: Scheme) -> list[CriterionRow]:
    return [
        CriterionRow(
            criterion.label,
            points_words(criterion.points),
            _rule(criterion),
            criterion.source,
            tuple(_deductions(criterion)),
        )
        for criterion in scheme.criteria
    ]


def deadline_rows(deadlines: Deadlines) -> list[DeadlineRow]:
    labels = {
        "list": _("Niêm yết, khi quyết định không giao hạn"),
        "confirm": _("Xác nhận lại sau khi nội dung gốc đổi"),
        "remove": _("Gỡ thủ tục hết hiệu lực hoặc không còn thuộc đơn vị"),
        "details": _("Ghi đủ nơi tiếp nhận, giờ làm việc, điện thoại"),
    }
    return [
        DeadlineRow(label, getattr(deadlines, name).days, getattr(deadlines, name).source)
        for name, label in labels.items()
    ]


def _rule(criterion: Criterion) -> str:
    measure = str(MEASURE_NAMES[criterion.measure])
    match criterion.method:
        case Method.SHARE:
            return _("%(points)s × %(measure)s") % {
                "points": points_words(criterion.points),
                "measure": measure,
            }
        case Method.BANDS:
            bands = "; ".join(
                _("từ %(share)s%%: %(points)s")
                % {"share": _plain(b.at_least), "points": points_words(b.points)}
                for b in criterion.bands
            )
            return _("Theo %(measure)s: %(bands)s") % {"measure": measure, "bands": bands}
        case Method.DEDUCTIONS:
            return _("Đủ điểm, chỉ trừ theo thiếu sót")


def _deductions(criterion: Criterion) -> list[str]:
    said = []
    for deduction in criterion.deductions:
        words = {"kind": GAP_LABELS[deduction.kind], "each": _plain(deduction.each)}
        if deduction.cap is None:
            said.append(_("mỗi %(kind)s trừ %(each)s") % words)
        else:
            said.append(
                _("mỗi %(kind)s trừ %(each)s, nhiều nhất %(cap)s") % (words | {"cap": _plain(deduction.cap)})
            )
    if criterion.cap is not None:
        said.append(_("tổng trừ nhiều nhất %(cap)s") % {"cap": _plain(criterion.cap)})
    return said


def _plain(number: Decimal) -> str:
    """ "0,05", "95": no noughts at the end."""
    return f"{number.normalize():f}".replace(".", ",")


# Examples -------------------------------------------------------------------------------------------------------------


def worked_rows(worked: Worked) -> dict[str, Any]:
    """One sample unit under the scheme, ready for a table."""
    result = worked.score
    sample = worked.sample
    return {
        "label": SAMPLE_LABELS[sample.key],
        "figures": [
            (_("thủ tục phải niêm yết"), sample.owed),
            *((label, getattr(sample, kind.value)) for kind, label in GAP_LABELS.items()),
            (_("thủ tục đã niêm yết nhưng trễ hạn"), sample.listed_late),
        ],
        "criteria": [
            {
                "label": row.criterion.label,
                "share": _plain(round(row.share * HUNDRED, 1)),
                "points": points_words(row.points),
                "maximum": points_words(row.criterion.points),
            }
            for row in result.criteria
        ],
        "points": points_words(result.points),
        "possible": points_words(result.possible),
        "maximum": points_words(result.maximum),
        "kinds": [
            {
                "label": GAP_LABELS[kind.kind],
                "count": kind.count,
                "cost": points_words(kind.cost),
                "gain": points_words(kind.gain),
            }
            for kind in worked.kinds
        ],
    }


def examples(scheme: Scheme) -> list[dict[str, Any]]:
    return [worked_rows(work(scheme, sample)) for sample in SAMPLES]


def preview_context(row: Any, mode: str) -> dict[str, Any]:
    """What stands beside the form: one sample unit, by the scheme as it is in the form now."""
    sample = next((sample for sample in SAMPLES if sample.key == mode), SAMPLES[0])
    try:
        scheme = read_scheme(row.content)
    except SchemeError:
        return {"scheme": row, "worked": None}
    return {"scheme": row, "worked": worked_rows(work(scheme, sample))}
