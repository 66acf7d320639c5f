"""Pages in the admin: titles of drafts are for those who work on them.

Wagtail checks the right before it acts, but some of its screens name the page first: the last step of moving, the bulk
actions ("you have no right to these: …"), and the answer of the chooser.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.functional import classproperty
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.admin.views.chooser import ChosenMultipleView
from wagtail.admin.views.pages.bulk_actions import delete, move, publish, unpublish
from wagtail.admin.views.pages.move import move_confirm
from wagtail.models import Page
from wagtail.permissions import page_permission_policy
from wagtail.snippets.bulk_actions.delete import DeleteBulkAction
from wagtail.snippets.models import get_snippet_models

from home.scoped_views import SCOPED_MODELS, database_keys


class NamesNobodyElse:
    """Put before a bulk action: what one may not act on is not even named."""

    def get_actionable_objects(self) -> tuple[list[Any], dict[str, list[Any]]]:
        objects, refused = super().get_actionable_objects()  # type: ignore[misc] # a mixin: the action follows
        if not objects:
            raise Http404
        return objects, {reason: [] for reason in refused}


class DeletePages(NamesNobodyElse, delete.DeleteBulkAction):
    pass


class MovePages(NamesNobodyElse, move.MoveBulkAction):
    pass


class PublishPages(NamesNobodyElse, publish.PublishBulkAction):
    pass


class UnpublishPages(NamesNobodyElse, unpublish.UnpublishBulkAction):
    pass


class DeleteOtherSnippets(NamesNobodyElse, DeleteBulkAction):
    """Of what belongs to no unit: the table of competence, legal references."""

    @classproperty
    def models(cls) -> list[Any]:  # noqa: N805 -- a classproperty's first argument is the class
        return [model for model in get_snippet_models() if model not in SCOPED_MODELS]


PAGE_BULK_ACTIONS: tuple[type[BulkAction], ...] = (
    DeletePages,
    MovePages,
    PublishPages,
    UnpublishPages,
    DeleteOtherSnippets,
)


def confirm_move(request: HttpRequest, page_to_move_id: int, destination_id: int) -> HttpResponseBase:
    """In place of Wagtail's last step of moving, which asks for the right only when it moves."""
    page = Page.objects.filter(pk=page_to_move_id).first()
    if page is None:
        raise Http404
    if not page.permissions_for_user(request.user).can_move():
        raise PermissionDenied
    answer: HttpResponseBase = move_confirm(request, page_to_move_id, destination_id)
    return answer


class ChosenPagesView(ChosenMultipleView):
    """The answer of the chooser: public pages, and what this person may find in the explorer."""

    def get(self, request: HttpRequest) -> Any:
        keys = database_keys(request.GET.getlist("id"))
        explorable = page_permission_policy.explorable_instances(request.user).filter(pk__in=keys)
        allowed = {*explorable.values_list("pk", flat=True)}
        allowed |= {*Page.objects.live().public().filter(pk__in=keys).values_list("pk", flat=True)}
        if not allowed.issuperset(keys):
            raise Http404
        return super().get(request)
