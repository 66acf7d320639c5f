"""Points: shares, bands, deductions, caps; what each finding costs and brings; a scheme that is wrong says where."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.completeness.findings import Finding, FindingKind
from procedures.completeness.scheme import (
    DEDUCTIBLE,
    Band,
    Criterion,
    Deadline,
    Deadlines,
    Deduction,
    Measure,
    Method,
    Scheme,
    SchemeError,
    read_scheme,
    to_json,
)
from procedures.completeness.scoring import gain_of, priced, score

D = Decimal
DAY = date(2026, 3, 2)
DEADLINES = Deadlines(*(Deadline(n, "Số mẫu") for n in (5, 5, 3, 10)))
LATE, OUTDATED, GONE, DETAIL, MISSING = (
    FindingKind.LATE,
    FindingKind.OUTDATED,
    FindingKind.SHOULD_BE_GONE,
    FindingKind.UNIT_DETAIL,
    FindingKind.MISSING,
)


def finding(kind: FindingKind, procedure: int, *, overdue: bool = True) -> Finding:
    return Finding(kind, 1, procedure, DAY, DAY, 1, 1, overdue=overdue and kind is not MISSING)


def some(kind: FindingKind, count: int, first: int = 0, **more: Any) -> list[Finding]:
    return [finding(kind, first + n, **more) for n in range(count)]


def of(*criteria: Criterion) -> Scheme:
    return Scheme(criteria, DEADLINES)


def criterion(measure: Measure = Measure.LISTED, points: str = "2", **more: Any) -> Criterion:
    return Criterion(f"k-{measure}", "Tiêu chí", measure, D(points), **more)


BANDS = (Band(D(100), D(2)), Band(D(95), D("1.5")), Band(D(80), D("0.5")))
IN_BANDS = criterion(method=Method.BANDS, bands=BANDS)


@pytest.mark.parametrize(
    ("late", "points"), [(0, "2.00"), (1, "1.50"), (5, "1.50"), (6, "0.50"), (20, "0.50"), (21, "0.00")]
)
def test_bands_begin_exactly_where_they_say(late: int, points: str) -> None:
    assert score(some(LATE, late), of(IN_BANDS), owed=100, listed=100 - late).points == D(points)


def test_almost_all_is_not_all() -> None:
    found = score(some(LATE, 1), of(IN_BANDS), owed=100_000, listed=99_999)
    assert found.points == D("1.50")
    assert found.share_listed < 1


def test_in_proportion() -> None:
    found = score(some(LATE, 1), of(criterion()), owed=3, listed=2)
    assert (found.points, found.possible, found.lost) == (D("1.33"), D("2.00"), D("0.67"))


@pytest.mark.parametrize(
    ("findings", "points"),
    [
        ([], "1.00"),
        (some(GONE, 2), "0.90"),
        (some(GONE, 5), "0.80"),  # its own cap
        (some(GONE, 5) + some(OUTDATED, 2, 50), "0.70"),  # the criterion's cap
        (some(GONE, 2, overdue=False), "1.00"),
        (some(MISSING, 5), "1.00"),
    ],
)
def test_deductions_and_caps(findings: list[Finding], points: str) -> None:
    rules = criterion(
        Measure.CLEAN,
        "1",
        method=Method.DEDUCTIONS,
        deductions=(Deduction(GONE, D("0.05"), D("0.20")), Deduction(OUTDATED, D("0.2"))),
        cap=D("0.30"),
    )
    assert score(findings, of(rules), owed=10, listed=10).points == D(points)


def test_points_never_fall_below_nothing() -> None:
    rules = criterion(deductions=(Deduction(LATE, D(1)),))
    assert score(some(LATE, 3), of(rules), owed=10, listed=7).points == 0


def test_what_is_not_due_costs_nothing() -> None:
    held = some(MISSING, 3) + some(OUTDATED, 2, 5, overdue=False) + some(DETAIL, 1, 8, overdue=False)
    scheme = of(*(criterion(measure) for measure in Measure))
    found = score(held, scheme, owed=10, listed=7)
    assert found.points == found.maximum
    assert not found.costs
    assert (found.missing, found.outdated, found.lacking, found.complete) == (3, 2, 1, 4)
    assert found.share_listed == D("0.7000")


def test_listed_too_late_is_lost_for_good() -> None:
    scheme = of(criterion(Measure.ON_TIME), criterion(Measure.LISTED))
    held = some(LATE, 1)
    found = score(held, scheme, owed=4, listed=3, listed_late=1)
    assert (found.on_time, found.share_on_time) == (2, D("0.5000"))
    assert (found.points, found.possible) == (D("2.50"), D("3.00"))
    assert found.lost_for_good == 1
    assert found.costs == {held[0].key: D("0.5")}, "what is lost for good is no finding's cost"


def test_one_with_two_gaps_is_one_incomplete() -> None:
    held = [finding(OUTDATED, 1), finding(DETAIL, 1), finding(DETAIL, 2)]
    found = score(held, of(criterion(Measure.COMPLETE)), owed=4, listed=4)
    assert found.points == D("1.00")
    # Mending one of two gaps of a procedure brings nothing by itself; both cost their part.
    assert found.gains == {held[2].key: D("0.5")}
    assert found.costs == {held[0].key: D("0.25"), held[1].key: D("0.25"), held[2].key: D("0.5")}


def test_in_a_band_single_gains_are_nothing_and_costs_still_tell() -> None:
    held = some(LATE, 3)
    found = score(held, of(IN_BANDS), owed=100, listed=97)
    assert not found.gains
    assert sum(found.costs.values()) == pytest.approx(D("0.5"))
    assert gain_of(held, held, of(IN_BANDS), owed=100) == D("0.5")
    assert gain_of(held[:2], held, of(IN_BANDS), owed=100) == 0


def test_who_owes_nothing_has_all_points_unless_something_should_be_gone() -> None:
    scheme = of(criterion(), criterion(Measure.CLEAN))
    assert score([], scheme, owed=0, listed=0).points == 4
    assert score(some(GONE, 1), scheme, owed=0, listed=0).points == 2


def test_most_costly_first() -> None:
    scheme = of(criterion(points="1"), criterion(Measure.CURRENT, "2"))
    held = [finding(MISSING, 9), finding(LATE, 1), finding(OUTDATED, 2)]
    ordered = priced(held, score(held, scheme, owed=10, listed=8))
    assert [f.kind for f in ordered] == [OUTDATED, LATE, MISSING]
    assert [f.cost for f in ordered] == [D("0.2"), D("0.1"), 0]
    assert ordered[0].gain == D("0.2")


# Any unit under any scheme --------------------------------------------------------------------------------------------

amounts = st.integers(0, 300).map(lambda n: D(n) / 100)


@st.composite
def schemes(draw: st.DrawFn) -> Scheme:
    criteria = []
    for n in range(draw(st.integers(1, 4))):
        points = draw(st.integers(1, 300).map(lambda n: D(n) / 100))
        method = draw(st.sampled_from(Method))
        bands: tuple[Band, ...] = ()
        if method is Method.BANDS:
            starts = sorted(draw(st.sets(st.integers(0, 100), min_size=1, max_size=4)), reverse=True)
            given = sorted((min(points, draw(amounts)) for _start in starts), reverse=True)
            given[0] = points
            bands = tuple(Band(D(a), p) for a, p in zip(starts, given, strict=True))
        kinds = draw(st.lists(st.sampled_from(DEDUCTIBLE), unique=True, min_size=method is Method.DEDUCTIONS))
        deductions = tuple(Deduction(kind, draw(amounts), draw(st.none() | amounts)) for kind in kinds)
        measure = draw(st.sampled_from(Measure))
        cap = draw(st.none() | amounts)
        criteria.append(Criterion(f"k{n}", "Tên", measure, points, method, bands, deductions, cap, ""))
    return Scheme(tuple(criteria), DEADLINES)


@st.composite
def unit_figures(draw: st.DrawFn) -> tuple[list[Finding], int, int, int]:
    """Findings, owed, listed, listed late: as they can be together."""
    owed = draw(st.integers(0, 12))
    missing = draw(st.integers(0, owed))
    listed = owed - missing
    late = draw(st.integers(0, missing))
    held = some(LATE, late) + some(MISSING, missing - late, late)
    for procedure in range(missing, owed):
        held += [
            finding(kind, procedure, overdue=draw(st.booleans()))
            for kind in draw(st.sets(st.sampled_from((OUTDATED, DETAIL))))
        ]
    held += some(GONE, draw(st.integers(0, 3)), 100, overdue=draw(st.booleans()))
    return held, owed, listed, draw(st.integers(0, listed))


@given(schemes(), unit_figures(), st.data())
def test_mending_never_lowers_points(
    scheme: Scheme, figures: tuple[list[Finding], int, int, int], data: st.DataObject
) -> None:
    held, owed, listed, listed_late = figures
    before = score(held, scheme, owed=owed, listed=listed, listed_late=listed_late)
    assert 0 <= before.points <= before.possible <= before.maximum
    if not held:
        return
    mended = data.draw(st.sampled_from(held))
    was_missing = mended.kind in (LATE, MISSING)
    after = score(
        [f for f in held if f is not mended],
        scheme,
        owed=owed,
        listed=listed + was_missing,
        listed_late=listed_late + (mended.kind is LATE),
    )
    assert after.points >= before.points
    assert after.possible == before.possible
    for share in ("share_listed", "share_on_time", "share_complete"):
        assert getattr(after, share) >= getattr(before, share)


@given(schemes(), unit_figures())
def test_costs_add_up_and_gains_are_what_they_say(
    scheme: Scheme, figures: tuple[list[Finding], int, int, int]
) -> None:
    held, owed, listed, listed_late = figures
    found = score(held, scheme, owed=owed, listed=listed, listed_late=listed_late)
    options: dict[str, Any] = {"owed": owed, "listed_late": listed_late}
    everything = gain_of(held, held, scheme, **options)
    assert abs(sum(found.costs.values(), D(0)) - everything) < D("1e-15")
    assert abs(everything - (found.possible - found.points)) <= D("0.01") * len(scheme.criteria)
    for one in held:
        gain = gain_of([one], held, scheme, **options)
        assert abs(found.gains.get(one.key, D(0)) - gain) < D("1e-15")
        assert gain >= 0
        if not one.overdue:
            assert one.key not in found.costs


@given(schemes(), unit_figures(), st.randoms())
def test_no_order_of_input_matters(
    scheme: Scheme, figures: tuple[list[Finding], int, int, int], random: Any
) -> None:
    held, owed, listed, listed_late = figures
    shuffled = list(held)
    random.shuffle(shuffled)
    options: dict[str, Any] = {"owed": owed, "listed": listed, "listed_late": listed_late}
    found = score(held, scheme, **options)
    assert score(shuffled, scheme, **options) == found
    assert priced(shuffled, found) == priced(held, found)


# Reading --------------------------------------------------------------------------------------------------------------


@given(schemes())
def test_a_scheme_travels_as_json(scheme: Scheme) -> None:
    assert read_scheme(to_json(scheme)) == scheme


def example() -> dict[str, Any]:
    return to_json(
        of(
            IN_BANDS,
            criterion(
                Measure.CLEAN, "1", method=Method.DEDUCTIONS, deductions=(Deduction(GONE, D("0.05"), D(1)),)
            ),
        )
    )


def change(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def apply(data: Any) -> None:
        *way, last = path.split(".")
        for name in way:
            data = data[int(name)] if name.isdigit() else data[name]
        data[int(last) if last.isdigit() else last] = value

    return apply


@pytest.mark.parametrize(
    ("path", "value", "place", "words"),
    [
        ("criteria", [], "criteria", "ít nhất một tiêu chí"),
        ("criteria", {}, "criteria", "ít nhất một tiêu chí"),
        ("criteria.0", "x", "criteria.0", "không đúng dạng"),
        ("criteria.0.label", " ", "criteria.0.label", "Tên tiêu chí"),
        ("criteria.0.key", "Có dấu", "criteria.0.key", "không dấu"),
        ("criteria.1.key", "k-listed", "criteria.1.key", "cùng ký hiệu"),
        ("criteria.0.points", "nhiều", "criteria.0.points", "cần một số"),
        ("criteria.0.points", "NaN", "criteria.0.points", "cần một số"),
        ("criteria.0.points", True, "criteria.0.points", "cần một số"),
        ("criteria.0.points", "0", "criteria.0.points", "lớn hơn 0"),
        ("criteria.0.points", "-1", "criteria.0.points", "từ 0 đến"),
        ("criteria.0.points", "1.2345", "criteria.0.points", "ba chữ số"),
        ("criteria.0.measure", "khac", "criteria.0.measure", "Nội dung đo"),
        ("criteria.0.method", "khac", "criteria.0.method", "Cách tính"),
        ("criteria.0.bands", [], "criteria.0.bands", "ít nhất một bậc"),
        ("criteria.0.bands.0.points", "3", "criteria.0.bands.0.points", "lớn hơn điểm tối đa"),
        ("criteria.0.bands.0.points", "1.75", "criteria.0.bands.0.points", "đủ điểm tối đa"),
        ("criteria.0.bands.1.at_least", "101", "criteria.0.bands.1.at_least", "từ 0 đến 100"),
        ("criteria.0.bands.1.at_least", "100", "criteria.0.bands.1.at_least", "cùng một tỷ lệ"),
        (
            "criteria.0.bands.2.points",
            "1.75",
            "criteria.0.bands.2.points",
            "thấp hơn không được nhiều điểm hơn",
        ),
        ("criteria.1.deductions", [], "criteria.1.deductions", "ít nhất một mức trừ"),
        ("criteria.1.deductions.0.kind", "missing", "criteria.1.deductions.0.kind", "không trừ điểm"),
        ("criteria.1.deductions.0.each", None, "criteria.1.deductions.0.each", "mỗi thiếu sót"),
        ("criteria.1.cap", "a", "criteria.1.cap", "Trừ nhiều nhất"),
        ("criteria.1.la", 1, "criteria.1", "không dùng đến: la"),
        ("deadlines", None, "deadlines", "còn trống"),
        ("deadlines.list.days", -1, "deadlines.list.days", "Hạn niêm yết"),
        ("deadlines.list.days", 2.5, "deadlines.list.days", "Hạn niêm yết"),
        ("deadlines.confirm.days", None, "deadlines.confirm.days", "Hạn xác nhận lại"),
        ("deadlines.remove.source", 3, "deadlines.remove.source", "Nguồn"),
    ],
)
def test_what_is_wrong_says_where(path: str, value: Any, place: str, words: str) -> None:
    data = example()
    change(path, value)(data)
    with pytest.raises(SchemeError) as caught:
        read_scheme(data)
    assert words in caught.value.errors[place], caught.value.errors


def test_every_fault_is_told_at_once() -> None:
    data = example()
    change("criteria.0.label", "")(data)
    change("criteria.1.points", "x")(data)
    with pytest.raises(SchemeError) as caught:
        read_scheme(data)
    assert set(caught.value.errors) == {"criteria.0.label", "criteria.1.points"}
