"""People of a unit: invited by mail, ended from today, invited again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import django_filters
from django import forms
from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.ui.menus import MenuItem
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import BaseObjectMixin, WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets import AdminDateInput

from home.enums import Role
from home.memberships import AmbiguousAddress, account_of, end_membership, invite, send_invitation
from home.models import Membership
from home.permissions import is_administrator
from home.scoped_views import ScopedModelViewSet
from home.viewsets.policies import MEMBERSHIP_POLICY
from search.admin_lists import FoldedSearch

STATES = [("current", _("Đang làm")), ("over", _("Đã thôi")), ("coming", _("Chưa bắt đầu"))]


class _MembershipForm(WagtailAdminModelForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_until"].help_text = _("Ngày cuối vẫn còn quyền. Bỏ trống nếu chưa biết.")
        if not is_administrator(self.for_user):
            self.fields["role"].choices = [(Role.EDITOR.value, Role.EDITOR.label)]


class InviteForm(_MembershipForm):
    """A new person is invited by address; of one with an account only the membership is new."""

    last_name = forms.CharField(label=_("Tên"), max_length=150, required=False)
    first_name = forms.CharField(label=_("Họ và tên đệm"), max_length=150, required=False)
    email = forms.EmailField(label=_("Thư điện tử công vụ"), max_length=150)
    field_order = ["email", "first_name", "last_name", "unit", "role", "valid_from", "valid_until"]

    class Meta:
        model = Membership
        fields = ["unit", "role", "valid_from", "valid_until"]
        widgets = {"valid_from": AdminDateInput, "valid_until": AdminDateInput, "unit": forms.Select}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = MEMBERSHIP_POLICY.units(self.for_user, "add").active().order_by("name")
        self.fields["unit"].queryset = units
        only = list(units[:2])
        if len(only) == 1:
            self.initial["unit"] = only[0].pk

    def clean_email(self) -> str:
        address: str = self.cleaned_data["email"].strip().lower()
        try:
            account_of(address)
        except AmbiguousAddress as error:
            raise ValidationError(str(error)) from error
        return address

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        same = Membership.objects.filter(
            Q(valid_until=None) | Q(valid_until__gte=data.get("valid_from"))
            if data.get("valid_from")
            else Q(),
            user__email__iexact=data.get("email") or "",
            unit=data.get("unit"),
            role=data.get("role") or "",
        )
        if data.get("email") and data.get("unit") and same.exists():
            raise ValidationError({"email": _("Người này đã có vai trò này ở đơn vị.")})
        return data


class MembershipForm(_MembershipForm):
    class Meta:
        model = Membership
        fields = ["role", "valid_from", "valid_until"]
        widgets = {"valid_from": AdminDateInput, "valid_until": AdminDateInput}


class MembershipFilterSet(WagtailFilterSet):
    state = django_filters.ChoiceFilter(choices=STATES, method="filter_state", label=_("Tình trạng"))
    role = django_filters.ChoiceFilter(choices=Role, label=_("Vai trò"))

    class Meta:
        model = Membership
        fields = ["role"]

    def filter_state(self, queryset: Any, _name: str, value: str) -> QuerySet[Membership]:
        current = Membership.objects.current()
        if value == "current":
            return queryset.filter(pk__in=current.values("pk"))
        coming = Membership.objects.coming()
        if value == "coming":
            return queryset.filter(pk__in=coming.values("pk"))
        return queryset.exclude(pk__in=current.values("pk")).exclude(pk__in=coming.values("pk"))


def _state(membership: Membership) -> str:
    if membership.is_current():
        return gettext("Đang làm") if membership.user.has_usable_password() else gettext("Chờ đặt mật khẩu")
    return gettext("Đã thôi") if membership.is_over() else gettext("Chưa bắt đầu")


def _day(field: str) -> Callable[[Membership], str]:
    """Days as days: Wagtail's own column says "14 hours ago"."""
    return lambda membership: date_format(value, "d/m/Y") if (value := getattr(membership, field)) else ""


class MembershipIndexView(FoldedSearch, generic.IndexView):
    page_title = _("Người")
    add_item_label = _("Mời người mới")

    @cached_property
    def columns(self) -> list[Column]:
        return [
            self._get_title_column(
                "person_name", label=_("Người"), accessor="person_name", sort_key="user__last_name"
            ),
            Column("user.email", label=_("Thư điện tử")),
            Column("unit", label=_("Đơn vị"), sort_key="unit__name"),
            Column("get_role_display", label=_("Vai trò"), sort_key="role"),
            Column("state", label=_("Tình trạng"), accessor=_state),
            Column("valid_from", label=_("Từ ngày"), accessor=_day("valid_from"), sort_key="valid_from"),
            Column("valid_until", label=_("Đến hết"), accessor=_day("valid_until"), sort_key="valid_until"),
        ]

    def _get_title_column(self, field_name: str, **kwargs: Any) -> Any:
        column_class = self._get_title_column_class(TitleColumn)
        return column_class(field_name, get_url=self.get_edit_url, **kwargs)

    def get_base_queryset(self) -> QuerySet[Membership]:
        return super().get_base_queryset().select_related("user", "unit")

    def get_list_more_buttons(self, instance: Membership) -> list[Any]:
        if not self.get_edit_url(instance):
            return []
        namespace = self.index_url_name.split(":")[0]
        buttons = [MenuItem(_("Sửa"), self.get_edit_url(instance), icon_name="edit", priority=10)]
        if not instance.user.has_usable_password():
            url = reverse(f"{namespace}:reinvite", args=(quote(instance.pk),))
            buttons.append(MenuItem(_("Gửi lại thư mời"), url, icon_name="mail", priority=20))
        if not instance.is_over():
            url = reverse(f"{namespace}:end", args=(quote(instance.pk),))
            buttons.append(MenuItem(_("Kết thúc từ hôm nay"), url, icon_name="circle-xmark", priority=30))
        return buttons


