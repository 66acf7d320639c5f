"""HomePage: the question, the places of life, the most needed procedures."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.blocks import CharBlock, ListBlock, PageChooserBlock, RegexBlock, StructBlock
from wagtail.fields import StreamField
from wagtail.models import Page

from home.sections import sections_for


class LinkedProcedureBlock(StructBlock):
    """A page under the words that people use for it; without words of its own the page's title stands."""

    label = CharBlock(label=_("chữ hiện ra"), required=False, max_length=80)
    page = PageChooserBlock(label=_("thủ tục"))

    class Meta:
        label = _("Thủ tục")
        icon = "link"


class LifeEventBlock(StructBlock):
    title = CharBlock(label=_("việc trong đời"), max_length=60)
    slug = RegexBlock(r"^[a-z0-9-]+$", label=_("đường dẫn"), max_length=40)
    items = ListBlock(LinkedProcedureBlock(), label=_("thủ tục"))

    class Meta:
        label = _("Việc trong đời")
        icon = "group"


class HomePage(Page):
    question = models.CharField(_("câu hỏi lớn"), max_length=80, default="Bạn cần làm thủ tục gì?")
    examples = models.CharField(
        _("ví dụ dưới ô tìm"),
        max_length=200,
        default="dang ky ket hon, sổ đỏ, 1.004222",
        help_text=_("Cách nhau bằng dấu phẩy."),
    )
    life_events = StreamField(
        [("event", LifeEventBlock())], verbose_name=_("việc thường gặp trong đời"), blank=True
    )
    most_needed = StreamField(
        [("procedure", LinkedProcedureBlock())], verbose_name=_("được cần nhiều nhất"), blank=True, max_num=12
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("question"),
        FieldPanel("examples"),
        FieldPanel("life_events"),
        FieldPanel("most_needed"),
    ]
    parent_page_types = ["wagtailcore.Page"]
    max_count = 1
    template = "home/home_page.html"

    class Meta:
        verbose_name = _("trang đầu")
        verbose_name_plural = _("trang đầu")

    @property
    def example_list(self) -> list[str]:
        return [e.strip() for e in self.examples.split(",") if e.strip()]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from home.home_page import unit_links, website

        return {
            **super().get_context(request, *args, **kwargs),
            "page_title": _("Tra cứu thủ tục hành chính"),
            "page_description": _(
                "Tra cứu thủ tục hành chính của tỉnh: giấy tờ cần mang, nơi nộp, thời hạn, lệ phí và nộp trực tuyến."
            ),
            "unit_counts": unit_links(),
            "structured": website(),
            **sections_for("home", request=request, page=self),
        }
