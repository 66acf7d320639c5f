"""Rich text survives the editor: what it makes of a text counts as the same text."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

from procedures.blocks import TEXT_FEATURES
from procedures.text import rich_text
from procedures.text.rich_text import blocks, canonical, editable_html, inline_if_single
from procedures.text.sanitising import clean_html, html_to_text, markdown_to_html

TEXTS = [
    "",
    "Tờ khai",
    "a &lt; b &amp; c",
    "<p>Một dòng<br>hai dòng</p>",
    "<p>a</p>x<ul><li>b<ul><li>c</li></ul>d</li></ul>",
    "<ul><li><p>a</p><p>b</p></li><li><strong>c</strong> d</li></ul>",
    "<ol><li>1<ol><li>1.1<ul><li>sâu</li></ul></li></ol></li><li>2</li></ol><p>sau</p>",
    "<p>a<strong> b </strong>c <em>d <strong>e</strong></em></p>",
    "<p><strong>a</strong> <strong>b</strong></p>",
    '<p><a href="https://a.vn/?x=1&amp;y=2">liên <strong>kết</strong></a> <a href="tel:0239123">gọi</a></p>',
    # What the editor's exporter would drop or join without our help.
    "<ul><li>A<ul><li>B<ol><li>C</li></ol></li><li>D</li></ul></li></ul><p>x</p>",
    "<ul><li>A<ol><li>B</li></ol></li></ul><ol><li>C</li></ol>",
    "<ul><li>A<ol><li>B</li></ol></li><li><ul><li>C</li></ul></li></ul>",
    "<h3>Mục</h3><p>x</p><h4>Nhỏ</h4><p>y</p>",
    "<table><thead><tr><th>Loại</th><th>Phí</th></tr></thead>"  # noqa: ISC004 -- one long text
    "<tbody><tr><td>A</td><td><strong>1</strong></td></tr><tr><td>B</td><td></td></tr></tbody></table>",
    "<table><tbody><tr><td>không đầu</td><td>bảng</td></tr></tbody></table><p>sau bảng</p>",
]


def through_the_editor(markup: str) -> str:
    converter = ContentstateConverter(TEXT_FEATURES)
    return str(converter.to_database_format(converter.from_database_format(markup)))


def words(markup: str) -> list[str]:
    text = html_to_text(markup)
    return sorted("".join(c if c.isalnum() else " " for c in text).split())


@pytest.mark.parametrize("text", TEXTS)
def test_the_editor_gives_back_the_same(text: str) -> None:
    cleaned = clean_html(text)
    stored = editable_html(cleaned)
    assert canonical(clean_html(stored)) == canonical(cleaned)
    assert canonical(clean_html(through_the_editor(stored))) == canonical(cleaned)


@pytest.mark.parametrize("text", TEXTS)
def test_no_word_is_lost(text: str) -> None:
    cleaned = clean_html(text)
    after = clean_html(through_the_editor(editable_html(cleaned)))
    # Headings of a table's columns are repeated in each row.
    assert set(words(after)) == set(words(cleaned))


def test_a_table_becomes_a_list() -> None:
    assert editable_html(clean_html(TEXTS[-2])) == (
        "<ul><li>Loại: A; Phí:<strong> 1</strong></li><li>Loại: B</li></ul>"
    )


def test_other_text_stays_as_it_is() -> None:
    for text in ("Tờ khai", "<p>a</p><ul><li>b<ul><li>c</li></ul></li></ul>"):
        assert editable_html(text) == text
    assert editable_html("a<br>b") == "a<br/>b", "the editor's reader stops at an open <br>"


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("<p>Tờ khai</p>", "Tờ khai"),
        ("Tờ khai", "Tờ khai"),
        ("<p>a <strong>b</strong></p>", "a <strong>b</strong>"),
        ("<p>a</p><p>b</p>", "<p>a</p><p>b</p>"),
        ("<ul><li>a</li></ul>", "<ul><li>a</li></ul>"),
        ("", ""),
    ],
)
def test_a_lone_paragraph(text: str, bare: str) -> None:
    assert inline_if_single(text) == bare
    assert canonical(bare) == canonical(text)


inline = st.recursive(
    st.text(alphabet="ab c&<ế\n", min_size=1, max_size=8).map(
        lambda t: t.replace("&", "&amp;").replace("<", "&lt;")
    ),
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>",
        st.sampled_from(["strong", "em"]),
        st.lists(inner, max_size=3),
    ),
    max_leaves=4,
)
paragraph = inline.map(lambda t: f"<p>{t}</p>")


def listed(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    item = st.builds(lambda a, b: f"<li>{a}{b}</li>", inline, st.one_of(st.just(""), inner))
    return st.builds(
        lambda tag, items: f"<{tag}>{''.join(items)}</{tag}>",
        st.sampled_from(["ul", "ol"]),
        st.lists(item, min_size=1, max_size=3),
    )


lists = st.recursive(listed(st.just("")), listed, max_leaves=4)
documents = st.lists(st.one_of(paragraph, lists), max_size=4).map("".join)


@given(documents)
@example("<p><strong><em>&lt; </em><em>&lt;</em></strong></p>")
def test_any_document(markup: str) -> None:
    cleaned = clean_html(markup)
    stored = editable_html(cleaned)
    assert canonical(clean_html(stored)) == canonical(cleaned)
    assert canonical(clean_html(through_the_editor(stored))) == canonical(cleaned)


flat_item = st.lists(
    st.sampled_from(["Tờ khai", " ", "  ", "\n", "<br>", "&lt;", "&#10;", "&nbsp;", "x"]), max_size=5
).map("".join)
flat_block = st.one_of(
    flat_item.map(lambda t: f"<p>{t}</p>"),
    st.builds(
        lambda tag, items: f"<{tag}>{''.join(f'<li>{item}</li>' for item in items)}</{tag}>",
        st.sampled_from(["ul", "ol"]),
        st.lists(flat_item, min_size=1, max_size=3),
    ),
)


@given(st.lists(flat_block, min_size=1, max_size=4).map("".join))
def test_simple_text_is_read_as_the_walk_reads_it(markup: str) -> None:
    """Paragraphs and lists of one level go past the walk through all tags, which must say the same."""
    walked = rich_text._read(markup)
    assert rich_text._FLAT.fullmatch(markup)
    assert not walked.awkward
    assert blocks(markup) == tuple(walked.blocks)
    assert canonical(markup) == [
        [block.kind, block.depth, [[run.text, *run.styles, run.href] for run in block.runs]]
        for block in walked.blocks
    ]


@pytest.mark.real_data
@pytest.mark.slow
def test_real_texts(real_data: Path) -> None:
    with gzip.open(real_data / "procedures" / "procedures-2026.jsonl.gz", "rt", encoding="utf-8") as lines:
        for place, line in enumerate(lines):
            if place % 8:
                continue
            record = json.loads(line)
            for field in ("trinh_tu", "yeu_cau_dieu_kien", "ho_so_text"):
                cleaned = markdown_to_html(record.get(field))
                after = clean_html(through_the_editor(editable_html(cleaned)))
                assert canonical(after) == canonical(cleaned), record["ma"]
