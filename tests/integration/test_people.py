"""How people come and go: invitations, passwords, lockout, groups, who may touch whose account."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupCollectionPermission, GroupPagePermission

from home import account_addresses, memberships
from home.enums import PortalGroup, Role
from home.groups import ensure_groups
from home.memberships import AmbiguousAddress, end_membership, invite, sync_unit_staff
from home.models import Membership
from home.password_resets import PER_ASKER
from portal.worker import PortalWorker
from tests.factories.people import PASSWORD, make_member, make_membership, make_user
from tests.factories.units import make_unit

pytestmark = pytest.mark.django_db

User = get_user_model()


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def invitation(unit: Any, **fields: Any) -> dict[str, Any]:
    return {
        "email": "Moi@Mau.example",
        "first_name": "Nguyễn Thị",
        "last_name": "Mẫu",
        "unit": unit.pk,
        "role": "editor",
        "valid_from": timezone.localdate().isoformat(),
        "valid_until": "",
    } | fields


def link_in(message: Any) -> str:
    found = re.search(r"https?://[^/\s]+(/admin/password_reset/confirm/\S+)", message.body)
    assert found, message.body
    return found[1]


def set_password(path: str, password: str) -> Any:
    client = Client()
    page = client.get(path, follow=True)
    if page.redirect_chain:
        path = page.redirect_chain[-1][0]
    return client.post(path, {"new_password1": password, "new_password2": password})


# Invitations ---------------------------------------------------------------------------------------------------------


def test_approver_invites_an_editor(django_capture_on_commit_callbacks: Any) -> None:
    unit = make_unit("Xã Mời")
    approver = make_member(unit, Role.APPROVER)
    with django_capture_on_commit_callbacks(execute=True):
        assert signed_in(approver).post(reverse("membership:add"), invitation(unit)).status_code == 302
    person = User.objects.get(email="moi@mau.example")
    assert person.get_full_name() == "Nguyễn Thị Mẫu"
    assert not person.has_usable_password()
    message = mail.outbox[0]
    assert message.to == ["moi@mau.example"]
    assert message.subject == "Mời tham gia quản lý niêm yết của Xã Mời"
    assert "Kính gửi Nguyễn Thị Mẫu" in message.body
    path = link_in(message)
    assert set_password(path, "12345678").status_code == 200, "a common password is refused"
    assert set_password(path, "Song-La-Xanh-26").status_code == 302
    assert set_password(path, "Song-La-Xanh-27").status_code != 302, "the link works once"
    assert Client().login(username="moi@mau.example", password="Song-La-Xanh-26")


def test_approver_makes_no_approver_and_no_member_elsewhere() -> None:
    unit, elsewhere = make_unit(), make_unit()
    client = signed_in(make_member(unit, Role.APPROVER))
    before = Membership.objects.count()
    for data in (invitation(unit, role="approver"), invitation(elsewhere)):
        assert client.post(reverse("membership:add"), data).status_code == 200
    assert Membership.objects.count() == before
    other_approver = make_member(unit, Role.APPROVER).memberships.get()
    assert client.get(reverse("membership:edit", args=[other_approver.pk])).status_code == 302
    assert client.post(reverse("membership:end", args=[other_approver.pk])).status_code == 302
    other_approver.refresh_from_db()
    assert other_approver.is_current()
    editor = make_member(unit).memberships.get()
    promoted = {"role": "approver", "valid_from": "2020-01-01", "valid_until": ""}
    client.post(reverse("membership:edit", args=[editor.pk]), promoted)
    editor.refresh_from_db()
    assert editor.role == Role.EDITOR


def test_editor_manages_nobody() -> None:
    unit = make_unit()
    colleague = make_member(unit).memberships.get()
    client = signed_in(make_member(unit))
    assert client.get(reverse("membership:index")).status_code == 302
    assert client.post(reverse("membership:end", args=[colleague.pk])).status_code == 404
    colleague.refresh_from_db()
    assert colleague.is_current()


def test_inviting_somebody_known_changes_nothing_but_the_membership(
    django_capture_on_commit_callbacks: Any,
) -> None:
    person = make_user(email="quen@mau.example", first_name="Tên", last_name="Cũ")
    unit = make_unit()
    with django_capture_on_commit_callbacks(execute=True):
        invite(email="QUEN@mau.example", unit=unit, role=Role.EDITOR, first_name="Khác", last_name="Hẳn")
    person.refresh_from_db()
    assert person.get_full_name() == "Tên Cũ"
    assert person.check_password(PASSWORD)
    assert "password_reset" not in mail.outbox[0].body
    assert Membership.objects.current().filter(user=person, unit=unit).exists()


def test_invited_twice_into_the_same_role_is_refused() -> None:
    unit = make_unit()
    make_member(unit, email="moi@mau.example")
    page = signed_in(make_member(unit, Role.APPROVER)).post(reverse("membership:add"), invitation(unit))
    assert "Người này đã có vai trò này ở đơn vị." in page.content.decode()


def test_nobody_takes_the_address_of_a_future_colleague(django_capture_on_commit_callbacks: Any) -> None:
    unit = make_unit()
    thief = make_member(unit, email="ke-trom@mau.example")
    client = signed_in(thief)
    names = {"first_name": "Cán bộ", "last_name": "khác", "email": "moi@mau.example"}
    looks = {"theme-theme": "system", "theme-contrast": "system", "theme-density": "default"}
    account = looks | {f"name_email-{field}": value for field, value in names.items()}
    assert client.post(reverse("wagtailadmin_account"), account).status_code == 302
    thief.refresh_from_db()
    assert (thief.last_name, thief.email) == ("khác", "ke-trom@mau.example")

    # An old account that has it all the same is named to whoever invites, two of them are refused.
    User.objects.filter(pk=thief.pk).update(email="MOI@mau.example")
    elsewhere = make_unit()
    inviting = signed_in(make_member(elsewhere, Role.APPROVER))
    page = inviting.post(reverse("membership:add"), invitation(elsewhere), follow=True)
    assert thief.username in page.content.decode()
    account_addresses.drop()  # as in a database of before
    make_user(email="moi@mau.example", username="tai-khoan-that")
    other = make_unit()
    page = signed_in(make_member(other, Role.APPROVER)).post(reverse("membership:add"), invitation(other))
    assert page.status_code == 200
    assert f"{thief.username}, tai-khoan-that" in page.content.decode()
    assert not Membership.objects.filter(unit=other, role=Role.EDITOR).exists()
    with pytest.raises(AmbiguousAddress):
        invite(email="moi@mau.example", unit=other, role=Role.EDITOR)


def test_one_address_one_account() -> None:
    client = signed_in(make_user(PortalGroup.ADMINISTRATOR))
    person = make_user(email="mot@mau.example")
    other = make_user()
    new = user_form(other, username="moi", email="MOT@mau.example", password1=PASSWORD, password2=PASSWORD)
    page = client.post(reverse("wagtailusers_users:add"), new)
    assert "Một tài khoản khác đã dùng địa chỉ này." in page.content.decode()
    page = client.post(
        reverse("wagtailusers_users:edit", args=[other.pk]), user_form(other, email="Mot@mau.example")
    )
    assert "Một tài khoản khác đã dùng địa chỉ này." in page.content.decode()
    same = user_form(person, email="MOT@mau.example")
    assert client.post(reverse("wagtailusers_users:edit", args=[person.pk]), same).status_code == 302


def test_the_database_keeps_one_account_for_one_address() -> None:
    make_user(email="mot@mau.example")
    make_user(email="")
    make_user(email="")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_user(email="MOT@mau.example")
    # `migrate` puts the index up again, and says what stands against it.
    account_addresses.drop()
    make_user(email="MOT@mau.example", username="tai-khoan-doi")
    with pytest.raises(CommandError, match=r"mot@mau\.example: .*tai-khoan-doi"):
        account_addresses.keep_after_migrate()
    User.objects.get(username="tai-khoan-doi").delete()
    # `migrate` works outside the transaction that a test runs in: nothing of ours may still be waiting.
    connection.check_constraints()
    account_addresses.keep_after_migrate()
    account_addresses.keep_after_migrate()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_user(email="MOT@mau.example")


def test_two_who_invite_the_same_person_at_once_make_one_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second has looked before the first was done."""
    unit, other = make_unit(), make_unit()
    first = invite(email="moi@mau.example", unit=unit, role=Role.EDITOR)
    looked = iter([None])
    real = memberships.account_of
    monkeypatch.setattr(memberships, "account_of", lambda address: next(looked, real(address)))
    second = invite(email="Moi@mau.example", unit=other, role=Role.EDITOR)
    assert second.user == first.user
    assert User.objects.filter(email="moi@mau.example").count() == 1


