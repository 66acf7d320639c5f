"""How long a real catalogue takes, from file to every unit's listing, and how fast its pages then answer.

Run by `make bench`; needs ../shared/data. Each figure stands beside its limit, and a limit that is passed is a failure.
Commands run as an operator runs them, in processes of their own, so that time and memory are theirs alone. Judged is the
time of the processor: a busy machine is no regression; by the clock it takes a little longer, for the disk.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.real_data


@dataclass(frozen=True)
class Measured:
    seconds: float
    """Of the processor."""
    elapsed: float
    megabytes: float
    """Peak of resident memory."""
    output: str


@dataclass(frozen=True)
class Bench:
    """A database of its own, filled step by step by the functions below, in their order."""

    folder: Path

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
            "PYTHONPATH": os.pathsep.join([str(ROOT / "site"), str(ROOT)]),
            "PORTAL_DATABASE_URL": f"sqlite:///{self.folder / 'portal.sqlite3'}",
            "PORTAL_MEDIA_ROOT": str(self.folder / "media"),
            "PORTAL_DEMO": "true",
            "PORTAL_REAL_DATA": "true",
        }

    def manage(self, *arguments: str) -> Measured:
        log = self.folder / "log"
        began = time.monotonic()
        with log.open("w+", encoding="utf-8") as output:
            process = subprocess.Popen(
                [sys.executable, "manage.py", *arguments],
                cwd=ROOT,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        measured = Measured(
            usage.ru_utime + usage.ru_stime,
            time.monotonic() - began,
            usage.ru_maxrss / 1024,
            log.read_text("utf-8"),
        )
        # 1: something was refused or is open, and named.
        assert process.returncode in {0, 1}, measured.output
        assert "Traceback" not in measured.output, measured.output
        return measured


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("bench"))


@pytest.fixture(scope="module")
def catalogue(real_data: Path) -> list[str]:
    folder = real_data / "procedures"
    return [str(folder / "procedures-2026.jsonl.gz"), str(folder / "catalogue-2026.csv.gz")]


def report(what: str, measured: Measured, *, seconds: float, megabytes: float = 1000) -> None:
    last = measured.output.strip().splitlines()[-1:] or [""]
    print(
        f"\n{what:28} {measured.seconds:6.1f} s (limit {seconds:.0f}), {measured.elapsed:.0f} s by the clock  {measured.megabytes:5.0f} MB (limit {megabytes:.0f})"
        f"\n    {last[0]}"
    )
    assert measured.seconds <= seconds
    assert measured.megabytes <= megabytes


def test_bootstrap(bench: Bench) -> None:
    report("bootstrap", bench.manage("bootstrap"), seconds=60)


def test_first_import(bench: Bench, catalogue: list[str]) -> None:
    report("import of 4,025", bench.manage("import_procedures", *catalogue), seconds=30, megabytes=600)


def test_second_import_changes_nothing(bench: Bench, catalogue: list[str]) -> None:
    measured = bench.manage("import_procedures", *catalogue)
    report("the same import again", measured, seconds=30, megabytes=600)


def test_every_unit_lists(bench: Bench) -> None:
    report("desks and listings of all", bench.manage("bootstrap", "--demo"), seconds=120)
    report("publish_listings --all", bench.manage("publish_listings", "--all"), seconds=60)


PAGES = """
import statistics, time, django
django.setup()
from django.test import Client
from home.models import Unit
from procedures.models import Listing, ProcedurePage
listing = Listing.objects.filter(live=True).select_related("unit", "procedure").first()
longest = max(ProcedurePage.objects.live().only("slug", "full_name", "code"), key=lambda page: len(page.full_name))
addresses = ["/", "/thu-tuc/", f"/thu-tuc/{longest.code}/", "/don-vi/", f"/don-vi/{listing.unit.slug}/",
             f"/don-vi/{listing.unit.slug}/thu-tuc/{listing.procedure.code}/"]
client = Client(headers={"host": "localhost"})
for address in addresses:
    times = []
    for _ in range(11):
        began = time.process_time()
        response = client.get(address)
        response.content
        times.append((time.process_time() - began) * 1000)
        assert response.status_code == 200, (address, response.status_code)
    print(f"{statistics.median(times[1:]):8.1f} {address}")
"""


def test_pages(bench: Bench) -> None:
    """Rendered anew each time, no cache before it."""
    result = subprocess.run(
        [sys.executable, "-c", PAGES],
        cwd=ROOT,
        env=bench.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    rows = [line.split(maxsplit=1) for line in result.stdout.splitlines() if line.strip()]
    print()
    for milliseconds, address in rows:
        print(f"{address[:60]:60} {float(milliseconds):7.1f} ms")
    assert statistics.median(float(milliseconds) for milliseconds, _ in rows) <= 150
