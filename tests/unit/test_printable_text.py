"""Rich text on its way to paper: blocks, runs, nested lists; QR codes as paths."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.printing.rich_text import printable, printable_text
from procedures.text.sanitising import clean_html

TEMPLATES = Path(__file__).resolve().parents[2] / "procedures" / "printing" / "templates"


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("", []),
        ("Chữ trơn", ["Chữ trơn"]),
        ("<p>Một</p><p>Hai</p>", ["Một", "Hai"]),
        ("<p>Một<br>hai</p>", ["Một\nhai"]),
        ("<h3>Đầu mục</h3>", [[["Đầu mục", "b", ""]]]),
        (
            '<p>Xem <strong>đậm</strong> <em>nghiêng</em> <a href="https://a.vn">đây</a></p>',
            [["Xem", [" đậm", "b", ""], [" nghiêng", "i", ""], [" đây", "", "https://a.vn"]]],
        ),
        ("<ul><li>a</li><li>b</li></ul>", [{"k": "ul", "i": [["a"], ["b"]]}]),
        (
            "<ol><li>a<ol><li>b</li><li>c</li></ol></li><li>d</li></ol>",
            [{"k": "ol", "i": [["a", {"k": "ol", "i": [["b"], ["c"]]}], ["d"]]}],
        ),
        (
            "<ul><li>a</li></ul><ol><li>b</li></ol><p>c</p>",
            [{"k": "ul", "i": [["a"]]}, {"k": "ol", "i": [["b"]]}, "c"],
        ),
        ("<p>#panic() $x$ *a* &lt;b&gt;</p>", ["#panic() $x$ *a* <b>"]),
    ],
)
def test_blocks(markup: str, expected: list[Any]) -> None:
    assert printable(markup) == expected


def words_in(value: Any) -> str:
    """Every text of printable data, in its order."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return "".join(words_in(blocks) for blocks in value["i"])
    if len(value) == 3 and all(isinstance(item, str) for item in value) and value[1] in ("b", "i", "bi", ""):
        return str(value[0])
    return "".join(map(words_in, value))


TAGS = st.sampled_from(["p", "ul", "ol", "li", "strong", "em", "h3", "h4"])


@st.composite
def markup(draw: st.DrawFn, depth: int = 3) -> str:
    words = draw(st.text(alphabet="abcấộỹ <>&#$*", max_size=6))
    if depth == 0:
        return words.replace("<", "&lt;")
    tag = draw(TAGS)
    inner = "".join(draw(st.lists(markup(depth=depth - 1), max_size=3)))
    return f"<{tag}>{inner}</{tag}>"


@given(markup())
def test_no_word_is_lost(text: str) -> None:
    cleaned = clean_html(text)
    plain = "".join(html.unescape(re.sub(r"<[^>]*>", "", cleaned)).split())
    assert "".join(words_in(printable(cleaned)).split()) == plain


def test_plain_text_is_a_paragraph_a_line() -> None:
    assert printable_text("Một\n\n  hai <b>\n") == ["Một", "hai <b>"]


def test_templates_fetch_nothing_from_outside() -> None:
    """Packages would come over the network; data are read from the portal alone."""
    for template in TEMPLATES.glob("*.typ"):
        source = template.read_text("utf-8")
        for imported in re.findall(r"#(?:import|include)\s+\"([^\"]+)\"", source):
            assert not imported.startswith("@"), template.name
            assert (TEMPLATES / imported).is_file(), template.name
        assert "eval(" not in source, f"{template.name}: what people wrote must stay text"
