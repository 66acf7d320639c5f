"""Listings in the admin: one at a time. Lists of what is missing or outdated, and work in bulk, have screens of their own."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import StatusTagColumn, UpdatedAtColumn
from wagtail.models import TaskState
from wagtail.snippets.views.snippets import CreateView, EditView, IndexView, UnpublishView

from home.models import Unit
from home.scoped_views import CheckedPublishing, UnchosenSnippetViewSet
from procedures.listings.rights import LISTING_POLICY, OWN_WORDS, may_publish
from procedures.listings.services import REASON_LENGTH
from procedures.listings.state import unit_state
from procedures.listings.units import rights_in
from procedures.models import Listing
from procedures.viewsets.listing_forms import ListingForm
from procedures.viewsets.procedures import procedure_chooser
from search.lists import narrowed

STATES = [
    ("live", _("Đang niêm yết")),
    ("outdated", _("Nội dung đã cũ")),
    ("draft", _("Có bản nháp")),
    ("withdrawn", _("Đã gỡ")),
]


def state_words(listing: Listing) -> str:
    """From the row alone: Wagtail's own status asks the database twice for each."""
    if not listing.live:
        return gettext("Đã gỡ") if listing.withdrawn_at else gettext("Bản nháp")
    if listing.is_outdated:
        return gettext("Nội dung đã cũ")
    return (
        gettext("Đang niêm yết, có bản nháp") if listing.has_unpublished_changes else gettext("Đang niêm yết")
    )


def own_units(request: HttpRequest | None) -> QuerySet[Unit]:
    if request is None:
        return Unit.objects.none()
    units = LISTING_POLICY.scope(request.user, "view").values("unit")
    return Unit.objects.filter(pk__in=units).order_by("name")


class ListingFilterSet(WagtailFilterSet):
    state = django_filters.ChoiceFilter(choices=STATES, method="filter_state", label=_("Tình trạng"))
    unit = django_filters.ModelChoiceFilter(queryset=own_units, label=_("Đơn vị"))

    class Meta:
        model = Listing
        fields = ["unit"]

    def filter_state(self, queryset: Any, _name: str, value: str) -> QuerySet[Listing]:
        verbs = {
            "live": queryset.live,
            "outdated": queryset.outdated,
            "draft": queryset.drafts,
            "withdrawn": queryset.withdrawn,
        }
        return verbs[value]()


class ListingIndexView(IndexView):
    page_title = _("Từng trang niêm yết")

    def search_queryset(self, queryset: Any) -> QuerySet[Listing]:
        if not self.is_searching:
            return queryset
        return narrowed(
            queryset,
            self.search_query,
            kind="thu-tuc",
            key="procedure__code",
            names="procedure__search_key",
            then=() if self.is_explicitly_ordered else ("procedure__title", "unit__name"),
        )


class PublishingByWords(CheckedPublishing):
    """An editor's "publish" goes to the approver when the unit's own words are new."""

    def may_publish(self, instance: Listing) -> bool:
        return may_publish(
            self.request.user, instance, {field: getattr(instance, field) for field in OWN_WORDS}
        )

    def get_available_actions(self) -> list[str]:
        actions = super().get_available_actions()  # type: ignore[misc] # a mixin: the view class follows
        if self.request.method == "POST" and "publish" not in actions and self._may_list():
            actions.append("publish")
        return actions

    def _may_list(self) -> bool:
        if self.object is None:
            return self.scoped_policy.user_has_permission(self.request.user, "list")
        return self.scoped_policy.user_has_permission_for_instance(self.request.user, "list", self.object)

    def publish_action(self) -> Any:
        if self.may_publish(self.object):
            return super().publish_action()
        self.action = "submit"
        messages.info(
            self.request, gettext("Ghi chú của đơn vị cần được duyệt: đã gửi tới người phê duyệt của đơn vị.")
        )
        return self.submit_action()  # type: ignore[attr-defined] # of the edit view


class ListingCreateView(PublishingByWords, CreateView):
    pass


