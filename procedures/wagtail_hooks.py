"""Registers the admin of listings; what it does stands in `procedures.viewsets`."""

from __future__ import annotations

from typing import Any

from wagtail import hooks
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.snippets.models import register_snippet

from procedures.boards import hooks as board_hooks  # noqa: F401 -- importing registers them
from procedures.booklets import hooks as booklet_hooks  # noqa: F401 -- importing registers them
from procedures.completeness import hooks as completeness_hooks  # noqa: F401 -- importing registers them
from procedures.decisions import hooks as decision_hooks  # noqa: F401 -- importing registers them
from procedures.divergence import hooks as divergence_hooks  # noqa: F401 -- importing registers them
from procedures.editing import hooks as editor_hooks  # noqa: F401 -- importing registers them
from procedures.inspections import hooks as inspection_hooks  # noqa: F401 -- importing registers them
from procedures.ledger import hooks as ledger_hooks  # noqa: F401 -- importing registers them
from procedures.listings import hooks as listing_hooks  # noqa: F401 -- importing registers them
from procedures.models import Listing, ListingLogEntry
from procedures.viewsets.listings import ListingViewSet
from procedures.viewsets.pages import choosable_pages, pages_of_home, procedure_pages
from procedures.viewsets.procedures import ProcedureChooserViewSet, procedure_chooser

register_snippet(ListingViewSet)
hooks.register("construct_page_chooser_queryset", choosable_pages)


@hooks.register("register_admin_viewset")
def register_procedure_chooser() -> ProcedureChooserViewSet:
    return procedure_chooser


@hooks.register("register_admin_viewset")
def register_searched_pages() -> list[PageViewSet]:
    return [procedure_pages, pages_of_home]


@hooks.register("register_log_actions")
def register_logs(actions: Any) -> None:
    actions.register_model(Listing, ListingLogEntry)
