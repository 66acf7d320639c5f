"""What outside text may become: clean plain text, and a small set of safe HTML. Pure: no Django.

Everything that comes from a source, a file or a form passes through here before it is stored. Two promises
hold for every input, hostile or not: the result is a fixed point (cleaning it again changes nothing), and
text is never cut — what is absurdly long is refused with `TextTooLong`.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

import nh3

MAX_CHARS = 2_000_000
"""Longest text taken in one piece; the longest real one has 44,590 characters."""
MAX_DEPTH = 200
"""Deepest nesting of elements that is kept; deeper markup is reduced to its text."""


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


ALLOWED_TAGS = _names("p br ul ol li strong em a table thead tbody tr th td h3 h4")
ALLOWED_SCHEMES = frozenset({"http", "https", "mailto", "tel"})

# Read, then renamed or unwrapped into an allowed one, so that words of neighbouring blocks don't grow
# together.
_RENAMED = {
    "b": "strong",
    "i": "em",
    "h1": "h3",
    "h2": "h3",
    "h5": "h4",
    "h6": "h4",
    "tfoot": "tbody",
    **dict.fromkeys(
        _names(
            "div section article header footer main aside address blockquote pre dl dt dd figure figcaption "
            "caption center fieldset form details summary hr"
        ),
        "p",
    ),
}
# Dropped with everything in them; all other unknown tags are dropped around their text.
_DROPPED_WITH_CONTENT = _names(
    "script style svg math iframe object embed noscript template noembed noframes xmp plaintext title head "
    "textarea select option"
)
_VOID = _names("br hr img input meta link wbr col area base embed source track param")
# Their end tags may be left out, so an unclosed one says nothing about depth.
_SELF_ENDING = _names("p li td th tr thead tbody tfoot dt dd option colgroup")


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")


class TextTooLong(ValueError):
    """A single text of more than `MAX_CHARS` characters: no procedure has one."""

    def __init__(self, length: int) -> None:
        super().__init__(f"Văn bản dài {_grouped(length)} ký tự, vượt giới hạn {_grouped(MAX_CHARS)} ký tự.")
        self.length = length


_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_WIDE_SPACES = re.compile("[\t\xa0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufffb\ufffe\uffff\U000e0000-\U0010ffff"
    + "".join(chr((plane << 16) + 0xFFFE) + chr((plane << 16) + 0xFFFF) for plane in range(1, 14))
    + "]"
)
# Symbol fonts' bullets (Wingdings and the like) at the beginning of a line: the glyph goes, the list stays.
_SYMBOL_BULLET = re.compile("^([ \t]*)[\uf000-\uf0ff][ \t\xa0]*", re.MULTILINE)
_SPACES = re.compile(" {2,}")


# Invisible although Unicode counts them as printable: joiners, fillers, variation selectors, blank Braille.
_PRINTABLE_BUT_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0]"
)


def _visible(text: str) -> str:
    """NFC, only visible characters, one kind of space and of line end. Nothing is collapsed."""
    # Nearly all text is clean; this test is many times cheaper than three passes over it.
    if not text.replace("\n", " ").isprintable() or _PRINTABLE_BUT_INVISIBLE.search(text):
        text = _LINE_ENDS.sub("\n", text)
        text = _WIDE_SPACES.sub(" ", text)
        text = _INVISIBLE.sub("", text)
    # Removing what stood between a letter and its mark can make a new composition, hence after it.
    return unicodedata.normalize("NFC", text)


def _bounded(text: str) -> str:
    if len(text) > MAX_CHARS:
        raise TextTooLong(len(text))
    return text


def clean_text(text: str | None, *, keep_lines: bool = False) -> str:
    """Plain text: NFC, no private-use, zero-width or control characters, single spaces.

    With `keep_lines`, line breaks stay (at most one empty line in a row); without, they become spaces.
    The result is plain text, not HTML: `<` stays `<`.
    """
    if not text:
        return ""
    if len(text) <= 80:
        return _clean_short(text, keep_lines)
    return _clean_text(text, keep_lines)


def _clean_text(text: str, keep_lines: bool) -> str:
    text = _visible(_bounded(text))
    if not keep_lines or "\n" not in text:
        return " ".join(text.split())
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip("\n")


# Sources repeat their short texts thousands of times ("Trực tiếp", "1", "Không có thông tin").
_clean_short = lru_cache(maxsize=8192)(_clean_text)
_EMPTY_LINES = re.compile("\n{3,}")


_ADDRESS = re.compile(r"(?:https?://[^\s/?#]|mailto:[^\s]|tel:[+\d])", re.IGNORECASE)
_SPAN = re.compile(r"[1-9]\d?")


def _attribute(_tag: str, name: str, value: str) -> str | None:
    if name == "href":
        return value if _ADDRESS.match(value) else None
    if name in ("colspan", "rowspan"):
        return value if _SPAN.fullmatch(value) else None
    # Set by the cleaner itself; the filter sees it too.
    return "noopener" if name == "rel" else None


_CLEANER = nh3.Cleaner(
    tags=set(ALLOWED_TAGS | _RENAMED.keys()),
    clean_content_tags=set(_DROPPED_WITH_CONTENT),
    attributes={"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}},
    attribute_filter=_attribute,
    url_schemes=set(ALLOWED_SCHEMES),
    link_rel="noopener",
    strip_comments=True,
)
_RENAMED_TAG = re.compile(rf"<(/?)({'|'.join(sorted(_RENAMED, key=len, reverse=True))})>")
_DEAD_LINK = re.compile(r'<a(?: rel="noopener")?>(.*?)</a>', re.DOTALL)
_EMPTY_BLOCK = re.compile(r"<(p|li|ul|ol|strong|em|h3|h4|thead|tbody|table)>\s*</\1>")
_BLOCK = r"</?(?:p|ul|ol|li|table|thead|tbody|tr|th|td|h3|h4)(?: [^<>]*)?>"
_SPACE_BEHIND = re.compile(rf"({_BLOCK})\s+")
_SPACE_BEFORE = re.compile(rf"\s+({_BLOCK})")
# Looking at every space of long prose costs more than all the rest; this says whether it is worth it.
_MAY_HAVE_SPACE_BEFORE = tuple(f" <{end}{letter}" for end in ("", "/") for letter in "pultho")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")


def _too_deep(markup: str) -> bool:
    depth = 0
    for match in _TAG.finditer(markup):
        name = match[2].lower()
        if name in _VOID or name in _SELF_ENDING:
            continue
        if match[1]:
            depth = max(0, depth - 1)
        else:
            depth += 1
            if depth > MAX_DEPTH:
                return True
    return False


def _single_spaced(markup: str) -> str:
    """A line end in HTML is a space; none of the allowed elements keeps more than one."""
    markup = markup.replace("\n", " ")
    return (_SPACES.sub(" ", markup) if "  " in markup else markup).strip()


def _pass(markup: str) -> str:
    markup = _CLEANER.clean(markup)
    if "<" in markup:
        markup = _RENAMED_TAG.sub(lambda m: f"<{m[1]}{_RENAMED[m[2]]}>", markup)
        markup = _DEAD_LINK.sub(r"\1", markup)
        while (shorter := _EMPTY_BLOCK.sub("", markup)) != markup:
            markup = shorter
        markup = _SPACE_BEHIND.sub(r"\1", markup)
        if "\n<" in markup or any(mark in markup for mark in _MAY_HAVE_SPACE_BEFORE):
            markup = _SPACE_BEFORE.sub(r"\1", markup)
    markup = _visible(markup.replace("&nbsp;", " "))
    return _single_spaced(markup)


def clean_html(markup: str | None) -> str:
    """The small set of HTML that is stored: see `ALLOWED_TAGS`; links only to http, https, mailto and tel.

    No attribute but `href` (with rel=noopener) and the spans of table cells; no style, class, comment or
    script.
    """
    # The result is bounded too: what is stored must be able to come in again.
    return _bounded(_cleaned(_visible(_bounded(markup)))) if markup else ""


def _cleaned(markup: str) -> str:
    if "<" not in markup and "&" not in markup and ">" not in markup:
        return _single_spaced(markup)
    if _too_deep(markup):
        return html.escape(_stripped(markup), quote=False)
    # To the fixed point: renaming, normalising and unescaping may each give the parser something new to
    # repair.
    for _ in range(8):
        cleaned = _pass(markup)
        if cleaned == markup:
            return cleaned
        markup = cleaned
    return html.escape(_stripped(markup), quote=False)


def _stripped(markup: str) -> str:
    """The words of markup that can't be kept as markup."""
    text = nh3.clean(re.sub(r"<[^<>]*>", " ", markup), tags=set())
    return clean_text(html.unescape(text))


