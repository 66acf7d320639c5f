"""Pages in the admin's explorer and choosers: searched as the public search does, so that "dang ky cuoi" and 1004194 find
a procedure.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.views.pages.listing import ExplorableIndexView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.models import Page
from wagtail.query import PageQuerySet

from home.models import HomePage
from procedures.models import ProcedurePage
from search.lists import wanted
from search.text import fold


class FoundPagesView(ExplorableIndexView):
    def search_queryset(self, queryset: Any) -> Any:
        if not self.is_searching:
            return super().search_queryset(queryset)
        for hook in hooks.get_hooks("construct_explorer_page_queryset"):
            queryset = hook(self.parent_page, queryset, self.request)
        return found_pages(queryset, self.search_query, by_nearness=not self.is_explicitly_ordered)


def found_pages(queryset: QuerySet[Any], text: str, *, by_nearness: bool) -> QuerySet[Any]:
    """Procedures by their names, everyday names and codes, drafts and ended ones too; the few other pages by their titles."""
    asked = wanted(text, kind="thu-tuc")
    if asked.is_empty:
        return queryset.none()
    procedures = ProcedurePage.objects.filter(asked.chosen(key="code", names="search_key")).values("pk")
    others = Page.objects.exclude(pk__in=ProcedurePage.objects.values("pk"))
    titled = [
        pk
        for pk, title in others.values_list("pk", "draft_title")
        if asked.words and asked.fits("", fold(title))
    ]
    found = queryset.filter(Q(pk__in=procedures) | Q(pk__in=titled))
    if not by_nearness:
        return found
    code = "code" if issubclass(found.model, ProcedurePage) else "procedurepage__code"
    return found.order_by(*((asked.order(code),) if asked.keys else ()), "title", "pk")


class FoundPages(PageQuerySet):
    """Pages in a chooser: asked for words, they answer as the explorer does, not as Wagtail's own index."""

    def autocomplete(self, query: str, *_args: Any, **_named: Any) -> QuerySet[Any]:
        return found_pages(self, query, by_nearness=True)


def choosable_pages(pages: QuerySet[Any], _request: HttpRequest) -> FoundPages:
    """Hook: what every chooser of pages offers, at home, in texts, for redirects and promoted results."""
    return FoundPages(model=pages.model, query=pages.query, using=pages.db)


class ProcedurePageViewSet(PageViewSet):
    """Below the catalogue."""

    model = ProcedurePage
    index_view_class = FoundPagesView


class PagesOfHomeViewSet(PageViewSet):
    """Below the home page, where whoever searches from the first screen of the admin arrives."""

    model = Page
    index_view_class = FoundPagesView
    parent_models = [HomePage]


procedure_pages = ProcedurePageViewSet("procedure_pages")
pages_of_home = PagesOfHomeViewSet("pages_of_home")
