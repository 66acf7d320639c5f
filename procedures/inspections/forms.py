"""Forms of inspection rounds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminDateInput

from home.models import Unit
from home.vietnamese_order import vietnamese_key
from procedures.ledger import clock, reading
from procedures.models import InspectionRound, ScoringScheme

MOST_SAMPLED = 200
EARLIEST_YEAR, LATEST_YEAR = 2000, 2199


class SchemeChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj} ({_('ví dụ')})" if obj.is_example else str(obj)


class RoundForm(forms.ModelForm):
    """What a round is about; its units are ticked beside it."""

    scheme = SchemeChoice(ScoringScheme.objects.all(), label=gettext_lazy("Bộ tiêu chí"))

    class Meta:
        model = InspectionRound
        fields = (
            "title",
            "year",
            "scheme",
            "as_of",
            "sample_size",
            "seed",
            "authority",
            "council",
            "place",
        )
        widgets = {"as_of": AdminDateInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seed"].required = False
        self.fields["seed"].help_text = _(
            "Để trống thì cổng tự sinh. Công bố trước khi mở; ai có nó cũng chọn lại được đúng mẫu này."
        )
        self.fields["as_of"].help_text = _("Ngày đã hết, từ khi sổ niêm yết mở.")
        self.fields["authority"].help_text = self.fields["council"].help_text = _(
            "In ở đầu biên bản và bảng xếp hạng."
        )

    def clean_seed(self) -> str:
        return " ".join(self.cleaned_data["seed"].split())

    def clean_sample_size(self) -> int:
        size: int = self.cleaned_data["sample_size"]
        if not 1 <= size <= MOST_SAMPLED:
            raise forms.ValidationError(_("Từ 1 đến %(n)s thủ tục.") % {"n": MOST_SAMPLED})
        return size

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if not EARLIEST_YEAR <= year <= LATEST_YEAR:
            raise forms.ValidationError(_("Năm này nằm ngoài khoảng cho phép."))
        return year

    def clean_as_of(self) -> date:
        day: date = self.cleaned_data["as_of"]
        if day >= timezone.localdate(clock.now()):
            raise forms.ValidationError(_("Chỉ chốt được số liệu của một ngày đã hết."))
        first = reading.first_day()
        if first is not None and day < first:
            raise forms.ValidationError(
                _("Sổ niêm yết mở ngày %(first)s; trước đó không biết chắc công chúng đã thấy gì.")
                % {"first": f"{first:%d/%m/%Y}"}
            )
        return day


def unit_groups(chosen: set[int]) -> list[dict[str, Any]]:
    """Units that may be checked, in the groups in which they are ranked; ended ones only where they are chosen already."""
    today = timezone.localdate(clock.now())
    groups: dict[bool, list[dict[str, Any]]] = {False: [], True: []}
    for unit in Unit.objects.listing_units():
        ticked = unit.pk in chosen
        if ticked or unit.is_active(today):
            groups[unit.is_commune].append({"unit": unit, "ticked": ticked})
    return [
        {
            "key": key,
            "label": label,
            "units": sorted(groups[is_commune], key=lambda row: vietnamese_key(row["unit"].name)),
        }
        for key, label, is_commune in (
            ("so", _("Sở, ban, ngành và cơ quan khác"), False),
            ("xa", _("Xã, phường"), True),
        )
        if groups[is_commune]
    ]


def read_points(text: str, *, needed: bool = False) -> Decimal:
    """Points as people write them: "1,5" or "1.5", with at most two decimals; nothing is 0. Raises ValidationError."""
    plain = text.strip().replace(",", ".")
    if not plain and not needed:
        return Decimal(0)
    field = forms.DecimalField(min_value=0, max_value=Decimal("9999.99"), max_digits=6, decimal_places=2)
    try:
        value: Decimal = field.clean(plain)
    except forms.ValidationError as error:
        raise forms.ValidationError(
            _("Ghi số điểm từ 0 trở lên, tối đa hai chữ số lẻ, ví dụ 1,5.")
        ) from error
    return value
