"""A year's scheme of points as data: criteria, bands, deductions, deadlines; read strictly. Pure: no Django.

Decimals travel as text ("0.25"), so that nothing is lost in JSON. What is wrong is told in Vietnamese, field by field.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final, TypeVar

from procedures.completeness.findings import FindingKind

ZERO: Final = Decimal(0)
HUNDRED: Final = Decimal(100)

MOST_CRITERIA = 20
MOST_BANDS = 12
MOST_DAYS = 365


class Measure(StrEnum):
    """What a criterion looks at, always as a share of what the unit owes."""

    LISTED = "listed"
    ON_TIME = "on_time"
    CURRENT = "current"
    DETAILS = "details"
    COMPLETE = "complete"
    CLEAN = "clean"


class Method(StrEnum):
    SHARE = "share"
    """The criterion's points times the share."""
    BANDS = "bands"
    """As the table of bands says."""
    DEDUCTIONS = "deductions"
    """All points, less what is taken off for single findings."""


DEDUCTIBLE: Final = (
    FindingKind.LATE,
    FindingKind.OUTDATED,
    FindingKind.SHOULD_BE_GONE,
    FindingKind.UNIT_DETAIL,
)
"""A duty within its deadline costs nothing, so MISSING is not among them."""


@dataclass(frozen=True, slots=True)
class Band:
    """From this share on (per cent), so many points."""

    at_least: Decimal
    points: Decimal


@dataclass(frozen=True, slots=True)
class Deduction:
    """Taken off for each overdue finding of the kind, altogether at most `cap`."""

    kind: FindingKind
    each: Decimal
    cap: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    key: str
    label: str
    measure: Measure
    points: Decimal
    method: Method = Method.SHARE
    bands: tuple[Band, ...] = ()
    """Highest first. Below the lowest there are no points."""
    deductions: tuple[Deduction, ...] = ()
    cap: Decimal | None = None
    """At most so much is taken off by all deductions together."""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Deadline:
    """Working days, and where they are written."""

    days: int
    source: str = ""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """`list`: where no decision sets one. The others count from the day of the change, the ending, the listing."""

    list: Deadline
    confirm: Deadline
    remove: Deadline
    details: Deadline


@dataclass(frozen=True, slots=True)
class Scheme:
    criteria: tuple[Criterion, ...]
    deadlines: Deadlines

    @property
    def maximum(self) -> Decimal:
        return sum((criterion.points for criterion in self.criteria), ZERO)


