"""Legal references in the admin: one entry per document, wherever it is cited."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.snippets.views.snippets import SnippetViewSet

from guidance.models import LegalReference
from search.admin_lists import FoldedChooserViewSet, FoldedSnippetList


class LegalReferenceViewSet(SnippetViewSet):
    model = LegalReference
    icon = "openquote"
    menu_label = _("Căn cứ pháp lý")
    add_to_admin_menu = False
    index_view_class = FoldedSnippetList
    chooser_viewset_class = FoldedChooserViewSet
    list_display = ["number", "title", "issuer", "issued"]
    search_fields = ["number", "title", "issuer"]
    ordering = ["number"]
    list_per_page = 50
    panels = [
        FieldPanel("number"),
        FieldPanel("title"),
        FieldRowPanel([FieldPanel("issued"), FieldPanel("issuer")]),
        FieldPanel("address"),
    ]
