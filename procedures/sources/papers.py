"""The papers to hand in, in cases: from the source's tables, or from a text that the crawler flattened. Pure:
no Django.

The attached files of the source are dead links into somebody's computer; only their names are kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

from procedures.record import Paper, PaperCase
from procedures.sources.reading import Notes, absence_in, says_nothing
from procedures.text.letters import CAPITAL, SMALL
from procedures.text.light_markdown import inline_html
from procedures.text.sanitising import clean_html, clean_text, html_to_text, markdown_to_html

MAX_FORM = 300
"""Longest list of file names that a paper holds; longer ones (a dozen forms on one paper) are cut at a name and noted."""
MAX_COPIES_TEXT = 300

_LINK = re.compile(r"\[(?P<name>.+?)\]\((?:file:|https?:)[^\n]*?\)(?=\s*(?:<br\s*/?>|$))", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>|\n", re.IGNORECASE)
_COPIES = re.compile(
    r"\W*(?:số lượng(?: hồ sơ| bộ hồ sơ)?|số bộ hồ sơ)\s*(?:phải nộp|cần nộp)?\s*:?\s*(?P<text>\S.*)|\W*(?P<sets>\d{1,2}\s*(?:\([^()]{2,20}\)\s*)?bộ(?: hồ sơ)?)\W*",
    re.IGNORECASE,
)
_REMARK = re.compile(r"\W*(?:lưu ý|ghi chú|chú ý|chú thích)\b", re.IGNORECASE)
_BULLET = re.compile(r"^(?:[-–•●▪]\s*)+(?=\S)")


def file_names(attached: str | None) -> tuple[str, ...]:
    """Names of the files in a cell "[Mẫu 01.docx](file:///C:/…)<br>[…](…)"; of a bare path only its last part."""
    names: dict[str, None] = {}
    for line in _BREAK.split(attached or ""):
        piece = line.strip()
        if not piece or says_nothing(piece):
            continue
        match = _LINK.fullmatch(piece)
        name = match["name"] if match else re.split(r"[/\\]", unquote(piece))[-1].rstrip(")")
        name = clean_text(re.split(r"[/\\]", name)[-1])
        if name:
            names.setdefault(name)
    return tuple(names)


def _form(names: tuple[str, ...], notes: Notes) -> str:
    kept = "; ".join(names)
    if len(kept) <= MAX_FORM:
        return kept
    notes.add(
        "Mẫu đơn, tờ khai: một giấy tờ có quá nhiều tệp mẫu, chỉ giữ những tên đầu; đủ các tên: " + kept
    )
    while len("; ".join(names)) > MAX_FORM and len(names) > 1:
        names = names[:-1]
    return "; ".join(names)[:MAX_FORM].rstrip()


def paper_html(text: str) -> str:
    """A paper's name: one line as it is, several as paragraphs and lists. The dash of its line goes."""
    text = clean_text(text, keep_lines=True).strip()
    if "\n" in text:
        return markdown_to_html(text)
    return clean_html(inline_html(_BULLET.sub("", text)))


def _count(value: object, notes: Notes) -> int | None:
    words = clean_text(value) if isinstance(value, str) else str(value) if isinstance(value, int) else ""
    if re.fullmatch(r"\d{1,3}", words):
        return int(words)
    if not says_nothing(words):
        notes.left_over("Số bản giấy tờ", words)
    return None


@dataclass(slots=True)
class _Reader:
    """What has been read so far: cases in order, and how many sets are handed in."""

    notes: Notes
    cases: list[PaperCase]
    copies: dict[str, None]

    def take_copies(self, text: str) -> bool:
        match = _COPIES.fullmatch(text)
        words = clean_text(match["text"] or match["sets"]).rstrip(".;") if match else ""
        if not words or len(words) > MAX_COPIES_TEXT or not re.search(r"\bbộ\b|\d", words):
            return False
        self.copies.setdefault(words)
        return True

    def remark(self, html: str) -> None:
        """A remark belongs to the case above it; before all cases it opens one."""
        if not html:
            return
        if not self.cases:
            self.cases.append(PaperCase(title=""))
        last = self.cases[-1]
        self.cases[-1] = replace(
            last, note_html=last.note_html + (html if html.startswith("<") else f"<p>{html}</p>")
        )

    def case(self, title: str, papers: list[Paper]) -> None:
        title = clean_text(title).strip(" -*–•")
        if title and self.take_copies(title):
            title = ""
        remarks, papers = self._parted(papers)
        if not papers:
            self.remark(markdown_to_html("\n".join([title, *remarks])))
            return
        title = title.rstrip(" :;")
        if title and _REMARK.match(title):
            words = [title] if len(title) > 12 else []
            words += [html_to_text(paper.name_html) for paper in papers]
            self.remark(
                markdown_to_html("\n".join([f"**{title}:**"] * (not words or words[0] != title) + words))
            )
            for paper in papers:
                if paper.form:
                    self.notes.left_over("Mẫu đơn, tờ khai", paper.form)
        else:
            self.cases.append(PaperCase(title=title, papers=tuple(papers)))
        self.remark(markdown_to_html("\n".join(remarks)))

    @staticmethod
    def _parted(papers: list[Paper]) -> tuple[list[str], list[Paper]]:
        """Rows that are remarks ("Lưu ý: …", no copy asked for), and those that are papers."""
        remarks: list[Paper] = []
        kept: list[Paper] = []
        for paper in papers:
            is_remark = _REMARK.match(paper.name_html) and not (paper.form or paper.originals or paper.copies)
            (remarks if is_remark else kept).append(paper)
        return [html_to_text(paper.name_html) for paper in remarks], kept


