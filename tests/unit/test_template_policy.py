"""What the strict Content-Security-Policy would refuse stands in no template."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(
    path
    for folder in ("templates", "search", "home", "guidance", "procedures", "initiatives", "feedback", "site")
    for path in (ROOT / folder).rglob("*.html")
)
COMMENT = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}|<!--.*?-->", re.DOTALL)
REFUSED = {
    "a script in the page": re.compile(
        r"<script(?![^>]*\b(?:src=|type=\"application/(?:ld\+)?json\"))[^>]*>", re.IGNORECASE
    ),
    "a style sheet in the page": re.compile(r"<style\b", re.IGNORECASE),
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "an event attribute": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "a script address": re.compile(r"(?:href|src|action)\s*=\s*[\"']\s*javascript:", re.IGNORECASE),
    "another host's file": re.compile(
        r"<(?:script|link|img|source|iframe)\b[^>]*\b(?:src|href)=[\"'](?:https?:)?//", re.IGNORECASE
    ),
}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_template_keeps_to_the_policy(path: Path) -> None:
    text = COMMENT.sub("", path.read_text("utf-8"))
    assert not [what for what, pattern in REFUSED.items() if pattern.search(text)]


@pytest.mark.parametrize(
    ("html", "refused"),
    [
        ("<script>alert(1)</script>", True),
        ("<script src=\"{% static 'a.js' %}\" defer></script>", False),
        ('<script type="application/ld+json">{}</script>', False),
        ('<p class="a" style="color:red">', True),
        ('<button type="button" onclick="x()">', True),
        ('<a data-action="x" href="/once/">', False),
        ('<img src="https://elsewhere.example/a.png" alt="">', True),
        ('<a href="https://dichvucong.gov.vn/">', False),
    ],
)
def test_policy_tells_good_from_bad(html: str, *, refused: bool) -> None:
    assert any(pattern.search(html) for pattern in REFUSED.values()) is refused
