"""The share that is listed, on the home page and on a unit's page. Imported when the app starts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from home.furniture import Entry, add_entry
from home.models import Unit
from home.sections import provides
from procedures.models import UnitMeasure
from procedures.transparency.figures import in_all
from procedures.transparency.measuring import last_day, measured
from procedures.transparency.screen import shares

add_entry(
    Entry(
        60,
        "transparency",
        menu=gettext_lazy("Minh bạch"),
        foot=gettext_lazy("Mức độ niêm yết của các đơn vị"),
    )
)
add_entry(Entry(70, "open_data", foot=gettext_lazy("Dữ liệu mở")))


@provides("home")
def province_share(**_other: Any) -> dict[str, Any]:
    """Two queries; nothing before the first measure."""
    day = last_day()
    if day is None:
        return {}
    rows = [measured(row) for row in UnitMeasure.objects.filter(day=day)]
    everybody = in_all(rows)
    if everybody is None or everybody.listed_share is None:
        return {}
    return {"listed_share": {"share": shares(everybody)[0], "day": day, "units": len(rows)}}


@provides("unit")
def unit_share(*, unit: Unit, **_other: Any) -> dict[str, Any]:
    """One query."""
    row = UnitMeasure.objects.filter(unit=unit).order_by("-day").first()
    if row is None or not row.owed:
        return {}
    now = measured(row)
    listed, on_time, complete = shares(now)
    return {"unit_listed": {"now": now, "listed": listed, "on_time": on_time, "complete": complete}}
