"""What stands on the screen "Niêm yết" of one unit: filters parsed once, rows with their state, counts per tab."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from procedures.completeness.obligations import Duty
from procedures.listings.state import Listed, ListingState, UnitListingState
from procedures.models import ProcedurePage
from search.lists import Wanted, wanted
from search.text import fold

PER_PAGE = 50
LONGEST_QUERY = 200


class Tab(StrEnum):
    MISSING = "con-thieu"
    OUTDATED = "loi-thoi"
    CURRENT = "dung-va-moi"
    DRAFTS = "ban-nhap"
    WITHDRAWN = "da-go"
    ALL = "tat-ca"


TAB_LABELS = {
    Tab.MISSING: _("Còn thiếu"),
    Tab.OUTDATED: _("Nội dung đã cũ"),
    Tab.CURRENT: _("Đúng và mới"),
    Tab.DRAFTS: _("Bản nháp"),
    Tab.WITHDRAWN: _("Đã gỡ"),
    Tab.ALL: _("Tất cả"),
}


class Term(StrEnum):
    """Of what is missing: whether its deadline is over."""

    ANY = ""
    IN_TIME = "con-han"
    OVER = "qua-han"


TERM_LABELS = {
    Term.ANY: _("Còn hạn và quá hạn"),
    Term.IN_TIME: _("Còn trong hạn"),
    Term.OVER: _("Đã quá hạn"),
}

STATE_LABELS = {
    ListingState.LIVE: _("Đang niêm yết"),
    ListingState.OUTDATED: _("Nội dung đã cũ"),
    ListingState.DRAFT: _("Bản nháp"),
    ListingState.WITHDRAWN: _("Đã gỡ"),
}


@dataclass(frozen=True, slots=True)
class ScreenFilters:
    """What the address asks for; what is unknown or absurd is as if not asked."""

    tab: Tab = Tab.MISSING
    q: str = ""
    subject: str = ""
    term: Term = Term.ANY
    page: int = 1

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> ScreenFilters:
        loc, term = query.get("loc", ""), query.get("han", "")
        page = query.get("p", "")
        tab = Tab(loc) if loc in set(Tab) else Tab.MISSING
        return cls(
            tab=tab,
            term=Term(term) if tab is Tab.MISSING and term in set(Term) else Term.ANY,
            q=" ".join(query.get("q", "").replace("\x00", " ").split())[:LONGEST_QUERY],
            subject=query.get("linh-vuc", "")[:120],
            page=int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
        )

    def query(self, **changes: str) -> str:
        values = {
            "loc": str(self.tab),
            "han": str(self.term),
            "q": self.q,
            "linh-vuc": self.subject,
        } | changes
        return urlencode({name: value for name, value in values.items() if value})


@dataclass(frozen=True, slots=True)
class ScreenRow:
    procedure: int
    code: str
    title: str
    subject: str
    subject_slug: str
    folded: str
    duty: Duty | None
    listed: Listed | None
    day: date

    @property
    def state_label(self) -> Any:
        return STATE_LABELS[self.listed.state] if self.listed else _("Chưa niêm yết")

    @property
    def tone(self) -> str:
        """Which of the four colours: ok, old, miss, late; "none" for what is not owed and not public."""
        if self.listed is not None and self.listed.is_live:
            return "old" if self.listed.state is ListingState.OUTDATED else "ok"
        if self.duty is None:
            return "none"
        return "late" if self.is_late else "miss"

    @property
    def is_late(self) -> bool:
        return self.duty is not None and self.duty.is_late(self.day)

    @property
    def is_missing(self) -> bool:
        return self.duty is not None and not (self.listed and self.listed.is_live)

    @property
    def can_list(self) -> bool:
        return self.is_missing and not self.is_withdrawn

    @property
    def can_confirm(self) -> bool:
        return self.listed is not None and self.listed.state is ListingState.OUTDATED

    @property
    def is_withdrawn(self) -> bool:
        return self.listed is not None and self.listed.state is ListingState.WITHDRAWN

    @property
    def is_live(self) -> bool:
        return self.listed is not None and self.listed.is_live

    @property
    def official_since(self) -> datetime | None:
        """Since when the official text says something else than the unit confirmed, where that is known."""
        listed = self.listed
        if listed is None or not self.can_confirm or listed.official_since is None:
            return None
        known = listed.confirmed_at is None or listed.official_since > listed.confirmed_at
        return listed.official_since if known else None


@dataclass(frozen=True, slots=True)
class SubjectChoice:
    slug: str
    name: str
    count: int


@dataclass(frozen=True)
class Screen:
    state: UnitListingState
    filters: ScreenFilters
    rows: list[ScreenRow]
    """All that fit the filters, by field and title; the view cuts the page."""
    counts: Mapping[Tab, int]
    subjects: list[SubjectChoice] = field(default_factory=list)


def build_screen(state: UnitListingState, filters: ScreenFilters) -> Screen:
    """One query for the names; everything else is known from `state`."""
    of_tab: dict[Tab, frozenset[int]] = {
        Tab.MISSING: state.missing,
        Tab.OUTDATED: state.outdated,
        Tab.CURRENT: state.current,
        Tab.DRAFTS: state.drafts,
        Tab.WITHDRAWN: state.withdrawn,
        Tab.ALL: frozenset(state.owed) | frozenset(state.listings),
    }
    asked = wanted(filters.q, kind="thu-tuc") if filters.q else None
    of_term = {
        Term.ANY: of_tab[filters.tab],
        Term.IN_TIME: state.missing - state.late,
        Term.OVER: state.late,
    }
    rows = sorted(_rows(state, of_term[filters.term]), key=lambda r: (fold(r.subject) or "~", r.folded))
    return Screen(
        state=state,
        filters=filters,
        rows=[row for row in rows if _fits(row, filters.subject, asked)],
        counts={tab: len(pks) for tab, pks in of_tab.items()},
        subjects=_subjects(rows),
    )


def _rows(state: UnitListingState, wanted: Iterable[int]) -> list[ScreenRow]:
    columns = ("pk", "code", "title", "subject__name", "subject__slug", "search_key")
    found = ProcedurePage.objects.filter(pk__in=list(wanted)).order_by().values_list(*columns)
    return [
        ScreenRow(
            pk, code, title, subject or "", slug or "", key or fold(title),
            state.owed.get(pk), state.listings.get(pk), state.day,
        )
        for pk, code, title, subject, slug, key in found
    ]  # fmt: skip


def _fits(row: ScreenRow, subject: str, asked: Wanted | None) -> bool:
    if subject and row.subject_slug != subject:
        return False
    return asked is None or asked.fits(row.code, row.folded)


def _subjects(rows: Iterable[ScreenRow]) -> list[SubjectChoice]:
    counted: dict[tuple[str, str], int] = {}
    for row in rows:
        if row.subject_slug:
            key = (row.subject_slug, row.subject)
            counted[key] = counted.get(key, 0) + 1
    return [
        SubjectChoice(slug, name, n)
        for (slug, name), n in sorted(counted.items(), key=lambda c: fold(c[0][1]))
    ]
