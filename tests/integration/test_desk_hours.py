"""Hours of desks: from the database to what the reader reads."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from home.desk_hours import hours_view, opening_hours, portal_calendar, state_words, week_line
from home.enums import DayKind
from home.models import CalendarDay, Desk, DeskException, DeskHours
from tests.factories.units import make_desk

pytestmark = pytest.mark.django_db

HERE = ZoneInfo("Asia/Ho_Chi_Minh")


def read(desk: Desk) -> Desk:
    return Desk.objects.prefetch_related("hours", "exceptions").get(pk=desk.pk)


def exception(desk: Desk, first: date, last: date | None = None, **fields: Any) -> DeskException:
    return DeskException.objects.create(desk=desk, first_day=first, last_day=last or first, **fields)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        # Wednesday 18 March 2026
        ("2026-03-18T06:59", "Đang nghỉ, mở lại lúc 7:00"),
        ("2026-03-18T07:00", "Đang mở cửa đến 11:30"),
        ("2026-03-18T11:30", "Đang nghỉ trưa, mở lại lúc 13:30"),
        ("2026-03-18T16:59", "Đang mở cửa đến 17:00"),
        ("2026-03-18T17:00", "Đang nghỉ, mở lại lúc 7:00 ngày mai"),
        ("2026-03-20T17:00", "Đang nghỉ, mở lại lúc 7:00 thứ\u00a0Hai 23/3"),
        ("2026-03-22T09:00", "Đang nghỉ, mở lại lúc 7:00 ngày mai"),
        ("2026-04-30T09:00", "Đang nghỉ (Ngày Chiến thắng), mở lại lúc 7:00 thứ\u00a0Hai 04/5"),
    ],
)
def test_the_state_in_words(moment: str, expected: str) -> None:
    hours = opening_hours(read(make_desk()), portal_calendar())
    now = datetime.fromisoformat(moment).replace(tzinfo=HERE)
    assert state_words(hours.state_at(now), now) == expected


def test_a_desk_that_never_opens_again_only_says_closed() -> None:
    desk = make_desk()
    exception(desk, date(2026, 1, 1), date(2027, 12, 31), note="Chuyển trụ sở")
    now = datetime(2026, 3, 18, 9, tzinfo=HERE)
    assert (
        state_words(opening_hours(read(desk), portal_calendar()).state_at(now), now)
        == "Đang nghỉ (Chuyển trụ sở)"
    )


def test_the_week_and_unusual_days_as_rows() -> None:
    desk = make_desk()
    exception(desk, date(2026, 3, 26), opens=time(7), closes=time(11, 30), note="Họp toàn xã")
    exception(desk, date(2026, 3, 30), date(2026, 3, 31), note="Tập huấn")
    exception(desk, date(2026, 5, 11), note="Ngày xa")
    view = hours_view(read(desk), calendar=portal_calendar(), today=date(2026, 3, 18))
    assert [(row.label, row.spans, row.note) for row in view.rows] == [
        ("Thứ\u00a0Hai – thứ\u00a0Sáu", ("7:00–11:30", "13:30–17:00"), ""),
        ("Thứ\u00a0Bảy, chủ\u00a0nhật", (), ""),
        ("Thứ\u00a0Năm 26/3", ("7:00–11:30",), "Họp toàn xã"),
        ("Thứ\u00a0Hai 30/3 – thứ\u00a0Ba 31/3", (), "Tập huấn"),
    ]
    assert view.for_script is not None
    assert view.for_script["week"] == [[[420, 690], [810, 1020]]] * 5 + [[], []]
    assert view.for_script["days"]["2026-03-26"] == [[[420, 690]], "Họp toàn xã"]
    assert "2026-05-11" in view.for_script["days"], "the script looks further ahead than the page"
    assert view.for_script["until"] == "2026-05-17"


def test_nobody_entered_hours() -> None:
    view = hours_view(read(make_desk(hours=False)))
    assert not view.is_known
    assert not view.rows


def test_overlapping_hours_are_joined_and_no_error() -> None:
    desk = make_desk(hours=False)
    for opens, closes in ((time(7), time(11)), (time(10), time(12)), (time(13), time(17))):
        DeskHours.objects.create(desk=desk, weekday=0, opens=opens, closes=closes)
    assert week_line(read(desk)) == "Thứ\u00a0Hai, 7:00–12:00 và 13:00–17:00"


def test_the_week_in_one_line() -> None:
    assert week_line(read(make_desk())) == "Thứ\u00a0Hai – thứ\u00a0Sáu, 7:00–11:30 và 13:30–17:00"


def test_the_administrators_days_stand_above_the_library(django_assert_num_queries: Any) -> None:
    CalendarDay.objects.create(day=date(2026, 3, 18), kind=DayKind.OFF, note="Nghỉ bão")
    with django_assert_num_queries(1):
        calendar = portal_calendar()
    now = datetime(2026, 3, 18, 9, tzinfo=HERE)
    assert (
        state_words(opening_hours(read(make_desk()), calendar).state_at(now), now)
        == "Đang nghỉ (Nghỉ bão), mở lại lúc 7:00 ngày mai"
    )