def test_reinvite_only_while_there_is_no_password() -> None:
    unit = make_unit()
    client = signed_in(make_member(unit, Role.APPROVER))
    new = invite(email="cho@mau.example", unit=unit, role=Role.EDITOR)
    old = make_member(unit).memberships.get()
    assert client.post(reverse("membership:reinvite", args=[new.pk])).status_code == 302
    assert link_in(mail.outbox[-1])
    sent = len(mail.outbox)
    assert client.post(reverse("membership:reinvite", args=[old.pk])).status_code == 404
    assert len(mail.outbox) == sent


# Leaving -------------------------------------------------------------------------------------------------------------


def test_ending_signs_out_at_once() -> None:
    unit = make_unit()
    person = make_member(unit)
    session = signed_in(person)
    assert session.get("/admin/").status_code == 200
    membership = person.memberships.get()
    approver = signed_in(make_member(unit, Role.APPROVER))
    assert approver.post(reverse("membership:end", args=[membership.pk])).status_code == 302
    assert session.get("/admin/").status_code == 302
    assert not Client().login(username=person.username, password=PASSWORD)
    membership.refresh_from_db()
    assert membership.is_over()
    membership.full_clean()


def test_ended_by_its_date_alone() -> None:
    """No job has run: the group still lists the person, the session is open, yet nothing is allowed."""
    person = make_member(make_unit())
    session = signed_in(person)
    yesterday = timezone.localdate() - timedelta(days=1)
    Membership.objects.filter(user=person).update(valid_from="2020-01-01", valid_until=yesterday)
    assert person.groups.filter(name=PortalGroup.UNIT_STAFF).exists()
    assert session.get("/admin/").status_code == 302
    fresh = User.objects.get(pk=person.pk)
    assert not fresh.has_perm("wagtailadmin.access_admin")
    assert not fresh.has_perm("procedures.change_listing")
    assert sync_unit_staff() == 1
    assert not person.groups.exists()


