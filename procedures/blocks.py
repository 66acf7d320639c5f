"""StreamField blocks of a procedure's parts. Their raw form is written by `procedures.mapping`, never by hand."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import (
    CharBlock,
    ChoiceBlock,
    DecimalBlock,
    IntegerBlock,
    ListBlock,
    RichTextBlock,
    StructBlock,
    StructBlockValidationError,
    TextBlock,
)
from wagtail.snippets.blocks import SnippetChooserBlock

from procedures.enums import Actor, ChannelKind, Currency, TimeUnit

TEXT_FEATURES = ["bold", "italic", "ol", "ul", "link", "h3", "h4"]


class FeeBlock(StructBlock):
    label = CharBlock(label=_("tên khoản"), required=False, max_length=300)
    amount = DecimalBlock(
        label=_("số tiền"),
        required=False,
        min_value=0,
        help_text=_("0 nghĩa là miễn phí; để trống khi chỉ có lời."),
    )
    currency = ChoiceBlock(label=_("đơn vị tiền"), choices=Currency.choices, default=Currency.VND)
    text = TextBlock(label=_("diễn giải"), required=False)

    class Meta:
        label = _("Khoản phí, lệ phí")
        icon = "tag"

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if cleaned.get("amount") is None and not cleaned.get("text"):
            raise StructBlockValidationError(
                block_errors={
                    "amount": ValidationError(
                        _("Ghi số tiền, hoặc ghi diễn giải khi không có số tiền cụ thể.")
                    )
                }
            )
        return cleaned


class ChannelBlock(StructBlock):
    kind = ChoiceBlock(label=_("cách nộp"), choices=ChannelKind.choices)
    duration_amount = DecimalBlock(label=_("thời hạn"), required=False, min_value=0)
    duration_unit = ChoiceBlock(label=_("tính theo"), choices=TimeUnit.choices, required=False)
    duration_text = TextBlock(label=_("diễn giải thời hạn"), required=False)
    fees = ListBlock(FeeBlock(), label=_("phí, lệ phí"), default=[], collapsed=True)
    note = RichTextBlock(label=_("mô tả"), required=False, features=TEXT_FEATURES)

    class Meta:
        label = _("Cách nộp")
        icon = "mail"

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if (cleaned.get("duration_amount") is None) != (not cleaned.get("duration_unit")):
            raise StructBlockValidationError(
                block_errors={
                    "duration_unit": ValidationError(
                        _("Ghi đủ cả số và đơn vị thời hạn, hoặc để trống cả hai.")
                    )
                }
            )
        return cleaned


class PaperBlock(StructBlock):
    name = RichTextBlock(label=_("giấy tờ"), features=TEXT_FEATURES)
    originals = IntegerBlock(label=_("bản chính"), required=False, min_value=0)
    copies = IntegerBlock(label=_("bản sao"), required=False, min_value=0)
    note = CharBlock(label=_("ghi chú"), required=False, max_length=500)
    form = SnippetChooserBlock("procedures.ControlledForm", label=_("mẫu đơn, tờ khai"), required=False)
    form_name = CharBlock(label=_("tên tệp mẫu trong nguồn"), required=False, max_length=300)

    class Meta:
        label = _("Giấy tờ")
        icon = "doc-full"


class PaperCaseBlock(StructBlock):
    title = TextBlock(
        label=_("trường hợp"), required=False, help_text=_("Để trống khi chỉ có một trường hợp.")
    )
    note = RichTextBlock(label=_("chỉ dẫn chung"), required=False, features=TEXT_FEATURES)
    papers = ListBlock(PaperBlock(), label=_("giấy tờ"), default=[], collapsed=True)

    class Meta:
        label = _("Trường hợp")
        icon = "folder-open-inverse"


class StepBlock(StructBlock):
    title = TextBlock(label=_("bước"))
    actor = ChoiceBlock(label=_("ai làm"), choices=[c for c in Actor.choices if c[0]], required=False)
    text = RichTextBlock(label=_("nội dung"), required=False, features=TEXT_FEATURES)

    class Meta:
        label = _("Bước")
        icon = "list-ol"


class ResultBlock(StructBlock):
    name = TextBlock(label=_("kết quả"))
    code = CharBlock(label=_("mã kết quả"), required=False, max_length=60)

    class Meta:
        label = _("Kết quả")
        icon = "success"
