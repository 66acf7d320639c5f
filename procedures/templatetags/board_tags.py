"""What only the listing board needs in its templates."""

from __future__ import annotations

import re

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_LINK = re.compile(r"<a(?=[\s>])[^>]*>|</a>")


class WordsOnly(template.Node):
    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        return mark_safe(_LINK.sub("", self.nodelist.render(context)))  # noqa: S308 -- rendered already; tags are only taken away


@register.tag
def words_only(parser: Parser, _token: Token) -> WordsOnly:
    """Links inside become their words: official texts and shared components must not lead out of the board."""
    nodelist = parser.parse(("endwords_only",))
    parser.delete_first_token()
    return WordsOnly(nodelist)
