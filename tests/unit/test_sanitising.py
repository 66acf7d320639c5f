"""What outside text may become; every kind of hostile input is one line of a table."""

from __future__ import annotations

import re
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.text.sanitising import (
    ALLOWED_TAGS,
    MAX_CHARS,
    TextTooLong,
    clean_html,
    clean_text,
    html_to_text,
    markdown_to_html,
    text_to_html,
)


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("Hồ sơ", "Hồ sơ"),
        (unicodedata.normalize("NFD", "Thủ tục đăng ký"), "Thủ tục đăng ký"),
        ("a\u200bb\u200e\ufeff\u00adc", "abc"),
        ("a\u00a0\u202f\u2003b", "a b"),
        ("\uf0a7 Giấy tờ", "Giấy tờ"),
        ("e\u200b\u0301", "é"),
        ("a\x00\x07b\x1f", "ab"),
        ("a\tb\r\nc\u2028d", "a b c d"),
        ("\U000f0000\ue000x\ufffe", "x"),
        ("a\ufe0f\u3164b", "ab"),
        ("  x   y ", "x y"),
        ("5 < 6 & 7", "5 < 6 & 7"),
        (None, ""),
        ("", ""),
    ],
)
def test_plain_text(dirty: str | None, clean: str) -> None:
    assert clean_text(dirty) == clean


def test_lines_are_kept_where_asked() -> None:
    assert clean_text("a \r\n\n\n\n b\u2028c\n", keep_lines=True) == "a\n\nb\nc"


@given(st.text(), st.booleans())
def test_clean_text_is_a_fixed_point(text: str, keep_lines: bool) -> None:
    once = clean_text(text, keep_lines=keep_lines)
    assert clean_text(once, keep_lines=keep_lines) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not [
        char for char in once if unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs") and char != "\n"
    ]


TAG = re.compile(r"<(/?)([a-z0-9]+)((?: [^<>]*)?)>")
ATTRIBUTES = re.compile(
    r'(?: (?:href="(?:https?://|mailto:|tel:)[^"<>]*"|rel="noopener"|colspan="\d{1,2}"|rowspan="\d{1,2}"))*',
    re.IGNORECASE,
)


def assert_harmless(markup: str) -> None:
    """Only allowed tags, each with nothing but allowed attributes; no other angle bracket."""
    for match in TAG.finditer(markup):
        assert match[2] in ALLOWED_TAGS, markup
        assert ATTRIBUTES.fullmatch(match[3]), markup
    assert "<" not in TAG.sub("", markup), markup


HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<p onclick=alert(1)>x</p>",
    "<p ONMOUSEOVER='alert(1)'>x</p>",
    "<p/onclick=alert(1)>x",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="JaVaScRiPt:alert(1)">x</a>',
    '<a href="java\nscript:alert(1)">x</a>',
    '<a href="jav&#x09;ascript:alert(1)">x</a>',
    '<a href="&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1)">x</a>',
    '<a href=" javascript:alert(1)">x</a>',
    '<a href="\x01javascript:alert(1)">x</a>',
    '<a href="java\u200bscript:alert(1)">x</a>',
    '<a href="data:text/html;base64,PHNjcmlwdD4=">x</a>',
    '<a href="vbscript:msgbox(1)">x</a>',
    '<a href="file:///C:/Users/someone/form.docx">x</a>',
    '<a href="//evil.example">x</a>',
    '<a href="/admin/">x</a>',
    '<a href="http:evil">x</a>',
    '<a href="https://x.vn" style="position:fixed" target=_top class=x id=y>x</a>',
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror=alert(1)&gt;'>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<object data=x></object><embed src=x>",
    "<form action=//evil.example><input name=x><button>gửi</button></form>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<link rel=stylesheet href=//evil.example/x.css><style>body{display:none}</style>",
    "<base href=//evil.example>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<textarea><script>alert(1)</script></textarea>",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>&y;",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<p>\u0338<script>alert(1)</script>",
    "<b\u0338>x</b>",
    "<details open ontoggle=alert(1)>x</details>",
    "<a href='https://x.vn?\"onclick=alert(1)'>x</a>",
    "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
    "<p>chưa đóng <strong>nhấn <a href='https://x.vn'>liên kết",
    "<table><script>alert(1)</script><tr><td colspan=9999 rowspan=2>x",
    "<ul><li><ul><li></p></div></ul>",
    "\x00<\x00script>alert(1)</script>",
]


@pytest.mark.parametrize("markup", HOSTILE)
def test_hostile_html_is_harmless(markup: str) -> None:
    cleaned = clean_html(markup)
    assert_harmless(cleaned)
    assert clean_html(cleaned) == cleaned


@pytest.mark.parametrize(
    "text", [*HOSTILE, "[x](javascript:alert(1))", '[x](https://a.vn/"onclick=alert(1))', "![x](//e)"]
)
def test_hostile_markdown_is_harmless(text: str) -> None:
    cleaned = markdown_to_html(text)
    assert_harmless(cleaned)
    assert clean_html(cleaned) == cleaned


PIECES = (
    "<p> </p> <b> <ul> <li> </ul> <a href=' javascript: https://x.vn '> </a> <table> <tr> <td> <script> </script> <svg> <style> <!-- "
    "--> &lt; &#x3c; &nbsp; \" > < / ' <h1> <div> <br> \u0338 \ue000 <math> <mtext> <template>"
)
markup_like = st.lists(
    st.one_of(
        st.sampled_from([*PIECES.split(), " "]),
        st.text(max_size=6),
    ),
    max_size=25,
).map("".join)


