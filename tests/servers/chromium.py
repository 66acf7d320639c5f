"""Which Chromium the browser tests drive; asked before Playwright's driver starts, which itself needs its libraries."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import playwright

NAMES = ("chromium", "google-chrome-stable")


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


def driver_starts() -> bool:
    """Whether Playwright's own driver finds its libraries; a bare Debian lacks libatomic."""
    node = Path(playwright.__file__).parent / "driver" / "node"
    return subprocess.run([node, "--version"], capture_output=True, check=False).returncode == 0


def lacking() -> list[str]:
    """Debian's packages that browser tests still need; empty: they can run."""
    packages = [] if chromium_program() else ["chromium"]
    return packages if driver_starts() else [*packages, "libatomic1"]