class InviteView(generic.CreateView):
    page_title = _("Mời")
    success_message = _("Đã gửi thư mời tới %(object)s.")
    submit_button_label = _("Gửi thư mời")
    submit_button_active_label = _("Đang gửi…")

    def get_success_message(self, instance: Membership) -> str:
        if instance.user.has_usable_password():
            # Whoever invites sees whose account it is: it may not be the person they meant.
            return gettext("Đã gửi thư mời tới %(email)s: tài khoản đã có của %(person)s (%(login)s).") % {
                "email": instance.user.email,
                "person": instance.person_name,
                "login": instance.user.get_username(),
            }
        return self.success_message % {"object": instance.user.email}

    def save_instance(self) -> Membership:
        data = self.form.cleaned_data
        return invite(
            email=data["email"],
            first_name=data["first_name"],
            last_name=data["last_name"],
            unit=data["unit"],
            role=data["role"],
            valid_from=data["valid_from"],
            valid_until=data["valid_until"],
            invited_by=self.request.user,
        )


class MembershipEditView(generic.EditView):
    template_name = "home/admin/membership_edit.html"
    success_message = _("Đã lưu %(object)s.")
    can_delete = False

    def get_page_subtitle(self) -> str:
        return str(self.object)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        namespace = self.index_url_name.split(":")[0]
        end_url = "" if self.object.is_over() else reverse(f"{namespace}:end", args=(quote(self.object.pk),))
        return super().get_context_data(**kwargs) | {"end_url": end_url}


class MembershipActionView(PermissionCheckedMixin, BaseObjectMixin, WagtailAdminTemplateMixin, TemplateView):
    """Asks, then acts. `permission_required` is asked of this very membership."""

    model: Any = None
    index_url_name: Any = None
    permission_required = "change"
    template_name = "home/admin/membership_confirm.html"
    question: Any = ""
    button: Any = ""
    serious = False

    def get_page_subtitle(self) -> str:
        return str(self.object)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "membership": self.object,
            "question": self.question,
            "button": self.button,
            "serious": self.serious,
            "index_url": reverse(self.index_url_name),
        }

    def act(self) -> str:
        raise NotImplementedError

    def post(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        messages.success(self.request, self.act())
        return redirect(self.index_url_name)


class EndMembershipView(MembershipActionView):
    page_title = _("Kết thúc từ hôm nay")
    header_icon = "circle-xmark"
    question = _("Người này mất quyền ngay, và bị đăng xuất nếu không còn vai trò nào khác. Kết thúc ngay?")
    button = _("Kết thúc từ hôm nay")
    serious = True

    def act(self) -> str:
        if self.object.user_id == self.request.user.pk and not is_administrator(self.request.user):
            raise PermissionDenied
        end_membership(membership=self.object, ended_by=self.request.user)
        return gettext("%(person)s đã hết quyền ở %(unit)s từ bây giờ.") % {
            "person": self.object.person_name,
            "unit": self.object.unit,
        }


class ReinviteView(MembershipActionView):
    page_title = _("Gửi lại thư mời")
    header_icon = "mail"
    question = _("Gửi lại thư có liên kết đặt mật khẩu?")
    button = _("Gửi lại thư mời")

    def act(self) -> str:
        if self.object.user.has_usable_password() or not self.object.user.is_active:
            raise Http404
        send_invitation(self.object)
        return gettext("Đã gửi thư mời tới %(email)s.") % {"email": self.object.user.email}


class MembershipViewSet(ScopedModelViewSet):
    model = Membership
    policy = MEMBERSHIP_POLICY
    icon = "group"
    name = "membership"
    url_prefix = "nguoi"
    menu_label = _("Người")
    menu_name = "people"
    menu_order = 240
    add_to_admin_menu = True
    add_to_reference_index = False
    inspect_view_enabled = False
    index_view_class = MembershipIndexView
    add_view_class = InviteView
    edit_view_class = MembershipEditView
    filterset_class = MembershipFilterSet
    search_fields = [
        "user__first_name",
        "user__last_name",
        "user__username",
        "user__email",
        "unit__search_key",
        "role",
    ]
    search_backend_name = None
    list_per_page = 50

    @property
    def end_view(self) -> Any:
        return self.construct_view(EndMembershipView)

    @property
    def reinvite_view(self) -> Any:
        return self.construct_view(ReinviteView)

    def get_edit_handler(self) -> None:
        return None

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return MembershipForm if for_update else InviteForm

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        # A membership ends; it is never deleted.
        return super().get_common_view_kwargs(**{"delete_url_name": None, "usage_url_name": None, **kwargs})

    def get_urlpatterns(self) -> list[Any]:
        kept = [p for p in super().get_urlpatterns() if p.name not in ("delete", "usage")]
        return [
            *kept,
            path("<int:pk>/thoi/", self.end_view, name="end"),
            path("<int:pk>/moi-lai/", self.reinvite_view, name="reinvite"),
        ]
