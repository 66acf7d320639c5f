"""How people come to a unit and leave it: invite, invite again, end; and the group that follows from it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext
from wagtail.log_actions import log

from home.enums import SAMPLE_ACCOUNTS, PortalGroup, Role
from home.models import Membership, Unit


class AmbiguousAddress(ValueError):
    """Several accounts have this address; the message, for the person who invites, names them."""


def accounts_with(email: str) -> Any:
    """Accounts of this address; capital letters make no difference."""
    return get_user_model().objects.filter(email__iexact=email.strip())


def account_of(email: str) -> Any | None:
    """The account that an invitation to this address reaches; None: a new one. Raises AmbiguousAddress.

    Guessing among several would hand the rights to whoever entered a colleague's address as their own.
    """
    found = list(accounts_with(email).order_by("username")[:5])
    if len(found) > 1:
        raise AmbiguousAddress(
            gettext(
                "Nhiều tài khoản cùng dùng địa chỉ này (%(accounts)s). Quản trị cổng phải sửa lại trước khi mời."
            )
            % {"accounts": ", ".join(user.get_username() for user in found)}
        )
    return found[0] if found else None


@transaction.atomic
def invite(
    *,
    email: str,
    unit: Unit,
    role: Role,
    first_name: str = "",
    last_name: str = "",
    valid_from: date | None = None,
    valid_until: date | None = None,
    invited_by: Any = None,
) -> Membership:
    """Makes the person a member, with an account of their own when the address is new.

    A new account has no password: the letter brings a link to set one, once, within PASSWORD_RESET_TIMEOUT. An
    account that exists is never changed: only its memberships grow. Raises AmbiguousAddress.
    """
    address = email.strip().lower()
    user = account_of(address)
    if user is None:
        user = _new_account(address, first_name=first_name.strip(), last_name=last_name.strip())
    membership = Membership.objects.create(
        user=user,
        unit=unit,
        role=role,
        valid_from=valid_from or timezone.localdate(),
        valid_until=valid_until,
    )
    log(membership, "wagtail.create", user=invited_by, content_changed=True)
    transaction.on_commit(lambda: send_invitation(membership))
    return membership


def _new_account(address: str, **names: str) -> Any:
    """Without a password; or the one that somebody else made for this address a moment ago."""
    user = get_user_model()(username=address[:150], email=address, **names)
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        found = account_of(address)
        if found is None:
            raise
        return found
    return user


def set_password_link(user: Any) -> str:
    """One-time: it stops working when a password is set, and after PASSWORD_RESET_TIMEOUT."""
    path = reverse(
        "wagtailadmin_password_reset_confirm",
        kwargs={
            "uidb64": urlsafe_base64_encode(force_bytes(user.pk)),
            "token": default_token_generator.make_token(user),
        },
    )
    return f"{settings.PORTAL_BASE_URL}{path}"


def send_invitation(membership: Membership) -> None:
    user = membership.user
    context = {
        "membership": membership,
        "user": user,
        "unit": membership.unit,
        "link": "" if user.has_usable_password() else set_password_link(user),
        "days": settings.PASSWORD_RESET_TIMEOUT // 86_400,
        "admin_url": f"{settings.PORTAL_BASE_URL}{reverse('wagtailadmin_home')}",
        "site_name": settings.WAGTAIL_SITE_NAME,
    }
    subject = render_to_string("home/mail/invitation_subject.txt", context).strip()
    send_mail(subject, render_to_string("home/mail/invitation.txt", context), None, [user.email])


@transaction.atomic
def end_membership(*, membership: Membership, ended_by: Any = None) -> None:
    """From now on: the last day is yesterday, since the end is inclusive."""
    membership.valid_until = timezone.localdate() - timedelta(days=1)
    if membership.valid_from > timezone.localdate():
        # It had not begun: then it never does.
        membership.valid_until = membership.valid_from - timedelta(days=1)
    membership.save(update_fields=["valid_until"])
    log(membership, "portal.membership.end", user=ended_by, content_changed=True)


def other_administrators(user: Any) -> Any:
    """Those who could still let people in, were this one gone."""
    people = get_user_model().objects.filter(is_active=True).exclude(pk=user.pk)
    if not settings.PORTAL_DEMO:
        people = people.exclude(groups__name=SAMPLE_ACCOUNTS)
    return people.filter(Q(is_superuser=True) | Q(groups__name=PortalGroup.ADMINISTRATOR)).distinct()


def sync_unit_staff(*users: Any) -> int:
    """Brings the group of unit staff in line with current memberships (of `users`, or of all); returns changes.

    Only for lists and filters of people: rights never depend on it (`home.authentication`).
    """
    group, _created = Group.objects.get_or_create(name=PortalGroup.UNIT_STAFF.value)
    everybody = get_user_model().objects.all()
    if users:
        everybody = everybody.filter(pk__in=[user.pk for user in users])
    current = set(
        Membership.objects.current().filter(user__in=everybody).values_list("user_id", flat=True).distinct()
    )
    held = set(everybody.filter(groups=group).values_list("pk", flat=True))
    if current - held:
        group.user_set.add(*(current - held))
    if held - current:
        group.user_set.remove(*(held - current))
    return len(current ^ held)
