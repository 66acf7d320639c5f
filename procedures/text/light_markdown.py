"""The light Markdown of the national catalogue, turned into HTML that `sanitising` then cleans.

Pure: no Django.

Not CommonMark, on purpose. What the catalogue holds is official prose typed by people: a line is a paragraph;
"-", "+", "++" and "*" are the usual ranks of Vietnamese drafting (a "+" is subordinate to the "-" above it,
indented or not); a list follows its paragraph without an empty line; numbers are cited elsewhere ("điểm 2 nêu
trên"), so an ordered list is only made where its own numbers say the same. A CommonMark parser joins,
renumbers or indents such text wrongly.
"""

from __future__ import annotations

import html
import re

_BULLET = re.compile(r"(?P<mark>\++|[-–—•●▪■◦*⁕])(?:[ \t]+|(?=\*\*))(?=\S)(?P<rest>.*)")
# A dash or plus glued to its word ("-Giấy tờ", "+Bản sao"), but not "-5 độ", "+84" or "**bold**".
_GLUED_BULLET = re.compile(r"(?P<mark>[-–—]|\++)(?=[^\W\d_])(?P<rest>.*)")
_NUMBERED = re.compile(r"(?P<number>\d{1,2})\.[ \t]+(?=\S)(?P<rest>.*)")
_TABLE_RULE = re.compile(r"\|?[ \t]*:?-{2,}:?[ \t]*(\|[ \t]*:?-{2,}:?[ \t]*)*\|?")
_RULE = re.compile(r"(?:-{3,}|\*{3,}|_{3,})")
_HEADING = re.compile(r"(?P<marks>#{1,6})[ \t]+(?P<rest>[^ \t#].*)")

_KNOWN_TAG = re.compile(
    r"&lt;(/?(?:p|br|b|strong|i|em|ul|ol|li|table|thead|tbody|tr|th|td|div|span|h[1-6]))[ \t]*/?&gt;",
    re.IGNORECASE,
)
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|~>])")
_BOLD = re.compile(r"\*\*(?=\S)([^*]+(?:\*(?!\*)[^*]+)*?)(?<=\S)\*\*|(?<!\w)__(?=\S)([^_]+)(?<=\S)__(?!\w)")
_EMPHASIS = re.compile(
    r"(?<![\w*(])\*(?=[^\s*])([^*\n]+)(?<=[^\s*])\*(?![\w*)])|(?<!\w)_(?=[^\s_])([^_\n]+)(?<=\S)_(?!\w)"
)
_LINK = re.compile(r"(?<!!)\[([^\[\]\n]{1,500})\]\(((?:https?://|mailto:|tel:)[^\s()<>\"]{1,2000})\)")

_RANK = {"*": 0, "⁕": 0}


def _rank(mark: str) -> int:
    return 1 + len(mark) if mark[0] == "+" else _RANK.get(mark, 1)


def inline_html(text: str) -> str:
    """Bold, emphasis, links and escapes of one line; everything else is text."""
    kept: list[str] = []

    def keep(char: str) -> str:
        kept.append(char)
        return f"\x00{len(kept) - 1}\x00"

    text = text.replace("\x00", "")
    if "\\" in text:
        text = _ESCAPED.sub(lambda m: keep(html.escape(m[1], quote=False)), text)
    text = html.escape(html.unescape(text) if "&" in text else text, quote=False)
    if "&lt;" in text:
        text = _KNOWN_TAG.sub(r"<\1>", text)
    if "](" in text:
        text = _LINK.sub(
            lambda m: keep(f'<a href="{m[2].replace(chr(34), "%22")}">') + m[1] + keep("</a>"), text
        )
    if "*" in text or "_" in text:
        text = _BOLD.sub(lambda m: f"<strong>{m[1] or m[2]}</strong>", text)
        text = _EMPHASIS.sub(lambda m: f"<em>{m[1] or m[2]}</em>", text)
    return re.sub("\x00(\\d+)\x00", lambda m: kept[int(m[1])], text) if kept else text


def _cells(line: str) -> list[str]:
    line = line.strip().removeprefix("|")
    if line.endswith("|") and not line.endswith("\\|"):
        line = line[:-1]
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)]


