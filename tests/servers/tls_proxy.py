"""A door with TLS and a key before a server that has neither, as a cluster of an operator has both.

    with tls_proxy(folder, node.url, api_key="…") as door:
        door.url, door.ca_file

The certificate is made for the test, by a certificate authority of its own.
"""

from __future__ import annotations

import contextlib
import hmac
import http.client
import http.server
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

REFUSED = b'{"error": {"type": "security_exception", "reason": "unable to authenticate"}, "status": 401}'


class OpensslMissing(Exception):
    """No program to make a certificate with; the message says what to install."""


@dataclass
class Door:
    url: str
    ca_file: Path
    refused: int = 0
    passed: list[str] = field(default_factory=list)
    """Methods and paths of what was let through."""


def make_certificate(folder: Path, name: str, *, address: str = "IP:127.0.0.1") -> tuple[Path, Path]:
    """(certificate, key); the certificate vouches for itself, so it is its own authority."""
    if not shutil.which("openssl"):
        raise OpensslMissing("openssl is not installed: apt install openssl")
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    subprocess.run(
        [
            *(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
            ),
            *("-days", "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName={address}"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    return certificate, key


@contextlib.contextmanager
def tls_proxy(folder: Path, target: str, *, api_key: str, address: str = "IP:127.0.0.1") -> Iterator[Door]:
    certificate, key = make_certificate(folder, "door", address=address)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    door = Door(f"https://127.0.0.1:{server.server_address[1]}", certificate)
    server.RequestHandlerClass = _handler(door, target, f"ApiKey {api_key}")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    # The handshake belongs to the thread of the connection: one that fails must not hold up the others.
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield door
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(door: Door, target: str, expected: str) -> type[http.server.BaseHTTPRequestHandler]:
    where = urlsplit(target)

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def handle(self) -> None:
            # Who does not trust the certificate ends the handshake.
            with contextlib.suppress(ssl.SSLError, ConnectionError):
                super().handle()

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if not hmac.compare_digest(self.headers.get("Authorization", "").encode(), expected.encode()):
                door.refused += 1
                self.tell(401, REFUSED, "application/json")
                return
            door.passed.append(f"{self.command} {self.path.partition('?')[0]}")
            kept = {
                name: value
                for name, value in self.headers.items()
                if name.lower() in {"accept", "content-type", "content-encoding"}
            }
            with contextlib.closing(http.client.HTTPConnection(where.hostname or "", where.port)) as inside:
                inside.request(self.command, self.path, body=body or None, headers=kept)
                said = inside.getresponse()
                self.tell(said.status, said.read(), said.headers.get("Content-Type", "application/json"))

        def tell(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("X-Elastic-Product", "Elasticsearch")
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = answer  # noqa: N815 -- names of the standard library

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- as the standard library names it
            """Silent."""

    return Handler
