"""Synonyms in the admin: what an entry changes is shown before it is kept."""

from __future__ import annotations

import hashlib
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column, TitleColumn
from wagtail.snippets.views.snippets import CreateView, EditView, SnippetViewSet

from search import vocabulary
from search.admin_lists import FoldedSnippetList
from search.curation import figures, synonyms
from search.curation.effects import Effect, asked, effect, judged
from search.curation.prefilling import prefilled
from search.engines.contract import EngineUnavailable
from search.models import VocabularyEntry

FORM_TEMPLATE: Final = "search/admin/vocabulary_form.html"
"""Of both views; what it builds on is each view's `base_form`."""
SEEN: Final = "da-xem"
"""Field of the form: the mark of the entry whose effect was shown."""


class VocabularyEntryForm(WagtailAdminModelForm):
    def save(self, commit: bool = True) -> VocabularyEntry:
        self.instance.changed_by = self.for_user
        entry: VocabularyEntry = super().save(commit=commit)
        return entry

    @property
    def mark(self) -> str:
        """Another for another entry, and for another vocabulary beside it."""
        entry = self.instance
        held = (entry.write, entry.mean, entry.kind, entry.both, entry.company, entry.active, entry.pk)
        return hashlib.sha256(repr((held, vocabulary.current().version)).encode()).hexdigest()[:24]

    def effect(self) -> Effect:
        samples = [*judged(), *asked(figures.most_asked(timezone.localdate()))]
        return effect(vocabulary.current(), synonyms.with_entry(self.instance), samples)


class ShowsEffectFirst:
    """Before the views that make or edit an entry: keeps it only once its effect was on the screen, or there is none."""

    request: HttpRequest
    form: VocabularyEntryForm

    def setup(self, *args: Any, **kwargs: Any) -> None:
        super().setup(*args, **kwargs)  # type: ignore[misc]  # a mixin: the view class follows
        # Wagtail would keep every half-typed word, and every search would be read by it.
        self.autosave_enabled = False

    def form_valid(self, form: VocabularyEntryForm) -> HttpResponse:
        if self.request.POST.get(SEEN) != form.mark:
            try:
                found = form.effect()
            except EngineUnavailable:
                messages.warning(self.request, gettext("Tìm kiếm đang tạm nghỉ: chưa thử được, chưa lưu gì."))
                return self.form_invalid(form)  # type: ignore[attr-defined]  # as below
            if found.changes:
                self.form = form
                context = self.get_context_data(form=form, effect=found, seen=SEEN, mark=form.mark)  # type: ignore[attr-defined]  # a mixin: the view class follows
                response: HttpResponse = self.render_to_response(context)  # type: ignore[attr-defined]  # as above
                return response
            messages.info(
                self.request,
                gettext("Trong %(n)s câu hỏi mẫu và câu hỏi thường gặp, không câu nào đổi kết quả đầu.")
                % {"n": found.looked_at},
            )
        kept: HttpResponse = super().form_valid(form)  # type: ignore[misc]  # as above
        vocabulary.forget()
        return kept


class VocabularyCreateView(ShowsEffectFirst, CreateView):
    base_form = CreateView.template_name

    def get_initial_form_instance(self) -> VocabularyEntry:
        return prefilled(
            super().get_initial_form_instance() or VocabularyEntry(), self.request, "write", "mean"
        )


class VocabularyEditView(ShowsEffectFirst, EditView):
    """Also where an entry is taken out of use."""

    base_form = EditView.template_name


class VocabularyViewSet(SnippetViewSet):
    model = VocabularyEntry
    icon = "globe"
    menu_label = _("Từ đồng nghĩa")
    menu_name = "search-synonyms"
    base_url_path = "tim-kiem/tu-dong-nghia"
    index_view_class = FoldedSnippetList
    add_view_class = VocabularyCreateView
    edit_view_class = VocabularyEditView
    create_template_name = FORM_TEMPLATE
    edit_template_name = FORM_TEMPLATE
    copy_view_enabled = False
    list_display = [
        TitleColumn(
            "write",
            label=_("Người dân viết"),
            url_name="wagtailsnippets_search_vocabularyentry:edit",
            sort_key="write",
        ),
        Column("mean", label=_("Nghĩa là"), sort_key="mean"),
        Column("get_kind_display", label=_("Loại"), sort_key="kind"),
        BooleanColumn("active", label=_("Đang dùng")),
    ]
    list_filter = ["kind", "active"]
    list_per_page = 50
    search_fields = ["write", "mean", "note"]
    search_backend_name = None
    ordering = ["write"]
    edit_handler = ObjectList(
        [
            FieldPanel("write"),
            FieldPanel("mean"),
            FieldRowPanel([FieldPanel("kind"), FieldPanel("active")]),
            MultiFieldPanel(
                [FieldPanel("both"), FieldPanel("company"), FieldPanel("note")], heading=_("Thêm, nếu cần")
            ),
        ],
        base_form_class=VocabularyEntryForm,
    )

    def register_chooser_viewset(self) -> None:
        """None: nothing chooses an entry."""
