"""HTML as the rich-text editor sees it: a flat run of blocks. Pure: no Django.

The editor keeps paragraphs, headings and list items with their depth, and styled runs of text inside them; it knows no
tables and no paragraphs inside list items. Two things follow from that here. `editable_html` rewrites what the editor
would lose (a table becomes a list, a row per item) before it is stored. `blocks` is the form that an official text is
hashed in: opening a procedure and saving it unchanged gives the same version.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from procedures.text.sanitising import clean_html

BREAK = "\n"
_TOKEN = re.compile(r"(<[^<>]*>)")
_NAME = re.compile(r"</?([a-z0-9]+)")
_HREF = re.compile(r'href="([^"]*)"')
_AROUND_BREAK = re.compile(" *\n[ \n]*")
# Paragraphs and lists of one level without styles: nearly all of the catalogue, and read without a walk through its tags.
_FLAT_TEXT = "[^<]*(?:<br>[^<]*)*"
_FLAT = re.compile(
    f"(?:<p>{_FLAT_TEXT}</p>|<ul>(?:<li>{_FLAT_TEXT}</li>)+</ul>|<ol>(?:<li>{_FLAT_TEXT}</li>)+</ol>)+"
)
_FLAT_BLOCK = re.compile(f"(?:<([uo]l)>)?<(p|li)>({_FLAT_TEXT})</")
_STYLES = ("strong", "em")
_TEXT_BLOCKS = ("p", "h3", "h4")
_LISTS = ("ul", "ol")


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one style."""

    text: str
    styles: tuple[str, ...] = ()
    href: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    kind: str
    """p, h3, h4, ul or ol (an item of such a list)."""
    depth: int
    runs: tuple[Run, ...]


@dataclass(slots=True)
class _Reader:
    """Walks through cleaned HTML. `awkward` says that the editor would not give the same back."""

    blocks: list[Block] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    kind: str = "p"
    runs: list[Run] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    href: str = ""
    awkward: bool = False
    after_list: bool = False
    header: list[str] = field(default_factory=list)
    row: list[list[Run]] | None = None
    in_head: bool = False

    def end_block(self) -> None:
        if runs := _tidy(self.runs):
            self.blocks.append(Block(self.kind, max(0, len(self.lists) - 1), runs))
        self.runs = []
        self.kind = self.lists[-1] if self.lists else "p"

    def text(self, text: str) -> None:
        if text:
            if self.after_list and text.strip():
                # Words of an item behind its sub-list: an item of their own, as the editor would join them to the first.
                self.awkward, self.after_list = True, False
            styles = tuple(style for style in _STYLES if style in self.styles)
            self.runs.append(Run(text, styles, self.href))

    def tag(self, name: str, token: str) -> None:
        closing = token.startswith("</")
        if name in _STYLES:
            if not closing:
                # The editor loses a space between two styled parts of a styled one.
                self.awkward = self.awkward or bool(self.styles)
                self.styles.append(name)
            elif name in self.styles:
                self.styles.remove(name)
        elif name == "a":
            match = _HREF.search(token)
            self.href = html.unescape(match[1]) if match and not closing else ""
        elif name == "br":
            self.text(BREAK)
        elif self.row is not None or name in ("table", "thead", "tbody", "tr", "th", "td"):
            self.table_tag(name, closing=closing)
        elif name in _TEXT_BLOCKS:
            self.text_block(name, closing=closing)
        elif name in ("ul", "ol"):
            self.end_block()
            if closing:
                if self.lists:
                    self.lists.pop()
                self.after_list = bool(self.lists)
            else:
                self.lists.append(name)
                self.after_list = False
            self.kind = self.lists[-1] if self.lists else "p"
        elif name == "li":
            self.end_block()
            self.after_list = False

    def text_block(self, name: str, *, closing: bool) -> None:
        if self.lists:
            # A paragraph or heading inside a list item: a line of it.
            self.awkward = True
            if self.runs:
                self.text(BREAK)
            return
        self.end_block()
        if not closing:
            self.kind = name

    def table_tag(self, name: str, *, closing: bool) -> None:
        """A row as a list item: "heading: cell; heading: cell"."""
        self.awkward = True
        if name == "table":
            self.end_block()
            if closing:
                if self.lists:
                    self.lists.pop()
                self.header = []
            else:
                self.lists.append("ul")
            self.kind = self.lists[-1] if self.lists else "p"
        elif name == "thead":
            self.in_head = not closing
        elif name == "tr" and not closing:
            self.end_block()
            self.row = []
        elif name == "tr":
            self.end_row()
        elif name in ("th", "td") and closing and self.row is not None:
            self.row.append(list(_tidy(self.runs)))
            self.runs = []
        elif name in (*_TEXT_BLOCKS, "ul", "ol", "li") and self.runs:
            self.text(BREAK)

    def end_row(self) -> None:
        cells, self.row = self.row or [], None
        if self.in_head:
            self.header = ["".join(run.text for run in cell).replace(BREAK, " ") for cell in cells]
            return
        for place, cell in enumerate(cells):
            if not cell:
                continue
            if self.runs:
                self.runs.append(Run("; "))
            if place < len(self.header) and self.header[place]:
                self.runs.append(Run(f"{self.header[place]}: "))
            self.runs += cell
        self.end_block()


