"""The form of a procedure in the editor: drafts may have gaps, publishing may not."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm

from procedures.editing.publishing import facts_of
from procedures.editing.requirements import blocking, contradictions
from procedures.enums import Absence, Part
from procedures.mapping import ABSENCE_FIELDS, says
from procedures.text.codes import normalise_code, slug_of
from procedures.text.sanitising import clean_text
from procedures.text.short_title import readable_name, short_title

MAX_NAME = 2_000
"""The longest official name has 1,192 characters."""


class ProcedureForm(WagtailAdminPageForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "title" in self.fields:
            self.fields["title"].required = False
        if "code" in self.fields and self.instance.pk and self.instance.first_published_at:
            # Listings, QR codes and other systems know it by this code.
            self.fields["code"].disabled = True
        if "replaced_by" in self.fields and self.instance.pk:
            self.fields["replaced_by"].queryset = self.fields["replaced_by"].queryset.exclude(
                pk=self.instance.pk
            )

    @property
    def is_publishing(self) -> bool:
        """Is what is posted to go public: published now, scheduled, or approved in a workflow?"""
        return bool(
            self.data.get("action-publish")
            or (
                self.data.get("action-workflow-action") and self.data.get("workflow-action-name") == "approve"
            )
        )

    def clean_code(self) -> str:
        written: str = self.cleaned_data["code"]
        code = normalise_code(written)
        if code is None:
            raise ValidationError(
                _("Mã thủ tục có dạng 1.004194; “%(code)s” không đúng.") % {"code": written}
            )
        others = type(self.instance)._default_manager.filter(code=code).exclude(pk=self.instance.pk)
        if other := others.first():
            raise ValidationError(_("Mã %(code)s đã có: %(name)s.") % {"code": code, "name": other.title})
        return code

    def clean_full_name(self) -> str:
        name = clean_text(self.cleaned_data["full_name"])
        if len(name) > MAX_NAME:
            raise ValidationError(
                _("Tên dài %(length)s ký tự, vượt giới hạn %(limit)s ký tự.")
                % {"length": len(name), "limit": MAX_NAME}
            )
        return name

    def clean_conditions(self) -> str:
        conditions: str = self.cleaned_data["conditions"]
        return conditions if says(conditions) else ""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if code := cleaned.get("code"):
            self.instance.slug = slug_of(code)
        self._fill_title(cleaned)
        self._check_force(cleaned)
        return cleaned

    def _fill_title(self, cleaned: dict[str, Any]) -> None:
        if "title" in cleaned and not cleaned["title"]:
            name = readable_name(cleaned.get("full_name", ""))
            cleaned["title"] = short_title(name) or cleaned.get("code") or _("Thủ tục chưa có tên")

    def _check_force(self, cleaned: dict[str, Any]) -> None:
        first, last = cleaned.get("in_force_from"), cleaned.get("in_force_until")
        if first and last and last < first:
            self.add_error("in_force_until", _("Ngày hết hiệu lực đứng trước ngày có hiệu lực."))
        successor = cleaned.get("replaced_by")
        if successor is not None and successor.pk == self.instance.pk:
            self.add_error("replaced_by", _("Thủ tục không thể thay thế chính nó."))

    def _post_clean(self) -> None:
        """Rules over the whole page: they look at what was typed, once it stands in the instance."""
        super()._post_clean()
        facts = facts_of(self.instance, has_basis=self.has_basis())
        for part in contradictions(facts):
            field = ABSENCE_FIELDS[part]
            if field in self.fields and field not in self.errors:
                self.add_error(
                    field,
                    _("%(part)s đã có nội dung: hãy chọn “%(empty)s” ở đây, hoặc bỏ nội dung.")
                    % {"part": Part(part).label, "empty": Absence.NOT_ENTERED.label},
                )
        if self.is_publishing and (missing := blocking(facts)):
            self.add_error(
                None, _("Chưa đăng được vì còn thiếu những phần dưới đây. Nội dung đã nhập vẫn được giữ.")
            )
            for rule in missing:
                if rule.field in self.fields and rule.field not in self.errors:
                    self.add_error(rule.field, _(rule.message))

    def has_basis(self) -> bool | None:
        """Whether the form holds a legal basis; None where it does not ask for one."""
        formset = self.formsets.get("basis")
        if formset is None:
            return None
        if not self.is_bound:
            return bool(self.instance.basis.all())
        return any(
            form.data.get(form.add_prefix("reference")) and not form.data.get(form.add_prefix("DELETE"))
            for form in formset.forms
        )
