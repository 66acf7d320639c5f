"""A person's way through the admin: every kind of screen read once, as the server sends it and as scripts leave it."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from django.test import Client
from django.urls import Resolver404, resolve

from tests.e2e.reading_admin import READ, foreign_words
from tests.e2e.watching import View

KNOWN = (
    *(
        "Excel",
        "Word",
        "jsonl",
        "Markdown",
        "JavaScript",
        "Wagtail",
        "web",
        "euro",
        "byte",
        "macro",
        "localhost",
    ),
    *("Ctrl", "Shift", "Esc", "Enter", "Alt", "Tab", "doc", "docx", "odt", "pdf", "xls", "xlsx"),
)
"""Names of products, formats and keys, the same in Vietnamese. No title may end in Wagtail all the same."""

INLINE_HANDLER = re.compile(r"\son[a-z]+\s*=(?!\d)", re.IGNORECASE)
NOT_SCREENS = {
    "wagtailadmin_logout",
    "wagtailadmin_sprite",
    "wagtailadmin_javascript_catalog",
    "wagtailadmin_error_test",
    "catalogue_download",
    "catalogue_template",
    "inspection_report",
    "inspection_ranking",
    "inspection_dossier",
    "inspection_file",
    "wagtailadmin_pages:view_draft",
    "wagtailadmin_pages:revisions_view",
}
"""Files and public pages: other tests read those."""

_SCRIPT = re.compile(r'<script[^>]*\ssrc="([^"]+)"')
_CONTROLLERS = re.compile(r'\sdata-controller="([^"]+)"')
_JSON_SCRIPT = re.compile(r'<script[^>]*type="application/json"[^>]*>(.*?)</script>', re.DOTALL)
_JSON_ATTRIBUTE = re.compile(r'\sdata-[\w-]+="((?:\[|\{)[^"]*)"')


def handed_to_scripts(html: str) -> frozenset[str]:
    """What decides how scripts draw a screen: the scripts, their controllers, and the words they are given as data."""
    found = {*_SCRIPT.findall(html)}
    for names in _CONTROLLERS.findall(html):
        found |= {f"controller {name}" for name in names.split()}
    for data in (*_JSON_SCRIPT.findall(html), *map(unescape, _JSON_ATTRIBUTE.findall(html))):
        try:
            found |= {*_words_in(json.loads(data))}
        except ValueError:
            found.add(data)
    return frozenset(found)


def _words_in(value: Any) -> Iterator[str]:
    """Texts for people and names of classes; not addresses and what is counted."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name != "CSRF_TOKEN":  # another one on every screen
                yield from _words_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _words_in(inner)
    elif isinstance(value, str) and not value.startswith("/"):
        yield re.sub(r"\d+", "0", value)


