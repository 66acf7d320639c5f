"""Digests by mail: what is told, to whom, once; and how one stops them."""

from __future__ import annotations

from datetime import datetime, timedelta
from smtplib import SMTPServerDisconnected
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from home.desk_hours import portal_calendar
from home.enums import SAMPLE_ACCOUNTS, PortalGroup, Role
from home.jobs import all_jobs
from home.models import Unit
from procedures.boards.digests import send_digests
from procedures.ledger.reading import current_root
from procedures.listings.services import publish_listings, withdraw_listings
from procedures.models import AnnouncementDecision, Digest, ProcedurePage
from tests.factories.opening import make_opening, make_row
from tests.factories.people import make_member, make_membership, make_user
from tests.factories.records import make_record, publish
from tests.factories.units import make_desk, make_unit

pytestmark = pytest.mark.django_db

HERE = ZoneInfo("Asia/Ho_Chi_Minh")


def morning() -> datetime:
    """Eight o'clock on a working day: today, or the next one."""
    day = portal_calendar().next_working_day(timezone.localdate())
    return datetime(day.year, day.month, day.day, 8, tzinfo=HERE)


def next_morning(at: datetime) -> datetime:
    day = portal_calendar().add_working_days(at.date(), 1)
    return datetime(day.year, day.month, day.day, 8, tzinfo=HERE)


@pytest.fixture
def unit() -> Unit:
    unit = make_unit("Xã Một")
    make_desk(unit)
    return unit


@pytest.fixture
def late(unit: Unit) -> list[ProcedurePage]:
    """Three procedures whose deadline passed long ago; nothing is listed."""
    pages = publish(*(make_record(name=f"Thủ tục số {n}") for n in range(3)))
    make_opening(day=timezone.localdate() - timedelta(days=60))
    return pages


def announced(page: ProcedurePage, *, days_ago: int = 0, due_days: int = 5) -> AnnouncementDecision:
    decision = AnnouncementDecision.objects.create(
        number="163/QĐ-UBND",
        signed_on=timezone.localdate() - timedelta(days=days_ago),
        due_days=due_days,
        applied_at=timezone.now(),
    )
    decision.lines.create(procedure=page, ordinal=1, level="commune")
    return decision


def test_one_letter_a_person_a_day_and_nothing_twice(unit: Unit, late: list[Any]) -> None:
    people = [make_member(unit), make_member(unit, Role.APPROVER)]
    make_membership(people[0], unit, Role.APPROVER)
    at = morning()
    assert send_digests(at).sent == 2
    assert sorted(message.to[0] for message in mail.outbox) == sorted(person.email for person in people)
    assert send_digests(at).sent == 0
    assert send_digests(at + timedelta(hours=3)).sent == 0
    assert send_digests(next_morning(at)).sent == 0, "the same gaps are not news on the next day"
    assert len(mail.outbox) == 2
    assert Digest.objects.filter(sent_at__isnull=False).count() == 2


def test_what_the_letter_says(unit: Unit, late: list[Any]) -> None:
    publish_listings(unit=unit, procedures=[late[0].pk])
    newer = publish(make_record(name="Thủ tục mới"))[0]
    announced(newer, due_days=9)
    make_member(unit, first_name="Nguyễn Thị", last_name="Mẫu")
    send_digests(morning())
    (letter,) = mail.outbox
    assert letter.subject == "Xã Một: niêm yết thủ tục, 2 mục quá hạn, 1 việc mới"
    text = letter.body
    assert "ĐÃ QUÁ HẠN: 2 mục" in text
    assert "- Niêm yết “Thủ tục số 1”" in text
    assert "VIỆC MỚI: 1 mục\n- Niêm yết 1 thủ tục, Quyết định 163/QĐ-UBND ngày" in text
    assert "phải niêm yết 4 thủ tục, đã niêm yết 1, còn thiếu 3 (quá hạn 2)" in text
    assert reverse("unit_board", args=[unit.slug]) in text
    root = current_root()
    assert root is not None
    assert f"{root.hash}\n" in text
    assert reverse("wagtailadmin_account") in text
    assert "\n\n\n" not in text
    assert letter.content_subtype == "plain"
    assert letter.message()["Message-ID"] is not None


def test_a_deadline_nears_and_passes(unit: Unit) -> None:
    make_row(level="commune")
    page = publish(make_record(name="Thủ tục mới"))[0]
    announced(page, due_days=4)
    make_member(unit)
    heard = []
    at = morning()
    for _day in range(8):
        if send_digests(at).sent:
            heard.append(mail.outbox[-1].subject.removeprefix("Xã Một: niêm yết thủ tục, "))
        at = next_morning(at)
    assert heard == ["1 việc mới", "1 mục sắp đến hạn", "1 mục quá hạn"]


