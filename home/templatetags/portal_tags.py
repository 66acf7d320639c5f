"""How numbers, telephone numbers and structured data are written in pages."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from home.models import Desk, Unit
from home.phone_numbers import is_phone_number

register = template.Library()

_NOT_DIALLED = re.compile(r"[^0-9+]")
_GROUPS = re.compile(r"[ .\u00a0-]+")
_TROUBLE = {ord(c): f"\\u{ord(c):04X}" for c in "<>&\u2028\u2029"}


@register.filter
def vn_number(value: Any) -> str:
    """1214 → "1.214"."""
    return f"{int(value):,}".replace(",", ".")


@register.filter
def vn_date(value: date | None) -> str:
    """24/3/2026; days below ten and the months 1 and 2 carry a nought, as in official documents (NĐ 30/2020/NĐ-CP)."""
    if value is None:
        return ""
    return f"{value.day:02}/{value.month:{'02' if value.month <= 2 else ''}}/{value.year}"


@register.filter
def phone(number: str) -> str:
    """Groups joined by no-break spaces; a number written without groups stays as it is."""
    return _GROUPS.sub("\u00a0", number.strip())


@register.filter
def can_be_dialled(number: str) -> bool:
    """Not everything that was stored one day is one number: "0239 3855 123 - 3855 124" would ring somewhere else."""
    return is_phone_number(number)


@register.filter
def tel_uri(number: str) -> str:
    """ "0239 3000 111" → "tel:+842393000111"; short numbers (1022) and foreign ones as they are."""
    dialled = _NOT_DIALLED.sub("", number)
    if dialled.startswith("0") and len(dialled) >= 9:
        dialled = f"+84{dialled[1:]}"
    return f"tel:{dialled}"


@register.filter
def in_text(unit: Unit) -> str:
    """The unit's name within a sentence: "xã Cẩm Bình", but "Sở Tư pháp"."""
    return unit.label[:1].lower() + unit.label[1:] if unit.is_commune else unit.label


@register.filter
def bare_address(url: str) -> str:
    """ "https://hatinh.gov.vn/" → "hatinh.gov.vn" """
    return url.partition("://")[2].rstrip("/") or url


@register.filter
def map_url(desk: Desk) -> str:
    """The way there, in whatever map the phone has. The desk has a point (the template asks)."""
    return f"https://www.google.com/maps/dir/?api=1&destination={desk.latitude},{desk.longitude}"


@register.filter
def hours_json(facts: dict[str, Any]) -> str:
    """For an attribute; the template escapes it."""
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


@register.filter
def in_groups(digits: str) -> str:
    """A long hash in groups of eight, so that it can be read out and compared."""
    return " ".join(digits[i : i + 8] for i in range(0, len(digits), 8))


@register.simple_tag
def json_ld(data: dict[str, Any]) -> SafeString:
    """Structured data for search engines. A data block: browsers never run it, the Content-Security-Policy lets it be."""
    text = json.dumps({"@context": "https://schema.org", **data}, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(f'<script type="application/ld+json">{text.translate(_TROUBLE)}</script>')  # noqa: S308 -- < > & are escaped