@given(markup_like)
def test_any_html_becomes_a_harmless_fixed_point(markup: str) -> None:
    cleaned = clean_html(markup)
    assert_harmless(cleaned)
    assert clean_html(cleaned) == cleaned


@given(markup_like)
def test_any_markdown_becomes_a_harmless_fixed_point(text: str) -> None:
    cleaned = markdown_to_html(text)
    assert_harmless(cleaned)
    assert clean_html(cleaned) == cleaned


@pytest.mark.parametrize(
    ("markup", "cleaned"),
    [
        ("<p>a <b>đậm</b> <i>nghiêng</i></p>", "<p>a <strong>đậm</strong> <em>nghiêng</em></p>"),
        ("<div>a</div><div>b</div>", "<p>a</p><p>b</p>"),
        ("<h1>A</h1><h6>B</h6>", "<h3>A</h3><h4>B</h4>"),
        ("<p class=x style=y>a</p>", "<p>a</p>"),
        ("a<br/>b", "a<br>b"),
        ("<font color=red>a</font> <span>b</span>", "a b"),
        ("<p></p><p> </p>x", "x"),
        ("A & B < C", "A &amp; B &lt; C"),
        ("a&nbsp;b&#8203;c", "a bc"),
        ("a\nb", "a b"),
        (
            '<a href="https://dichvucong.gov.vn">Cổng</a>',
            '<a href="https://dichvucong.gov.vn" rel="noopener">Cổng</a>',
        ),
        ('<a href="mailto:a@b.vn">thư</a>', '<a href="mailto:a@b.vn" rel="noopener">thư</a>'),
        ('<a href="tel:+84239">gọi</a>', '<a href="tel:+84239" rel="noopener">gọi</a>'),
        (
            "<table><tr><th>a</th></tr><tr><td colspan=2>b</td></tr></table>",
            '<table><tbody><tr><th>a</th></tr><tr><td colspan="2">b</td></tr></tbody></table>',
        ),
    ],
)
def test_what_is_kept_of_html(markup: str, cleaned: str) -> None:
    assert clean_html(markup) == cleaned


@pytest.mark.parametrize(
    "piece",
    [
        "<b>",
        "<ul>",
        "<p><b>",
        "<a href='x'>",
        "<table>",
        "<li>",
        "</p>",
        "<!--",
        "<svg>",
        "<h1 ",
        "&amp;",
        "<div><p>",
        "*",
        "# ",
        "_a",
        "[x](",
    ],
)
def test_huge_and_deep_input_is_bounded(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    start = time.process_time()
    for clean in (clean_html, markdown_to_html, html_to_text):
        assert len(clean(text)) <= MAX_CHARS
    assert time.process_time() - start < 20


def test_absurd_length_is_refused_not_cut() -> None:
    for clean in (clean_text, clean_html, markdown_to_html, html_to_text, text_to_html):
        with pytest.raises(TextTooLong, match="vượt giới hạn"):
            clean("x" * (MAX_CHARS + 1))


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("Một\nHai", "<p>Một</p><p>Hai</p>"),
        ("- a\n+ b\n+ c\n- d", "<ul><li>a<ul><li>b</li><li>c</li></ul></li><li>d</li></ul>"),
        ("-a\n-b", "<ul><li>a</li><li>b</li></ul>"),
        ("\uf0a7 a\n\uf0fc b", "<ul><li>a</li><li>b</li></ul>"),
        ("* Trường hợp 1:\n- a", "<ul><li>Trường hợp 1:<ul><li>a</li></ul></li></ul>"),
        ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
        ("2. a\n3. b", "<p>2. a</p><p>3. b</p>"),
        ("1. a\nb\n2. c", "<p>1. a b</p><p>2. c</p>"),
        ("**Bước 1**: nộp *ngay*", "<p><strong>Bước 1</strong>: nộp <em>ngay</em></p>"),
        ("(*) chú thích (*)", "<p>(*) chú thích (*)</p>"),
        ("- 5 độ\n-5 độ", "<ul><li>5 độ</li></ul><p>-5 độ</p>"),
        ("a < b và c > d & e", "<p>a &lt; b và c &gt; d &amp; e</p>"),
        ("| A | B |\n|---|---|\n| 1 | 2 |", None),
        ("[Cổng](https://a.vn)", '<p><a href="https://a.vn" rel="noopener">Cổng</a></p>'),
        ("cơ quan có\nthẩm quyền", "<p>cơ quan có thẩm quyền</p>"),
        ("# Đầu đề", "<h3>Đầu đề</h3>"),
        ("a\\*b\\*", "<p>a*b*</p>"),
        ("", ""),
        (None, ""),
    ],
)
def test_light_markdown(text: str | None, markup: str | None) -> None:
    if markup is None:
        markup = (
            "<table><thead><tr><th>A</th><th>B</th></tr></thead>"
            "<tbody><tr><td>1</td><td>2</td></tr></tbody></table>"
        )
    assert markdown_to_html(text) == markup


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>a</p><p>b<br>c</p>", "a\nb\nc"),
        ("<ul><li>x</li><li>y</li></ul>", "x\ny"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "1 | 2"),
        ("a &lt; b &amp; c", "a < b & c"),
        ("<p>a <strong>b</strong>c</p>", "a bc"),
        ("<script>x</script>y", "y"),
        ("", ""),
    ],
)
def test_html_as_text(markup: str, text: str) -> None:
    assert html_to_text(markup) == text


words = st.text(alphabet="aăâđêôơưếộ ự<>&*-+1.", max_size=60)


@given(words)
def test_plain_text_survives_as_html(text: str) -> None:
    lines = [line for line in clean_text(text, keep_lines=True).split("\n") if line]
    assert html_to_text(text_to_html(text)) == "\n".join(lines)
