"""Units named on the command line: by code, by code and a day (`SKHDT@2025-02-01`), or by slug."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from home.models import Unit


class UnitNotFoundError(LookupError):
    """No unit answers to what was typed; the message names it."""


def find_unit(name: str, *, today: date | None = None) -> Unit:
    """`CODE` is the active unit's; an ended one is `CODE@DATE`, a day on which it existed, or its slug."""
    text = name.strip()
    code, at, day_text = text.partition("@")
    day = today or timezone.localdate()
    if at:
        try:
            day = date.fromisoformat(day_text)
        except ValueError as error:
            raise UnitNotFoundError(
                _("«%(name)s»: sau @ phải là ngày dạng 2025-06-30.") % {"name": text}
            ) from error
    unit = Unit.objects.active(day).filter(code__iexact=code).order_by("-active_from").first()
    if unit is None and not at:
        unit = Unit.objects.filter(slug=text.lower()).first()
    if unit is None:
        raise UnitNotFoundError(_("Không có đơn vị nào là «%(name)s».") % {"name": text})
    return unit


def find_units(names: Iterable[str]) -> tuple[list[Unit], list[str]]:
    """Units in the order asked for, each once; and what is wrong with the rest."""
    found: dict[int, Unit] = {}
    problems: list[str] = []
    for name in names:
        try:
            unit = find_unit(name)
        except UnitNotFoundError as error:
            problems.append(str(error))
        else:
            found.setdefault(unit.pk, unit)
    return list(found.values()), problems
