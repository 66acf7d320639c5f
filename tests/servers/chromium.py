"""Which Chromium the browser tests drive; asked before Playwright's driver starts, which itself needs its libraries."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

NAMES = ("chromium", "google-chrome-stable")
MISSING = "Chromium is not installed: apt install chromium"


def chromium_program() -> str | None:
    """The one named by PORTAL_TEST_CHROMIUM, or Debian's, or one that Playwright downloaded earlier; None: none."""
    named = os.environ.get("PORTAL_TEST_CHROMIUM")
    if named:
        return named
    for name in NAMES:
        if found := shutil.which(name):
            return found
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    downloaded = sorted(
        path
        for pattern in ("chromium_headless_shell-*/*/*headless*shell", "chromium-*/*/chrome")
        for path in cache.glob(pattern)
        if os.access(path, os.X_OK) and path.is_file()
    )
    return str(downloaded[-1]) if downloaded else None
