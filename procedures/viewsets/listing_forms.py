"""The form of a listing: what it falls back on stands in grey in every empty field."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from home.models import Counter, Desk, Unit
from home.viewsets.forms import OwnUnitForm
from procedures.listings.rights import LISTING_POLICY
from procedures.listings.where import defaults_for, desks_of
from procedures.models import Listing
from procedures.viewsets.procedures import choosable


class ListingForm(OwnUnitForm):
    """Unit and procedure are set once, when the listing is made."""

    policy = LISTING_POLICY

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = bool(self.instance.pk)
        if stored:
            self.fields.pop("procedure", None)
        elif "procedure" in self.fields:
            self.fields["procedure"].queryset = choosable()
        if "desk" in self.fields:
            units = [self.instance.unit_id] if stored else list(self._offered_units())
            desks = desks_of(units)
            self.fields["desk"].queryset = desks.order_by("name")
            self.fields["counter"].queryset = (
                Counter.objects.filter(desk__in=desks).select_related("desk").order_by("desk__name", "name")
            )
            self._show_defaults(units)

    def _offered_units(self) -> Any:
        return LISTING_POLICY.units(self.for_user, "add").active().values_list("pk", flat=True)

    def _show_defaults(self, units: list[int]) -> None:
        """Only where one unit is meant: with several to choose from nothing is known yet."""
        if len(units) != 1:
            return
        unit = Unit.objects.filter(pk=units[0]).first()
        if unit is None:
            return
        stored = bool(self.instance.pk)
        defaults = defaults_for(
            unit,
            self.instance.procedure.subject_id if stored else None,
            self.instance.desk if stored else None,
            self.instance.counter if stored else None,
        )
        none = gettext("chưa có")
        self.fields["desk"].empty_label = gettext("Mặc định: %(desk)s") % {"desk": defaults.desk or none}
        self.fields["counter"].empty_label = gettext("Mặc định theo lĩnh vực: %(counter)s") % {
            "counter": defaults.counter.name if defaults.counter else none
        }
        self.fields["phone"].widget.attrs["placeholder"] = defaults.phone
        self.fields["hours_note"].widget.attrs["placeholder"] = defaults.hours
        if defaults.hours:
            self.fields["hours_note"].help_text = format_html(
                "{} {}", self.fields["hours_note"].help_text, gettext("Mặc định: %s.") % defaults.hours
            )
        if len({choice.desk_id for choice in self.fields["counter"].queryset}) <= 1:
            self.fields["counter"].label_from_instance = lambda counter: counter.name

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        unit = self.instance.unit if self.instance.pk else data.get("unit")
        desk: Desk | None = data.get("desk")
        counter: Counter | None = data.get("counter")
        if unit and desk and not desks_of([unit.pk]).filter(pk=desk.pk).exists():
            self.add_error("desk", _("Bộ phận này không nhận hồ sơ cho đơn vị."))
        if unit and counter and not desks_of([unit.pk]).filter(pk=counter.desk_id).exists():
            self.add_error("counter", _("Quầy này không nhận hồ sơ cho đơn vị."))
        if desk and counter and counter.desk_id != desk.pk:
            self.add_error("counter", _("Quầy này không ở bộ phận đã chọn."))
        procedure = data.get("procedure")
        new = not self.instance.pk and unit and procedure
        if new and Listing.objects.filter(unit=unit, procedure=procedure).exists():
            raise ValidationError({"procedure": _("Đơn vị đã có niêm yết của thủ tục này.")})
        return data
