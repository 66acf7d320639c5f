"""UnitApprovalTask: a listing's own words wait for an approver of its unit, and of no other."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.models import Task, TaskState

from procedures.listings.rights import LISTING_POLICY


class UnitApprovalTask(Task):
    class Meta:
        verbose_name = _("duyệt tại đơn vị")
        verbose_name_plural = _("duyệt tại đơn vị")

    def _approves(self, user: Any, obj: Any) -> bool:
        return LISTING_POLICY.user_has_permission_for_instance(user, "publish", obj)

    def user_can_access_editor(self, obj: Any, user: Any) -> bool:
        return self._approves(user, obj)

    def locked_for_user(self, obj: Any, user: Any) -> bool:
        """What lies with the approver doesn't change under their hands; the editor may call it back."""
        return not self._approves(user, obj)

    def user_can_lock(self, obj: Any, user: Any) -> bool:
        return self._approves(user, obj)

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, Any, bool]]:
        if not self._approves(user, obj):
            return []
        return [
            ("reject", _("Trả lại để sửa"), True),
            ("approve", _("Duyệt"), False),
            ("approve", _("Duyệt kèm ý kiến"), True),
        ]

    def on_action(self, task_state: TaskState, user: Any, action_name: str, **kwargs: Any) -> Any:
        """Asks once more, about the object of the task state itself.

        The address of a workflow action names an object and a task state; Wagtail doesn't check that they belong
        together. `ScopedView` does; should anything else ever call this, it ends here.
        """
        if not self._approves(user, task_state.workflow_state.content_object):
            raise PermissionDenied
        return super().on_action(task_state, user, action_name, **kwargs)

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> QuerySet[TaskState]:
        return TaskState.objects.filter(
            status=TaskState.STATUS_IN_PROGRESS,
            task=self.task_ptr,
            workflow_state__listing__in=LISTING_POLICY.scope(user, "publish"),
        )

    @classmethod
    def get_description(cls) -> str:
        return str(_("Người phê duyệt của chính đơn vị duyệt phần chữ riêng của niêm yết."))
