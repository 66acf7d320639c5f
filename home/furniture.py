"""What stands on every page: menu, foot, notices. One context processor, lazy: a page that shows none asks nothing.

Apps say what of theirs belongs in menu and foot by `add_entry` when they start; what is not installed is not there.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from home.desk_hours import HoursView, hours_view, portal_calendar, week_line
from home.models import Desk, PortalSettings

Words = str | Promise


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One place to go to. No `menu`: only in the foot; no `foot`: only in the menu."""

    order: int
    url_name: str
    menu: Words = field(default="", compare=False)
    foot: Words = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Link:
    label: Words
    url: str
    is_current: bool = False


_entries: list[Entry] = [
    Entry(20, "units", menu=gettext_lazy("Đơn vị"), foot=gettext_lazy("Xã, phường và sở, ngành"))
]


def add_entry(entry: Entry) -> None:
    if entry not in _entries:
        insort(_entries, entry)


def entries() -> Sequence[Entry]:
    return tuple(_entries)


class Furniture:
    """`portal` in every template."""

    def __init__(self, request: HttpRequest) -> None:
        self._path = request.path
        self.province = settings.PORTAL_PROVINCE_NAME
        self.base_url = settings.PORTAL_BASE_URL
        self.is_demo = settings.PORTAL_DEMO

    @property
    def canonical(self) -> str:
        """The address without parameters; a page with another one says it in its block."""
        return f"{self.base_url}{self._path}"

    @cached_property
    def menu(self) -> Sequence[Link]:
        links = [(entry.menu, reverse(entry.url_name)) for entry in _entries if entry.menu]
        return [Link(words, url, self._path.startswith(url)) for words, url in links]

    @cached_property
    def foot(self) -> Sequence[Link]:
        return [Link(entry.foot, reverse(entry.url_name)) for entry in _entries if entry.foot]

    @property
    def notice(self) -> dict[str, str]:
        """What demo mode says on every page; empty otherwise."""
        if not settings.PORTAL_DEMO:
            return {}
        if settings.PORTAL_REAL_DATA:
            return {
                "head": _("Dữ liệu thật, đơn vị mẫu."),
                "text": _(
                    "Thủ tục lấy từ danh mục chính thức; nơi nộp, giờ làm việc và điện thoại chỉ để minh họa."
                ),
            }
        return {
            "head": _("Dữ liệu mẫu."),
            "text": _("Trang này để dùng thử; nơi nộp, giờ làm việc và điện thoại chỉ để minh họa."),
        }

    @cached_property
    def settings(self) -> PortalSettings:
        """Of the one site there is; defaults before anybody has saved any."""
        found = (
            PortalSettings.objects.filter(site__is_default_site=True)
            .select_related("help_desk")
            .prefetch_related("help_desk__hours")
            .first()
        )
        return found or PortalSettings()

    @property
    def help_desk(self) -> Desk | None:
        return self.settings.help_desk

    @property
    def help_desk_hours(self) -> HoursView | None:
        """Its week, for a page that sends readers to it. One query, the calendar's."""
        desk = self.help_desk
        return hours_view(desk, calendar=portal_calendar(), today=timezone.localdate()) if desk else None

    @property
    def help_hours(self) -> str:
        """ "Thứ Hai – thứ Sáu, 7:00–11:30 và 13:30–17:00" """
        return week_line(self.help_desk) if self.help_desk else ""


def context(request: HttpRequest) -> dict[str, Any]:
    return {"portal": Furniture(request)}
