"""What a browser posts from the editor of a procedure: every field, the StreamFields as their scripts write them."""

from __future__ import annotations

from typing import Any

from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter
from wagtail.blocks import ListBlock, RichTextBlock, StreamBlock, StreamValue, StructBlock
from wagtail.blocks.list_block import ListValue
from wagtail.fields import RichTextField

from home.model_fields import ChoiceSetField
from procedures.blocks import TEXT_FEATURES
from procedures.models import ProcedurePage

_CONVERTER = ContentstateConverter(TEXT_FEATURES)


def editor_data(page: ProcedurePage, *, basis: list[tuple[int | None, int]] | None = None) -> dict[str, Any]:
    """Field → posted value for the draft `page`. `basis` is (row id, reference id); by default what the page holds."""
    form_class = ProcedurePage.get_edit_handler().get_form_class()
    data: dict[str, Any] = {}
    for name in form_class._meta.fields:
        field = page._meta.get_field(name)
        value: Any = getattr(page, name, None)
        if isinstance(value, StreamValue):
            data |= _stream(value.stream_block, value, name)
        elif isinstance(field, RichTextField):
            data[name] = _CONVERTER.from_database_format(value)
        elif name in ("go_live_at", "expire_at"):
            data[name] = value.strftime("%Y-%m-%d %H:%M") if value else ""
        elif isinstance(field, ChoiceSetField):
            data[name] = list(field.to_python(value))
        elif hasattr(value, "pk"):
            data[name] = str(value.pk)
        elif isinstance(value, bool):
            data[name] = "true" if value else "false"
        elif hasattr(value, "isoformat"):
            data[name] = value.strftime("%d/%m/%Y")
        else:
            data[name] = "" if value is None else str(value)
    rows = [(row.pk, row.reference_id) for row in page.basis.all()] if basis is None else basis
    data |= {
        "basis-TOTAL_FORMS": str(len(rows)),
        "basis-INITIAL_FORMS": str(sum(pk is not None for pk, _r in rows)),
        "basis-MIN_NUM_FORMS": "0",
        "basis-MAX_NUM_FORMS": "1000",
    }
    for i, (pk, reference) in enumerate(rows):
        data |= {
            f"basis-{i}-id": str(pk or ""),
            f"basis-{i}-reference": str(reference),
            f"basis-{i}-ORDER": str(i + 1),
            f"basis-{i}-DELETE": "",
        }
    return data


def _stream(block: StreamBlock, value: StreamValue, prefix: str) -> dict[str, Any]:
    data: dict[str, Any] = {f"{prefix}-count": str(len(value))}
    for i, child in enumerate(value):
        data |= {
            f"{prefix}-{i}-deleted": "",
            f"{prefix}-{i}-order": str(i),
            f"{prefix}-{i}-type": child.block_type,
            f"{prefix}-{i}-id": child.id or "",
        }
        data |= _value(child.block, child.value, f"{prefix}-{i}-value")
    return data


def _list(block: ListBlock, value: ListValue, prefix: str) -> dict[str, Any]:
    data: dict[str, Any] = {f"{prefix}-count": str(len(value.bound_blocks))}
    for i, child in enumerate(value.bound_blocks):
        data |= {
            f"{prefix}-{i}-deleted": "",
            f"{prefix}-{i}-order": str(i),
            f"{prefix}-{i}-type": "item",
            f"{prefix}-{i}-id": child.id or "",
        }
        data |= _value(block.child_block, child.value, f"{prefix}-{i}-value")
    return data


def _value(block: Any, value: Any, prefix: str) -> dict[str, Any]:
    if isinstance(block, StructBlock):
        return {
            key: posted
            for name, child in block.child_blocks.items()
            for key, posted in _value(child, value[name], f"{prefix}-{name}").items()
        }
    if isinstance(block, ListBlock):
        return _list(block, value, prefix)
    if isinstance(block, RichTextBlock):
        return {prefix: _CONVERTER.from_database_format(value.source)}
    if hasattr(value, "pk"):
        return {prefix: str(value.pk)}
    return {prefix: "" if value is None else str(value)}