class ListingEditView(PublishingByWords, EditView):
    """Says above the form what waits: an approver's decision, or a confirmation of what has changed officially."""

    def get_success_message(self, instance: Listing | None = None) -> str:
        if self.action != "workflow-action":
            return super().get_success_message(instance)
        done = {
            "approve": gettext("Đã duyệt, phần chữ của đơn vị đã công khai: %(listing)s."),
            "reject": gettext("Đã trả lại để sửa: %(listing)s."),
        }
        return done[self.workflow_action] % {"listing": instance or self.object}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        listing: Listing = self.live_object
        rights = rights_in(self.request.user, listing.unit)
        state = self.object.current_workflow_task_state
        return super().get_context_data(**kwargs) | {
            "listing": listing,
            "rights": rights,
            "waiting": state if state and state.status == TaskState.STATUS_IN_PROGRESS else None,
        }


class ListingUnpublishView(UnpublishView):
    """Taking a listing down tells the public why: the form of the screen "Niêm yết" asks, and it alone acts."""

    object: Listing
    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        unit = self.object.unit
        if not rights_in(request.user, unit).approve:
            raise PermissionDenied
        if not self.object.live:
            return redirect("wagtailsnippets_procedures_listing:edit", self.object.pk)
        if request.method not in ("GET", "HEAD"):
            return redirect(request.path)
        procedure = self.object.procedure
        context = self.get_context_data(
            unit=unit,
            procedures=[{"pk": procedure.pk, "code": procedure.code, "title": procedure.title}],
            owed=int(procedure.pk in unit_state(unit).owed),
            reason_length=REASON_LENGTH,
            action_url=reverse("unit_listings", args=[unit.slug]),
        )
        return render(request, "procedures/admin/withdraw.html", context)


class ListingViewSet(UnchosenSnippetViewSet):
    model = Listing
    policy = LISTING_POLICY
    icon = "doc-full-inverse"
    menu_label = _("Từng trang niêm yết")
    menu_name = "listings"
    menu_order = 200
    add_to_admin_menu = True
    base_url_path = "trang-niem-yet"
    index_view_class = ListingIndexView
    add_view_class = ListingCreateView
    edit_view_class = ListingEditView
    edit_template_name = "procedures/admin/listing_edit.html"
    unpublish_view_class = ListingUnpublishView
    filterset_class = ListingFilterSet
    list_display = [
        "__str__",
        "unit",
        "confirmed_at",
        StatusTagColumn("state", label=_("Tình trạng"), accessor=state_words, primary=lambda row: row.live),
        UpdatedAtColumn(),
    ]
    list_per_page = 50
    search_fields = ["procedure__search_key"]
    search_backend_name = None
    inspect_view_fields = [
        "procedure",
        "unit",
        "desk",
        "counter",
        "phone",
        "hours_note",
        "notes",
        "live",
        "confirmed_at",
        "withdrawn_at",
        "withdrawn_reason",
    ]
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("unit", widget=forms.Select),
                    FieldPanel("procedure", widget=procedure_chooser.widget_class),
                ],
                heading=_("Niêm yết"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("desk"),
                    FieldPanel("counter"),
                    FieldRowPanel([FieldPanel("phone"), FieldPanel("hours_note")]),
                ],
                heading=_("Nơi nộp hồ sơ"),
                help_text=_("Để trống để dùng thông tin chung của đơn vị, hiện bằng chữ mờ."),
            ),
            FieldPanel("notes"),
        ],
        base_form_class=ListingForm,
    )

    def may_publish(self, user: Any, instance: Listing | None) -> bool:
        """Whether the editor offers "publish": to editors too; the server asks again when it knows the words."""
        if instance is None or not instance.pk:
            return LISTING_POLICY.user_has_permission(user, "list")
        return LISTING_POLICY.user_has_permission_for_instance(user, "list", instance)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Listing]:
        heavy = ("steps", "cases", "channels", "results", "conditions")
        return Listing.objects.select_related("procedure", "unit", "latest_revision").defer(
            *(f"procedure__{field}" for field in heavy)
        )