def test_what_was_mended_and_comes_again_is_told_again(unit: Unit, late: list[Any]) -> None:
    make_member(unit)
    at = morning()
    send_digests(at)
    publish_listings(unit=unit, procedures=[page.pk for page in late])
    assert send_digests(next_morning(at)).sent == 0
    withdraw_listings(unit=unit, procedures=[late[0].pk], reason="Nhầm")
    assert send_digests(next_morning(next_morning(at))).sent == 1
    assert "- Niêm yết lại “Thủ tục số 0”" in mail.outbox[-1].body


def test_a_killed_run_sends_nothing_twice(
    unit: Unit, late: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_member(unit)
    make_member(unit)
    at = morning()
    sent: list[str] = []

    def die_at_the_second(self: Any, *_args: Any, **_kwargs: Any) -> int:
        if sent:
            raise KeyboardInterrupt
        sent.append(self.to[0])
        return 1

    monkeypatch.setattr("procedures.boards.digests.EmailMessage.send", die_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        send_digests(at)
    monkeypatch.undo()
    assert Digest.objects.count() == 2, "the row stands before the letter leaves"
    assert send_digests(at).sent == 0
    assert mail.outbox == []


def test_a_server_that_refuses_is_tried_again(
    unit: Unit, late: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_member(unit)
    at = morning()

    def refuse(*_args: Any, **_kwargs: Any) -> int:
        raise SMTPServerDisconnected("gone")

    monkeypatch.setattr("procedures.boards.digests.EmailMessage.send", refuse)
    run = send_digests(at)
    assert (run.sent, run.failed) == (0, 1)
    monkeypatch.undo()
    assert send_digests(at).sent == 1


@pytest.mark.parametrize("hour", [5, 6, 17, 22])
def test_letters_leave_in_office_hours(unit: Unit, late: list[Any], hour: int) -> None:
    make_member(unit)
    assert send_digests(morning().replace(hour=hour)).sent == 0


def test_not_on_days_off_and_not_in_the_demo(unit: Unit, late: list[Any], settings: Any) -> None:
    make_member(unit)
    at = morning()
    sunday = at + timedelta(days=(6 - at.weekday()) % 7)
    assert send_digests(sunday).sent == 0
    settings.PORTAL_DEMO = True
    assert send_digests(at).sent == 0


def test_who_gets_none(unit: Unit, late: list[Any]) -> None:
    make_member(make_unit("Xã Khác Tỉnh", kind="province"))
    make_member(unit, is_active=False)
    make_member(unit, email="")
    make_membership(make_user(), unit, valid_until=timezone.localdate() - timedelta(days=1))
    make_user(PortalGroup.CONTROLLER)
    make_member(unit).groups.add(Group.objects.get_or_create(name=SAMPLE_ACCOUNTS)[0])
    assert send_digests(morning()).sent == 0


def test_switching_it_off_in_ones_account(client: Client, unit: Unit, late: list[Any]) -> None:
    person = make_member(unit)
    client.force_login(person)
    address = reverse("wagtailadmin_account")
    page = client.get(address).content.decode()
    assert "Thư tổng hợp việc niêm yết" in page
    data = {
        "name_email-first_name": "Cán bộ", "name_email-last_name": "Một", "notifications-submitted_notifications": "on",
        "theme-theme": "system", "theme-density": "default", "theme-contrast": "system",
    }  # fmt: skip
    assert client.post(address, data).status_code == 302
    assert send_digests(morning()).sent == 0
    client.post(address, data | {"digests-wanted": "on"})
    assert send_digests(morning()).sent == 1


def test_others_have_no_such_choice(client: Client) -> None:
    client.force_login(make_user(PortalGroup.CONTROLLER))
    assert "Thư tổng hợp việc niêm yết" not in client.get(reverse("wagtailadmin_account")).content.decode()


def test_queries_grow_with_letters_only(
    unit: Unit, late: list[Any], django_assert_max_num_queries: Any
) -> None:
    for n in range(20):
        make_member(make_unit(f"Xã {n:02}"))
    at = morning()
    assert send_digests(at).sent == 20
    with django_assert_max_num_queries(25):
        send_digests(next_morning(at))


def test_it_is_a_job_of_the_worker() -> None:
    assert "send_digests" in {job.name for job in all_jobs()}
