"""Registers the screens of differences and what the log calls their actions."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from procedures.divergence.settling import KEPT, TAKEN
from procedures.views import divergence, exchange


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    return [
        path("khac-biet/", divergence.index, name="divergence"),
        path("khac-biet/<int:page_id>/", divergence.procedure, name="divergence_procedure"),
    ]


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    actions.register_action(TAKEN, _("Lấy bản quốc gia vào bản nháp"), _("Đã lấy bản quốc gia vào bản nháp"))
    actions.register_action(KEPT, _("Giữ bản của cổng"), _("Đã giữ bản của cổng, khác bản quốc gia"))


class DivergenceMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return exchange.may_exchange(request.user)


@hooks.register("register_admin_menu_item")
def divergence_item() -> MenuItem:
    return DivergenceMenuItem(
        _("Khác bản quốc gia"),
        reverse_lazy("divergence"),
        name="divergence",
        icon_name="resubmit",
        order=270,
    )
