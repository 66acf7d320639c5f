"""The one workflow of listings; made the same by every run."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import GroupApprovalTask, Workflow, WorkflowContentType, WorkflowPage, WorkflowTask

from procedures.models import Listing, UnitApprovalTask

WORKFLOW_NAME = "Duyệt niêm yết tại đơn vị"
TASK_NAME = "Người phê duyệt của đơn vị"
WAGTAIL_DEFAULT_WORKFLOW = "Moderators approval"


@transaction.atomic
def ensure_approval_workflow() -> Workflow:
    """One workflow, one task, assigned to listings. Wagtail's ready-made one for pages goes: nobody is a moderator."""
    task = UnitApprovalTask.objects.order_by("pk").first() or UnitApprovalTask.objects.create(name=TASK_NAME)
    workflow, _created = Workflow.objects.get_or_create(name=WORKFLOW_NAME)
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task.task_ptr, defaults={"sort_order": 0})
    WorkflowContentType.objects.update_or_create(
        content_type=ContentType.objects.get_for_model(Listing), defaults={"workflow": workflow}
    )
    stock = Workflow.objects.filter(name=WAGTAIL_DEFAULT_WORKFLOW, workflow_states=None)
    WorkflowPage.objects.filter(workflow__in=stock).delete()
    GroupApprovalTask.objects.filter(workflow_tasks__workflow__in=stock, task_states=None).update(
        active=False
    )
    stock.delete()
    return workflow
