"""What the frozen figures say of one procedure, in a line beside its item. Pure but for the words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

LACKS = {"desk": "bộ phận một cửa", "hours": "giờ làm việc", "phone": "điện thoại"}


def _day(text: str | None) -> str:
    return f"{date.fromisoformat(text):%d/%m/%Y}" if text else ""


def frozen_facts(frozen: Mapping[str, Any]) -> dict[str, str]:
    """Code → how it stood at the end of the day of the round."""
    duties = {row["code"]: row for row in frozen.get("duties", [])}
    listed = {row["code"]: row for row in frozen.get("listed", []) if row["live"]}
    return {code: _line(duties.get(code), listed.get(code)) for code in duties.keys() | listed.keys()}


def _line(duty: Mapping[str, Any] | None, listed: Mapping[str, Any] | None) -> str:
    parts = []
    if listed is None:
        parts.append(_("chưa niêm yết"))
    elif listed["since"]:
        parts.append(_("niêm yết từ %(day)s") % {"day": _day(listed["since"])})
    else:
        parts.append(_("đang niêm yết"))
    if duty is None:
        parts.append(_("không thuộc danh mục phải niêm yết"))
    else:
        parts.append(_("hạn %(day)s") % {"day": _day(duty["due"])})
        if duty["decision"]:
            parts.append(_("theo %(number)s") % {"number": duty["decision"]})
    if listed and listed["lacks"]:
        parts.append(_("thiếu %(what)s") % {"what": ", ".join(LACKS.get(x, x) for x in listed["lacks"])})
    return "; ".join(parts)
