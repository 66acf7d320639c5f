"""Production refuses to start insecure, and says why."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "PORTAL_SECRET_KEY": "k9vT3xQ7mB2nR8wL5yH1cJ6fD4gS0pZaXeUiOqVtWrYbNhMk-LzE",
    "PORTAL_ALLOWED_HOSTS": "cchc.example.gov.vn,localhost",
    "PORTAL_BASE_URL": "https://cchc.example.gov.vn",
    "PORTAL_EMAIL_URL": "smtp+tls://nguoi:mat-khau@mail.example.gov.vn:587",
    "PORTAL_FROM_EMAIL": "cchc@example.gov.vn",
    "PORTAL_DATABASE_URL": "sqlite:////nonexistent/portal.sqlite3",
}


def start(*command: str, **changes: str | None) -> subprocess.CompletedProcess[str]:
    return ask("", *(command or ("-c", "import django; django.setup()")), **changes)


def ask(told: str, /, *command: str, **changes: str | None) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    environment |= {name: value for name, value in (GOOD | changes).items() if value is not None}
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={
            **environment,
            "DJANGO_SETTINGS_MODULE": "portal.settings.production",
            "PYTHONPATH": os.pathsep.join([str(ROOT / "site"), str(ROOT)]),
        },
        input=told,
        capture_output=True,
        text=True,
    )


@pytest.mark.whole
def test_it_starts_when_all_is_well() -> None:
    result = start()
    assert result.returncode == 0, result.stderr


REFUSED = [
    ("PORTAL_DEBUG", "1", "PORTAL_DEBUG is on"),
    ("PORTAL_DEMO", "1", "PORTAL_DEMO is on"),
    ("PORTAL_SECRET_KEY", None, "PORTAL_SECRET_KEY is missing"),
    ("PORTAL_SECRET_KEY", "short", "PORTAL_SECRET_KEY is missing, a default or too short"),
    ("PORTAL_SECRET_KEY", "x" * 60, "PORTAL_SECRET_KEY is missing, a default or too short"),
    ("PORTAL_ALLOWED_HOSTS", None, "PORTAL_ALLOWED_HOSTS names no host"),
    ("PORTAL_ALLOWED_HOSTS", "*", "PORTAL_ALLOWED_HOSTS names no host, or every host"),
    ("PORTAL_BASE_URL", "http://cchc.example.gov.vn", "PORTAL_BASE_URL is not https://"),
    ("PORTAL_BASE_URL", None, "PORTAL_BASE_URL is not https://"),
    ("PORTAL_SECURE_COOKIES", "0", "PORTAL_SECURE_COOKIES is off"),
    ("PORTAL_SECRET_KEY", "only-for-tests-" + GOOD["PORTAL_SECRET_KEY"], "PORTAL_SECRET_KEY is missing"),
    ("PORTAL_SECRET_KEY", "django-insecure-" + GOOD["PORTAL_SECRET_KEY"], "PORTAL_SECRET_KEY is missing"),
    ("PORTAL_ALLOWED_HOSTS", "cchc.example.gov.vn,.vn", "PORTAL_ALLOWED_HOSTS is too wide"),
    ("PORTAL_ALLOWED_HOSTS", ".gov.vn", "PORTAL_ALLOWED_HOSTS is too wide"),
    ("PORTAL_BASE_URL", "https://khac.example.gov.vn", "a host that PORTAL_ALLOWED_HOSTS does not"),
    ("PORTAL_BASE_URL", "https://nguoi:ma@cchc.example.gov.vn", "more than https:// and a host"),
    ("PORTAL_BASE_URL", "https://cchc.example.gov.vn/cong", "more than https:// and a host"),
    ("PORTAL_HTTPS_REDIRECT", "0", "PORTAL_HTTPS_REDIRECT is off"),
    ("PORTAL_HSTS_SECONDS", "0", "PORTAL_HSTS_SECONDS is less"),
    ("PORTAL_EMAIL_URL", None, "PORTAL_EMAIL_URL is missing"),
    ("PORTAL_METRICS_TOKEN", "ngan", "PORTAL_METRICS_TOKEN is too short"),
]

IN_TURN = """
import importlib, json, os, sys
from django.core.exceptions import ImproperlyConfigured
import portal.settings.base
answers = []
for environment in json.load(sys.stdin):
    reading, writing = os.pipe()
    if not os.fork():
        os.environ.update(environment)
        for name in [name for name in os.environ if name.startswith("PORTAL_") and name not in environment]:
            del os.environ[name]
        importlib.reload(portal.settings.base)
        try:
            import portal.settings.production
        except ImproperlyConfigured as refusal:
            os.write(writing, str(refusal).encode())
        os._exit(0)
    os.wait()
    os.close(writing)
    answers.append(os.fdopen(reading, "rb").read().decode())
