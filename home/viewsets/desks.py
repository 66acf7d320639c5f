"""Desks and counters in the admin."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList

from home.models import Counter, Desk
from home.scoped_views import UnchosenSnippetViewSet
from home.viewsets.forms import CounterForm, DeskForm
from home.viewsets.policies import COUNTER_POLICY, DESK_POLICY
from search.admin_lists import FoldedSnippetList


class DeskViewSet(UnchosenSnippetViewSet):
    model = Desk
    policy = DESK_POLICY
    icon = "home"
    menu_label = _("Bộ phận một cửa")
    menu_name = "desks"
    menu_order = 210
    add_to_admin_menu = True
    base_url_path = "bo-phan-mot-cua"
    list_display = ["name", "unit", "address", "phone"]
    list_per_page = 50
    index_view_class = FoldedSnippetList
    search_fields = ["name", "address", "phone", "unit__search_key"]
    ordering = ["name"]
    inspect_view_fields = [
        "name",
        "unit",
        "serves",
        "address",
        "phone",
        "email",
        "accessible",
        "accessible_note",
    ]
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [FieldPanel("unit", widget=forms.Select), FieldPanel("name"), FieldPanel("serves")],
                heading=_("Bộ phận"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("address"),
                    FieldRowPanel([FieldPanel("latitude"), FieldPanel("longitude")]),
                    FieldRowPanel([FieldPanel("phone"), FieldPanel("email")]),
                ],
                heading=_("Địa chỉ và liên hệ"),
            ),
            MultiFieldPanel(
                [FieldPanel("accessible"), FieldPanel("accessible_note")], heading=_("Người khuyết tật")
            ),
            InlinePanel(
                "hours",
                [FieldRowPanel([FieldPanel("weekday"), FieldPanel("opens"), FieldPanel("closes")])],
                heading=_("Giờ làm việc trong tuần"),
                label=_("khoảng giờ"),
                help_text=_(
                    "Ghi giờ dạng 07:30 hoặc 7h30. Ngày nghỉ trưa có hai khoảng giờ. Ngày không ghi là ngày nghỉ."
                ),
            ),
            InlinePanel(
                "exceptions",
                [
                    FieldRowPanel([FieldPanel("first_day"), FieldPanel("last_day")]),
                    FieldRowPanel([FieldPanel("opens"), FieldPanel("closes")]),
                    FieldPanel("note"),
                ],
                heading=_("Ngày nghỉ, ngày làm giờ khác"),
                label=_("ngày khác lệ"),
                help_text=_("Ghi ngày dạng 30/12/2026. Bỏ trống giờ nếu nghỉ cả ngày."),
            ),
        ],
        base_form_class=DeskForm,
    )


class CounterViewSet(UnchosenSnippetViewSet):
    model = Counter
    policy = COUNTER_POLICY
    icon = "list-ul"
    menu_label = _("Quầy")
    menu_name = "counters"
    menu_order = 220
    add_to_admin_menu = True
    base_url_path = "quay"
    list_display = ["name", "desk", "place", "phone"]
    list_per_page = 50
    index_view_class = FoldedSnippetList
    search_fields = ["name", "place", "phone", "desk__name", "desk__unit__search_key"]
    inspect_view_fields = ["name", "desk", "place", "phone", "subjects"]
    edit_handler = ObjectList(
        [
            FieldPanel("desk"),
            FieldPanel("name"),
            FieldRowPanel([FieldPanel("place"), FieldPanel("phone")]),
            FieldPanel("subjects"),
        ],
        base_form_class=CounterForm,
    )
