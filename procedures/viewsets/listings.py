"""Listings in the admin: one at a time. Lists of what is missing or outdated, and work in bulk, have screens of their own."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import StatusTagColumn, UpdatedAtColumn
from wagtail.snippets.views.snippets import CreateView, EditView, IndexView

from home.models import Unit
from home.scoped_views import CheckedPublishing, UnchosenSnippetViewSet
from home.viewsets.units import named_like
from procedures.listings.rights import LISTING_POLICY, OWN_WORDS, may_publish
from procedures.models import Listing, ProcedurePage
from procedures.viewsets.listing_forms import ListingForm
from procedures.viewsets.procedures import procedure_chooser

STATES = [
    ("live", _("Đang niêm yết")),
    ("outdated", _("Cần xác nhận lại")),
    ("draft", _("Có bản nháp")),
    ("withdrawn", _("Đã gỡ")),
]


def state_words(listing: Listing) -> str:
    """From the row alone: Wagtail's own status asks the database twice for each."""
    if not listing.live:
        return gettext("Đã gỡ") if listing.withdrawn_at else gettext("Bản nháp")
    if listing.is_outdated:
        return gettext("Cần xác nhận lại")
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
    def search_queryset(self, queryset: Any) -> QuerySet[Listing]:
        if not self.is_searching:
            return queryset
        named = named_like(ProcedurePage.objects.all(), self.search_query)
        return queryset.filter(procedure__in=named.values("pk"))


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
    pass


class ListingViewSet(UnchosenSnippetViewSet):
    model = Listing
    policy = LISTING_POLICY
    icon = "clipboard-list"
    menu_label = _("Trang niêm yết")
    menu_name = "listings"
    menu_order = 200
    add_to_admin_menu = True
    base_url_path = "trang-niem-yet"
    index_view_class = ListingIndexView
    add_view_class = ListingCreateView
    edit_view_class = ListingEditView
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