def test_end_of_a_unit_ends_its_people() -> None:
    unit = make_unit()
    person = make_member(unit)
    unit.active_until = timezone.localdate() - timedelta(days=1)
    unit.save()
    assert signed_in(person).get("/admin/").status_code == 302


def test_a_membership_that_has_not_begun_gives_nothing() -> None:
    unit = make_unit()
    tomorrow = timezone.localdate() + timedelta(days=1)
    membership = make_membership(unit=unit, valid_from=tomorrow)
    assert signed_in(membership.user).get("/admin/").status_code == 302
    end_membership(membership=membership)
    membership.full_clean()
    assert membership.is_over()


# Groups --------------------------------------------------------------------------------------------------------------


def test_groups_are_made_the_same_by_every_run() -> None:
    def state() -> dict[str, Any]:
        return {
            group.name: (
                sorted(group.permissions.values_list("codename", flat=True)),
                GroupPagePermission.objects.filter(group=group).count(),
                GroupCollectionPermission.objects.filter(group=group).count(),
            )
            for group in Group.objects.all()
        }

    ensure_groups()
    first = state()
    Group.objects.get(name=PortalGroup.UNIT_STAFF).permissions.clear()
    ensure_groups()
    assert state() == first
    assert set(first) == {group.value for group in PortalGroup}


def test_unit_staff_hold_no_page_permission() -> None:
    ensure_groups()
    assert not GroupPagePermission.objects.filter(group__name=PortalGroup.UNIT_STAFF).exists()


