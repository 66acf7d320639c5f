"""Signing in, and asking for a new password."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.auth import LoginForm, PasswordResetForm

from home.password_resets import may_ask, send_reset_letter


class PortalLoginForm(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("Mật khẩu")


class PortalPasswordResetForm(PasswordResetForm):
    """Answers alike whether there is an account or not, and whether a letter was sent a moment ago."""

    def save(self, **options: Any) -> None:
        address = self.cleaned_data["email"]
        if may_ask(address, options.get("request")):
            send_reset_letter.enqueue(address)
