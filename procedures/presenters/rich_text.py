"""Sanitised HTML of the catalogue as the pages show it: lists with their marks, tables that scroll in their own box.

Everything here takes markup of a `ProcedureRecord` that `mapping.record_of` has read: that is where columns are cleaned on
the way out, whoever wrote them. Nothing else may be handed in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from procedures.text.sanitising import clean_text

_BLOCK = re.compile(r"<(?:p|ul|ol|table|h3|h4)\b")
_TAG = re.compile(r"<[^>]*>")
_HEADING = re.compile(r"<(h[34])>(.*?)</\1>", re.DOTALL)
# A paragraph that names a case, an article or a standard, or stands bold alone, is a heading in all but its tag.
_TITLE = re.compile(
    r"<p>(?:<strong>(?P<bold>(?:(?!</strong>).){3,300})</strong>[:.]?"
    r"|(?P<case>(?:<(?:strong|em)>)*(?:\(?[0-9IVXivx]{1,4}[.)]\s*)?(?:"
    r"(?:Đối với|Trường hợp)\b(?:(?!</p>).){3,300}:(?:</(?:strong|em)>)*"
    r"|(?:Điều \d+|Chương|Phần|Mục|Tiêu chuẩn|TIÊU CHUẨN|Điều kiện)\b(?:(?!</p>).){0,200}[^;.,](?:</(?:strong|em)>)*)))</p>"
)
MAX_CHAPTERS = 40
"""More pieces than this help nobody to find theirs."""


def rich(markup: str) -> SafeString:
    """Blocks as they are; bare text becomes a paragraph."""
    if not markup:
        return mark_safe("")
    if not _BLOCK.search(markup):
        markup = f"<p>{markup}</p>"
    return _dressed(markup)


def _dressed(markup: str) -> SafeString:
    markup = markup.replace("<h4>", "<p><strong>").replace("</h4>", "</strong></p>")
    markup = markup.replace("<h3>", "<p><strong>").replace("</h3>", "</strong></p>")
    markup = markup.replace("<ul>", '<ul class="bul">').replace("<ol>", '<ol class="bul">')
    if "<table" in markup:
        label = escape(_("Bảng, có thể cuộn ngang"))
        opening = f'<div class="scroll" tabindex="0" role="region" aria-label="{label}"><table class="tbl">'
        markup = markup.replace("<table>", opening).replace("</table>", "</table></div>")
    return mark_safe(markup)  # noqa: S308 -- cleaned by record_of (sanitising.clean_html), then only known tags are dressed


def plain(markup: str) -> str:
    """The words alone, for counting and comparing."""
    return clean_text(_TAG.sub(" ", markup))


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of a long text under its own heading; no heading: what stands before the first."""

    title: str
    body: SafeString


def chapters(markup: str) -> tuple[Chapter, ...]:
    """A long text divided at its headings, or as one chapter without a heading."""
    pattern = _HEADING if _HEADING.search(markup) else _TITLE
    places = list(pattern.finditer(markup))
    if not 2 <= len(places) <= MAX_CHAPTERS:
        return (Chapter("", rich(markup)),)
    parts = [Chapter("", _dressed(markup[: places[0].start()]))] if plain(markup[: places[0].start()]) else []
    for place, following in zip(places, [*places[1:], None], strict=True):
        body = markup[place.end() : following.start() if following else len(markup)]
        title = place[2] if pattern is _HEADING else place["bold"] or place["case"]
        parts.append(Chapter(plain(title).rstrip(": "), _dressed(body)))
    return tuple(parts)
