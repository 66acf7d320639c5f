"""schema.org descriptions of units and desks, for search engines and maps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.conf import settings

from home.desk_hours import opening_hours
from home.models import Desk, Unit
from home.phone_numbers import is_phone_number

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def government_office(unit: Unit, desks: Sequence[Desk]) -> dict[str, Any]:
    """GovernmentOffice of a unit, its desks inside it. Only what is known is said."""
    address = f"{settings.PORTAL_BASE_URL}{unit.get_absolute_url()}"
    return _known(
        {
            "@type": "GovernmentOffice",
            "@id": f"{address}#don-vi",
            "name": unit.name,
            "alternateName": list(dict.fromkeys(n for n in (unit.short_name, *unit.old_name_list) if n)),
            "url": address,
            "sameAs": unit.website,
            "email": unit.email,
            "areaServed": {"@type": "AdministrativeArea", "name": f"Tỉnh {settings.PORTAL_PROVINCE_NAME}"},
            "department": [desk_office(desk) for desk in desks],
        }
    )


def desk_office(desk: Desk) -> dict[str, Any]:
    """A desk whose `hours` and `exceptions` are prefetched."""
    place = (
        {"@type": "GeoCoordinates", "latitude": float(desk.latitude), "longitude": float(desk.longitude)}
        if desk.latitude is not None and desk.longitude is not None
        else None
    )
    return _known(
        {
            "@type": "GovernmentOffice",
            "name": desk.name,
            "address": _known(
                {
                    "@type": "PostalAddress",
                    "streetAddress": desk.address,
                    "addressRegion": settings.PORTAL_PROVINCE_NAME if desk.address else "",
                    "addressCountry": "VN" if desk.address else "",
                }
            )
            if desk.address
            else None,
            "geo": place,
            "telephone": desk.phone if is_phone_number(desk.phone) else "",
            "email": desk.email,
            "openingHoursSpecification": [
                {
                    "@type": "OpeningHoursSpecification",
                    "dayOfWeek": [_DAYS[day] for day in group.days],
                    "opens": f"{span.opens:%H:%M}",
                    "closes": f"{span.closes:%H:%M}",
                }
                for group in opening_hours(desk).grouped_week()
                for span in group.spans
            ],
        }
    )


def _known(facts: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in facts.items() if value not in ("", None, [], ())}
