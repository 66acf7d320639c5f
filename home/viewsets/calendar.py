"""Swapped days and fields of administration in the admin."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.snippets.views.snippets import CreateView, EditView, SnippetViewSet

from home.models import CalendarDay, Subject
from home.scoped_views import save_on_purpose
from search.admin_lists import FoldedChooserViewSet, FoldedSnippetList


class DayCreateView(CreateView):
    def setup(self, *args: Any, **kwargs: Any) -> None:
        super().setup(*args, **kwargs)
        save_on_purpose(self)


class DayEditView(EditView):
    def setup(self, *args: Any, **kwargs: Any) -> None:
        super().setup(*args, **kwargs)
        save_on_purpose(self)


class CalendarDayViewSet(SnippetViewSet):
    model = CalendarDay
    add_view_class = DayCreateView
    edit_view_class = DayEditView
    icon = "calendar-alt"
    menu_label = _("Lịch nghỉ và làm bù")
    menu_name = "calendar"
    menu_order = 270
    add_to_admin_menu = True
    base_url_path = "lich"
    copy_view_enabled = False
    list_display = ["day", "kind", "note", "source"]
    list_filter = ["kind"]
    ordering = ["-day"]
    edit_handler = ObjectList(
        [FieldPanel("day"), FieldPanel("kind"), FieldPanel("note"), FieldPanel("source")]
    )

    def register_chooser_viewset(self) -> None:
        """Nothing chooses a day."""


class SubjectViewSet(SnippetViewSet):
    model = Subject
    icon = "tag"
    menu_label = _("Lĩnh vực")
    menu_name = "subjects"
    menu_order = 260
    add_to_admin_menu = True
    base_url_path = "linh-vuc"
    chooser_base_url_path = "chon-linh-vuc"
    chooser_viewset_class = FoldedChooserViewSet
    index_view_class = FoldedSnippetList
    copy_view_enabled = False
    list_display = ["name", "slug"]
    list_per_page = 50
    search_fields = ["name"]
    ordering = ["name"]
    edit_handler = ObjectList([FieldPanel("name"), FieldPanel("slug")])