def _tidy(runs: list[Run]) -> tuple[Run, ...]:
    """Neighbours of one style joined, spaces single, none at the ends."""
    joined: list[Run] = []
    for run in runs:
        # A blank has no style that anybody sees.
        if joined and (
            (run.styles, run.href) == (joined[-1].styles, joined[-1].href) or not run.text.strip()
        ):
            joined[-1] = Run(joined[-1].text + run.text, joined[-1].styles, joined[-1].href)
        else:
            joined.append(run)
    result: list[Run] = []
    for run in joined:
        text = _tidy_text(run.text)
        before = result[-1].text[-1] if result else BREAK
        if before == BREAK:
            text = text.lstrip()
        elif before == " ":
            # A space between two styles belongs to the second: the editor puts it there.
            result[-1] = Run(result[-1].text[:-1], result[-1].styles, result[-1].href)
            text = " " + text.lstrip(" ")
        if not text:
            continue
        if result and text.startswith(BREAK):
            result[-1] = Run(result[-1].text.rstrip(" "), result[-1].styles, result[-1].href)
        result.append(Run(text, run.styles, run.href))
    while result and not (text := result[-1].text.rstrip()):
        result.pop()
    if result:
        last = result[-1]
        result[-1] = Run(last.text.rstrip(), last.styles, last.href)
    return tuple(run for run in result if run.text)


def _flat_texts(markup: str) -> Iterator[tuple[str, str]]:
    """(kind, text) of the blocks of markup that is `_FLAT`: what `_Reader` makes of it."""
    kind = ""
    for opening, name, inner in _FLAT_BLOCK.findall(markup):
        kind = opening or kind
        text = _words(inner) if "<" not in inner else BREAK.join(map(_words, inner.split("<br>")))
        if text := _tidy_text(text).strip():
            yield ("p" if name == "p" else kind), text


def _words(escaped: str) -> str:
    return (html.unescape(escaped) if "&" in escaped else escaped).replace(BREAK, " ")


def _tidy_text(text: str) -> str:
    if "  " in text:
        text = re.sub(" +", " ", text)
    return _AROUND_BREAK.sub(BREAK, text) if BREAK in text else text


def _read(markup: str) -> _Reader:
    reader = _Reader()
    for token in _TOKEN.split(markup):
        if not token:
            continue
        if token.startswith("<") and (match := _NAME.match(token)):
            reader.tag(match[1], token)
        else:
            reader.text(_words(token))
    reader.end_block()
    uniform = _of_one_kind(_without_leaps(reader.blocks))
    if uniform != reader.blocks:
        reader.blocks, reader.awkward = uniform, True
    return reader


def _without_leaps(items: list[Block]) -> list[Block]:
    """An item is at most one level deeper than the one before: the words of a level may be missing."""
    result: list[Block] = []
    for block in items:
        most = result[-1].depth + 1 if result and result[-1].kind in _LISTS else 0
        result.append(block if block.depth <= most else Block(block.kind, most, block.runs))
    return result


