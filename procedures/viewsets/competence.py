"""The table of competence in the admin: in the order in which it is read, each row with how many procedures it answers."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.ui.tables import BooleanColumn, Column, TitleColumn
from wagtail.snippets.views.snippets import CreateView, IndexView, SnippetViewSet

from procedures.competence.table import answered_by_row, current, facts_by_id, procedures_in_scope
from procedures.models import Competence
from search.admin_lists import FoldedSearch

PREFILLED = ("body", "issuing", "subject", "level")
"""What a link may bring along for a new row."""


class AnsweredColumn(Column):
    """How many procedures in force the row answers now; a row that answers none may be superfluous or hidden."""

    def get_value(self, instance: Competence) -> int:
        return int(getattr(instance, "answers", 0))


class CompetenceIndexView(FoldedSearch, IndexView):
    @cached_property
    def answered(self) -> Counter[int]:
        loaded = current()
        facts = facts_by_id(procedures_in_scope())
        return answered_by_row((loaded.table.resolve(known) for known in facts.values()), loaded.row_ids)

    def get_table(self, object_list: Any) -> Any:
        for row in object_list:
            row.answers = self.answered[row.pk]
        return super().get_table(object_list)


class CompetenceCreateView(CreateView):
    def get_initial_form_instance(self) -> Competence:
        row = super().get_initial_form_instance() or Competence()
        for name in PREFILLED:
            if value := self.request.GET.get(name, "").replace("\x00", "")[:300]:
                setattr(row, name, value)
        return row


class CompetenceViewSet(SnippetViewSet):
    model = Competence
    icon = "list-ol"
    menu_label = _("Bảng thẩm quyền")
    menu_name = "competence"
    menu_order = 320
    add_to_admin_menu = True
    base_url_path = "tham-quyen"
    index_view_class = CompetenceIndexView
    add_view_class = CompetenceCreateView
    list_display = [
        TitleColumn(
            "condition_words",
            label=_("Khi thủ tục ghi"),
            url_name="wagtailsnippets_procedures_competence:edit",
        ),
        Column("target_words", label=_("Thì thuộc về")),
        Column("priority", label=_("Thứ tự"), sort_key="priority"),
        AnsweredColumn("answers", label=_("Thủ tục")),
        BooleanColumn("active", label=_("Đang dùng")),
    ]
    list_filter = ["target", "level", "active"]
    list_per_page = 100
    search_fields = ["body", "issuing", "subject", "level", "target", "unit_kind", "unit__search_key", "note"]
    search_backend_name = None
    ordering = ["priority", "pk"]
    panels = [
        MultiFieldPanel(
            [
                FieldPanel("body"),
                FieldRowPanel([FieldPanel("issuing"), FieldPanel("subject")]),
                FieldPanel("level"),
            ],
            heading=_("Khi thủ tục ghi"),
        ),
        MultiFieldPanel(
            [FieldPanel("target"), FieldPanel("unit"), FieldPanel("unit_kind")], heading=_("Thì thuộc về")
        ),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("priority"), FieldPanel("active")]), FieldPanel("note")],
            heading=_("Trong bảng"),
        ),
    ]

    def register_chooser_viewset(self) -> None:
        """None: nothing chooses a row."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Competence]:
        return Competence.objects.select_related("unit", "latest_revision").in_order()