@dataclass
class Walk:
    """Breadth first, each kind of screen once. The view's page has been opened for the same person as the client.

    Every screen is read as the server sends it. The browser draws those that hand scripts something which no screen
    drawn before has handed them: a script, a controller, a word.
    """

    view: View
    origin: str
    client: Client
    drawn: set[str] = field(default_factory=set)
    """What screens that were drawn have handed to scripts, for anybody."""
    seen: set[str] = field(default_factory=set)
    found: list[str] = field(default_factory=list)
    told: set[tuple[str, str]] = field(default_factory=set)
    """What has been judged: the frame is the same on every screen."""
    screens: int = 0
    drawings: int = 0

    def __post_init__(self) -> None:
        # Parsed on a blank page: on a screen of the admin the policy would judge what is only being read.
        self.reader = self.view.page.context.new_page()

    def go(self, start: list[str], guessed: list[str]) -> None:
        # The menu is drawn by a script: where it leads, only the page on screen says.
        queue = deque((address, False) for address in (*start, *self._read_drawn("first page")))
        queue.extend((address, True) for address in guessed)
        while queue:
            address, is_guess = queue.popleft()
            kind = kind_of(address)
            if kind and kind not in self.seen:
                self.seen.add(kind)
                queue.extend((link, False) for link in self._take(address, kind, is_guess=is_guess))

    def _take(self, address: str, kind: str, *, is_guess: bool) -> list[str]:
        """Reads a screen or dialog; returns where it leads."""
        answer: Any = self.client.get(address, follow=True)
        if is_guess and answer.status_code in (403, 404, 405):
            return []
        if answer.status_code >= 400:
            self.found.append(f"{kind}: {address} leads to {answer.status_code}")
            return []
        content_type = answer.headers.get("content-type", "")
        if answer.streaming or not ("html" in content_type or "json" in content_type):
            return []
        text = answer.content.decode()
        if "json" in content_type:
            found = json.loads(text)
            text = found.get("html", "") if isinstance(found, dict) else ""
        if not text:
            return []
        self.screens += 1
        links = self._read(text, kind)
        if "<html" in text and is_page(kind):
            fresh = handed_to_scripts(text) - self.drawn
            if fresh:
                self.drawn |= fresh
                links += self._draw(address, kind)
        return links

    def _read(self, text: str, kind: str) -> list[str]:
        if handlers := INLINE_HANDLER.findall(text):
            self.found.append(f"{kind}: the policy refuses {handlers[:3]}")
        title, texts, links = self.reader.evaluate(
            f"(html) => {{ const it = new DOMParser().parseFromString(html, 'text/html');"
            f" return [it.title, ({READ})(it.body), [...it.querySelectorAll('a[href]')].map((a) => a.getAttribute('href'))]; }}",
            INLINE_HANDLER.sub(" data-on=", text),
        )
        self.judge(kind, [["<title>", title], *texts])
        return [link for link in links if link.startswith("/")]

    def _draw(self, address: str, kind: str) -> list[str]:
        answer = self.view.page.goto(self.origin + address, wait_until="load")
        if answer is None or answer.status >= 400:
            self.found.append(f"{kind}: {address} leads to {answer.status if answer else 'nothing'}")
            return []
        self.drawings += 1
        return self._read_drawn(kind)

    def _read_drawn(self, kind: str) -> list[str]:
        self.read(kind)
        links: list[str] = self.view.page.evaluate(
            "[...document.querySelectorAll('a[href]')].filter((a) => a.origin === location.origin).map((a) => a.pathname + a.search)"
        )
        return links

    def read(self, kind: str) -> None:
        """What stands on the screen now."""
        page = self.view.page
        self.judge(kind, [["<title>", page.title()], *page.evaluate(f"({READ})(document.body)")])

    def judge(self, kind: str, texts: list[list[str]]) -> None:
        for where, text in texts:
            if (where, text) in self.told:
                continue
            self.told.add((where, text))
            known = [word for word in KNOWN if word != "Wagtail"] if where == "<title>" else KNOWN
            if words := foreign_words(text, known=known):
                self.found.append(f"{kind}: {where}: {text[:120]!r} ({', '.join(words[:6])})")


def kind_of(address: str) -> str:
    """What counts as the same screen: the same pattern, for the same model."""
    parts = urlsplit(address)
    try:
        match = resolve(parts.path)
    except Resolver404:
        return ""
    if match.view_name in NOT_SCREENS or "export=" in parts.query or not parts.path.startswith("/admin/"):
        return ""
    if match.view_name == "wagtail_bulk_action" and "id=" not in parts.query:
        return ""  # the script adds what was ticked; the seeds say it
    model = [
        str(v)
        for k, v in match.kwargs.items()
        if k
        in (
            "app_label",
            "app_name",
            "model_name",
            "action",
            "action_name",
            "content_type_model_name",
            "slug",
        )
    ]
    return " ".join([match.view_name, *model, "tìm" if "q=" in parts.query else ""]).strip()  # fmt: skip


def is_page(kind: str) -> bool:
    """Not a dialog, nor a part of a screen."""
    return not any(
        word in kind for word in ("choose", "_results", "preview", "autocomplete", "generator", "privacy")
    )
