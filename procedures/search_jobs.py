"""What the worker does so that the search follows the calendar."""

from __future__ import annotations

from datetime import time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from home.jobs import scheduled
from procedures.search_changes import record_turned


@scheduled(
    "search_procedures_turned", label=gettext_lazy("Thủ tục đến ngày đổi, cho tìm kiếm"), at=time(0, 2)
)
@transaction.atomic
def search_procedures_turned() -> str:
    """A day that comes changes what is in force, and nobody saves anything."""
    return _("%(count)d thủ tục.") % {"count": record_turned(timezone.localdate())}
