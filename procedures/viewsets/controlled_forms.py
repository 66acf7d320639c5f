"""Controlled forms in the admin: a name, and a version for every file that ever was the form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList, Panel
from wagtail.models import ReferenceIndex
from wagtail.snippets.views.snippets import SnippetViewSet

from guidance.models import LegalReference
from procedures.editing.form_versions import add_version, same_bytes
from procedures.editing.upload_rules import CONTENT_TYPES, MAX_SIZE, AcceptedFile, RefusedFile, accept
from procedures.models import ControlledForm
from search.admin_lists import FoldedChooserViewSet, FoldedSnippetList


class ControlledFormForm(WagtailAdminModelForm):
    new_file = forms.FileField(
        label=gettext_lazy("Tệp mới"),
        required=False,
        help_text=gettext_lazy(
            "doc, docx, odt, pdf, xls, xlsx; tối đa 20 MB; không macro. Tệp thành bản mới nhất; các bản cũ vẫn giữ nguyên địa chỉ."
        ),
        widget=forms.FileInput(attrs={"accept": ",".join(f".{kind}" for kind in CONTENT_TYPES)}),
    )
    accepted: AcceptedFile | None = None

    def clean_new_file(self) -> Any:
        file = self.cleaned_data.get("new_file")
        if not file:
            return None
        if file.size > MAX_SIZE:
            raise ValidationError(_("Tệp lớn hơn 20 MB."))
        try:
            accepted = accept(file, file.name)
        except RefusedFile as error:
            raise ValidationError(str(error)) from error
        if held := same_bytes(accepted):
            day = date_format(held.since, "d/m/Y")
            if held.form_id == self.instance.pk:
                raise ValidationError(_("Tệp này giống hệt bản ngày %(day)s của mẫu này.") % {"day": day})
            raise ValidationError(
                _("Tệp này giống hệt bản ngày %(day)s của mẫu “%(form)s”: hãy dùng mẫu ấy.")
                % {"day": day, "form": held.form}
            )
        self.accepted = accepted
        return file

    def save(self, commit: bool = True) -> ControlledForm:
        form: ControlledForm = super().save(commit=commit)
        if commit and self.accepted is not None:
            add_version(
                form=form,
                file=self.cleaned_data["new_file"],
                accepted=self.accepted,
                uploaded_by=self.for_user,
            )
        return form


class VersionsPanel(Panel):
    """The versions there are, newest first; they can be read, not changed."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "procedures/admin/versions_panel.html"

        def is_shown(self) -> bool:
            return bool(self.instance.pk)

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            context["versions"] = self.instance.versions.select_related("uploaded_by").order_by(
                "-since", "-pk"
            )
            return context


class ControlledFormViewSet(SnippetViewSet):
    model = ControlledForm
    icon = "doc-full-inverse"
    menu_label = gettext_lazy("Mẫu đơn, tờ khai")
    index_view_class = FoldedSnippetList
    chooser_viewset_class = FoldedChooserViewSet
    list_display = ["title", "number"]
    search_fields = ["title", "number"]
    ordering = ["title"]
    list_per_page = 50
    edit_handler = ObjectList(
        [
            FieldPanel("title"),
            FieldPanel("number"),
            FieldPanel("new_file"),
            VersionsPanel(heading=gettext_lazy("Các bản")),
        ],
        base_form_class=ControlledFormForm,
    )


def refuse_deletion(request: HttpRequest, instances: list[Model]) -> HttpResponse | None:
    """Hook: a form with versions keeps its addresses, a cited document its citations."""
    kept = [item for item in instances if _is_kept(item)]
    if not kept:
        return None
    messages.error(
        request,
        _("Không xóa được, vì đang được dùng hoặc đã công khai: %(names)s.")
        % {"names": "; ".join(str(item) for item in kept[:10])},
    )
    return redirect(kept[0].snippet_viewset.get_url_name("list"))  # type: ignore[attr-defined]  # registered snippets


def _is_kept(item: Model) -> bool:
    if isinstance(item, ControlledForm):
        return item.versions.exists() or ReferenceIndex.get_references_to(item).exists()
    if isinstance(item, LegalReference):
        return ReferenceIndex.get_references_to(item).exists() or bool(item.cited_by.exists())
    return False
