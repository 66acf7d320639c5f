"""Choosing a procedure: public facts, so everybody in the admin may."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.chooser import ChooseResultsView, ChooseView, ChosenMultipleView, ChosenView
from wagtail.admin.viewsets.chooser import ChooserViewSet

from home.scoped_views import database_keys, object_or_404
from procedures.models import ProcedurePage
from search.admin_lists import SearchedChooser
from search.lists import narrowed


def named_like(queryset: QuerySet[Any], words: str) -> QuerySet[Any]:
    """Procedures by name, everyday name or code in any writing, accents optional; best first."""
    return narrowed(queryset, words, kind="thu-tuc", key="code", names="search_key", then=("title", "code"))


def choosable() -> QuerySet[ProcedurePage]:
    """What can be listed: live, in force, of this province's or a central body's."""
    return ProcedurePage.objects.listed_publicly().without_texts()


class _Choosing:
    ordering = "title"

    def get_object_list(self) -> QuerySet[ProcedurePage]:
        return choosable()

    def can_create(self) -> bool:
        return False

    @property
    def columns(self) -> list[Column]:
        return [*super().columns, Column("code", label=_("Mã"))]  # type: ignore[misc] # a mixin


class ProcedureChooseView(_Choosing, ChooseView):
    pass


class ProcedureChooseResultsView(_Choosing, ChooseResultsView):
    pass


class ProcedureChosenView(ChosenView):
    def get_object(self, pk: Any) -> ProcedurePage:
        return object_or_404(choosable(), pk)


class ProcedureChosenMultipleView(ChosenMultipleView):
    def get_objects(self, pks: list[str]) -> QuerySet[ProcedurePage]:
        return choosable().filter(pk__in=database_keys(pks))


class ProcedureChooserViewSet(SearchedChooser, ChooserViewSet):
    model = ProcedurePage
    icon = "doc-full"
    url_prefix = "chon-thu-tuc"
    choose_one_text = _("Chọn thủ tục")
    choose_another_text = _("Chọn thủ tục khác")
    edit_item_text = _("Mở thủ tục này")
    register_widget = False
    choose_view_class = ProcedureChooseView
    choose_results_view_class = ProcedureChooseResultsView
    chosen_view_class = ProcedureChosenView
    chosen_multiple_view_class = ProcedureChosenMultipleView
    per_page = 20

    def find(self, objects: QuerySet[Any], words: str) -> QuerySet[Any]:
        return named_like(objects, words)

    def get_urlpatterns(self) -> list[Any]:
        return [pattern for pattern in super().get_urlpatterns() if pattern.name != "create"]


procedure_chooser = ProcedureChooserViewSet("procedure_chooser")
