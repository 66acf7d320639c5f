"""Promoted results in the admin: one form, one result; Wagtail's own screens of them are closed (`portal.urls`).

Those need scripts in the page, offer queries of people that are never stored here, and ask for the words as they are
typed; here they are matched by what they mean (`search.promotions`).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import AdminPageChooser
from wagtail.contrib.search_promotions.models import Query, SearchPromotion

from search import vocabulary
from search.admin_lists import FoldedSearch
from search.curation.prefilling import brought
from search.reading import read

LONGEST = 100

# Wagtail says no plural, so Django would write "kết quả tìm kiếm được ghims".
_meta: Any = SearchPromotion._meta
_meta.verbose_name = _("kết quả ghim")
_meta.verbose_name_plural = _("kết quả ghim")


class PinChooser(AdminPageChooser):
    choose_one_text = _("Chọn thủ tục hay trang")
    choose_another_text = _("Chọn thủ tục hay trang khác")


class PromotionForm(WagtailAdminModelForm):
    words = forms.CharField(
        label=_("Khi người dân hỏi"),
        max_length=LONGEST,
        help_text=_(
            "Có dấu hay không, viết tắt hay lời nói hằng ngày cùng nghĩa đều khớp; hỏi thêm điều khác thì không."
        ),
    )
    sort_order = forms.IntegerField(
        label=_("Thứ tự"),
        min_value=0,
        max_value=99,
        required=False,
        help_text=_("Khi ghim nhiều kết quả cho một câu hỏi."),
    )
    field_order = ["words", "page", "external_link_url", "external_link_text", "description", "sort_order"]

    class Meta(WagtailAdminModelForm.Meta):
        model = SearchPromotion
        fields = ["page", "external_link_url", "external_link_text", "description"]
        widgets = {"page": PinChooser, "description": forms.Textarea(attrs={"rows": 3})}
        labels = {
            "page": _("Thủ tục hay trang được ghim"),
            "external_link_url": _("Hoặc địa chỉ được ghim"),
            "external_link_text": _("Chữ của địa chỉ ấy"),
            "description": _("Một câu giải thích"),
        }
        help_texts = {
            "page": _("Trong ô chọn, gõ tên, lời nói hằng ngày hay mã của thủ tục; không cần dấu."),
            "external_link_url": _("Địa chỉ đầy đủ, của cổng hay nơi khác: https://dichvucong.gov.vn/."),
            "description": _("Hiện dưới tên kết quả."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["words"] = self.instance.query.query_string
            self.initial["sort_order"] = self.instance.sort_order

    def clean_words(self) -> str:
        words = " ".join(self.cleaned_data["words"].split())
        if read(words, vocabulary.current()).is_empty:
            raise ValidationError(_("Câu hỏi chỉ có chữ không để tìm; hãy ghi điều người dân cần."))
        return words

    def clean_external_link_url(self) -> str:
        url: str = self.cleaned_data["external_link_url"]
        if url and urlsplit(url).scheme not in ("http", "https"):
            raise ValidationError(_("Địa chỉ phải bắt đầu bằng https:// hoặc http://."))
        if "@" in urlsplit(url).netloc:
            raise ValidationError(_("Địa chỉ không được có tên người dùng (phần đứng trước dấu @)."))
        return url

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        page, url = data.get("page"), data.get("external_link_url")
        if page and url:
            self.add_error(
                "external_link_url", _("Chọn một thủ tục, một trang hoặc ghi một địa chỉ, không cả hai.")
            )
        elif not page and not url and "external_link_url" not in self.errors:
            self.add_error("page", _("Chọn một thủ tục, một trang, hoặc ghi địa chỉ ở ô dưới."))
        if url and not data.get("external_link_text"):
            self.add_error("external_link_text", _("Ghi tên kết quả cho người đọc."))
        if page and not page.live:
            self.add_error("page", _("Trang này chưa công khai."))
        return data

    def save(self, commit: bool = True) -> SearchPromotion:
        self.instance.query = Query.get(self.cleaned_data["words"])
        self.instance.sort_order = self.cleaned_data["sort_order"]
        promotion = super().save(commit=commit)
        drop_unused()
        return promotion


def drop_unused() -> None:
    """Words without a promotion; Wagtail keeps them for counting, which is not done here."""
    Query.objects.filter(editors_picks=None).delete()


class PromotionIndexView(FoldedSearch, generic.IndexView):
    page_title = _("Kết quả ghim")

    @cached_property
    def columns(self) -> list[Column]:
        return [
            self._get_title_column(
                "query",
                label=_("Khi người dân hỏi"),
                accessor="query.query_string",
                sort_key="query__query_string",
            ),
            Column("title", label=_("Kết quả được ghim")),
            Column("description", label=_("Giải thích")),
        ]

    def _get_title_column(self, field_name: str, **kwargs: Any) -> Any:
        return TitleColumn(field_name, get_url=self.get_edit_url, **kwargs)

    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().select_related("query", "page")


class PromotionCreateView(generic.CreateView):
    submit_button_label = _("Ghim kết quả")
    submit_button_active_label = _("Đang ghim…")

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"words": brought(self.request, "query")}


class PromotionDeleteView(generic.DeleteView):
    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        drop_unused()
        return response


class PromotionViewSet(ModelViewSet):
    model = SearchPromotion
    icon = "pick"
    name = "search_promotion"
    url_prefix = "tim-kiem/ghim"
    menu_label = _("Kết quả ghim")
    menu_name = "search-promotions"
    copy_view_enabled = False
    add_to_reference_index = False
    index_view_class = PromotionIndexView
    add_view_class = PromotionCreateView
    delete_view_class = PromotionDeleteView
    search_fields = ["query__query_string", "external_link_text", "page__title", "description"]
    search_backend_name = None
    list_filter: list[str] = []
    list_per_page = 50
    ordering = ["query__query_string", "sort_order", "pk"]

    def get_edit_handler(self) -> None:
        return None

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return PromotionForm

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_common_view_kwargs(**{"usage_url_name": None, **kwargs})

    def get_urlpatterns(self) -> list[Any]:
        return [pattern for pattern in super().get_urlpatterns() if pattern.name != "usage"]
