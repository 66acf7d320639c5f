"""Reads the file of an announcing decision into a proposal. Pure: no Django.

    proposal = read_decision(path.read_bytes(), name="qd-2873-2025.docx")

The same bytes always give the same proposal. What is uncertain is a question of the proposal; only a file that can't be
read at all is refused, with `UnreadableDecision` and what to do in Vietnamese.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from procedures.decisions.archives import Archive
from procedures.decisions.articles import (
    Article,
    Body,
    article_starts,
    effective_on,
    is_recipients,
    read_body,
)
from procedures.decisions.blocks import Block, Paragraph, Table, all_text
from procedures.decisions.codes_in_cells import whole_codes
from procedures.decisions.columns import header_of
from procedures.decisions.counts import Stated, claims_of, counted, stated_counts
from procedures.decisions.docx_blocks import read_docx
from procedures.decisions.header import Head, read_head
from procedures.decisions.lines import Fallback, build_lines
from procedures.decisions.proposal import (
    CountClaim,
    Proposal,
    ProposedLine,
    ProposedRepeal,
    Question,
    UnreadableDecision,
)
from procedures.decisions.questions import (
    article_questions,
    codes_in_text_questions,
    derived_questions,
    header_questions,
    left_out_questions,
    line_questions,
)
from procedures.decisions.repeals import read_repeals
from procedures.decisions.sections import MAX_HEADING, is_heading_paragraph, split_headings
from procedures.decisions.tables import HeadingClaim, ReadLists, holds_list, read_lists
from procedures.decisions.tasks import read_tasks
from procedures.decisions.wording import COMMON, actions_in, level_in, only_field_in
from procedures.decisions.xlsx_blocks import read_xlsx
from procedures.text.sanitising import clean_text

__all__ = ["UnreadableDecision", "read_decision"]

_NO_LIST = (
    "Không tìm thấy bảng danh mục thủ tục hành chính trong tệp. Bảng cần có dòng tiêu đề cột, ít nhất gồm số thứ tự, tên thủ tục"
    " và mã thủ tục. Hãy kiểm tra lại tệp, hoặc nhập quyết định bằng tay."
)


def read_decision(data: bytes, *, name: str) -> Proposal:
    """The proposal of a DOCX or XLSX, told by its content. Raises UnreadableDecision."""
    archive = Archive(data)
    hidden: list[str] = []
    if archive.kind == "docx":
        blocks = read_docx(archive)
    else:
        blocks, hidden = read_xlsx(archive, data)
    parts = _parts(list(_unfolded(blocks)))
    body = read_body(parts.body)
    after = (*body.after, *parts.between)
    lists = read_lists(parts.annex)
    head = read_head(
        body.before if body.articles else parts.above, after, list(all_text(parts.annex[:8])) + lists.headings
    )
    proposal = _proposal(head, body, lists, hidden, name=name, sha256=hashlib.sha256(data).hexdigest())
    announces = any(question.kind in ("code_in_text", "left_out") for question in proposal.questions)
    # A decision may only repeal lists, or name its procedures in its articles; a law or a letter does neither.
    if not proposal.lines and not (body.articles and (proposal.repeals or announces)):
        raise UnreadableDecision(_NO_LIST)
    return proposal


# ---------------------------------------------------------------------------------------------------------------- parts


@dataclass(frozen=True, slots=True)
class _Parts:
    """The texts of the decision itself, those between it and its annexes, and the blocks that may hold lists."""

    body: list[str]
    between: list[str]
    annex: list[Block]
    above: list[str]
    """Where there are no articles (an annex alone, a workbook): the words above the first list."""


def _unfolded(blocks: Sequence[Block]) -> Iterator[Block]:
    """A page laid out by a table, its lists inside: its paragraphs and its tables instead."""
    for block in blocks:
        if isinstance(block, Table) and not any(header_of(row) for row in block.rows) and holds_list(block):
            for row in block.rows:
                for cell in row.cells:
                    if cell.above:
                        continue
                    yield from (Paragraph(line) for line in cell.own_text.split("\n") if line)
                    yield from _unfolded(cell.tables)
        else:
            yield block


def _parts(blocks: list[Block]) -> _Parts:
    texts = [list(all_text([block])) for block in blocks]
    lists = [isinstance(block, Table) and holds_list(block) for block in blocks]
    end = _end_of_articles(texts, lists)
    if end is None:
        above = [text for block in blocks for text in _above_list(block)]
        return _Parts([], [], blocks, above)
    body: list[str] = []
    inside: list[Block] = []
    headings: list[Block] = []
    for block, words, is_list in zip(blocks[: end + 1], texts, lists, strict=False):
        if is_list:
            # A list in the middle of an article, under the headings that stand right above it.
            inside += [*headings, block]
            headings = []
        else:
            body.extend(words)
            headings = [*headings, block] if _begins_annex(block) else []
    start = next(
        (place for place in range(end + 1, len(blocks)) if lists[place] or _begins_annex(blocks[place])),
        len(blocks),
    )
    between = [text for words in texts[end + 1 : start] for text in words]
    return _Parts(body, between, [*inside, *blocks[start:]], [])


def _end_of_articles(texts: Sequence[Sequence[str]], lists: Sequence[bool]) -> int | None:
    """The last block of the decision itself: with "Nơi nhận", else with its last article; None without articles."""
    expected, last = 1, None
    for place, words in enumerate(texts):
        if lists[place]:
            continue
        for text in words:
            if starts := article_starts(text, expected):
                expected, last = starts[-1][0] + 1, place
            elif last is not None and is_recipients(text):
                return place
    return last


def _begins_annex(block: Block) -> bool:
    if isinstance(block, Table) or len(block.text) > MAX_HEADING:
        return False
    pieces = split_headings(block.text)
    return bool(pieces) and is_heading_paragraph(pieces[0])


def _above_list(block: Block) -> Iterator[str]:
    if isinstance(block, Paragraph):
        if block.text and not block.sheet:
            yield block.text
        return
    for row in block.rows:
        if header_of(row):
            return
        yield from (cell.text for cell in row.cells if cell.text and not cell.above)


# ------------------------------------------------------------------------------------------------------------- proposal


def _proposal(
    head: Head, body: Body, lists: ReadLists, hidden: Sequence[str], *, name: str, sha256: str
) -> Proposal:
    stated = stated_counts(body.articles)
    built = build_lines(lists.lines, _fallback(head, body, stated))
    lines = tuple(item.line for item in built)
    alone = not body.articles
    # An annex or workbook names its decision itself; in a draft whose head is blank a person confirms it.
    number = head.number or (head.referred_number if alone else "")
    signed_on = head.signed_on or (head.referred_on if alone else None)
    repeals = tuple(read_repeals(body.articles, own_number=number))
    tasks = read_tasks(body.articles)
    counts = _counts(stated, lists.claims, lines)
    questions: list[Question] = [
        *header_questions(number, signed_on, said_number=head.referred_number, said_on=head.referred_on),
        *line_questions(built),
        *derived_questions(lines, counts),
        *codes_in_text_questions(_codes_in_text(body.articles, repeals), lines),
        *article_questions(tasks, repeals),
        *left_out_questions(lists.left_out, lines),
    ]
    return Proposal(
        number=number,
        signed_on=signed_on,
        signer=head.signer,
        issuer=head.issuer,
        title=head.title or next(iter(lists.headings), ""),
        effective_on=effective_on(body.articles, signed_on),
        lines=lines,
        tasks=tuple(found.task for found in tasks),
        repeals=repeals,
        counts=counts,
        questions=tuple(questions),
        skipped_tables=(
            *(item.words for item in lists.left_out),
            *(f"trang “{clean_text(title)}”: đang ẩn trong tệp" for title in hidden),
        ),
        source_name=clean_text(name),
        source_sha256=sha256,
    )


def _fallback(head: Head, body: Body, stated: Sequence[Stated]) -> Fallback:
    first = body.articles[0].text if body.articles else ""
    counted_actions = frozenset[str]().union(*(item.actions for item in stated))
    named = actions_in(head.title)
    # "02 TTHC cấp tỉnh, 01 TTHC cấp xã" says of no single line which it is.
    levels = (level_in(head.title), level_in(first.split("\n")[0]))
    # Where the title sums up ("sửa đổi, bổ sung, bãi bỏ") and the article names one action, that one holds; where they
    # contradict each other, a person is asked.
    return Fallback(
        actions=counted_actions if counted_actions and counted_actions < named else counted_actions | named,
        level=next((level for level in levels if level and level != COMMON), ""),
        field=only_field_in(head.title) or only_field_in(first),
    )


def _counts(
    stated: Sequence[Stated], headings: Sequence[HeadingClaim], lines: Sequence[ProposedLine]
) -> tuple[CountClaim, ...]:
    """What the articles say, then what headings say besides."""
    claims = claims_of(stated, lines)
    for heading in headings:
        action = next(iter(heading.actions)) if len(heading.actions) == 1 else ""
        read = counted(action, heading.part, lines)
        if any(c.action == action and c.stated == heading.stated and c.read == read for c in claims):
            continue
        claims.append(
            CountClaim(action, heading.stated, read, heading.part.rsplit(" › ", 1)[-1], part=heading.part)
        )
    return tuple(claims)


def _codes_in_text(
    articles: Sequence[Article], repeals: Sequence[ProposedRepeal]
) -> Iterator[tuple[str, str, str]]:
    """Codes that the articles name outside of repeals."""
    repealed = {row for repeal in repeals for row in repeal.ordinals}
    for article in articles:
        for code in whole_codes(article.text):
            if code not in repealed:
                place = article.text.find(code[2:])
                yield code, article.label, " ".join(article.text[max(place - 150, 0) : place + 50].split())
