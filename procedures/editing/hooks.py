"""Registers what surrounds the editor of procedures: forms, bulk publishing, copying refused."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import path, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.models import Page
from wagtail.snippets.models import register_snippet

from procedures.editing.bulk_publishing import PublishProceduresBulkAction
from procedures.models import ProcedurePage
from procedures.views import editor, exchange
from procedures.viewsets.controlled_forms import ControlledFormViewSet, refuse_deletion

register_snippet(ControlledFormViewSet)
hooks.register("before_delete_snippet", refuse_deletion)

# Takes the place of Wagtail's own: the same type, registered later.
hooks.register("register_bulk_action", PublishProceduresBulkAction, order=1000)


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    return [
        path("thu-tuc/<int:page_id>/con-thieu/", editor.missing, name="procedure_missing"),
        path("danh-muc/", exchange.index, name="catalogue_exchange"),
        path("danh-muc/tai-ve/", exchange.download, name="catalogue_download"),
        path("danh-muc/mau-trong/", exchange.template, name="catalogue_template"),
        path("danh-muc/nhap/<int:run_id>/", exchange.run, name="catalogue_import"),
    ]


class ExchangeMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return exchange.may_exchange(request.user)


@hooks.register("register_admin_menu_item")
def exchange_item() -> MenuItem:
    return ExchangeMenuItem(
        gettext_lazy("Nhập, xuất"),
        reverse_lazy("catalogue_exchange"),
        name="catalogue-exchange",
        icon_name="download",
        order=260,
    )


@hooks.register("insert_editor_js")
def editor_script() -> str:
    return format_html('<script src="{}"></script>', static("procedures/editor.js"))


@hooks.register("before_copy_page")
def refuse_copy(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A code belongs to one procedure: a copy could not be saved."""
    if not issubclass(page.specific_class or Page, ProcedurePage):
        return None
    messages.error(request, _("Không sao chép được thủ tục: mỗi mã chỉ có một trang."))
    return redirect("wagtailadmin_explore", page.get_parent().pk)


def log_actions(actions: Any) -> None:
    actions.register_action(
        "procedures.publish.refused",
        _("Dừng xuất bản vì còn thiếu"),
        _("Xuất bản hẹn giờ bị dừng: thủ tục còn thiếu phần bắt buộc"),
    )
    actions.register_action("procedures.form.version", _("Thêm bản"), _("Thêm một bản mới của mẫu"))


hooks.register("register_log_actions", log_actions)
