"""Viewsets whose every address asks for rights on the very object.

Stock Wagtail checks most addresses of a snippet per model, some by the task, the choosers not at all. Every view of a
viewset passes `construct_view`, so one mixin is put before each of them there; choosers, bulk actions and the finder
of edit addresses follow the same policy. The test that attacks all admin addresses keeps this closed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.functional import cached_property, classproperty
from django.utils.translation import gettext
from wagtail.admin.admin_url_finder import ModelAdminURLFinder
from wagtail.admin.views import generic
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.admin.views.generic.history import HistoryView
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.models import TaskState, WorkflowState
from wagtail.snippets.bulk_actions.delete import DeleteBulkAction
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction
from wagtail.snippets.views.chooser import SnippetChooserViewSet
from wagtail.snippets.views.snippets import SnippetViewSet

from home.form_errors import fields_with_errors
from home.permissions import BoundPolicy, UnitPermissionPolicy
from home.unit_details import changing_units

SCOPED_MODELS: list[type[models.Model]] = []
"""Models of scoped snippet viewsets, filled when they are registered."""


def object_or_404(queryset: models.QuerySet[Any], pk: Any) -> Any:
    """One row of what this person may see; a foreign, a missing and a senseless key look the same."""
    try:
        found = queryset.filter(pk=pk).first()
    except (ValueError, TypeError, OverflowError) as error:
        raise Http404 from error
    if found is None:
        raise Http404
    return found


MAX_KEY = 2**63 - 1


def database_keys(texts: Iterable[str]) -> list[int]:
    """Keys out of an address, as numbers that a database can hold; anything else is not found."""
    try:
        keys = [int(text) for text in texts]
    except ValueError as error:
        raise Http404 from error
    if any(abs(key) > MAX_KEY for key in keys):
        raise Http404
    return keys


def save_on_purpose(view: Any) -> None:
    """Without drafts, Wagtail's autosave would show the public every half-typed word."""
    if not getattr(view, "draftstate_enabled", False):
        view.autosave_enabled = False


class ScopedView:
    """Stands before a view class: the object in the address, and what hangs on it, must be this person's."""

    scoped_policy: UnitPermissionPolicy
    permission_policy: Any = None
    produced_error_message: Any = None

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        if "pk" in kwargs:
            # A view that checks no right itself (workflow actions and previews) is for those who may edit.
            action = "view" if isinstance(self, PermissionCheckedMixin) else "change"
            pk = unquote(str(kwargs["pk"]))
            instance = object_or_404(self.scoped_policy.scope(request.user, action), pk)
            self._refuse_foreign_parts(instance, kwargs)
            self.permission_policy = BoundPolicy(self.scoped_policy, instance)
        super().setup(request, *args, **kwargs)  # type: ignore[misc] # a mixin: the view class follows
        save_on_purpose(self)

    @staticmethod
    def _refuse_foreign_parts(instance: Any, kwargs: dict[str, Any]) -> None:
        """Wagtail does not tie a task state to the object in the address: one could approve a foreign one by it."""
        if "task_state_id" in kwargs:
            object_or_404(TaskState.objects.for_instance(instance), kwargs["task_state_id"])
        if "workflow_state_id" in kwargs:
            object_or_404(WorkflowState.objects.for_instance(instance), kwargs["workflow_state_id"])
        if "revision_id" in kwargs:
            object_or_404(instance.revisions, kwargs["revision_id"])

    def is_valid(self, form: Any) -> bool:
        """The banner over a refused form says which fields it is about: on a phone they are screens away."""
        valid: bool = super().is_valid(form)  # type: ignore[misc] # of views with a form only
        if not valid and (names := fields_with_errors(form)) and not self.expects_json_response:  # type: ignore[attr-defined]
            words = gettext("Xem lại: %(fields)s.") % {"fields": ", ".join(names)}
            self.produced_error_message = f"{self.produced_error_message or ''} {words}".strip()
        return valid

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return super().dispatch(request, *args, **kwargs)  # type: ignore[misc] # as above
        # Wagtail saves, publishes and logs one after the other: together or not at all.
        with changing_units(user=request.user):
            return super().dispatch(request, *args, **kwargs)  # type: ignore[misc] # as above


class CheckedPublishing:
    """Before the views that make or edit: asks for the right to publish once more, about the stored object.

    On the form that makes an object Wagtail knows only the model's right: an approver of one unit who edits in another
    could publish there.
    """

    scoped_policy: UnitPermissionPolicy
    request: Any
    object: Any

    def may_publish(self, instance: Any) -> bool:
        return self.scoped_policy.user_has_permission_for_instance(self.request.user, "publish", instance)

    def publish_action(self) -> Any:
        if not self.may_publish(self.object):
            raise PermissionDenied
        return super().publish_action()  # type: ignore[misc] # a mixin: the view class follows


class ScopedIndexView(ScopedView):
    """Lists only what is visible, and offers on each row only what is allowed there."""

    def get_base_queryset(self) -> models.QuerySet[Any]:
        queryset = super().get_base_queryset()  # type: ignore[misc] # a mixin: the view class follows
        return queryset.filter(self.scoped_policy.condition(self.request.user, "view"))  # type: ignore[attr-defined]

    def get_table(self, object_list: Any) -> Any:
        self._rows = [row.pk for row in object_list]
        self._allowed: dict[str, set[Any]] = {}
        return super().get_table(object_list)  # type: ignore[misc] # as above

    def _may(self, action: str, instance: Any) -> bool:
        if action not in self._allowed:
            scope = self.scoped_policy.scope(self.request.user, action)  # type: ignore[attr-defined]
            self._allowed[action] = set(scope.filter(pk__in=self._rows).values_list("pk", flat=True))
        return instance.pk in self._allowed[action]

    def get_edit_url(self, instance: Any) -> str | None:
        return super().get_edit_url(instance) if self._may("change", instance) else None  # type: ignore[misc]

    def get_delete_url(self, instance: Any) -> str | None:
        return super().get_delete_url(instance) if self._may("delete", instance) else None  # type: ignore[misc]