# Accounts ------------------------------------------------------------------------------------------------------------


def user_form(person: Any, **fields: Any) -> dict[str, Any]:
    return {
        "username": person.username,
        "email": person.email,
        "first_name": "Đổi",
        "last_name": "Tên",
        "is_active": "on",
    } | fields


def test_portal_administrator_can_neither_make_nor_touch_superusers() -> None:
    superuser = make_user(is_superuser=True)
    client = signed_in(make_user(PortalGroup.ADMINISTRATOR))
    new = {
        "username": "moi",
        "email": "moi@mau.example",
        "first_name": "Mới",
        "last_name": "Tinh",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "is_superuser": "on",
    }
    assert client.post(reverse("wagtailusers_users:add"), new).status_code == 302
    assert not User.objects.get(username="moi").is_superuser
    edit = reverse("wagtailusers_users:edit", args=[superuser.pk])
    assert client.get(edit).status_code == 302
    client.post(edit, user_form(superuser, password1="Moi-Hoan-Toan-1", password2="Moi-Hoan-Toan-1"))
    for action in ("delete", "set_active_state", "assign_role"):
        url = reverse("wagtail_bulk_action", args=["auth", "user", action])
        group = Group.objects.get(name=PortalGroup.INSPECTOR)
        client.post(f"{url}?id={superuser.pk}", {"mark_as_active": "False", "role": group.pk})
    client.post(reverse("wagtailusers_users:delete", args=[superuser.pk]))
    again = User.objects.get(pk=superuser.pk)
    assert (again.is_active, again.is_superuser, again.password) == (True, True, superuser.password)
    assert not again.groups.exists()


def test_portal_administrator_gives_province_groups_only() -> None:
    person = make_member(make_unit())
    strong = Group.objects.create(name="Nhóm tự lập")
    client = signed_in(make_user(PortalGroup.ADMINISTRATOR))
    edit = reverse("wagtailusers_users:edit", args=[person.pk])
    inspector = Group.objects.get(name=PortalGroup.INSPECTOR)
    assert client.post(edit, user_form(person, groups=[strong.pk])).status_code == 200
    assert client.post(edit, user_form(person, groups=[inspector.pk])).status_code == 302
    assert set(person.groups.values_list("name", flat=True)) == {inspector.name, PortalGroup.UNIT_STAFF.value}
    url = reverse("wagtail_bulk_action", args=["auth", "user", "assign_role"])
    client.post(f"{url}?id={person.pk}", {"role": strong.pk})
    assert not person.groups.filter(pk=strong.pk).exists()


def test_the_last_administrator_stays_one() -> None:
    last = make_user(PortalGroup.ADMINISTRATOR)
    client = signed_in(last)
    edit = reverse("wagtailusers_users:edit", args=[last.pk])
    administrators = Group.objects.get(name=PortalGroup.ADMINISTRATOR)
    page = client.post(edit, user_form(last, groups=[]))
    assert "Đây là quản trị viên duy nhất" in page.content.decode()
    assert client.post(edit, user_form(last, groups=[administrators.pk])).status_code == 302
    for action in ("delete", "set_active_state", "assign_role"):
        url = reverse("wagtail_bulk_action", args=["auth", "user", action])
        inspectors = Group.objects.get(name=PortalGroup.INSPECTOR)
        client.post(f"{url}?id={last.pk}", {"mark_as_active": "False", "role": inspectors.pk})
        client.post(f"{url}?id=all", {"mark_as_active": "False", "role": inspectors.pk})
    client.post(reverse("wagtailusers_users:delete", args=[last.pk]))
    last = User.objects.get(pk=last.pk)
    assert last.is_active
    assert last.groups.filter(pk=administrators.pk).exists()

    # A colleague who cannot sign in is none; with a real one it is a free choice.
    colleague = make_user(PortalGroup.ADMINISTRATOR, is_active=False)
    assert client.post(edit, user_form(last, groups=[])).status_code == 200
    User.objects.filter(pk=colleague.pk).update(is_active=True)
    assert client.post(edit, user_form(last, groups=[])).status_code == 302
    assert not last.groups.filter(pk=administrators.pk).exists()


