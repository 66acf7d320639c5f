"""Bulk publishing in the admin: what may be published is, what lacks a part is named and left as it was."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.models import Page

from home.guarded_pages import PublishPages
from procedures.editing.publishing import PublishRefused

NAMED = 10


class PublishProceduresBulkAction(PublishPages):
    def get_execution_context(self) -> dict[str, Any]:
        self.refused: list[PublishRefused] = []
        return {**super().get_execution_context(), "refused": self.refused}

    @classmethod
    def execute_action(
        cls,
        objects: Iterable[Page],
        include_descendants: bool = False,
        user: Any = None,
        refused: list[PublishRefused] | None = None,
        **kwargs: Any,
    ) -> tuple[int, int]:
        """One page at a time, each whole or not at all."""
        kept = [] if refused is None else refused
        parents = children = 0
        for page in objects:
            parents += cls._publish(page, user, kept)
            if include_descendants:
                for below in page.get_descendants().not_live().specific().iterator():
                    if user is None or below.permissions_for_user(user).can_publish():
                        children += cls._publish(below, user, kept)
        return parents, children

    @staticmethod
    def _publish(page: Page, user: Any, refused: list[PublishRefused]) -> int:
        try:
            with transaction.atomic():
                revision = page.get_latest_revision() or page.specific.save_revision(user=user)
                revision.publish(user=user)
        except PublishRefused as error:
            refused.append(error)
            return 0
        return 1

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str | None:
        if self.refused:
            names = "; ".join(f"{error.page.code} {error.page.title}" for error in self.refused[:NAMED])
            messages.error(
                self.request,
                _("%(count)d thủ tục chưa được đăng vì còn thiếu phần bắt buộc: %(names)s%(more)s")
                % {
                    "count": len(self.refused),
                    "names": names,
                    "more": " …" if len(self.refused) > NAMED else "",
                },
            )
        if not num_parent_objects and not num_child_objects:
            return None
        return str(super().get_success_message(num_parent_objects, num_child_objects))
