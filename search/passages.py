"""Long texts cut into passages that can be quoted: at their lines, never inside a sentence if it can be helped. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from html import unescape

from search.documents import Part, Passage

LIMIT = 1_000
"""Characters of a passage; a longer sentence is cut at a space."""

_BREAK = re.compile(r"<(?:br|/?(?:p|div|ul|ol|li|table|tr|h[1-6]|blockquote))\b[^<>]*>", re.IGNORECASE)
_CELL = re.compile(r"</t[dh]>\s*<t[dh]\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_SENTENCE = re.compile(r"(?<=[.;:!?…])\s+")


def lines_of(markup: str | None) -> list[str]:
    """The words of stored markup as plain lines, one for each block; cells of a table are parted by ";"."""
    if not markup:
        return []
    if "<" in markup:
        markup = _TAG.sub("", _BREAK.sub("\n", _CELL.sub("; ", markup.replace("\n", " "))))
    if "&" in markup:
        markup = unescape(markup)
    return [words for line in markup.split("\n") if (words := " ".join(line.split()))]


def passages(
    part: Part, anchor: str, heading: str, lines: Iterable[str], *, limit: int = LIMIT
) -> Iterator[Passage]:
    """Lines put together up to `limit` characters; none where there are no words."""
    held: list[str] = []
    length = 0
    for line in lines:
        for piece in _pieces(line, limit):
            if held and length + len(piece) > limit:
                yield _passage(part, anchor, heading, held)
                held, length = [], 0
            held.append(piece)
            length += len(piece) + 1
    if held:
        yield _passage(part, anchor, heading, held)


def _passage(part: Part, anchor: str, heading: str, lines: list[str]) -> Passage:
    text = " ".join(lines)
    return Passage(part, anchor, heading, text if text.isascii() else unicodedata.normalize("NFC", text))


def _pieces(line: str, limit: int) -> Iterator[str]:
    if len(line) <= limit:
        if line:
            yield line
        return
    held = ""
    for sentence in _SENTENCE.split(line):
        if held and len(held) + len(sentence) >= limit:
            yield held
            held = ""
        rest = f"{held} {sentence}" if held else sentence
        while len(rest) > limit:
            cut = rest.rfind(" ", 0, limit)
            cut = cut if cut > 0 else limit
            yield rest[:cut]
            rest = rest[cut:].lstrip()
        held = rest
    if held:
        yield held
