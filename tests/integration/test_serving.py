"""`make run`'s server and worker: they start together, and nothing is left behind."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVE = [sys.executable, str(ROOT / "tools" / "serve.py")]


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_port_in_use_is_said_plainly(taken_port: int) -> None:
    result = subprocess.run([*SERVE, "--port", str(taken_port), "--check"], capture_output=True, text=True)
    assert result.returncode == 1
    assert f"Port {taken_port} is in use" in result.stderr
    assert "make run PORT=" in result.stderr


def test_a_free_port_is_fine(free_port: int) -> None:
    assert subprocess.run([*SERVE, "--port", str(free_port), "--check"]).returncode == 0


def members(group: int) -> list[str]:
    """Command lines of the processes of a session that still live."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text("utf-8", "replace").rpartition(")")[2].split()
            if int(fields[3]) == group and fields[0] != "Z":
                found.append(stat.with_name("cmdline").read_text("utf-8", "replace"))
        except (OSError, ValueError):
            continue
    return found


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_server_and_worker_start_and_stop_together(
    how: signal.Signals, tmp_path: Path, free_port: int, migrated_sqlite: Path
) -> None:
    shutil.copy(migrated_sqlite, tmp_path / "portal.sqlite3")
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
        "PORTAL_DATABASE_URL": f"sqlite:///{tmp_path / 'portal.sqlite3'}",
        "PORTAL_MEDIA_ROOT": str(tmp_path / "media"),
        "PORTAL_SECRET_KEY": "only-for-this-test-" + "x" * 40,
        "PYTHONUNBUFFERED": "1",
    }
    with subprocess.Popen(
        [*SERVE, "--port", str(free_port), "--workers", "1"],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as serving:
        assert serving.stdout is not None
        said = []
        for line in serving.stdout:
            said.append(line)
            if line.startswith("Ready:"):
                break
        else:
            pytest.fail("".join(said))
        command = serving.stdout.readline()
        assert f"PORTAL_MEDIA_ROOT={tmp_path / 'media'} .venv/bin/python manage.py" in command
        with urllib.request.urlopen(f"http://127.0.0.1:{free_port}/healthz") as response:
            assert response.status == 200
        children = [
            int(pid) for pid in Path(f"/proc/{serving.pid}/task/{serving.pid}/children").read_text().split()
        ]
        assert len(children) == 2
        assert any("run_jobs" in line for child in children for line in members(child))
        serving.send_signal(how)
        assert serving.wait(timeout=30) == 0
        assert not [line for child in children for line in members(child)]
