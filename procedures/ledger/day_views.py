"""The admin's page of a day: what a unit listed at its end, who wrote the last entry of each, and the extract as a ZIP."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views import View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from home.enums import PortalGroup
from home.models import Unit
from home.permissions import in_group, is_administrator, units_for
from home.templatetags.portal_tags import vn_date
from procedures.ledger.clock import now
from procedures.ledger.evidence import NoLedger, evidence_name, gather_evidence, verify_hash, zip_evidence
from procedures.ledger.past_view import past_desks
from procedures.ledger.reading import first_day, listed
from procedures.listings.units import visible_units
from procedures.models import StaffKey
from procedures.views.as_of import day_or_404, parse_day, so_far

PER_PAGE = 50


def may_name(user: Any, unit: Unit) -> bool:
    """Controllers and the unit's own people learn who stands behind a key; others see the key."""
    return bool(
        is_administrator(user)
        or in_group(user, PortalGroup.CONTROLLER)
        or units_for(user).filter(pk=unit.pk).exists()
    )


def names_of(keys: Iterable[str]) -> dict[str, str]:
    """Key → name, of those who are still known."""
    rows = StaffKey.objects.filter(key__in={key for key in keys if key}).select_related("user")
    return {row.key: row.user.get_full_name() or row.user.get_username() for row in rows}


class _OfUnit(View):
    """A foreign unit does not exist: 404."""

    unit: Unit
    day: date

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        found = visible_units(request.user).filter(slug=kwargs["slug"]).first()
        if found is None:
            raise Http404
        self.unit = found
        self.day = day_or_404(kwargs["day"]) if "day" in kwargs else timezone.localdate(now())


class ChooseDayView(_OfUnit):
    """/admin/niem-yet/<slug>/ngay/?ngay="""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = parse_day(request.GET.get("ngay", "")) or self.day
        return redirect("unit_day", slug=self.unit.slug, day=min(asked, self.day).isoformat())


class DayView(WagtailAdminTemplateMixin, _OfUnit):
    """/admin/niem-yet/<slug>/ngay/<YYYY-MM-DD>/"""

    header_icon = "history"
    template_name = "procedures/admin/unit_day.html"

    def get_page_title(self) -> Any:
        return self.unit.name

    def get_page_subtitle(self) -> Any:
        if moment := so_far(self.day):
            return _("niêm yết đến lúc %(time)s hôm nay, ngày chưa hết") % {"time": f"{moment:%H:%M}"}
        return _("niêm yết cuối ngày %(day)s") % {"day": vn_date(self.day)}

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("unit_listings_choice"), "label": _("Niêm yết")},
            {"url": reverse("unit_listings", args=[self.unit.slug]), "label": self.unit.name},
            # Wagtail shows the last one as the heading.
            {
                "url": "",
                "label": _("%(unit)s, ngày %(day)s") % {"unit": self.unit.label, "day": vn_date(self.day)},
            },
        ]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        shown = listed(self.unit, self.day)
        page = Paginator(shown.items, PER_PAGE).get_page(request.GET.get("p"))
        names = names_of(item.actor for item in page) if may_name(request.user, self.unit) else {}
        return self.render_to_response(
            self.get_context_data(
                unit=self.unit,
                shown=shown,
                page_obj=page,
                elided_page_range=page.paginator.get_elided_page_range(page.number),
                rows=[
                    {
                        "item": item,
                        "who": names.get(item.actor, item.actor),
                        "behind": item.listing_body["confirmed_version"]
                        < item.procedure_body["material_version"],
                        "url": reverse(
                            "unit_as_of_procedure", args=[self.unit.slug, self.day.isoformat(), item.code]
                        ),
                    }
                    for item in page
                ],
                desks=past_desks(shown) if page.number == 1 else [],
                first_day=first_day() if shown.no_ledger else None,
                today=timezone.localdate(now()),
                so_far=so_far(self.day),
                address=request.path,
                choose_url=reverse("unit_day_choose", args=[self.unit.slug]),
                public_url=reverse("unit_as_of", args=[self.unit.slug, self.day.isoformat()]),
                verify_hash=verify_hash(),
                evidence_url=reverse("unit_day_evidence", args=[self.unit.slug, self.day.isoformat()]),
            )
        )


class EvidenceView(_OfUnit):
    """…/trich/: the extract with its verify.py, of a day that is over: until then its entries are not all there."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if so_far(self.day):
            messages.error(request, _("Ngày hôm nay chưa hết: bản trích chỉ lập cho ngày đã qua."))
            return redirect("unit_day", slug=self.unit.slug, day=self.day.isoformat())
        try:
            evidence = gather_evidence(self.unit, self.day)
        except NoLedger:
            messages.error(request, _("Chưa có sổ niêm yết."))
            return redirect("unit_day", slug=self.unit.slug, day=self.day.isoformat())
        name = evidence_name(self.unit, self.day)
        headers = {"Content-Disposition": f'attachment; filename="{name}.zip"', "Cache-Control": "no-store"}
        return HttpResponse(zip_evidence(evidence, name), content_type="application/zip", headers=headers)
