"""How the house stands: which app may lean on which, what is pure, what names and notes are not used."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
NOT_OURS = {
    ".git",
    ".venv",
    "var",
    "node_modules",
    "__pycache__",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
}

# Each app may import those before it. Feedback stands on home alone.
ORDER = ["search", "home", "guidance", "procedures", "initiatives", "portal"]
MAY_IMPORT = {app: set(ORDER[:place]) for place, app in enumerate(ORDER)} | {"feedback": {"search", "home"}}
MAY_IMPORT["portal"].add("feedback")


def files(*suffixes: str) -> Iterator[Path]:
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in NOT_OURS]
        for name in names:
            path = Path(folder, name)
            if not suffixes or path.suffix in suffixes:
                yield path


def folder_of(app: str) -> Path:
    return ROOT / "site" / "portal" if app == "portal" else ROOT / app


def present_apps() -> list[str]:
    return [app for app in MAY_IMPORT if (folder_of(app) / "__init__.py").exists()]


def imports_of(source: str, *, package: str) -> set[str]:
    """First names of every module imported anywhere in a file, inside functions and type-checking blocks too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(package if node.level else (node.module or "").split(".")[0])
    return found


def test_site_is_a_path_root_and_no_package() -> None:
    assert (ROOT / "site" / "portal" / "__init__.py").exists()
    assert not (ROOT / "site" / "__init__.py").exists(), "a package `site` shadows the standard library's"


@pytest.mark.parametrize("app", present_apps())
def test_imports_run_one_way(app: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sorted(folder_of(app).rglob("*.py"))
        for name in sorted(imports_of(path.read_text("utf-8"), package=app))
        if name in MAY_IMPORT and name != app and name not in MAY_IMPORT[app]
    ]
    assert not wrong


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import procedures.models as p", {"procedures"}),
        ("def f():\n    from portal.settings import base", {"portal"}),
        ("from . import enums", {"home"}),
        (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from search.text import fold",
            {"typing", "search"},
        ),
    ],
)
def test_imports_are_seen_wherever_they_stand(source: str, expected: set[str]) -> None:
    assert imports_of(source, package="home") == expected


def pure_modules() -> list[str]:
    """The strictly typed ones of pyproject.toml: one list for types and for this test."""
    (strict,) = [o for o in SETTINGS["tool"]["mypy"]["overrides"] if o.get("disallow_untyped_defs")]
    return list(strict["module"])


def test_pure_modules_need_no_django() -> None:
    program = f"""
import importlib, sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {{"django", "wagtail", "modelcluster", "environ"}}:
            raise ImportError(f"a pure module imports {{name}}")
sys.meta_path.insert(0, Refuse())
wrong = []
for name in {pure_modules()!r}:
    try:
        importlib.import_module(name)
    except Exception as error:
        wrong.append(f"{{name}}: {{error!r}}")
sys.exit("\\n".join(wrong) or 0)
"""
    path = os.pathsep.join([str(ROOT / "site"), str(ROOT)])
    result = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        cwd=ROOT / "docs",
    )
    assert result.returncode == 0, result.stderr


def test_files_are_named_by_subject() -> None:
    nameless = {"utils", "util", "helpers", "helper", "common", "misc"}
    assert not [str(path.relative_to(ROOT)) for path in files(".py") if path.stem in nameless]


def test_files_hold_one_subject() -> None:
    """About 400 lines; tests, migrations and settings of tools may be longer."""
    long = [
        f"{path.relative_to(ROOT)}: {lines}"
        for app in present_apps()
        for path in folder_of(app).rglob("*.py")
        if "migrations" not in path.parts and (lines := path.read_text("utf-8").count("\n")) > 450
    ]
    assert not long


def test_nothing_is_left_for_later() -> None:
    note = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")
    wrong = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files(".py", ".html", ".css", ".js", ".md", ".toml", ".yaml", ".yml", ".in", ".txt")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if note.search(line)
    ]
    assert not wrong


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_locked_by_hash(name: str) -> None:
    text = (ROOT / name).read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    assert lines
    assert not [line.split("--hash")[0] for line in lines if "==" not in line or "--hash=sha256:" not in line]
    # Whoever installs chooses the index; no address of one, no path of a machine.
    assert not re.search(r"://|--index|--extra|--find-links|file:|/(?:home|root|tmp|work|opt)/", text)


def test_every_requirement_is_locked_and_has_its_reason() -> None:
    locked = (ROOT / "requirements.txt").read_text("utf-8").lower()
    for line in (ROOT / "requirements.in").read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            requirement, _, reason = line.partition("#")
            name = re.split(r"[\[<>=,\s]", requirement.strip())[0].lower()
            assert len(reason.strip()) > 10, f"{name} has no reason"
            assert re.search(rf"^{re.escape(name)}==", locked, re.MULTILINE), (
                f"{name} is not locked: make lock"
            )
