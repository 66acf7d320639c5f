"""Off unless the operator switches it on: the portal asks nobody outside by itself."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from home.jobs import scheduled
from procedures.link_checks.rounds import check, due, gather


@scheduled("check_links", label=_("Kiểm tra liên kết ngoài"), every=timedelta(minutes=10))
def check_links() -> str:
    if not settings.PORTAL_CHECK_LINKS:
        return str(_("Đang tắt (PORTAL_CHECK_LINKS)."))
    fresh = gather()
    checked = [check(row) for row in due()]
    dead = sum(row.is_dead for row in checked)
    return str(
        _("%(fresh)d địa chỉ mới, hỏi %(checked)d, %(dead)d không mở được.")
        % {"fresh": fresh, "checked": len(checked), "dead": dead}
    )
