"""Rich text for templates: the small set of HTML as plain data that `rich` of "frame.typ" draws. Pure: no Django.

A block is a paragraph, a list of runs (or its text alone, which most are), or `{"k": "ul" | "ol", "i": [blocks of an item, …]}`;
headings become bold paragraphs, so that the outline stays the document's own. A run is its text, or `[text, styles, address]`
with styles of "b" (bold) and "i" (italic); a line break is "\\n" in the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from procedures.text.rich_text import Block, Run, blocks

_LISTS = ("ul", "ol")
_ADDRESSES = ("https://", "http://", "mailto:", "tel:")

Printable = list[Any]


def printable(markup: str) -> Printable:
    """Cleaned HTML (also as the presenters have dressed it) as data."""
    return _nested(blocks(markup), 0)


def printable_text(text: str) -> Printable:
    """Plain text, a paragraph per line."""
    return [line for line in (row.strip() for row in text.splitlines()) if line]


def _nested(items: Sequence[Block], depth: int) -> Printable:
    result: Printable = []
    place = 0
    while place < len(items):
        block = items[place]
        if block.kind not in _LISTS:
            result.append(_paragraph(block.runs, bold=block.kind in ("h3", "h4")))
            place += 1
            continue
        # A run of items; what is deeper belongs to the item before it.
        points: list[Printable] = []
        kind = block.kind
        while place < len(items) and items[place].kind in _LISTS and items[place].depth >= depth:
            if items[place].depth == depth and items[place].kind != kind:
                break
            if items[place].depth > depth:
                end = place
                while end < len(items) and items[end].kind in _LISTS and items[end].depth > depth:
                    end += 1
                inner = _nested(items[place:end], depth + 1)
                if points:
                    points[-1] += inner
                else:
                    points.append(inner)
                place = end
            else:
                points.append([_paragraph(items[place].runs)])
                place += 1
        result.append({"k": kind, "i": points})
    return result


def _paragraph(runs: Sequence[Run], *, bold: bool = False) -> Any:
    drawn = [_run(run, bold=bold) for run in runs if run.text]
    return drawn[0] if len(drawn) == 1 and isinstance(drawn[0], str) else drawn


def _run(run: Run, *, bold: bool) -> Any:
    styles = ("b" if bold or "strong" in run.styles else "") + ("i" if "em" in run.styles else "")
    address = run.href if run.href.startswith(_ADDRESSES) else ""
    return [run.text, styles, address] if styles or address else run.text
