"""Units in the admin."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.snippets.views.snippets import IndexView

from home.enums import UnitKind
from home.models import Unit
from home.scoped_views import ScopedChooserViewSet, ScopedSnippetViewSet
from home.viewsets.forms import UnitForm
from home.viewsets.policies import UNIT_POLICY
from search.admin_lists import SearchedChooser
from search.lists import narrowed

ACTIVE = [("active", _("Đang hoạt động")), ("ended", _("Đã kết thúc"))]


def named_like(queryset: QuerySet[Any], words: str, *, then: tuple[str, ...] = ("name",)) -> QuerySet[Any]:
    """Units by name, old name or code, accents optional; best first."""
    return narrowed(queryset, words, kind="don-vi", key="slug", names="search_key", then=then)


class UnitFilterSet(WagtailFilterSet):
    kind = django_filters.ChoiceFilter(choices=UnitKind, label=_("Loại"))
    state = django_filters.ChoiceFilter(choices=ACTIVE, method="filter_state", label=_("Tình trạng"))

    class Meta:
        model = Unit
        fields = ["kind"]

    def filter_state(self, queryset: Any, _name: str, value: str) -> QuerySet[Unit]:
        return queryset.active() if value == "active" else queryset.ended()


class UnitIndexView(IndexView):
    def search_queryset(self, queryset: Any) -> QuerySet[Unit]:
        if not self.is_searching:
            return queryset
        return named_like(queryset, self.search_query, then=() if self.is_explicitly_ordered else ("name",))


class UnitChooserViewSet(SearchedChooser, ScopedChooserViewSet):
    choose_one_text = _("Chọn đơn vị")
    choose_another_text = _("Chọn đơn vị khác")
    edit_item_text = _("Sửa đơn vị này")
    register_widget = True

    def find(self, objects: QuerySet[Any], words: str) -> QuerySet[Any]:
        return named_like(objects, words)


class UnitViewSet(ScopedSnippetViewSet):
    model = Unit
    policy = UNIT_POLICY
    icon = "site"
    menu_label = _("Đơn vị")
    menu_name = "units"
    menu_order = 230
    add_to_admin_menu = True
    base_url_path = "don-vi"
    chooser_base_url_path = "chon-don-vi"
    chooser_viewset_class = UnitChooserViewSet
    index_view_class = UnitIndexView
    filterset_class = UnitFilterSet
    list_display = ["name", "code", "kind", "active_from", "active_until"]
    list_per_page = 50
    search_fields = ["search_key"]
    search_backend_name = None
    ordering = ["name"]
    inspect_view_fields = [
        "name",
        "short_name",
        "old_names",
        "code",
        "kind",
        "parent",
        "email",
        "website",
        "complaints_address",
        "active_from",
        "active_until",
        "successors",
    ]
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("email"),
                    FieldPanel("website"),
                    FieldPanel("complaints_address"),
                ],
                heading=_("Liên hệ"),
            ),
            MultiFieldPanel([FieldPanel("notes_need_approval")], heading=_("Duyệt")),
            MultiFieldPanel(
                [
                    FieldPanel("name"),
                    FieldPanel("short_name"),
                    FieldPanel("old_names"),
                    FieldPanel("kind"),
                    FieldPanel("code"),
                    FieldPanel("slug"),
                    FieldPanel("parent"),
                ],
                heading=_("Tên và mã"),
            ),
            MultiFieldPanel(
                [FieldPanel("active_from"), FieldPanel("active_until"), FieldPanel("successors")],
                heading=_("Hoạt động và kế tục"),
            ),
        ],
        base_form_class=UnitForm,
    )
