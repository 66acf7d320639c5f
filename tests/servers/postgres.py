"""A private PostgreSQL cluster for the tests: made in a temporary folder, on a Unix socket, gone afterwards.

The cluster belongs to the user who runs the tests, or, as root (PostgreSQL refuses root), to `postgres` or `nobody`.
Nothing of a cluster that the machine may already run is touched.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

SERVER_USER = "portal"
START_SECONDS = 60
# Nothing has to survive a crash, so nothing waits for a disk.
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_min_messages": "fatal",
}


class PostgresMissing(Exception):
    """No PostgreSQL server is installed; the message says what to install."""


def programs() -> Path:
    """The folder of the newest installed server's programs (Debian keeps them off the PATH)."""
    versions = [path for path in Path("/usr/lib/postgresql").glob("*/bin/initdb") if os.access(path, os.X_OK)]
    if versions:
        return max(versions, key=lambda path: float(path.parts[-3])).parent
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    raise PostgresMissing("PostgreSQL is not installed: apt install postgresql")


def unprivileged_user() -> pwd.struct_passwd | None:
    """Whose the cluster is; None: of whoever runs this."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise PostgresMissing(
        "PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody"
    )


@contextlib.contextmanager
def private_cluster() -> Iterator[str]:
    """Yields the address of an empty database, as `PORTAL_DATABASE_URL` takes it."""
    bin_folder = programs()
    owner = unprivileged_user()
    # Short, as a socket's path holds 107 characters; not below a home that the owner may not enter.
    folder = Path(tempfile.mkdtemp(prefix="portal-pg-", dir="/tmp"))
    data = folder / "data"
    if owner:
        os.chown(folder, owner.pw_uid, owner.pw_gid)

    def run(program: str, *arguments: str) -> None:
        identity = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
        result = subprocess.run(
            [str(bin_folder / program), *arguments],
            cwd=folder,
            env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "HOME": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=START_SECONDS * 2,
            **identity,  # type: ignore[call-overload]  # the stubs can't see through a mapping
        )
        if result.returncode:
            log = folder / "log"
            raise RuntimeError(
                f"{program} failed:\n{result.stdout}\n{log.read_text('utf-8') if log.exists() else ''}"
            )

    try:
        run(
            "initdb",
            *("--pgdata", str(data), "--username", SERVER_USER, "--auth", "trust"),
            *("--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"),
        )
        with (data / "postgresql.conf").open("a", encoding="utf-8") as configuration:
            for name, value in {**OPTIONS, "unix_socket_directories": str(folder)}.items():
                configuration.write(f"{name} = '{value}'\n")
        # pg_ctl's children keep its output open, so the server's own goes to a file.
        run(
            "pg_ctl",
            *("--pgdata", str(data), "--log", str(folder / "log"), "--wait", "--timeout", str(START_SECONDS)),
            "start",
        )
        try:
            run("createdb", "--host", str(folder), "--username", SERVER_USER, "portal")
            yield f"postgres://{SERVER_USER}@/{folder}/portal"
        finally:
            run("pg_ctl", "--pgdata", str(data), "--mode", "immediate", "--wait", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
