"""Jobs of the platform itself: scheduled publishing, and what would grow for ever."""

from __future__ import annotations

import logging
from datetime import time, timedelta
from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.apps import apps
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult
from wagtail.log_actions import log
from wagtail.models import DraftStateMixin, Page, Revision

from home.jobs import scheduled
from procedures.editing.publishing import PublishRefused

logger = logging.getLogger(__name__)

KEEP_LOGINS = timedelta(days=90)
KEEP_TASKS = timedelta(days=14)


@scheduled("publish_scheduled", label=_("Xuất bản và gỡ theo giờ hẹn"), every=timedelta(minutes=1))
def publish_scheduled() -> str:
    """As Wagtail's command of that name, but each object whole by itself: one that can't go doesn't hold up the others."""
    problems: list[str] = []
    withdrawn = sum(_withdraw(item, problems) for item in _expired())
    published = sum(_publish(revision, problems) for revision in _due())
    if problems:
        raise RuntimeError("; ".join(problems))
    return str(
        _("%(published)d bản được đăng, %(withdrawn)d bản được gỡ.")
        % {"published": published, "withdrawn": withdrawn}
    )


def _expired() -> list[Any]:
    models = [Page] + [
        model
        for model in apps.get_models()
        if issubclass(model, DraftStateMixin) and not issubclass(model, Page)
    ]
    return [
        item
        for model in models
        for item in model._default_manager.filter(live=True, expire_at__lt=timezone.now()).order_by(
            "expire_at"
        )
    ]


def _due() -> list[Revision]:
    return list(
        Revision.objects.filter(approved_go_live_at__lt=timezone.now()).order_by("approved_go_live_at")
    )


def _withdraw(item: Any, problems: list[str]) -> bool:
    try:
        with transaction.atomic():
            item.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    except Exception as error:
        logger.exception("Could not withdraw %r", item)
        problems.append(f"{item}: {error}")
        return False
    return True


def _publish(revision: Revision, problems: list[str]) -> bool:
    try:
        with transaction.atomic():
            revision.publish(log_action="wagtail.publish.scheduled")
    except PublishRefused as refused:
        # It would be refused again every minute: the appointment ends, the draft stays, its history says why.
        with transaction.atomic():
            Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=None)
            log(
                refused.page,
                "procedures.publish.refused",
                data={"missing": [rule.code for rule in refused.missing]},
                revision=revision,
            )
        logger.warning("Scheduled publishing refused: %s", refused)
        return False
    except Exception as error:
        logger.exception("Could not publish revision %s", revision.pk)
        problems.append(f"{revision.object_str}: {error}")
        return False
    return True


@scheduled("clear_sessions", label=_("Dọn phiên đăng nhập đã hết hạn"), at=time(3, 10))
def clear_sessions() -> str:
    call_command("clearsessions")
    return ""


@scheduled("clear_logins", label=_("Dọn nhật ký đăng nhập cũ"), at=time(3, 20))
def clear_logins() -> str:
    before = timezone.now() - KEEP_LOGINS
    count = sum(
        model._default_manager.filter(attempt_time__lt=before).delete()[0]
        for model in (AccessAttempt, AccessFailureLog, AccessLog)
    )
    return str(_("%(count)d dòng.") % {"count": count})


@scheduled("clear_tasks", label=_("Dọn việc nền đã xong"), at=time(3, 30))
def clear_tasks() -> str:
    before = timezone.now() - KEEP_TASKS
    count, _by_model = DBTaskResult.objects.finished().filter(finished_at__lt=before).delete()
    return str(_("%(count)d việc.") % {"count": count})