print(json.dumps(answers))
"""


@pytest.fixture(scope="module")
def refusals() -> dict[tuple[str, str | None], str]:
    """What production says to each setting: one process that forks, as starting one for each takes seconds."""
    changed = [{**GOOD, name: value} for name, value, _says in REFUSED]
    asked = [{name: value for name, value in case.items() if value is not None} for case in changed]
    result = ask(json.dumps([GOOD, *asked]), "-c", IN_TURN)
    assert result.returncode == 0, result.stderr
    accepted, *answers = json.loads(result.stdout)
    assert accepted == "", "with good settings it starts"
    return {(name, value): answer for (name, value, _says), answer in zip(REFUSED, answers, strict=True)}


@pytest.mark.whole
@pytest.mark.parametrize(("name", "value", "says"), REFUSED)
def test_it_refuses(
    name: str, value: str | None, says: str, refusals: dict[tuple[str, str | None], str]
) -> None:
    assert "refuses to start in production" in refusals[name, value]
    assert says in refusals[name, value]


@pytest.mark.whole
def test_a_refusal_ends_the_process() -> None:
    result = start(PORTAL_DEBUG="1")
    assert result.returncode != 0
    assert "PORTAL_DEBUG is on" in result.stderr


def test_the_readme_names_every_variable_and_no_other() -> None:
    settings = "".join(p.read_text("utf-8") for p in (ROOT / "site" / "portal" / "settings").glob("*.py"))
    read = set(re.findall(r'\benv(?:\.\w+)?\(\s*"(PORTAL_\w+)"', settings))
    told = set(re.findall(r"^\| `(PORTAL_\w+)` \|", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE))
    assert told == read


@pytest.mark.whole
def test_everything_wrong_is_said_at_once() -> None:
    result = start(PORTAL_DEBUG="1", PORTAL_ALLOWED_HOSTS=None)
    assert "PORTAL_DEBUG" in result.stderr
    assert "PORTAL_ALLOWED_HOSTS" in result.stderr


@pytest.mark.whole
def test_demo_mode_keeps_its_data_to_itself() -> None:
    """Or production with nothing but the defaults would open a database full of known passwords."""
    ask = "from portal.settings import base; print(base.DATABASES['default']['NAME'], base.MEDIA_ROOT)"
    places = {}
    for demo in ("0", "1"):
        result = start("-c", ask, PORTAL_DEMO=demo, PORTAL_DATABASE_URL=None)
        assert result.returncode == 0, result.stderr
        places[demo] = set(result.stdout.split())
    var = ROOT / "var"
    assert places["0"] == {str(var / "portal.sqlite3"), str(var / "media")}
    assert places["1"] == {str(var / "demo" / "portal.sqlite3"), str(var / "demo" / "media")}


@pytest.mark.whole
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, set()),
        ({"PORTAL_EMAIL_URL": "dummymail://"}, {"portal.W002"}),
        ({"PORTAL_FROM_EMAIL": None}, {"portal.W003"}),
        ({"PORTAL_ALLOWED_HOSTS": ".cchc.example.gov.vn"}, set()),
    ],
)
def test_deploy_checks(changes: dict[str, str | None], expected: set[str]) -> None:
    result = start("manage.py", "check", "--deploy", **changes)
    said = result.stdout + result.stderr
    known = {f"portal.{kind}{number:03d}" for kind in "EW" for number in range(1, 10)}
    assert {code for code in known if code in said} == expected, said
