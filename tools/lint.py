"""Everything that reads the code without running the portal; says all that is wrong, not only the first thing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MANAGE = [sys.executable, "manage.py"]
CHECKS: list[tuple[str, list[str]]] = [
    ("format", [sys.executable, "-m", "ruff", "format", "--check", "--quiet", "."]),
    ("lint", [sys.executable, "-m", "ruff", "check", "--quiet", "."]),
    ("types", [sys.executable, "-m", "mypy"]),
    ("templates", [sys.executable, "-m", "djlint", "--lint", "--quiet", "templates"]),
    ("Django's checks", [*MANAGE, "check", "--fail-level", "WARNING"]),
    ("migrations", [*MANAGE, "makemigrations", "--check", "--dry-run"]),
    ("dependencies", [sys.executable, "-m", "pip", "--disable-pip-version-check", "check"]),
]


def main() -> int:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings.test",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "site"), str(ROOT)]),
    }
    wrong: list[str] = []
    for name, command in CHECKS:
        began = time.monotonic()
        result = subprocess.run(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        print(
            f"{name:16} {'ok' if result.returncode == 0 else 'WRONG':6} {time.monotonic() - began:5.1f} s",
            flush=True,
        )
        if result.returncode:
            wrong.append(name)
            print(result.stdout, result.stderr, sep="\n", flush=True)
    if wrong:
        print(f"Lint: {len(wrong)} of {len(CHECKS)} failed: {', '.join(wrong)}.")
        return 1
    print(f"Lint: all {len(CHECKS)} checks passed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
