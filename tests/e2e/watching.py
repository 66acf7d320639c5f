"""What a browser test sees beside the page: bytes on the wire, errors in the console, accessibility."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Response

FIRST_VIEW_LIMIT = 100_000
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass
class View:
    """One page on screen. Transparent for everything that Playwright's page can do: `view.page`."""

    page: Page
    response: Response
    bytes_on_wire: int = 0
    """Of everything that has arrived so far, as transferred: headers and compressed bodies."""
    problems: list[str] = field(default_factory=list)
    """Errors of scripts, refused content (Content-Security-Policy) and files that did not arrive."""

    @property
    def status(self) -> int:
        return self.response.status


def open_view(context: BrowserContext, address: str) -> View:
    """Opens an address in a new page of its own and waits until nothing more arrives."""
    page = context.new_page()
    arrived = 0
    problems: list[str] = []

    def count(event: dict[str, Any]) -> None:
        nonlocal arrived
        arrived += int(event["encodedDataLength"])

    def note_console(message: ConsoleMessage) -> None:
        # Chromium logs the status of the page itself as an error; a test asks for that status by `view.status`.
        own_status = message.text.startswith("Failed to load resource") and message.location["url"] == address
        if message.type == "error" and not own_status:
            problems.append(f"console: {message.text}")

    session = context.new_cdp_session(page)
    session.on("Network.loadingFinished", count)
    session.send("Network.enable")
    page.on("console", note_console)
    page.on("pageerror", lambda error: problems.append(f"script: {error}"))
    response = page.goto(address, wait_until="networkidle")
    assert response is not None, f"{address} led nowhere"
    return View(page=page, response=response, bytes_on_wire=arrived, problems=problems)


def assert_no_axe_violations(view: View | Page, *, without: tuple[str, ...] = ()) -> None:
    """No violation of WCAG 2.2 AA or of axe's best practices, contrast included.

    `without` names rules that cannot apply, with the reason beside it in the test.
    """
    page = view.page if isinstance(view, View) else view
    results = Axe().run(
        page,
        options={
            "runOnly": {"type": "tag", "values": AXE_RULES},
            "rules": {rule: {"enabled": False} for rule in without},
            "resultTypes": ["violations"],
        },
    )
    found = [
        f"{violation['id']} ({violation['impact']}): {violation['help']}\n"
        + "\n".join(f"    {node['target']} {node['html'][:160]}" for node in violation["nodes"][:5])
        for violation in results.response["violations"]
    ]
    assert not found, f"{page.url}\n" + "\n".join(found)


def assert_no_sideways_scrolling(view: View) -> None:
    """Nothing sticks out of the page: on a phone one reads downwards only."""
    wider = view.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0, f"{view.page.url} is {wider} pixels wider than the screen"
