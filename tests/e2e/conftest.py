"""A real browser over a live server: Debian's Chromium driven by Playwright, which downloads nothing.

    @pytest.mark.browser
    def test_home(visit):
        view = visit("/", width=360, dark=True)
        assert_no_axe_violations(view)
        assert view.bytes_on_wire <= FIRST_VIEW_LIMIT

The server hands out static files as a real one does: collected, compressed, with names that change with the content.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.conftest import missing
from tests.e2e.watching import View, open_view
from tests.servers.chromium import chromium_program, lacking

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",  # root in a container
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HEIGHTS = {360: 740, 1280: 900}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if packages := lacking():
        missing(f"browser tests need: apt install {' '.join(packages)}")
    with sync_playwright() as playwright:
        # Playwright's loop runs in this thread; the tests may still ask the database what the server wrote.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        chromium = playwright.chromium.launch(
            executable_path=chromium_program(), args=CHROMIUM_ARGUMENTS, headless=True
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def collected_static(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Static files as `collectstatic` leaves them on a server, once for all worker processes."""
    base = tmp_path_factory.getbasetemp()
    shared = (base if worker_id == "master" else base.parent) / "collected-static"
    shared.mkdir(exist_ok=True)
    with (shared.parent / "collected-static.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "staticfiles.json").exists():
            with override_settings(STATIC_ROOT=shared, STORAGES=production_storages()):
                call_command("collectstatic", interactive=False, verbosity=0)
    return shared


def production_storages() -> dict[str, Any]:
    from portal.settings import base

    return {**base.STORAGES}


@pytest.fixture(scope="session")
def server(django_db_setup: None, collected_static: Path) -> Iterator[str]:
    """The address of a live portal on the test database."""
    with override_settings(
        ALLOWED_HOSTS=["localhost"],
        STATIC_ROOT=collected_static,
        STORAGES=production_storages(),
        WHITENOISE_AUTOREFRESH=False,
        WHITENOISE_USE_FINDERS=False,
    ):
        # No handler of static files around it: WhiteNoise answers, as everywhere.
        thread = LiveServerThread(
            "localhost",
            static_handler=lambda application: application,  # type: ignore[arg-type]  # any callable will do
        )
        thread.daemon = True
        thread.start()
        thread.is_ready.wait()
        if thread.error:
            raise thread.error
        yield f"http://{thread.host}:{thread.port}"
        thread.terminate()


@pytest.fixture
def live_database(server: str, django_db_blocker: Any) -> Iterator[None]:
    """The database as the server sees it, without a transaction around it; put back afterwards."""
    assert connection.vendor == "sqlite", "browser tests run on SQLite"
    with django_db_blocker.unblock():
        connection.ensure_connection()
        before = sqlite3.connect(":memory:")
        connection.connection.backup(before)
        yield
        connection.ensure_connection()
        before.backup(connection.connection)
        before.close()
        cache.clear()


@pytest.fixture
def visit(browser: Browser, server: str, live_database: None) -> Iterator[Callable[..., View]]:
    """Opens pages, each in a context of its own; afterwards no page may have had problems.

    `visit(path, width=1280, dark=False, javascript=True, user=None, problems_expected=False)`
    """
    contexts: list[BrowserContext] = []
    views: list[View] = []

    def go(
        path: str,
        *,
        width: int = 1280,
        dark: bool = False,
        javascript: bool = True,
        user: User | None = None,
        problems_expected: bool = False,
    ) -> View:
        context = browser.new_context(
            viewport={"width": width, "height": HEIGHTS.get(width, 900)},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            reduced_motion="reduce",
        )
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
            context.add_cookies(
                [
                    {"name": name, "value": morsel.value, "url": server}
                    for name, morsel in client.cookies.items()
                ]
            )
        view = open_view(context, server + path)
        if not problems_expected:
            views.append(view)
        return view

    yield go
    problems = [f"{view.page.url}: {problem}" for view in views for problem in view.problems]
    for context in contexts:
        context.close()
    assert not problems, "\n".join(problems)
