"""Wagtail's own screens of people, for administrators; one who is no superuser can't make or touch one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views import bulk_actions
from wagtail.users.views.bulk_actions.assign_role import RoleForm
from wagtail.users.views.users import CreateView, EditView, IndexView, UserViewSet

from home.enums import PROVINCE_GROUPS, PortalGroup
from home.memberships import accounts_with, other_administrators
from home.permissions import is_administrator
from search.admin_lists import FoldedSearch
from search.lists import holding

User = get_user_model()
PERSON_FIELDS = ("first_name", "last_name", "username", "email")


def may_touch(user: Any, other: Any) -> bool:
    return bool(user.is_superuser or not other.is_superuser)


def assignable_groups(user: Any) -> Any:
    """The portal's province-wide groups. Unit staff follow from memberships; groups made by hand are a superuser's."""
    if user.is_superuser:
        return Group.objects.all()
    return Group.objects.filter(name__in=[group.value for group in PROVINCE_GROUPS])


class _PortalUserForm(forms.ModelForm):
    field_order = (
        *("username", "email", "first_name", "last_name"),
        *("password1", "password2", "is_active", "is_superuser", "groups"),
    )

    def __init__(self, *args: Any, request_user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request_user = request_user
        self.fields["first_name"].label = _("Họ và tên đệm")
        self.fields["last_name"].label = _("Tên")
        if not request_user.is_superuser:
            self.fields.pop("is_superuser", None)
        offered = assignable_groups(request_user)
        self.fields["groups"].queryset = offered  # type: ignore[attr-defined] # a ModelMultipleChoiceField
        self.fields["groups"].help_text = _("Vai trò ở một đơn vị được cấp tại mục Người.")
        self._kept = list(self.instance.groups.exclude(pk__in=offered)) if self.instance.pk else []

    def clean_email(self) -> str:
        address: str = self.cleaned_data["email"].strip()
        # An old pair of accounts may still be edited, so that somebody can end it.
        if "email" in self.changed_data and accounts_with(address).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Một tài khoản khác đã dùng địa chỉ này."))
        return address

    def _save_m2m(self) -> None:
        # Groups that are not offered stay as they are.
        super()._save_m2m()  # type: ignore[misc] # of Django's model forms, not in the stubs
        self.instance.groups.add(*self._kept)


class PortalUserCreationForm(_PortalUserForm, UserCreationForm):
    pass


class PortalUserEditForm(_PortalUserForm, UserEditForm):
    def clean(self) -> dict[str, Any] | None:
        """The last administrator stays one: nobody could make another from within the portal."""
        data = super().clean()
        person = get_user_model().objects.get(pk=self.instance.pk)
        if is_administrator(person) and not other_administrators(person).exists():
            values = self.cleaned_data
            groups = {group.name for group in [*values.get("groups", ()), *self._kept]}
            superuser = values.get("is_superuser", person.is_superuser)
            active = values.get("is_active", person.is_active)
            if not active or not (superuser or PortalGroup.ADMINISTRATOR.value in groups):
                raise ValidationError(
                    _(
                        "Đây là quản trị viên duy nhất: hãy giao quyền Quản trị cổng cho một người khác trước khi bỏ quyền này."
                    )
                )
        return data


class PortalUserIndexView(FoldedSearch, IndexView):
    search_fields = PERSON_FIELDS


class PortalUserCreateView(CreateView):
    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "request_user": self.request.user}


class PortalUserEditView(EditView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_touch(request.user, self.object):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "request_user": self.request.user}


class PortalUserViewSet(UserViewSet):
    index_view_class = PortalUserIndexView
    add_view_class = PortalUserCreateView
    edit_view_class = PortalUserEditView
    # Wagtail's own template names a field that only superusers have.
    create_template_name = "wagtailadmin/generic/form.html"
    menu_label = _("Tài khoản")
    # Posted to, Wagtail's copy view writes into the very account that it was to copy.
    copy_view_enabled = False

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return PortalUserEditForm if for_update else PortalUserCreationForm


class _Touchable:
    """Before Wagtail's bulk actions on people."""

    request: HttpRequest
    model: Any

    def get_all_objects_in_listing_query(self, _parent_id: Any) -> Any:
        """Those whom the list shows for the same words, where all of them were ticked."""
        people = self.model.objects.all()
        if words := self.request.GET.get("q", ""):
            people = holding(people, words, *PERSON_FIELDS)
        return people.values_list("pk", flat=True)

    def check_perm(self, obj: Any) -> bool:
        return may_touch(self.request.user, obj) and super().check_perm(obj)  # type: ignore[misc] # a mixin


class PortalRoleForm(RoleForm):
    def __init__(self, *args: Any, request_user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].queryset = assignable_groups(request_user)


class AssignRoleBulkAction(_Touchable, bulk_actions.AssignRoleBulkAction):
    form_class = PortalRoleForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "request_user": self.request.user}


class DeleteBulkAction(_Touchable, bulk_actions.DeleteBulkAction):
    pass


class SetActiveStateBulkAction(_Touchable, bulk_actions.SetActiveStateBulkAction):
    pass


USER_BULK_ACTIONS = (AssignRoleBulkAction, DeleteBulkAction, SetActiveStateBulkAction)
