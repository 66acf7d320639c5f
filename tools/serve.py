"""Serves the portal together with its worker, and ends both together.

`make run` starts this after setting everything up; on a server, systemd starts the two as units of their own
(docs/van-hanh.md). When one of them ends, or Ctrl-C or SIGTERM comes, the other is ended too.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parents[1]
GRACE_SECONDS = 15
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequested(Exception):
    """Ctrl-C, or the signal of whoever started us."""


def port_is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def environment() -> dict[str, str]:
    settings = os.environ.get("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": settings,
        "PYTHONPATH": os.pathsep.join([str(ROOT / "site"), str(ROOT)]),
        "PYTHONUNBUFFERED": "1",
    }


def manage_command() -> str:
    """How manage.py is called in another terminal for the database that is served here."""
    names = ("PORTAL_DEMO", "PORTAL_REAL_DATA", "PORTAL_DATABASE_URL", "PORTAL_MEDIA_ROOT")
    values = {name: value for name in names if (value := os.environ.get(name))}
    if not values.get("PORTAL_DATABASE_URL", "sqlite:").startswith("sqlite:"):
        # The address of a database server may hold a password; whoever set it has it.
        del values["PORTAL_DATABASE_URL"]
    given = [f"{name}={shlex.quote(value)}" for name, value in values.items()]
    return " ".join([*given, ".venv/bin/python manage.py"])


def start(command: list[str], **variables: str) -> subprocess.Popen[bytes]:
    """In a session of its own: the terminal's Ctrl-C reaches us alone, and we end the two in order."""
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env={**environment(), **variables},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )


def stop(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=max(0.1, deadline - time.monotonic()))
        # Whatever is left of its session: a server's own workers, or a process that ignored the request.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def answers(host: str, port: int) -> bool:
    request = urllib.request.Request(f"http://{host}:{port}/healthz", headers={"Host": "localhost"})
    try:
        with urllib.request.urlopen(request, timeout=2) as response:  # noqa: S310 -- our own loopback address
            return bool(response.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def watch(processes: dict[str, subprocess.Popen[bytes]], host: str, port: int) -> int:
    """Until one of them ends; says once when the portal answers."""
    announced = False
    while True:
        for name, process in processes.items():
            code = process.poll()
            if code is not None:
                print(f"The {name} ended with exit code {code}; stopping.", file=sys.stderr)
                return code or 1
        if not announced and answers(host, port):
            announced = True
            print(
                f"\nReady: http://localhost:{port}/  (administration: /admin/). Ctrl-C stops it.\n"
                f"Commands on this database: {manage_command()} …\n",
                flush=True,
            )
        time.sleep(0.2 if not announced else 1)


def request_stop(_signal: int, _frame: FrameType | None) -> None:
    raise StopRequested


def main() -> int:
    parser = argparse.ArgumentParser(description="Serve the portal together with its worker.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=2, help="server processes")
    parser.add_argument("--check", action="store_true", help="only say whether the port is free")
    options = parser.parse_args()

    if not port_is_free(options.host, options.port):
        print(
            f"Port {options.port} is in use. Stop what listens there, or choose another: make run PORT=8001",
            file=sys.stderr,
        )
        return 1
    if options.check:
        return 0

    for number in STOP_SIGNALS:
        signal.signal(number, request_stop)
    processes: dict[str, subprocess.Popen[bytes]] = {}
    # The server's processes count into files there, so that /metrics gives the sum whichever of them answers.
    figures = tempfile.mkdtemp(prefix="portal-metrics-")
    try:
        processes["server"] = start(
            [
                *(sys.executable, "-m", "granian", "--interface", "wsgi"),
                *("--host", options.host, "--port", str(options.port)),
                *("--workers", str(options.workers), "--blocking-threads", "4", "--backpressure", "64"),
                *("--respawn-failed-workers", "--workers-kill-timeout", "5", "--log-level", "warning"),
                "portal.wsgi:application",
            ],
            PROMETHEUS_MULTIPROC_DIR=figures,
        )
        processes["worker"] = start([sys.executable, "manage.py", "run_jobs"])
        return watch(processes, options.host, options.port)
    except StopRequested:
        print("\nStopping.", flush=True)
        return 0
    finally:
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        stop(list(processes.values()))
        shutil.rmtree(figures, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
