"""The curator's page as its address asks for it: which list, which period, which page. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import urlencode

PERIODS: Final = (7, 30, 90, 365)
USUAL_PERIOD: Final = 30
MOST_PAGES: Final = 40
WEEKLY_FROM: Final = 91
"""Days of a period from which its trend is drawn by weeks."""


class Tab(StrEnum):
    ASKED = ""
    UNFOUND = "khong-thay"
    UNOPENED = "khong-mo"


@dataclass(frozen=True, slots=True)
class Choice:
    tab: Tab = Tab.ASKED
    days: int = USUAL_PERIOD
    page: int = 1

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> Choice:
        """What is unknown or absurd is as if not asked."""
        tab, days, page = query.get("loc", ""), query.get("ky", ""), query.get("p", "")
        return cls(
            tab=Tab(tab) if tab in set(Tab) else Tab.ASKED,
            days=int(days) if days in {str(period) for period in PERIODS} else USUAL_PERIOD,
            page=min(int(page), MOST_PAGES) if page.isascii() and page.isdigit() and 0 < len(page) < 4 else 1,
        )

    def query(self, **changes: object) -> str:
        """The address's parameters with these changes; a change of list or period begins at the first page."""
        asked = replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]  # names and types of the fields
        values = {
            "loc": asked.tab.value,
            "ky": "" if asked.days == USUAL_PERIOD else str(asked.days),
            "p": "" if asked.page <= 1 else str(asked.page),
        }
        return urlencode({name: value for name, value in values.items() if value})

    def since(self, today: date) -> date:
        """First day; today is the last."""
        return today - timedelta(days=self.days - 1)


def spans(since: date, until: date) -> list[tuple[date, date]]:
    """Days of a short period, weeks (the last one ending at `until`) of a long one; first and last day of each."""
    length = (until - since).days + 1
    size = 7 if length >= WEEKLY_FROM else 1
    ends = [until - timedelta(days=size * number) for number in range(-(-length // size))]
    return [(max(since, end - timedelta(days=size - 1)), end) for end in reversed(ends)]
