"""The few fields that a unit's listings lack all together: where, when, by what number."""

from __future__ import annotations

from datetime import time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from home.model_fields import validate_phone
from home.models import Desk, DeskHours, Unit
from home.unit_details import changing_units
from procedures.completeness.findings import DESK, HOURS, PHONE

WORKING_WEEK = range(5)
OFFICE_HOURS = (("morning", time(7, 0), time(11, 30)), ("afternoon", time(13, 30), time(17, 0)))


class DeskDetailsForm(forms.Form):
    """Only what is lacking is asked for. Saving makes the unit's first desk, or completes the one it has."""

    name = forms.CharField(label=_("Tên bộ phận"), max_length=200)
    address = forms.CharField(label=_("Địa chỉ"), max_length=300)
    phone = forms.CharField(label=_("Điện thoại"), max_length=40, validators=[validate_phone])
    morning_from = forms.TimeField(label=_("Buổi sáng từ"), required=False)
    morning_to = forms.TimeField(label=_("đến"), required=False)
    afternoon_from = forms.TimeField(label=_("Buổi chiều từ"), required=False)
    afternoon_to = forms.TimeField(label=_("đến"), required=False)

    def __init__(self, *args: Any, unit: Unit, desk: Desk | None, lacking: set[str], **kwargs: Any) -> None:
        self.unit, self.desk = unit, desk
        initial = {
            "name": _("Bộ phận Tiếp nhận và Trả kết quả %(unit)s") % {"unit": unit.label},
            **{f"{half}_from": f"{opens:%H:%M}" for half, opens, _closes in OFFICE_HOURS},
            **{f"{half}_to": f"{closes:%H:%M}" for half, _opens, closes in OFFICE_HOURS},
        }
        super().__init__(*args, **kwargs | {"initial": initial})
        kept = set(self.fields)
        if desk is not None:
            kept -= {"name", "address"}
        if desk is not None and PHONE not in lacking:
            kept -= {"phone"}
        self.asks_hours = desk is None or HOURS in lacking
        if not self.asks_hours:
            kept -= {f"{half}_{end}" for half in ("morning", "afternoon") for end in ("from", "to")}
        for name in [name for name in self.fields if name not in kept]:
            del self.fields[name]

    @property
    def plain_fields(self) -> list[Any]:
        return [self[name] for name in ("name", "address", "phone") if name in self.fields]

    @property
    def spans(self) -> list[list[Any]]:
        if not self.asks_hours:
            return []
        return [[self[f"{half}_from"], self[f"{half}_to"]] for half in ("morning", "afternoon")]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.asks_hours:
            return data
        given = 0
        for half, _opens, _closes in OFFICE_HOURS:
            opens, closes = data.get(f"{half}_from"), data.get(f"{half}_to")
            if bool(opens) != bool(closes):
                self.add_error(f"{half}_from", ValidationError(_("Cần đủ giờ mở và giờ đóng.")))
            elif opens and closes and closes <= opens:
                self.add_error(f"{half}_from", ValidationError(_("Giờ đóng phải sau giờ mở.")))
            elif opens:
                given += 1
        if not given and not self.errors:
            self.add_error("morning_from", ValidationError(_("Ghi ít nhất một buổi.")))
        return data

    def save(self, user: Any) -> Desk:
        data = self.cleaned_data
        with changing_units(user=user):
            desk = self.desk or Desk(unit=self.unit, name=data["name"], address=data["address"])
            if "phone" in data:
                desk.phone = data["phone"]
            desk.save()
            if self.asks_hours:
                spans = [
                    (data[f"{half}_from"], data[f"{half}_to"])
                    for half, _opens, _closes in OFFICE_HOURS
                    if data[f"{half}_from"]
                ]
                order = 0
                for weekday in WORKING_WEEK:
                    for opens, closes in spans:
                        DeskHours.objects.create(
                            desk=desk, weekday=weekday, opens=opens, closes=closes, sort_order=order
                        )
                        order += 1
        return desk


def asks_for(desk: Desk | None, lacking: set[str]) -> bool:
    """Whether there is anything that such a form could fill in."""
    if desk is None:
        return DESK in lacking
    return (PHONE in lacking and not desk.phone) or (HOURS in lacking and not desk.hours.exists())
