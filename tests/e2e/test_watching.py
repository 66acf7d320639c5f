"""The instruments of the browser tests themselves: each must find what it is there to find."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Route

from tests.e2e.watching import View, assert_no_axe_violations, assert_no_sideways_scrolling, open_view

pytestmark = pytest.mark.browser

GOOD = '<!doctype html><html lang="vi"><title>Thử</title><main><h1>Thử</h1><p>Chữ đọc được</p></main></html>'


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    yield context
    context.close()


def serve(context: BrowserContext, html: str, *, status: int = 200, policy: str = "") -> View:
    """A page that no server has, under an address of its own."""

    def answer(route: Route) -> None:
        headers = {"Content-Type": "text/html; charset=utf-8"}
        if policy:
            headers["Content-Security-Policy"] = policy
        if route.request.url.endswith("/thu"):
            route.fulfill(status=status, headers=headers, body=html)
        else:
            route.fulfill(status=404, body="")

    context.route("**/*", answer)
    return open_view(context, "http://trang.example/thu")


def test_a_good_page_passes(context: BrowserContext) -> None:
    view = serve(context, GOOD)
    assert_no_axe_violations(view)
    assert_no_sideways_scrolling(view)
    assert view.status == 200
    assert not view.problems


@pytest.mark.parametrize(
    ("flaw", "rule"),
    [
        ('<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">', "image-alt"),
        ('<p style="color:#bbb;background:#fff">nhạt quá</p>', "color-contrast"),
        ('<input type="text">', "label"),
    ],
)
def test_axe_finds(context: BrowserContext, flaw: str, rule: str) -> None:
    view = serve(context, GOOD.replace("<p>", flaw + "<p>"))
    with pytest.raises(AssertionError, match=rule):
        assert_no_axe_violations(view)


def test_sideways_scrolling_is_found(context: BrowserContext) -> None:
    view = serve(context, GOOD.replace("<p>", '<div style="width:500px">rộng</div><p>'))
    with pytest.raises(AssertionError, match="wider than the screen"):
        assert_no_sideways_scrolling(view)


@pytest.mark.parametrize(
    ("html", "policy", "words"),
    [
        ("<script>throw new Error('hỏng')</script>", "", "script: hỏng"),
        ("<script>1</script>", "script-src 'none'", "Content Security Policy"),
        ('<script src="/khong-co.js"></script>', "", "404"),
    ],
)
def test_problems_are_noted(context: BrowserContext, html: str, policy: str, words: str) -> None:
    view = serve(context, GOOD.replace("<p>", html + "<p>"), policy=policy)
    assert any(words in problem for problem in view.problems), view.problems


def test_a_refused_page_is_no_problem_of_its_own(context: BrowserContext) -> None:
    view = serve(context, GOOD, status=410)
    assert view.status == 410
    assert not view.problems


def test_the_server_hands_out_compressed_files_and_each_byte_counts(visit: Callable[..., View]) -> None:
    view = visit("/admin/login/")
    sizes = view.page.evaluate(
        "performance.getEntriesByType('resource').map(e => [e.name, e.encodedBodySize, e.decodedBodySize])"
    )
    styles = [(encoded, decoded) for name, encoded, decoded in sizes if "/static/" in name and ".css" in name]
    assert styles
    assert all(encoded < decoded / 2 for encoded, decoded in styles), "style sheets are not compressed"
    assert view.bytes_on_wire > sum(encoded for _, encoded, _ in sizes)
