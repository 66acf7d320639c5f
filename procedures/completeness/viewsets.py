"""Schemes of points in the admin: a form with a living example beside it, a page to read, copies; locked once used."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column, TitleColumn
from wagtail.permission_policies.base import ModelPermissionPolicy
from wagtail.snippets.views.snippets import (
    CopyView,
    CreateView,
    EditView,
    InspectView,
    SnippetViewSet,
)

from home.scoped_views import save_on_purpose
from procedures.completeness.scheme import SchemeError, read_scheme
from procedures.completeness.scheme_form import DEADLINES, SchemeForm, locked_words
from procedures.completeness.scheme_words import criterion_rows, deadline_rows, examples
from procedures.completeness.words import points_words
from procedures.models import ScoringScheme

LOCKABLE = ("change", "delete")


class SchemePolicy(ModelPermissionPolicy):
    """What a round was scored with stays as it was, whoever asks."""

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        if action in LOCKABLE and instance.is_locked:
            return False
        return bool(super().user_has_permission_for_instance(user, action, instance))

    def user_has_any_permission_for_instance(self, user: Any, actions: Any, instance: Any) -> bool:
        return any(self.user_has_permission_for_instance(user, action, instance) for action in actions)


class SchemeCreateView(CreateView):
    def setup(self, *args: Any, **kwargs: Any) -> None:
        super().setup(*args, **kwargs)
        save_on_purpose(self)


class SchemeCopyView(CopyView):
    def setup(self, *args: Any, **kwargs: Any) -> None:
        super().setup(*args, **kwargs)
        save_on_purpose(self)

    def get_initial_form_instance(self) -> ScoringScheme:
        held = self.get_object()
        return ScoringScheme(
            year=held.year,
            title=_("%(title)s (bản sao)") % {"title": held.title},
            is_example=held.is_example,
            in_use=False,
            content=deepcopy(held.content),
            source=held.source,
        )


class SchemeEditView(EditView):
    def setup(self, *args: Any, **kwargs: Any) -> None:
        super().setup(*args, **kwargs)
        save_on_purpose(self)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.object.is_locked and self.permission_policy.user_has_permission(request.user, "view"):
            messages.warning(request, locked_words())
            return redirect(reverse(self.inspect_url_name, args=[self.object.pk]))
        return super().dispatch(request, *args, **kwargs)


class SchemeInspectView(InspectView):
    template_name = "procedures/admin/scheme.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        try:
            scheme = read_scheme(self.object.content)
        except SchemeError as error:
            return context | {"faults": list(error.errors.values())}
        return context | {
            "criteria": criterion_rows(scheme),
            "deadlines": deadline_rows(scheme.deadlines),
            "maximum": points_words(scheme.maximum),
            "examples": examples(scheme),
        }


class PointsColumn(Column):
    """The sum of all criteria."""

    def get_value(self, instance: ScoringScheme) -> str:
        try:
            return points_words(read_scheme(instance.content).maximum)
        except SchemeError:
            return "–"


class ScoringSchemeViewSet(SnippetViewSet):
    model = ScoringScheme
    icon = "list-ol"
    menu_label = gettext_lazy("Bộ tiêu chí")
    menu_name = "scoring-schemes"
    menu_order = 305
    add_to_admin_menu = True
    base_url_path = "bo-tieu-chi"
    add_view_class = SchemeCreateView
    edit_view_class = SchemeEditView
    copy_view_class = SchemeCopyView
    inspect_view_class = SchemeInspectView
    inspect_view_enabled = True
    list_display = [
        TitleColumn(
            "title",
            label=gettext_lazy("Tên"),
            url_name="wagtailsnippets_procedures_scoringscheme:inspect",
        ),
        Column("year", label=gettext_lazy("Năm"), sort_key="year"),
        PointsColumn("points", label=gettext_lazy("Tổng điểm")),
        BooleanColumn("in_use", label=gettext_lazy("Đang dùng")),
        BooleanColumn("is_example", label=gettext_lazy("Là ví dụ")),
        BooleanColumn("is_locked", label=gettext_lazy("Đã khóa")),
    ]
    list_filter = ["year"]
    ordering = ["-year", "-in_use", "pk"]
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("title"),
                    FieldRowPanel([FieldPanel("year"), FieldPanel("in_use"), FieldPanel("is_example")]),
                    FieldPanel("source"),
                ],
                heading=gettext_lazy("Bộ tiêu chí"),
            ),
            FieldPanel("criteria", heading=gettext_lazy("Các tiêu chí")),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel(f"{name}_days"), FieldPanel(f"{name}_source")])
                    for name in DEADLINES
                ],
                heading=gettext_lazy("Hạn, tính theo ngày làm việc"),
            ),
        ],
        base_form_class=SchemeForm,
    )

    @property
    def permission_policy(self) -> SchemePolicy:
        return SchemePolicy(ScoringScheme)

    def register_chooser_viewset(self) -> None:
        """Nothing chooses a scheme but the form of a round, which has its own list."""
