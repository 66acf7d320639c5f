"""schema.org GovernmentService of a procedure, on its own page or a unit's. Only what is known is said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from home.enums import Accessible
from home.models import Unit
from home.phone_numbers import is_phone_number
from home.structured_data import desk_office
from procedures.enums import Audience, ChannelKind
from procedures.presenters.place import DeskView
from procedures.record import Channel, Duration, ProcedureRecord

_ISO_UNITS = {"hour": ("PT", "H"), "day": ("P", "D"), "month": ("P", "M"), "year": ("P", "Y")}


def government_service(
    record: ProcedureRecord,
    *,
    url: str,
    title: str,
    bodies: Sequence[str],
    unit: Unit | None = None,
    desk: DeskView | None = None,
) -> dict[str, Any]:
    """`url`: the page's own, absolute address."""
    province = {"@type": "AdministrativeArea", "name": f"Tỉnh {settings.PORTAL_PROVINCE_NAME}"}
    return _known(
        {
            "@type": "GovernmentService",
            "@id": f"{url}#dich-vu",
            "name": title,
            "alternateName": list(record.everyday_names),
            "description": record.purpose,
            "identifier": {
                "@type": "PropertyValue",
                "propertyID": "Mã thủ tục hành chính",
                "value": record.code,
            },
            "url": url,
            "serviceType": record.field,
            "provider": _provider(unit, bodies),
            "jurisdiction": province,
            "areaServed": {"@type": "AdministrativeArea", "name": unit.name, "containedInPlace": province}
            if unit and unit.is_commune
            else province,
            "audience": [
                {"@type": "Audience", "audienceType": str(Audience(who).label)}
                for who in record.audiences
                if who in Audience.values
            ],
            "availableChannel": [_channel(channel, record, desk) for channel in _each_kind(record.channels)],
            "offers": [offer for channel in record.channels for offer in _offers(channel)],
            "serviceOutput": [{"@type": "GovernmentPermit", "name": r.name} for r in record.results],
        }
    )


def _provider(unit: Unit | None, bodies: Sequence[str]) -> Any:
    if unit is not None:
        address = f"{settings.PORTAL_BASE_URL}{unit.get_absolute_url()}"
        return {"@type": "GovernmentOffice", "@id": f"{address}#don-vi", "name": unit.name, "url": address}
    return [{"@type": "GovernmentOrganization", "name": name} for name in bodies]


def _each_kind(channels: Sequence[Channel]) -> list[Channel]:
    return list({channel.kind: channel for channel in reversed(channels)}.values())[::-1]


def _channel(channel: Channel, record: ProcedureRecord, desk: DeskView | None) -> dict[str, Any]:
    phone = (desk.phone or desk.desk.phone) if desk else ""
    is_online = channel.kind == ChannelKind.ONLINE
    return _known(
        {
            "@type": "ServiceChannel",
            "name": str(ChannelKind(channel.kind).label) if channel.kind in ChannelKind.values else "",
            "availableLanguage": "vi",
            "processingTime": iso_duration(channel.duration),
            "serviceUrl": record.national_url if is_online else "",
            "serviceLocation": _location(desk) if desk and channel.kind == ChannelKind.IN_PERSON else None,
            "servicePhone": {"@type": "ContactPoint", "telephone": phone}
            if is_phone_number(phone) and not is_online
            else None,
        }
    )


def _location(desk: DeskView) -> dict[str, Any]:
    office = desk_office(desk.desk)
    if desk.desk.accessible in (Accessible.YES, Accessible.NO):
        office["amenityFeature"] = {
            "@type": "LocationFeatureSpecification",
            "name": "Lối đi cho xe lăn",
            "value": desk.desk.accessible == Accessible.YES,
        }
    return office


def _offers(channel: Channel) -> list[dict[str, Any]]:
    return [
        _known(
            {
                "@type": "Offer",
                "name": fee.label,
                "category": str(ChannelKind(channel.kind).label),
                "price": format(fee.amount.normalize() + 0, "f"),
                "priceCurrency": fee.currency,
            }
        )
        for fee in channel.fees
        if fee.amount is not None and channel.kind in ChannelKind.values
    ]


def iso_duration(duration: Duration | None) -> str:
    """ISO 8601; empty for working days and hours, which it can't say."""
    if duration is None or duration.unit not in _ISO_UNITS:
        return ""
    head, tail = _ISO_UNITS[duration.unit]
    return f"{head}{format(duration.amount.normalize() + 0, 'f')}{tail}"


def _known(facts: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in facts.items() if value not in ("", None, [], ())}
