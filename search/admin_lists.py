"""Search boxes of Wagtail's lists and choosers that need no accents (`search.lists` says what they find)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from wagtail.admin.forms.choosers import BaseFilterForm, SearchFilterMixin
from wagtail.admin.views.generic.chooser import BaseChooseView
from wagtail.snippets.views.chooser import SnippetChooserViewSet
from wagtail.snippets.views.snippets import IndexView

from search.lists import holding


class FoldedSearch:
    """Put before an index view: all of the words typed stand somewhere in the view's `search_fields`."""

    is_searching: bool
    search_query: str
    search_fields: Any

    def search_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return holding(queryset, self.search_query, *self.search_fields) if self.is_searching else queryset


class FoldedSnippetList(FoldedSearch, IndexView):
    """The list of a snippet."""


class SearchedChooser:
    """Put before a chooser's viewset: a search box above its list, whatever the model. A subclass says what it finds."""

    def find(self, objects: QuerySet[Any], words: str) -> QuerySet[Any]:
        raise NotImplementedError

    def construct_view(self, view_class: type, **kwargs: Any) -> Any:
        if issubclass(view_class, BaseChooseView):
            kwargs["filter_form_class"] = self._filter_form_class()
        return super().construct_view(view_class, **kwargs)  # type: ignore[misc]  # a mixin: the viewset follows

    def _filter_form_class(self) -> type[BaseFilterForm]:
        find = self.find

        class FilterForm(SearchFilterMixin, BaseFilterForm):
            def filter(self, objects: QuerySet[Any]) -> QuerySet[Any]:
                words: str = self.cleaned_data.get("q") or ""
                self.is_searching = bool(words)
                self.search_query = words
                return find(objects, words) if words else objects

        return FilterForm


class FoldedChooserViewSet(SearchedChooser, SnippetChooserViewSet):
    """Of a snippet: searched in the fields of its own list."""

    def find(self, objects: QuerySet[Any], words: str) -> QuerySet[Any]:
        return holding(objects, words, *self.model.snippet_viewset.search_fields)
