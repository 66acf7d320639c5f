"""The form of a scheme: criteria with their bands and deductions as blocks, deadlines as fields; never raw JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms.utils import ErrorList
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.blocks import (
    BlockField,
    CharBlock,
    ChoiceBlock,
    DecimalBlock,
    ListBlock,
    StreamBlock,
    StreamBlockValidationError,
    StructBlock,
    StructBlockValidationError,
    TextBlock,
)
from wagtail.blocks.list_block import ListBlockValidationError

from home.slugs import slugify_vi
from procedures.completeness.findings import FindingKind
from procedures.completeness.scheme import (
    DEDUCTIBLE,
    MOST_BANDS,
    MOST_CRITERIA,
    MOST_DAYS,
    Measure,
    Method,
    SchemeError,
    read_scheme,
    to_json,
)
from procedures.models import ScoringScheme

MEASURE_LABELS = {
    Measure.LISTED: gettext_lazy("Đã niêm yết: thủ tục phải niêm yết, trừ thủ tục quá hạn chưa niêm yết"),
    Measure.ON_TIME: gettext_lazy("Đúng hạn: thủ tục niêm yết trong hạn hoặc còn trong hạn"),
    Measure.CURRENT: gettext_lazy("Đúng bản hiện hành: trừ thủ tục quá hạn xác nhận lại"),
    Measure.DETAILS: gettext_lazy("Đủ thông tin: trừ thủ tục quá hạn ghi nơi tiếp nhận, giờ, điện thoại"),
    Measure.COMPLETE: gettext_lazy("Đầy đủ: đã niêm yết, đúng bản và đủ thông tin"),
    Measure.CLEAN: gettext_lazy("Gỡ kịp thời: trừ thủ tục quá hạn gỡ"),
}
METHOD_LABELS = {
    Method.SHARE: gettext_lazy("Theo tỷ lệ: điểm tối đa nhân với tỷ lệ"),
    Method.BANDS: gettext_lazy("Theo bậc tỷ lệ"),
    Method.DEDUCTIONS: gettext_lazy("Đủ điểm, chỉ trừ theo thiếu sót"),
}
DEDUCTION_LABELS = {
    FindingKind.LATE: gettext_lazy("Thủ tục quá hạn niêm yết"),
    FindingKind.OUTDATED: gettext_lazy("Thủ tục quá hạn xác nhận lại"),
    FindingKind.SHOULD_BE_GONE: gettext_lazy("Thủ tục quá hạn gỡ"),
    FindingKind.UNIT_DETAIL: gettext_lazy("Thủ tục quá hạn ghi đủ thông tin của đơn vị"),
}
DEADLINES = {
    "list": (
        gettext_lazy("Niêm yết"),
        gettext_lazy("Kể từ ngày ký, khi quyết định công bố không giao hạn niêm yết."),
    ),
    "confirm": (gettext_lazy("Xác nhận lại"), gettext_lazy("Kể từ ngày nội dung gốc đổi phần quan trọng.")),
    "remove": (
        gettext_lazy("Gỡ"),
        gettext_lazy("Kể từ ngày thủ tục hết hiệu lực hoặc không còn thuộc đơn vị."),
    ),
    "details": (gettext_lazy("Ghi đủ thông tin của đơn vị"), gettext_lazy("Kể từ ngày niêm yết.")),
}


def _points(label: Any, **options: Any) -> DecimalBlock:
    return DecimalBlock(label=label, min_value=0, max_value=100, max_digits=6, decimal_places=3, **options)


class BandBlock(StructBlock):
    at_least = _points(gettext_lazy("từ tỷ lệ (%)"))
    points = _points(gettext_lazy("được số điểm"))

    class Meta:
        label = gettext_lazy("Bậc")
        icon = "order"


class DeductionBlock(StructBlock):
    kind = ChoiceBlock(
        label=gettext_lazy("mỗi"), choices=[(kind.value, DEDUCTION_LABELS[kind]) for kind in DEDUCTIBLE]
    )
    each = _points(gettext_lazy("trừ số điểm"))
    cap = _points(gettext_lazy("trừ nhiều nhất"), required=False)

    class Meta:
        label = gettext_lazy("Mức trừ")
        icon = "minus-inverse"


class CriterionBlock(StructBlock):
    label = CharBlock(label=gettext_lazy("tên tiêu chí"), max_length=300)
    points = _points(gettext_lazy("điểm tối đa"))
    measure = ChoiceBlock(
        label=gettext_lazy("đo nội dung"), choices=[(m.value, MEASURE_LABELS[m]) for m in Measure]
    )
    method = ChoiceBlock(
        label=gettext_lazy("cách tính"), choices=[(m.value, METHOD_LABELS[m]) for m in Method]
    )
    bands = ListBlock(
        BandBlock(),
        label=gettext_lazy("các bậc"),
        default=[],
        max_num=MOST_BANDS,
        help_text=gettext_lazy("Chỉ dùng khi tính theo bậc. Dưới bậc thấp nhất không có điểm."),
    )
    deductions = ListBlock(
        DeductionBlock(),
        label=gettext_lazy("trừ theo từng thiếu sót"),
        default=[],
        max_num=len(DEDUCTIBLE),
        help_text=gettext_lazy("Chỉ tính thiếu sót đã quá hạn; việc còn trong hạn không bị trừ."),
    )
    cap = _points(
        gettext_lazy("tổng các mức trừ nhiều nhất"),
        required=False,
        help_text=gettext_lazy("Để trống: trừ đến hết điểm của tiêu chí."),
    )
    source = TextBlock(label=gettext_lazy("nguồn"), required=False, rows=2)

    class Meta:
        label = gettext_lazy("Tiêu chí")
        icon = "list-ol"
        label_format = "{label}: {points}"


# A stream of one type: a list block at the top breaks Wagtail's script, which asks a stream's element for its place.
CRITERIA = StreamBlock(
    [("criterion", CriterionBlock())], min_num=1, max_num=MOST_CRITERIA, collapsed=True, required=True
)


def _stream(rows: list[dict[str, Any]]) -> Any:
    return CRITERIA.to_python([{"type": "criterion", "value": row} for row in rows])


def _days(name: str) -> forms.IntegerField:
    label, help_text = DEADLINES[name]
    return forms.IntegerField(label=label, min_value=0, max_value=MOST_DAYS, help_text=help_text)


def _source() -> forms.CharField:
    return forms.CharField(label=gettext_lazy("nguồn"), required=False, max_length=1_000)


class SchemeForm(WagtailAdminModelForm):
    list_days = _days("list")
    list_source = _source()
    confirm_days = _days("confirm")
    confirm_source = _source()
    remove_days = _days("remove")
    remove_source = _source()
    details_days = _days("details")
    details_source = _source()
    criteria = BlockField(CRITERIA, label=gettext_lazy("Các tiêu chí"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        content = self.instance.content or {}
        for name in DEADLINES:
            deadline = content.get("deadlines", {}).get(name, {})
            self.initial.setdefault(f"{name}_days", deadline.get("days"))
            self.initial.setdefault(f"{name}_source", deadline.get("source", ""))
        self.initial.setdefault("criteria", _stream(content.get("criteria") or [{}]))

    def _get_validation_exclusions(self) -> set[str]:
        """Of two in use in one year the newly saved one takes over (`save`): no error for a person to solve."""
        return {*super()._get_validation_exclusions(), "in_use"}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        content = {
            "deadlines": {
                name: {"days": cleaned[f"{name}_days"], "source": cleaned[f"{name}_source"]}
                for name in DEADLINES
            },
            "criteria": self._criteria(block.value for block in cleaned["criteria"]),
        }
        try:
            scheme = read_scheme(content)
        except SchemeError as error:
            self._tell(error.errors)
        else:
            self.instance.content = to_json(scheme)
        return cleaned

    def _criteria(self, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        keys: set[str] = set()
        for row in rows:
            stem = slugify_vi(row["label"])[:60].strip("-") or "tieu-chi"
            key, n = stem, 2
            while key in keys:
                key, n = f"{stem}-{n}", n + 1
            keys.add(key)
            found.append(
                {name: row[name] for name in ("label", "measure", "method", "points", "cap", "source")}
                | {
                    "key": key,
                    "bands": [dict(band) for band in row["bands"]],
                    "deductions": [dict(deduction) for deduction in row["deductions"]],
                }
            )
        return found

    def _tell(self, errors: Mapping[str, str]) -> None:
        """Each error where it belongs: at the field of a deadline, or deep within the blocks."""
        tree: dict[str, Any] = {}
        for place, words in errors.items():
            way = place.split(".")
            if way[0] == "deadlines" and len(way) == 3:
                self.add_error(f"{way[1]}_{way[2]}", words)
            elif way[0] == "criteria":
                node = tree
                for name in way[1:]:
                    node = node.setdefault(name, {})
                node[""] = words
            else:
                self.add_error(None, words)
        if tree:
            self.add_error("criteria", _stream_error(tree))

    def save(self, commit: bool = True) -> ScoringScheme:
        self.instance.changed_by = self.for_user
        if not commit or not self.instance.in_use:
            scheme: ScoringScheme = super().save(commit=commit)
            return scheme
        with transaction.atomic():
            others = ScoringScheme.objects.filter(year=self.instance.year, in_use=True)
            others.exclude(pk=self.instance.pk).update(in_use=False)
            return super().save(commit=commit)


def _stream_error(tree: Mapping[str, Any]) -> ValidationError:
    errors = {int(name): _block_error(branch) for name, branch in tree.items() if name}
    said = ErrorList([tree[""]]) if "" in tree else None
    return StreamBlockValidationError(block_errors=errors, non_block_errors=said)


def _block_error(tree: Mapping[str, Any]) -> ValidationError:
    """{"0": {"bands": {"1": {"points": {"": "…"}}}}} as the nested errors that blocks show."""
    said = [ValidationError(tree[""])] if "" in tree else []
    children = {name: _block_error(branch) for name, branch in tree.items() if name}
    if not children:
        return said[0]
    if all(name.isdigit() for name in children):
        return ListBlockValidationError(
            block_errors={int(name): error for name, error in children.items()}, non_block_errors=said
        )
    return StructBlockValidationError(block_errors=children, non_block_errors=said)


def locked_words() -> str:
    return _(
        "Bộ tiêu chí này đã dùng cho một đợt kiểm tra nên không sửa, không xóa được. Hãy nhân bản rồi sửa bản mới."
    )
