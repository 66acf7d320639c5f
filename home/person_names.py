"""Names of people in the order of their language.

`first_name` holds the family and middle names, `last_name` the given one: so every "first last" that Django and
Wagtail write reads as a Vietnamese name, and sorting by `last_name` sorts by the given name, as is usual.
"""

from __future__ import annotations

from typing import Any

from wagtail.admin.ui.sidebar import MainMenuModule

_stock_js_args = MainMenuModule.js_args


def js_args(self: MainMenuModule) -> list[Any]:
    """The side bar shows the whole name; Wagtail's shows `first_name`, which would be the family name alone."""
    items, account_items, person = _stock_js_args(self)
    return [items, account_items, {**person, "name": self.user.get_full_name() or self.user.get_username()}]


def install() -> None:
    MainMenuModule.js_args = js_args
