"""Choosers without inline scripts: Wagtail 7.4 still writes one for every chooser that Django renders."""

from __future__ import annotations

import json
import re
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from wagtail.admin.widgets.chooser import BaseChooser

CALL = re.compile(r"^(?:new )?(?P<name>\w+)\((?P<args>.*)\);$", re.DOTALL)


def starter(name: str, args: list[Any]) -> SafeString:
    """The element that `p-init.js` turns into a call."""
    return format_html(
        '<span hidden data-controller="p-init" data-p-init-call-value="{}" data-p-init-args-value="{}"></span>',
        name,
        json.dumps(args),
    )


def render(self: BaseChooser, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
    """`BaseChooser.render`, with the call as data instead of a script."""
    value_data = self.get_value_data(value)
    html = self.render_html(name, value_data, attrs)
    call = CALL.match(self.render_js_init(attrs["id"], name, value_data))
    if call is None:
        raise ValueError(f"{type(self).__name__}.render_js_init is no single call")
    return mark_safe(html + starter(call["name"], json.loads(f"[{call['args']}]")))  # noqa: S308 -- both are escaped HTML


def install() -> None:
    BaseChooser.render = render
