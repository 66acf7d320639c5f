"""Controlled forms in the admin."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.snippets.views.snippets import SnippetViewSet

from procedures.models import ControlledForm


class ControlledFormViewSet(SnippetViewSet):
    model = ControlledForm
    icon = "doc-full-inverse"
    menu_label = _("Mẫu đơn, tờ khai")
    list_display = ["title", "number"]
    search_fields = ["title", "number"]
    panels = [FieldPanel("title"), FieldPanel("number")]
