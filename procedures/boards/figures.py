"""How shares, points and days are written on boards."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

MINUS = "\N{MINUS SIGN}"


def percent(share: Decimal) -> str:
    """0.9649 → "96,5%", as the public table has it; only what is whole is 100%."""
    value = (share * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
    if share < 1:
        value = min(value, Decimal("99.9"))
    return f"{value:f}".removesuffix(".0").replace(".", ",") + "%"


def share(part: int, whole: int) -> Decimal:
    """Nothing to do is all done."""
    return Decimal(part) / whole if whole else Decimal(1)


def points(value: Decimal) -> str:
    """ "4,25" """
    return f"{value.quantize(Decimal('0.01')):f}".replace(".", ",")


def cost(value: Decimal) -> str:
    """What a gap takes away: "−0,25"; what is less than a hundredth still counts: "dưới 0,01"."""
    shown = value.quantize(Decimal("0.01"))
    return f"{MINUS}{points(shown)}" if shown else _("dưới 0,01")


def day_month(day: date) -> str:
    """ "26/3"; the months 1 and 2 and days below ten carry a nought, as in official documents."""
    return f"{day.day:02}/{day.month:{'02' if day.month <= 2 else ''}}"


def full_day(day: date) -> str:
    return f"{day_month(day)}/{day.year}"


def days_left(due: date, today: date) -> str:
    left = (due - today).days
    if left < 0:
        return _("quá %(n)s ngày") % {"n": -left}
    return _("hôm nay") if left == 0 else _("còn %(n)s ngày") % {"n": left}


def number(value: int) -> str:
    return f"{value:,}".replace(",", ".")
