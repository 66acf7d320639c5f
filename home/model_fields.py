"""Two small model fields for what would otherwise be a join per row, a set of choices and lines of text; and what a
telephone number must look like."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from home.phone_numbers import is_phone_number


def validate_phone(written: str) -> None:
    """Readers tap the number on their phones: what can't be dialled is no number."""
    if not is_phone_number(written):
        raise ValidationError(
            _(
                "Ghi một số gọi được, có cả mã vùng, ví dụ 0239 3855 123, 0912 345 678 hoặc 1022;"
                " không ghi chữ, không ghi hai số."
            ),
            code="phone",
        )


class ChoiceSetField(models.CharField):
    """Several of `choices`, as a tuple in the order of the choices; stored as ",a,b," so that `LIKE '%,a,%'` finds one.

    Filter with `contains=needle("a")`.
    """

    description = "a set of choices"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 200)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: str | None, _expression: Any, _connection: Any) -> tuple[str, ...]:
        return self.to_python(value)

    def to_python(self, value: Any) -> tuple[str, ...]:
        if value is None or value == "":
            return ()
        chosen = set(value.strip(",").split(",")) if isinstance(value, str) else {str(v) for v in value}
        known = [str(v) for v, _label in self.choices or []]
        return tuple(v for v in known if v in chosen) + tuple(sorted(chosen - set(known) - {""}))

    def get_prep_value(self, value: Any) -> str:
        # A needle (",a,") of a lookup passes as it is.
        values = self.to_python(value)
        return f",{','.join(values)}," if values else ""

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(obj))

    def validate(self, value: Any, _model_instance: models.Model | None) -> None:
        known = {str(v) for v, _label in self.choices or []}
        if unknown := [v for v in self.to_python(value) if v not in known]:
            raise ValidationError(
                _("Giá trị không có trong danh sách: %(values)s."), params={"values": ", ".join(unknown)}
            )
        if not value and not self.blank:
            raise ValidationError(self.error_messages["blank"], code="blank")

    def formfield(self, **kwargs: Any) -> forms.Field:
        return forms.MultipleChoiceField(
            choices=self.choices or [],
            required=not self.blank,
            label=kwargs.get("label", self.verbose_name),
            help_text=kwargs.get("help_text", self.help_text),
            widget=forms.CheckboxSelectMultiple,
        )


def needle(value: str) -> str:
    """What to look for with `contains` in a `ChoiceSetField`."""
    return f",{value},"


def lines(text: str) -> tuple[str, ...]:
    """The lines of a text field that holds one name a line."""
    return tuple(line for raw in text.splitlines() if (line := raw.strip()))


def unlines(values: Iterable[str]) -> str:
    return "\n".join(values)
