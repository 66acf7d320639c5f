"""The sitemap: an index, and one part each for the home page, units, procedures and listings.

Addresses are written from plain values, so that 40,000 listings cost one query a page. In demo mode robots are kept out of
everything, and every page says noindex: sample desks and telephone numbers must not be found by search engines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from home.models import HomePage, Unit
from procedures.models import Listing, ProcedurePage

PART_SIZE = 10_000
"""Addresses in one file; the protocol allows 50,000."""


class Entry(NamedTuple):
    path: str
    changed: datetime | None = None


class _Part(Sitemap):
    """Entries of `rows`, a query set of plain values, through `entry`."""

    limit = PART_SIZE

    def location(self, item: Entry) -> str:
        return item.path

    def lastmod(self, item: Entry) -> date | None:
        return item.changed.date() if item.changed else None

    def get_protocol(self, protocol: str | None = None) -> str:
        return settings.PORTAL_BASE_URL.partition("://")[0]

    def get_domain(self, site: object = None) -> str:
        return settings.PORTAL_BASE_URL.partition("://")[2]

    def number_of_pages(self) -> int:
        return self.paginator.num_pages


class _Rows:
    """A query set of tuples whose slices are entries: only the asked part is read and worded."""

    ordered = True

    def __init__(self, rows: Any, entry: Callable[..., Entry]) -> None:
        self._rows, self._entry = rows, entry

    def count(self) -> int:
        return self._rows.count()

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, part: slice) -> list[Entry]:
        return [self._entry(*row) for row in self._rows[part]]

    def __iter__(self) -> Iterator[Entry]:
        return iter(self[:])


class FrontPages(_Part):
    def items(self) -> list[Entry]:
        home = HomePage.objects.live().values_list("last_published_at", flat=True).first()
        return [Entry("/", home), Entry(reverse("units")), Entry(reverse("catalogue"))]


class Units(_Part):
    def items(self) -> _Rows:
        rows = (
            Unit.objects.active()
            .listing_units()
            .order_by("pk")
            .values_list("slug", "latest_revision__created_at")
        )
        return _Rows(rows, lambda slug, changed: Entry(reverse("unit", args=[slug]), changed))


class Procedures(_Part):
    """Ended ones keep their page, out of lists: they are not here."""

    def items(self) -> _Rows:
        rows = ProcedurePage.objects.listed_publicly().order_by("pk").values_list("code", "last_published_at")
        return _Rows(rows, lambda code, changed: Entry(reverse("procedure", args=[code]), changed))


class Listings(_Part):
    def items(self) -> _Rows:
        today = timezone.localdate()
        rows = (
            Listing.objects.live()
            .filter(
                unit__in=Unit.objects.active(today), procedure__in=ProcedurePage.objects.listed_publicly()
            )
            .order_by("pk")
            .values_list("unit__slug", "procedure__code", "confirmed_at")
        )
        return _Rows(rows, lambda slug, code, changed: Entry(reverse("listing", args=[slug, code]), changed))


PARTS: dict[str, type[_Part]] = {
    "trang": FrontPages,
    "don-vi": Units,
    "thu-tuc": Procedures,
    "niem-yet": Listings,
}


def sitemap_index(request: HttpRequest) -> HttpResponse:
    addresses = [
        f"{settings.PORTAL_BASE_URL}{reverse('sitemap_part', args=[name])}{f'?p={page}' if page > 1 else ''}"
        for name, part in PARTS.items()
        for page in range(1, part().number_of_pages() + 1)
    ]
    context = {"sitemaps": [{"location": address} for address in addresses]}
    return TemplateResponse(request, "sitemap_index.xml", context, content_type="application/xml")


def sitemap_part(request: HttpRequest, section: str) -> HttpResponse:
    return sitemap(request, dict(PARTS), section=section)


def robots(request: HttpRequest) -> HttpResponse:
    """Search pages, past days and the admin are not for robots; in demo mode nothing is."""
    past = "/don-vi/*/niem-yet/"
    closed = ["/"] if settings.PORTAL_DEMO else [reverse("wagtailadmin_home"), reverse("search"), past]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    lines += ["", f"Sitemap: {settings.PORTAL_BASE_URL}{reverse('sitemap')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
