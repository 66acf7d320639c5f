"""What `home` itself puts on the home page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from home.enums import UnitKind
from home.models import Unit
from home.unit_lists import counts_by_kind


@dataclass(frozen=True, slots=True)
class UnitCount:
    label: str
    url: str
    count: int


def unit_links() -> list[UnitCount]:
    """Units by kind, into the list of units. One query."""
    counted = counts_by_kind(Unit.objects.active().values_list("kind", flat=True))
    kinds = (
        (UnitKind.COMMUNE, _("Xã, phường"), "xa"),
        (UnitKind.DEPARTMENT, _("Sở, ban, ngành cấp tỉnh"), "so"),
        (UnitKind.CENTRAL, _("Cơ quan trung ương tại tỉnh"), "trung-uong"),
    )
    return [
        UnitCount(label, f"{reverse('units')}#{anchor}", counted[kind])
        for kind, label, anchor in kinds
        if counted.get(kind)
    ]


def website() -> dict[str, Any]:
    """schema.org: the portal and its search."""
    address = f"{settings.PORTAL_BASE_URL}/"
    facts: dict[str, Any] = {
        "@type": "WebSite",
        "name": _("Cổng cải cách hành chính tỉnh %(province)s") % {"province": settings.PORTAL_PROVINCE_NAME},
        "url": address,
        "inLanguage": "vi",
    }
    try:
        search = f"{settings.PORTAL_BASE_URL}{reverse('search')}?q={{search_term_string}}"
    except NoReverseMatch:
        return facts
    target = {"@type": "EntryPoint", "urlTemplate": search}
    return facts | {
        "potentialAction": {
            "@type": "SearchAction",
            "target": target,
            "query-input": "required name=search_term_string",
        }
    }