_BREAK = re.compile(r"<br>|</(?:p|li|ul|ol|tr|table|h3|h4)>|<(?:p|ul|ol|li|table|tr|h3|h4)>")
_CELL = re.compile(r"</t[dh]><t[dh](?: [^<>]*)?>")
_ANY_TAG = re.compile(r"<[^<>]*>")


def html_to_text(markup: str | None) -> str:
    """The words of HTML as plain text: a line per block, cells of a table parted by " | "."""
    markup = clean_html(markup)
    if "<" in markup:
        markup = markup.replace("\n", " ")
        markup = _ANY_TAG.sub("", _BREAK.sub("\n", _CELL.sub(" | ", markup)))
    lines = (" ".join(line.split()) for line in html.unescape(markup).split("\n"))
    return clean_text("\n".join(line for line in lines if line), keep_lines=True)


def text_to_html(text: str | None) -> str:
    """Plain text as HTML, a paragraph per line; nothing in it is taken for markup."""
    lines = clean_text(text, keep_lines=True).split("\n")
    return clean_html("".join(f"<p>{html.escape(line, quote=False)}</p>" for line in lines if line))


def visible_markdown(text: str) -> str:
    """Text in light Markdown with its lines and indents kept, but only visible characters; symbol bullets become "-"."""
    text = _bounded(text).expandtabs(4)
    if not text.replace("\n", " ").isprintable():
        text = _SYMBOL_BULLET.sub(r"\1- ", text)
    return _visible(text)


def markdown_to_html(text: str | None) -> str:
    """The light Markdown of the national catalogue as safe HTML; see `light_markdown`."""
    from procedures.text.light_markdown import to_html

    if not text:
        return ""
    return _bounded(_cleaned(to_html(visible_markdown(text))))
