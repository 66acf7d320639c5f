"""The controller's board as a page, and as a panel of the first page for all who see the whole province."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views import View
from wagtail.admin.ui.components import Component
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from procedures.boards.controller_board import GLANCE_SECONDS, controller_board

RIGHT = "procedures.change_competence"
"""Of those who mend official texts and the table of competence: controllers and administrators."""
PANEL_SECTIONS = 6


class ControllerBoardView(PermissionRequiredMixin, WagtailAdminTemplateMixin, View):
    permission_required = RIGHT
    raise_exception = True
    page_title = _("Bảng việc của kiểm soát thủ tục")
    header_icon = "tasks"
    template_name = "procedures/admin/board_controller_page.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.render_to_response(self.get_context_data(board=controller_board()))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Reckons anew what is otherwise kept for minutes."""
        controller_board(anew=True)
        return redirect(request.path)


class ProvinceBoardPanel(Component):
    """Of the controller: what waits, in few lines. Of inspectors: the state of the province."""

    name = "province_board"
    template_name = "procedures/admin/board_home_controller.html"
    order = 50

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        user = parent_context["request"].user
        board = controller_board(max_age=GLANCE_SECONDS)
        controls = user.has_perm(RIGHT)
        return {
            "board": board,
            "controls": controls,
            "sections": board.sections[:PANEL_SECTIONS] if controls else (),
            "more": len(board.sections) > PANEL_SECTIONS,
        }
