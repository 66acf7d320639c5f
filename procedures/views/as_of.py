"""What one unit listed at the end of a day, for everybody: /don-vi/<slug>/niem-yet/<YYYY-MM-DD>/, and the roots as a feed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import feedgenerator, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from home.models import Unit
from home.templatetags.portal_tags import vn_date
from procedures.ledger.clock import now
from procedures.ledger.evidence import verify_hash, verify_source
from procedures.ledger.past_view import past_desks, past_procedure, past_unit
from procedures.ledger.reading import UnitAsOf, first_day, listed
from procedures.models import LedgerRoot

PER_PAGE = 50
ROOTS_IN_FEED = 60


@require_safe
def choose(request: HttpRequest, slug: str) -> HttpResponse:
    """/don-vi/<slug>/niem-yet/?ngay=: to the day that was asked for; to today where it is none."""
    unit = get_object_or_404(Unit, slug=slug)
    day = parse_day(request.GET.get("ngay", "")) or timezone.localdate(now())
    return HttpResponseRedirect(
        reverse("unit_as_of", args=[unit.slug, min(day, timezone.localdate(now())).isoformat()])
    )


def parse_day(written: str) -> date | None:
    """2025-12-31, or as people write it: 31/12/2025."""
    text = written.strip()
    if text.count("/") == 2:
        text = "-".join(part.zfill(2) for part in reversed(text.split("/")))
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def day_or_404(written: str) -> date:
    """In an address: one way of writing a day that has come."""
    day = parse_day(written)
    if day is None or day.isoformat() != written or day > timezone.localdate(now()):
        raise Http404
    return day


def so_far(day: date) -> datetime | None:
    """The moment a page of today tells of: its day is not over, so nothing is said of its end."""
    moment = timezone.localtime(now())
    return moment if day == moment.date() else None


@require_safe
def index(request: HttpRequest, slug: str, day: str) -> HttpResponse:
    unit = get_object_or_404(Unit, slug=slug)
    shown = listed(unit, day_or_404(day))
    page = Paginator(shown.items, PER_PAGE).get_page(request.GET.get("trang"))
    context = {
        **frame(shown),
        "page_title": _("%(unit)s niêm yết gì vào ngày %(day)s")
        % {"unit": unit.name, "day": vn_date(shown.day)},
        "page": page,
        "pages": page.paginator.get_elided_page_range(page.number),
        "desks": past_desks(shown) if page.number == 1 else [],
        "first_day": first_day() if shown.no_ledger else None,
    }
    return render(request, "procedures/unit_as_of.html", context)


@require_safe
def detail(request: HttpRequest, slug: str, day: str, code: str) -> HttpResponse:
    """One procedure as the unit's page showed it."""
    unit = get_object_or_404(Unit, slug=slug)
    shown = listed(unit, day_or_404(day), only=code)
    item = next(iter(shown.items), None)
    if item is None:
        raise Http404
    view = past_procedure(shown, item, all_open="in" in request.GET)
    context = frame(shown)
    context |= {
        "page_title": _("%(title)s – %(unit)s, ngày %(day)s")
        % {"title": view.title, "unit": unit.name, "day": vn_date(shown.day)},
        "view": view,
        "item": item,
        "now_url": reverse("listing", args=[unit.slug, code]),
        "crumbs": [
            *context["crumbs"],
            (_("Ngày %(day)s") % {"day": vn_date(shown.day)}, context["day_url"]),
        ],
    }
    return render(request, "procedures/listing_as_of.html", context)


def frame(shown: UnitAsOf) -> dict[str, Any]:
    unit = past_unit(shown.unit, shown.unit_body)
    return {
        "noindex": True,
        "unit": unit,
        "shown": shown,
        "today": timezone.localdate(now()),
        "so_far": so_far(shown.day),
        "verify_hash": verify_hash(),
        "day_url": reverse("unit_as_of", args=[shown.unit.slug, shown.day.isoformat()]),
        "choose_url": reverse("unit_as_of_choose", args=[shown.unit.slug]),
        "crumbs": [(_("Đơn vị"), reverse("units")), (unit.name, shown.unit.get_absolute_url())],
    }


@require_safe
def verify_program(request: HttpRequest) -> HttpResponse:
    """/nhat-ky/verify.py: the program of every extract, to be had from here rather than from whoever hands an extract over."""
    response = HttpResponse(verify_source(), content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="verify.py"'
    response["ETag"] = f'"{verify_hash()}"'
    return response


@require_safe
def roots_feed(request: HttpRequest) -> HttpResponse:
    """/nhat-ky/goc.xml: whoever keeps it can prove later that nothing before was rewritten."""
    base = settings.PORTAL_BASE_URL
    feed = feedgenerator.Atom1Feed(
        title=_("Mã gốc của sổ niêm yết"),
        link=f"{base}{reverse('transparency')}",
        description=_("Mỗi ngày một mã: sửa bất cứ điều gì trong quá khứ thì mã không còn khớp."),
        language=settings.LANGUAGE_CODE,
        feed_url=f"{base}{reverse('ledger_roots')}",
        author_name=str(settings.WAGTAIL_SITE_NAME),
    )
    for root in LedgerRoot.objects.order_by("-day")[:ROOTS_IN_FEED]:
        feed.add_item(
            title=_("Ngày %(day)s: mục %(sequence)d") % {"day": vn_date(root.day), "sequence": root.sequence},
            link=f"{base}{reverse('transparency')}",
            unique_id=f"{base}{reverse('ledger_roots')}#{root.day.isoformat()}",
            description=root.hash,
            pubdate=root.published_at,
            updateddate=root.published_at,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)