def _of_one_kind(items: list[Block]) -> list[Block]:
    """Lists whose levels differ in kind, all of the kind of their outermost level where something follows a sub-list.

    The editor's exporter drops an item, or joins two lists, when an item stands behind a deeper one, or one beside it, of another kind.
    """
    result: list[Block] = []
    start = 0
    while start < len(items):
        end = start + 1
        while end < len(items) and items[start].kind in _LISTS and items[end].kind in _LISTS:
            end += 1
        run = items[start:end]
        mixed = any(
            (after.depth < before.depth and any(deeper.kind != after.kind for deeper in run[:place]))
            or (after.depth == before.depth > 0 and after.kind != before.kind)
            for place, (before, after) in enumerate(pairwise(run), start=1)
        )
        if mixed:
            outer = run[0].kind
            for place, block in enumerate(run):
                outer = block.kind if block.depth == 0 else outer
                run[place] = Block(outer, block.depth, block.runs)
        result += run
        start = end
    return result


def blocks(markup: str) -> tuple[Block, ...]:
    """The blocks of cleaned HTML."""
    if not markup:
        return ()
    if "<" not in markup:
        text = " ".join(html.unescape(markup).split())
        return (Block("p", 0, (Run(text),)),) if text else ()
    if _FLAT.fullmatch(markup):
        return tuple(Block(kind, 0, (Run(text),)) for kind, text in _flat_texts(markup))
    return tuple(_read(markup).blocks)


def canonical(markup: str) -> list[list[object]]:
    """The same as plain lists, to be hashed: equal for whatever the editor makes of a text."""
    if _FLAT.fullmatch(markup):
        return [[kind, 0, [[text, ""]]] for kind, text in _flat_texts(markup)]
    return [
        [block.kind, block.depth, [[run.text, *run.styles, run.href] for run in block.runs]]
        for block in blocks(markup)
    ]


def editable_html(markup: str) -> str:
    """Cleaned HTML in a form that the editor can open and gives back as it was.

    The editor's reader stops at a `<br>` that is not closed: stored breaks are `<br/>`.
    """
    if any(tag in markup for tag in ("<table", "<li", "<strong", "<em")) and not _FLAT.fullmatch(markup):
        reader = _read(markup)
        if reader.awkward:
            markup = render(reader.blocks)
    return stored_breaks(markup)


def stored_breaks(markup: str) -> str:
    return markup.replace("<br>", "<br/>")


def inline_if_single(markup: str) -> str:
    """The words of a lone paragraph without it: a title reads the same with or without."""
    if markup.startswith("<p>") and markup.endswith("</p>") and markup.count("<p>") == 1:
        inner = markup[3:-4]
        return inner if not re.search(r"<(?:ul|ol|table|h[34])\b", inner) else markup
    return markup


def render(items: list[Block]) -> str:
    """Blocks as HTML of the small set."""
    parts: list[str] = []
    open_lists: list[str] = []

    def close_to(level: int) -> None:
        while len(open_lists) > level:
            parts.append(f"</li></{open_lists.pop()}>")

    for block in items:
        if block.kind not in ("ul", "ol"):
            close_to(0)
            parts.append(f"<{block.kind}>{_inline(block.runs)}</{block.kind}>")
            continue
        level = min(block.depth, len(open_lists)) + 1
        close_to(level)
        if len(open_lists) == level and open_lists[-1] != block.kind:
            close_to(level - 1)
        if len(open_lists) == level:
            parts.append("</li>")
        else:
            open_lists.append(block.kind)
            parts.append(f"<{block.kind}>")
        parts.append(f"<li>{_inline(block.runs)}")
    close_to(0)
    return clean_html("".join(parts))


def _inline(runs: tuple[Run, ...]) -> str:
    parts: list[str] = []
    for run in runs:
        text = html.escape(run.text, quote=False).replace(BREAK, "<br>")
        for style in reversed(run.styles):
            text = f"<{style}>{text}</{style}>"
        if run.href:
            text = f'<a href="{html.escape(run.href)}">{text}</a>'
        parts.append(text)
    return "".join(parts)
