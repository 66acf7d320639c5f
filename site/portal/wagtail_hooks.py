"""What the platform itself says in the admin: for administrators, that the search is not as it should be."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.ui.components import Component

from home.permissions import is_administrator
from search.health import Health, examine


class SearchNotePanel(Component):
    name = "search_note"
    template_name = "portal/search_note.html"
    order = 10

    def __init__(self, health: Health) -> None:
        self.health = health

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"health": self.health}


@hooks.register("construct_homepage_panels", order=5)
def add_search_note(request: HttpRequest, panels: list[Any]) -> None:
    """Only while there is something to say: a note that is always there is read by nobody."""
    if not is_administrator(request.user):
        return
    health = examine()
    if health.stands_in or not health.embedded.is_ready:
        panels.insert(0, SearchNotePanel(health))