def _table(lines: list[str]) -> str:
    head, body = lines[0], lines[2:]
    width = max(len(_cells(line)) for line in lines)

    def row(line: str, tag: str) -> str:
        cells = _cells(line)
        cells += [""] * (width - len(cells))
        return "<tr>" + "".join(f"<{tag}>{inline_html(cell)}</{tag}>" for cell in cells) + "</tr>"

    rows = "".join(row(line, "td") for line in body)
    return f"<table><thead>{row(head, 'th')}</thead><tbody>{rows}</tbody></table>"


def _bullet(line: str) -> tuple[str, str] | None:
    match = _BULLET.fullmatch(line) or _GLUED_BULLET.fullmatch(line)
    return (match["mark"], match["rest"]) if match else None


def _joins(previous: str, line: str) -> bool:
    """Is `line` the rest of a sentence that the source broke (it goes on in lower case)?"""
    return (
        bool(previous)
        and previous[-1] not in ".;:!?…"
        and line[:1].islower()
        and not re.match(r"\w{1,4}[.)]", line)
    )


class _Writer:
    """Collects blocks; open lists are a stack of (rank, items), an item being its text and its nested lists."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.ranks: list[int] = []
        self.last = ""
        """The raw text of the open line, so that a broken sentence can be joined before it is written."""
        self.state = ""

    def _flush(self) -> None:
        if self.last:
            text = inline_html(self.last)
            self.out.append(f"<p>{text}</p>" if self.state == "p" else text)
            self.last = ""

    def close(self, rank: int = -1) -> None:
        """Closes all open lists of a rank above `rank`."""
        self._flush()
        while self.ranks and self.ranks[-1] > rank:
            self.out.append("</li></ul>")
            self.ranks.pop()
        self.state = "li" if self.ranks else ""

    def item(self, mark: str, text: str) -> None:
        rank = _rank(mark)
        self.close(rank)
        if self.ranks and self.ranks[-1] == rank:
            self.out.append("</li><li>")
        else:
            self.out.append("<ul><li>")
            self.ranks.append(rank)
        self.state, self.last = "li", text

    def paragraph(self, text: str) -> None:
        self.close()
        self.state, self.last = "p", text

    def block(self, markup: str) -> None:
        self.close()
        self.out.append(markup)


def _ordered_run(lines: list[str], start: int) -> int:
    """The end of a run "1.", "2.", … of single lines that begins at `start`, or `start` if there is none."""
    position, expected = start, 1
    while position < len(lines):
        match = _NUMBERED.fullmatch(lines[position])
        if match and int(match["number"]) == expected:
            expected += 1
            position += 1
        elif not lines[position] and position + 1 < len(lines) and expected > 1:
            following = _NUMBERED.fullmatch(lines[position + 1])
            if not following or int(following["number"]) != expected:
                break
            position += 1
        else:
            break
    # Followed by anything that belongs to the last number, it is prose with numbers, not a list.
    return position if expected > 2 and (position == len(lines) or not lines[position]) else start


def to_html(text: str) -> str:
    """HTML of a text in light Markdown. Not yet safe: `sanitising.markdown_to_html` is what others call."""
    lines = [line.strip() for line in text.split("\n")]
    writer = _Writer()
    position = 0
    while position < len(lines):
        line = lines[position]
        following = lines[position + 1] if position + 1 < len(lines) else ""
        if not line:
            position += 1
            continue
        if "|" in line and "|" in following and _TABLE_RULE.fullmatch(following):
            end = position + 2
            while end < len(lines) and "|" in lines[end]:
                end += 1
            writer.block(_table(lines[position:end]))
            position = end
            continue
        if (end := _ordered_run(lines, position)) > position:
            items = (_NUMBERED.fullmatch(item) for item in lines[position:end] if item)
            writer.block("<ol>" + "".join(f"<li>{inline_html(m['rest'])}</li>" for m in items if m) + "</ol>")
            position = end
            continue
        previous = lines[position - 1] if position else ""
        if _RULE.fullmatch(line):
            writer.close()
        elif heading := _HEADING.fullmatch(line):
            tag = "h3" if len(heading["marks"]) < 4 else "h4"
            writer.block(f"<{tag}>{inline_html(heading['rest'].rstrip(' #'))}</{tag}>")
        elif bullet := _bullet(line):
            writer.item(*bullet)
        elif writer.last and _joins(previous, line):
            writer.last += " " + line
        else:
            writer.paragraph(line)
        position += 1
    writer.close()
    return "".join(writer.out)
