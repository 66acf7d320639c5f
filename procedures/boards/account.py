"""Switching digests off, in one's own account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.account import BaseSettingsPanel, notifications_tab

from home.permissions import current_roles
from procedures.models import DigestChoice


class DigestChoiceForm(forms.ModelForm):
    class Meta:
        model = DigestChoice
        fields = ("wanted",)


class DigestSettingsPanel(BaseSettingsPanel):
    name = "digests"
    title = _("Thư tổng hợp")
    tab = notifications_tab
    order = 200
    form_class = DigestChoiceForm

    def is_active(self) -> bool:
        """Only people of units get digests."""
        return bool(current_roles(self.user))

    def get_form(self) -> Any:
        choice = DigestChoice.objects.filter(user=self.user).first() or DigestChoice(user=self.user)
        data = self.request.POST if self.request.method == "POST" else None
        return DigestChoiceForm(data, instance=choice, prefix=self.name)