def _papers(rows: object, reader: _Reader) -> list[Paper]:
    papers = []
    for row in rows if isinstance(rows, list) else []:
        if not isinstance(row, Mapping):
            continue
        name = clean_text(row.get("Tên giấy tờ"), keep_lines=True).strip()
        names = file_names(row.get("Tệp đính kèm"))
        if says_nothing(name) and not names:
            continue
        if reader.take_copies(name) and not names:
            continue
        papers.append(
            Paper(
                name_html=paper_html(name) or clean_html(inline_html("; ".join(names))),
                originals=_count(row.get("Bản chính"), reader.notes),
                copies=_count(row.get("Bản sao"), reader.notes),
                form=_form(names, reader.notes),
            )
        )
    return papers


# --------------------------------------------------------------------------------------------- flattened text

_HEADER = "Tên giấy tờMẫu đơn, tờ khaiSố lượng"
# "…theo quy định1 bản chính,1 bản saoĐơn …": the table's count is glued to what follows, or ends the text; a
# count that the prose names ("nộp 02 bản chính tờ khai;") is followed by a space or a mark.
_GLUED_COUNT = re.compile(
    r"(?<!\b0)(?:(?P<originals>\d) bản chính(?:,\s?(?P<copies>\d) bản sao)?|(?P<only>\d) bản sao)(?=$|[^\W_]|[-+*•(“\"'\[–])"
)
_EXTENSION = re.compile(r"\.(?:docx?|xlsx?|pdf|rar|zip|rtf|odt|jpe?g|png)", re.IGNORECASE)
_NAME_START = re.compile(
    # behind a letter: a number, a capital, or (behind a capital too) one of the usual first words of a form
    rf"(?<=[{SMALL}])(?=[{CAPITAL}0-9])(?<!VNe)|(?<=[{CAPITAL}])(?=(?:Mẫu|Mau|Phụ|Phu|Đơn|Don|Tờ|To|Biểu|Bieu|Giấy|Giay|Văn|Van|Bản|Ban|Báo|Bao) )"
    # behind a mark without the space of prose
    r"|(?<=[;,:)”\"])(?=[^\W_])|(?<=[^\W\d_]\.)(?=[^\W_])"
)


def _name_and_forms(text: str) -> tuple[str, tuple[str, ...]]:
    """A paper's name and the file names glued behind it. Where the border can't be seen, all of it stays in the name."""
    ends = [match.end() for match in _EXTENSION.finditer(text)]
    if not ends or ends[-1] != len(text) or "://" in text:
        return text, ()
    dot = text.rindex(".", 0, ends[0])
    starts = [
        match.start() for match in _NAME_START.finditer(text, max(0, dot - 150), dot) if match.start() > 3
    ]
    if not starts:
        return text, ()
    # A file's own name holds glued capitals too ("MauDon.docx"): the first border behind prose is the right
    # one.
    start = starts[0]
    names, last = [], start
    for end in ends:
        names.append(text[last:end].strip())
        last = end
    return text[:start].rstrip(), tuple(name for name in names if name)


def _flattened(text: str, reader: _Reader) -> None:
    head, *blocks = text.split(_HEADER)
    title = head
    if not blocks:
        reader.remark(markdown_to_html(text))
        return
    for block in blocks:
        papers, last = [], 0
        for match in _GLUED_COUNT.finditer(block):
            name, names = _name_and_forms(block[last : match.start()].strip())
            last = match.end()
            if reader.take_copies(name) or (not name and not names):
                continue
            papers.append(
                Paper(
                    name_html=paper_html(name) or clean_html(inline_html("; ".join(names))),
                    originals=int(match["originals"] or 0),
                    copies=int(match["copies"] or match["only"] or 0),
                    form=_form(names, reader.notes),
                )
            )
        reader.case(title, papers)
        # What follows the last count is the next case's title; behind the last case it is a remark.
        title = block[last:].strip()
    if title:
        reader.case(title, [])


def read_papers(groups: object, text: str | None, notes: Notes) -> tuple[tuple[PaperCase, ...], str, str]:
    """Cases with their papers, the number of sets ("01 bộ"), and the absence that the source states."""
    reader = _Reader(notes, [], {})
    for group in groups if isinstance(groups, list) else []:
        if isinstance(group, Mapping):
            reader.case(str(group.get("nhom") or ""), _papers(group.get("giay_to"), reader))
    if not reader.cases and text and not says_nothing(text):
        if absence := absence_in(text):
            return (), "", absence
        _flattened(clean_text(text, keep_lines=True), reader)
    copies = "; ".join(reader.copies)
    if len(copies) > MAX_COPIES_TEXT:
        notes.left_over("Số lượng hồ sơ", copies)
        copies = next(iter(reader.copies))
    return tuple(reader.cases), copies, ""


def raw_rows(groups: Any) -> int:
    """How many papers the source's tables hold; for tests and reports."""
    return sum(len(group.get("giay_to") or []) for group in groups or [])
