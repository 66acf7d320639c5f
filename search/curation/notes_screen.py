"""Notes to the controller of procedures in the admin: written from a query, answered, counted on the controller's board."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from search.admin_lists import FoldedSearch
from search.curation.prefilling import brought
from search.enums import NoteState
from search.models import SearchNote
from search.references import references


class NewNoteForm(WagtailAdminModelForm):
    class Meta(WagtailAdminModelForm.Meta):
        model = SearchNote
        fields = ["query", "code", "text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].strip()
        if not code:
            return ""
        found = references(code).codes
        if len(found) != 1:
            raise ValidationError(_("Không phải mã thủ tục; ví dụ 1.004194."))
        return found[0]

    def save(self, commit: bool = True) -> SearchNote:
        if self.instance.pk is None:
            self.instance.created_by = self.for_user
        note: SearchNote = super().save(commit=commit)
        return note


class NoteForm(NewNoteForm):
    class Meta(NewNoteForm.Meta):
        fields = ["query", "code", "text", "state", "answer"]
        widgets = {**NewNoteForm.Meta.widgets, "answer": forms.Textarea(attrs={"rows": 3})}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("state") == NoteState.DONE and not data.get("answer", "").strip():
            self.add_error("answer", _("Ghi một câu: đã sửa gì, hoặc vì sao không sửa."))
        return data


class NoteIndexView(FoldedSearch, generic.IndexView):
    page_title = _("Ghi chú cho kiểm soát thủ tục")

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn("query", label=_("Người dân hỏi"), get_url=self.get_edit_url, sort_key="query"),
            Column("text", label=_("Cần xem lại")),
            Column("code", label=_("Mã thủ tục"), sort_key="code"),
            Column("get_state_display", label=_("Tình trạng"), sort_key="state"),
            Column(
                "created_at",
                label=_("Ngày ghi"),
                accessor=lambda note: date_format(note.created_at, "d/m/Y"),
                sort_key="created_at",
            ),
        ]


class NoteCreateView(generic.CreateView):
    submit_button_label = _("Gửi ghi chú")
    submit_button_active_label = _("Đang gửi…")

    def get_initial(self) -> dict[str, Any]:
        brings = {name: brought(self.request, name) for name in ("query", "code")}
        return super().get_initial() | brings


class NoteViewSet(ModelViewSet):
    model = SearchNote
    icon = "comment"
    name = "search_note"
    url_prefix = "tim-kiem/ghi-chu"
    menu_label = _("Ghi chú")
    menu_name = "search-notes"
    copy_view_enabled = False
    add_to_reference_index = False
    index_view_class = NoteIndexView
    add_view_class = NoteCreateView
    list_filter = ["state"]
    search_fields = ["query", "text", "code", "answer"]
    search_backend_name = None
    list_per_page = 50
    ordering = ["-created_at", "-pk"]

    def get_edit_handler(self) -> None:
        return None

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return NoteForm if for_update else NewNoteForm

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_common_view_kwargs(**{"usage_url_name": None, **kwargs})

    def get_urlpatterns(self) -> list[Any]:
        return [pattern for pattern in super().get_urlpatterns() if pattern.name != "usage"]
