"""Letters with a link to set a new password: few for one address or one asker, and by the worker.

Sent while the asker waits, a letter would tell by its time which addresses have an account; without bounds anybody could
fill a colleague's mailbox.
"""

from __future__ import annotations

from hashlib import sha256
from urllib.parse import urlsplit

from axes.helpers import get_client_ip_address
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django_tasks import task
from wagtail.admin.forms.auth import PasswordResetForm

EVERY = 10 * 60
"""Seconds between two letters to one address."""
PER_ASKER = 20
"""Requests that one address on the network may make in an hour; a whole office may share it."""


def may_ask(address: str, request: HttpRequest | None) -> bool:
    asker = get_client_ip_address(request) if request is not None else ""
    counter = f"password-reset-asker:{asker}"
    cache.add(counter, 0, 60 * 60)
    try:
        if cache.incr(counter) > PER_ASKER:
            return False
    except ValueError:
        # It ended between the two lines.
        pass
    key = sha256(address.strip().lower().encode()).hexdigest()
    return bool(cache.add(f"password-reset:{key}", 1, EVERY))


@task(backend="background")
def send_reset_letter(address: str) -> None:
    form = PasswordResetForm({"email": address})
    if not form.is_valid():
        return
    own = urlsplit(settings.PORTAL_BASE_URL)
    form.save(
        domain_override=own.netloc,
        use_https=own.scheme == "https",
        subject_template_name="wagtailadmin/account/password_reset/email_subject.txt",
        email_template_name="wagtailadmin/account/password_reset/email.txt",
    )
