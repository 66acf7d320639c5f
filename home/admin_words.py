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
_ENGLISH_NAME = re.compile(r"Can (?P<action>[a-z]+) ")


def install() -> None:
    """Called once when the apps are ready."""
    from wagtail.admin.forms import choosers
    from wagtail.admin.viewsets.chooser import ChooserViewSet
    from wagtail.images.forms import ImageInsertionForm
    from wagtail.sites.views import IndexView

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
    for column in IndexView.columns:
        column.label = SITE_COLUMNS.get(column.name, column.label)


def _label(form: type[forms.Form]) -> None:
    for name, field in form.base_fields.items():
        field.label = FORM_LABELS.get(name, field.label)  # type: ignore[assignment]  # a lazy text is one


def name_permissions() -> None:
    """Django names permissions in English for good; the form of a group shows these names."""
    with translation.override(settings.LANGUAGE_CODE):
        renamed = list(_renamed())
    Permission.objects.bulk_update(renamed, ["name"])


def _renamed() -> Iterator[Permission]:
    for permission in Permission.objects.filter(name__startswith="Can ").select_related("content_type"):
        found = _ENGLISH_NAME.match(permission.name)
        model = permission.content_type.model_class()
        if found is None or model is None or found["action"] not in ACTIONS:
            continue
        permission.name = f"{ACTIONS[found['action']]} {model._meta.verbose_name}"[:255]
        yield permission
