"""Which fields of a form need a second look, by the names that stand above them."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.text import capfirst


def fields_with_errors(form: Any) -> list[str]:
    """Labels in the order of the form, rows of a formset under the name of its model."""
    names = [str(form[name].label) for name in form.fields if name in form.errors]
    names += [name for name in form.errors if name not in form.fields and name != NON_FIELD_ERRORS]
    for formset in getattr(form, "formsets", {}).values():
        if not formset.is_valid():
            names.append(str(capfirst(formset.model._meta.verbose_name_plural)))
    return names
