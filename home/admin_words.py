"""Words of Wagtail's admin that no catalogue reaches: labels made from names of fields, or translated before a language is on.

A browser test walks through the admin and names what a new release of Wagtail adds (tests/e2e/test_admin_vietnamese.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import Permission
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FORM_LABELS: dict[str, Promise] = {
    "link_text": _("Chữ của đường dẫn"),
    "email_address": _("Địa chỉ thư điện tử"),
    "subject": _("Tiêu đề thư"),
    "body": _("Nội dung thư"),
    "phone_number": _("Số điện thoại"),
    "format": _("Cách đặt"),
    "image_is_decorative": _("Ảnh chỉ để trang trí"),
    "alt_text": _("Chữ thay ảnh"),
}
SITE_COLUMNS: dict[str, Promise] = {
    "port": _("Cổng mạng"),
    "site_name": _("Tên trang"),
    "root_page": _("Trang gốc"),
}
ACTIONS = {
    "add": "Thêm",
    "change": "Sửa",
    "delete": "Xóa",
    "view": "Xem",
    "publish": "Xuất bản",
    "lock": "Khóa",
    "unlock": "Mở khóa",
    "choose": "Chọn",
}
"""Written into rows, like the names that Django writes: in the language of the portal."""
PAGE_PERMISSIONS = {
    "add_page": "Thêm trang",
    "change_page": "Sửa trang",
    "delete_page": "Xóa trang",
    "bulk_delete_page": "Xóa trang cùng các trang con",
    "lock_page": "Khóa trang, mở khóa trang mình đã khóa",
    "publish_page": "Xuất bản trang",
    "unlock_page": "Mở khóa mọi trang",
    "view_page": "Xem trang",
}
_ENGLISH_NAME = re.compile(r"Can (?P<action>[a-z]+) ")


def install() -> None:
    """Called once when the apps are ready."""
    from wagtail.admin.forms import choosers
    from wagtail.admin.views.generic.models import InspectView
    from wagtail.admin.views.pages.search import SearchView
    from wagtail.admin.viewsets.chooser import ChooserViewSet
    from wagtail.images.forms import ImageInsertionForm
    from wagtail.sites.views import IndexView
    from wagtail.users.views.bulk_actions.assign_role import RoleForm

    # Any: Wagtail is untyped about lazy texts.
    chooser: Any = ChooserViewSet
    chooser.choose_one_text = _("Chọn")
    chooser.choose_another_text = _("Chọn mục khác")
    chooser.edit_item_text = _("Sửa")
    for form in (
        choosers.ExternalLinkChooserForm,
        choosers.AnchorLinkChooserForm,
        choosers.EmailLinkChooserForm,
        choosers.PhoneLinkChooserForm,
        ImageInsertionForm,
    ):
        _label(form)
    search: Any = SearchView
    search.verbose_name_plural = _("trang")
    RoleForm.base_fields["role"].label = _("Vai trò")
    inspect: Any = InspectView
    stock = inspect.get_field_display_value

    def spoken_value(view: Any, name: str, field: Any) -> Any:
        value = stock(view, name, field)
        if isinstance(value, bool):
            return _("Có") if value else _("Không")
        return "" if value is None else value

    inspect.get_field_display_value = spoken_value
    for column in IndexView.columns:
        column.label = SITE_COLUMNS.get(column.name, column.label)


def _label(form: type[forms.Form]) -> None:
    for name, field in form.base_fields.items():
        field.label = FORM_LABELS.get(name, field.label)  # type: ignore[assignment]  # a lazy text is one


def name_permissions() -> None:
    """Django names permissions in English for good; the form of a group shows these names."""
    with translation.override(settings.LANGUAGE_CODE):
        renamed = [*_renamed(), *_renamed_pages()]
    Permission.objects.bulk_update(renamed, ["name"])


def _renamed() -> Iterator[Permission]:
    for permission in Permission.objects.filter(name__startswith="Can ").select_related("content_type"):
        found = _ENGLISH_NAME.match(permission.name)
        model = permission.content_type.model_class()
        if found is None or model is None or found["action"] not in ACTIONS:
            continue
        permission.name = f"{ACTIONS[found['action']]} {model._meta.verbose_name}"[:255]
        yield permission


def _renamed_pages() -> Iterator[Permission]:
    found = Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=PAGE_PERMISSIONS)
    for permission in found:
        permission.name = PAGE_PERMISSIONS[permission.codename]
        yield permission