class SchemeError(ValueError):
    """`errors`: place in the data ("criteria.0.points") → what is wrong there, in Vietnamese."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("\n".join(f"{place}: {words}" for place, words in errors.items()))
        self.errors = dict(errors)


def read_scheme(data: Mapping[str, Any]) -> Scheme:
    """The scheme that stands in `ScoringScheme.content`. Raises SchemeError with all that is wrong."""
    reader = _Reader()
    scheme = reader.scheme(data)
    if reader.errors:
        raise SchemeError(reader.errors)
    return scheme


def to_json(scheme: Scheme) -> dict[str, Any]:
    """What `read_scheme` reads back as the same scheme."""
    return {
        "deadlines": {
            name: {"days": deadline.days, "source": deadline.source}
            for name in _DEADLINES
            for deadline in (getattr(scheme.deadlines, name),)
        },
        "criteria": [
            {
                "key": criterion.key,
                "label": criterion.label,
                "measure": criterion.measure.value,
                "method": criterion.method.value,
                "points": str(criterion.points),
                "bands": [{"at_least": str(b.at_least), "points": str(b.points)} for b in criterion.bands],
                "deductions": [
                    {"kind": d.kind.value, "each": str(d.each), "cap": None if d.cap is None else str(d.cap)}
                    for d in criterion.deductions
                ],
                "cap": None if criterion.cap is None else str(criterion.cap),
                "source": criterion.source,
            }
            for criterion in scheme.criteria
        ],
    }


_DEADLINES: Final = {
    "list": "Hạn niêm yết",
    "confirm": "Hạn xác nhận lại",
    "remove": "Hạn gỡ",
    "details": "Hạn ghi đủ thông tin của đơn vị",
}
_Kind = TypeVar("_Kind", bound=StrEnum)
_KEY = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


class _Reader:
    def __init__(self) -> None:
        self.errors: dict[str, str] = {}

    def wrong(self, place: str, words: str) -> None:
        self.errors.setdefault(place, words)

    def scheme(self, data: Any) -> Scheme:
        content = self._mapping("", data, {"deadlines", "criteria"})
        deadlines = self._mapping("deadlines", content.get("deadlines"), set(_DEADLINES))
        rows = content.get("criteria")
        if not isinstance(rows, list) or not rows:
            self.wrong("criteria", "Cần ít nhất một tiêu chí.")
            rows = []
        if len(rows) > MOST_CRITERIA:
            self.wrong("criteria", f"Nhiều nhất {MOST_CRITERIA} tiêu chí.")
        criteria = tuple(self._criterion(f"criteria.{n}", row) for n, row in enumerate(rows[:MOST_CRITERIA]))
        for n in _repeated([criterion.key for criterion in criteria]):
            self.wrong(f"criteria.{n}.key", "Hai tiêu chí có cùng ký hiệu.")
        return Scheme(criteria, Deadlines(**{n: self._deadline(n, deadlines.get(n)) for n in _DEADLINES}))

    def _deadline(self, name: str, value: Any) -> Deadline:
        place = f"deadlines.{name}"
        row = self._mapping(place, value, {"days", "source"})
        days = row.get("days")
        if isinstance(days, bool) or not isinstance(days, int) or not 0 <= days <= MOST_DAYS:
            if place not in self.errors:
                self.wrong(f"{place}.days", f"{_DEADLINES[name]}: ghi số ngày làm việc từ 0 đến {MOST_DAYS}.")
            days = 0
        return Deadline(days, self._text(f"{place}.source", row.get("source"), "Nguồn", required=False))

    def _criterion(self, place: str, value: Any) -> Criterion:
        names = {"key", "label", "measure", "method", "points", "bands", "deductions", "cap", "source"}
        row = self._mapping(place, value, names)
        key = row.get("key")
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            self.wrong(f"{place}.key", "Ký hiệu chỉ gồm chữ thường không dấu, số và dấu gạch nối.")
            key = place
        points = self._points(f"{place}.points", row.get("points"), "Điểm tối đa")
        if points == 0 and f"{place}.points" not in self.errors:
            self.wrong(f"{place}.points", "Điểm tối đa phải lớn hơn 0.")
        method = self._choice(f"{place}.method", row.get("method", Method.SHARE), Method, "Cách tính")
        bands = self._bands(f"{place}.bands", row.get("bands"), points)
        if method is Method.BANDS and not bands:
            self.wrong(f"{place}.bands", "Cách tính theo bậc cần ít nhất một bậc.")
        deductions = self._deductions(f"{place}.deductions", row.get("deductions"))
        if method is Method.DEDUCTIONS and not deductions:
            self.wrong(f"{place}.deductions", "Cách tính chỉ trừ điểm cần ít nhất một mức trừ.")
        return Criterion(
            key=key,
            label=self._text(f"{place}.label", row.get("label"), "Tên tiêu chí"),
            measure=self._choice(f"{place}.measure", row.get("measure"), Measure, "Nội dung đo"),
            points=points,
            method=method,
            bands=bands if method is Method.BANDS else (),
            deductions=deductions,
            cap=self._cap(f"{place}.cap", row.get("cap")),
            source=self._text(f"{place}.source", row.get("source"), "Nguồn", required=False),
        )

    def _bands(self, place: str, value: Any, points: Decimal) -> tuple[Band, ...]:
        rows = self._rows(place, value, MOST_BANDS)
        bands = []
        for n, raw in enumerate(rows):
            row = self._mapping(f"{place}.{n}", raw, {"at_least", "points"})
            at_least = self._number(f"{place}.{n}.at_least", row.get("at_least"), "Từ tỷ lệ (%)", HUNDRED)
            given = self._points(f"{place}.{n}.points", row.get("points"), "Điểm của bậc")
            if given > points:
                self.wrong(f"{place}.{n}.points", "Điểm của bậc không được lớn hơn điểm tối đa của tiêu chí.")
            bands.append((n, Band(at_least, given)))
        for n in _repeated([band.at_least for _n, band in bands]):
            self.wrong(f"{place}.{n}.at_least", "Hai bậc bắt đầu từ cùng một tỷ lệ.")
        bands.sort(key=lambda row: -row[1].at_least)
        if bands and bands[0][1].points != points:
            self.wrong(f"{place}.{bands[0][0]}.points", "Bậc cao nhất phải được đủ điểm tối đa của tiêu chí.")
        for (_above, higher), (n, lower) in pairwise(bands):
            if lower.points > higher.points:
                self.wrong(f"{place}.{n}.points", "Bậc có tỷ lệ thấp hơn không được nhiều điểm hơn.")
        return tuple(band for _n, band in bands)

    def _deductions(self, place: str, value: Any) -> tuple[Deduction, ...]:
        deductions = []
        for n, raw in enumerate(self._rows(place, value, len(DEDUCTIBLE))):
            row = self._mapping(f"{place}.{n}", raw, {"kind", "each", "cap"})
            kind = self._choice(f"{place}.{n}.kind", row.get("kind"), FindingKind, "Loại thiếu sót")
            if kind not in DEDUCTIBLE:
                self.wrong(f"{place}.{n}.kind", "Loại này không trừ điểm của đơn vị.")
            each = self._points(f"{place}.{n}.each", row.get("each"), "Điểm trừ mỗi thiếu sót")
            deductions.append(Deduction(kind, each, self._cap(f"{place}.{n}.cap", row.get("cap"))))
        for n in _repeated([deduction.kind for deduction in deductions]):
            self.wrong(f"{place}.{n}.kind", "Mỗi loại chỉ có một mức trừ trong một tiêu chí.")
        return tuple(deductions)

    # Single values ----------------------------------------------------------------------------------------------------

    def _mapping(self, place: str, value: Any, names: set[str]) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            self.wrong(place, "Phần này còn trống hoặc không đúng dạng.")
            return {}
        if unknown := {str(name) for name in value} - names:
            self.wrong(place, f"Có phần không dùng đến: {', '.join(sorted(unknown))}.")
        return value

    def _rows(self, place: str, value: Any, most: int) -> list[Any]:
        if value is None:
            return []
        if not isinstance(value, list):
            self.wrong(place, "Phần này phải là một danh sách.")
            return []
        if len(value) > most:
            self.wrong(place, f"Nhiều nhất {most} dòng.")
        return value[:most]

    def _text(self, place: str, value: Any, name: str, *, required: bool = True) -> str:
        text = value.strip() if isinstance(value, str) else ""
        if (value is not None and not isinstance(value, str)) or (required and not text):
            self.wrong(place, f"{name}: cần ghi bằng chữ.")
        if len(text) > 1_000:
            self.wrong(place, f"{name}: nhiều nhất 1.000 chữ cái.")
        return text

    def _choice(self, place: str, value: Any, kind: type[_Kind], name: str) -> _Kind:
        try:
            return kind(value)
        except ValueError:
            self.wrong(place, f"{name}: chọn một trong các giá trị đã cho.")
            return next(iter(kind))

    def _number(self, place: str, value: Any, name: str, most: Decimal) -> Decimal:
        try:
            number = Decimal(str(value)) if isinstance(value, str | int | float | Decimal) else None
        except InvalidOperation:
            number = None
        if isinstance(value, bool) or number is None or not number.is_finite():
            self.wrong(place, f"{name}: cần một số.")
            return ZERO
        if not ZERO <= number <= most:
            self.wrong(place, f"{name}: từ 0 đến {most}.")
            return ZERO
        if number != round(number, 3):
            self.wrong(place, f"{name}: nhiều nhất ba chữ số sau dấu phẩy.")
        return number

    def _points(self, place: str, value: Any, name: str) -> Decimal:
        return self._number(place, value, name, HUNDRED)

    def _cap(self, place: str, value: Any) -> Decimal | None:
        return None if value is None or value == "" else self._points(place, value, "Trừ nhiều nhất")


def _repeated(values: Iterable[object]) -> list[int]:
    """Places of values that stand further up already."""
    seen: set[object] = set()
    places = []
    for place, value in enumerate(values):
        if value in seen:
            places.append(place)
        seen.add(value)
    return places
