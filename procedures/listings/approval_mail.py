"""Tells a unit's approvers that words wait for them. (Wagtail tells the submitter what became of it.)"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from wagtail.models import TaskState
from wagtail.users.models import UserProfile

from home.enums import Role
from home.models import Membership
from procedures.models import Listing, UnitApprovalTask


def approvers_of(listing: Listing) -> list[Any]:
    """Current approvers with an address who have not switched such mail off in their account."""
    memberships = Membership.objects.current().filter(
        unit=listing.unit_id, role=Role.APPROVER, user__is_active=True
    )
    people = {membership.user for membership in memberships.select_related("user")}
    return [p for p in people if p.email and UserProfile.get_for_user(p).submitted_notifications]


def tell_approvers(sender: Any, instance: TaskState, user: Any = None, **_kwargs: Any) -> None:
    """Receiver of `task_submitted`."""
    if not isinstance(instance.task.specific, UnitApprovalTask):
        return
    listing = instance.workflow_state.content_object
    url = reverse("wagtailsnippets_procedures_listing:edit", args=[listing.pk])
    context = {"listing": listing, "submitter": user, "url": f"{settings.PORTAL_BASE_URL}{url}"}
    addresses = [p.email for p in approvers_of(listing) if p != user]
    if not addresses:
        return
    subject = render_to_string("procedures/mail/waiting_subject.txt", context).strip()
    body = render_to_string("procedures/mail/waiting.txt", context)

    def deliver() -> None:
        for address in addresses:
            send_mail(subject, body, None, [address])

    # A mail server that is down must not undo what was saved.
    transaction.on_commit(deliver, robust=True)