@pytest.mark.parametrize("group", [PortalGroup.CONTROLLER, PortalGroup.CURATOR, PortalGroup.INSPECTOR, None])
def test_accounts_are_for_administrators(group: PortalGroup | None) -> None:
    user = make_user(group) if group else make_member(make_unit(), Role.APPROVER)
    client = signed_in(user)
    for name in ("wagtailusers_users:index", "wagtailusers_users:add", "wagtailusers_groups:index"):
        assert client.get(reverse(name)).status_code == 302


# Passwords -----------------------------------------------------------------------------------------------------------


def test_reset_by_mail_in_vietnamese() -> None:
    person = make_member(make_unit())
    client = Client()
    cache.clear()
    assert client.post(reverse("wagtailadmin_password_reset"), {"email": person.email}).status_code == 302
    assert not mail.outbox, "while somebody waits, nothing is sent: the time would tell"
    work_off()
    message = mail.outbox[0]
    assert message.subject == "Đặt lại mật khẩu trang quản trị"
    assert person.username in message.body
    assert set_password(link_in(message), "password123").status_code == 200
    assert set_password(link_in(message), "Song-La-Xanh-26").status_code == 302
    assert Client().login(username=person.username, password="Song-La-Xanh-26")


def work_off() -> None:
    worker = PortalWorker(keep=False)
    while worker.run_one_task():
        pass


def test_few_letters_to_one_address_and_few_for_one_asker() -> None:
    cache.clear()
    person = make_member(make_unit())
    url = reverse("wagtailadmin_password_reset")
    client = Client()
    for _try in range(3):
        assert client.post(url, {"email": person.email}).status_code == 302
        assert client.post(url, {"email": "khong-co@mau.example"}).status_code == 302
    work_off()
    assert [message.to for message in mail.outbox] == [[person.email]]
    assert "http://localhost:8000/admin/password_reset/confirm/" in mail.outbox[0].body, "our own address"
    for number in range(PER_ASKER):
        assert client.post(url, {"email": f"la-{number}@mau.example"}).status_code == 302
    colleague = make_member(make_unit())
    assert client.post(url, {"email": colleague.email}).status_code == 302
    client.post(url, {"email": colleague.email}, REMOTE_ADDR="203.0.113.9")
    work_off()
    assert [message.to for message in mail.outbox[1:]] == [[colleague.email]]


def test_lockout_after_five_failures(settings: Any) -> None:
    settings.AXES_ENABLED = True
    person = make_member(make_unit())
    client = Client()
    url = reverse("wagtailadmin_login")
    statuses = [
        client.post(url, {"username": person.username, "password": "sai"}).status_code for _try in range(5)
    ]
    assert statuses[:4] == [200, 200, 200, 200]
    assert statuses[4] == 429
    page = client.post(url, {"username": person.username, "password": PASSWORD})
    assert page.status_code == 429
    assert "Tạm khoá đăng nhập" in page.content.decode()
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"HTTP_X_FORWARDED_FOR": "198.51.100.2"}, 302),
        ({"HTTP_X_FORWARDED_FOR": "9.9.9.9, 203.0.113.7"}, 429),
    ],
)
def test_a_stranger_locks_nobody_else_out(settings: Any, headers: dict[str, str], status: int) -> None:
    """Behind the proxy on this machine: the address counts that it saw, whatever stands before it."""
    settings.AXES_ENABLED = True
    person = make_member(make_unit())
    client, url = Client(), reverse("wagtailadmin_login")
    wrong = {"username": person.username, "password": "sai"}
    for number in range(5):
        client.post(url, wrong, HTTP_X_FORWARDED_FOR=f"192.0.2.{number}, 203.0.113.7")
    page = client.post(url, wrong | {"password": PASSWORD}, **headers)  # type: ignore[arg-type]  # META entries
    assert page.status_code == status


def test_sign_in_page_is_vietnamese() -> None:
    page = Client().get(reverse("wagtailadmin_login")).content.decode()
    assert "Đăng nhập trang quản trị" in page
    assert "Sign in" not in page