class ScopedViewSetMixin:
    """Put before `SnippetViewSet` or `ModelViewSet`; a subclass names its `policy`."""

    policy: UnitPermissionPolicy
    copy_view_enabled = False
    inspect_view_enabled = True

    @property
    def permission_policy(self) -> UnitPermissionPolicy:
        return self.policy

    def construct_view(self, view_class: type, **kwargs: Any) -> Any:
        mixins: tuple[type, ...] = (
            ScopedIndexView if issubclass(view_class, generic.IndexView) else ScopedView,
        )
        if hasattr(view_class, "publish_action") and not issubclass(view_class, CheckedPublishing):
            mixins += (CheckedPublishing,)
        attributes: dict[str, Any] = {"scoped_policy": self.policy}
        if issubclass(view_class, HistoryView):
            # Who may read an object may read what was done to it: inspectors too.
            attributes["any_permission_required"] = ["add", "change", "delete", "view"]
        scoped = type(f"Scoped{view_class.__name__}", (*mixins, view_class), attributes)
        return super().construct_view(scoped, **kwargs)  # type: ignore[misc] # a mixin: the viewset follows

    @property
    def url_finder_class(self) -> type[ModelAdminURLFinder]:
        """No edit address for foreign objects: usage pages then say "private" instead of the title."""
        attributes = {
            "edit_url_name": self.get_url_name("edit"),  # type: ignore[attr-defined]
            "permission_policy": self.policy,
        }
        return type(f"{type(self).__name__}URLFinder", (ModelAdminURLFinder,), attributes)


class ScopedChooserView:
    """Put before every view of a chooser: only what this person may see can be chosen."""

    model: Any = None

    def _visible(self) -> models.QuerySet[Any]:
        policy = self.model.snippet_viewset.permission_policy
        return policy.scope(self.request.user, "view")  # type: ignore[attr-defined] # set by View.setup

    def get_object_list(self) -> models.QuerySet[Any]:
        return self._visible()

    def get_object(self, pk: Any) -> Any:
        return object_or_404(self._visible(), pk)

    def get_objects(self, pks: list[Any]) -> models.QuerySet[Any]:
        return self._visible().filter(pk__in=database_keys(pks))

    def can_create(self) -> bool:
        return False


class ScopedChooserViewSet(SnippetChooserViewSet):
    def construct_view(self, view_class: type, **kwargs: Any) -> Any:
        scoped = type(f"Scoped{view_class.__name__}", (ScopedChooserView, view_class), {})
        return super().construct_view(scoped, **kwargs)

    def get_urlpatterns(self) -> list[Any]:
        # Nothing is made inside a chooser, so that address does not exist.
        return [pattern for pattern in super().get_urlpatterns() if pattern.name != "create"]


class ScopedSnippetViewSet(ScopedViewSetMixin, SnippetViewSet):
    """A snippet whose objects belong to units."""

    chooser_viewset_class = ScopedChooserViewSet

    def on_register(self) -> None:
        super().on_register()
        SCOPED_MODELS.append(self.model)


class UnchosenSnippetViewSet(ScopedSnippetViewSet):
    """One that nothing chooses: no chooser addresses at all, plain selects in forms."""

    def register_chooser_viewset(self) -> None:
        """None."""


class ScopedModelViewSet(ScopedViewSetMixin, ModelViewSet):
    """The same for what is no snippet."""


class ScopedObjects:
    """Put before a snippet bulk action: acts on what is allowed and does not even name the rest."""

    permission_action = "change"

    @classproperty
    def models(cls) -> list[type[models.Model]]:  # noqa: N805 -- a classproperty's first argument is the class
        return SCOPED_MODELS

    @cached_property
    def _allowed_objects(self) -> list[Any]:
        policy = self.model.snippet_viewset.permission_policy  # type: ignore[attr-defined] # set by BulkAction
        request = self.request  # type: ignore[attr-defined] # as above
        queryset = policy.scope(request.user, self.permission_action)
        keys = request.GET.getlist("id")
        if "all" not in keys:
            queryset = queryset.filter(pk__in=database_keys(keys))
        found = list(queryset)
        if not found:
            raise Http404
        return found

    def get_actionable_objects(self) -> tuple[list[Any], dict[str, list[Any]]]:
        return self._allowed_objects, {"items_with_no_access": []}

    def check_perm(self, obj: Any) -> bool:
        return any(allowed.pk == obj.pk for allowed in self._allowed_objects)


class ScopedSnippetBulkAction(ScopedObjects, SnippetBulkAction):
    """For bulk actions of the portal: say `action_type`, `permission_action`, `execute_action`."""


class ScopedDeleteBulkAction(ScopedObjects, DeleteBulkAction):
    """Takes the place of Wagtail's for scoped models: registered later under the same name."""

    permission_action = "delete"


BULK_ACTIONS: list[type[BulkAction]] = [ScopedDeleteBulkAction]
