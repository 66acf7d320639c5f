"""Digests leave on working days, once it is seven in the morning; what is new later that day, with the next run."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from home.jobs import scheduled
from procedures.boards.digests import send_digests


@scheduled("send_digests", label=_("Thư tổng hợp việc niêm yết"), every=timedelta(hours=1))
def digests() -> str:
    run = send_digests()
    said = str(_("Đã gửi %(sent)d thư.") % {"sent": run.sent})
    if run.failed:
        said += " " + str(_("%(failed)d thư chưa gửi được, lần sau gửi lại.") % {"failed": run.failed})
    return said
