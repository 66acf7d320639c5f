"""Registers the screen of a unit's booklets."""

from __future__ import annotations

from typing import Any

from django.urls import path
from wagtail import hooks

from procedures.views import booklets


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    return [path("niem-yet/<slug:slug>/so-tay/", booklets.BookletsView.as_view(), name="unit_booklets")]
