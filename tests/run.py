"""`make test`: every test on every engine, with what the machine lacks installed or named.

    make test                         everything
    make test ARGS='-k listing -x'    passed on to pytest, in every suite

PostgreSQL, Chromium, a Java runtime and Maven are installed by apt as root or with passwordless sudo, and Maven brings
Elasticsearch's jars (PORTAL_TEST_INSTALL=no: nothing of it).
Where that can't be, the tests concerned are skipped with the reason in pytest's summary; with CI=true that is a failure.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.servers import chromium  # noqa: E402 -- needs the path above
from tests.servers.elasticsearch import cluster  # noqa: E402 -- needs the path above
from tests.servers.postgres import PostgresMissing, private_cluster, programs  # noqa: E402 -- needs the path above

WORKERS = str(min(4, os.cpu_count() or 1))


@dataclass
class Suite:
    name: str
    arguments: list[str]
    environment: dict[str, str] = field(default_factory=dict)


@dataclass
class Outcome:
    suite: str
    passed: bool
    last_line: str
    seconds: float


# What the machine lacks -----------------------------------------------------------------------------------------------


def has_postgres() -> bool:
    try:
        programs()
    except PostgresMissing:
        return False
    return True


def as_root() -> list[str] | None:
    """How to run a command as root without asking anybody; None: not possible."""
    if os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ["sudo", "-n"]
    return None


def run_quietly(command: list[str]) -> bool:
    result = subprocess.run(
        command,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if result.returncode:
        print(f"{' '.join(command)} failed:\n{result.stdout[-2000:]}", flush=True)
    return result.returncode == 0


def is_snap_stub(package: str) -> bool:
    """Ubuntu's package of that name only fetches a snap, which no container can run."""
    known = subprocess.run(["apt-cache", "show", package], capture_output=True, text=True, check=False).stdout
    return not known or "snap" in known


def install_missing() -> None:
    if os.environ.get("PORTAL_TEST_INSTALL") == "no":
        return
    wanted = [*([] if has_postgres() else ["postgresql"]), *chromium.lacking(), *cluster.lacking()]
    if wanted:
        install(wanted)
    if not cluster.lacking():
        # Outside any test's time, and before several processes would wait for it.
        with contextlib.suppress(cluster.ClusterMissing):
            cluster.home()


def install(wanted: list[str]) -> None:
    prefix = as_root()
    if prefix is None or not shutil.which("apt-get"):
        print(
            f"Missing and not installed, as this is neither root nor sudo: apt install {' '.join(wanted)}",
            flush=True,
        )
        return
    print(f"Installing for the tests: {' '.join(wanted)} …", flush=True)
    run_quietly([*prefix, "apt-get", "update", "-q"])
    playwrights_own = "chromium" in wanted and is_snap_stub("chromium")
    if playwrights_own:
        wanted.remove("chromium")
    if wanted:
        run_quietly([*prefix, "apt-get", "install", "-y", "-q", "--no-install-recommends", *wanted])
    if "maven" in wanted:
        # Java has a list of its own of whom it trusts; this puts into it who was added to the machine's.
        run_quietly([*prefix, "update-ca-certificates", "--fresh"])
    if playwrights_own:
        playwright = [sys.executable, "-m", "playwright"]
        run_quietly([*prefix, *playwright, "install-deps", "chromium"])
        run_quietly([*playwright, "install", "--only-shell", "chromium"])


# Running --------------------------------------------------------------------------------------------------------------


def run(suite: Suite, extra: list[str]) -> Outcome:
    print(f"\n===== {suite.name} =====", flush=True)
    began = time.monotonic()
    colour = ["--color=yes"] if sys.stdout.isatty() else []
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--durations=8",
        "--durations-min=3",
        *colour,
        *suite.arguments,
        *extra,
    ]
    last_line = ""
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **suite.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        try:
            assert process.stdout is not None
            for line in process.stdout:
                print(line, end="", flush=True)
                last_line = line.strip() or last_line
        except BaseException:
            process.terminate()
            raise
    # 5 is "no tests ran": a suite without tests proves nothing. Only whoever asked for some tests (-k …) may find none.
    passed = process.returncode == 0 or (process.returncode == 5 and bool(extra))
    return Outcome(suite.name, passed, last_line, time.monotonic() - began)


@contextlib.contextmanager
def suites() -> Iterator[list[Suite]]:
    parallel = ["-n", WORKERS, "--dist", "loadfile"]
    with contextlib.ExitStack() as stack:
        postgres: list[Suite] = []
        # Without PostgreSQL, its tests stay in the first suite, which says why each is skipped.
        first = "not browser"
        if has_postgres():
            first = "not browser and not postgres"
            address = stack.enter_context(private_cluster())
            postgres = [
                Suite(
                    "PostgreSQL",
                    [*parallel, "-m", "database and not browser and not cluster"],
                    {"PORTAL_DATABASE_URL": address},
                )
            ]
        yield [
            # The suite of daily work, which is to stay under two minutes on two cores. Suites of their own have the portal as
            # a whole (started as a server would, laid as `make run` does, attacked in every role at every address), and others'
            # 4,025 real records, which go through every reader and writer.
            Suite("SQLite", [*parallel, "-m", f"{first} and not whole and not real_data and not cluster"]),
            Suite("Whole portal", [*parallel, "-m", f"{first} and whole and not real_data and not cluster"]),
            Suite("Real data", [*parallel, "-m", "real_data and not browser and not cluster"]),
            *postgres,
            # Nothing is laid once per file there, and the last files are long: whoever is idle takes over.
            Suite("Browser", ["-n", WORKERS, "--dist", "worksteal", "-m", "browser"]),
            # One process: its three servers need the cores, and one test kills them.
            Suite("Search cluster", ["-n", "0", "-m", "cluster"]),
        ]


def stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> int:
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    # A shell's own database or demo mode has no place in the tests.
    for name in [
        name for name in os.environ if name.startswith("PORTAL_") and not name.startswith("PORTAL_TEST_")
    ]:
        del os.environ[name]
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
        # Nothing is written beside the sources then, but not compiled anew by every process either (tests/conftest.py).
        os.environ["PYTHONPYCACHEPREFIX"] = str(ROOT / "var" / "pycache")
    install_missing()
    with suites() as planned:
        outcomes = [run(suite, sys.argv[1:]) for suite in planned]
    print("\n===== all suites =====")
    for outcome in outcomes:
        verdict = "passed" if outcome.passed else "FAILED"
        print(f"{outcome.suite:14} {verdict}  {outcome.seconds:5.0f} s   {outcome.last_line}")
    return 0 if all(outcome.passed for outcome in outcomes) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
